"""Intervals of probabilities and of shares, and what they say of a probability that is asked for."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from sim.inference.confidence import CONFIDENCE, student
from sim.tables.likelihood import AS_ASKED, LESS_THAN_ASKED, UNDECIDED

_DUST = 1e-12  # of a share: what rounding leaves of none


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
    """Return whether a probability known to lie in an interval is as high as required; what is required is enough."""
    if low >= required:
        return AS_ASKED
    return LESS_THAN_ASKED if high < required else UNDECIDED


def clopper_pearson(hits: float, trials: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the two-sided interval of a probability (Clopper and Pearson 1934); hits and trials need not be whole."""
    from scipy.special import betaincinv

    tail, missed = (1.0 - confidence) / 2.0, trials - hits
    low = 0.0 if hits < _DUST else float(betaincinv(hits, missed + 1.0, tail))
    return low, 1.0 if missed < _DUST else float(betaincinv(hits + 1.0, missed, 1.0 - tail))


def clopper_pearson_low(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided lower bound of a probability that holds
    with at least the confidence (Clopper and Pearson 1934).
    """
    from scipy.special import betaincinv

    return 0.0 if hits == 0 else float(betaincinv(hits, trials - hits + 1, 1.0 - confidence))


def clopper_pearson_high(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided upper bound of a probability that holds with at least the confidence."""
    return 1.0 - clopper_pearson_low(trials - hits, trials, confidence)


def share_interval(part: np.ndarray, total: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return a share of money over all worlds and its interval (Korn and Graubard 1998): that of Clopper and Pearson
    for as many worlds as carry the same uncertainty, those that paid where all or nothing was of the kind. Few payments
    therefore leave it wide, and it never leaves 0-1.

    Args:
        part, total: money of the kind and all money, one value per world; worlds without any tell nothing.
    """
    paid = total > 0.0
    part, total = part[paid], total[paid]
    if not total.size:
        return math.nan, math.nan, math.nan
    share = min(max(float(part.sum() / total.sum()), 0.0), 1.0)
    worlds = _worth_worlds(part, total, share, confidence)
    low, high = clopper_pearson(share * worlds, worlds, confidence)
    return share, low, high


def _worth_worlds(part: np.ndarray, total: np.ndarray, share: float, confidence: float) -> float:
    """Return in how many independent worlds a share would be as uncertain as it is here (a ratio estimator)."""
    number = total.size
    uncertain = share * (1.0 - share)
    if number < 2 or uncertain < _DUST:
        return float(number)
    error = float(np.var((part - share * total) / total.mean(), ddof=1)) / number
    narrow = NormalDist().inv_cdf(0.5 + confidence / 2.0) / float(student(number - 1, confidence))
    return max(uncertain / max(error, _DUST) * narrow**2, 1.0)
