"""What support comes to: rules that behaviours and the treasury both go by."""

from __future__ import annotations

import numpy as np

from sim.luck.compiled import rule
from sim.treasury.support import Support


@rule
def rate_for(support: Support, scheme: int, row: int) -> float:
    """Return the share that one scheme pays one row."""
    rate: float = support.rate[scheme] if support.whose[scheme, row] else 0.0
    return rate


@rule
def free_of(support: Support, scheme: int, row: int) -> float:
    """Return the spending of one row that earns nothing from one scheme, million yuan."""
    beyond: float = support.beyond[scheme, row] if support.beyond.shape[1] > 1 else support.beyond[scheme, 0]
    return beyond


@rule
def cap_for(support: Support, scheme: int, row: int) -> float:
    """Return what one scheme pays one row at most, million yuan."""
    cap: float = support.cap[scheme, row] if support.cap.shape[1] > 1 else support.cap[scheme, 0]
    return cap


@rule
def by_scheme(support: Support, scheme: int, row: int, spending: float) -> float:
    """Return what one scheme alone would pay a firm for spending, million yuan."""
    counted = max(spending - free_of(support, scheme, row), 0.0)
    paid = min(rate_for(support, scheme, row) * counted, cap_for(support, scheme, row))
    return paid if spending >= support.floor[scheme] else 0.0


@rule
def supported(support: Support, row: int, spending: float) -> float:
    """Return what all schemes together pay a firm for spending, million yuan."""
    highest, total = 0.0, 0.0
    for scheme in range(support.floor.size):
        paid = by_scheme(support, scheme, row, spending)
        highest, total = max(highest, paid), total + paid
    return min(total if support.add_up else highest, support.most * max(spending, 0.0))


@rule
def share_of_scheme(support: Support, scheme: int, row: int, spending: float) -> float:
    """Return what one scheme pays of `supported`: under `highest` the first of the largest pays, under `sum` those
    named first pay in full, and the last as much as the limit leaves.
    """
    limit = support.most * max(spending, 0.0)
    own, before, largest = by_scheme(support, scheme, row, spending), 0.0, 0.0
    for other in range(support.floor.size):
        paid = by_scheme(support, other, row, spending)
        if other < scheme:
            before += paid
            if not support.add_up and paid >= own:
                return 0.0
        largest = max(largest, paid)
    if support.add_up:
        return max(min(own, limit - before), 0.0)
    return min(own, limit) if own == largest else 0.0


@rule
def share_out(support: Support, rows: np.ndarray, spending: np.ndarray, paid: np.ndarray) -> None:
    """Write the same for all schemes and many firms, an array of schemes by firms: `rows`, each with its spending."""
    for scheme in range(support.floor.size):
        for place in range(rows.size):
            paid[scheme, place] = share_of_scheme(support, scheme, rows[place], spending[place])
