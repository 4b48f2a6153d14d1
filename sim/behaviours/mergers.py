"""Mergers: once a year large groups look for a firm to buy, in the city or elsewhere; one that was paid for joins its
buyer's group when the tiers of the year of purchase have been judged.

A purchase moves revenue between groups and books no value added here: establishments keep their rows, keys and luck.
Sellers are people outside the model; what they are paid leaves the buyer's cash. Plants of groups that are led from
elsewhere are not for sale. Some purchases are stakes that bring income and no revenue.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from sim.calendar.year import MERGE, NEW_YEAR, QUARTERS, SEASONS, aimed_at
from sim.firms import groups
from sim.firms.bundles import declared
from sim.firms.for_sale import Candidates, Wish, look
from sim.firms.table import Firms
from sim.firms.turnover import raised
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.treasury.claims import Spending
from sim.treasury.lines import Line, group_lines
from sim.treasury.supported import share_out

_PLANS = ("wanted_merger", "merger_target", "merger_share", "merger_revenue", "merger_profit")
_CONTROL = ("key", "cluster", "group", "leads", "active", "above_scale", "local_headquarters", "ownership", "listed")
_RECORD = ("reported_revenue", "last_revenue", "last_profit", "capital", "net_worth", "year_revenue")
_BOOKS = ("year_group_extra", "pulled_forward", "pulled_back", "booked_trading")
_REACHED = ("group_highest_tier", "lists_ever", "lists_met", "discloses")


@declared(reads=(*_CONTROL, *_RECORD, *_BOOKS, *_REACHED), writes=_PLANS)
def want(firms: Firms, setting: Setting, expected_lines: Callable[[int], np.ndarray]) -> None:
    """Write whom large groups agree to buy, and the price, million yuan.

    price = part bought x max(multiple x profit, floor x capital); an offer is made with chance
    offers x exp(response x (support + benefit of lines that it passes) / price), and sellers may refuse.

    Args:
        expected_lines: returns the revenue that each list of a year is expected to ask for, million yuan.
    """
    season, numbers = setting.quarter.season, setting.numbers
    if season == NEW_YEAR:
        firms.wanted_merger[:] = 0.0
    buyers = groups.large_heads(firms, numbers.merger_buyer_floor) if season == MERGE else np.zeros(0, dtype=np.int64)
    buyers = buyers[firms.net_worth[buyers] > 0.0]
    if not buyers.size:
        return
    list_lines = expected_lines(aimed_at(setting.quarter) + 1)  # of the year that follows
    lines = group_lines(firms, numbers, setting.terms, buyers, list_lines)
    may = _tempted(firms, setting, buyers, lines)
    buyers, lines = buyers[may], [line.only(may) for line in lines]
    so_far = sum(numbers[name] for name in SEASONS[: MERGE - 1]) / QUARTERS
    revenue = groups.reported(firms)[buyers] / so_far
    size, aims = _sizes(firms, setting, buyers, lines, revenue)
    draws = (_draw(firms, setting, what, buyers) for what in ("place", "field"))
    wish = Wish(buyers, size, aims, *draws)
    found = look(firms, wish, numbers, setting.technology, setting.conditions.output_price)
    stake = np.where(
        _draw(firms, setting, "stake", buyers) < numbers.merger_minority, numbers.merger_minority_stake, 1.0
    )
    price = stake * _worth(found, setting)
    gain = _support(setting, buyers, price) + _passed(lines, revenue, found.revenue, stake)
    agreed = _agreed(firms, setting, buyers, found, price, gain)
    _plan(firms, buyers, found, stake, price, agreed)


def _tempted(firms: Firms, setting: Setting, buyers: np.ndarray, lines: Sequence[Line]) -> np.ndarray:
    """Return a mask of those who may make an offer at all, whatever they find: most have no need to look."""
    numbers, support = setting.numbers, setting.terms.support_of(Spending.MERGER)
    most = raised(numbers.merger_offers, numbers.merger_response, float(support.rate.sum()))
    may: np.ndarray = _draw(firms, setting, "offer", buyers) < most
    for line in lines:
        may |= line.open & (line.benefit > 0.0)
    return may


def _draw(firms: Firms, setting: Setting, what: str, rows: np.ndarray) -> np.ndarray:
    return uniforms(setting.luck(f"merger {what}"), firms.key[rows])


def _sizes(
    firms: Firms, setting: Setting, buyers: np.ndarray, lines: Sequence[Line], revenue: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the revenue that buyers look for, million yuan a year, and who takes no less: spread evenly in logs over
    what they can take on, and at least what takes a buyer past a line where it can take that on.
    """
    low, high = setting.numbers.merger_size_low, setting.numbers.merger_size_high
    last = firms.reported_revenue[buyers]
    size, aims = last * low * (high / low) ** _draw(firms, setting, "size", buyers), np.zeros(buyers.size, dtype=bool)
    for line in lines:
        gap = line.revenue - revenue
        passes = line.open & (line.benefit > 0.0) & (gap > size) & (gap <= high * last)
        size, aims = np.where(passes, gap, size), aims | passes
    return size, aims


