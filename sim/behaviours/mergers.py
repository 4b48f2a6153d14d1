"""Mergers: once a year large groups look for a firm to buy, in the city or elsewhere; a purchase that finds money joins
its buyer's group at the turn of the year.

A purchase moves revenue between groups and books no value added here: establishments keep their rows, keys and luck.
Sellers are people outside the model; what they are paid leaves the buyer's cash. Plants of groups that are led from
elsewhere are not for sale. Some purchases are stakes that bring income and no revenue.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calendar.year import MERGE, NEW_YEAR, QUARTERS, SEASONS
from sim.firms import groups
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.treasury.claims import Spending
from sim.treasury.lines import Line, group_lines
from sim.treasury.supported import share_out

_CERTAIN = 100.0  # exponent beyond which any chance is certain, and e to it still a number
_OUTSIDE = -1
_PLANS = ("wanted_merger", "merger_target", "merger_share", "merger_revenue", "merger_profit")
_CONTROL = ("key", "cluster", "group", "leads", "active", "above_scale", "local_headquarters", "ownership", "listed")
_RECORD = ("reported_revenue", "last_revenue", "last_profit", "capital", "net_worth", "year_revenue")
_BOOKS = ("year_group_extra", "pulled_forward", "pulled_back", "booked_trading")
_REACHED = ("group_highest_tier", "lists_ever", "lists_met", "discloses")


class Found(NamedTuple):
    """What each buyer would buy: head row, or -1 for a firm outside the city; its revenue and profit, million yuan a
    year, and its capital, million yuan at 2021 prices.
    """

    row: np.ndarray
    revenue: np.ndarray
    profit: np.ndarray
    capital: np.ndarray

    @property
    def outside(self) -> np.ndarray:
        """Mask of firms outside the city."""
        return np.asarray(self.row == _OUTSIDE)


@declared(reads=(*_CONTROL, *_RECORD, *_BOOKS, *_REACHED), writes=_PLANS)
def want(firms: Firms, setting: Setting, list_lines: np.ndarray) -> None:
    """Write whom large groups agree to buy, and the price, million yuan.

    price = part bought x max(multiple x profit, floor x capital); an offer is made with chance
    offers x exp(response x (support + benefit of lines that it passes) / price), and sellers may refuse.

    Args:
        list_lines: revenue that each list is expected to ask for of the year that follows, million yuan.
    """
    season, numbers = setting.quarter.season, setting.numbers
    if season == NEW_YEAR:
        for name in _PLANS:
            getattr(firms, name)[:] = 0
    buyers = groups.large_heads(firms, numbers.merger_buyer_floor) if season == MERGE else np.zeros(0, dtype=np.int64)
    buyers = buyers[firms.net_worth[buyers] > 0.0]
    if not buyers.size:
        return
    lines = group_lines(firms, numbers, setting.terms, buyers, list_lines)
    so_far = sum(numbers[name] for name in SEASONS[: MERGE - 1]) / QUARTERS
    revenue = groups.reported(firms)[buyers] / so_far
    found = _look(firms, setting, buyers, _sizes(firms, setting, buyers, lines, revenue))
    stake = np.where(
        _draw(firms, setting, "stake", buyers) < numbers.merger_minority, numbers.merger_minority_stake, 1.0
    )
    price = stake * _worth(found, setting)
    gain = _support(setting, buyers, price) + _passed(lines, revenue, found.revenue, stake)
    agreed = _agreed(firms, setting, buyers, found, price, gain)
    _plan(firms, buyers, found, stake, price, agreed)


def _draw(firms: Firms, setting: Setting, what: str, rows: np.ndarray) -> np.ndarray:
    return uniforms(setting.luck(f"merger {what}"), firms.key[rows])


def _sizes(
    firms: Firms, setting: Setting, buyers: np.ndarray, lines: Sequence[Line], revenue: np.ndarray
) -> np.ndarray:
    """Return the revenue that buyers look for, million yuan a year: spread evenly in logs over what they can take on;
    one that would pass a line with a firm that it can take on looks for that one.
    """
    low, high = setting.numbers.merger_size_low, setting.numbers.merger_size_high
    last = firms.reported_revenue[buyers]
    size = last * low * (high / low) ** _draw(firms, setting, "size", buyers)
    for line in lines:
        gap = line.revenue - revenue
        passes = line.open & (line.benefit > 0.0) & (gap > size) & (gap <= high * last)
        size = np.where(passes, gap, size)
    return size


def _look(firms: Firms, setting: Setting, buyers: np.ndarray, size: np.ndarray) -> Found:
    """Return what each buyer finds: in the city the group nearest in size of its own field or of one that it buys from,
    outside one of its own field that is as usual there.
    """
    technology, now, numbers = setting.technology, setting.conditions, setting.numbers
    own = firms.cluster[buyers]
    real = size / now.output_price[own]
    found = Found(
        np.full(buyers.size, _OUTSIDE),
        size.copy(),
        np.maximum(technology.profit[own], 0.0) * size,
        technology.capital_output[own] * real,
    )
    here = np.flatnonzero(_draw(firms, setting, "place", buyers) < numbers.merger_local_share)
    field = _fields(setting, own, _draw(firms, setting, "field", buyers))
    for_sale = firms.leads & firms.active & firms.local_headquarters & firms.above_scale
    local, profit, capital = (groups.total(firms, v) for v in (firms.last_revenue, firms.last_profit, firms.capital))
    for c in np.unique(field[here]):
        mine = here[field[here] == c]
        sellers = firms.start[c] + np.flatnonzero(for_sale[firms.start[c] : firms.stop[c]])
        rows = _nearest(sellers, firms.reported_revenue[sellers], size[mine])
        found.row[mine], found.revenue[mine] = rows, firms.reported_revenue[rows]
        whole = firms.reported_revenue[rows] / np.maximum(local[rows], 1e-12)  # over what it makes in the city
        found.profit[mine] = np.maximum(profit[rows], 0.0) * whole
        found.capital[mine] = capital[rows] * whole
    return found


def _fields(setting: Setting, own: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the cluster in which each buyer looks: its own, or one that supplies it, by what it buys from each."""
    same = setting.numbers.merger_same_field
    bought = setting.numbers.city_tables.input_output.between * (1.0 - np.eye(setting.numbers.city_tables.count))
    up_to = np.cumsum(bought, axis=0) / np.maximum(bought.sum(axis=0), 1e-12)
    rest = np.clip((draws - same) / max(1.0 - same, 1e-12), 0.0, 1.0)
    supplier = np.minimum((up_to[:, own] < rest).sum(axis=0), setting.numbers.city_tables.count - 1)
    return np.where((draws < same) | (bought.sum(axis=0)[own] == 0.0), own, supplier)


