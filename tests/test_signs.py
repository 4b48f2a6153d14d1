"""Fifteen monotone statements of economics, each a paired mean over worlds;
`python -m tests.test_signs` prints them all.

Both arms of a statement start from the same firms, so that a change acts from 2022 on and not on how 2021 was built.
A statement holds when the lower 95 % bound of the mean relative effect lies above -0.1 %;
worlds against the sign are counted.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sim.experiments.replicate import forget_mesa_models
from sim.inference.means import mean_interval
from sim.luck import keys
from sim.measure.outcomes import Result
from sim.model import ClusterModel, build_start
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from tests.changzhou import IDENTIFIERS

WORLDS, WORLDS_UNDER_CAP = 20, 40
LEAST = -0.1  # per cent
UP, DOWN = 1, -1
LAST_YEAR, ALL_YEARS = "last year", "all years"


@dataclass(frozen=True)
class Statement:
    """From `little` to `much` of one thing, an outcome moves up (or down).

    Attributes:
        name: the statement as a sentence. because: half a line of economics.
        little, much: changes of the scenario by path.
            outcome: a yearly outcome, or a cluster outcome summed over clusters.
        base: scenario. until: year in which it is read. over: the last year alone or all years added.
        common: changes of both arms. scale: outcome that the effect is a share of, when it is not the outcome itself.
        here_only: numbers change for the city's firms alone; what is usual outside, and so prices and rivals, is held.
    """

    name: str
    because: str
    little: Mapping[str, Any]
    much: Mapping[str, Any]
    outcome: str
    until: int = 2025
    sign: int = UP
    base: str = "no-policy"
    over: str = LAST_YEAR
    common: Mapping[str, Any] = field(default_factory=dict)
    scale: str = ""
    here_only: bool = False


def number(**values: float) -> dict[str, Any]:
    return {f"parameters.{name}": value for name, value in values.items()}


def every(name: str, value: float) -> dict[str, Any]:
    return {f"parameters.{cluster}.{name}": value for cluster in IDENTIFIERS}


RISING = number(
    coal_price_drift=0.08,
    metals_price_drift=0.08,
    ores_price_drift=0.08,
    chemicals_price_drift=0.08,
    electricity_price_drift=0.08,
    commodity_spread=0.0,
)

STATEMENTS = (
    Statement(
        "more demand raises output",
        "firms with orders produce and expand",
        {},
        {"outlook.demand_shift": 0.02},
        "output",
    ),
    Statement(
        "a looser cap raises output",
        "energy that is rationed limits what rationed firms make",
        {"policies.energy_budget.extra_tightening": 0.10},
        {"policies.energy_budget.extra_tightening": 0.0},
        "output",
        base="tight-energy-cap",
    ),
    Statement(
        "cheaper energy raises value added",
        "prices pass a part of the saving on, the rest stays",
        number(electricity_price_drift=0.06),
        number(electricity_price_drift=0.0),
        "industrial_value_added",
    ),
    Statement(
        "faster permits raise output",
        "capacity that is ready sooner serves growing demand sooner",
        number(delivery_quarters=6),
        number(delivery_quarters=2),
        "output",
    ),
    Statement(
        "more credit raises output",
        "projects that pay find money",
        number(credit_pace=0.15, credit_limit=1.3),
        number(credit_pace=0.4, credit_limit=1.8),
        "output",
    ),
    Statement(
        "more research success raises real GDP in the end",
        "better products and lower cost win orders and save inputs",
        number(success_rate=0.04),
        number(success_rate=0.09),
        "gdp_real",
        until=2030,
        here_only=True,
    ),
    Statement(
        "a lower hurdle rate raises investment",
        "more projects beat it",
        number(hurdle_rate=0.06),
        number(hurdle_rate=0.01),
        "investment",
        over=ALL_YEARS,
    ),
    Statement(
        "more looks at digital retrofit raise real GDP in the end",
        "only what pays is done; the dip of the running-in ends",
        number(digital_consider=0.03),
        number(digital_consider=0.08),
        "gdp_real",
        until=2030,
        here_only=True,
    ),
    Statement(
        "more entry makes more firms",
        "entrants are firms",
        number(entry_rate=0.06),
        number(entry_rate=0.14),
        "active_firms",
    ),
    Statement(
        "less exit leaves more firms",
        "firms that would have closed stay",
        number(exit_hazard=0.08),
        number(exit_hazard=0.03),
        "active_firms",
    ),
    Statement(
        "a larger fund raises investment",
        "constrained and hesitating firms build with it",
        {"policies.policy_fund.amount_a_year": 5_000},
        {"policies.policy_fund.amount_a_year": 20_000},
        "investment",
        base="baseline-2022",
        over=ALL_YEARS,
    ),
    Statement(
        "higher pass-through raises profit when input prices rise",
        "buyers carry more of the cost",
        every("pass_through", 0.5),
        every("pass_through", 1.0),
        "profit",
        common=RISING,
        scale="revenue",
    ),
    Statement(
        "capacity that can be used further raises output",
        "fewer customers are turned away",
        number(utilisation_limit=0.90),
        number(utilisation_limit=0.98),
        "output",
        here_only=True,
    ),
    Statement(
        "owners who stand in for missing money raise investment",
        "projects that pay are built",
        number(cash_sensitivity=0.5),
        number(cash_sensitivity=0.1),
        "investment",
        over=ALL_YEARS,
    ),
    Statement(
        "a bigger quota makes more national little giants",
        "applicants exceed the quota",
        number(title_quota_national=10),
        number(title_quota_national=40),
        "national_little_giants",
    ),
)


def changed(spec: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """Return a scenario with changes; numbers may lie outside what a file may hold."""
    numbers = {
        path.removeprefix("parameters."): value for path, value in changes.items() if path.startswith("parameters.")
    }
    others = {path: value for path, value in changes.items() if not path.startswith("parameters.")}
    return (spec.with_changes(others) if others else spec).with_parameters(numbers)


def begin(spec: Scenario, world: int) -> tuple[int, Start]:
    own_seed = keys.replication_seed(1, world)
    return own_seed, build_start(spec, world_numbers(spec, own_seed, fixed=False), own_seed)


def read(result: Result, statement: Statement, name: str = "") -> float:
    name = name or statement.outcome
    values = result.years[name] if name in result.years else result.cluster_years[name].sum(axis=1)
    return float(values.sum() if statement.over == ALL_YEARS else values[-1])


def effects(statement: Statement, worlds: int) -> np.ndarray:
    """Return the relative effect in the statement's direction, per cent, one value per world."""
    base = changed(load(statement.base).with_changes({"horizon.until": f"{statement.until}Q4"}), statement.common)
    arms = [base if statement.here_only else changed(base, changes) for changes in (statement.little, statement.much)]
    found = []
    for world in range(worlds):
        own_seed, start = begin(base, world)
        models = [ClusterModel(arm, own_seed, start=start) for arm in arms]
        if statement.here_only:
            for model, changes in zip(models, (statement.little, statement.much), strict=True):
                model.numbers = model.numbers.replace(
                    {path.removeprefix("parameters."): value for path, value in changes.items()}
                )
        little, much = (model.run() for model in models)
        effect = statement.sign * (read(much, statement) - read(little, statement))
        found.append(100.0 * effect / abs(read(little, statement, statement.scale)))
        forget_mesa_models()
    return np.array(found)


