"""Means over worlds with intervals that cover on skewed outcomes too.

Student's interval leaves out too much on the long side of skewed values. Hall's (1992) cubic transformation of the
studentised mean takes the skewness out; the skewness of few values is too small on average and is enlarged as Bobee and
Robitaille (1975) do. What is given is the wider of both at each end.
"""

from __future__ import annotations

import math

import numpy as np

from sim.inference.confidence import CONFIDENCE, student
from sim.tables.units import DUST

LEAST_FOR_SKEWNESS = 10  # values; of fewer the skewness is noise, and the interval is Student's
_SKEWED_TAILS = 0.6  # of those of Student's interval: what makes up for skewness not seen in the sample
_EVEN = 1e-9  # a skewness below it is none


def mean_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return mean and interval of independent values. Of one value there is no interval, of none no mean."""
    values = np.asarray(values, dtype=float)
    values = values[~np.isnan(values)]
    mean = float(values.mean()) if values.size else math.nan
    low, high = _ends(values[:, None], confidence)
    return mean, float(low[0]), float(high[0])


def mean_band(values: np.ndarray, least: float = -math.inf, most: float = math.inf) -> dict[str, np.ndarray]:
    """Return the ends of the 95 % interval of the mean over replications (first axis), ignoring undefined values; nan
    where fewer than two are defined. A mean cannot leave the reach of its values.

    Args:
        least, most: reach of what is measured.
    """
    low, high = _ends(values, CONFIDENCE)
    return {"mean_low": np.maximum(low, least), "mean_high": np.minimum(high, most)}


def _ends(values: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the interval of the mean along the first axis; nan where fewer than two are defined."""
    number = (~np.isnan(values)).sum(axis=0)
    degrees, root = np.maximum(number - 1, 1), np.sqrt(np.maximum(number, 1))
    mean = np.nansum(values, axis=0) / np.maximum(number, 1)
    deviation = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / degrees)
    straight = student(degrees, confidence) / root
    tail = student(degrees, 1.0 - _SKEWED_TAILS * (1.0 - confidence)) / root
    skewness = np.where(number < LEAST_FOR_SKEWNESS, np.nan, _skewness(values - mean, deviation, number))
    below = np.fmax(straight, _untransformed(tail, skewness, number))
    above = np.fmax(straight, -_untransformed(-tail, skewness, number))
    unknown = np.where(number >= 2, 0.0, np.nan)
    return mean - below * deviation + unknown, mean + above * deviation + unknown


def _skewness(apart: np.ndarray, deviation: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return the skewness, enlarged for few values (Bobee and Robitaille 1975)."""
    n = np.maximum(number, 1)
    seen = np.nansum(apart**3, axis=0) / n / np.where(deviation > DUST**2, deviation, 1.0) ** 3
    return seen * (1.0 + 6.51 / n + 20.2 / n**2 + (1.48 / n + 6.77 / n**2) * seen**2)


def _untransformed(quantile: np.ndarray, skewness: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Return the studentised mean whose transformed value is a quantile (Hall 1992, equation 2.2 solved)."""
    even = np.abs(skewness) < _EVEN
    safe = np.where(even, 1.0, skewness)
    cubic = 3.0 * (np.cbrt(1.0 + safe * (quantile - safe / (6.0 * np.maximum(number, 1)))) - 1.0) / safe
    return np.where(even, quantile, cubic)


def unpaired_interval(base: np.ndarray, variant: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Welch interval of a difference of means, as if the arms had had different luck."""
    base, variant = base[~np.isnan(base)], variant[~np.isnan(variant)]
    if min(base.size, variant.size) < 2:
        return float("nan"), float("nan")
    a, b = base.var(ddof=1) / base.size, variant.var(ddof=1) / variant.size
    difference = float(variant.mean() - base.mean())
    if a + b <= DUST**2:
        return difference, difference
    degrees = (a + b) ** 2 / (a * a / (base.size - 1) + b * b / (variant.size - 1))
    half = float(student(int(degrees), confidence)) * math.sqrt(a + b)
    return difference - half, difference + half
