"""Smart workshops 智能车间 and smart factories 智能工厂: digital levels as titles, and the odds to be recognised.

Who stands at the level is in the draw of the year; the odds of two firms are as their revenues to the power
`smart_size_weight`. All know this, so the chance that a firm expects is the one it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerFirm
from sim.firms.table import Firms
from sim.luck.compiled import rule
from sim.tables.parameters import Parameters

LEVELS = (2, 3)  # digital level that a workshop and a factory ask for
_QUOTAS = ("smart_quota_workshop", "smart_quota_factory")
_LEAST = 1e-9  # million yuan of revenue: a firm that sold nothing has hardly a chance


def quota(numbers: Parameters, rank: int) -> int:
    """Return how many are recognised a year, by rank of the title."""
    return round(numbers[_QUOTAS[rank]])


def candidates(firms: Firms, rank: int) -> np.ndarray:
    """Return the rows of those in the draw for a title: above-scale firms at its level that hold neither it nor a
    higher one.
    """
    rows = np.flatnonzero(firms.digital_level >= LEVELS[rank])
    return rows[firms.active[rows] & firms.above_scale[rows] & (firms.smart_title[rows] <= rank)]


def odds(revenue: np.ndarray, numbers: Parameters) -> np.ndarray:
    """Return the odds of firms with some revenue, million yuan a year."""
    weight: np.ndarray = np.maximum(revenue, _LEAST) ** numbers.smart_size_weight
    return weight


def drawn(weight: np.ndarray, luck: np.ndarray, number: int) -> np.ndarray:
    """Return the places of `number` winners, one after the other by their odds: whose waiting time, exponential with
    the odds as its rate, ends first.
    """
    return np.argsort(-np.log1p(-luck) / weight, kind="stable")[:number]


class Prospect(NamedTuple):
    """What a title would bring: awards of each, million yuan by row, places a year, odds of all in the draw now, and
    the years in which a digital project has to pay back.
    """

    workshop: PerFirm
    factory: PerFirm
    quota: np.ndarray
    odds: np.ndarray
    size_weight: float
    years: float


class Standing(NamedTuple):
    """What decides whether a firm is, or may come, in the draw for a title."""

    active: PerFirm
    above_scale: PerFirm
    digital_level: PerFirm
    smart_title: PerFirm
    last_revenue: PerFirm


def prospect(firms: Firms, numbers: Parameters, awards: Sequence[np.ndarray]) -> Prospect:
    """Return what firms reckon with that may win a title; `awards` are those of each, million yuan by row."""
    ranks, drawn_from = range(len(LEVELS)), np.zeros(len(LEVELS))
    for rank in ranks if any(award.any() for award in awards) else ():
        drawn_from[rank] = odds(firms.last_revenue[candidates(firms, rank)], numbers).sum()
    quotas = np.array([quota(numbers, rank) for rank in ranks], dtype=float)
    workshop, factory = awards
    years = numbers.digital_payback_years
    return Prospect(workshop, factory, quotas, drawn_from, numbers.smart_size_weight, years)


@rule
def expected_award(standing: Standing, known: Prospect, row: int) -> float:
    """Return the award, million yuan, that a firm expects to win within the payback time it accepts once a digital
    project has taken it to the level of a title; zero where it takes it to none, or there is none.

    chance of a year = quota x odds / (odds of all candidates + odds), at most one
    """
    expected, rank = 0.0, int(standing.digital_level[row]) + 1 - LEVELS[0]
    if (
        standing.active[row]
        and standing.above_scale[row]
        and 0 <= rank < len(LEVELS)
        and standing.smart_title[row] <= rank
    ):
        award = known.workshop[row] if rank == 0 else known.factory[row]
        if award > 0.0:
            own = max(standing.last_revenue[row], _LEAST) ** known.size_weight
            chance = min(known.quota[rank] * own / (known.odds[rank] + own), 1.0)
            expected = award * (1.0 - (1.0 - chance) ** known.years)
    return expected
