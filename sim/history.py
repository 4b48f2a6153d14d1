"""The six years before the start: firms live through shocks, so that 2022 does not begin with everybody at target use
and nothing under way.

Nobody enters, leaves or learns in these years, and prices are those of 2021. A firm that would default is taken over
at its usual debt. Afterwards sizes are those drawn for 2021, by rank: what a firm carries into 2022 is how its orders,
capacity, projects, cash and debt stand against its output.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.behaviours import (
    accounts,
    construction,
    demand,
    energy,
    energy_saving,
    expectations,
    finance,
    innovation,
    investment,
    market,
    retrofit,
    year_books,
)
from sim.calendar.quarter import FIRST, LAST, Quarter
from sim.calendar.year import QUARTERS
from sim.firms import land
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.luck.randomness import pareto_share
from sim.outside.world import past
from sim.register.register import Register
from sim.setting import Setting
from sim.start import population
from sim.start.endowment import endow
from sim.start.funded import Projects
from sim.start.keep_given import keep_given
from sim.start.population import Draft
from sim.start.state import Funded, Start
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms

_CARRIED = (
    "demand",
    "orders",
    "output",
    "expected_demand",
    "capital",
    "pipeline",
    "cash",
    "debt",
    "net_worth",
    "operating_flow",
)
_ORDERED = ("demand", "orders", "expected_demand")
_USUAL = 8  # quarters over which what is usual is measured


@dataclass(frozen=True, slots=True)
class _Lived:
    """Firms at the end of 2021 in units of their own past.

    Attributes:
        firms: the table. before: output of 2020 by row. ordered: orders of 2021 by row. defaults, funded: as in Start.
    """

    firms: Firms
    before: np.ndarray
    ordered: np.ndarray
    defaults: np.ndarray
    funded: Funded


def build(
    numbers: Parameters,
    above_scale: int,
    below_scale: int,
    seed: int,
    until: Quarter = LAST,
    register: Register | None = None,
) -> Start:
    """Return the firms of the end of 2021; arguments as in `population.draft`."""
    technology = Technology.of(numbers)
    drafted = population.draft(numbers, above_scale, below_scale, seed, until, register)
    lived = _live(endow(drafted, numbers, technology, seed, drafted.annual), numbers, technology, seed)
    annual = _by_rank(drafted, lived)
    firms = endow(drafted, numbers, technology, seed, annual)
    _carry(firms, lived, annual, _newest(firms, numbers, drafted))
    keep_given(firms, drafted.given, numbers)
    made = lived.firms.cluster_sum(lived.firms.year_revenue)
    orders = firms.cluster_sum(annual) * lived.firms.cluster_sum(lived.ordered) / made
    firms.energy_2021[:] = annual * firms.energy_intensity
    return Start(
        firms,
        firms.cluster_sum(firms.energy_2021),
        drafted.output_2021,
        orders,
        lived.defaults,
        _turned_away(firms, numbers),
        lived.funded,
        drafted.smallest,
        drafted.named,
        population.firm_names(drafted, numbers.city_tables),
        drafted.given,
        land.settle(firms, numbers, technology, seed),
    )


def _live(firms: Firms, numbers: Parameters, technology: Technology, seed: int) -> _Lived:
    firms.specialised_title[:] = 0
    quarters = max(round(numbers.history_quarters), _USUAL)
    projects = Projects(firms.start.size)
    before, ordered, defaults = firms.last_revenue.copy(), np.zeros(firms.rows), np.zeros(firms.start.size)
    for i, conditions in enumerate(past(numbers, technology, seed, quarters)):
        left = quarters - i
        setting = Setting(
            FIRST + -left,
            conditions,
            Terms(firms.rows),
            numbers,
            technology,
            seed,
            0.0,
            turnover=_turned_away(firms, numbers),
        )
        _turn(firms, setting)
        rescued = _rescue(firms, setting)
        if left <= _USUAL:
            projects.count(firms)
            defaults += (
                firms.cluster_sum(np.where(rescued, firms.demand, 0.0)) / firms.cluster_sum(firms.demand) / _USUAL
            )
        if left == QUARTERS + 1:
            before = firms.year_revenue.copy()
        if left <= QUARTERS:
            ordered += firms.orders
    return _Lived(firms, before, ordered, defaults, projects.funded())


def _turned_away(firms: Firms, numbers: Parameters) -> np.ndarray:
    """Return the share of a cluster's customers who leave the firm that did not serve them:
    outside firms lose as many.
    """
    unserved = np.divide(
        firms.orders - firms.output, firms.orders, out=np.zeros(firms.rows), where=firms.orders > firms.output
    )
    share: np.ndarray = (
        numbers.customers_leave * firms.cluster_sum(firms.demand * unserved) / firms.cluster_sum(firms.demand)
    )
    return share


def _turn(firms: Firms, setting: Setting) -> None:
    """One quarter of the past."""
    demand.turn(firms, setting)
    expectations.expect(firms, setting)
    retrofit.consider(firms, setting)  # paid for, but what retrofits bring is inside the technology of 2021
    energy_saving.consider(firms, setting)
    investment.want(firms, setting)
    innovation.want(firms, setting)
    finance.grant(firms, setting)
    construction.deliver(firms, setting)
    market.want(firms, setting)
    energy.allocate(firms, setting)
    market.sell(firms, setting)
    accounts.settle(firms, setting)
    year_books.add_up(firms, setting)


def _rescue(firms: Firms, setting: Setting) -> np.ndarray:
    """Give firms that would default the cash and debt that are usual; return a mask of them."""
    numbers = setting.numbers
    broke: np.ndarray = (
        (firms.short_of_cash >= round(numbers.default_quarters)) & (firms.net_worth < 0.0) & firms.active
    )
    rows = np.flatnonzero(broke)
    firms.cash[rows] = numbers.cash_buffer * firms.expected_demand[rows]
    firms.debt[rows] = setting.technology.debt_ratio[firms.cluster[rows]] * firms.capital[rows]
    firms.net_worth[rows] = firms.cash[rows] + firms.capital[rows] + firms.pipeline[rows] - firms.debt[rows]
    firms.short_of_cash[rows] = 0
    return broke


def _by_rank(drafted: Draft, lived: _Lived) -> np.ndarray:
    """Return each firm's output of 2021: the sizes drawn for its cluster, given out by rank;
    named firms and those of a register have their own.
    """
    annual, firms = drafted.annual.copy(), lived.firms
    known = np.isin(np.arange(firms.rows), [*drafted.named.values(), *drafted.given.rows])
    for c in range(firms.start.size):
        rows = np.arange(firms.start[c], firms.first_entrant[c])
        rows = rows[~known[rows]]
        order = np.argsort(-firms.year_revenue[rows], kind="stable")
        annual[rows[order]] = np.sort(drafted.annual[rows])[::-1]
    return annual


def _newest(firms: Firms, numbers: Parameters, drafted: Draft) -> np.ndarray:
    """Return rows of the youngest above-scale firms: as many as usually open above the line in a year, which had no
    revenue in 2020; those of a register were on the list already.
    """
    rows = np.setdiff1d(np.flatnonzero(firms.above_scale), drafted.given.rows)
    low, high = drafted.smallest, numbers.entrant_size_high
    share = 1.0 - pareto_share(ABOVE_SCALE_LINE, numbers.entrant_size_exponent, low, high)
    number = round(numbers.entry_rate * float(firms.active.sum()) * share)
    return rows[np.argsort(-firms.founded[rows], kind="stable")[:number]]


def _carry(firms: Firms, lived: _Lived, annual: np.ndarray, newest: np.ndarray) -> None:
    """Give firms of 2021 what they carry over from the past, in proportion to their output."""
    rows = np.flatnonzero(firms.active)
    scale = annual[rows] / lived.firms.year_revenue[rows]
    for name in _CARRIED:
        getattr(firms, name)[rows] = getattr(lived.firms, name)[rows] * scale
    _keep_orders(firms, lived, annual)
    firms.season_research[rows] = lived.firms.season_research[rows] * scale[:, None]
    firms.last_profit[rows] = lived.firms.year_profit[rows] * scale
    firms.year_local_tax[rows] = firms.last_local_tax[rows] = lived.firms.year_local_tax[rows] * scale
    firms.short_of_cash[rows] = lived.firms.short_of_cash[rows]
    firms.saving_under_way[rows] = lived.firms.saving_under_way[rows]
    earlier = np.zeros(firms.rows)
    earlier[rows] = lived.before[rows] * scale
    earlier[newest] = 0.0
    firms.above_scale[:] = earlier >= ABOVE_SCALE_LINE  # the list of 2021 was made on the revenue of 2020
    firms.ever_above_scale[:] = firms.above_scale


def _keep_orders(firms: Firms, lived: _Lived, annual: np.ndarray) -> None:
    """Keep each cluster's orders of the last quarter over its output of the year, which sorting by size would shift."""
    past_ratio = lived.firms.cluster_sum(lived.firms.orders) / lived.firms.cluster_sum(lived.firms.year_revenue)
    ratio = firms.cluster_sum(firms.orders) / firms.cluster_sum(annual)
    for name in _ORDERED:
        getattr(firms, name)[:] *= (past_ratio / ratio)[firms.cluster]
