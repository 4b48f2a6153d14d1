"""Accounts: every flow is named, summed once, and only here do cash, debt and net worth move.

What is due back to the public is paid first, stakes of the fund as far as there is cash.
Surplus above the cash target is paid out in part and repays debt above the usual; a shortfall is borrowed as far as
credit reaches, and what is still missing leaves cash negative.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.calendar.year import NEW_YEAR
from sim.firms import holdings
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import Prices, efficiency, own_tax_rate, per_unit
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.luck.randomness import laplace, uniform
from sim.setting import Setting


class Made(NamedTuple):
    """What firms make and what it takes."""

    active: PerFirm
    key: PerFirm
    output: PerFirm
    expected_demand: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    energy_use: PerFirm
    high_tech_title: PerFirm


class TradeRates(NamedTuple):
    """Tax over value added, the part of it that the high-tech title saves, interest a quarter, the share of wages that
    does not move with output, and the scale of a year's surprise in input cost over revenue.
    """

    tax: float
    tax_cut: float
    interest: float
    fixed_wages: float
    noise: float


class Traded(NamedTuple):
    """Flows from sales to taxes, million yuan a quarter; `margin_noise` is a share of revenue."""

    margin_noise: PerFirm
    revenue: PerFirm
    materials: PerFirm
    energy_bill: PerFirm
    value_added: PerFirm
    wages: PerFirm
    interest: PerFirm
    tax: PerFirm


class Spent(NamedTuple):
    """What firms spend and receive besides trade, million yuan a quarter, and capital at 2021 prices."""

    active: PerFirm
    capital: PerFirm
    pipeline: PerFirm
    research: PerFirm
    replacement: PerFirm
    expansion: PerFirm
    digital_spending: PerFirm
    energy_saving_spending: PerFirm
    merger_spending: PerFirm
    threshold_cost: PerFirm
    credit_drawn: PerFirm
    equity_raised: PerFirm
    awards: PerFirm
    subsidies: PerFirm
    fund_taken: PerFirm
    holding_income: PerFirm
    quota_trade: PerFirm


class Owed(NamedTuple):
    """What firms have to give back this quarter, million yuan: awards, and stakes of the fund at cost and at the price
    that is asked for them.
    """

    award: PerFirm
    stake: PerFirm
    price: PerFirm


class PayoutRules(NamedTuple):
    """Cash kept over revenue, share of what is above it that owners take, credit limit over usual debt, and the weight
    of a quarter in the smoothed flow.
    """

    cash_buffer: float
    payout: float
    credit_limit: float
    expectation_weight: float


class CapitalTerms(NamedTuple):
    """Usual debt per yuan of capital, the price of capital, and the share of it that wears in a quarter."""

    debt_ratio: PerCluster
    deflator: float
    wear: float


class Settled(NamedTuple):
    """Flows that close the quarter and stocks after it, million yuan; quarters in a row with negative cash."""

    awards_returned: PerFirm
    fund_returned: PerFirm
    fund_lost: PerFirm
    dividends: PerFirm
    borrowed: PerFirm
    repaid: PerFirm
    profit: PerFirm
    cash: PerFirm
    debt: PerFirm
    fund_stake: PerFirm
    holdings: PerFirm
    net_worth: PerFirm
    operating_flow: PerFirm
    short_of_cash: PerFirm


@declared(
    reads=(Made, Spent, "debt_moved", "group", "bought", "stake_income"), writes=(Traded, Settled, "holding_income")
)
def settle(firms: Firms, setting: Setting) -> None:
    """Book the quarter's flows, million yuan, and move the stocks by their sum. Awards are already in their column."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    firms.debt += firms.debt_moved
    firms.holding_income[:] = holdings.income(firms)
    rates = TradeRates(
        tax=technology.tax_rate,
        tax_cut=numbers.high_tech_tax_cut,
        interest=technology.loan_rate / 4.0,
        fixed_wages=numbers.fixed_wage_share,
        noise=numbers.cost_noise,
    )
    surprise = setting.yearly_luck("cost noise"), setting.quarter.season == NEW_YEAR
    rows, traded = rows_in(firms), bundle(Traded, firms)
    _trade(rows, bundle(Made, firms), firms.debt, setting.prices(), rates, *surprise, traded)
    worth = CapitalTerms(technology.debt_ratio, now.deflator, technology.depreciation / 4.0)
    owed = Owed(*(setting.terms.column(name) for name in ("award_due", "fund_due", "fund_price")))
    _result(rows, traded, bundle(Spent, firms), owed, bundle(PayoutRules, numbers), worth, bundle(Settled, firms))