def _nearest(sellers: np.ndarray, revenue: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return for each size the seller whose revenue is nearest to it; there is at least one seller."""
    order = np.argsort(revenue, kind="stable")
    sellers, revenue = sellers[order], revenue[order]
    above = np.minimum(np.searchsorted(revenue, size), revenue.size - 1)
    below = np.maximum(above - 1, 0)
    chosen: np.ndarray = np.where(size - revenue[below] < revenue[above] - size, sellers[below], sellers[above])
    return chosen


def _worth(found: Found, setting: Setting) -> np.ndarray:
    """Return what owners of whole firms are paid, million yuan."""
    numbers = setting.numbers
    least = numbers.merger_asset_floor * found.capital * setting.conditions.deflator
    return np.maximum(numbers.merger_multiple * found.profit, least)


def _support(setting: Setting, buyers: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return what instruments pay buyers for their purchase, million yuan."""
    support = setting.terms.support_of(Spending.MERGER)
    shares = np.zeros((support.floor.size, buyers.size))
    share_out(support, buyers, price, shares)
    return np.asarray(shares.sum(axis=0))


def _passed(lines: Sequence[Line], revenue: np.ndarray, bought: np.ndarray, stake: np.ndarray) -> np.ndarray:
    """Return the benefit of the lines that a purchase would take its buyer past, million yuan; stakes take nowhere."""
    gain = np.zeros(revenue.size)
    for line in lines:
        passes = line.open & (revenue < line.revenue) & (revenue + bought >= line.revenue) & (stake == 1.0)
        gain += np.where(passes, line.benefit, 0.0)
    return gain


def _agreed(
    firms: Firms, setting: Setting, buyers: np.ndarray, found: Found, price: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """Return a mask of purchases on which both sides agree. Larger buyers come first; a firm is sold once, and who is
    sold does not buy.
    """
    numbers = setting.numbers
    tempting = np.exp(np.minimum(numbers.merger_response * gain / np.maximum(price, 1e-12), _CERTAIN))
    agreed = _draw(firms, setting, "offer", buyers) < numbers.merger_offers * tempting
    seller = np.where(found.outside, buyers, found.row)
    agreed &= _draw(firms, setting, "refusal", seller) >= numbers.merger_refusal
    last = firms.reported_revenue[buyers]
    agreed &= (found.revenue <= numbers.merger_size_high * last) & (found.revenue > 0.0) & (price > 0.0)
    sold: set[int] = set()
    for deal in np.flatnonzero(agreed)[np.argsort(-last[agreed], kind="stable")]:
        agreed[deal] = not {int(buyers[deal]), int(found.row[deal])} & sold
        if agreed[deal] and not found.outside[deal]:
            sold.add(int(found.row[deal]))
    return agreed


def _plan(
    firms: Firms, buyers: np.ndarray, found: Found, stake: np.ndarray, price: np.ndarray, agreed: np.ndarray
) -> None:
    rows = buyers[agreed]
    firms.wanted_merger[rows] = price[agreed]
    firms.merger_target[rows] = found.row[agreed] + 1
    firms.merger_share[rows] = stake[agreed]
    firms.merger_revenue[rows], firms.merger_profit[rows] = found.revenue[agreed], found.profit[agreed]


_JOINED = ("group", "leads", "bought", "keeps_outside", "merger_gain")
_OWNED = ("outside_bought", "outside_intensity", "merged_revenue", "stake_income")


@declared(reads=("cluster", "merger_spending", *_PLANS[1:]), writes=(*_JOINED, *_OWNED))
def conclude(firms: Firms, setting: Setting) -> np.ndarray:
    """Let what was paid for join its buyer's group after the year is closed; return the rows of buyers."""
    if setting.quarter.season == NEW_YEAR:
        firms.outside_bought[:], firms.merger_gain[:] = 0.0, 0.0
    if setting.quarter.season != MERGE:
        return np.zeros(0, dtype=np.int64)
    buyers = np.flatnonzero(firms.merger_spending > 0.0)
    whole, here = firms.merger_share[buyers] == 1.0, firms.merger_target[buyers] > 0
    _own(firms, setting, buyers[~(whole & here)])
    _take_over(firms, setting, buyers[whole & ~here])
    for buyer in buyers[whole & here]:
        join(firms, int(buyer), int(firms.merger_target[buyer]) - 1, setting.numbers.merger_efficiency)
    firms.merged_revenue[buyers[whole]] += firms.merger_revenue[buyers[whole]]
    return buyers


def _own(firms: Firms, setting: Setting, buyers: np.ndarray) -> None:
    """Buyers get their part of what stakes and firms outside pay out, million yuan a quarter, as it was when bought."""
    paid_out = firms.merger_share[buyers] * firms.merger_profit[buyers] * setting.numbers.payout / QUARTERS
    firms.stake_income[buyers] += paid_out


def _take_over(firms: Firms, setting: Setting, buyers: np.ndarray) -> None:
    """Firms outside become plants of the group there, with their customers."""
    cluster = firms.cluster[buyers]
    firms.outside_bought[buyers] = firms.merger_revenue[buyers] / setting.conditions.output_price[cluster] / QUARTERS
    unknown = firms.outside_intensity[buyers] == 0.0
    firms.outside_intensity[buyers[unknown]] = setting.technology.energy_intensity[cluster[unknown]]
    firms.keeps_outside[buyers] = True


def join(firms: Firms, buyer: int, head: int, gain: float) -> None:
    """Make the group of one head part of another's: who belongs to whom changes, and nothing else of its firms.

    Args:
        gain: log efficiency that its establishments gain in the next quarter.
    """
    rows = np.flatnonzero(firms.group == head)
    firms.group[rows], firms.leads[head], firms.bought[head] = buyer, False, True
    firms.keeps_outside[buyer] |= firms.keeps_outside[head]
    firms.merger_gain[rows] = gain