def verdict(statement: Statement, found: np.ndarray) -> tuple[bool, str]:
    """Return whether a statement holds, and its line of the table."""
    mean, low, high = mean_interval(found)
    holds = low > LEAST
    against = int((found < 0.0).sum())
    return holds, (
        f"{'holds' if holds else 'FAILS':6} {mean:+9.3f} {low:+9.3f} {high:+9.3f} {against:3d} of {found.size:<3d} "
        f"{statement.name} ({statement.outcome} {statement.until}); {statement.because}"
    )


HEADER = f"{'':6} {'mean %':>9} {'low':>9} {'high':>9} {'against':>10} statement"


@pytest.mark.slow
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda s: s.name.replace(" ", "_"))
def test_a_monotone_statement_holds(statement):
    holds, line = verdict(statement, effects(statement, WORLDS))
    print(f"\n{HEADER}\n{line}")
    assert holds, line


def demand_under_the_cap(worlds: int) -> np.ndarray:
    """Return the change of log output in 2025 by demand_shift +0.2 under the announced cap:
    (worlds, 11), the city last.
    """
    base = load("baseline-2022").with_changes({"horizon.until": "2025Q4"})
    more = base.with_changes({"outlook.demand_shift": 0.2})
    found = []
    for world in range(worlds):
        own_seed, start = begin(base, world)
        little, much = (
            ClusterModel(arm, own_seed, start=start).run().cluster_years["output"][-1] for arm in (base, more)
        )
        found.append(np.log([*(much / little), much.sum() / little.sum()]))
        forget_mesa_models()
    return np.array(found)


def describe_demand(found: np.ndarray) -> list[str]:
    """Return a line for each cluster and the city."""
    return [
        f"demand +0.2 under the cap: log output 2025 {found[:, i].mean():+.4f}, {int((found[:, i] <= 0.0).sum())} "
        f"of {len(found)} against, {name}"
        for i, name in enumerate((*IDENTIFIERS, "city"))
    ]


@pytest.mark.slow
def test_demand_under_the_cap_raises_mean_output_in_every_cluster_and_the_citys_in_every_world():
    found = demand_under_the_cap(WORLDS_UNDER_CAP)
    text = "\n".join(describe_demand(found))
    print(f"\n{text}")
    assert (found.mean(axis=0) > 0.0).all() and (found[:, -1] > 0.0).all(), text


def test_there_are_fifteen_statements_and_each_changes_something_one_way():
    assert len(STATEMENTS) == len({s.name for s in STATEMENTS}) == 15
    for statement in STATEMENTS:
        base = changed(load(statement.base), statement.common)
        little, much = changed(base, statement.little).resolved(), changed(base, statement.much).resolved()
        assert little != much and statement.because, statement.name


def test_a_statement_fails_when_its_lower_bound_is_low_by_hand():
    statement = STATEMENTS[0]
    assert verdict(statement, np.array([0.0, 0.0, 0.0]))[0]  # nothing moves: above -0.1 %
    assert not verdict(statement, np.array([-1.0, 1.0, 0.0]))[0]  # mean 0, half-width 4.30 x 1 / sqrt(3)
    assert "1 of 3" in verdict(statement, np.array([-1.0, 1.0, 0.0]))[1]


def main() -> None:
    """Print every statement with its paired mean, interval and worlds against the sign."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    parser.add_argument("--only", default="", help="statements whose sentence holds these words")
    parser.add_argument("--no-cap", action="store_true", help="leave out demand under the cap")
    options = parser.parse_args()
    print(HEADER, flush=True)
    for statement in STATEMENTS:
        if options.only in statement.name:
            print(verdict(statement, effects(statement, options.worlds))[1], flush=True)
    if not options.no_cap:
        print("\n".join(describe_demand(demand_under_the_cap(2 * options.worlds))))


if __name__ == "__main__":
    main()
