"""Rounds of a search."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Round:
    """Points (unit cube) that meet the same worlds."""

    points: np.ndarray
    first_world: int
    worlds: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * self.worlds
