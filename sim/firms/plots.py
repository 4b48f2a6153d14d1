"""Plots for expansions: under a land budget who builds on new land is served in an order, until the land is gone.

The order is that of what each would pay, of output or taxes per mu, or of a queue. Where land has a price it is the
bid of the one that is served last, so that all who are served pay no more than they would.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.ground import OUTPUT, PRICE, QUEUE, LandBudget, left
from sim.firms.land import PlotRules, new_plots, own_plots
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.tables.units import DUST


class Orders(NamedTuple):
    """Expansions that take new land, by firm: row, million yuan asked (today's prices), capital of it that needs new
    plots and capital of it in all (million yuan, 2021 prices), mu of these plots, what building more densely than
    usual adds to a million yuan of capital there, and what the firm would pay for a mu, million yuan.
    """

    rows: np.ndarray
    asked: np.ndarray
    beyond: np.ndarray
    capital: np.ndarray
    need: np.ndarray
    dearer: np.ndarray
    bid: np.ndarray


class PlotCosts(NamedTuple):
    """Share by which capital is dearer per share of land that is saved, and what is paid for land at most over what is
    built on it.
    """

    dense: float
    most: float


ALLOTTED = ("land_allotted", "land_price", "plot_cost", "land_short", "land_waited")
WRITTEN = ("wanted_expansion", *ALLOTTED)
READ = (
    "key",
    "capital",
    "pipeline",
    "land",
    "land_capacity",
    "vacant_land",
    "expansion_worth",
    "last_revenue",
    "last_local_tax",
)


def forget(firms: Firms, names: tuple[str, ...]) -> None:
    """Forget what was allotted in the quarter before; where no budget holds any more, all of it (`ALLOTTED`)."""
    for name in names:
        getattr(firms, name)[:] = 0


def allot(
    firms: Firms, budget: LandBudget, rules: PlotRules, deflator: float, costs: PlotCosts, seed: int, luck: np.uint64
) -> None:
    """Bound what firms want to spend on expansion by the land that is left, and say what of it pays for land.

    Args:
        deflator: price of capital over that of 2021. luck: of the place in a queue.
    """
    forget(firms, ALLOTTED[:-1])  # who waited is counted on
    orders = _orders(firms, rules, deflator, costs, seed)
    there = (1.0 - budget.newcomers) * left(firms, budget)
    granted, price = shared_out(orders.need, orders.bid, _rank(firms, orders, budget.rule, luck), there, budget.rule)
    short = orders.need - granted
    waiting = np.zeros(firms.rows, dtype=bool)
    waiting[orders.rows[short > 0.0]] = True
    firms.land_waited[:] = np.where(waiting, firms.land_waited + 1, 0)
    firms.land_short[orders.rows], firms.land_allotted[orders.rows] = short, granted
    served = np.divide(granted, orders.need, out=np.zeros(granted.size), where=orders.need > 0.0)
    _charge(firms, orders, granted, served, price, deflator)


def _charge(
    firms: Firms, orders: Orders, granted: np.ndarray, served: np.ndarray, price: float, deflator: float
) -> None:
    """Write what is left of each order and what of it pays for land and density; an order that is served whole at no
    price and no other cost stays as it is, to the last bit.
    """
    changed = np.flatnonzero((served < 1.0) | (price > 0.0) | (orders.dearer > 0.0))
    rows, part = orders.rows[changed], served[changed]
    on_new = orders.beyond[changed] * part
    built = (orders.capital[changed] - orders.beyond[changed] + on_new) * deflator
    beside = on_new * deflator * orders.dearer[changed] + price * granted[changed]
    firms.wanted_expansion[rows] = built + beside
    firms.plot_cost[rows] = np.divide(beside, built + beside, out=np.zeros(rows.size), where=beside > 0.0)
    firms.land_price[rows] = np.where(granted[changed] > 0.0, price, 0.0)


def _orders(firms: Firms, rules: PlotRules, deflator: float, costs: PlotCosts, seed: int) -> Orders:
    """Return who wants more capital than its plots carry.

    bid = deflator x min(worth of a yuan of capital - 1 - what density adds, most) / mu per million yuan
    """
    rows = np.flatnonzero(firms.wanted_expansion > 0.0)
    capital = firms.wanted_expansion[rows] / deflator
    stands = firms.capital[rows] + firms.pipeline[rows]
    beyond = np.clip(stands + capital - firms.land_capacity[rows], 0.0, capital)
    over = beyond > DUST * capital
    rows, capital, beyond = rows[over], capital[over], beyond[over]
    own, plot = own_plots(firms.key[rows], seed, rules), new_plots(firms.key[rows], seed, rules)
    dearer = costs.dense * (1.0 - plot / (own * rules.new))
    bid = deflator * np.minimum(firms.expansion_worth[rows] - 1.0 - dearer, costs.most) / plot
    return Orders(rows, capital * deflator, beyond, capital, beyond * plot, dearer, bid)


def _rank(firms: Firms, orders: Orders, rule: str, luck: np.uint64) -> np.ndarray:
    """Return what decides who is served first, the highest; equals by the order of rows."""
    rows = orders.rows
    if rule == PRICE:
        return orders.bid
    if rule == QUEUE:  # who has waited longer; who comes at once by a draw
        return firms.land_waited[rows] + uniforms(luck, firms.key[rows])
    last: np.ndarray = (firms.last_revenue if rule == OUTPUT else firms.last_local_tax)[rows]
    return last / np.maximum(firms.land[rows], DUST)


def shared_out(
    need: np.ndarray, bid: np.ndarray, rank: np.ndarray, there: float, rule: str
) -> tuple[np.ndarray, float]:
    """Return mu that each gets, and what a mu costs, million yuan: who would take none even for nothing gets none, the
    others are served in order, the last of them in part; its bid is the price where land has one.
    """
    wanting = np.where(bid > 0.0, need, 0.0)
    if wanting.sum() <= there * (1.0 + DUST):
        return wanting, 0.0
    order = np.argsort(-rank, kind="stable")
    before = np.cumsum(wanting[order]) - wanting[order]
    granted = np.zeros(need.size)
    granted[order] = np.clip(there - before, 0.0, wanting[order])
    kept_out = wanting > granted
    return granted, float(bid[kept_out].max()) if rule == PRICE else 0.0
