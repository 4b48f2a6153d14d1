"""A land budget, and what it leaves: read by whoever reads a scenario, so nothing here is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.firms.table import Firms

PRICE, OUTPUT, TAX, QUEUE = "price", "output-per-mu", "tax-per-mu", "queue"


class Ground(NamedTuple):
    """Land of the starting firms, mu, and the part of the clusters' output of 2021 that those above scale make."""

    mu: float = 0.0
    part: float = 1.0


@dataclass(frozen=True, slots=True)
class LandBudget:
    """A land budget of one quarter.

    Attributes:
        most: mu that the modelled firms may stand on, idle plots of closed firms included.
        rule: who gets plots first where they are short.
        newcomers: share of what is left that is kept for newcomers.
        floor_area: least floor area of a new plant over its plot; zero for none.
        least_investment: million yuan that a mu of a new plot must carry; zero for none.
        idle_below: use of its land below which a firm's land is idle. patience: quarters after which idle land is
            taken back; zero for never.
    """

    most: float
    rule: str = OUTPUT
    newcomers: float = 0.0
    floor_area: float = 0.0
    least_investment: float = 0.0
    idle_below: float = 0.0
    patience: int = 0


FREE = LandBudget(np.inf)  # what holds where no instrument sets a budget


def left(firms: Firms, budget: LandBudget) -> float:
    """Return mu that are left under a budget."""
    return max(budget.most - float(firms.land.sum()) - float(firms.vacant_land.sum()), 0.0)
