"""Customers and firms that usually come and go in a cluster, expected from the starting firms."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calendar.quarter import FIRST
from sim.calendar.year import SEASONS
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, rows_in, rows_of
from sim.firms.capacity import standard_capital
from sim.firms.costs import efficiency
from sim.firms.reservoir import Reservoir
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.firms.turnover import (
    Hazard,
    closing_chance,
    quarterly,
    quarterly_spreads,
    shock_scale,
    shock_scales,
    too_large_to_vanish,
)
from sim.luck.compiled import kernel
from sim.luck.randomness import laplace, laplace_share
from sim.tables.parameters import Parameters

_START = FIRST.number


class Sellers(NamedTuple):
    """What firms sell and the capital to serve it."""

    active: PerFirm
    demand: PerFirm
    capital: PerFirm
    capital_extra: PerFirm


class UsualOrders(NamedTuple):
    """Output of a quarter over capital, seasons over their mean and the highest of them, and the most that passing
    noise moves orders.
    """

    reach: PerCluster
    seasons: np.ndarray
    highest: float
    noise: float


class UsualShock(NamedTuple):
    """Draws of a quarter's shock, its scale at the reference size, million yuan a quarter, and how it falls with
    size.
    """

    draws: np.ndarray
    spread: PerCluster
    exponent: float
    reference: float


class Staying(NamedTuple):
    """What the chance to close goes by."""

    active: PerFirm
    demand: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    founded: PerFirm


class UsualClosings(NamedTuple):
    """Demand of those that close, the same times their lag (log), and demand of all times theirs."""

    closing: PerCluster
    lagging: PerCluster
    behind: PerCluster


def usual_turned_away(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Return the share of a cluster's demand that in a usual quarter leaves firms which lack the capacity to serve it.

    Expected over the season, passing noise and the shock that the quarter brings to each firm.
    """
    unserved = np.zeros(firms.start.size)
    seasons = np.array([numbers[name] for name in SEASONS])
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output)
    draws = np.array([laplace(luck) for luck in _LUCKS])
    shock = UsualShock(draws, quarterly_spreads(numbers), numbers.size_spread_exponent, numbers.size_reference)
    orders = UsualOrders(reach, seasons, float(seasons.max()), numbers.order_noise)
    _unserved(rows_in(firms), bundle(Sellers, firms), orders, shock, unserved)
    share: np.ndarray = numbers.customers_leave * unserved / _demand(firms)
    return share


