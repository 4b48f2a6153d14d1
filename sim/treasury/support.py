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
        instrument, clause: who pays. rate: share of the spending beyond `beyond`, per row or one for all; cap: million
            yuan at most; floor: million yuan of spending from which it is paid. beyond: million yuan of the firm's
            usual spending that earns nothing, per row or one for all (support of an increase).
    """

    instrument: str
    clause: str
    rate: np.ndarray | float
    floor: float
    cap: float
    beyond: np.ndarray | float


class Support(NamedTuple):
    """Schemes for one kind of spending, in the order of their instruments: (schemes, rows) arrays, of one column where
    all rows are alike, and one value per scheme; `most` is the share of the spending that all may pay together.
    """

    rate: np.ndarray
    beyond: np.ndarray
    floor: np.ndarray
    cap: np.ndarray
    add_up: bool
    most: float


def stacked(schemes: Sequence[Scheme], rows: int, stacking: str, most: float) -> Support:
    """Return schemes as a rule reads them."""
    return Support(
        _by_row([s.rate for s in schemes], rows),
        _by_row([s.beyond for s in schemes], rows),
        np.array([s.floor for s in schemes], dtype=float),
        np.array([s.cap for s in schemes], dtype=float),
        stacking == Stacking.SUM,
        most,
    )


def _by_row(values: Sequence[np.ndarray | float], rows: int) -> np.ndarray:
    """Return an array of schemes by rows; of one column where no scheme tells rows apart (`of_row`)."""
    alike = all(np.ndim(of_scheme) == 0 for of_scheme in values)
    filled = np.empty((len(values), 1 if alike else rows))
    for scheme, of_scheme in enumerate(values):
        filled[scheme] = of_scheme
    return filled
