"""What policy makes those face who are no firm of the city yet: what plants are promised, how fast their delays pass,
and how many ordinary firms it draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


class Promise(NamedTuple):
    """What a newcomer's plant is promised when it signs: a share of its investment, million yuan at most."""

    rate: float
    cap: float


NOTHING = Promise(0.0, 0.0)


@dataclass(slots=True)
class Newcomers:
    """Terms of one quarter for newcomers.

    Attributes:
        promise: to plants that sign. pace: quarters of delay that pass in a quarter for plants under way. forward:
            quarters by which those that sign open earlier, delayed or not.
        entry: share added to the entry of ordinary firms, per cluster or one for all; below zero where they found
            elsewhere.
        swap: units of closed capacity that a unit of theirs takes, per cluster or one for all (`sim.firms.swap`).
    """

    promise: Promise = NOTHING
    pace: float = 1.0
    forward: float = 0.0
    entry: np.ndarray | float = 0.0
    swap: np.ndarray | float = 0.0

    def offer(self, rate: float, cap: float) -> None:
        """Promise plants that sign this quarter a share of their investment, million yuan at most.

        Raises:
            ValueError: if somebody else promises something.
        """
        if self.promise is not NOTHING:
            raise ValueError("two instruments make a promise to newcomers' plants")
        self.promise = Promise(rate, cap)

    def hasten(self, share: float) -> None:
        """Take a share (below one) off the delays of plants under way."""
        self.pace /= 1.0 - share

    def draw(self, shares: np.ndarray) -> None:
        """Add a share per cluster to the entry of ordinary firms."""
        self.entry = self.entry + shares


def drawn_to(usual: np.ndarray, entry: np.ndarray | float, founded: np.ndarray, ceiling: float) -> np.ndarray:
    """Return entry over its usual rate, per cluster, with what policy draws; from none to the ceiling. Where that keeps
    out some of those drawn, fewer are missing elsewhere.

    Args:
        usual: the same without policy. entry: as of `Newcomers`. founded: how many clusters usually weigh in entry.
    """
    plain, raw = np.clip(usual, 0.0, ceiling), usual * (1.0 + entry)
    found: np.ndarray = np.clip(raw, 0.0, ceiling)
    to = np.broadcast_to(entry, usual.shape) > 0.0
    if not (raw[to] > ceiling).any():
        return found
    wanted = (founded * np.maximum(usual, 0.0) * entry)[to].sum()
    came = (founded * (found - plain))[to].sum() / max(wanted, 1e-12)
    return np.where(to, found, np.clip(usual * (1.0 + entry * came), 0.0, ceiling))
