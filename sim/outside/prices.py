"""Prices of inputs and products that follow from prices of commodities, by place in the chain."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.commodities import ENERGY, MATERIALS, dearer
from sim.firms.technology import Technology
from sim.tables.parameters import Parameters


class PricePaths(NamedTuple):
    """Rise of materials and of energy, shares of output; price of products; value added over sales of a usual firm
    over that of 2021; (quarters, clusters).
    """

    materials: np.ndarray
    energy: np.ndarray
    price: np.ndarray
    ratio: np.ndarray


def prices_of(
    numbers: Parameters,
    technology: Technology,
    efficiency: np.ndarray,
    saved: np.ndarray,
    unit_cost: np.ndarray,
    logs: np.ndarray,
    core_parts: np.ndarray,
) -> PricePaths:
    """Return prices over those of 2021, without general inflation.

    Args:
        efficiency, saved, unit_cost: as of `Progress`. logs: log prices of commodities, (quarters, commodities).
        core_parts: rise of the cost of core parts, share of output.
    """
    weights = technology.commodities
    materials, energy = (dearer(weights, np.exp(logs), which) for which in (MATERIALS, ENERGY))
    materials = materials + core_parts
    rise = materials + energy  # of unit cost, share of output
    at_once = np.array(numbers.by_cluster("pass_through"))
    passed_on = catching_up(rise * at_once, numbers.price_adjustment)
    # no squeeze and no windfall lasts for ever: competition passes on the rest in time
    passed_on += catching_up(rise * (1.0 - at_once), numbers.margin_recovery)
    bought = technology.materials + technology.energy
    passed_on = np.log1p(np.maximum(passed_on, -bought))  # no price falls by more than all that is bought for it
    # what usual progress saves of inputs
    cheaper = (technology.materials + materials) * np.expm1(-efficiency)
    cheaper += (technology.energy + energy) * np.expm1(-saved)
    price = np.exp(passed_on - unit_cost)
    ratio = (1.0 - (bought + rise + cheaper) / price) / (1.0 - bought)
    return PricePaths(materials, energy, price, ratio)


def catching_up(target: np.ndarray, speed: float) -> np.ndarray:
    """Return a path that closes the share `speed` of its gap to `target` each quarter, from zero."""
    path, level = np.empty_like(target), np.zeros(target.shape[1])
    for i, wanted in enumerate(target):
        level = level + speed * (wanted - level)
        path[i] = level
    return path
