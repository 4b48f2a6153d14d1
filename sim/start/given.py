"""What a register gives of the starting firms: rows and values, column by column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.register.register import Register

_NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Given:
    """The firms of a register in the table of firms; nothing without one.

    Attributes:
        rows: row of each firm of the register, in its order.
    """

    rows: np.ndarray
    register: Register | None = None

    def amount(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows for which an amount is given, and the amounts in the units of the register."""
        if self.register is None:
            return _NO_ROWS, np.zeros(0)
        values = self.register[column]
        known = ~np.isnan(values)
        return self.rows[known], values[known]

    def word(self, column: str, value: str) -> np.ndarray:
        """Return the rows for which a word is given and means this value."""
        if self.register is None:
            return _NO_ROWS
        return self.rows[np.array(self.register.words[column]) == value]

    def titled(self) -> np.ndarray:
        """Return the rows for which titles are given, or that there are none."""
        return self._rows_where([titles is not None for titles in self.register.titles] if self.register else [])

    def holding(self, title: str) -> np.ndarray:
        """Return the rows that hold a title."""
        titles = self.register.titles if self.register else ()
        return self._rows_where([held is not None and title in held for held in titles])

    def alone(self) -> np.ndarray:
        """Return the rows that belong to no group."""
        return self._rows_where(self.register.alone.tolist() if self.register else [])

    def heads(self, named: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows for which the head of the group is given, and the rows of the heads; `named` are those of
        named firms, which may head the group of a firm of the register.
        """
        if self.register is None:
            return _NO_ROWS, _NO_ROWS
        pairs = [
            (row, self.rows[head] if head >= 0 else named[public])
            for row, head, public in zip(self.rows, self.register.head, self.register.public_head, strict=True)
            if head >= 0 or public in named
        ]
        found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def _rows_where(self, mask: list[bool]) -> np.ndarray:
        return self.rows[np.array(mask, dtype=bool)]


NOTHING = Given(_NO_ROWS)
