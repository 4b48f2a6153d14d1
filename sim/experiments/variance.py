"""Sobol indices: how much of an outcome's variance each number carries,
with bootstrap intervals that the seed fixes.
"""

from __future__ import annotations

import numpy as np

from sim.tables.units import DUST

_RESAMPLES = 199
_LOW, _HIGH = 0.05, 0.95  # ends of the 90 % interval


def mixed(a: np.ndarray, b: np.ndarray, first_world: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points A, B, A with one column of B each (Saltelli et al. 2010) and A again, with their worlds: the last
    in the worlds of B, so that luck counts as one more number.
    """
    count = a.shape[1]
    swapped = [np.where(np.arange(count) == place, b, a) for place in range(count)]
    here = first_world + np.arange(len(a))
    there = here + len(a)
    return np.concatenate([a, b, *swapped, a]), np.concatenate([here, there, *[here] * count, there])


def sobol_indices(found: np.ndarray, numbers: int, rng: np.random.Generator) -> np.ndarray:
    """Return first order, low, high, total, low, high of each number, (numbers, 6); zeros where nothing varies.

    Args:
        found: values at points A, at points B, and at A with one number of B after the other (Saltelli et al. 2010).
        rng: draws the resamples, each of whole points.
    """
    parts = found.reshape(numbers + 2, -1)
    if np.ptp(found) <= DUST:
        return np.zeros((numbers, 6))
    order = parts.shape[1]
    values = _indices(parts)
    resampled = np.array([_indices(parts[:, rng.integers(order, size=order)]) for _ in range(_RESAMPLES)])
    low, high = np.quantile(resampled, [_LOW, _HIGH], axis=0)
    return np.stack([values[0], low[0], high[0], values[1], low[1], high[1]], axis=1)


def _indices(parts: np.ndarray) -> np.ndarray:
    """Return first-order and total indices, (2, numbers); nought where a resample does not vary."""
    a, b, mixed = parts[0], parts[1], parts[2:]
    middle, variance = np.mean(parts[:2]), np.var(parts[:2])
    if variance <= DUST**2:
        return np.zeros((2, len(mixed)))
    first = np.mean((b - middle) * (mixed - a), axis=1) / variance
    return np.stack([first, np.mean((a - mixed) ** 2, axis=1) / (2.0 * variance)])
