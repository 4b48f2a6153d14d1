"""The mean of an outcome over worlds with the interval that its row in the catalogue calls for, or none.

A count whose row bounds it takes a betting interval, any other outcome that of `means`; where too few worlds differ
there is no mean to be told, but in how many worlds it is higher and lower (`differing`).
"""

from __future__ import annotations

import math

import numpy as np

from sim.inference.betting import betting_interval
from sim.inference.differing import too_few
from sim.inference.means import mean_band, mean_interval
from sim.tables.catalogue import Outcome

NONE = (math.nan,) * 3


def level_mean(outcome: Outcome, values: np.ndarray) -> tuple[float, float, float]:
    """Return mean and 95 % interval of an outcome's level; nan for the interval where too few worlds differ."""
    mean, low, high = _mean(values, outcome.low, outcome.high, bounded=outcome.bounded)
    return (mean, math.nan, math.nan) if too_few(values) else (mean, low, high)


def effect_mean(outcome: Outcome, values: np.ndarray) -> tuple[float, float, float]:
    """Return mean and 95 % interval of paired differences of an outcome; nan where too few worlds differ."""
    reach = outcome.high - outcome.low
    return NONE if too_few(values) else _mean(values, -reach, reach, bounded=outcome.bounded)


def mean_columns(outcome: Outcome, values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the 95 % intervals of the means of an outcome's years, as `mean_band` does: (worlds, years)."""
    if outcome.bounded:
        ends = np.array([level_mean(outcome, year)[1:] for year in values.T]).T
        return {"mean_low": ends[0], "mean_high": ends[1]}
    low, high = effect_band(values).values()
    return {"mean_low": np.maximum(low, outcome.low), "mean_high": np.minimum(high, outcome.high)}


def effect_band(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the 95 % intervals of the means of paired differences along the first axis, of outcomes without bounds;
    nan where too few worlds differ.
    """
    told = np.where(too_few(values), np.nan, 0.0)
    return {name: end + told for name, end in mean_band(values).items()}


def _mean(values: np.ndarray, least: float, most: float, *, bounded: bool) -> tuple[float, float, float]:
    """Return the betting interval where bounds hold, else that of any outcome, kept within what can be."""
    mean, low, high = mean_interval(values)
    known = values[~np.isnan(values)]
    if bounded and known.size > 1 and least <= known.min() and known.max() <= most:
        return mean, *betting_interval(known, least, most)
    return mean, max(low, least), min(high, most)
