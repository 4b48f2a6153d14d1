"""What firms use, and what of it one energy-saving project covers: small firms have one process, large ones several."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import QUARTERS
from sim.firms.table import Firms
from sim.luck import keys


def use_a_year(firms: Firms) -> np.ndarray:
    """Return the energy that firms plan to use, tce a year."""
    use: np.ndarray = QUARTERS * firms.expected_demand * firms.energy_intensity
    return use


def processes(use: np.ndarray, of_one: float) -> np.ndarray:
    """Return the number of processes alike of each firm; its use and that which one project covers in tce a year. Who
    uses no number has one: what is undefined is told by what is measured (`sim.measure.undefined`).
    """
    number: np.ndarray = np.minimum(np.fmax(np.ceil(use / of_one), 1.0), keys.PARTS).astype(np.int64)
    return number


def saved_by_one(firms: Firms, saving: float, of_one: float) -> np.ndarray:
    """Return what one project of each firm saves before rebound, tce a year; `saving` is a share."""
    use = use_a_year(firms)
    saved: np.ndarray = saving * (use / processes(use, of_one))
    return saved
