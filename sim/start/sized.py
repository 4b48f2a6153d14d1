"""What each part of the endowment is given: starting firms whose sizes are known, the numbers of their world, and
their luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.luck.randomness import stream, uniforms
from sim.start.given import NOTHING, Given
from sim.start.shares import part_of_count
from sim.tables.parameters import Parameters


class StartLuck:
    """Draws of starting firms: one uniform, exponential or normal per firm and decision."""

    def __init__(self, seed: int, entities: np.ndarray) -> None:
        self._seed, self._entities = seed, entities

    def uniform(self, decision: str) -> np.ndarray:
        """Return draws between 0 and 1."""
        return uniforms(stream(self._seed, decision), self._entities)

    def exponential(self, decision: str) -> np.ndarray:
        """Return draws with mean 1."""
        return -np.log1p(-self.uniform(decision))

    def normal(self, decision: str) -> np.ndarray:
        """Return standard normal draws."""
        draws: np.ndarray = ndtri(self.uniform(decision))
        return draws


@dataclass(frozen=True, slots=True)
class Sized:
    """Starting firms of known size; each part writes its columns into `firms`.

    Attributes:
        rows: rows of starting firms. annual: output of 2021 by row of the table, million yuan. named: row of each
            named firm.
        luck: draws in the order of `rows`. given: what a register gives.
    """

    firms: Firms
    numbers: Parameters
    technology: Technology
    annual: np.ndarray
    named: dict[str, int]
    rows: np.ndarray
    luck: StartLuck
    given: Given = NOTHING

    @property
    def cluster(self) -> np.ndarray:
        """Cluster of each starting firm."""
        cluster: np.ndarray = self.firms.cluster[self.rows]
        return cluster

    @property
    def named_rows(self) -> np.ndarray:
        """Rows of named firms."""
        return np.fromiter(self.named.values(), dtype=np.int64, count=len(self.named))

    @property
    def is_named(self) -> np.ndarray:
        """Mask of starting firms that are named."""
        return np.isin(self.rows, self.named_rows)

    def part_of(self, count: float) -> int:
        """Scale a count of the city in 2021 to the size of the population."""
        return part_of_count(self.numbers, count, int(np.count_nonzero(self.firms.above_scale)))

    def rest_of(self, whole: np.ndarray, rows: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return, per cluster, the mean that is left for its other above-scale firms so that all have the mean `whole`,
        weighted by output; and the weights of these others by row.

        Args:
            rows, known: firms whose own value is known, and their values.
        """
        firms = self.firms
        weight, known_weight, known_sum = np.where(firms.above_scale, self.annual, 0.0), *np.zeros((2, firms.rows))
        known_weight[rows], known_sum[rows] = weight[rows], weight[rows] * known
        weight[rows] = 0.0
        above = whole * firms.cluster_sum(known_weight) - firms.cluster_sum(known_sum)
        others = firms.cluster_sum(weight)
        return whole + np.divide(above, others, out=np.zeros_like(others), where=others > 0.0), weight
