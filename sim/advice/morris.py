"""Screening by elementary effects (Morris 1991): every step of a path moves one number by more than half its range."""

from __future__ import annotations

import numpy as np

_LEVELS = 4  # of the grid
_STEP = _LEVELS / (2.0 * (_LEVELS - 1.0))


def paths(numbers: int, number_of_paths: int, seed: int) -> np.ndarray:
    """Return points of the unit cube, path after path, (paths x (numbers + 1), numbers)."""
    rng = np.random.default_rng([seed, 1])
    points = []
    for _ in range(number_of_paths):
        point = rng.integers(_LEVELS // 2, size=numbers) / (_LEVELS - 1.0)
        up = rng.random(numbers) < 0.5
        point = np.where(up, point, point + _STEP)
        points.append(point.copy())
        for place in rng.permutation(numbers):
            point[place] += _STEP if up[place] else -_STEP
            points.append(point.copy())
    return np.array(points)


def effects(points: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the effect of the full range of each number on each path, (numbers, paths); nan where a run failed."""
    numbers = points.shape[1]
    by_path, values = points.reshape(-1, numbers + 1, numbers), found.reshape(-1, numbers + 1)
    moves, changes = np.diff(by_path, axis=1), np.diff(values, axis=1)
    which = np.abs(moves).argmax(axis=2)
    made = np.empty((numbers, len(by_path)))
    for path, order in enumerate(which):
        made[order, path] = changes[path] / moves[path, np.arange(numbers), order]
    return made
