"""Bounds of a mean of bounded values that hold for any distribution: a bet against each mean, made before each value.

Whoever bets against the true mean is unlikely to grow rich, however long the game lasts: capital of 1 / alpha rules a
mean out (Waudby-Smith and Ramdas 2024, hedged capital process).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sim.inference.confidence import CONFIDENCE

_MOST_AT_STAKE = 0.5  # of the capital, so that no bet can lose all


def betting_interval(
    values: np.ndarray, least: float, most: float, confidence: float = CONFIDENCE, *, looks: bool = False
) -> tuple[float, float]:
    """Return the interval of a mean.

    Args:
        values: in the order in which worlds are numbered. least, most: what no value can leave.
        looks: whether it is to hold after every value, for whoever looks on and stops at will; else only after all,
            and it is narrower then.

    Raises:
        ValueError: if a value lies outside.
    """
    if values.size and (values.min() < least or values.max() > most):
        raise ValueError(f"values from {values.min():g} to {values.max():g} leave their bounds {least:g} to {most:g}")
    scaled = (values - least) / (most - least)
    stakes = _stakes(scaled, confidence, looks=looks)
    low = _least_left(scaled, stakes, confidence)
    high = 1.0 - _least_left(1.0 - scaled, stakes, confidence)
    return least + (most - least) * low, least + (most - least) * high


def _stakes(scaled: np.ndarray, confidence: float, *, looks: bool) -> np.ndarray:
    """Return what is bet on each value, from what was seen before it: more where values spread less."""
    number = np.arange(1, scaled.size + 1)
    mean = (0.5 + np.cumsum(scaled)) / (number + 1)
    variance = (0.25 + np.cumsum((scaled - mean) ** 2)) / (number + 1)
    before = np.concatenate(([0.25], variance[:-1]))
    rounds = number * np.log1p(number) if looks else np.full(scaled.size, float(scaled.size))
    return np.sqrt(2.0 * np.log(2.0 / (1.0 - confidence)) / (before * rounds))


def _least_left(scaled: np.ndarray, stakes: np.ndarray, confidence: float) -> float:
    """Return the least mean that betting on higher values has not ruled out, 0 to 1."""
    goal = np.log(2.0 / (1.0 - confidence))  # half of the capital bets on lower values

    def richest(mean: float) -> float:
        stake = np.minimum(stakes, _MOST_AT_STAKE / mean)
        return float(np.max(np.cumsum(np.log1p(stake * (scaled - mean))), initial=0.0))

    return _falls_below(richest, goal)


def _falls_below(falling: Callable[[float], float], goal: float) -> float:
    """Return where a falling function of 0 to 1 reaches a goal, by halving; 0 where it is never above."""
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        middle = (low + high) / 2.0
        low, high = (middle, high) if falling(middle) > goal else (low, middle)
    return low
