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

from sim.catalogue import outcomes
from sim.clusters import CLUSTERS
from sim.experiments.arms import BY_SIZE, measure, stack, target_hits, years_of
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.statistics import fieller, mean_interval, paired_share, unpaired_interval, wilson
from sim.scenario import Scenario, combined
from sim.scenario_errors import nearest
from sim.scenario_file import ScenarioError
from sim.sizes import SIZES, SIZES_ZH

LEAST_PAIRS, MOST_PAIRS = 30, 2_000
_NOT_IN_ARMS = ("additional_", "fund_leverage_additional")  # these compare with a twin; here arms are compared themselves


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
    objective: str = "gdp_real"
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

    def _needed(self, values: Values) -> int:
        base, *others = (self._objective(values, arm) for arm in self.arms)
        goal = self.precision * abs(float(np.nanmean(base)))
        needed = len(values)
        for other in others:
            _, low, high = mean_interval(other - base)
            half = (high - low) / 2.0
            if half > goal:
                needed = max(needed, math.ceil(len(values) * min((half / max(goal, 1e-12)) ** 2, 4.0)))
        return needed

    def _objective(self, values: Values, arm: str) -> np.ndarray:
        column: np.ndarray = stack(values, arm)[self.objective][:, self._place()]
        return column

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
        arms = {arm: _outcomes(spec, values, arm) for arm, spec in self.arms.items()}
        years = years_of(self.base)
        return {
            "comparison": comparison_table(arms, years, self._targets(values)),
            "winners": winners_table(values, list(self.arms), years),
            "ranking": self._ranking(values),
        }

    def _targets(self, values: Values) -> dict[str, dict[str, np.ndarray]]:
        """Return 0 or 1 per world for each target of any arm, in every arm."""
        targets = {t.name: t for spec in self.arms.values() for t in spec.targets}
        asked = self.base.model_copy(update={"targets": tuple(targets.values())})
        return {arm: target_hits(asked, stack(values, arm), years_of(self.base)) for arm in self.arms}

    def _ranking(self, values: Values) -> pd.DataFrame:
        least = next((t.at_most is not None for s in self.arms.values() for t in s.targets if t.metric == self.objective), False)
        sign = -1.0 if least else 1.0
        worth = sign * np.array([self._objective(values, arm) for arm in self.arms])
        return ranking_table(list(self.arms), worth)


def _outcomes(spec: Scenario, values: Values, arm: str) -> dict[str, np.ndarray]:
    found = stack(values, arm)
    return {name: found[name] for name, o in outcomes().items() if o.level == "city" and name in found and not name.startswith(_NOT_IN_ARMS)}


COLUMNS = ["variant", "outcome", "unit", "year", "base", "level", "level_low", "level_high", "difference", "low", "high", "relative",
           "pairs", "paired_over_unpaired_width", "cost_per_unit", "cost_low", "cost_high", "name_zh"]


