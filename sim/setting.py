"""What a behaviour is given besides the firms: the quarter, the world outside, the terms of policy, numbers, luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import randomness
from sim.parameters import Parameters
from sim.quarter import Quarter
from sim.technology import Technology
from sim.terms import Terms
from sim.world import Conditions


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of one quarter; behaviours read it and write only firm columns."""

    quarter: Quarter
    conditions: Conditions
    terms: Terms
    numbers: Parameters
    technology: Technology
    seed: int

    def luck(self, decision: str) -> np.uint64:
        """Return the stream of a decision this quarter; rules read it at firm keys."""
        return randomness.stream(self.seed, decision, self.quarter.number)
