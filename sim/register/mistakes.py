"""What is wrong with a register: all of it, each in a line with its place."""

from __future__ import annotations

from typing import Any

from sim.register.columns import RegisterColumn
from sim.tables.spreadsheet import SpreadsheetError, Worksheet

_LONGEST = 40


class Mistakes:
    """The mistakes of one sheet, in the order of its rows and columns."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._found: list[tuple[int, int, str]] = []

    def add(
        self, row: int, place: int | None, why: str, *, column: RegisterColumn | None = None, value: Any = None
    ) -> None:
        """Add a mistake.

        Args:
            row, place: of the cell, from 0; no place for a whole row. why: what is wrong and what to write instead.
            column: what stands there. value: what the cell holds.
        """
        where = self._sheet.place(row, place, column.title if column is not None else "")
        shown = f"'{str(value)[:_LONGEST]}' " if value is not None else ""
        self._found.append((row, -1 if place is None else place, f"{where}: {shown}{why}"))

    def refuse(self) -> None:
        """Refuse the file if anything is wrong.

        Raises:
            SpreadsheetError: with a line for each mistake.
        """
        if self._found:
            raise SpreadsheetError(*(line for _, _, line in sorted(self._found, key=lambda found: found[:2])))
