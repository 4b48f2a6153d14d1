"""Reading a register: from a spreadsheet to arrays, or to all that is wrong with it in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.register.cells import NONE
from sim.register.columns import AMOUNT, CHOICE, columns
from sim.register.contradictions import check_values
from sim.register.entries import Entry, read_entries
from sim.register.headers import firms_sheet, read_header
from sim.register.identity import Heads, find_heads, recognise, refuse_doubles
from sim.register.mistakes import Mistakes
from sim.register.register import NamedCluster, PublicFirm, Register
from sim.tables.spreadsheet import SpreadsheetError, Worksheet, read_sheets


def read_register(
    path: Path,
    clusters: Sequence[NamedCluster],
    public: Sequence[PublicFirm] = (),
    city: Sequence[str] = (),
    option: str = "",
) -> Register:
    """Return the register of a file.

    Args:
        path: an .xlsx or .csv file. clusters: those of the city, in the order in which they are numbered.
        public: firms that the city's own table names. city: names of the city itself.
        option: what a command is to be given to read that city.

    Raises:
        SpreadsheetError: with a line for each mistake of the file: sheet, row, column, value, why, what to write.
    """
    sheet = firms_sheet(read_sheets(path), str(path), option)
    mistakes = Mistakes(sheet)
    header = read_header(sheet, mistakes)
    entries = read_entries(sheet.rows, header, clusters, mistakes, option)
    for entry in entries:
        check_values(entry, header, mistakes)
    refuse_doubles(entries, header, mistakes)
    stands_for = recognise(entries, header, clusters, public, mistakes, city)
    heads = find_heads(entries, header, Heads(entries, public, stands_for, city), mistakes)
    mistakes.refuse()
    if not entries:
        raise SpreadsheetError(f"{path}: has a header but no firm below it; write one row for each firm")
    return _register(sheet, entries, heads, stands_for)


def _register(
    sheet: Worksheet, entries: Sequence[Entry], heads: Sequence[tuple[int, str]], stands_for: dict[int, str]
) -> Register:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(entry.values.get(name, "") for entry in entries)

    def of_kind(kind: str) -> list[str]:
        return [column.name for column in columns().values() if column.kind == kind]

    return Register(
        sheet.file,
        sheet.name,
        np.array([entry.row for entry in entries]),
        texts("code"),
        texts("name"),
        np.array([entry.values["cluster"] for entry in entries]),
        {name: np.array([entry.values.get(name, np.nan) for entry in entries]) for name in of_kind(AMOUNT)},
        {name: texts(name) for name in of_kind(CHOICE)},
        tuple(_titles(entry) for entry in entries),
        np.array([head for head, _ in heads]),
        tuple(identifier for _, identifier in heads),
        np.array([entry.values.get("group") == NONE for entry in entries]),
        tuple(stands_for.get(number, "") for number in range(len(entries))),
    )


def _titles(entry: Entry) -> frozenset[str] | None:
    found: frozenset[str] | None = entry.values.get("titles")
    return None if found is None else found - {"none"}
