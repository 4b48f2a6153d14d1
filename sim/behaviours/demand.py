"""Demand: the cluster's growth, a gain or loss against rivals, what local buyers add, and each firm's own luck.

Only changes in competitiveness move demand; a lasting gap does not drive it for ever. Most rivals sit outside the
city, so an upgrade of the whole cluster gains from outside and only `local_rivalry` of it displaces neighbours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calendar.year import NEW_YEAR
from sim.firms import groups
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import efficiency, unit_cost
from sim.firms.table import Firms
from sim.firms.turnover import quarterly_spreads, shock_scale
from sim.luck.compiled import kernel, rule
from sim.luck.randomness import laplace, uniform
from sim.setting import Setting


class Competing(NamedTuple):
    """What makes a firm cheap or good."""

    active: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    quality: PerFirm
    energy_intensity: PerFirm


class CostNorm(NamedTuple):
    """Inputs and wages of a unit at the norm, million yuan per tce, both of 2021, and the weight of quality."""

    variable: PerCluster
    energy_price: float
    quality_weight: float


class SizeRules(NamedTuple):
    """Scale of a quarter's shock at the reference size, the exponent by which it falls with size, the slope by which
    growth falls between two sizes. Sizes are million yuan a quarter.
    """

    spread: PerCluster
    exponent: float
    reference: float
    slope: float
    smallest: float
    largest: float


class BySize(NamedTuple):
    """Scale of a firm's shock and growth that goes with its size, logs a quarter."""

    shock_scale: PerFirm
    size_growth: PerFirm


class Served(NamedTuple):
    """Who is served, and who has a title."""

    active: PerFirm
    key: PerFirm
    output: PerFirm
    specialised_title: PerFirm


class DemandLuck(NamedTuple):
    """Streams of lasting demand and of passing orders."""

    demand: np.uint64
    orders: np.uint64


class Stirred(NamedTuple):
    """What moves customers: a firm's gain in competitiveness, log, and the share of its demand that first buyers of a
    new product order beside.
    """

    change: PerFirm
    purchase: PerFirm


class Growth(NamedTuple):
    """Log growth of a quarter that all firms of a cluster share, what rivals outside gained in competitiveness, what a
    title brings, and the season.
    """

    common: PerCluster
    rivals: PerCluster
    title: float
    season: float


class CustomerRules(NamedTuple):
    """How customers move."""

    demand_elasticity: float
    local_rivalry: float
    customers_leave: float
    order_noise: float
    purchase_lasting: float


class Sales(NamedTuple):
    """Lasting demand and the orders of the quarter, quantities."""

    demand: PerFirm
    orders: PerFirm


@declared(
    reads=(Competing, Served, "cluster", "demand_moved", "outside_moved", "outside_bought", "keeps_outside"),
    writes=(BySize, Sales, "competitiveness", "outside_demand"),
)
def turn(firms: Firms, setting: Setting) -> None:
    """Move every firm's lasting demand and draw its orders of the quarter."""
    numbers, now, rows = setting.numbers, setting.conditions, rows_in(firms)
    firms.demand += firms.demand_moved
    firms.outside_demand += firms.outside_moved + firms.outside_bought
    change = np.zeros(firms.rows)
    norm = CostNorm(setting.technology.variable, setting.technology.energy_price, numbers.quality_weight)
    _renew_competitiveness(rows, bundle(Competing, firms), norm, firms.competitiveness, change)
    spread, by_size, sales = quarterly_spreads(numbers), bundle(BySize, firms), bundle(Sales, firms)
    rules = SizeRules(
        spread=spread,
        exponent=numbers.size_spread_exponent,
        reference=numbers.size_reference,
        slope=numbers.growth_size_slope / 4.0,
        smallest=numbers.growth_size_low / 4.0,
        largest=numbers.growth_size_high / 4.0,
    )
    _resize(rows, firms.active, firms.demand, setting.quarter.season == NEW_YEAR, rules, by_size)
    growth = Growth(
        common=now.demand_growth + setting.local_pull + setting.turnover,
        rivals=setting.rivals,
        title=numbers.title_growth / 4.0,
        season=now.season,
    )
    luck, luck_outside = DemandLuck(setting.luck("demand"), setting.luck("orders")), setting.luck("outside demand")
    stirred = Stirred(change, setting.terms.column("purchase"))
    _move(rows, bundle(Served, firms), stirred, by_size, luck, growth, bundle(CustomerRules, numbers), sales)
    heads, outside = (groups.outside_rows(firms), firms.cluster, firms.key), firms.outside_demand
    _move_outside(*heads, luck_outside, now.demand_growth, spread, outside)


