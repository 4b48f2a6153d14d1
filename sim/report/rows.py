"""Lines that are rows of a table: a pipe gets them as they are, a terminal gets a table that fits its width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import zip_longest

_CONTINUED = "    "  # begins what belongs to the line above it


class PrintedRow(str):
    """A line that also knows its cells, and what stands above them.

    Attributes:
        cells, heads: of the table that a terminal draws. note: what does not fit into a cell, or nothing.
    """

    __slots__ = ("cells", "heads", "note")
    cells: tuple[str, ...]
    heads: tuple[str, ...]
    note: str

    def __new__(cls, line: str, cells: Sequence[str], heads: Sequence[str] = (), note: str = "") -> PrintedRow:
        """Make a line with its cells."""
        row = super().__new__(cls, line)
        row.cells, row.heads, row.note = tuple(cells), tuple(heads), note
        return row


def for_terminal(lines: Iterable[str], width: int) -> list[str]:
    """Return lines in which rows that follow each other, and the lines that belong to them, are drawn as a table.

    Args:
        width: columns of the terminal.
    """
    drawn: list[str] = []
    for rows, said in _parted(lines):
        drawn += [*_table(rows, width), *said]
    return drawn


def _parted(lines: Iterable[str]) -> Iterator[tuple[list[PrintedRow], list[str]]]:
    """Yield rows that make one table and what is said below it, or no row and one other line."""
    rows: list[PrintedRow] = []
    said: list[str] = []
    for line in lines:
        if isinstance(line, PrintedRow):
            if rows and line.heads != rows[0].heads:
                yield rows, said
                rows, said = [], []
            rows.append(line)
            said += [f"{_CONTINUED}{line.note}"] * bool(line.note)
        elif rows and line.startswith(_CONTINUED):
            said.append(line)
        else:
            if rows:
                yield rows, said
            yield [], [line]
            rows, said = [], []
    if rows:
        yield rows, said


def _table(rows: Sequence[PrintedRow], width: int) -> list[str]:
    """Return a table without a frame, which a screen of any encoding shows; cells that are too wide take lines."""
    if not rows:
        return []
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, show_header=any(rows[0].heads))
    for head, *_ in zip_longest(rows[0].heads, *(row.cells for row in rows), fillvalue=""):
        table.add_column(Text(head), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row.cells))
    screen = Console(file=StringIO(), width=max(width - 2, 20), color_system=None, markup=False, emoji=False)
    drawn = "".join(segment.text for segment in screen.render(table))
    return [f"  {line}".rstrip() for line in drawn.splitlines()]