def usual_closings(firms: Firms, numbers: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of a cluster's demand whose makers usually close in a quarter, and the log efficiency that the
    mean gains by it.

    Those that close lag behind: what stays is better.
    """
    lost = UsualClosings(*np.zeros((3, firms.start.size)))
    safe, base, hazard = too_large_to_vanish(firms), quarterly(numbers.exit_hazard), bundle(Hazard, numbers)
    _closing(rows_in(firms), bundle(Staying, firms), safe, firms.frontier, base, hazard, lost)
    demand = _demand(firms)
    share: np.ndarray = lost.closing / demand
    return share, (lost.lagging - share * lost.behind) / demand


def usual_openings(firms: Firms, numbers: Parameters, smallest: float) -> np.ndarray:
    """Return the demand that entrants of a quarter usually bring out of a reservoir as large as in 2021, as a share of
    the demand of 2021.
    """
    share: np.ndarray = _entrants(firms, numbers) * mean_entrant(numbers, smallest) / 4.0 / _demand(firms)
    return share


def usual_reservoir(firms: Firms, numbers: Parameters, smallest: float, quarters: int) -> np.ndarray:
    """Return how many firms the reservoir usually holds at the beginning of each quarter, over those of 2021.

    It grows by itself, loses entrants in proportion to its size, and gains as many as a first quarter's shock makes
    too small.
    """
    reservoir, path = Reservoir.of(firms, numbers), np.ones(quarters)
    entering = float(_entrants(firms, numbers).sum()) / reservoir.start
    returning = _usual_returns(firms, numbers, smallest) / reservoir.start
    for quarter in range(1, quarters):
        path[quarter] = max(path[quarter - 1] * (1.0 + reservoir.growth - entering) + returning, 0.0)
    return path


def _entrants(firms: Firms, numbers: Parameters) -> np.ndarray:
    """Return how many ordinary firms usually enter a quarter, per cluster."""
    entrants: np.ndarray = numbers.entry_rate / 4.0 * (firms.first_entrant - firms.start)
    return entrants


def _usual_returns(firms: Firms, numbers: Parameters, smallest: float) -> float:
    """Return how many firms a quarter's shock is expected to make too small to be simulated."""
    least = smallest * numbers.returning_share / 4.0
    if least <= 0.0:
        return 0.0  # none is too small
    rows = np.flatnonzero(firms.active)
    demand, spread = firms.demand[rows], quarterly_spreads(numbers)[firms.cluster[rows]]
    scale = shock_scales(spread, demand / numbers.size_reference, numbers.size_spread_exponent)
    return float(laplace_share(np.log(least / demand / (1.0 - scale**2)), scale).sum())


def _demand(firms: Firms) -> np.ndarray:
    return firms.cluster_sum(np.where(firms.active, firms.demand, 0.0))


def mean_entrant(numbers: Parameters, low: float) -> float:
    """Return mean annual output of an ordinary entrant, million yuan: the mean of a Pareto cut off at both ends."""
    high, exponent = numbers.entrant_size_high, numbers.entrant_size_exponent
    share = exponent * low**exponent / (1.0 - (low / high) ** exponent)
    left = 1.0 - exponent
    return share * (math.log(high / low) if left == 0.0 else (high**left - low**left) / left)


_NOISES = (-2.0 / 3.0, 0.0, 2.0 / 3.0)  # three equal thirds of passing noise, at their middles


_LUCKS = (
    0.02,
    0.06,
    0.1,
    0.14,
    0.18,
    0.3,
    0.5,
    0.7,
    0.82,
    0.86,
    0.9,
    0.94,
    0.98,
)  # middles of parts of the draw of a shock,


_PARTS = (
    0.04,
    0.04,
    0.04,
    0.04,
    0.04,
    0.2,
    0.2,
    0.2,
    0.04,
    0.04,
    0.04,
    0.04,
    0.04,
)  # and their lengths: fine at the ends


@kernel
def _unserved(rows: Rows, firms: Sellers, orders: UsualOrders, shock: UsualShock, unserved: PerCluster) -> None:
    """Add up the demand of firms that cannot be served in a usual quarter, million yuan at 2021 prices, per cluster.

    moved = demand x exp(scale x draw) x (1 - scale^2); unserved = moved x max(1 - room / orders, 0), orders = moved x
    season x (1 + noise x passing), room = reach x capital, the mean over draws, seasons and passing noise
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not firms.active[i]:
                continue
            room = standard_capital(firms.capital[i], firms.capital_extra[i]) * orders.reach[c]
            demand, missing = firms.demand[i], 0.0
            scale = shock_scale(shock.spread[c], demand / shock.reference, shock.exponent)
            for part in range(len(_LUCKS)):
                moved = demand * math.exp(scale * shock.draws[part]) * (1.0 - scale * scale)
                if moved * orders.highest * (1.0 + orders.noise * _NOISES[-1]) <= room:
                    continue  # enough for the largest orders
                for season in orders.seasons:
                    for passing in _NOISES:
                        ordered = moved * season * (1.0 + orders.noise * passing)
                        # customers leave, not a season's orders
                        missing += _PARTS[part] * moved * max(1.0 - room / ordered, 0.0)
            unserved[c] += missing / (len(_NOISES) * orders.seasons.size)


@kernel
def _closing(
    rows: Rows, firms: Staying, safe: PerFirm, frontier: PerCluster, base: float, hazard: Hazard, lost: UsualClosings
) -> None:
    """Add up the demand of firms that usually close in a quarter, million yuan at 2021 prices, per cluster: demand x
    chance (see `closing_chance`), and the same times the lag behind the frontier, log.
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not firms.active[i]:
                continue
            demand = firms.demand[i]
            lag = frontier[c] - math.log(efficiency(firms.productivity[i], firms.digital_effect[i]))
            lost.behind[c] += demand * lag
            if not safe[i]:
                age = (_START - firms.founded[i]) / 4.0
                chance = min(closing_chance(base, lag, age, demand, hazard), hazard.exit_hazard_ceiling)
                lost.closing[c] += demand * chance
                lost.lagging[c] += demand * chance * lag
