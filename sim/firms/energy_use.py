"""What of a firm's energy one energy-saving project covers: small firms have one process, large ones several."""

from __future__ import annotations

import math

import numpy as np

from sim.firms.table import Firms
from sim.luck import keys
from sim.luck.compiled import rule


@rule
def processes(use: float, of_one: float) -> int:
    """Return the number of processes alike of a firm; `use` and that which one project covers in tce a year."""
    return max(min(math.ceil(use / of_one), keys.PARTS), 1)


def use_a_year(firms: Firms) -> np.ndarray:
    """Return the energy that firms plan to use, tce a year."""
    use: np.ndarray = 4.0 * firms.expected_demand * firms.energy_intensity
    return use


def saved_by_one(firms: Firms, saving: float, of_one: float) -> np.ndarray:
    """Return what one project of each firm saves before rebound, tce a year; `saving` is a share."""
    use = use_a_year(firms)
    saved: np.ndarray = saving * use / np.clip(np.ceil(use / of_one), 1, keys.PARTS)
    return saved
