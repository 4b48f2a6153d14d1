"""`compare`: variants against a base on the same luck, world by world.

A difference is taken within each world, so that luck common to both arms cancels; its interval is that of paired
differences. Beside it stands the width an unpaired comparison would have had.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from sim.experiments.arms import measure, stack, target_hits, years_of
from sim.experiments.cluster_tables import by_cluster
from sim.experiments.comparison_tables import comparison_table, exactly_nothing, ranking_table
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.statistics import mean_interval
from sim.scenario.asking import DEFAULT_OBJECTIVE, ask, may_be_asked
from sim.scenario.files import ScenarioError
from sim.scenario.joining import (
    JOINED_BY,
    arm_name,
    combined,
    parts_of,
    refuse_disputed,
    refuse_unreached,
    said_by,
)
from sim.scenario.merging import VARIANTS, nested, not_so_yet
from sim.scenario.reading import ASKED
from sim.scenario.scenario import Scenario
from sim.scenario.target import Target
from sim.tables.catalogue import OBJECTIVE, outcomes

_COMMON = ("horizon", "population", "firms")  # what the arms of a comparison share; options set it for each of them
LEAST_PAIRS, MOST_PAIRS = 30, 2_000


@dataclass(frozen=True)
class Comparison(Experiment):
    """Pairs of worlds of several arms.

    Attributes:
        pairs: number of worlds, or the number to begin with when a precision is asked for.
        precision: half-width of the objective's paired interval wanted, as a share of the base's mean; 0 asks for none.
        objective: outcome that ranks the arms. by: its year, 0 for the last.
    """

    kind: ClassVar[str] = "compare"
    pairs: int = 200
    precision: float = 0.0
    objective: str = DEFAULT_OBJECTIVE
    by: int = 0

    def wanted(self, values: Values) -> int:
        """Return the pairs wanted: those asked for, or as many as the spread of the first ones calls for.

        The answer is found step by step from the first pairs, so it does not depend on which ended first.
        """
        if self.precision <= 0.0:
            return self.pairs
        wanted = LEAST_PAIRS
        while wanted < MOST_PAIRS and all(number in values for number in range(wanted)):
            needed = self._needed({number: values[number] for number in range(wanted)})
            if needed <= wanted:
                break
            wanted = min(needed, MOST_PAIRS)
        return wanted

    def most(self) -> int:
        """Return the pairs asked for, or the most that a precision may call for."""
        return MOST_PAIRS if self.precision > 0.0 else self.pairs

    def _needed(self, values: Values) -> int:
        base, *others = (self._objective(values, arm) for arm in self.arms)
        goal = self.precision * abs(mean_interval(base)[0])
        needed = len(values)
        for other in others:
            _, low, high = mean_interval(other - base)
            half = (high - low) / 2.0
            if half > goal:
                needed = max(needed, math.ceil(len(values) * min((half / max(goal, 1e-12)) ** 2, 4.0)))
        return needed

    def _objective(self, values: Values, arm: str) -> np.ndarray:
        return stack(values, arm)[self.objective][:, self._place()]

    def _place(self) -> int:
        return years_of(self.base).index(self.by) if self.by else -1

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return the numbers of the worlds."""
        return list(numbers)

    def task(self) -> Callable[[int], Any]:
        """Return the function that measures all arms in one world."""
        return partial(measure, self.arms, self.seed, fixed=self.fixed, detail=True)

    def tables(self, values: Values) -> Tables:
        """Return comparison, winners, ranking and paired tables."""
        arms = {arm: stack(values, arm) for arm in self.arms}
        years = years_of(self.base)
        same = [name for name, spec in self.arms.items() if _world_of(spec) == _world_of(self.base)]
        return {
            "comparison": exactly_nothing(comparison_table(arms, years, self._targets(values)), same),
            **by_cluster(values, list(self.arms), years, self.base.city_tables),
            "ranking": self._ranking(values),
        }

    def targets(self) -> dict[str, Target]:
        """Return the targets of all arms by name."""
        return {t.name: t for spec in self.arms.values() for t in spec.targets}

    def _targets(self, values: Values) -> dict[str, dict[str, np.ndarray]]:
        """Return 0 or 1 per world for each target of any arm, in every arm."""
        asked = self.base.model_copy(update={"targets": tuple(self.targets().values())})
        return {arm: target_hits(asked, stack(values, arm), years_of(self.base)) for arm in self.arms}

    def _ranking(self, values: Values) -> pd.DataFrame:
        asked = next((t for spec in self.arms.values() for t in spec.targets if t.metric == self.objective), None)
        sign = outcomes()[self.objective].sign if asked is None else -1.0 if asked.at_most is not None else 1.0
        worth = sign * np.array([self._objective(values, arm) for arm in self.arms])
        ranked, year = outcomes()[self.objective], self.by or years_of(self.base)[-1]
        of = {"outcome": ranked.name, "unit": ranked.unit, "year": year, "pairs": worth.shape[1]}
        return ranking_table(list(self.arms), worth).assign(**of)


