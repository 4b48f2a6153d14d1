"""The quotient of two means, each uncertain."""

from __future__ import annotations

import math

import numpy as np

from sim.inference.confidence import CONFIDENCE, student
from sim.inference.means import mean_interval


def fieller(cost: np.ndarray, effect: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return mean cost per unit of effect and its interval (Fieller 1954); nan when the effect's interval holds zero.

    Args:
        cost, effect: paired differences, one value per world.
    """
    undefined = (float("nan"), float("nan"), float("nan"))
    if cost.size < 2 or np.isnan(cost).any() or np.isnan(effect).any():
        return undefined
    _, low, high = mean_interval(effect, confidence)
    if low <= 0.0 <= high:
        return undefined
    t2 = float(student(cost.size - 1, confidence)) ** 2
    covariance = np.cov(cost, effect) / cost.size
    a, b = float(cost.mean()), float(effect.mean())
    scale = b * b - t2 * covariance[1, 1]
    centre = a * b - t2 * covariance[0, 1]
    root = math.sqrt(max(centre * centre - scale * (a * a - t2 * covariance[0, 0]), 0.0))
    return a / b, *sorted(((centre - root) / scale, (centre + root) / scale))
