"""Awarded crossings by class, and how many fell back below the line after the award."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim import policies as registry
from sim.inference.means import mean_band
from sim.inference.shares import share_interval
from sim.measure.awarded import FELL_BACK, STILL_ABOVE
from sim.tables.milestones import CROSSING_CLASSES

if TYPE_CHECKING:
    from sim.measure.outcomes import Result


def by_class(results: Sequence[Result], instrument: str, clause: str) -> np.ndarray:
    """Return the mean number of payments of one clause by class of crossing and year, (classes, years); undefined for
    a clause that pays for no crossing.
    """
    years = results[0].year_labels
    counts = np.zeros((len(CROSSING_CLASSES), len(years)))
    paid = 0
    for result in results:
        chosen = _of(result, instrument, clause)
        paid += int(chosen.sum())
        for how, year in zip(result.awarded["how"][chosen], result.awarded["year"][chosen], strict=True):
            if year in years:  # a run may end within a year
                counts[how, years.index(year)] += 1.0 / len(results)
    return counts if paid else np.full_like(counts, np.nan)


def fallen_table(results: Sequence[Result]) -> pd.DataFrame:
    """Return for each clause that pays for crossings, by class, the crossings that were awarded in a world and the
    share of them that was below the line a year later, both with the 95 % interval of the mean; those of which that is
    not known, because the run ends before, are left out.
    """
    rows: list[tuple[object, ...]] = []
    kinds = sorted({pair for r in results for pair in zip(r.awarded["instrument"], r.awarded["clause"], strict=True)})
    for instrument, clause in kinds:
        for how, name in enumerate(CROSSING_CLASSES):
            held, fell = np.array([_after(r, instrument, clause, how) for r in results], dtype=float).T
            number = held + fell
            share, low, high = share_interval(fell, number)
            awarded = float(number.mean()), *(float(end) for end in mean_band(number, 0.0).values())
            title = registry.get(instrument).title_zh
            rows.append((instrument, clause, name, *awarded, share, low, high, len(results), title))
    columns = ["instrument", "clause", "class", "awarded", "awarded_low", "awarded_high"]
    return pd.DataFrame(rows, columns=[*columns, "fell_back", "low", "high", "worlds", "name_zh"])


def _after(result: Result, instrument: str, clause: str, how: int) -> tuple[int, int]:
    """Return how many awarded crossings of a class stayed above the line and how many fell back."""
    paid = result.awarded
    chosen = _of(result, instrument, clause) & (paid["first"] == 1) & (paid["how"] == how)
    after = paid["after"][chosen]
    return int((after == STILL_ABOVE).sum()), int((after == FELL_BACK).sum())


def _of(result: Result, instrument: str, clause: str) -> np.ndarray:
    chosen: np.ndarray = (result.awarded["instrument"] == instrument) & (result.awarded["clause"] == clause)
    return chosen
