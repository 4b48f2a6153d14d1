"""What is told where too few worlds differ for a mean: in how many an effect is above zero and below, exactly."""

from __future__ import annotations

import numpy as np

from sim.inference.shares import clopper_pearson, clopper_pearson_high, clopper_pearson_low
from sim.tables.units import DUST

LEAST_DIFFERING = 16  # worlds; or half of them; the mean of fewer hangs on those that were not met


def too_few(values: np.ndarray) -> np.ndarray:
    """Return whether too few worlds (first axis) are off the commonest value for an interval of their mean, which would
    be no wider than what happened to be met. Where all have one value other than nought it is taken for sure: a sum
    laid down by a rule. Undefined values are left out; of a single one nothing is said.
    """
    columns = values.reshape(len(values), -1)
    found = [_too_few(column[~np.isnan(column)]) for column in columns.T]
    return np.array(found, dtype=bool).reshape(values.shape[1:])


def _too_few(values: np.ndarray) -> bool:
    if values.size < 2:
        return False
    known, counts = np.unique(np.where(np.abs(values) < DUST, 0.0, values), return_counts=True)
    apart = int(values.size - counts.max())
    return apart < min(LEAST_DIFFERING, values.size / 2.0) and (apart > 0 or abs(known[0]) < DUST)


def share_of_worlds(hits: int, worlds: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the share of worlds in which something happens (Clopper and Pearson 1934);
    it is one-sided where it happened in none or in all, for there is no other side.
    """
    if hits == 0:
        return 0.0, clopper_pearson_high(0, worlds)
    return (clopper_pearson_low(hits, worlds), 1.0) if hits == worlds else clopper_pearson(hits, worlds)
