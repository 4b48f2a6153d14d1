"""Margins, research, energy and productivity of the starting firms:
drawn margins become productivity through the cost function.
"""

from __future__ import annotations

import numpy as np

from sim.firms.costs import UnitCost
from sim.start.room import LEAST_BOUGHT
from sim.start.sized import Sized


def give_technology(sized: Sized) -> None:
    """Write research propensity, energy intensity and productivity."""
    _give_research(sized)
    _give_intensity(sized)
    _give_productivity(sized)


def _give_research(sized: Sized) -> None:
    firms, technology = sized.firms, sized.technology
    firms.research_propensity[sized.rows] = _spread(sized, "research", sized.numbers.research_spread)
    # One very large firm's luck would decide its whole cluster's research and energy: named firms do the norm.
    firms.research_propensity[sized.named_rows] = 1.0
    rows, research = sized.given.amount("research")
    firms.research_propensity[rows] = research / (technology.research[firms.cluster[rows]] * sized.annual[rows])


def _give_intensity(sized: Sized) -> None:
    firms, technology, norm = sized.firms, sized.technology, sized.named_rows
    firms.energy_intensity[sized.rows] = technology.energy_intensity[sized.cluster] * _spread(
        sized, "energy intensity", sized.numbers.intensity_spread
    )
    firms.energy_intensity[norm] = technology.energy_intensity[firms.cluster[norm]]
    _close_intensity(sized)


def _close_intensity(sized: Sized) -> None:
    """Scale energy intensities so that each cluster's above-scale firms use the cluster's energy; those of a register
    use what it says.
    """
    firms = sized.firms
    rows, energy = sized.given.amount("energy")
    known = energy / sized.annual[rows]
    left, weight = sized.rest_of(sized.technology.energy_intensity, rows, known)
    others = firms.cluster_sum(weight)
    mean = np.divide(
        firms.cluster_sum(weight * firms.energy_intensity), others, out=left.copy(), where=others > 0.0
    )  # where the register fills a cluster, its pool stays as drawn
    firms.energy_intensity[firms.active] *= (left / mean)[firms.cluster[firms.active]]
    rows_added, added = sized.given.amount("value_added")
    room = (1.0 - LEAST_BOUGHT - added / sized.annual[rows_added]) / sized.technology.energy_price
    firms.energy_intensity[rows_added] = np.minimum(firms.energy_intensity[rows_added], room)
    firms.energy_intensity[rows] = known


def _give_productivity(sized: Sized) -> None:
    firms, numbers, technology, rows, cluster = sized.firms, sized.numbers, sized.technology, sized.rows, sized.cluster
    research = technology.research[cluster] * firms.research_propensity[rows]
    # Nobody is the more productive for wasting energy: what a firm uses beyond the norm costs it margin, down to the
    # floor.
    own_energy = firms.energy_intensity[rows] * technology.energy_price
    margin = np.minimum(_margins(sized), technology.highest_margin[cluster])
    fitting = technology.productivity_for_margin(cluster, margin, technology.energy[cluster], research)
    least = technology.productivity_for_margin(cluster, np.full(rows.size, numbers.margin_floor), own_energy, research)
    firms.productivity[rows] = np.maximum(fitting, least)
    known, able = _known_productivity(sized)
    firms.productivity[known] = able


def _known_productivity(sized: Sized) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of firms whose value added is known, and the productivity at which they have it."""
    rows, added = sized.given.amount("value_added")
    energy = sized.firms.energy_intensity[rows] * sized.technology.energy_price
    cluster = sized.firms.cluster[rows]
    return rows, sized.technology.productivity_for_value_added(cluster, added / sized.annual[rows], energy)


def _margins(sized: Sized) -> np.ndarray:
    """Return profit margins: drawn ones, and those known of named firms."""
    margin = _closed_margins(sized)
    for firm, row in sized.named.items():
        known = sized.numbers.get(f"{firm}.margin")
        if known is not None:
            margin[np.searchsorted(sized.rows, row)] = known
    return margin


def _closed_margins(sized: Sized) -> np.ndarray:
    """Return a floor plus drawn excess margins, scaled so that each cluster's output-weighted margin is its own; where
    a register gives value added, the others have what it leaves, down to the floor.
    """
    firms, floor, draws = sized.firms, sized.numbers.margin_floor, sized.luck.exponential("margin")
    left, weight = sized.rest_of(sized.technology.profit, *_known_margins(sized))
    excess, others = np.zeros(firms.rows), firms.cluster_sum(weight)
    excess[sized.rows] = draws
    mean = np.divide(firms.cluster_sum(weight * excess), others, out=np.ones(others.size), where=others > 0.0)
    left = np.where(left == sized.technology.profit, left, np.maximum(left, floor))
    margin: np.ndarray = floor + ((left - floor) / mean)[sized.cluster] * draws
    return margin


def _known_margins(sized: Sized) -> tuple[np.ndarray, np.ndarray]:
    """Return rows of firms whose value added is known, and the margins that go with it."""
    firms, technology = sized.firms, sized.technology
    rows, able = _known_productivity(sized)
    cluster = firms.cluster[rows]
    cost = UnitCost(technology, cluster, able, firms.energy_intensity[rows])
    capital = (technology.depreciation + technology.loan_rate * technology.debt_ratio) * technology.capital_output
    research = technology.research[cluster] * firms.research_propensity[rows]
    return rows, cost.value_added * (1.0 - technology.tax_rate) - cost.wages - capital[cluster] - research


def _spread(sized: Sized, decision: str, spread: float) -> np.ndarray:
    """Return lognormal factors with mean 1."""
    factors: np.ndarray = np.exp(spread * sized.luck.normal(decision) - spread * spread / 2.0)
    return factors