@kernel
def _renew_competitiveness(rows: Rows, offer: Competing, norm: CostNorm, standing: PerFirm, change: PerFirm) -> None:
    """Renew competitiveness = quality weight x quality - log(unit cost at 2021 prices); note its change, both logs."""
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if offer.active[i]:
                able = efficiency(offer.productivity[i], offer.digital_effect[i])
                cost = unit_cost(norm.variable[c], offer.energy_intensity[i] * norm.energy_price, able)
                renewed = norm.quality_weight * offer.quality[i] - math.log(cost)
                change[i] = renewed - standing[i]
                standing[i] = renewed


@kernel
def _resize(rows: Rows, active: PerFirm, demand: PerFirm, due: bool, rules: SizeRules, by_size: BySize) -> None:
    """Larger firms have calmer demand and grow more slowly: renewed once a year, and for firms that have just entered.

    scale = spread x (demand / reference) ^ -exponent (see `shock_scale`)
    growth = slope x log(demand within its limits / reference), log a quarter
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if active[i] and (due or by_size.shock_scale[i] == 0.0):
                size = demand[i]
                by_size.shock_scale[i] = shock_scale(rules.spread[c], size / rules.reference, rules.exponent)
                within = min(max(size, rules.smallest), rules.largest)
                by_size.size_growth[i] = rules.slope * math.log(within / rules.reference)


@rule
def _factor(step: float, draw: float, scale: float) -> float:
    """Factor by which demand moves: Laplace in logs around a step, exp(step) on average."""
    return math.exp(step + scale * laplace(draw)) * (1.0 - scale * scale)


@kernel
def _move(
    rows: Rows,
    served: Served,
    stirred: Stirred,
    by_size: BySize,
    luck: DemandLuck,
    growth: Growth,
    rules: CustomerRules,
    sales: Sales,
) -> None:
    """Move lasting demand and draw orders, quantities a quarter.

    log change = growth of the cluster + size growth + title growth + shock + elasticity x (change of competitiveness
    - (1 - rivalry) x gain of rivals - rivalry x mean change here), less what leaves because it was not served
    orders = demand x season x (1 + noise x a draw between -1 and 1) x (1 + first purchases); of these a share lasts
    """
    for c in clusters(rows):
        weight, gained, grown = 0.0, 0.0, 0.0
        for i in rows_of(c, rows):
            demand = sales.demand[i]
            weight += demand
            gained += demand * stirred.change[i]
            grown += demand * by_size.size_growth[i]
        reference = (1.0 - rules.local_rivalry) * growth.rivals[c]
        common = growth.common[c]
        if weight > 0.0:
            reference += rules.local_rivalry * gained / weight
            common -= grown / weight  # what small firms gain, large ones lose
        common -= rules.demand_elasticity * reference
        for i in rows_of(c, rows):
            if not served.active[i]:
                continue
            demand, key = sales.demand[i], served.key[i]
            if served.output[i] < sales.orders[i]:
                demand *= 1.0 - rules.customers_leave * (1.0 - served.output[i] / sales.orders[i])
            step = common + by_size.size_growth[i] + rules.demand_elasticity * stirred.change[i]
            if served.specialised_title[i] > 0:
                step += growth.title
            demand *= _factor(step, uniform(luck.demand, key), by_size.shock_scale[i])
            demand *= 1.0 + rules.purchase_lasting * stirred.purchase[i]
            sales.demand[i] = demand
            noise = rules.order_noise * (2.0 * uniform(luck.orders, key) - 1.0)
            sales.orders[i] = demand * growth.season * (1.0 + noise) * (1.0 + stirred.purchase[i])


@rule
def _move_outside(
    heads: np.ndarray,
    cluster: PerFirm,
    key: PerFirm,
    luck: np.uint64,
    growth: PerCluster,
    scales: PerCluster,
    outside: PerFirm,
) -> None:
    """Move demand for plants outside the city: times exp(growth + shock), quantity a quarter."""
    for i in heads:
        outside[i] *= _factor(growth[cluster[i]], uniform(luck, key[i]), scales[cluster[i]])
