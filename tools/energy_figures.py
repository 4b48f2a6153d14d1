"""What a tonne of energy costs under each rule of the budget, and what swap, block and elimination bring: figures of
docs/policies/energy.md that no test prints.

`python -m tools.energy_figures --worlds 12 --jobs 2` prints means over worlds and 95 % intervals.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np

from sim.experiments.replicate import worlds
from sim.inference.means import mean_interval
from sim.luck import keys
from sim.measure.outcomes import Result
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import read_city
from sim.tables.clusters import TWO_HIGH
from tools.progress import counter
from tools.worlds import stacked

FREE = "free"
YUAN = 1e6  # in a million
PER_CENT = 100.0
RULES: dict[str, dict[str, str]] = {
    "proportional": {"rule": "proportional"},
    "grandfathered": {"rule": "grandfathered"},
    "tradable, increments": {"rule": "tradable"},
    "key-users": {"rule": "key-users"},
    "rationing": {"rule": "rationing", "shortfall": "0"},
    "benchmark": {"rule": "benchmark"},
    "tradable, all": {"rule": "tradable", "trade": "all"},
}
YEARS = (
    *("energy_cap_value", "energy_cap", "energy_outside", "energy_cut"),
    *("energy_trade_value", "energy_traded"),
)
CAP = {"extra_tightening": 0.10, "coverage": "50000 tce"}
SWAP: dict[str, dict[str, str]] = {"two_high_projects": {}}
SHARE_2, SHARE_5 = {"share": "2 %"}, {"share": "5 %"}
STEPS: dict[str, dict[str, dict[str, str]]] = {
    "swap": SWAP,
    "block": {"two_high_projects": {"rule": "block"}},
    "elimination, 2 % a year": {"capacity_elimination": SHARE_2},
    "elimination, 5 % a year": {"capacity_elimination": SHARE_5},
    "elimination, 5 % a year, and swap": {"capacity_elimination": SHARE_5} | SWAP,
}


def under_rules() -> dict[str, Scenario]:
    """Return the world without policy, and with a cap a tenth tighter under each rule."""
    free = load("no-policy")
    capped = {name: free.with_changes({"policies.energy_budget": CAP | rule}) for name, rule in RULES.items()}
    return {FREE: free} | capped


def with_steps() -> dict[str, Scenario]:
    """Return the announced package, and with each step against two-high capacity on top."""
    free = load("baseline-2022")
    wider = {
        name: free.with_changes({f"policies.{step}": levers for step, levers in steps.items()})
        for name, steps in STEPS.items()
    }
    return {FREE: free} | wider


def of_a_rule(here: Result, free: Result) -> dict[str, float]:
    """Return what a tonne costs, yuan per tce, and what of it leaks, share: 2022 to 2025."""
    lost, saved = (free.quarters[name].sum() - here.quarters[name].sum() for name in ("value_added", "energy_use"))
    of = {name: float(here.years[name].sum()) for name in YEARS}
    return {
        "value added lost per tce saved, yuan": YUAN * lost / saved,
        "shadow price of the cap, yuan per tce": YUAN * _over(of["energy_cap_value"], of["energy_cap"]),
        "used outside, share of the cut": _over(of["energy_outside"], of["energy_cut"]),
        "price of quota, yuan per tce": YUAN * _over(of["energy_trade_value"], of["energy_traded"]),
        "quota traded, % of the cap": PER_CENT * _over(of["energy_traded"], of["energy_cap"]),
    }


def of_a_step(here: Result, free: Result) -> dict[str, float]:
    """Return what a step moves in 2025, per cent of the same world without it, and what it costs a year."""
    last = {name: (here.years[name][-1], free.years[name][-1]) for name in ("energy_use", "industrial_value_added")}
    heavy = sorted({row for role in TWO_HIGH for row in read_city().with_role(role)})
    used, made = (
        [result.cluster_years[name][-1, heavy] for result in (here, free)] for name in ("energy_use", "output")
    )
    intensity = _over(used[0], made[0]) / _over(used[1], made[1])
    paid = here.years["public_cost"] - free.years["public_cost"]
    return {
        **{f"{name} of 2025, %": PER_CENT * (a / b - 1.0) for name, (a, b) in last.items()},
        "energy per output of steel and cement of 2025, %": PER_CENT * (intensity - 1.0),
        "public money a year, million yuan": float(paid.mean()),
    }


def _over(part: float | np.ndarray, whole: float | np.ndarray) -> float:
    """Return a sum over a sum; nothing over nothing is not defined."""
    total = float(np.sum(whole))
    return float(np.sum(part)) / total if total else float("nan")


def in_one_world(
    arms: Mapping[str, Scenario], told: Callable[[Result, Result], dict[str, float]], world: int
) -> dict[str, np.ndarray]:
    """Return what is told of each arm against the first in one world, by `arm: what`."""
    found = dict(worlds(arms, keys.replication_seed(1, world)))
    free = found.pop(FREE)
    return {
        f"{name}: {what}": np.array(value)
        for name, result in found.items()
        for what, value in told(result, free).items()
    }


def lines(found: Mapping[str, np.ndarray]) -> Iterator[str]:
    """Yield a line for each figure: mean and 95 % interval over worlds."""
    for name, values in found.items():
        mean, low, high = mean_interval(values)
        if not np.isnan(mean):
            yield f"{name}: {mean:,.4g} ({low:,.4g} to {high:,.4g})"


def main() -> None:
    """Measure and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--worlds", type=int, default=12)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    tables = {"rules": (under_rules(), of_a_rule), "capacity": (with_steps(), of_a_step)}
    for name, (arms, told) in tables.items():
        measured = stacked(partial(in_one_world, arms, told), asked.worlds, asked.jobs, counter(name))
        print(f"{name}, {asked.worlds} worlds", *lines(measured), sep="\n")


if __name__ == "__main__":
    main()
