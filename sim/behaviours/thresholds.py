"""Near a line: at the end of a year a firm compares doing nothing, pulling revenue forward, and booking trade.

It does what is cheapest if that costs less than the award and the benefits it sees. Revenue pulled forward is missing
next year; booked trade has no value added. Both make a crossing that is not real.
"""

from __future__ import annotations

import numpy as np

from sim.calendar.year import OPEN_BOOKS, REACH_LINES
from sim.firms import groups
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.setting import Setting
from sim.tables.milestones import TIER_LINES
from sim.tables.parameters import Parameters
from sim.treasury.lines import Line, establishment_lines, group_lines

_CONTROL = ("cluster", "group", "leads", "ownership", "local_headquarters", "listed", "active")
_SALES = (
    "output",
    "year_revenue",
    "year_group_extra",
    "outside_demand",
    "trading_base",
    "output_leaked",
    "keeps_outside",
)
_REACHED = ("highest_tier", "group_highest_tier", "lists_ever", "lists_met", "discloses")


@declared(
    reads=_CONTROL + _SALES + _REACHED,
    writes=("pulled_forward", "pulled_back", "booked_trading", "threshold_cost"),
)
def reach(firms: Firms, setting: Setting, list_lines: np.ndarray) -> None:
    """In the last quarter, write what firms pull forward or book, and its cost, million yuan.

    Args:
        list_lines: revenue that each list of next year is expected to ask for, million yuan.
    """
    firms.threshold_cost[:] = 0.0
    if setting.quarter.season == OPEN_BOOKS:
        _open_books(firms)
    if setting.quarter.season != REACH_LINES:
        return
    quarter_sales = firms.output * setting.conditions.output_price[firms.cluster]  # as the accounts will book them
    heads = groups.reporting_heads(firms)
    group_sales = groups.total(firms, quarter_sales)
    outside = groups.outside_rows(firms)
    beyond = sum(groups.beyond(firms, setting.conditions.output_price, setting.conditions.season))
    np.add.at(group_sales, firms.group[outside], beyond)
    group_revenue = groups.reported(firms) + group_sales
    near = _within_reach(setting.numbers, heads, group_revenue, min(TIER_LINES[0], float(list_lines.min())))
    for line in group_lines(firms, setting.numbers, setting.terms, near, list_lines):
        _reach(firms, setting.numbers, near, group_revenue[near], line)
    revenue = firms.year_revenue + quarter_sales
    near = _within_reach(setting.numbers, heads, revenue, TIER_LINES[0])
    for line in establishment_lines(firms, setting.terms, near):
        _reach(firms, setting.numbers, near, revenue[near], line)


def _within_reach(numbers: Parameters, heads: np.ndarray, revenue: np.ndarray, lowest_line: float) -> np.ndarray:
    """Drop groups that could not reach the lowest line with all they can pull forward or book."""
    most = 1.0 + max(numbers.pull_limit, numbers.trading_credible_share)
    return heads[revenue[heads] * most >= lowest_line]


def _open_books(firms: Firms) -> None:
    # not before: the first quarter still judges what was booked for last year
    firms.pulled_back[:] = firms.pulled_forward
    firms.pulled_forward[:] = 0.0
    firms.booked_trading[:] = 0.0


def _reach(firms: Firms, numbers: Parameters, rows: np.ndarray, revenue: np.ndarray, line: Line) -> None:
    already = firms.pulled_forward[rows] + firms.booked_trading[rows]
    gap = line.revenue - revenue - already
    wanted = line.open & (gap > 0.0)
    can_pull = wanted & (gap <= numbers.pull_limit * revenue - firms.pulled_forward[rows])
    can_trade = wanted & (gap <= numbers.trading_credible_share * revenue - firms.booked_trading[rows])
    pull_first = can_pull & ((numbers.pull_cost <= numbers.trading_cost) | ~can_trade)
    pulls = pull_first & (numbers.pull_cost * gap < line.benefit)
    trades = can_trade & ~pull_first & (numbers.trading_cost * gap < line.benefit)
    firms.pulled_forward[rows[pulls]] += gap[pulls]
    firms.booked_trading[rows[trades]] += gap[trades]
    firms.threshold_cost[rows[pulls]] += numbers.pull_cost * gap[pulls]
    firms.threshold_cost[rows[trades]] += numbers.trading_cost * gap[trades]
