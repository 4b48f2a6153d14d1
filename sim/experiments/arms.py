"""Arms of an experiment: several scenarios in the same world, measured as plain numbers that fit a line of a journal.

Luck is keyed, so two arms of one replication differ by what their scenarios differ in and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.calendar.quarter import FIRST
from sim.luck import keys
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import CITY, CLUSTER, SIZE, listed


def measure(
    arms: Mapping[str, Scenario], seed: int, replication: int, *, fixed: bool = False, detail: bool = False
) -> dict[str, Any]:
    """Run all arms in one world; return {arm: {"years": ..., "clusters": ..., "sizes": ...}} as lists.

    Args:
        seed: the experiment's seed. replication: number of the world.
        fixed: hold assumed numbers. detail: measure by cluster and by size too.
    """
    from sim.experiments.replicate import worlds

    found = {}
    for name, result in worlds(arms, keys.replication_seed(seed, replication), fixed=fixed):
        found[name] = {"years": _lists(result.years, CITY)}
        if detail:
            found[name] |= {"clusters": _lists(result.cluster_years, CLUSTER), "sizes": _lists(result.size_years, SIZE)}
    return found


def _lists(values: Mapping[str, np.ndarray], level: str) -> dict[str, Any]:
    return {o.name: values[o.name].tolist() for o in listed(level) if not o.against}


def years_of(spec: Scenario) -> list[int]:
    """Return the whole years of a scenario's horizon.

    Raises:
        ScenarioError: if there is none; experiments measure years.
    """
    if spec.last_year < FIRST.year:
        raise ScenarioError(
            f"horizon.until: {spec.until} ends before the first year does; outcomes are yearly: it needs a whole "
            f"one, like {FIRST.year}Q4"
        )
    return list(range(FIRST.year, spec.last_year + 1))


def stack(values: Mapping[int, Any], arm: str, part: str = "years") -> dict[str, np.ndarray]:
    """Return each outcome of an arm over runs in order of their numbers: (runs, years), or (runs, years, groups)."""
    runs = [values[number][arm][part] for number in sorted(values)]
    return {name: np.array([run[name] for run in runs]) for name in runs[0]}


def target_hits(spec: Scenario, years: Mapping[str, np.ndarray], labels: list[int]) -> dict[str, np.ndarray]:
    """Return 0 or 1 per run for each target of a scenario; `years` as from `stack`."""
    return {
        target.name: target.holds(years[target.metric], labels)[:, -1].astype(float)
        for target in spec.targets
        if target.by in labels and target.metric in years
    }
