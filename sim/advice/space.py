"""The box that a search looks in: levers that are continuous, whole numbers or choices, as shares of their range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Space:
    """Levers of a search in the unit cube; nought is the end at which a lever does least.

    Attributes:
        values: by lever, how many values it has; 0 means that it is continuous.
        choice: by lever, whether its values stand in no order, so that none lies between two others.
    """

    values: tuple[int, ...]
    choice: tuple[bool, ...]

    @property
    def levers(self) -> int:
        """Number of levers."""
        return len(self.values)

    def snapped(self, points: np.ndarray) -> np.ndarray:
        """Return points (n, levers) moved to values that the levers have; what has one stays where it is."""
        inside = np.clip(points, 0.0, 1.0)
        for place, number in enumerate(self.values):
            if number:
                inside[:, place] = np.minimum(np.floor(inside[:, place] * number), number - 1) / max(number - 1, 1)
        return inside


def continuous(levers: int) -> Space:
    """Return a space of continuous levers."""
    return Space((0,) * levers, (False,) * levers)
