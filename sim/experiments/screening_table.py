"""The table of a screening: what each assumed number moves over its range, and which are told from chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.inference.screening import Screened, screen
from sim.tables.numbers import Number

RAISES, LOWERS, HUMP, DIP = "raises", "lowers", "highest in the middle", "lowest in the middle"
UNTOLD = "not told"
YES, NO = "yes", "no"  # whether something is told from chance

_COLUMNS = ["of", "number", "told", "effect", "effect_low", "effect_high", "bend", "bend_low", "bend_high"]
_COLUMNS += ["direction", "share", "chance", "unit_of_number"]


def screening_table(
    numbers: Mapping[str, Number],
    names: Sequence[str],
    points: np.ndarray,
    found: Mapping[str, np.ndarray],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return a row for each number of each thing looked at; those told from chance first, the strongest before others.

    Args:
        numbers: those of the city. points: (runs, numbers) in the unit cube. found: by what is looked at, its value in
            each run, nan of a run that failed. rng: of the shuffles.
    """
    parts = []
    for of, values in found.items():
        ran = ~np.isnan(values)
        table = _table(screen(points[ran], values[ran], rng), names)
        units = [numbers[name].unit for name in table["number"]]
        parts.append(table.assign(of=of, unit_of_number=units))
    return pd.concat(parts, ignore_index=True)[_COLUMNS]


def _table(screened: Screened, names: Sequence[str]) -> pd.DataFrame:
    columns = {"number": list(names), "told": np.where(screened.told, YES, NO)}
    for what, ends in (("effect", screened.effect), ("bend", screened.bend)):
        columns |= dict(zip((what, f"{what}_low", f"{what}_high"), ends, strict=True))
    columns |= {"share": np.clip(screened.share, 0.0, 1.0), "chance": screened.chance}
    table = pd.DataFrame(columns)
    ends = table[["told", "effect_low", "effect_high", "bend_low", "bend_high"]]
    table["direction"] = [direction(*row) for row in ends.itertuples(index=False)]
    order = np.lexsort((np.arange(len(table)), -screened.share, ~screened.told))
    return table.iloc[order]


def direction(told: str, effect_low: float, effect_high: float, bend_low: float, bend_high: float) -> str:
    """Return whether more of a number raises or lowers what is looked at, or which way it bends, of a number that is
    told from chance and by the intervals that leave out nought.
    """
    asked = ((effect_low > 0.0, RAISES), (effect_high < 0.0, LOWERS), (bend_low > 0.0, HUMP), (bend_high < 0.0, DIP))
    return next((way for holds, way in asked if holds and told == YES), UNTOLD)


def told_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a screening whose numbers are told from chance, the strongest first."""
    return rows[rows["told"] == YES]


def strongest_of(screening: pd.DataFrame, number: int) -> set[str]:
    """Return the numbers that make most of the variance of anything looked at, those told before others."""
    ranked = screening.assign(told=screening["told"] == YES).sort_values(
        ["told", "share"], ascending=False, kind="stable"
    )
    return set(ranked["number"].drop_duplicates().head(number))
