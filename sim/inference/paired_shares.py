"""The difference of two shares of the same worlds: how much likelier a target is in one arm than in the other."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from sim.inference.confidence import CONFIDENCE

_CLEAR = 1e-9  # below what was seen, where the score is nought and so the spread may be


def paired_share(base: np.ndarray, variant: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return the difference of two paired probabilities and its score interval (Tango 1998): all differences that the
    pairs do not speak against, each with the spread that it would have if it were true. Without a pair that differs it
    is as wide as z^2 / (n + z^2) on either side.

    Args:
        base, variant: 0 or 1 for each pair.
    """
    pairs = base.size
    gained, lost = int(((variant == 1) & (base == 0)).sum()), int(((variant == 0) & (base == 1)).sum())
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    low = _end(gained, lost, pairs, z)
    return (gained - lost) / pairs, low, -_end(lost, gained, pairs, z)


def _end(gained: int, lost: int, pairs: int, z: float) -> float:
    """Return the lowest difference whose score is no more than z."""
    from scipy.optimize import brentq

    seen = (gained - lost) / pairs
    if seen <= -1.0:
        return -1.0

    def beyond(difference: float) -> float:
        excess = gained - lost - pairs * difference
        return excess - z * math.sqrt(pairs * _variance(difference, gained, lost, pairs))

    return float(brentq(beyond, -1.0, seen - _CLEAR, xtol=1e-12))


def _variance(difference: float, gained: int, lost: int, pairs: int) -> float:
    """Return the variance of one pair if the shares differ by so much, with the likeliest share of pairs lost."""
    b = (2.0 * pairs - gained + lost) * difference - gained - lost
    c = -lost * difference * (1.0 - difference)
    likeliest = (math.sqrt(max(b * b - 8.0 * pairs * c, 0.0)) - b) / (4.0 * pairs)
    return max(2.0 * likeliest + difference * (1.0 - difference), 0.0)
