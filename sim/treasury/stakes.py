"""How long public money has been in a firm: the ledger knows when each part of a stake was paid."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sim.tables.units import FEN_PER_MILLION
from sim.treasury.ledger import Payment


def older(stakes: np.ndarray, newer: Iterable[Payment]) -> tuple[np.ndarray, np.ndarray]:
    """Return the firm rows that hold public money older than some payments, and how much, million yuan.

    Args:
        stakes: public money in each firm, million yuan. newer: payments that do not count.
    """
    left = stakes.copy()
    for payment in newer:
        left[payment.rows] -= payment.fen / FEN_PER_MILLION
    rows = np.flatnonzero(left > 0.5 / FEN_PER_MILLION)  # what rounding leaves is no money
    return rows, left[rows]
