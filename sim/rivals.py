"""Firms outside the city: they improve as fast as the city's firms usually do, so that only a difference moves demand.

The outlook for a cluster already contains the usual progress of its local firms. What is usual is computed from the
starting population and the numbers of the world, without policy.
"""

from __future__ import annotations

import math

import numpy as np

from sim.firms import Firms
from sim.parameters import Parameters
from sim.technology import Technology


def usual_progress(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Return the log competitiveness that the city's firms usually gain in a quarter, per cluster."""
    weight = firms.cluster_sum(np.where(firms.active, firms.demand, 0.0))
    labour_and_materials = technology.materials + technology.wages
    cost_share = labour_and_materials / (labour_and_materials + technology.energy)
    innovation = numbers.success_rate * numbers.success_step * _mean(firms, weight, _effort(firms, numbers, technology))
    through_cost = (1.0 - numbers.quality_share) * innovation
    through_cost += _mean(firms, weight, _imitation(firms, numbers)) + _mean(firms, weight, _digital(firms, numbers, technology))
    progress: np.ndarray = cost_share * through_cost + numbers.quality_share * numbers.quality_weight * innovation
    return progress


def _mean(firms: Firms, weight: np.ndarray, gain: np.ndarray) -> np.ndarray:
    mean: np.ndarray = firms.cluster_sum(np.where(firms.active, firms.demand * gain, 0.0)) / weight
    return mean


def _effort(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Chance of success over the rate, from each firm's research stock."""
    usual = technology.usual_research_stock(numbers)[firms.cluster] * 4.0 * firms.demand
    effort = np.where(firms.active, firms.research_stock, 0.0) / np.maximum(usual, 1e-12)
    chance: np.ndarray = np.minimum(effort**numbers.success_concavity, numbers.talent_limit)
    return chance


def _imitation(firms: Firms, numbers: Parameters) -> np.ndarray:
    behind = firms.frontier[firms.cluster] - np.log(np.where(firms.active, firms.productivity, 1.0))
    gain: np.ndarray = numbers.imitation_rate * np.maximum(behind, 0.0)
    return gain


def _digital(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Chance to look, times chance that the gain seen pays back, times the gain."""
    adopters = firms.cluster_sum((firms.digital_level > 0) & firms.active) / np.maximum(firms.cluster_sum(firms.active), 1)
    spread = numbers.digital_consider * (1.0 + numbers.digital_peer_weight * adopters)[firms.cluster]
    size = np.maximum(firms.demand, 1e-9) / numbers.size_reference
    look = np.minimum(spread * size**numbers.digital_size_weight, 1.0)
    pays = math.exp(-numbers.digital_cost / (numbers.digital_payback_years * numbers.digital_gain))
    open_ = firms.active & (firms.digital_level < 3)
    rate = look * pays / (1.0 + look * pays * numbers.digital_dip_quarters)  # a firm that is running in does not look
    gain: np.ndarray = np.where(open_, rate * math.log1p(numbers.digital_gain), 0.0)
    return gain
