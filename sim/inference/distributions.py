"""What is seen in the worlds themselves: ranges of values, and on which side of zero an effect is in how many."""

from __future__ import annotations

import numpy as np

from sim.tables.units import DUST

LOW, HIGH = 0.05, 0.95  # ends of the range of 90 % of worlds


def spread(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return median, 5 % and 95 % quantiles and mean over replications (first axis), ignoring undefined values."""
    defined = ~np.all(np.isnan(values), axis=0)
    filled = np.where(defined, values, 0.0)
    quantile = np.nanquantile if np.isnan(filled).any() else np.quantile  # the same number, place by place or at once
    low, median, high = quantile(filled, [LOW, 0.5, HIGH], axis=0)
    parts = {"median": median, "p5": low, "p95": high, "mean": np.nanmean(filled, axis=0)}
    return {name: np.where(defined, part, np.nan) for name, part in parts.items()}


def sides(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the shares of replications (first axis) in which an effect is above zero, and below; nan where it is
    undefined throughout.
    """
    defined = np.where(np.all(np.isnan(values), axis=0), np.nan, 1.0)
    number = (~np.isnan(values)).sum(axis=0)
    return {
        "above_zero": defined * (values > DUST).sum(axis=0) / number,
        "below_zero": defined * (values < -DUST).sum(axis=0) / number,
    }
