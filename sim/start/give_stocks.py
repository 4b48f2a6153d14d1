"""Stationary stocks of the starting firms, and the results of 2021:
what a firm would hold if that year went on for ever.
"""

from __future__ import annotations

import numpy as np

from sim.firms import groups
from sim.firms.costs import UnitCost, own_tax_rates
from sim.firms.table import Firms
from sim.start.sized import Sized


def give_stocks(sized: Sized) -> None:
    """Write demand, capital, debt, cash, research stock and competitiveness."""
    firms, numbers, technology, rows, cluster = sized.firms, sized.numbers, sized.technology, sized.rows, sized.cluster
    output = sized.annual[rows]
    firms.capital[rows] = technology.capital_output[cluster] * output
    firms.debt[rows] = technology.debt_ratio[cluster] * firms.capital[rows]
    firms.demand[rows] = firms.expected_demand[rows] = firms.orders[rows] = firms.output[rows] = output / 4.0
    research = technology.research[cluster] * firms.research_propensity[rows] * output
    firms.research_stock[rows] = (
        technology.usual_research_stock(numbers)[cluster] * firms.research_propensity[rows] * output
    )
    cost = _unit_cost(sized)
    firms.competitiveness[rows] = -np.log(cost.variable / firms.digital_effect[rows] + cost.energy)
    earned = _earned(sized, cost) * output / 4.0
    profit = earned - research / 4.0 - technology.depreciation / 4.0 * firms.capital[rows]
    kept = np.maximum(profit, 0.0) * (1.0 - numbers.payout) / numbers.payout
    firms.cash[rows] = numbers.cash_buffer * output / 4.0 + kept
    firms.operating_flow[rows] = earned
    firms.net_worth[rows] = firms.cash[rows] + firms.capital[rows] - firms.debt[rows]


def give_last_year(sized: Sized) -> None:
    """Write revenue of 2021 and local tax; profit is what the years before the start bring."""
    firms, numbers, rows = sized.firms, sized.numbers, sized.rows
    output = sized.annual[rows]
    firms.last_revenue[rows] = output
    value_added = _unit_cost(sized).value_added
    rates = _tax_rates(sized)
    firms.last_local_tax[rows] = numbers.local_tax_share * rates * np.maximum(value_added, 0.0) * output
    firms.year_revenue[rows], firms.year_local_tax[rows] = output, firms.last_local_tax[rows]
    _report(firms)


def _unit_cost(sized: Sized) -> UnitCost:
    """Unit costs without what is running in."""
    firms, rows = sized.firms, sized.rows
    return UnitCost(sized.technology, sized.cluster, firms.productivity[rows], firms.energy_intensity[rows])


def _earned(sized: Sized, cost: UnitCost) -> np.ndarray:
    """Sales less inputs, energy, wages, tax and interest, per yuan of output, without this year's noise."""
    technology, value_added = sized.technology, cost.value_added
    rates = _tax_rates(sized)
    interest = technology.loan_rate * technology.debt_ratio[sized.cluster] * technology.capital_output[sized.cluster]
    earned: np.ndarray = value_added - rates * np.maximum(value_added, 0.0) - cost.wages - interest
    return earned


def _tax_rates(sized: Sized) -> np.ndarray:
    return own_tax_rates(
        sized.technology.tax_rate, sized.firms.high_tech_title[sized.rows], sized.numbers.high_tech_tax_cut
    )


def _report(firms: Firms) -> None:
    """Write what groups reported for 2021."""
    firms.year_group_extra[:] = 4.0 * (firms.outside_demand + firms.trading_base)
    firms.reported_revenue[:] = groups.reported(firms)
    firms.real_revenue[:] = firms.reported_revenue
