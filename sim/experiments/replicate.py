"""One replication: the scenario and its twins on the same luck, the same drawn numbers and the same starting firms.

The twin under the rules that held before says what was added to them, the twin without policy what would have happened
without either, the twin without the fund what the fund added.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from dataclasses import replace

import mesa
import numpy as np

from sim.luck import keys
from sim.measure.adding_up import over
from sim.measure.outcomes import Result
from sim.measure.undefined import UndefinedWorld
from sim.model import ClusterModel, build_start
from sim.scenario.answer import SIDES, arms_of, asked_of
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import world_before
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.catalogue import (
    BEFORE,
    CITY,
    FUND,
    NO_FUND,
    NO_POLICY,
    OF_THE_YEAR,
    PUBLIC_MONEY,
    SINCE_THE_START,
    VALUE_ADDED,
    Outcome,
    listed,
    outcomes,
)

NOTHING = np.array(np.nan)  # what is told beyond the rules before, where a scenario names none


def replicate(spec: Scenario, seed: int, replication: int, *, fixed: bool = False) -> Result:
    """Run one replication of a scenario and measure what policy added to it.

    Args:
        seed: the experiment's seed. replication: number of the replication, from 0.
        fixed: hold assumed numbers at their table values.
    """
    arms = {"scenario": spec}
    if spec.policies:
        arms["plain"] = spec.without_policies()
    if FUND in spec.policies:
        arms["fundless"] = spec.without(FUND)
    if before := world_before(spec):
        arms["before"] = before
    arms |= arms_of(spec)
    found = dict(worlds(arms, keys.replication_seed(seed, replication), fixed=fixed))
    result = found["scenario"]
    plain = found.get("plain", result)
    twins = {NO_POLICY: plain.years, NO_FUND: found.get("fundless", result).years}
    twins[BEFORE] = found["before"].years if "before" in found else dict.fromkeys(result.years, NOTHING)
    years = result.years | {o.name: beyond(o, result.years, twins[o.against]) for o in listed(CITY) if o.against}
    asked = {t.metric: plain.years[t.metric] for t in spec.targets if spec.policies and t.metric in plain.years}
    clusters = {
        against: found[arm].cluster_years[VALUE_ADDED]
        for against, arm in ((BEFORE, "before"), (NO_POLICY, "plain"))
        if arm in found
    }
    return replace(
        result,
        years=years,
        twin_groups=plain.groups,
        twin_years=asked,
        twin_clusters=clusters,
        answer_years=_answer(spec, found),
    )


def _answer(spec: Scenario, found: Mapping[str, Result]) -> dict[str, np.ndarray]:
    """Return what a scenario's answer is made of, by `side.outcome`: what it asks of, and the public money."""
    asked = asked_of(spec)
    if asked is None:
        return {}
    sides = {side: found.get(side, found["scenario"]).years for side in SIDES}
    return {f"{side}.{name}": years[name] for side, years in sides.items() for name in (asked.metric, PUBLIC_MONEY)}


def worlds(arms: Mapping[str, Scenario], own_seed: int, *, fixed: bool = False) -> Iterator[tuple[str, Result]]:
    """Yield the result of each arm in one world; arms with the same numbers share the starting firms.

    Raises:
        UndefinedWorld: if something that an arm measured is not a number; with its name.
    """
    starts: dict[tuple[str, ...], Start] = {}
    for name, arm in arms.items():
        numbers = world_numbers(arm, own_seed, fixed=fixed)
        asked = (arm.city_hash, arm.parameters, arm.population, arm.real_firms, arm.until, arm.outlook.calm)
        origin = tuple(repr(part) for part in asked)
        if origin not in starts:
            starts[origin] = build_start(arm, numbers, own_seed)
        try:
            result = ClusterModel(arm, own_seed, fixed=fixed, start=starts[origin]).run()
        except UndefinedWorld as error:
            raise UndefinedWorld(f"{arm.name} (arm {name}), world of seed {own_seed}: {error}") from None
        yield name, result
    forget_mesa_models()


def beyond(outcome: Outcome, here: Mapping[str, np.ndarray], twin: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return an outcome that is measured against a twin, by year: its part here less that of the twin.

    Since the start, what its part makes in a year is added up. With a whole, it is what comes on top of the whole,
    over the whole.
    """
    added: np.ndarray = here[outcome.part] - twin[outcome.part]
    if outcome.period == SINCE_THE_START and outcomes()[outcome.part].period == OF_THE_YEAR:
        added = np.cumsum(added)
    if outcome.whole:
        whole = np.cumsum(here[outcome.whole])
        return over(added - whole, whole)
    return added


def forget_mesa_models() -> None:
    """Mesa 3.3 keeps every model for ever in a class attribute; let go of them."""
    getattr(mesa.Agent, "_ids", {}).clear()
    gc.collect(0)
