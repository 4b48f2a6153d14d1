"""Investment: wear is replaced where sales cover running cost and the capacity is needed; capacity is added where the
return beats the hurdle.

A firm orders for the demand it expects when what it orders will stand: after the building time and the time over which
it spreads its orders, both counted from the quarter in which the first part is ordered and stands. A firm that grows
with its cluster then works at its usual use of capacity.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import Prices, efficiency, unit_margin
from sim.firms.plots import ALLOTTED, READ, WRITTEN, PlotCosts, allot, forget
from sim.firms.swap import SwapRule, capacity
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.luck.randomness import uniform
from sim.setting import Setting

LEAST_HURDLE = 0.005  # a year: who asks for less values a yuan no higher


class CapacityPlans(NamedTuple):
    """The demand a firm plans for, what stands and comes to serve it, and what serving it costs."""

    active: PerFirm
    key: PerFirm
    expected_demand: PerFirm
    capital: PerFirm
    capital_extra: PerFirm
    pipeline: PerFirm
    capital_due: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    energy_intensity: PerFirm
    fund_refused: PerFirm


class Waived(NamedTuple):
    """Share of an expansion that public money pays at most, and the share of the hurdle that it waives there."""

    share: PerFirm
    concession: PerFirm


class InvestmentRules(NamedTuple):
    """Capital per yuan of annual output, capacity planned for over what would be needed today, its price, wear a year,
    tax over value added, share of what is missing that is ordered in a quarter, and the return a year from which an
    expansion pays, with its spread.
    """

    capital_output: PerCluster
    planned: PerCluster
    deflator: float
    depreciation: float
    tax_rate: float
    speed: float
    hurdle: float
    spread: float


class WantedInvestment(NamedTuple):
    """What firms want to spend, million yuan a quarter, and what a yuan of new capital is worth to each."""

    wanted_replacement: PerFirm
    wanted_expansion: PerFirm
    expansion_worth: PerFirm


@declared(reads=(CapacityPlans, "cluster", *READ), writes=(WantedInvestment, *WRITTEN))
def want(firms: Firms, setting: Setting) -> None:
    """Write what each firm wants to spend on replacement and on new capacity this quarter, million yuan."""
    numbers, technology, now, terms = setting.numbers, setting.technology, setting.conditions, setting.terms
    rules = InvestmentRules(
        capital_output=technology.capital_output,
        planned=planned_for(now.trend_growth, setting.building_time(), numbers.expansion_speed),
        deflator=now.deflator,
        depreciation=technology.depreciation,
        tax_rate=technology.tax_rate,
        speed=numbers.expansion_speed,
        hurdle=numbers.hurdle_rate,
        spread=numbers.hurdle_spread,
    )
    offered = Waived(terms.column("fund_share"), terms.column("fund_concession"))
    luck, wanted = setting.luck("hurdle"), bundle(WantedInvestment, firms)
    _want(rows_in(firms), bundle(CapacityPlans, firms), luck, offered, setting.prices(), rules, wanted)
    if terms.has("closure"):
        firms.wanted_expansion[terms.column("closure") > 0.0] = 0.0  # nobody adds what it is paid to close
    if terms.swap is not None:
        _permit(firms, setting, terms.swap)
    if terms.land is None:
        forget(firms, ALLOTTED)
    else:
        costs = PlotCosts(numbers.dense_building_cost, numbers.land_bid_most)
        given = setting.plots(), now.deflator, costs
        allot(firms, terms.land, *given, setting.seed, setting.luck("queue for land"))


def _permit(firms: Firms, setting: Setting, rule: SwapRule) -> None:
    """Cut what firms want to build down to what may be built, cut alike within a cluster."""
    new = capacity(firms, firms.wanted_expansion / setting.conditions.deflator, setting.technology.capital_output)
    firms.wanted_expansion *= setting.bank.permit(new, rule.ratio, firms.cluster)


def planned_for(growth: np.ndarray, delivery: float, speed: float) -> np.ndarray:
    """Return the capacity a firm plans for, over what it would need today.

    Args:
        growth: expected log growth of demand a quarter.
            delivery: quarters until all of an order stands, a part each quarter.
        speed: share of what is missing that is ordered a quarter.

    Capital, orders under way and what is missing then grow alike, and what stands is what is needed. A firm that
    shrinks plans only for the day on which an order would stand.
    """
    once = np.exp(-growth)
    ordered = (1.0 - once) * (delivery - (delivery - 1.0) * once)  # orders of a quarter over capital
    under_way = (delivery - 1.0) * (1.0 - once) * once
    closing = ordered / speed if speed > 0.0 else 0.0  # nobody orders at speed zero
    planned: np.ndarray = np.where(growth > 0.0, once + under_way + closing, np.exp((delivery - 1.0) * growth))
    return planned


@kernel
def _want(
    rows: Rows,
    plans: CapacityPlans,
    luck: np.uint64,
    offered: Waived,
    prices: Prices,
    rules: InvestmentRules,
    wanted: WantedInvestment,
) -> None:
    """Write what firms want to spend, million yuan a quarter.

    capital per output = that of the cluster x (1 + extra of the firm)
    missing = capital per output x expected demand a year x planned - capital - what is under way or due (2021 prices)
    replacement = min(missing + wear, wear) x deflator where sales cover running cost
    expansion = speed x missing x deflator where margin / (capital per output x deflator) - depreciation, a year,
    is above hurdle x (1 - public share x concession), the hurdle with a spread of its own; no public share where the
    firm refuses it; worth of a yuan of new capital = that return over that hurdle, of at least half a point
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not plans.active[i]:
                continue
            margin = unit_margin(
                prices.output[c],
                prices.materials[c],
                prices.wages[c],
                plans.energy_intensity[i] * prices.energy[c],
                rules.tax_rate,
                efficiency(plans.productivity[i], plans.digital_effect[i]),
            )
            capital, under_way = plans.capital[i], plans.pipeline[i] + plans.capital_due[i]
            per_output = rules.capital_output[c] * (1.0 + plans.capital_extra[i])
            needed = per_output * plans.expected_demand[i] * 4.0 * rules.planned[c]
            missing = needed - capital - under_way
            wear = rules.depreciation / 4.0 * capital
            worn = min(max(missing + wear, 0.0), wear) * rules.deflator
            wanted.wanted_replacement[i] = worn if margin > 0.0 else 0.0
            hurdle = rules.hurdle * (1.0 + rules.spread * (2.0 * uniform(luck, plans.key[i]) - 1.0))
            profit_rate = margin / (per_output * rules.deflator) - rules.depreciation
            waived = 0.0 if plans.fund_refused[i] else offered.share[i] * offered.concession[i]
            asked = hurdle * (1.0 - waived)
            pays = missing > 0.0 and profit_rate > asked
            wanted.expansion_worth[i] = profit_rate / max(asked, LEAST_HURDLE)
            wanted.wanted_expansion[i] = rules.speed * missing * rules.deflator if pays else 0.0
