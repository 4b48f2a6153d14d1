"""How money that does not reach for all is shared out in order."""

from __future__ import annotations

import numpy as np


def until(money: float, wanted: np.ndarray) -> np.ndarray:
    """Return what each gets, in order, until the money ends; million yuan."""
    given: np.ndarray = np.clip(money - (np.cumsum(wanted) - wanted), 0.0, wanted)
    return given


def foremost(rank: np.ndarray, number: int) -> np.ndarray:
    """Return the places of the `number` highest, the highest first; of equals who stands before. Where few are asked
    for, only those are sorted: sorting all takes long.
    """
    places = np.arange(rank.size)
    if 0 < number < rank.size:
        places = np.flatnonzero(~(-rank > np.partition(-rank, number - 1)[number - 1]))  # what is no number is last
    return places[np.argsort(-rank[places], kind="stable")[:number]]


def best_first(rank: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the order from the highest rank down; of equals, the larger first. Equals are rare, and sorting by two
    keys is slow.
    """
    order = np.argsort(-rank)
    ranked = rank[order]
    return np.lexsort((-size, -rank)) if (ranked[1:] == ranked[:-1]).any() else order