def _world_of(spec: Scenario) -> dict[str, Any]:
    """Return what makes a scenario's worlds: all but its words and what it asks."""
    return {key: value for key, value in spec.resolved().items() if key not in (*ASKED, VARIANTS)}


def _asked_of(spec: Scenario) -> dict[str, Any]:
    """Return what makes a scenario's worlds and what is to be reached in them."""
    return _world_of(spec) | {"targets": spec.resolved().get("targets")}


def compare(
    base: Scenario,
    variants: dict[str, Scenario],
    *,
    pairs: int = 200,
    precision: float = 0.0,
    seed: int = 1,
    fixed: bool = False,
    objective: str | None = None,
    by: int = 0,
    folder: Path | None = None,
    **where: Any,
) -> Findings:
    """Compare scenarios in the same worlds.

    Args:
        base, variants: what is compared. pairs: worlds; with `precision` (half-width over the base's mean) as many as
            it takes.
        objective: outcome that ranks them, by default the metric of the first target, else real GDP. by: its year.
        where: `workers`, `scheduler`, `shard`, `fresh`, `progress`, `draw` of `experiment.conduct`.

    Raises:
        ScenarioError: if the arms cannot be compared.
    """
    return conduct(
        plan(base, variants, pairs=pairs, precision=precision, seed=seed, fixed=fixed, objective=objective, by=by),
        folder,
        **where,
    )


def plan(
    base: Scenario, variants: dict[str, Scenario], *, objective: str | None = None, by: int = 0, **settings: Any
) -> Comparison:
    """Return the comparison, checked.

    Raises:
        ScenarioError: if horizons differ, or there is nothing to compare, or the objective may not be asked for.
    """
    if not variants:
        raise ScenarioError("compare: name at least one variant beside the base")
    variants = {f"{name}-again" if name == base.name else name: spec for name, spec in variants.items()}
    for name, spec in variants.items():
        if spec.until != base.until:
            raise ScenarioError(
                f"compare: {name} runs until {spec.until}, the base until {base.until}; give both the same --until"
            )
        if spec.city_hash != base.city_hash:
            raise ScenarioError(
                f"compare: {name} is of the city {spec.city}, the base of {base.city}; give both the same"
            )
        if (spec.population, spec.real_firms) != (base.population, base.real_firms):
            raise ScenarioError(f"compare: {name} has another population or register than the base; give both the same")
    arms = {base.name: base, **variants}
    instruments = {name: spec.policies for name, spec in arms.items()}
    allowed = may_be_asked(OBJECTIVE, arms=instruments)
    chosen = objective or next(
        (t.metric for s in arms.values() for t in s.targets if t.metric in allowed), DEFAULT_OBJECTIVE
    )
    ask(chosen, OBJECTIVE, f"--objective {chosen}", arms=instruments)
    if by and by not in years_of(base):
        raise ScenarioError(
            f"--by {by}: is no year of the horizon; write one of {years_of(base)[0]}-{years_of(base)[-1]}"
        )
    return Comparison(arms, objective=chosen, by=by, **settings)


def arms_of(base: Scenario, texts: Sequence[str], changes: Mapping[str, Any] | None = None) -> dict[str, Scenario]:
    """Return the variants to be compared with a base, each under a name that no other has.

    Args:
        texts: as `variant_of` takes them. changes: as there.

    Raises:
        ScenarioError: if one is unknown or stands twice, or the changes do not hold for it.
    """
    arms: dict[str, Scenario] = {}
    for text in texts:
        name, spec = variant_of(base, text, changes)
        taken = name in arms or (name == base.name and spec.resolved() != base.resolved())
        name = text if taken else name  # two files may call their scenarios alike
        if name in arms:
            raise ScenarioError(f"compare: {text} stands twice; write it once")
        same = [known for known, arm in arms.items() if _asked_of(arm) == _asked_of(spec)]
        if same and _asked_of(spec) != _asked_of(base):
            raise ScenarioError(f"compare: {text} is the same as {same[0]}, written otherwise; leave one out")
        arms[name] = spec
    return arms


def variant_of(base: Scenario, text: str, changes: Mapping[str, Any] | None = None) -> tuple[str, Scenario]:
    """Return a variant by name: of the base, a scenario (shipped or a file), or several joined by `+`.

    Args:
        changes: values already changed in the base; they hold for the variant too.

    Raises:
        ScenarioError: if a part is unknown, or the changes do not hold: the variant gives another value to what they
            change, or lacks the instrument.
    """
    parts, changes = parts_of(text), changes or {}
    spec = combined(base, parts, settled=not changes)
    refuse_unreached(text, spec, changes)
    for path, value in changes.items():
        for part in parts if path.partition(".")[0] not in _COMMON else ():
            refuse_disputed(base, f"--set {path}", nested(path, value), part, said_by(base, part))
    left = {path: value for path, value in changes.items() if not_so_yet(nested(path, value), spec.as_written, {})}
    name = JOINED_BY.join(arm_name(base, part) for part in parts)
    return name, spec.with_changes(left, f"{text}, changed like the base") if changes else spec
