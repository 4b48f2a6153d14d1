"""Accounts: every flow is named, summed once, and only here do cash, debt and net worth move.

Surplus above the cash target is paid out in part and repays debt above the usual; a shortfall is borrowed as far as
credit reaches, and what is still missing leaves cash negative.
"""

from __future__ import annotations

from sim.calendar.year import NEW_YEAR
from sim.firms.costs import efficiency, own_tax_rate, per_unit
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.luck.randomness import laplace, uniform
from sim.setting import Setting

WRITES = (
    "revenue",
    "materials",
    "energy_bill",
    "value_added",
    "wages",
    "interest",
    "tax",
    "dividends",
    "borrowed",
    "repaid",
    "profit",
    "cash",
    "debt",
    "fund_stake",
    "net_worth",
    "operating_flow",
    "short_of_cash",
    "margin_noise",
)


def settle(firms: Firms, setting: Setting) -> None:
    """Book the quarter's flows, million yuan, and move the stocks by their sum. Awards are already in their column."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    firms.debt += firms.debt_moved
    _trade(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.yearly_luck("cost noise"),
        firms.output,
        firms.expected_demand,
        firms.productivity,
        firms.digital_effect,
        firms.energy_use,
        firms.debt,
        firms.high_tech_title,
        now.output_price,
        now.input_price * technology.materials,
        now.wage_index * technology.wages,
        now.energy_price,
        technology.tax_rate,
        numbers.high_tech_tax_cut,
        technology.loan_rate / 4.0,
        numbers.fixed_wage_share,
        numbers.cost_noise,
        setting.quarter.season == NEW_YEAR,
        firms.margin_noise,
        firms.revenue,
        firms.materials,
        firms.energy_bill,
        firms.value_added,
        firms.wages,
        firms.interest,
        firms.tax,
    )
    _result(
        firms.start,
        firms.stop,
        firms.active,
        firms.capital,
        firms.pipeline,
        firms.revenue,
        firms.value_added,
        firms.wages,
        firms.interest,
        firms.tax,
        firms.research,
        firms.replacement,
        firms.expansion,
        firms.digital_spending,
        firms.energy_saving_spending,
        firms.credit_drawn,
        firms.equity_raised,
        firms.awards,
        firms.fund_taken,
        firms.threshold_cost,
        technology.debt_ratio,
        now.deflator,
        technology.depreciation / 4.0,
        numbers.cash_buffer,
        numbers.payout,
        numbers.credit_limit,
        numbers.expectation_weight,
        firms.dividends,
        firms.borrowed,
        firms.repaid,
        firms.profit,
        firms.cash,
        firms.debt,
        firms.fund_stake,
        firms.net_worth,
        firms.operating_flow,
        firms.short_of_cash,
    )


@kernel
def _trade(
    start,
    stop,
    active,
    key,
    noise_stream,
    output,
    expected,
    productivity,
    digital_effect,
    use,
    debt,
    high_tech,
    price,
    material_cost,
    wage_cost,
    energy_price,
    tax_rate,
    tax_cut,
    loan_rate,
    fixed_wages,
    noise,
    new_year,
    surprise,
    revenue,
    materials,
    energy_bill,
    value_added,
    wages,
    interest,
    tax,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            able = efficiency(productivity[i], digital_effect[i])
            if new_year:
                surprise[i] = noise * laplace(uniform(noise_stream, key[i]))
            revenue[i] = price[c] * output[i]
            materials[i] = per_unit(material_cost[c], able) * output[i] + surprise[i] * revenue[i]
            energy_bill[i] = energy_price[c] * use[i]
            value_added[i] = revenue[i] - materials[i] - energy_bill[i]
            wages[i] = per_unit(wage_cost[c], able) * (fixed_wages * expected[i] + (1.0 - fixed_wages) * output[i])
            interest[i] = loan_rate * debt[i]
            tax[i] = own_tax_rate(tax_rate, high_tech[i], tax_cut) * max(value_added[i], 0.0)


@kernel
def _result(
    start,
    stop,
    active,
    capital,
    pipeline,
    revenue,
    value_added,
    wages,
    interest,
    tax,
    research,
    replacement,
    expansion,
    digital,
    energy_saving,
    credit,
    equity,
    awards,
    fund,
    threshold_cost,
    debt_ratio,
    deflator,
    wear,
    buffer,
    payout,
    limit,
    weight,
    dividends,
    borrowed,
    repaid,
    profit,
    cash,
    debt,
    stake,
    net_worth,
    flow,
    short,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            earned = value_added[i] - wages[i] - interest[i] - tax[i]
            profit[i] = earned - research[i] - wear * capital[i] * deflator + awards[i] - threshold_cost[i]
            spent = research[i] + replacement[i] + expansion[i] + digital[i] + energy_saving[i] + threshold_cost[i]
            before = cash[i] + earned - spent + awards[i] + fund[i] + credit[i] + equity[i]
            owed = debt[i] + credit[i]
            value = (capital[i] + pipeline[i]) * deflator
            repaid[i] = max(min(before - buffer * revenue[i], owed - debt_ratio[c] * value), 0.0)
            dividends[i] = payout * max(before - repaid[i] - buffer * revenue[i], 0.0)
            extra = min(max(-before, 0.0), max(limit * debt_ratio[c] * value - owed, 0.0))
            borrowed[i] = credit[i] + extra
            cash[i] = before - repaid[i] - dividends[i] + extra
            debt[i] = owed - repaid[i] + extra
            stake[i] += fund[i]
            net_worth[i] = cash[i] + value - debt[i] - stake[i]
            flow[i] = weight * earned + (1.0 - weight) * flow[i]
            short[i] = short[i] + 1 if cash[i] < 0.0 else 0
