"""Demand: the cluster's growth, a gain or loss against rivals, what local buyers add, and each firm's own luck.

Only changes in competitiveness move demand; a lasting gap does not drive it for ever. Most rivals sit outside the
city, so an upgrade of the whole cluster gains from outside and only `local_rivalry` of it displaces neighbours.
"""

from __future__ import annotations

import math

import numpy as np

from sim.compiled import kernel, rule
from sim.costs import efficiency
from sim.firms import Firms
from sim.randomness import laplace, uniform
from sim.setting import Setting

WRITES = ("demand", "orders", "competitiveness", "outside_demand")


def turn(firms: Firms, setting: Setting) -> None:
    """Move every firm's lasting demand and draw its orders of the quarter."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    change = np.zeros(firms.rows)
    compare(
        firms.start, firms.stop, firms.active, firms.productivity, firms.digital_effect, firms.quality,
        firms.energy_intensity, technology.materials + technology.wages, technology.energy_price,
        numbers.quality_weight, firms.competitiveness, change,
    )
    _move(
        firms.start, firms.stop, firms.active, firms.key, setting.luck("demand"), change, firms.output, firms.orders,
        firms.specialised_title, firms.demand,
        now.demand_growth, setting.local_pull, setting.rivals * now.quarters, _spreads(setting, now.quarters),
        numbers.size_spread_exponent, numbers.size_reference, numbers.demand_elasticity, numbers.local_rivalry,
        numbers.customers_leave, numbers.title_growth * now.quarters / 4.0,
    )
    _order(firms.start, firms.stop, firms.active, firms.key, setting.luck("orders"), firms.demand, now.season,
           numbers.order_noise, firms.orders)
    _move_outside(np.flatnonzero(firms.outside_demand), firms.cluster, firms.key, setting.luck("outside demand"),
                  now.demand_growth, _spreads(setting, now.quarters), firms.outside_demand)


def _spreads(setting: Setting, quarters: float) -> np.ndarray:
    """Laplace scale of a firm's shock over the step, per cluster; a standard deviation is a year's."""
    spread: np.ndarray = np.array(setting.numbers.by_cluster("shock_spread"))
    return spread * math.sqrt(quarters / 4.0) / math.sqrt(2.0)


@kernel
def compare(start, stop, active, productivity, digital_effect, quality, intensity, labour_and_materials,
            energy_price, quality_weight, competitiveness, change):  # noqa: ANN001, ANN201
    """Renew competitiveness (minus log unit cost at 2021 prices plus weighted log quality) and note its change."""
    for c in range(start.size):
        for i in range(start[c], stop[c]):
            if active[i]:
                cost = labour_and_materials[c] / efficiency(productivity[i], digital_effect[i])
                cost += intensity[i] * energy_price
                renewed = quality_weight * math.log(quality[i]) - math.log(cost)
                change[i] = renewed - competitiveness[i]
                competitiveness[i] = renewed


@rule
def _shock(draw, scale):  # noqa: ANN001, ANN202
    """Log shock of a firm, centred so that its exponential is 1 on average."""
    return scale * laplace(draw) + math.log(1.0 - scale * scale)


@kernel
def _move(start, stop, active, key, stream, change, output, orders, title, demand, growth, pull, rivals, scales,
          size_exponent, size_reference, elasticity, rivalry, leave, title_growth):  # noqa: ANN001, ANN202
    for c in range(start.size):
        weight, gained = 0.0, 0.0
        for i in range(start[c], stop[c]):
            weight += demand[i]
            gained += demand[i] * change[i]
        reference = (1.0 - rivalry) * rivals[c]
        if weight > 0.0:
            reference += rivalry * gained / weight
        common = growth[c] + pull[c] - elasticity * reference
        for i in range(start[c], stop[c]):
            if not active[i]:
                continue
            if output[i] < orders[i]:
                demand[i] *= 1.0 - leave * (1.0 - output[i] / orders[i])
            scale = scales[c] * (size_reference / demand[i]) ** size_exponent
            step = common + elasticity * change[i] + _shock(uniform(stream, key[i]), min(scale, 0.5))
            if title[i] > 0:
                step += title_growth
            demand[i] *= math.exp(step)


@kernel
def _order(start, stop, active, key, stream, demand, season, noise, orders):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in range(start[c], stop[c]):
            if active[i]:
                orders[i] = demand[i] * season * (1.0 + noise * (2.0 * uniform(stream, key[i]) - 1.0))


@kernel
def _move_outside(rows, cluster, key, stream, growth, scales, outside):  # noqa: ANN001, ANN202
    for i in rows:
        outside[i] *= math.exp(growth[cluster[i]] + _shock(uniform(stream, key[i]), scales[cluster[i]]))
