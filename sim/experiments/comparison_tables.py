"""Tables of a comparison: differences with intervals and what an outcome costs, who ranks first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.unit_cost import NO_COST, Found, unit_cost
from sim.inference.distributions import sides, spread
from sim.inference.means import mean_interval, unpaired_interval
from sim.inference.of_outcome import effect_mean, level_mean
from sim.inference.paired_shares import paired_share
from sim.inference.shares import wilson
from sim.measure.adding_up import together
from sim.tables.catalogue import CITY, COST, LESS, Outcome, listed

TARGET_ROW = "target:"  # begins what stands for an outcome in the row of a target
COLUMNS = [
    "variant",
    "outcome",
    "unit",
    "year",
    "base",
    "level",
    "level_low",
    "level_high",
    "difference",
    "low",
    "high",
    "relative",
    "pairs",
    "paired_over_unpaired_width",
    "cost_per_unit",
    "cost_low",
    "cost_high",
    "found",
    "base_median",
    "base_p5",
    "base_p95",
    "level_median",
    "level_p5",
    "level_p95",
    "difference_median",
    "above_zero",
    "below_zero",
    "name_zh",
]


def comparison_table(
    arms: dict[str, dict[str, np.ndarray]], years: Sequence[int], targets: dict[str, dict[str, np.ndarray]]
) -> pd.DataFrame:
    """Return one row per variant, outcome and year; the first arm is the base. Money in million yuan.

    `base`, `level` and `difference` are means with 95 % intervals. Beside them stand the medians with 90 % ranges of
    the levels, and the median of the paired differences with the shares of worlds in which they are above zero and
    below; these are empty for targets, which are probabilities.

    `cost_per_unit` is the public money since the start that one unit more of the outcome took (one less where less is
    better): of what happens in a year all years together, of what stands at its end, is counted since the start or is a
    quotient in the year. Where there is none, `found` says why (`unit_cost`). An outcome of an instrument that one side
    lacks does not exist there and is not comparable; what an instrument that is not there pays is 0.
    """
    (base_name, base), *variants = arms.items()
    rows: list[tuple[Any, ...]] = []
    for name, found in variants:
        paid = np.cumsum(found["public_cost"] - base["public_cost"], axis=1)
        for target, hits in targets[name].items():
            rows.append(_target_row(name, target, targets[base_name][target], hits, paid[:, -1], years[-1]))
        for outcome in (o for o in listed(CITY) if o.name in found):
            before, levels = base[outcome.name], found[outcome.name]
            effect = together(outcome, levels - before)
            for y, year in enumerate(years):
                rows.append(_row(name, outcome, year, before[:, y], levels[:, y], effect[:, y], paid[:, y]))
    return pd.DataFrame(rows, columns=COLUMNS)


def exactly_nothing(table: pd.DataFrame, same: Sequence[str]) -> pd.DataFrame:
    """Return a comparison in which arms that are the base itself differ by nothing: the interval of a share allows for
    worlds not seen, and there is none in which a scenario differs from itself. What has no value keeps none.
    """
    alike = table["variant"].isin(same) & (table["difference"].notna() | table["above_zero"].notna())
    table.loc[alike, ["difference", "low", "high"]] = 0.0
    table.loc[alike & table["paired_over_unpaired_width"].notna(), "paired_over_unpaired_width"] = 0.0
    return table


def _row(
    variant: str, outcome: Outcome, year: int, base: np.ndarray, level: np.ndarray, effect: np.ndarray, paid: np.ndarray
) -> tuple[Any, ...]:
    difference, low, high = effect_mean(outcome, level - base)
    mean, level_low, level_high = level_mean(outcome, level)
    wide_low, wide_high = unpaired_interval(base, level)
    before = mean_interval(base)[0]
    extra = -effect if outcome.better == LESS else effect
    told = COST in outcome.uses or np.isnan(effect).any()  # of others no cost is told, but why no difference
    cost, found = unit_cost(paid, extra, outcome) if told else (NO_COST, "")
    return (
        variant,
        outcome.name,
        outcome.unit,
        year,
        before,
        mean,
        level_low,
        level_high,
        difference,
        low,
        high,
        difference / abs(before) if before else math.nan,
        base.size,
        _ratio(high - low, wide_high - wide_low),
        *cost,
        str(found),
        *_distribution(base, level),
        outcome.chinese,
    )


def _distribution(base: np.ndarray, level: np.ndarray) -> tuple[float, ...]:
    """Return the columns from `base_median` to `below_zero`."""
    before, after, effect = spread(base), spread(level), level - base
    levels = (float(part[k]) for part in (before, after) for k in ("median", "p5", "p95"))
    return *levels, float(spread(effect)["median"]), *(float(share) for share in sides(effect).values())


def _target_row(
    variant: str, target: str, base: np.ndarray, hits: np.ndarray, paid: np.ndarray, year: int
) -> tuple[Any, ...]:
    difference, low, high = paired_share(base, hits)
    level_low, level_high = wilson(int(hits.sum()), hits.size)
    wide_low, wide_high = unpaired_interval(base, hits)
    told = not low <= 0.0 <= high
    cost, found = unit_cost(paid, hits - base) if told else (NO_COST, Found.UNCERTAIN)
    before = float(base.mean())
    return (
        variant,
        f"{TARGET_ROW}{target}",
        "probability",
        year,
        before,
        float(hits.mean()),
        level_low,
        level_high,
        difference,
        low,
        high,
        difference / before if before else math.nan,
        base.size,
        _ratio(high - low, wide_high - wide_low),
        *cost,
        str(found),
        *(math.nan,) * 9,
        "目标实现概率",
    )


def _ratio(narrow: float, wide: float) -> float:
    return narrow / wide if wide > 0.0 else math.nan


def ranking_table(arms: Sequence[str], worth: np.ndarray) -> pd.DataFrame:
    """Return chance of being best, of rank <= k, and regret of each arm; `worth` is (arms, worlds), more is better.

    Worlds in which an arm has no value (nan) rank nothing; without any other, all cells are empty.
    """
    defined = ~np.isnan(worth).any(axis=0)
    worth = worth[:, defined] if defined.any() else np.full((len(arms), 1), np.nan)
    best = worth.max(axis=0)
    ties = worth == best
    shares = (ties / np.maximum(ties.sum(axis=0), 1)).mean(axis=1)
    better = (worth[None, :, :] > worth[:, None, :]).sum(axis=1)
    regret = best - worth
    rows = []
    for a, arm in enumerate(arms):
        chances = [float((better[a] < k).mean()) for k in range(1, len(arms) + 1)]
        rows.append((arm, float(shares[a]), *chances, float(regret[a].mean()), float(regret[a].max())))
    rows = rows if defined.any() else [(arm, *(math.nan,) * (len(arms) + 3)) for arm in arms]
    columns = [
        "arm",
        "chance_best",
        *(f"chance_rank_{k}" for k in range(1, len(arms) + 1)),
        "mean_regret",
        "largest_regret",
    ]
    return pd.DataFrame(rows, columns=columns)