def comparison_table(
    arms: dict[str, dict[str, np.ndarray]], years: Sequence[int], targets: dict[str, dict[str, np.ndarray]]
) -> pd.DataFrame:
    """Return one row per variant, outcome and year; the first arm is the base. Money in million yuan.

    `cost_per_unit` is the public money since the start that one unit more of the outcome took: of a flow (money, energy) all
    years together, of a count or share in the year. It is undefined when the interval of the effect holds zero.
    """
    (base_name, base), *variants = arms.items()
    rows: list[tuple[Any, ...]] = []
    for name, found in variants:
        paid = np.cumsum(found["public_cost"] - base["public_cost"], axis=1)
        for target, hits in targets[name].items():
            rows.append(_target_row(name, target, targets[base_name][target], hits, paid[:, -1], years[-1]))
        for outcome, levels in found.items():
            for y, year in enumerate(years):
                effect = (levels - base[outcome])[:, : y + 1].sum(axis=1) if _is_flow(outcome) else (levels - base[outcome])[:, y]
                rows.append(_row(name, outcome, year, base[outcome][:, y], levels[:, y], effect, paid[:, y]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _is_flow(outcome: str) -> bool:
    """Flows (money, energy) add up over the years that the money was paid in; counts and shares are what they are in the year."""
    return outcomes()[outcome].unit.startswith(("million yuan", "tce")) and outcome not in _NO_COST


_PUBLIC = ("public_cost", "award_cost", "fund_outlay", "fund_not_taken_up")
_NO_COST = (*_PUBLIC, "world_500_threshold", "top_group_revenue", "energy_cap")


def _row(
    variant: str, outcome: str, year: int, base: np.ndarray, level: np.ndarray, effect: np.ndarray, paid: np.ndarray
) -> tuple[Any, ...]:
    difference, low, high = mean_interval(level - base)
    mean, level_low, level_high = mean_interval(level)
    wide_low, wide_high = unpaired_interval(base, level)
    before = mean_interval(base)[0]
    known = outcomes()[outcome]
    cost = (math.nan,) * 3 if outcome in _NO_COST else fieller(paid, effect)
    return (variant, outcome, known.unit, year, before, mean, level_low, level_high, difference, low, high,
            difference / abs(before) if before else math.nan, base.size, _ratio(high - low, wide_high - wide_low), *cost, known.chinese)


def _target_row(variant: str, target: str, base: np.ndarray, hits: np.ndarray, paid: np.ndarray, year: int) -> tuple[Any, ...]:
    difference, low, high = paired_share(base, hits)
    level_low, level_high = wilson(int(hits.sum()), hits.size)
    wide_low, wide_high = unpaired_interval(base, hits)
    cost = fieller(paid, hits - base) if not low <= 0.0 <= high else (math.nan,) * 3
    before = float(base.mean())
    return (variant, f"target:{target}", "probability", year, before, float(hits.mean()), level_low, level_high, difference, low, high,
            difference / before if before else math.nan, base.size, _ratio(high - low, wide_high - wide_low), *cost, "目标实现概率")


def _ratio(narrow: float, wide: float) -> float:
    return narrow / wide if wide > 0.0 else math.nan


def winners_table(values: Values, arms: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
    """Return who gains and who loses in the last year: by cluster and by size class of 2021."""
    rows = []
    base, *variants = arms
    groups = (
        ("clusters", "cluster", [(c.identifier, c.chinese) for c in CLUSTERS]),
        ("sizes", "size", list(zip(SIZES, SIZES_ZH, strict=True))),
    )
    for part, level, names in groups:
        before = stack(values, base, part)
        for variant in variants:
            after = stack(values, variant, part)
            for outcome in before if part == "clusters" else BY_SIZE:
                for place, (name, chinese) in enumerate(names):
                    a, b = before[outcome][:, -1, place], after[outcome][:, -1, place]
                    difference, low, high = mean_interval(b - a)
                    mean = float(a.mean())
                    rows.append((variant, level, name, outcome, outcomes()[outcome].unit, years[-1], mean, difference, low, high,
                                 difference / abs(mean) if mean else math.nan, _who(low, high), chinese))
    columns = ["variant", "level", "group", "outcome", "unit", "year", "base", "difference", "low", "high", "relative", "verdict", "name_zh"]
    return pd.DataFrame(rows, columns=columns)


def _who(low: float, high: float) -> str:
    return "more" if low > 0.0 else "less" if high < 0.0 else "unclear"


def ranking_table(arms: Sequence[str], worth: np.ndarray) -> pd.DataFrame:
    """Return chance of being best, of rank <= k, and regret of each arm; `worth` is (arms, worlds), more is better."""
    best = worth.max(axis=0)
    ties = worth == best
    shares = (ties / ties.sum(axis=0)).mean(axis=1)
    better = (worth[None, :, :] > worth[:, None, :]).sum(axis=1)
    regret = best - worth
    rows = []
    for a, arm in enumerate(arms):
        chances = [float((better[a] < k).mean()) for k in range(1, len(arms) + 1)]
        rows.append((arm, float(shares[a]), *chances, float(regret[a].mean()), float(regret[a].max())))
    columns = ["arm", "chance_best", *(f"chance_rank_{k}" for k in range(1, len(arms) + 1)), "mean_regret", "largest_regret"]
    return pd.DataFrame(rows, columns=columns)


def compare(
    base: Scenario, variants: dict[str, Scenario], *, pairs: int = 200, precision: float = 0.0, seed: int = 1, fixed: bool = False,
    objective: str | None = None, by: int = 0, folder: Path | None = None, **where: Any,
) -> Findings:
    """Compare scenarios in the same worlds.

    Args:
        base, variants: what is compared. pairs: worlds; with `precision` (half-width over the base's mean) as many as it takes.
        objective: outcome that ranks them, by default the metric of the first target, else real GDP. by: its year.
        where: `workers`, `scheduler`, `shard`, `fresh`, `progress`, `draw` of `experiment.conduct`.

    Raises:
        ScenarioError: if the arms cannot be compared.
    """
    return conduct(plan(base, variants, pairs=pairs, precision=precision, seed=seed, fixed=fixed, objective=objective, by=by), folder, **where)


def plan(base: Scenario, variants: dict[str, Scenario], *, objective: str | None = None, by: int = 0, **settings: Any) -> Comparison:
    """Return the comparison, checked.

    Raises:
        ScenarioError: if horizons differ, or there is nothing to compare, or the objective is unknown.
    """
    if not variants:
        raise ScenarioError("compare: name at least one variant beside the base")
    for name, spec in variants.items():
        if spec.until != base.until:
            raise ScenarioError(f"compare: {name} runs until {spec.until}, the base until {base.until}; give both the same --until")
        if spec.population != base.population:
            raise ScenarioError(f"compare: {name} has another population than the base; give both the same")
    known = [name for name, o in outcomes().items() if o.level == "city" and not name.startswith(_NOT_IN_ARMS)]
    metrics = [t.metric for s in (base, *variants.values()) for t in s.targets if t.metric in known]
    chosen = objective or (metrics[0] if metrics else "gdp_real")
    if chosen not in known:
        raise ScenarioError(f"--objective {chosen}: unknown outcome{nearest(chosen, known)}")
    if by and by not in years_of(base):
        raise ScenarioError(f"--by {by}: is no year of the horizon; write one of {years_of(base)[0]}-{years_of(base)[-1]}")
    return Comparison({base.name: base, **variants}, objective=chosen, by=by, **settings)


def variant_of(base: Scenario, text: str, changes: Mapping[str, Any] | None = None) -> tuple[str, Scenario]:
    """Return a variant by name: of the base, a scenario (shipped or a file), or several joined by `+`.

    Args:
        changes: values changed in the base; those that are not about policies hold for the variant too.

    Raises:
        ScenarioError: if a part is unknown.
    """
    spec = combined(base, text.split("+"))
    of_the_world = {path: value for path, value in (changes or {}).items() if not path.startswith("policies.")}
    return Path(text).stem, spec.with_changes(of_the_world) if of_the_world else spec
