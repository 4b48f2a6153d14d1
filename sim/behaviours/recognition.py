"""Recognition: the year is closed in the fourth quarter, tiers and the above-scale line are judged in the first,
lists in the third. What firms reach becomes events, which instruments may pay for a quarter later."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calendar.year import CLOSE_YEAR, JUDGE_LISTS, JUDGE_TIERS, QUARTERS, closed_year
from sim.firms import disclosure, groups
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.tables.milestones import (
    ABOVE_SCALE_LINE,
    LISTS,
    MERGED,
    PRICE_BOOM,
    PULLED_FORWARD,
    REAL,
    RELABELLED,
    TIER_LINES,
    TIERS,
    Kind,
    Unit,
)
from sim.treasury.events import Event, reached

_CONTROL = ("key", "group", "leads", "ownership", "local_headquarters", "listed", "founded", "active")
_YEAR = ("year_revenue", "year_profit", "year_local_tax", "year_group_extra", "year_real")
_BOOKED = ("pulled_forward", "pulled_back", "booked_trading", "merged_revenue")


@declared(
    reads=_CONTROL + _YEAR + _BOOKED,
    writes=(
        "last_revenue",
        "last_profit",
        "last_local_tax",
        "local_tax_rise",
        "reported_revenue",
        "real_revenue",
        "above_scale",
        "ever_above_scale",
        "highest_tier",
        "highest_real_tier",
        "group_highest_tier",
        "group_highest_real_tier",
        "lists_ever",
        "lists_now",
        "lists_met",
        "discloses",
    ),
)
def recognise(firms: Firms, setting: Setting, list_lines: np.ndarray) -> list[Event]:
    """Close the year, judge tiers or judge lists, by season; return what firms reached.

    Args:
        list_lines: revenue of last year that each list of this year asks for, million yuan.
    """
    season = setting.quarter.season
    if season == CLOSE_YEAR:
        _close_year(firms)
    if season == JUDGE_TIERS:
        return [*_group_tiers(firms, setting), *_establishment_tiers(firms, setting), _above_scale(firms, setting)]
    if season == JUDGE_LISTS:
        return _lists(firms, setting, list_lines)
    return []


def _close_year(firms: Firms) -> None:
    firms.local_tax_rise[:] = np.maximum(firms.year_local_tax - firms.last_local_tax, 0.0)
    firms.last_revenue[:], firms.last_profit[:] = firms.year_revenue, firms.year_profit
    firms.last_local_tax[:] = firms.year_local_tax
    firms.reported_revenue[:] = groups.reported(firms)
    firms.real_revenue[:] = groups.total(firms, firms.year_real)


def _group_tiers(firms: Firms, setting: Setting) -> list[Event]:
    heads = groups.large_heads(firms, TIER_LINES[0])
    pulled = groups.total(firms, firms.pulled_forward)[heads]
    booked = groups.total(firms, firms.booked_trading)[heads]
    base = firms.reported_revenue[heads] - pulled - booked
    real, highest = firms.real_revenue[heads], (firms.group_highest_tier, firms.group_highest_real_tier)
    merged = np.minimum(firms.merged_revenue[heads], base)
    return _crossings(setting, Unit.GROUP, heads, _Revenue(base, real, pulled, booked, merged), *highest)


def _establishment_tiers(firms: Firms, setting: Setting) -> list[Event]:
    shown = groups.shown(firms, Unit.ESTABLISHMENT)
    rows = np.flatnonzero((shown >= TIER_LINES[0]) & firms.active & firms.local_headquarters)
    heads = firms.group[rows]
    base = firms.last_revenue[rows] - firms.pulled_back[rows]
    constant_prices = firms.real_revenue[heads] / np.maximum(firms.reported_revenue[heads], firms.last_revenue[rows])
    booked = firms.booked_trading[rows]
    revenue = _Revenue(base, base * constant_prices, firms.pulled_forward[rows], booked, np.zeros(rows.size))
    return _crossings(setting, Unit.ESTABLISHMENT, rows, revenue, firms.highest_tier, firms.highest_real_tier)


class _Revenue(NamedTuple):
    """Revenue of those judged, million yuan: without what was pulled forward or booked, the same at 2021 prices, what
    was pulled forward, trade that was booked, and the part of `base` that groups bought since 2022 brought.
    """

    base: np.ndarray
    real: np.ndarray
    pulled: np.ndarray
    booked: np.ndarray
    merged: np.ndarray

    @property
    def shown(self) -> np.ndarray:
        """Revenue as the books show it."""
        shown: np.ndarray = self.base + self.pulled + self.booked
        return shown


def _crossings(
    setting: Setting, unit: Unit, rows: np.ndarray, revenue: _Revenue, highest: np.ndarray, highest_real: np.ndarray
) -> list[Event]:
    """Return one event per tier, and raise the highest tiers, columns, of the rows that cross it.

    There are two high-water marks: a tier can be crossed once by any means and once really, so that a crossing on
    paper does not hide the one in the workshops that comes later.
    """
    events = []
    for rank, (tier, line) in enumerate(zip(TIERS, TIER_LINES, strict=True)):
        how = _classes(revenue, line)
        first = (revenue.shown >= line) & (highest[rows] <= rank)
        truly = (how == REAL) & (highest_real[rows] <= rank)
        crossed = first | truly
        events.append(
            Event(
                tier, unit, setting.quarter, closed_year(setting.quarter), rows[crossed], first[crossed], how[crossed]
            )
        )
        highest[rows[first]] = rank + 1
        highest_real[rows[truly]] = rank + 1
    return events


def _classes(revenue: _Revenue, line: float) -> np.ndarray:
    own = revenue.base - revenue.merged
    real = revenue.real * own / np.maximum(revenue.base, 1e-12)
    pulled = own + revenue.pulled
    return np.select(
        [(own >= line) & (real >= line), own >= line, pulled >= line, pulled + revenue.merged >= line],
        [REAL, PRICE_BOOM, PULLED_FORWARD, MERGED],
        RELABELLED,
    )


def _above_scale(firms: Firms, setting: Setting) -> Event:
    # a firm that opened in the course of last year is judged by what a whole year at that pace would have brought
    quarters = np.clip(setting.quarter.number - firms.founded - 1, 1, QUARTERS)
    above = firms.active & (firms.last_revenue * QUARTERS / quarters >= ABOVE_SCALE_LINE)
    rows = np.flatnonzero(above & ~firms.above_scale)
    first = ~firms.ever_above_scale[rows]
    firms.above_scale[:] = above
    firms.ever_above_scale |= above
    return reached(Kind.ABOVE_SCALE, setting.quarter, rows, first, year=closed_year(setting.quarter))


def _lists(firms: Firms, setting: Setting, lines: np.ndarray) -> list[Event]:
    heads = groups.large_heads(firms, lines.min())
    events, now = [], np.zeros(heads.size, dtype=np.int64)
    for bit, name in enumerate(LISTS):
        on_list = _on_list(firms, setting, heads, name, lines[bit])
        entered = on_list & ~disclosure.has(firms.lists_now[heads], bit)
        rows = heads[entered]
        first = ~disclosure.has(firms.lists_ever[rows], bit)
        events.append(reached(name, setting.quarter, rows, first, unit=Unit.GROUP))
        now |= disclosure.mark(on_list, bit)
    firms.lists_now[:] = 0
    firms.lists_now[heads] = now
    firms.lists_ever[heads] |= now
    return events


def _on_list(firms: Firms, setting: Setting, heads: np.ndarray, name: str, line: float) -> np.ndarray:
    """Mask of heads on this year's list: revenue meets the line, owners are admitted, and the list knows the group."""
    bit = LISTS.index(name)
    met = (firms.reported_revenue[heads] >= line) & disclosure.may_enter(firms, heads, name)
    luck = uniforms(setting.yearly_luck(f"disclosure {name}"), firms.key[heads])
    shown: np.ndarray = met & (luck < disclosure.chance(firms, setting.numbers, heads, name))
    firms.lists_met[heads] |= disclosure.mark(met, bit)
    firms.discloses[heads] |= disclosure.mark(shown, bit)
    return shown
