"""Which of many rows may be called a difference: at most one in twenty of those that are named is none."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from sim.inference.confidence import CONFIDENCE
from sim.inference.differing import too_few
from sim.tables.units import DUST


def chance_of_none(values: np.ndarray) -> float:
    """Return the p-value of paired differences against no difference: Student's of their mean, or that of the exact
    sign test where too few worlds differ for a mean; 1 where there is nothing to tell by.
    """
    from scipy.special import stdtr
    from scipy.stats import binomtest

    values = values[~np.isnan(values)]
    above, below = int((values > DUST).sum()), int((values < -DUST).sum())
    if values.size < 2 or above + below == 0:
        return 1.0
    if bool(too_few(values)):
        return float(binomtest(above, above + below).pvalue)
    if np.ptp(values) <= DUST:
        return 0.0  # the same in every world
    students = float(values.mean()) / float(values.std(ddof=1)) * math.sqrt(values.size)
    return 2.0 * float(stdtr(values.size - 1, -abs(students)))


def discovered(chances: Sequence[float]) -> np.ndarray:
    """Return which rows may be named so that the expected share of false ones among those named is at most 5 %, however
    the rows hang together (Benjamini and Yekutieli 2001).

    Args:
        chances: p-value of each row that is looked at.
    """
    from scipy.stats import false_discovery_control

    if not len(chances):
        return np.zeros(0, dtype=bool)
    return np.asarray(false_discovery_control(chances, method="by") <= 1.0 - CONFIDENCE)
