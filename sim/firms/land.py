"""Land: what a plant stands on, what a new one needs, and what a land budget leaves.

Fixed capital stands on plots, each firm's as dense as its trade and luck have it. A land budget limits what all firms
together may stand on, idle plots of firms that closed included; without one every firm finds the plots that it needs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.ground import FREE, Ground, LandBudget
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.luck import randomness
from sim.luck.compiled import rule
from sim.luck.randomness import uniform, uniforms
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI

_LUCK = "land of a plant"


class PlotRules(NamedTuple):
    """Mu per million yuan of capital (2021 prices) of the mean plant, half-width of their spread over it, land of new
    capital over that of what stands, land of a new plant over what it would take without a rule on density, and mu per
    million yuan that a new plot may have at most.
    """

    usual: float
    spread: float
    new: float
    density: float
    most: float


@rule
def own_plot(luck: np.uint64, key: np.uint64, rules: PlotRules) -> float:
    """Return the land that a firm's capital usually takes, mu per million yuan at 2021 prices."""
    return rules.usual * (1.0 + rules.spread * (2.0 * uniform(luck, key) - 1.0))


@rule
def new_plot(own: float, rules: PlotRules) -> float:
    """Return the land that its new capital takes, mu per million yuan: no more than the rules on density leave."""
    return min(own * rules.new * rules.density, rules.most)


def plot_luck(seed: int) -> np.uint64:
    """Return the stream from which a firm's use of land is drawn, once for ever."""
    return randomness.stream(seed, _LUCK)


def plot_rules(numbers: Parameters, technology: Technology, budget: LandBudget) -> PlotRules:
    """Return what plots of a quarter are sized by."""
    denser = min(numbers.usual_floor_area / budget.floor_area, 1.0) if budget.floor_area > 0.0 else 1.0
    most = 1.0 / budget.least_investment if budget.least_investment > 0.0 else np.inf
    return PlotRules(usual_land(numbers, technology), numbers.land_spread, numbers.new_plant_land, denser, most)


def usual_land(numbers: Parameters, technology: Technology) -> float:
    """Return mu per million yuan of capital, at the clusters' norms."""
    return land_2021(numbers, technology) / float((_output(numbers) * technology.capital_output).sum())


def land_2021(numbers: Parameters, technology: Technology) -> float:
    """Return land of the above-scale firms of the clusters at their norms, mu: their taxes over tax per mu."""
    added = _output(numbers) * (1.0 - technology.materials - technology.energy)
    return technology.tax_rate * float(added.sum()) / numbers.tax_per_mu


def _output(numbers: Parameters) -> np.ndarray:
    return np.array(numbers.by_cluster("output_2021")) * MILLION_PER_YI


def own_plots(key: np.ndarray, seed: int, rules: PlotRules) -> np.ndarray:
    """Return `own_plot` of firms by their keys."""
    drawn: np.ndarray = rules.usual * (1.0 + rules.spread * (2.0 * uniforms(plot_luck(seed), key) - 1.0))
    return drawn


def new_plots(key: np.ndarray, seed: int, rules: PlotRules) -> np.ndarray:
    """Return `new_plot` of firms by their keys."""
    return np.minimum(own_plots(key, seed, rules) * rules.new * rules.density, rules.most)


def settle(firms: Firms, numbers: Parameters, technology: Technology, seed: int) -> Ground:
    """Give the starting firms the land that their capital takes, what is being built included."""
    rows = np.flatnonzero(firms.active)
    firms.land_capacity[rows] = firms.capital[rows] + firms.pipeline[rows]
    own = own_plots(firms.key[rows], seed, plot_rules(numbers, technology, FREE))
    firms.land[rows] = own * firms.land_capacity[rows]
    above = float(firms.last_revenue[firms.last_revenue >= ABOVE_SCALE_LINE].sum())
    return Ground(float(firms.land.sum()), above / float(_output(numbers).sum()))


def finding_land(need: np.ndarray, luck: np.ndarray, there: float) -> np.ndarray:
    """Return a mask of newcomers that find land, mu: each in its turn, by a draw, takes what it needs where as much is
    left.
    """
    if need.sum() <= there:
        return np.ones(need.size, dtype=bool)
    found = np.zeros(need.size, dtype=bool)
    for place in np.argsort(luck, kind="stable").tolist():
        if need[place] <= there:
            found[place], there = True, there - need[place]
    return found
