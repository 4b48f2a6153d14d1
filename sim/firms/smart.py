"""Smart workshops 智能车间 and smart factories 智能工厂: digital levels as titles, and the odds to be recognised.

Who stands at the level is in the draw of the year; the odds of two firms are as their revenues to the power
`smart_size_weight`. All know this, so the chance that a firm expects is the one it has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.firms.table import Firms
from sim.tables.parameters import Parameters

LEVELS = (2, 3)  # digital level that a workshop and a factory ask for
READ = ("active", "above_scale", "digital_level", "smart_title", "last_revenue")
_QUOTAS = ("smart_quota_workshop", "smart_quota_factory")
_LEAST = 1e-9  # million yuan of revenue: a firm that sold nothing has hardly a chance


def quota(numbers: Parameters, rank: int) -> int:
    """Return how many are recognised a year, by rank of the title."""
    return round(numbers[_QUOTAS[rank]])


def without(firms: Firms, rank: int) -> np.ndarray:
    """Return a mask of above-scale firms that hold neither the title nor a higher one."""
    mask: np.ndarray = firms.active & firms.above_scale & (firms.smart_title <= rank)
    return mask


def candidates(firms: Firms, rank: int) -> np.ndarray:
    """Return the rows of those in the draw for a title."""
    return np.flatnonzero(without(firms, rank) & (firms.digital_level >= LEVELS[rank]))


def odds(revenue: np.ndarray, numbers: Parameters) -> np.ndarray:
    """Return the odds of firms with some revenue, million yuan a year."""
    weight: np.ndarray = np.maximum(revenue, _LEAST) ** numbers.smart_size_weight
    return weight


def drawn(weight: np.ndarray, luck: np.ndarray, number: int) -> np.ndarray:
    """Return the places of `number` winners, one after the other by their odds: whose waiting time, exponential with
    the odds as its rate, ends first.
    """
    return np.argsort(-np.log1p(-luck) / weight, kind="stable")[:number]


def prospect(firms: Firms, numbers: Parameters, awards: Sequence[np.ndarray]) -> np.ndarray:
    """Return the award, million yuan, that each firm expects to win within the payback time it accepts once a digital
    project has taken it to the level of a title; zero where it takes it to none, or there is none.

    chance of a year = quota x odds / (odds of all candidates + odds), at most one

    Args:
        awards: of each title, million yuan by row.
    """
    expected = np.zeros(firms.rows)
    if not any(award.any() for award in awards):
        return expected
    above = np.flatnonzero(firms.active & firms.above_scale)
    level, title = firms.digital_level[above], firms.smart_title[above]
    for rank, award in enumerate(awards):
        rows, drawn_from = (
            above[(title <= rank) & there] for there in (level == LEVELS[rank] - 1, level >= LEVELS[rank])
        )
        own, others = odds(firms.last_revenue[rows], numbers), odds(firms.last_revenue[drawn_from], numbers)
        chance = np.minimum(quota(numbers, rank) * own / (others.sum() + own), 1.0)
        within = 1.0 - (1.0 - chance) ** numbers.digital_payback_years
        expected[rows] = award[rows] * within
    return expected
