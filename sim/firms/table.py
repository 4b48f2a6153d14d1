"""The firms as columns, without Mesa: one row per establishment, a row is for ever.

Rows of one cluster lie together: first the starting firms, then entrants in order of entry, with room for all
potential entrants of the horizon. `start[c]:stop[c]` are the rows of cluster `c` used so far; rows beyond
hold zeros. An entrant's row depends on who entered before it, its key does not: compare worlds by key. A business
group is a row number too: the row of its head,
which carries what belongs to the group as a whole (revenue outside the city, lists entered).

Money is in million yuan, a flow is per quarter, a quantity is in million yuan at 2021 prices per quarter, energy is
in tonnes of standard coal equivalent (tce).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import numpy as np

from sim.firms.columns import columns

PRIVATE, STATE, FOREIGN = 0, 1, 2
TOP_DIGITAL_LEVEL = 3
NO_TITLE, PROVINCIAL, NATIONAL, CHAMPION = 0, 1, 2, 3


@cache
def cleared() -> tuple[str, ...]:
    """Return the columns that a firm loses when it leaves; who it was and what it reached stays."""
    return tuple(column.name for column in columns().values() if not column.kept_on_exit)


def read_only(values: np.ndarray) -> np.ndarray:
    """Return the same values through an array that refuses to be written."""
    view = values.view()
    view.flags.writeable = False
    return view


class Firms:
    """The firm table: each column is an attribute, a numpy array of `rows` (or `rows` x width) values.

    Attributes:
        rows: number of rows, spare ones included.
        start, first_entrant, end: first row of each cluster, of its entrants, and of the next cluster.
        stop: row after the last one used so far, per cluster.
        places: potential entrants of a quarter per cluster: row 0 ordinary firms, row 1 plants of major
            projects, row 2 more of these that a promise may draw.
        frontier: 90th percentile of log efficiency of active firms, per cluster.
        bundles: columns taken together by `sim.firms.bundles`.
    """

    def __init__(self, start: np.ndarray, first_entrant: np.ndarray, end: np.ndarray) -> None:
        self.bundles: dict[type, Any] = {}
        self.rows = int(end[-1])
        self.start, self.first_entrant, self.end = (a.astype(np.int64) for a in (start, first_entrant, end))
        self.stop = self.first_entrant.copy()
        self.places = np.zeros((3, start.size), dtype=np.int64)
        self.frontier = np.zeros(start.size)
        for column in columns().values():
            shape: Any = self.rows if column.width == 1 else (self.rows, column.width)
            setattr(self, column.name, np.zeros(shape, dtype=column.kind))
        # Each firm is a group of its own until it joins another.
        self.group[:], self.leads[:] = np.arange(self.rows), True

    def __getattr__(self, name: str) -> Any:  # tells the type checker that columns exist
        raise AttributeError(f"firms have no column named '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        if self.__dict__.get(name, value) is not value:  # another array: bundles hold the old one
            self.bundles.clear()
        object.__setattr__(self, name, value)

    def copy(self) -> Firms:
        """Return an independent copy: the same population starts every variant."""
        return self._through(np.ndarray.copy)

    def read_only(self) -> Firms:
        """Return the same firms through arrays that refuse to be written: what instruments see."""
        return self._through(read_only)

    def _through(self, turn: Callable[[np.ndarray], np.ndarray]) -> Firms:
        twin = object.__new__(Firms)
        for name, value in (self.__dict__ | {"bundles": {}}).items():
            setattr(twin, name, turn(value) if isinstance(value, np.ndarray) else value)
        return twin

    def clear(self, rows: np.ndarray | int) -> None:
        """Empty some rows, but for what a firm that left keeps: who it was and what it reached."""
        for name in cleared():
            getattr(self, name)[rows] = 0

    def take_rows(self, cluster: np.ndarray) -> np.ndarray:
        """Take the next free row of a cluster for each newcomer, in order."""
        order = np.argsort(cluster, kind="stable")
        number = np.bincount(cluster, minlength=self.stop.size)
        rows = np.empty_like(cluster)
        rows[order] = self.stop[cluster[order]] + np.arange(cluster.size) - (np.cumsum(number) - number)[cluster[order]]
        self.stop += number
        return rows

    def cluster_sum(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of a column over each cluster's used rows; idle rows hold zeros."""
        return self.cluster_sums([values])[0]

    def cluster_most(self, values: np.ndarray) -> np.ndarray:
        """Return the largest value of a column over each cluster's used rows; every cluster has some."""
        return np.maximum.reduceat(values, self._ends())[::2]

    def cluster_sums(self, columns: Iterable[np.ndarray]) -> list[np.ndarray]:
        """Return the same of several columns."""
        ends = self._ends()
        return [np.add.reduceat(values, ends)[::2] for values in columns]

    def _ends(self) -> np.ndarray:
        """Return where each cluster's used rows begin and end, as `reduceat` asks for them."""
        ends = np.empty(2 * self.start.size, dtype=np.int64)
        ends[::2], ends[1::2] = self.start, self.stop
        return ends[:-1] if ends[-1] == self.rows else ends
