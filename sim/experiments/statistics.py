"""Intervals and verdicts."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

CONFIDENCE = 0.95
LOW, HIGH = 0.05, 0.95  # ends of the 90 % interval of outcomes


def wilson(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Wilson score interval of a probability (Wilson 1927).

    Raises:
        ValueError: if there are no trials.
    """
    if trials <= 0:
        raise ValueError("an interval needs at least one trial")
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = hits / trials
    centre = share + z * z / (2.0 * trials)
    half = z * math.sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials))
    scale = 1.0 + z * z / trials
    low = 0.0 if hits == 0 else (centre - half) / scale
    return low, 1.0 if hits == trials else (centre + half) / scale


def verdict(low: float, high: float, required: float) -> str:
    """Return `reached` if the interval lies at or above the required probability, `missed` if below, else `undecided`."""
    if low >= required:
        return "reached"
    return "missed" if high < required else "undecided"


def spread(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return median, 5 % and 95 % quantiles and mean over replications (first axis), ignoring undefined values."""
    defined = ~np.all(np.isnan(values), axis=0)
    filled = np.where(defined, values, 0.0)
    low, median, high = np.nanquantile(filled, [LOW, 0.5, HIGH], axis=0)
    parts = {"median": median, "low": low, "high": high, "mean": np.nanmean(filled, axis=0)}
    return {name: np.where(defined, part, np.nan) for name, part in parts.items()}
