"""How much a search tries, and what it asks to be tried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

FIRMER = 3  # times as many worlds for packages with all levers at the same share of their ranges
RACES = 3  # times that what looks good is tried again, in twice the worlds each time


class Stage(StrEnum):
    """What a batch is for."""

    TRY = "try"
    CHECK = "check"  # a candidate, in fresh worlds
    FRONT = "front"  # packages of several probabilities, in fresh worlds


@dataclass(frozen=True)
class Effort:
    """How much a search tries; all other sizes follow from these.

    Attributes:
        points: of the first round, beside those with all levers at one share. worlds: of each of them.
        rounds: near the best package. checks: fresh worlds of a candidate. candidates: at most.
    """

    points: int = 128
    worlds: int = 4
    rounds: int = 12
    checks: int = 600
    candidates: int = 3

    @property
    def together(self) -> int:
        """Packages of the first round with all levers at the same share of their ranges, both ends among them."""
        return 2 + self.points // 9

    @property
    def broad(self) -> int:
        """Packages from all over the box that look cheaper than the best after the first round."""
        return self.points // 2

    @property
    def raced(self) -> int:
        """Packages at most that are tried again before the rounds."""
        return max(self.points // 18, 1) if self.rounds else 0

    @property
    def packages(self) -> int:
        """Packages of a round."""
        return max(self.points // 8, 3)

    @property
    def repeats(self) -> int:
        """Worlds of each of them."""
        return max(self.worlds * 5 // 2, 2)

    @property
    def front(self) -> tuple[int, int]:
        """Packages of the front at most, and the fresh worlds of each."""
        return 5, max(self.checks // 6, 2)

    @property
    def most(self) -> int:
        """Runs at most."""
        first = (self.together * FIRMER + self.points + self.broad) * self.worlds
        raced = sum(self.raced * self.worlds * 2 ** (race + 1) for race in range(RACES))
        near = self.rounds * self.packages * self.repeats
        packages, worlds = self.front
        return first + raced + near + self.candidates * self.checks + packages * worlds


@dataclass(frozen=True)
class Batch:
    """Packages to be tried: points (n, levers), each in so many worlds of its own."""

    points: np.ndarray
    worlds: int
    stage: Stage = Stage.TRY

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * self.worlds
