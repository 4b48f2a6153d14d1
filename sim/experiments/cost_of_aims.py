"""What an extra unit of what an instrument is meant to move costs the public purse.

The money is what the instrument paid, the effect what all instruments bring beyond the same world without this one:
what the city would save, and do without, if it dropped this one alone. Both are means over worlds, so their quotient
has Fieller's (1954) interval; it has none, and no cost is told, where the effect cannot be told from zero.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.experiment import Values
from sim.experiments.statistics import fieller, mean_interval
from sim.policies import get
from sim.tables.catalogue import outcomes

if TYPE_CHECKING:
    from sim.experiments.watch import Watched

COLUMNS = [
    "instrument",
    "outcome",
    "unit",
    *("paid", "paid_low", "paid_high"),
    *("effect", "effect_low", "effect_high"),
    *("cost_per_unit", "cost_low", "cost_high"),
    "found",
    "worlds",
    "name_zh",
]


class Found(StrEnum):
    """What can be said of the cost of an extra outcome."""

    COST = "cost"
    NO_MONEY = "no money"  # nothing was paid in any world
    NO_EFFECT = "no effect"  # no world differs
    UNCERTAIN = "not told from zero"
    CONTRARY = "against its aim"  # the effect is sure, and the wrong way


def aimed_at(full: Watched, twin: Watched, instrument: str) -> dict[str, Any]:
    """Return what an instrument paid in the whole years, million yuan, and by outcome what it is meant to move beyond
    the twin without it, all years together, in the outcome's unit.
    """
    moved = {aim: full.together[aim] - twin.together[aim] for aim in get(instrument).aims}
    return {"paid": full.paid[instrument], "moved": moved}


def cost_table(values: Values) -> pd.DataFrame:
    """Return money, effect and cost per extra unit of each outcome that an instrument is meant to move, with 95 %
    intervals: million yuan, and units of the outcome. Of an outcome of which less is better a unit less is extra.
    """
    runs = [run for _, run in sorted(values.items())]
    rows: list[tuple[Any, ...]] = []
    for instrument in runs[0]["names"]:
        told = [run["aims"][instrument] for run in runs]
        paid = np.array([world["paid"] for world in told])
        for aim in get(instrument).aims:
            effect = np.array([world["moved"][aim] for world in told])
            rows.append((instrument, aim, *_figures(aim, paid, effect), len(runs), _chinese(instrument, aim)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _figures(aim: str, paid: np.ndarray, effect: np.ndarray) -> tuple[Any, ...]:
    """Return the columns from `unit` to `found`."""
    known = outcomes()[aim]
    mean, low, high = mean_interval(paid)
    told = cost_of(paid, known.sign * effect)
    return known.unit, mean, max(low, 0.0), high, *mean_interval(effect), *told[:3], str(told[3])


def cost_of(paid: np.ndarray, extra: np.ndarray) -> tuple[float, float, float, Found]:
    """Return mean money over mean effect with its interval, and what can be said of it; nan where there is no cost.

    Args:
        paid, extra: million yuan, and units more of what is wanted, one value per world.
    """
    nothing = (math.nan,) * 3
    if not paid.any():
        return *nothing, Found.NO_MONEY
    if not extra.any():
        return *nothing, Found.NO_EFFECT
    cost, low, high = fieller(paid, extra)
    if math.isnan(cost):
        return *nothing, Found.UNCERTAIN
    return (*nothing, Found.CONTRARY) if extra.mean() < 0.0 else (cost, max(low, 0.0), high, Found.COST)


def _chinese(instrument: str, aim: str) -> str:
    return f"{get(instrument).title_zh}：{outcomes()[aim].chinese}"
