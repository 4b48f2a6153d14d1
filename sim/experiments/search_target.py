"""What a search asks of a package: a target written as a sentence, tried in one world."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from pydantic import ValidationError

from sim.experiments.arms import measure, target_hits, years_of
from sim.scenario.asking import Arms, ask
from sim.scenario.errors import explain
from sim.scenario.files import ScenarioError
from sim.scenario.quantities import read_written_bound
from sim.scenario.scenario import Scenario
from sim.scenario.target import WHEN, Target
from sim.tables.catalogue import NO_POLICY, PUBLIC_MONEY, TARGET

LOCAL_TAX, REAL_GDP = "local_tax", "gdp_real"
_TARGET = re.compile(rf"^\s*([\w-]+)\s*(>=|<=)\s*(.+?)\s+({'|'.join(WHEN)})\s+(\d{{4}}|\d{{4}}Q[1-4])\s*$")


def read_target(text: str, arms: Arms | None = None) -> Target:
    """Return the target of `metric>=value by year`, or `in` or `throughout` it; money and energy may have a unit.
    `arms` must be able to answer it.

    Raises:
        ScenarioError: if it is not written so, or the metric may not be asked for.
    """
    match = _TARGET.match(text)
    if match is None:
        raise ScenarioError(
            f"--target {text}: write METRIC>=VALUE by YEAR (or in, throughout), like 'world_500_firms>=1 by 2025' "
            "or 'gdp>=1 trillion yuan by 2024'"
        )
    metric, sign, value, when, year = match.groups()
    ask(metric, TARGET, f"--target {text}", arms=arms)
    try:
        amount = read_written_bound(metric, value)
    except ValueError as error:
        raise ScenarioError(f"--target {text}: {error}") from None
    if "Q" in year:
        raise ScenarioError(f"--target {text}: '{year}' is a quarter, and a year is asked for; write {year[:4]}")
    bound = {"at_least" if sign == ">=" else "at_most": amount}
    said = {"name": "search", "title": {"en": text, "zh": text}, "metric": metric, "when": when, "by": int(year)}
    try:
        return Target.model_validate({**said, **bound})
    except ValidationError as error:
        raise ScenarioError(*(explain(e["loc"], e, {}, f"--target {text}", Target) for e in error.errors())) from None


def try_package(
    base: Scenario, seed: int, fixed: bool, target: str, payload: tuple[dict[str, Any], int]
) -> list[float]:
    """Return what a package does in one world beside the same world without any policy, as `package_cost` places it."""
    changes, world = payload
    asked = base.with_changes(changes).model_copy(update={"targets": (read_target(target),)})
    arms = {"run": asked, NO_POLICY: asked.without_policies()} if asked.policies else {"run": asked}
    found = measure(arms, seed, world, fixed=fixed)
    run, plain = found["run"]["years"], found.get(NO_POLICY, found["run"])["years"]
    hits = [_reached(asked, years) for years in (run, plain)]
    gained = [sum(run[name]) - sum(plain[name]) for name in (LOCAL_TAX, REAL_GDP)]
    return [hits[0], float(sum(run[PUBLIC_MONEY])), hits[1], *map(float, gained)]


def _reached(asked: Scenario, years: Mapping[str, Sequence[float]]) -> float:
    as_runs = {name: np.array([values]) for name, values in years.items()}
    return float(target_hits(asked, as_runs, years_of(asked))["search"][0])
