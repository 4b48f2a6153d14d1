"""One table of a city as it stands in its file: read cell by cell, or one line that says why it cannot be."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.tables.files import bytes_of
from sim.tables.units import BYTES_PER_MB

TableRow = Mapping[str, str]
_LARGEST_MB, _MOST_ROWS = 10, 20_000  # of a city with a thousand clusters
_SEPARATORS = {";": "semicolons", "\t": "tabs", "，": "full-width commas", "；": "full-width semicolons", "|": "bars"}
_SEARCHED = 10  # rows in which the header may stand below a title
_ENOUGH = 2  # columns that make a row the header


class NoTable(ValueError):
    """Why a file is no table, and what to do."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its file, its columns, and its rows of text with the line that each ends on.

    A table that cannot be read has no columns; `heading` is the line of the header.
    """

    path: Path
    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    lines: tuple[int, ...] = ()
    heading: int = 1

    def at(self, place: int, column: str = "") -> str:
        """Return where a row, or a cell of it, stands."""
        return f"{self.path}:{self.lines[place]}{': ' + column if column else ''}"


def read_sheet(path: Path, wanted: Sequence[str], mistakes: list[str]) -> Sheet:
    """Return the table of a file, and add to the mistakes what is wrong with its form; what cannot be read is empty.

    Args:
        wanted: columns that its header should have.
    """
    try:
        return _sheet(path, _parsed(_text(path, wanted), path), wanted, mistakes)
    except NoTable as why:
        mistakes.append(str(why))
        return Sheet(path)


def _text(path: Path, wanted: Sequence[str]) -> str:
    header = f"write it with the header {','.join(wanted)}"
    try:
        if path.stat().st_size > _LARGEST_MB * BYTES_PER_MB:
            raise NoTable(f"{path}: is larger than {_LARGEST_MB} MB; leave out what is no table")
        data = bytes_of(path)
    except OSError as error:
        raise NoTable(f"{path}: cannot be read ({error.strerror}); {header}") from None
    if data[:4] == b"PK\x03\x04":
        raise NoTable(f"{path}: is a workbook; save its sheet as CSV UTF-8")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NoTable(f"{path}: is UTF-16; save it as CSV UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NoTable(f"{path}: is not UTF-8 at byte {error.start} (it looks like GBK); save it as CSV UTF-8") from None
    if "\0" in text:
        raise NoTable(f"{path}: holds a NUL character; save it as CSV UTF-8")
    if not text.strip():
        raise NoTable(f"{path}: is empty; write the header {','.join(wanted)}")
    return text


def _parsed(text: str, path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows that hold anything, with the line that each ends on."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, cells))
            before = reader.line_num
    except csv.Error as error:
        raise NoTable(
            f"{path}:{before + 1}: is no row of cells ({error}); write quotes around the whole of a text that holds a "
            'comma, close them, and double a quote inside ("")'
        ) from None
    if len(rows) > _MOST_ROWS:
        raise NoTable(f"{path}: has more than {_MOST_ROWS:,} rows; leave out what is no table")
    return rows


def _sheet(path: Path, found: list[tuple[int, list[str]]], wanted: Sequence[str], mistakes: list[str]) -> Sheet:
    place = next((k for k, (_, cells) in enumerate(found[:_SEARCHED]) if _alike(cells, wanted) >= _ENOUGH), 0)
    (heading, columns), above = found[place], found[:place]
    _refuse_separators(path, heading, columns, wanted)
    for line, _ in above:
        mistakes.append(f"{path}:{line}: stands above the header, which is row {heading}; delete this row")
    rows: list[TableRow] = []
    lines: list[int] = []
    first: dict[tuple[str, ...], int] = {}
    for line, cells in found[place + 1 :]:
        if len(cells) != len(columns):
            mistakes.append(
                f"{path}:{line}: has {len(cells)} cells, the header {len(columns)}; write a cell for each column, "
                "and quotes around a text that holds a comma"
            )
        elif first.setdefault(tuple(cells), line) != line:
            mistakes.append(f"{path}:{line}: is the same as row {first[tuple(cells)]}; keep one")
        else:
            rows.append(dict(zip(columns, cells, strict=True)))
            lines.append(line)
    return Sheet(path, tuple(columns), tuple(rows), tuple(lines), heading)


def _alike(cells: Sequence[str], wanted: Sequence[str]) -> int:
    return len({cell.strip().casefold() for cell in cells} & set(wanted))


def _refuse_separators(path: Path, line: int, columns: list[str], wanted: Sequence[str]) -> None:
    """A table parted by another sign than a comma is one cell a row."""
    if _alike(columns, wanted) >= _ENOUGH:
        return
    for sign, name in _SEPARATORS.items():
        if _alike(",".join(columns).split(sign), wanted) >= _ENOUGH:
            raise NoTable(f"{path}:{line}: has {name} between its cells; save it as CSV UTF-8 with commas")
