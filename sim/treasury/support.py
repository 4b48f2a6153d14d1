"""Support for what a firm spends: a share of it, from a floor up to a cap; and how several for one thing stack.

A firm decides knowing what it will get; it pays the whole itself and gets the support when it has spent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np


class Stacking(StrEnum):
    """What a firm gets that several instruments support in one thing."""

    HIGHEST = "highest"  # the largest of them alone (就高不重复)
    SUM = "sum"  # all of them, up to a share of what it spends


@dataclass(frozen=True, slots=True)
class Scheme:
    """What one clause of an instrument promises for spending of one kind this quarter.

    Attributes:
        instrument, clause: who pays. rate: share of the spending beyond `beyond`; whose: mask of the rows it is for, or
            all; floor: million yuan of spending from which it is paid. cap: million yuan at most, per row or one for
            all; beyond: million yuan of the firm's usual spending that earns nothing, likewise (support of an
            increase).
    """

    instrument: str
    clause: str
    rate: float
    whose: np.ndarray | bool
    floor: float
    cap: np.ndarray | float
    beyond: np.ndarray | float


class Support(NamedTuple):
    """Schemes for one kind of spending, in the order of their instruments: one value per scheme, and (schemes, rows)
    arrays, those of `beyond` and `cap` of one column where all rows are alike; `most` is the share of the spending that
    all may pay together.
    """

    rate: np.ndarray
    whose: np.ndarray
    beyond: np.ndarray
    floor: np.ndarray
    cap: np.ndarray
    add_up: bool
    most: float


def stacked(schemes: Sequence[Scheme], rows: int, stacking: str, most: float) -> Support:
    """Return schemes as a rule reads them."""
    whose = np.empty((len(schemes), rows), dtype=bool)
    for place, scheme in enumerate(schemes):
        whose[place] = scheme.whose
    rate, floor = (np.array([getattr(s, name) for s in schemes], dtype=float) for name in ("rate", "floor"))
    beyond, cap = (_by_row([getattr(s, name) for s in schemes], rows) for name in ("beyond", "cap"))
    return Support(rate, whose, beyond, floor, cap, stacking == Stacking.SUM, most)


def _by_row(values: Sequence[np.ndarray | float], rows: int) -> np.ndarray:
    """Return one line of values per scheme, of one column where each is one for all rows."""
    alike = all(np.ndim(value) == 0 for value in values)
    lines = np.empty((len(values), 1 if alike else rows))
    for place, value in enumerate(values):
        lines[place] = value
    return lines
