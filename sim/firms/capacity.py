"""What a firm's capital can make: firms whose fixed assets a register gives need more or less of it than their
cluster.
"""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms


def standard_capital(firms: Firms) -> np.ndarray:
    """Return the capital with which a firm of the cluster's norm could make as much, million yuan at 2021 prices."""
    standard: np.ndarray = firms.capital / (1.0 + firms.capital_extra)
    return standard
