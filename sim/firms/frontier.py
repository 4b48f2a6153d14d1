"""The frontier of a cluster: how efficient its best tenth of firms is."""

from __future__ import annotations

import math

import numpy as np

from sim.firms.table import Firms


def find_frontier(firms: Firms) -> None:
    """Renew each cluster's frontier: the 90th percentile of log efficiency of its active firms."""
    for c in range(firms.start.size):
        rows = slice(firms.start[c], firms.stop[c])
        levels = (firms.productivity[rows] * firms.digital_effect[rows])[firms.active[rows]]
        firms.frontier[c] = math.log(_upper_decile(levels)) if levels.size else 0.0


def _upper_decile(values: np.ndarray) -> float:
    place = (9 * (values.size - 1)) // 10
    return float(np.partition(values, place)[place])
