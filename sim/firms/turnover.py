"""Customers and firms that come and go: rules that behaviours and the reference outside the city share."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from sim.calendar.quarter import FIRST, LAST
from sim.firms.table import Firms
from sim.luck.compiled import array_rule, rule
from sim.tables.milestones import TIER_LINES
from sim.tables.parameters import Parameters


class Hazard(NamedTuple):
    """How the chance to close goes with the lag behind the frontier, with age and with size (million yuan a quarter),
    and the highest that it may be.
    """

    exit_productivity_weight: float
    exit_age_weight: float
    exit_size_exponent: float
    size_reference: float
    exit_hazard_ceiling: float


@rule
def closing_chance(base: float, lag: float, age: float, demand: float, hazard: Hazard) -> float:
    """Return a firm's chance to close in a quarter, before its ceiling:
    it falls with size and age and rises with the lag behind the frontier.

    chance = base x exp(productivity weight x lag - age weight x age) x (demand / reference) ^ -size exponent
    `base` is the chance of a new firm of the reference size at the frontier; `lag` is log, `age` years.
    """
    size = math.log(max(demand / hazard.size_reference, 1e-9))
    behind, old = hazard.exit_productivity_weight * lag, hazard.exit_age_weight * age
    return base * math.exp(behind - old - hazard.exit_size_exponent * size)


LARGEST_SCALE = 0.5  # of a shock in a quarter; a Laplace factor has no mean from 1 on


def shock_scales(spread: np.ndarray, size: np.ndarray, exponent: float) -> np.ndarray:
    """Return the Laplace scale of firms' demand shocks in a quarter; `size` is relative:
    larger firms have calmer demand.
    """
    scales: np.ndarray = np.minimum(spread * size**-exponent, LARGEST_SCALE)
    return scales


shock_scale: Any = rule(shock_scales)  # the same of one firm, compiled


def quarterly_spreads(numbers: Parameters) -> np.ndarray:
    """Return the Laplace scale of a quarter's shock of a firm at the reference size, per cluster; a standard deviation
    is a year's.
    """
    spread: np.ndarray = np.array(numbers.by_cluster("shock_spread"))
    return spread * math.sqrt(1.0 / 4.0) / math.sqrt(2.0)


def quarterly(chance_a_year: float) -> float:
    """Return the chance of a quarter that makes a chance of a year."""
    return 1.0 - (1.0 - chance_a_year) ** 0.25


_CERTAIN = 100.0  # exponent beyond which any chance is certain, and e to it still a number


def raised(chance: float, response: float, share: np.ndarray | float) -> np.ndarray:
    """Return a chance that money raises: chance x exp(response x share of the cost that it pays), above one where it is
    certain.
    """
    higher: np.ndarray = chance * np.exp(np.minimum(response * share, _CERTAIN))
    return higher


_LARGE = TIER_LINES[0]


@array_rule  # of arrays, and of single values in kernels
def is_safe(reported_revenue: np.ndarray, last_revenue: np.ndarray, ramp_demand: np.ndarray) -> np.ndarray:
    """Tell whether the hazard leaves a firm, or each of many, alone: a large group is sold, not closed,
    and a plant that starts up goes on.
    """
    return (reported_revenue >= _LARGE) | (last_revenue >= _LARGE) | (ramp_demand > 0.0)


def too_large_to_vanish(firms: Firms) -> np.ndarray:
    """Return a mask of firms that the hazard does not take."""
    safe: np.ndarray = is_safe(firms.reported_revenue, firms.last_revenue, firms.ramp_demand)
    return safe


def most_openings(numbers: Parameters) -> float:
    """Return how many ordinary firms can open in a quarter at most, per starting firm: no horizon changes who the
    potential entrants are.

    Entry at its ceiling, out of a reservoir that has grown until the last quarter of any outlook.
    """
    reservoir = (1.0 + max(numbers.reservoir_growth, 0.0)) ** ((LAST - FIRST) / 4.0)
    return numbers.entry_rate / 4.0 * numbers.entry_ceiling * reservoir


def most_signed(numbers: Parameters) -> int:
    """Return for how many newcomers' plants signed in a quarter a cluster has places."""
    return max(int(numbers.major_project_places), math.ceil(_most_a_cluster(numbers)))


def most_drawn(numbers: Parameters) -> int:
    """Return for how many more it has places, which come for a promise alone."""
    return math.ceil(_most_a_cluster(numbers) * numbers.major_project_drawn_most)


def _most_a_cluster(numbers: Parameters) -> float:
    signed = numbers.major_projects / 4.0 * numbers.major_project_new_plant_share
    return signed * numbers.major_project_cluster_share
