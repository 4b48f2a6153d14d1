"""What a unit more of what is wanted costs the public purse: mean money over mean effect, or why no cost is told.

Both are means over worlds, so their quotient has Fieller's (1954) interval. It is a cost only where either is told from
zero, they have one sign, and the effect is large enough to be read.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np

from sim.inference.differing import too_few
from sim.inference.means import mean_interval
from sim.inference.ratios import fieller
from sim.tables.catalogue import Outcome
from sim.tables.units import LEAST_SHOWN

Cost = tuple[float, float, float]
NO_COST: Cost = (math.nan,) * 3


class Found(StrEnum):
    """What can be said of the cost of an extra outcome."""

    COST = "cost"
    NO_VALUE = "not comparable"  # the outcome has no value on one side, or in some world
    NO_MONEY = "no money"  # none in any world
    NO_EFFECT = "no effect"  # no world differs
    TOO_SMALL = "smaller than what is shown"
    UNCERTAIN = "not told from zero"
    CONTRARY = "against its aim"  # the effect is sure, and the wrong way
    APART = "money and effect are assumed apart"
    MONEY_UNCERTAIN = "money not told from zero"
    CHEAPER = "costs less and brings more"
    DEARER = "costs more and brings less"


def unit_cost(money: np.ndarray, extra: np.ndarray, outcome: Outcome | None = None) -> tuple[Cost, Found]:
    """Return mean money over mean effect with its interval, and what can be said of it; nan where there is no cost.
    Less money for less effect is a cost too: what a unit given up brings back.

    Args:
        money: million yuan more, one value per world. extra: units more of what is wanted, likewise.
            outcome: what is wanted, read in its own unit; nothing for a probability.
    """
    if np.isnan(extra).any():
        return NO_COST, Found.NO_VALUE
    if not extra.any():
        return NO_COST, Found.NO_EFFECT
    if _unread(extra, outcome.read_factor if outcome else 1.0):
        return NO_COST, Found.TOO_SMALL
    effect, spent = _told(extra), _told(money)
    if not effect:
        return NO_COST, Found.UNCERTAIN
    if not money.any():
        return NO_COST, Found.NO_MONEY
    if not spent:
        return NO_COST, Found.MONEY_UNCERTAIN
    if spent != effect:
        return NO_COST, Found.CHEAPER if effect > 0 else Found.DEARER
    return fieller(money, extra), Found.COST


def _told(values: np.ndarray) -> int:
    """Return the sign of a mean that is told from zero, else 0: it is not where too few worlds differ."""
    if too_few(values):
        return 0
    _, low, high = mean_interval(values)
    return int(low > 0.0) - int(high < 0.0)


def _unread(values: np.ndarray, factor: float) -> bool:
    """Tell whether a mean reads as 0: it is told from zero, or so are the ends of its interval read."""
    mean, *ends = (abs(value) * factor < LEAST_SHOWN for value in mean_interval(values))
    return mean and (bool(_told(values)) or all(ends))
