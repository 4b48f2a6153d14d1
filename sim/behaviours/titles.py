"""Titles: firms apply when it pays, yearly quotas take the best, validity ends after some years.

The specialised ladder has quotas: provincial little giant, national little giant, champion. High-tech status has none:
a firm whose research reaches the statutory share of sales is recognised in time, and loses the status when it falls.
"""

from __future__ import annotations

import numpy as np

from sim.events import Event
from sim.firms import Firms
from sim.milestones import TITLES
from sim.randomness import uniforms
from sim.setting import Setting
from sim.terms import ESTABLISHMENT

WRITES = ("specialised_title", "specialised_expiry", "highest_title", "high_tech_title", "high_tech_expiry")

SEASON = 3
_QUOTAS = ("title_quota_provincial", "title_quota_national", "title_quota_champion")


def judge(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, renew and grant titles; return one event per title for those newly recognised."""
    if setting.quarter.season != SEASON:
        return []
    rows = np.flatnonzero(firms.active & firms.above_scale)
    score = _score(firms, setting, rows)
    _renew(firms, setting, rows)
    events = [_grant(firms, setting, rows, score, rank) for rank in reversed(range(len(TITLES)))]
    _high_tech(firms, setting, np.flatnonzero(firms.active))
    return events


def _score(firms: Firms, setting: Setting, rows: np.ndarray) -> np.ndarray:
    """Judges' score: research, productivity and digital level against the cluster, and luck."""
    numbers = setting.numbers
    effort = firms.research_propensity[rows]
    lead = np.log(firms.productivity[rows]) - firms.frontier[firms.cluster[rows]]
    luck = uniforms(setting.luck("title score"), firms.key[rows])
    score: np.ndarray = (
        numbers.title_weight_research * effort + numbers.title_weight_productivity * lead
        + numbers.title_weight_digital * firms.digital_level[rows] + numbers.title_weight_luck * luck
    )
    return score


def _renew(firms: Firms, setting: Setting, rows: np.ndarray) -> None:
    """Holders whose validity ends pass the re-examination with a fixed chance, outside the quota."""
    now = setting.quarter.number
    ending = rows[(firms.specialised_title[rows] > 0) & (firms.specialised_expiry[rows] < now)]
    passed = uniforms(setting.luck("title renewal"), firms.key[ending]) < setting.numbers.title_renewal
    firms.specialised_expiry[ending[passed]] = _expiry(setting)
    firms.specialised_title[ending[~passed]] = 0


def _expiry(setting: Setting) -> int:
    return setting.quarter.number + round(4 * setting.numbers.title_years)


def _grant(firms: Firms, setting: Setting, rows: np.ndarray, score: np.ndarray, rank: int) -> Event:
    """Give the title of one rank to the best applicants of the rank below, as many as the quota allows."""
    numbers, title = setting.numbers, TITLES[rank]
    benefit = numbers.title_private_value + setting.terms.column(title)[rows]
    below = firms.specialised_title[rows] == rank
    applies = below & (benefit > numbers.title_cost) & _right_size(firms, setting, rows, rank)
    candidates = np.flatnonzero(applies)
    best = candidates[np.argsort(-score[candidates], kind="stable")][: round(numbers[_QUOTAS[rank]])]
    winners = np.sort(rows[best])
    first = firms.highest_title[winners] <= rank
    firms.specialised_title[winners] = rank + 1
    firms.specialised_expiry[winners] = _expiry(setting)
    firms.highest_title[winners] = np.maximum(firms.highest_title[winners], rank + 1)
    return Event(title, ESTABLISHMENT, setting.quarter, setting.quarter.year, winners, first,
                 np.zeros(winners.size, dtype=np.int64))


def _right_size(firms: Firms, setting: Setting, rows: np.ndarray, rank: int) -> np.ndarray:
    """Little giants are small or middling; champions need a larger sale of their product."""
    numbers, revenue = setting.numbers, firms.last_revenue[rows]
    if rank + 1 < len(TITLES):
        return revenue <= numbers.title_size_limit
    return revenue >= numbers.champion_size_floor


def _high_tech(firms: Firms, setting: Setting, rows: np.ndarray) -> None:
    numbers, now = setting.numbers, setting.quarter.number
    intensity = setting.technology.research[firms.cluster[rows]] * firms.research_propensity[rows]
    qualified = intensity >= numbers.high_tech_research_line
    due = np.where(firms.high_tech_title[rows], firms.high_tech_expiry[rows] < now,
                   uniforms(setting.luck("high-tech"), firms.key[rows]) < numbers.high_tech_recognition)
    firms.high_tech_title[rows] = np.where(due, qualified, firms.high_tech_title[rows])
    firms.high_tech_expiry[rows[due & qualified]] = _expiry(setting)
