"""Demand: the cluster's growth, a gain or loss against rivals, what local buyers add, and each firm's own luck.

Only changes in competitiveness move demand; a lasting gap does not drive it for ever. Most rivals sit outside the
city, so an upgrade of the whole cluster gains from outside and only `local_rivalry` of it displaces neighbours.
"""

from __future__ import annotations

import math

import numpy as np

from sim.calendar.year import NEW_YEAR
from sim.firms.costs import efficiency, unit_cost
from sim.firms.table import Firms
from sim.firms.turnover import quarterly_spreads, shock_scale
from sim.luck.compiled import kernel, rows_of, rule
from sim.luck.randomness import laplace, uniform
from sim.setting import Setting

WRITES = ("demand", "orders", "competitiveness", "shock_scale", "size_growth", "outside_demand")


def turn(firms: Firms, setting: Setting) -> None:
    """Move every firm's lasting demand and draw its orders of the quarter."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    firms.demand += firms.demand_moved
    firms.outside_demand += firms.outside_moved
    change = np.zeros(firms.rows)
    renew_competitiveness(
        firms.start,
        firms.stop,
        firms.active,
        firms.productivity,
        firms.digital_effect,
        firms.quality,
        firms.energy_intensity,
        technology.variable,
        technology.energy_price,
        numbers.quality_weight,
        firms.competitiveness,
        change,
    )
    _resize(
        firms.start,
        firms.stop,
        firms.active,
        setting.quarter.season == NEW_YEAR,
        firms.demand,
        quarterly_spreads(numbers),
        numbers.size_spread_exponent,
        numbers.size_reference,
        numbers.growth_size_slope / 4.0,
        numbers.growth_size_low / 4.0,
        numbers.growth_size_high / 4.0,
        firms.shock_scale,
        firms.size_growth,
    )
    _move(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.luck("demand"),
        setting.luck("orders"),
        change,
        firms.output,
        firms.shock_scale,
        firms.size_growth,
        firms.specialised_title,
        now.demand_growth + setting.local_pull + setting.turnover,
        setting.rivals,
        numbers.demand_elasticity,
        numbers.local_rivalry,
        numbers.customers_leave,
        numbers.title_growth / 4.0,
        now.season,
        numbers.order_noise,
        firms.demand,
        firms.orders,
    )
    _move_outside(
        firms.beyond,
        firms.cluster,
        firms.key,
        setting.luck("outside demand"),
        now.demand_growth,
        quarterly_spreads(numbers),
        firms.outside_demand,
    )


@kernel
def renew_competitiveness(
    start,
    stop,
    active,
    productivity,
    digital_effect,
    quality,
    intensity,
    variable,
    energy_price,
    quality_weight,
    competitiveness,
    change,
):  # noqa: ANN001, ANN201
    """Renew competitiveness (minus log unit cost at 2021 prices plus weighted quality) and note its change."""
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if active[i]:
                cost = unit_cost(
                    variable[c], intensity[i] * energy_price, efficiency(productivity[i], digital_effect[i])
                )
                renewed = quality_weight * quality[i] - math.log(cost)
                change[i] = renewed - competitiveness[i]
                competitiveness[i] = renewed


@kernel
def _resize(
    start,
    stop,
    active,
    resized,
    demand,
    spread,
    size_exponent,
    size_reference,
    slope,
    smallest,
    largest,
    scale,
    size_growth,
):  # noqa: ANN001, ANN202
    """Larger firms have calmer demand and grow more slowly:
    renewed once a year, and for firms that have just entered.
    """
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if active[i] and (resized or scale[i] == 0.0):
                scale[i] = shock_scale(spread[c], demand[i] / size_reference, size_exponent)
                size_growth[i] = slope * math.log(min(max(demand[i], smallest), largest) / size_reference)


@rule
def _factor(step, draw, scale):  # noqa: ANN001, ANN202
    """Factor by which demand moves: Laplace in logs around a step, exp(step) on average."""
    return math.exp(step + scale * laplace(draw)) * (1.0 - scale * scale)


@kernel
def _move(
    start,
    stop,
    active,
    key,
    stream,
    order_stream,
    change,
    output,
    scale,
    size_growth,
    title,
    growth,
    rivals,
    elasticity,
    rivalry,
    leave,
    title_growth,
    season,
    noise,
    demand,
    orders,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        weight, gained, by_size = 0.0, 0.0, 0.0
        for i in rows_of(c, start, stop):
            weight += demand[i]
            gained += demand[i] * change[i]
            by_size += demand[i] * size_growth[i]
        reference = (1.0 - rivalry) * rivals[c]
        common = growth[c]
        if weight > 0.0:
            reference += rivalry * gained / weight
            common -= by_size / weight  # what small firms gain, large ones lose
        common -= elasticity * reference
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            if output[i] < orders[i]:
                demand[i] *= 1.0 - leave * (1.0 - output[i] / orders[i])
            step = common + size_growth[i] + elasticity * change[i]
            if title[i] > 0:
                step += title_growth
            demand[i] *= _factor(step, uniform(stream, key[i]), scale[i])
            orders[i] = demand[i] * season * (1.0 + noise * (2.0 * uniform(order_stream, key[i]) - 1.0))


@kernel
def _move_outside(rows, cluster, key, stream, growth, scales, outside):  # noqa: ANN001, ANN202
    for i in rows:
        outside[i] *= _factor(growth[cluster[i]], uniform(stream, key[i]), scales[cluster[i]])
