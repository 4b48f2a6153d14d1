"""Which of the numbers drawn per world tells the worlds in which something holds from the others."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim.inference.confidence import CONFIDENCE


@dataclass(frozen=True, slots=True)
class Separation:
    """A number by which worlds differ, and how.

    Attributes:
        median_with, median_without: of the number, where the target holds and where it does not.
        pairs_higher: share of pairs of one world of each kind in which the number is higher where the target holds
            (Mann and Whitney 1947); one half where it tells nothing.
    """

    number: str
    median_with: float
    median_without: float
    pairs_higher: float


def separation(holds: np.ndarray, drawn: Mapping[str, np.ndarray]) -> Separation | None:
    """Return the number that separates best, or nothing if none does with 95 % confidence (over all numbers together,
    after Bonferroni).

    Args:
        holds: bool per world. drawn: each number's value per world; numbers alike in all worlds tell nothing.
    """
    varying = {name: values for name, values in drawn.items() if values.min() < values.max()}
    inside, outside = int(holds.sum()), int((~holds).sum())
    if not varying or not inside or not outside:
        return None
    shares = {name: pairs_higher(values[holds], values[~holds]) for name, values in varying.items()}
    best = max(shares, key=lambda name: abs(shares[name] - 0.5))
    spread = math.sqrt((inside + outside + 1) / (12.0 * inside * outside))  # of the share, if the number tells nothing
    needed = NormalDist().inv_cdf(1.0 - (1.0 - CONFIDENCE) / 2.0 / len(varying))
    if abs(shares[best] - 0.5) < needed * spread:
        return None
    values = varying[best]
    return Separation(best, float(np.median(values[holds])), float(np.median(values[~holds])), shares[best])


def pairs_higher(some: np.ndarray, others: np.ndarray) -> float:
    """Return the share of pairs in which the first value is higher; equal ones count one half."""
    ordered = np.sort(others)
    below, upto = (np.searchsorted(ordered, some, side) for side in ("left", "right"))
    return float((below + upto).sum() / (2.0 * some.size * others.size))
