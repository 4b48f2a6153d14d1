"""What support comes to: rules that behaviours and the treasury both go by."""

from __future__ import annotations

import numpy as np

from sim.luck.compiled import array_rule, rule
from sim.treasury.support import Support


@rule
def of_row(by_scheme: np.ndarray, scheme: int, row: int) -> float:
    """Return a value of a scheme for one row: of `rate` or `beyond` of `Support`, million yuan."""
    value: float = by_scheme[scheme, row] if by_scheme.shape[1] > 1 else by_scheme[scheme, 0]
    return value


@rule
def by_scheme(support: Support, scheme: int, row: int, spending: float) -> float:
    """Return what one scheme alone would pay a firm for spending, million yuan."""
    if spending <= 0.0 or spending < support.floor[scheme]:
        return 0.0
    counted = max(spending - of_row(support.beyond, scheme, row), 0.0)
    return min(of_row(support.rate, scheme, row) * counted, support.cap[scheme])


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


@array_rule
def shares_of_schemes(support: Support, rows: np.ndarray, spending: np.ndarray) -> np.ndarray:
    """Return the same for all schemes and many firms, an array of schemes by firms: `rows`, each with its spending."""
    paid = np.zeros((support.floor.size, rows.size))
    for scheme in range(support.floor.size):
        for place in range(rows.size):
            paid[scheme, place] = share_of_scheme(support, scheme, rows[place], spending[place])
    return paid
