"""Titles: firms apply when it pays, yearly quotas take the best, validity ends after some years.

The provincial and the national ministry give the specialised titles, each with a quota, and the city only rewards them:
provincial little giant, national little giant (from holders of the provincial title), champion (from larger firms,
whatever they hold).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sim.calendar.year import TITLE_ROUND
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.luck.compiled import array_rule, rule
from sim.luck.randomness import lognormal, stream, uniforms
from sim.setting import Setting
from sim.tables.milestones import APPLICATIONS, TITLES
from sim.tables.parameters import Parameters
from sim.treasury.events import Event, reached

_QUOTAS = ("title_quota_provincial", "title_quota_national", "title_quota_champion")
_HALVINGS = 50  # of the interval in which the cut-off score is sought: to the last digit


_SCORED = ("cluster", "above_scale", "productivity", "digital_level", "last_revenue")


@declared(
    reads=("active", "key", "research_propensity", *_SCORED),
    writes=("specialised_title", "specialised_expiry", "highest_title"),
)
def judge(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, renew and grant titles;
    return events for those newly recognised and for those who applied.
    """
    if setting.quarter.season != TITLE_ROUND:
        return []
    return [event for round_ in rounds(firms, setting) for event in _events(round_, setting)]


class TitleRound(NamedTuple):
    """One round for one title, decided: who it is open to, firm rows, ascending; of each of them the chance of winning
    that it sees, the least for which it applies, its score in points, and whether it applied; who won, firm rows,
    ascending, and for whom of them that was the first time.
    """

    rank: int
    quota: int
    candidates: np.ndarray
    chance: np.ndarray
    least: np.ndarray
    score: np.ndarray
    applies: np.ndarray
    winners: np.ndarray
    first: np.ndarray


def rounds(firms: Firms, setting: Setting) -> Iterator[TitleRound]:
    """Renew titles, then hold the rounds of the year, from the highest title down; each is written before it is
    yielded.
    """
    _renew(firms, setting, np.flatnonzero(firms.active))
    rows = np.flatnonzero(firms.active & firms.above_scale)
    merit = _merit(firms, setting, rows)
    for rank in reversed(range(len(TITLES))):
        yield _round(firms, setting, rows, merit, rank)


def _events(decided: TitleRound, setting: Setting) -> list[Event]:
    return [
        reached(TITLES[decided.rank], setting.quarter, decided.winners, decided.first),
        reached(APPLICATIONS[decided.rank], setting.quarter, decided.candidates[decided.applies]),
    ]


def _merit(firms: Firms, setting: Setting, rows: np.ndarray) -> np.ndarray:
    """What a firm knows of its score: research, productivity and digital level against the cluster."""
    numbers = setting.numbers
    lead = np.log(firms.productivity[rows]) - firms.frontier[firms.cluster[rows]]
    merit: np.ndarray = (
        numbers.title_weight_research * firms.research_propensity[rows]
        + numbers.title_weight_productivity * lead
        + numbers.title_weight_digital * firms.digital_level[rows]
    )
    return merit


def _renew(firms: Firms, setting: Setting, rows: np.ndarray) -> None:
    """Holders whose validity ends pass the re-examination with a fixed chance, outside the quota."""
    now = setting.quarter.number
    ending = rows[(firms.specialised_title[rows] > 0) & (firms.specialised_expiry[rows] <= now)]
    passed = uniforms(setting.luck("title renewal"), firms.key[ending]) < setting.numbers.title_renewal
    firms.specialised_expiry[ending[passed]] = setting.title_expiry()
    firms.specialised_title[ending[~passed]] = 0


def _round(firms: Firms, setting: Setting, rows: np.ndarray, merit: np.ndarray, rank: int) -> TitleRound:
    """Take applications for the title of one rank and give it to the best, as many as the quota allows."""
    numbers, title = setting.numbers, TITLES[rank]
    open_to = may_apply(firms, numbers, rows, rank)
    candidates, merit, places = rows[open_to], merit[open_to], quota(numbers, rank)
    least = least_chance(
        _cost(firms, setting, candidates), _value(firms, setting, candidates) + setting.terms.column(title)[candidates]
    )
    chance = chances(merit, least, places, numbers.title_weight_luck)
    applies = chance > least
    score = merit + numbers.title_weight_luck * uniforms(setting.luck("title score"), firms.key[candidates])
    winners = np.sort(candidates[applies][np.argsort(-score[applies], kind="stable")[:places]])
    first = firms.highest_title[winners] <= rank
    firms.specialised_title[winners] = rank + 1
    firms.specialised_expiry[winners] = setting.title_expiry()
    firms.highest_title[winners] = np.maximum(firms.highest_title[winners], rank + 1)
    return TitleRound(rank, places, candidates, chance, least, score, applies, winners, first)


