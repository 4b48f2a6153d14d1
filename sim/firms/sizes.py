"""Size classes of firms by revenue of 2021: the lines of China's official size classes for industry,
and two above them.
"""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters

SIZES: tuple[str, ...] = ("small", "medium", "large", "leading", "entrant")
SIZES_ZH: tuple[str, ...] = ("小微企业", "中型企业", "大型企业", "龙头企业", "新进入企业")
LINES = (ABOVE_SCALE_LINE, 400.0, 5_000.0)  # million yuan a year; 20 and 400 are those of the statistics bureau (2017)
ENTRANT = len(SIZES) - 1


def size_classes(start: Firms) -> np.ndarray:
    """Return the size class of each row of the starting firms (revenue of 2021);
    rows of later entrants are `entrant`.
    """
    classes = np.full(start.rows, ENTRANT)
    classes[start.active] = np.searchsorted(LINES, start.last_revenue[start.active], side="right")
    return classes


def above_scale_2021(numbers: Parameters) -> float:
    """Return how many above-scale firms the whole city had in 2021: a smaller population is a part of it."""
    return float(sum(numbers.by_cluster("firms_2021")))
