"""`compare`: variants against a base on the same luck, world by world.

A difference is taken within each world, so that luck common to both arms cancels; its interval is that of paired
differences. Beside it stands the width an unpaired comparison would have had.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
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
from sim.experiments.verdicts import EQUAL_WITHIN, MOST_PAIRS, Judging, pairs_wanted, verdict_table
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
PAIRS = 200


@dataclass(frozen=True)
class Comparison(Experiment):
    """Pairs of worlds of several arms.

    Attributes:
        pairs: number of worlds, or the most that a precision may use.
        precision: share of the base's mean within which two arms are practically equal in the objective: as many pairs
            are made as a verdict on each arm takes; 0 makes them all.
        objective: outcome that ranks the arms. by: its year, 0 for the last.
    """

    kind: ClassVar[str] = "compare"
    pairs: int = PAIRS
    precision: float = 0.0
    objective: str = DEFAULT_OBJECTIVE
    by: int = 0

    def wanted(self, values: Values) -> int:
        """Return the pairs asked for, or the next to look at, were none to have failed."""
        return self.wanted_after(values, ())

    def wanted_after(self, values: Values, failed: Collection[int]) -> int:
        """Return the pairs asked for; with a precision as many as verdicts take (`verdicts`), those at the most."""
        return pairs_wanted(self.judged(), values, failed, self.pairs) if self.precision > 0.0 else self.pairs

    def most(self) -> int:
        """Return the pairs asked for."""
        return self.pairs

    def judged(self) -> Judging:
        """Return what arms are judged by."""
        years, margin = years_of(self.base), self.precision or EQUAL_WITHIN
        place = years.index(self.by) if self.by else len(years) - 1
        return Judging(list(self.arms), self.objective, place, years[place], self._sign(), margin)

    def _sign(self) -> float:
        """Return 1 where more of the objective is better, -1 where less is: as the first target on it says, if any."""
        asked = next((t for spec in self.arms.values() for t in spec.targets if t.metric == self.objective), None)
        return outcomes()[self.objective].sign if asked is None else -1.0 if asked.at_most is not None else 1.0

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
            "verdicts": verdict_table(self.judged(), values),
        }

    def targets(self) -> dict[str, Target]:
        """Return the targets of all arms by name."""
        return {t.name: t for spec in self.arms.values() for t in spec.targets}

    def _targets(self, values: Values) -> dict[str, dict[str, np.ndarray]]:
        """Return 0 or 1 per world for each target of any arm, in every arm."""
        asked = self.base.model_copy(update={"targets": tuple(self.targets().values())})
        return {arm: target_hits(asked, stack(values, arm), years_of(self.base)) for arm in self.arms}

    def _ranking(self, values: Values) -> pd.DataFrame:
        judged, pairs = self.judged(), max(values) + 1
        worth = judged.sign * np.array([judged.found(values, arm, pairs) for arm in self.arms])
        of = {"outcome": judged.objective, "unit": outcomes()[judged.objective].unit, "year": judged.year}
        return ranking_table(list(self.arms), worth).assign(**of, pairs=worth.shape[1])


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
    pairs: int | None = None,
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
        base, variants: what is compared. pairs: worlds, 200; with `precision` (share of the base's mean that counts as
            no difference) at the most, 2,000, for then as many are made as verdicts take.
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
    base: Scenario,
    variants: dict[str, Scenario],
    *,
    pairs: int | None = None,
    precision: float = 0.0,
    objective: str | None = None,
    by: int = 0,
    **settings: Any,
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
    pairs = pairs or (MOST_PAIRS if precision else PAIRS)
    return Comparison(arms, objective=chosen, by=by, pairs=pairs, precision=precision, **settings)


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
