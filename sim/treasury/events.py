"""What happened to firms in a quarter that an instrument may pay for in the next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import Quarter
from sim.tables.milestones import Kind, Unit


@dataclass(frozen=True, slots=True)
class Event:
    """Firms that reached one milestone in one quarter.

    Attributes:
        kind: what was reached, one of those that `milestones` declares.
        unit: establishment or group; rows of groups are their head rows.
        quarter: when it was judged.
        year: of a tier or the above-scale line the year whose figures were judged; of a list or title its own, which
            reads those of the year before.
        rows: firm rows, ascending, int64.
        first: per row, true when it is the first time ever (false: back on a list after an absence, or the first real
            crossing of a tier that was crossed on paper before).
        how: per row, the class of the crossing (`milestones.CROSSING_CLASSES`); zeros where it has no meaning.
    """

    kind: Kind
    unit: Unit
    quarter: Quarter
    year: int
    rows: np.ndarray
    first: np.ndarray
    how: np.ndarray

    def spared(self, rows: np.ndarray) -> np.ndarray:
        """Return those of some rows to which it did not happen."""
        if not self.rows.size:
            return rows
        next_up = np.searchsorted(self.rows[:-1], rows)  # beyond all but the last: the last
        return rows[self.rows[next_up] != rows]

    def firsts(self) -> Event:
        """Return the event for the rows that reached the milestone for the first time."""
        rows, how = self.rows[self.first], self.how[self.first]
        return Event(self.kind, self.unit, self.quarter, self.year, rows, self.first[self.first], how)


def reached(
    kind: Kind,
    quarter: Quarter,
    rows: np.ndarray,
    first: np.ndarray | None = None,
    *,
    unit: Unit = Unit.ESTABLISHMENT,
    year: int | None = None,
) -> Event:
    """Return the event of some firms that reached what has no classes; all for the first time, in the year of the
    quarter, unless told.
    """
    first = np.ones(rows.size, dtype=bool) if first is None else first
    how = np.zeros(rows.size, dtype=np.int64)
    return Event(kind, unit, quarter, quarter.year if year is None else year, rows, first, how)
