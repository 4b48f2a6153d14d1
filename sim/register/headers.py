"""The header row of a register: which column stands where, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote

from sim.register.columns import AMOUNT, EITHER, REQUIRED, UNKNOWN_UNIT, RegisterColumn, columns, labels
from sim.register.mistakes import Mistakes
from sim.tables.nearest import did_you_mean, plain, write_one_like
from sim.tables.spreadsheet import NOT_SAVED, Cells, SpreadsheetError, Unsaved, Worksheet, is_empty
from sim.tables.units import split_header

_SEARCHED = 10  # rows in which the header may stand below a title
SHEETS = ("firms", "企业")


@dataclass(frozen=True, slots=True)
class KnownColumn:
    """A column that was found.

    Attributes:
        place: in the row, from 0. factor: of its unit to the base unit.
    """

    column: RegisterColumn
    place: int
    factor: float


@dataclass(frozen=True, slots=True)
class Header:
    """The header.

    Attributes:
        row: in the sheet, from 0. known: columns that can be read, by name. named: names of the columns that are there,
            those whose unit is not understood included.
    """

    row: int
    known: Mapping[str, KnownColumn]
    named: frozenset[str]


def firms_sheet(sheets: list[Worksheet], file: str, option: str = "") -> Worksheet:
    """Return the sheet that holds the register: the only one, or the one named for it.

    Raises:
        SpreadsheetError: if there is none.
    """
    named = [sheet for sheet in sheets if plain(sheet.name) in SHEETS]
    found = named or (sheets if len(sheets) == 1 else [])
    if not found:
        raise SpreadsheetError(f"{file}: has no sheet named {' or '.join(SHEETS)}; name the sheet with the register so")
    if not found[0].rows:
        command = f"clustersim city template {quote(file)} --overwrite{option}"
        raise SpreadsheetError(f"{file}: is empty; '{command}' writes one to begin with")
    return found[0]


def read_header(sheet: Worksheet, mistakes: Mistakes) -> Header:
    """Find the header and read it; add what is wrong with it to the mistakes."""
    row = _header_row(sheet.rows)
    known: dict[str, KnownColumn] = {}
    there: dict[str, int] = {}
    width = max(map(len, sheet.rows))
    for place, cell in enumerate([*sheet.rows[row], *[None] * (width - len(sheet.rows[row]))]):
        if is_empty(cell):
            _without_header(sheet.rows, row, place, mistakes)
            continue
        if isinstance(cell, Unsaved):
            mistakes.add(row, place, NOT_SAVED, value=cell)
            continue
        label, unit = split(str(cell))
        column = labels().get(label)
        if column is None:
            mistakes.add(row, place, f"is no column of a register{_nearest(label)}", value=cell)
        elif column.name in there:
            first = sheet.place(row, there[column.name]).rpartition(", ")[2]
            mistakes.add(row, place, f"stands twice, first in {first}; keep one", column=column, value=cell)
        else:
            there[column.name] = place
            factor = _factor(column, unit, row, place, str(cell), mistakes)
            if factor is not None:
                known[column.name] = KnownColumn(column, place, factor)
    _missing(there, row, mistakes)
    return Header(row, known, frozenset(there))


def split(cell: str) -> tuple[str, str]:
    """Return label and unit of a header, as `plain` text: `营业收入（万元）` is `营业收入` and `万元`."""
    return split_header(plain(cell))


def _header_row(rows: list[Cells]) -> int:
    """Return the first row with two headers, else the first that is not empty."""
    filled = [i for i, row in enumerate(rows) if not all(is_empty(cell) for cell in row)]
    for i in filled[:_SEARCHED]:
        if len({labels().get(split(str(cell))[0]) for cell in rows[i] if not is_empty(cell)} - {None}) > 1:
            return i
    return filled[0]


def _without_header(rows: list[Cells], header: int, place: int, mistakes: Mistakes) -> None:
    cells = (row[place] for row in rows[header + 1 :] if place < len(row))
    below = next((cell for cell in cells if not is_empty(cell)), None)
    if below is not None:
        mistakes.add(header, place, "has values but no header; write one, or empty the column", value=below)


def _nearest(label: str) -> str:
    near = {column.name: column for column in columns().values()}
    hint = did_you_mean(label, labels()) or write_one_like(label, near)
    return f"{hint}; or delete the column"


def _factor(column: RegisterColumn, unit: str, row: int, place: int, cell: str, mistakes: Mistakes) -> float | None:
    """Return the factor to the base unit; nothing, and a mistake, where the header does not say which unit it is."""
    if column.kind != AMOUNT:
        return 1.0
    if unit in column.units:
        return column.units[unit]
    if not unit and column.quantity not in UNKNOWN_UNIT:
        return 1.0
    known = ", ".join(column.units)
    said = f"unit '{unit}' is not one of {known}" if unit else "does not say its unit"
    mistakes.add(row, place, f"{said}; write it like {column.header}", column=column, value=cell)
    return None


def _missing(there: Mapping[str, int], row: int, mistakes: Mistakes) -> None:
    for column in columns().values():
        if column.required == REQUIRED and column.name not in there:
            mistakes.add(row, None, f"column {column.title} is missing; write its header like {column.header}")
    either = [column for column in columns().values() if column.required == EITHER]
    if not any(column.name in there for column in either):
        titles = " or ".join(column.title for column in either)
        mistakes.add(row, None, f"column {titles} is missing; write one of them")
