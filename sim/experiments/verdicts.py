"""Verdicts of a comparison on its objective, arm by arm, and after how many pairs they are looked at."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.experiments.ended import too_many
from sim.experiments.experiment import Values
from sim.inference.sequence import OF_MEAN, Verdict, judge
from sim.tables.catalogue import outcomes
from sim.tables.likelihood import NOT_JUDGED, UNDECIDED, arm_verdicts_zh

LEAST_PAIRS, MOST_PAIRS = 30, 2_000
EQUAL_WITHIN = 0.001  # of the base's mean: what counts as no difference where no precision is asked for
_GROWTH = 1.25  # of one look to the next
COLUMNS = [
    "variant",
    "outcome",
    "unit",
    "year",
    "verdict",
    "statistic",
    "margin",
    "worlds_better",
    "worlds_worse",
    "better_low",
    "better_high",
    "low",
    "high",
    "pairs",
    "failed",
    "verdict_zh",
]


@dataclass(frozen=True)
class Judging:
    """What arms are judged by.

    Attributes:
        arms: their names, the base first. objective: outcome. place: of its year. year: that year.
        sign: 1 where more is better, else -1. margin: what counts as no difference, as a share of the base's mean.
    """

    arms: Sequence[str]
    objective: str
    place: int
    year: int
    sign: float
    margin: float

    def found(self, values: Values, arm: str, pairs: int) -> np.ndarray:
        """Return the objective in an arm, in the worlds numbered below `pairs`."""
        there = (n for n in sorted(values) if n < pairs)
        return np.array([values[n][arm]["years"][self.objective][self.place] for n in there], dtype=float)

    def margin_of(self, values: Values) -> float:
        """Return what counts as no difference, in the objective's unit: a share of the base's mean in the first pairs,
        so that it does not move while runs arrive.
        """
        base = self.found(values, self.arms[0], LEAST_PAIRS)
        base = base[~np.isnan(base)]
        return self.margin * abs(float(base.mean())) if base.size else 0.0

    def verdicts(self, values: Values, pairs: int) -> Iterator[tuple[str, Verdict]]:
        """Yield each arm with the verdict on it after so many pairs."""
        known, margin = outcomes()[self.objective], self.margin_of(values)
        reach = known.high - known.low if known.bounded else math.inf
        base = self.found(values, self.arms[0], pairs)
        for arm in self.arms[1:]:
            yield arm, judge(self.sign * (self.found(values, arm, pairs) - base), margin, reach)

    def decided(self, values: Values, pairs: int) -> bool:
        """Return whether every arm has a verdict."""
        return all(found.verdict != UNDECIDED for _, found in self.verdicts(values, pairs))


def pairs_wanted(judged: Judging, values: Values, failed: Collection[int], most: int) -> int:
    """Return after how many pairs there is a verdict on every arm, or the next look is to be taken; at most `most`.

    A look is taken when all its pairs have ended, so the answer does not depend on which ended first; those that failed
    are left out. Above `ended.MOST_FAILED` no more are asked for.
    """
    look = min(LEAST_PAIRS, most)
    while look < most and all(n in values or n in failed for n in range(look)):
        if too_many(sum(n in failed for n in range(look)), look) or judged.decided(values, look):
            break
        look = min(math.ceil(look * _GROWTH), most)
    return look


def verdict_table(judged: Judging, values: Values) -> pd.DataFrame:
    """Return the verdict on each arm after all pairs. `better_low` and `better_high` hold the share of worlds better
    among those that differ by more than the margin; `low` and `high` the mean difference, of bounded outcomes only.
    """
    known, margin, asked = outcomes()[judged.objective], judged.margin_of(values), max(values) + 1
    failed, rows = asked - len(values), []
    for arm, found in judged.verdicts(values, asked):
        ends = (found.low, found.high)
        mean = sorted(judged.sign * end for end in ends) if found.statistic == OF_MEAN else (math.nan,) * 2
        share = (math.nan,) * 2 if found.statistic == OF_MEAN else ends
        word = NOT_JUDGED if too_many(failed, asked) else found.verdict
        told = (word, found.statistic, margin, found.better, found.worse, *share, *mean, found.pairs, failed)
        rows.append((arm, known.name, known.unit, judged.year, *told, arm_verdicts_zh()[word]))
    return pd.DataFrame(rows, columns=COLUMNS)
