"""Customers and firms that usually come and go in a cluster, expected from the starting firms."""

from __future__ import annotations

import math

import numpy as np

from sim.calendar.quarter import FIRST
from sim.calendar.year import SEASONS
from sim.firms.capacity import standard_capital
from sim.firms.costs import efficiency
from sim.firms.reservoir import Reservoir
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.firms.turnover import (
    LARGEST_SCALE,
    closing_chance,
    quarterly,
    quarterly_spreads,
    shock_scale,
    too_large_to_vanish,
)
from sim.luck.compiled import kernel, rows_of
from sim.luck.randomness import laplace, laplace_share
from sim.tables.parameters import Parameters


def usual_turned_away(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Return the share of a cluster's demand that in a usual quarter leaves firms which lack the capacity to serve it.

    Expected over the season, passing noise and the shock that the quarter brings to each firm.
    """
    unserved = np.zeros(firms.start.size)
    seasons = np.array([numbers[name] for name in SEASONS])
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output)
    _unserved(
        firms.start,
        firms.stop,
        firms.active,
        firms.demand,
        standard_capital(firms),
        reach,
        seasons,
        numbers.order_noise,
        quarterly_spreads(numbers),
        numbers.size_spread_exponent,
        numbers.size_reference,
        unserved,
    )
    share: np.ndarray = numbers.customers_leave * unserved / _demand(firms)
    return share


def usual_closings(firms: Firms, numbers: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of a cluster's demand whose makers usually close in a quarter, and the log efficiency that the
    mean gains by it.

    Those that close lag behind: what stays is better.
    """
    closing, lagging, behind = (np.zeros(firms.start.size) for _ in range(3))
    _closing(
        firms.start,
        firms.stop,
        firms.active,
        firms.demand,
        firms.productivity,
        firms.digital_effect,
        firms.frontier,
        firms.founded,
        too_large_to_vanish(firms),
        FIRST.number,
        quarterly(numbers.exit_hazard),
        numbers.exit_productivity_weight,
        numbers.exit_age_weight,
        numbers.exit_size_exponent,
        numbers.exit_hazard_ceiling,
        numbers.size_reference,
        closing,
        lagging,
        behind,
    )
    demand = _demand(firms)
    share: np.ndarray = closing / demand
    return share, (lagging - share * behind) / demand


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
    scale = np.minimum(spread * (demand / numbers.size_reference) ** -numbers.size_spread_exponent, LARGEST_SCALE)
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
def _unserved(
    start, stop, active, demand, capital, reach, seasons, noise, spread, size_exponent, size_reference, unserved
):
    lucks = [laplace(draw) for draw in _LUCKS]
    highest = np.max(seasons)
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            room, missing = capital[i] * reach[c], 0.0
            scale = shock_scale(spread[c], demand[i] / size_reference, size_exponent)
            for part in range(len(_LUCKS)):
                moved = demand[i] * math.exp(scale * lucks[part]) * (1.0 - scale * scale)
                if moved * highest * (1.0 + noise * _NOISES[-1]) <= room:
                    continue  # enough for the largest orders
                for season in seasons:
                    for passing in _NOISES:
                        orders = moved * season * (1.0 + noise * passing)
                        missing += (
                            _PARTS[part] * moved * max(1.0 - room / orders, 0.0)
                        )  # customers leave, not a season's orders
            unserved[c] += missing / (len(_NOISES) * seasons.size)


@kernel
def _closing(
    start,
    stop,
    active,
    demand,
    productivity,
    digital_effect,
    frontier,
    founded,
    safe,
    now,
    hazard,
    productivity_weight,
    age_weight,
    size_exponent,
    ceiling,
    size_reference,
    closing,
    lagging,
    behind,
):
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            lag = frontier[c] - math.log(efficiency(productivity[i], digital_effect[i]))
            behind[c] += demand[i] * lag
            if not safe[i]:
                chance = closing_chance(
                    hazard,
                    lag,
                    (now - founded[i]) / 4.0,
                    demand[i] / size_reference,
                    productivity_weight,
                    age_weight,
                    size_exponent,
                )
                closing[c] += demand[i] * min(chance, ceiling)
                lagging[c] += demand[i] * min(chance, ceiling) * lag
