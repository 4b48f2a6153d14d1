"""Shocks to demand from outside: a common one and a persistent one for each cluster."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import Quarter
from sim.luck import keys
from sim.tables.parameters import Parameters


def normals(seed: int, quarters: list[Quarter], decision: str, entity: int) -> np.ndarray:
    return np.array([keys.normal(keys.stream(seed, decision, q.number), entity) for q in quarters])


WARM_UP = 24  # quarters after which a cluster's shock hardly remembers where it began


def demand_shocks(numbers: Parameters, seed: int, quarters: list[Quarter]) -> np.ndarray:
    """Return log shocks to demand by quarter and cluster: a common one and a persistent one, centred so that demand is
    expected on trend.
    """
    exposure = np.array(numbers.by_cluster("cycle_exposure"))
    common = normals(seed, quarters, "common demand", 0) * numbers.common_shock_spread
    early = [quarters[0] + i for i in range(-WARM_UP, 0)] + quarters
    own = np.column_stack([normals(seed, early, "cluster demand", c) for c in range(exposure.size)])
    spread = np.array(numbers.by_cluster("cycle_spread"))
    shocks: np.ndarray = np.outer(common, exposure) - (exposure * numbers.common_shock_spread) ** 2 / 2.0
    return shocks + persistent(own, spread, numbers.cluster_shock_persistence)


def persistent(draws: np.ndarray, spread: np.ndarray, persistence: float) -> np.ndarray:
    """Return shocks to growth that persist, without the warm-up,
    centred so that the expected level stays on the trend.
    """
    levels, level = np.empty_like(draws), np.zeros(draws.shape[1])
    for i, draw in enumerate(draws):
        levels[i] = level = persistence * level + spread * draw
    levels = levels[WARM_UP:]
    echo = (1.0 - persistence ** np.arange(1, len(levels) + 1)) / (1.0 - persistence)
    remembered = (1.0 - persistence ** (2 * WARM_UP)) / (1.0 - persistence**2)  # variance at the end of the warm-up
    variance = np.cumsum(echo**2) + (persistence * echo) ** 2 * remembered
    centre: np.ndarray = np.outer(np.diff(variance, prepend=0.0), spread**2) / 2.0
    return levels - centre


def spread_of_a_year(spread: np.ndarray, persistence: float) -> np.ndarray:
    """Return the standard deviation, log, of what persistent shocks of a spread make of growth over four quarters:
    of four neighbours of an autoregression.
    """
    together = 4.0 + 2.0 * (3.0 * persistence + 2.0 * persistence**2 + persistence**3)
    of_a_year: np.ndarray = spread * np.sqrt(together / (1.0 - persistence**2))
    return of_a_year