def quota(numbers: Parameters, rank: int) -> int:
    """Return how many are recognised a year, by rank of the title."""
    return round(numbers[_QUOTAS[rank]])


def may_apply(firms: Firms, numbers: Parameters, rows: np.ndarray, rank: int) -> np.ndarray:
    """Return a mask of above-scale rows that may apply for the title of a rank: little giants are small or middling
    and climb rank by rank; a champion is larger and may hold any lower title or none.
    """
    revenue, held = firms.last_revenue[rows], firms.specialised_title[rows]
    champion = (held <= rank) & (revenue >= numbers.champion_size_floor)
    little_giant = (held == rank) & (revenue <= numbers.title_size_limit)
    return champion if rank + 1 == len(TITLES) else little_giant


def least_chance(cost: np.ndarray, benefit: np.ndarray) -> np.ndarray:
    """Return the chance of winning above which applying pays: cost over benefit (both million yuan); none is enough
    without benefit.
    """
    least: np.ndarray = np.divide(cost, benefit, out=np.full(cost.shape, np.inf), where=benefit > 0.0)
    return least


def chances(merit: np.ndarray, least: np.ndarray, quota: int, luck: float) -> np.ndarray:
    """Return each candidate's chance to be among the best `quota`, given that others too apply only when it pays.

    Winners are published, so a firm knows the score that it takes, not what the jury sees besides: a uniform draw from
    0 to `luck` points. The cut-off is the score at which those for whom it pays expect to fill the quota between them.
    """
    if merit.size == 0 or quota == 0:
        return np.zeros(merit.size)
    chance = np.zeros(merit.size)
    _fill_quota(merit, least, quota, luck, float(merit.min()), float(merit.max()) + luck, chance)
    return chance


@array_rule
def _fill_quota(
    merit: np.ndarray, least: np.ndarray, quota: int, luck: float, low: float, high: float, chance: np.ndarray
) -> None:
    """Write chances at the highest cut-off, between two, at which the quota is filled."""
    near, near_least = merit, least
    for _ in range(_HALVINGS):
        cut = (low + high) / 2.0
        if _expected_winners(near, near_least, cut, luck) >= quota:
            low = cut
            may = near + luck >= cut  # whoever cannot reach this score cannot reach a higher one
            near, near_least = near[may], near_least[may]
        else:
            high = cut
    for i in range(merit.size):
        chance[i] = _chance(merit[i], low, luck)


@rule
def _chance(merit: float, cut: float, luck: float) -> float:
    """Return a candidate's chance to score above a cut-off."""
    return min(max((merit + luck - cut) / luck, 0.0), 1.0) if luck > 0.0 else 1.0 * (merit >= cut)


@rule
def _expected_winners(merit: np.ndarray, least: np.ndarray, cut: float, luck: float) -> float:
    """Return how many of those for whom applying pays will score above a cut-off."""
    winners = 0.0
    for i in range(merit.size):
        chance = _chance(merit[i], cut, luck)
        if chance > least[i]:
            winners += chance
    return winners


def _value(firms: Firms, setting: Setting, rows: np.ndarray) -> np.ndarray:
    """What a title is worth to each firm besides the city's award, million yuan: lasting, a trait of the firm."""
    return setting.numbers.title_private_value * _trait(firms, setting, "title value", rows)


def _cost(firms: Firms, setting: Setting, rows: np.ndarray) -> np.ndarray:
    """What applying costs each firm, million yuan: lasting, a trait of the firm, less where the city prepares it."""
    cost = setting.numbers.title_cost * _trait(firms, setting, "title cost", rows)
    prepared = setting.terms.column("title_help")[rows] * setting.numbers.title_help_effect
    return cost * (1.0 - prepared)


def _trait(firms: Firms, setting: Setting, name: str, rows: np.ndarray) -> np.ndarray:
    return lognormal(uniforms(stream(setting.seed, name), firms.key[rows]), setting.numbers.title_spread)