def _worth(found: Candidates, setting: Setting) -> np.ndarray:
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
    firms: Firms, setting: Setting, buyers: np.ndarray, found: Candidates, price: np.ndarray, gain: np.ndarray
) -> np.ndarray:
    """Return a mask of purchases on which both sides agree. Larger buyers come first; a firm is sold once, and who is
    sold does not buy.
    """
    numbers = setting.numbers
    chance = raised(numbers.merger_offers, numbers.merger_response, gain / np.maximum(price, 1e-12))
    agreed = _draw(firms, setting, "offer", buyers) < chance
    seller = np.where(found.outside, buyers, found.row)
    agreed &= _draw(firms, setting, "refusal", seller) >= numbers.merger_refusal
    last = firms.reported_revenue[buyers]
    fits = (found.revenue > 0.0) & (found.revenue <= numbers.merger_size_high * last) & (found.row != buyers)
    agreed &= fits & (price > 0.0)
    sold: set[int] = set()
    for deal in np.flatnonzero(agreed)[np.argsort(-last[agreed], kind="stable")]:
        agreed[deal] = not {int(buyers[deal]), int(found.row[deal])} & sold
        if agreed[deal] and not found.outside[deal]:
            sold.add(int(found.row[deal]))
    return agreed


def _plan(
    firms: Firms, buyers: np.ndarray, found: Candidates, stake: np.ndarray, price: np.ndarray, agreed: np.ndarray
) -> None:
    rows = buyers[agreed]
    firms.wanted_merger[rows] = price[agreed]
    firms.merger_target[rows] = found.row[agreed] + 1
    firms.merger_share[rows] = stake[agreed]
    not_here = np.where(stake < 1.0, 1.0, found.elsewhere)  # firms of the city pay out by themselves
    firms.merger_revenue[rows], firms.merger_profit[rows] = found.revenue[agreed], (not_here * found.profit)[agreed]


_JOINED = ("group", "leads", "bought", "keeps_outside", "merger_gain")
_OWNED = ("outside_bought", "outside_intensity", "merged_revenue", "stake_income")


@declared(reads=("cluster", "active", "merger_spending"), writes=(*_PLANS[1:], *_JOINED, *_OWNED))
def conclude(firms: Firms, setting: Setting) -> np.ndarray:
    """Let buyers own what they paid for and, a quarter later, when the tiers of the year have been judged, let firms of
    the city join their groups; return the rows of those who paid this quarter.
    """
    season = setting.quarter.season
    if season == NEW_YEAR:
        firms.outside_bought[:] = 0.0
        _let_join(firms, setting.numbers.merger_efficiency)
    elif season == MERGE:
        unpaid = firms.merger_spending == 0.0  # without money no purchase
        for name in _PLANS[1:]:
            getattr(firms, name)[unpaid] = 0
    else:
        firms.merger_gain[:] = 0.0
    paid = np.flatnonzero(firms.merger_spending > 0.0) if season == MERGE else np.zeros(0, dtype=np.int64)
    firms.stake_income[paid] += firms.merger_share[paid] * firms.merger_profit[paid] * setting.numbers.payout / QUARTERS
    _take_over(firms, setting, paid[(firms.merger_share[paid] == 1.0) & (firms.merger_target[paid] == 0)])
    return paid


def _let_join(firms: Firms, gain: float) -> None:
    """Let what was bought whole count with its buyer, and forget the plans."""
    buyers = np.flatnonzero(firms.merger_share == 1.0)
    firms.merged_revenue[buyers] += firms.merger_revenue[buyers]
    for buyer in buyers[firms.merger_target[buyers] > 0].tolist():
        head = int(firms.merger_target[buyer]) - 1
        if firms.active[head]:
            join(firms, buyer, head, gain)
    for name in _PLANS[1:]:
        getattr(firms, name)[:] = 0


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
    firms.group[rows], firms.leads[head], firms.bought[rows] = buyer, False, True
    firms.keeps_outside[buyer] |= firms.keeps_outside[head]
    firms.merger_gain[rows] = gain
