"""The rows of a register: each cell read by what its column is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.register import cells
from sim.register.columns import REQUIRED, words
from sim.register.headers import Header, KnownColumn
from sim.register.mistakes import Mistakes
from sim.register.register import NamedCluster
from sim.tables.nearest import did_you_mean, lists_all, plain, write_one_like
from sim.tables.spreadsheet import NOT_SAVED, Cells, Unsaved, is_empty

_TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Entry:
    """One firm: the row of the sheet, from 0, and what could be read of it, by column; an empty cell is not there."""

    row: int
    values: dict[str, Any]
    cells: Cells


def read_entries(
    rows: list[Cells], header: Header, clusters: Sequence[NamedCluster], mistakes: Mistakes, option: str = ""
) -> list[Entry]:
    """Return the firms below the header; empty rows are skipped, rows of totals refused."""
    readers = _readers(clusters, option)
    entries = []
    for row in range(header.row + 1, len(rows)):
        if all(is_empty(cell) for cell in rows[row]):
            continue
        total = _total(rows[row], header)
        if total is None:
            entries.append(_entry(row, rows[row], header, readers, mistakes))
        else:
            mistakes.add(row, None, "is a total, not a firm; delete the row", value=total)
    return entries


def _total(cells_: Cells, header: Header) -> str | None:
    """Return the word that says that a row is a total, in its first cell or where it says who the firm is."""
    first = next(cell for cell in cells_ if not is_empty(cell))
    named = [_cell(cells_, header.known[name]) for name in ("code", "name") if name in header.known]
    said = [str(cell) for cell in (first, *named) if not is_empty(cell)]
    return next((word for word in said if _close(word) in _totals()), None)


@cache
def _totals() -> frozenset[str]:
    return frozenset(_close(word) for word in words(_TOTAL))


def _close(word: str) -> str:
    return plain(word).replace(" ", "")


def _entry(row: int, cells_: Cells, header: Header, readers: dict[str, Any], mistakes: Mistakes) -> Entry:
    values: dict[str, Any] = {}
    for name, known in header.known.items():
        cell = _cell(cells_, known)
        if is_empty(cell):
            if known.column.required == REQUIRED:
                mistakes.add(row, known.place, "is empty; every firm needs it", column=known.column)
            continue
        try:
            if isinstance(cell, Unsaved):
                raise cells.Unreadable(NOT_SAVED)
            values[name] = readers[known.column.kind](cell, known)
        except cells.Unreadable as why:
            mistakes.add(row, known.place, str(why), column=known.column, value=cell)
            values[name] = None
    _who(row, values, header, mistakes)
    found = {name: value for name, value in values.items() if value is not None}
    return Entry(row, found, cells_)


def _who(row: int, values: dict[str, Any], header: Header, mistakes: Mistakes) -> None:
    if header.named & {"code", "name"} and not values.keys() & {"code", "name"}:
        mistakes.add(row, None, "has neither a code nor a name; write one of them")


def _cell(cells_: Cells, known: KnownColumn) -> Any:
    return cells_[known.place] if known.place < len(cells_) else None


def _readers(clusters: Sequence[NamedCluster], option: str) -> dict[str, Callable[[Any, KnownColumn], Any]]:
    """Return how a cell of each kind of column is read."""
    numbers = {
        plain(name): number
        for number, c in enumerate(clusters)
        for name in (c.identifier, c.code, c.english, c.chinese)
    }

    @cache  # a word that is wrong may stand in many rows
    def hint(word: str) -> str:
        shown = [name for c in clusters for name in ((c.identifier, c.code) if word.isascii() else (c.chinese,))]
        return did_you_mean(word, shown) or write_one_like(word, shown)

    def cluster(cell: Any, known: KnownColumn) -> int:
        word = plain(str(cell))
        if word not in numbers:
            raise cells.Unreadable(f"is no cluster{hint(word)}{lists_all('cluster', city=option)}")
        return numbers[word]

    def group(cell: Any, known: KnownColumn) -> str:
        return words("group").get(plain(str(cell)), cells.code(cell))

    return {
        "code": lambda cell, known: cells.code(cell),
        "text": lambda cell, known: cells.text(cell),
        "cluster": cluster,
        "amount": cells.amount,
        "choice": lambda cell, known: cells.choice(cell, known.column),
        "choices": lambda cell, known: cells.several(cell, known.column),
        "group": group,
    }
