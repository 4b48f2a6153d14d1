"""Margins, research, energy and productivity of the starting firms:
drawn margins become productivity through the cost function.
"""

from __future__ import annotations

import numpy as np

from sim.start.sized import Sized


def give_technology(sized: Sized) -> None:
    """Write research propensity, energy intensity and productivity."""
    firms, numbers, technology, rows, cluster = sized.firms, sized.numbers, sized.technology, sized.rows, sized.cluster
    margin = _margins(sized)
    firms.research_propensity[rows] = _spread(sized, "research", numbers.research_spread)
    # One very large firm's luck would decide its whole cluster's research and energy: named firms do the norm.
    norm = sized.named_rows
    firms.research_propensity[norm] = 1.0
    firms.energy_intensity[rows] = technology.energy_intensity[cluster] * _spread(
        sized, "energy intensity", numbers.intensity_spread
    )
    firms.energy_intensity[norm] = technology.energy_intensity[firms.cluster[norm]]
    _close_intensity(sized)
    # Nobody is the more productive for wasting energy: what a firm uses beyond the norm costs it margin, down to the
    # floor.
    research = technology.research[cluster] * firms.research_propensity[rows]
    own_energy = firms.energy_intensity[rows] * technology.energy_price
    margin = np.minimum(margin, technology.highest_margin[cluster])
    fitting = technology.productivity_for_margin(cluster, margin, technology.energy[cluster], research)
    least = technology.productivity_for_margin(cluster, np.full(rows.size, numbers.margin_floor), own_energy, research)
    firms.productivity[rows] = np.maximum(fitting, least)


def _margins(sized: Sized) -> np.ndarray:
    """Return profit margins: drawn ones, and those known of named firms."""
    margin = _closed_margins(sized)
    for firm, row in sized.named.items():
        known = sized.numbers.get(f"{firm}.margin")
        if known is not None:
            margin[np.searchsorted(sized.rows, row)] = known
    return margin


def _closed_margins(sized: Sized) -> np.ndarray:
    """Return a floor plus drawn excess margins, scaled so that each cluster's output-weighted margin is its own."""
    firms, floor, draws = sized.firms, sized.numbers.margin_floor, sized.luck.exponential("margin")
    excess, weight = np.zeros(firms.rows), np.where(firms.above_scale, sized.annual, 0.0)
    excess[sized.rows] = draws
    mean = firms.cluster_sum(weight * excess) / firms.cluster_sum(weight)
    margin: np.ndarray = floor + ((sized.technology.profit - floor) / mean)[sized.cluster] * draws
    return margin


def _spread(sized: Sized, decision: str, spread: float) -> np.ndarray:
    """Return lognormal factors with mean 1."""
    factors: np.ndarray = np.exp(spread * sized.luck.normal(decision) - spread * spread / 2.0)
    return factors


def _close_intensity(sized: Sized) -> None:
    """Scale energy intensities so that each cluster's above-scale firms use the cluster's energy."""
    firms = sized.firms
    weight = np.where(firms.above_scale, sized.annual, 0.0)
    mean = firms.cluster_sum(weight * firms.energy_intensity) / firms.cluster_sum(weight)
    firms.energy_intensity[firms.active] *= (sized.technology.energy_intensity / mean)[firms.cluster[firms.active]]
