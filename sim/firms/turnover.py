"""Customers and firms that come and go: rules that behaviours and the reference outside the city share."""

from __future__ import annotations

import math

import numpy as np

from sim.calendar.quarter import FIRST, LAST
from sim.firms.table import Firms
from sim.luck.compiled import rule
from sim.tables.milestones import TIER_LINES
from sim.tables.parameters import Parameters


@rule
def closing_chance(hazard, lag, age, size, productivity_weight, age_weight, size_exponent):  # noqa: ANN001, ANN201
    """Return a firm's chance to close in a quarter:
    it falls with size and age and rises with the lag behind the frontier.

    `hazard` is that of a firm at the frontier, new, of the reference size; `lag` is log, `age` years, `size` relative.
    """
    return hazard * math.exp(productivity_weight * lag - age_weight * age - size_exponent * math.log(max(size, 1e-9)))


LARGEST_SCALE = 0.5  # of a shock in a quarter; a Laplace factor has no mean from 1 on


@rule
def shock_scale(spread, size, exponent):  # noqa: ANN001, ANN201
    """Return the Laplace scale of a firm's demand shock in a quarter; `size` is relative:
    larger firms have calmer demand.
    """
    return min(spread * size**-exponent, LARGEST_SCALE)


def quarterly_spreads(numbers: Parameters) -> np.ndarray:
    """Return the Laplace scale of a quarter's shock of a firm at the reference size, per cluster; a standard deviation
    is a year's.
    """
    spread: np.ndarray = np.array(numbers.by_cluster("shock_spread"))
    return spread * math.sqrt(1.0 / 4.0) / math.sqrt(2.0)


def quarterly(chance_a_year: float) -> float:
    """Return the chance of a quarter that makes a chance of a year."""
    return 1.0 - (1.0 - chance_a_year) ** 0.25


_LARGE = TIER_LINES[0]


@rule
def is_safe(reported_revenue, last_revenue, ramp_demand):  # noqa: ANN001, ANN201
    """Tell whether the hazard leaves a firm alone: a large group is sold, not closed,
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
    signed = numbers.major_projects / 4.0 * numbers.major_project_new_plant_share
    return max(int(numbers.major_project_places), math.ceil(signed * numbers.major_project_cluster_share))