@kernel
def _trade(
    rows: Rows,
    made: Made,
    debt: PerFirm,
    prices: Prices,
    rates: TradeRates,
    luck: np.uint64,
    new_year: bool,
    traded: Traded,
) -> None:
    """Book trade, million yuan a quarter.

    revenue = price x output; materials = materials of a unit x output + surprise x revenue; energy = price x use
    value added = revenue - materials - energy; tax = rate x value added, if positive; interest = rate x debt
    wages = wages of a unit x (fixed x expected demand + (1 - fixed) x output)
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not made.active[i]:
                continue
            able, output = efficiency(made.productivity[i], made.digital_effect[i]), made.output[i]
            if new_year:
                traded.margin_noise[i] = rates.noise * laplace(uniform(luck, made.key[i]))
            revenue = prices.output[c] * output
            materials = per_unit(prices.materials[c], able) * output + traded.margin_noise[i] * revenue
            energy_bill = prices.energy[c] * made.energy_use[i]
            value_added = revenue - materials - energy_bill
            staffed_for = rates.fixed_wages * made.expected_demand[i] + (1.0 - rates.fixed_wages) * output
            own_rate = own_tax_rate(rates.tax, made.high_tech_title[i], rates.tax_cut)
            traded.revenue[i] = revenue
            traded.materials[i] = materials
            traded.energy_bill[i] = energy_bill
            traded.value_added[i] = value_added
            traded.wages[i] = per_unit(prices.wages[c], able) * staffed_for
            traded.interest[i] = rates.interest * debt[i]
            traded.tax[i] = own_rate * max(value_added, 0.0)


@kernel
def _result(
    rows: Rows, traded: Traded, spent: Spent, owed: Owed, rules: PayoutRules, worth: CapitalTerms, settled: Settled
) -> None:
    """Move the stocks by the sum of the flows, million yuan a quarter.

    awards = received - returned
    earned = value added - wages - interest - tax + quota sold
    profit = earned - research - wear + awards - cost of lines
    before = cash + earned - spent + awards + subsidies + fund + credit + equity + income of holdings - stakes returned
    value = (capital + pipeline) x deflator + holdings, which are what was paid for firms bought
    repaid = min(before - buffer, debt - usual), dividends = payout x (before - repaid - buffer), none negative
    borrowed = credit + min(-before, limit - debt) where cash is missing; net worth = cash + value - debt - stake
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not spent.active[i]:
                continue
            research, lines, awards = spent.research[i], spent.threshold_cost[i], spent.awards[i] - owed.award[i]
            capital, credit, fund = spent.capital[i], spent.credit_drawn[i], spent.fund_taken[i]
            earned = traded.value_added[i] - traded.wages[i] - traded.interest[i] - traded.tax[i]
            earned += spent.quota_trade[i]
            settled.profit[i] = earned - research - worth.wear * capital * worth.deflator + awards - lines
            projects = research + spent.replacement[i] + spent.expansion[i]
            merger = spent.merger_spending[i]
            bought_firms = settled.holdings[i] + merger
            outlays = projects + spent.digital_spending[i] + spent.energy_saving_spending[i] + lines + merger
            before = settled.cash[i] + earned - outlays + awards + fund + credit + spent.equity_raised[i]
            before += spent.subsidies[i]
            before += spent.holding_income[i]
            asked, ending = owed.price[i], owed.stake[i]
            bought = min(asked, max(before, 0.0))
            ending *= bought / asked if asked > 0.0 else 1.0
            before -= bought
            owing = settled.debt[i] + credit
            value = (capital + spent.pipeline[i]) * worth.deflator + bought_firms
            usual, buffer = worth.debt_ratio[c] * value, rules.cash_buffer * traded.revenue[i]
            repaid = max(min(before - buffer, owing - usual), 0.0)
            dividends = rules.payout * max(before - repaid - buffer, 0.0)
            limit = rules.credit_limit * worth.debt_ratio[c] * value
            extra = min(max(-before, 0.0), max(limit - owing, 0.0))
            cash, debt = before - repaid - dividends + extra, owing - repaid + extra
            stake = max(settled.fund_stake[i] + fund - ending, 0.0)
            settled.awards_returned[i], settled.fund_returned[i] = owed.award[i], bought
            settled.fund_lost[i] = max(ending - bought, 0.0)
            weight = rules.expectation_weight
            settled.repaid[i], settled.dividends[i], settled.borrowed[i] = repaid, dividends, credit + extra
            settled.cash[i], settled.debt[i], settled.fund_stake[i] = cash, debt, stake
            settled.holdings[i] = bought_firms
            settled.net_worth[i] = cash + value - debt - stake
            settled.operating_flow[i] = weight * earned + (1.0 - weight) * settled.operating_flow[i]
            settled.short_of_cash[i] = settled.short_of_cash[i] + 1 if cash < 0.0 else 0
