"""The tables of a city as they stand in its folder, cell by cell: what is there, and what cannot be read.

`sim/data/city_columns.csv` declares every table and column. All mistakes are found in one pass; each says file, row,
column, what stands there, why it does not fit and what to write.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from sim.tables.city_cells import KnownNames, objection
from sim.tables.city_sheet import Sheet, TableRow, read_sheet
from sim.tables.clusters import OUTSIDE, SUPPLIED
from sim.tables.files import read
from sim.tables.nearest import did_you_mean

REGISTERS = ("register.xlsx", "register.csv")
_NEVER_EMPTY = "clusters"  # all other tables are about them
_SPREADSHEETS = (".csv", ".tsv", ".xls", ".xlsx", ".xlsm", ".ods", ".et")  # what a table may be mistaken for


@dataclass(frozen=True, slots=True)
class CityFolder:
    """What a folder holds: tables by name, and what is wrong with them so far."""

    path: Path
    sheets: dict[str, Sheet]
    mistakes: list[str] = field(default_factory=list)

    def rows(self, table: str) -> tuple[TableRow, ...]:
        """Return the rows of a table."""
        return self.sheets[table].rows

    def whole(self, *tables: str) -> bool:
        """Tell whether tables can be read and have all their columns, so that rules between cells can be asked."""
        return all(
            set(declared_columns()[table]) <= set(self.sheets[table].columns) and self.names(table) is not None
            for table in tables
        )

    def names(self, table: str) -> tuple[str, ...] | None:
        """Return the names that a table gives, its first column; nothing where it cannot be read."""
        column, sheet = next(iter(declared_columns()[table])), self.sheets[table]
        if column not in sheet.columns or (table == _NEVER_EMPTY and not sheet.rows):
            return None
        return tuple(row[column].strip() for row in sheet.rows if row[column])


@cache
def declared_columns() -> dict[str, dict[str, TableRow]]:
    """Return what is declared of each column of each table."""
    tables: dict[str, dict[str, TableRow]] = {}
    for row in read("city_columns"):
        tables.setdefault(row["table"], {})[row["column"]] = row
    return tables


def files_of(folder: Path) -> list[Path]:
    """Return the files that the tables of a folder stand in, whether they are there or not."""
    return [folder / f"{table}.csv" for table in declared_columns()]


def registers_in(folder: Path) -> list[Path]:
    """Return the registers of real firms that a folder holds beside its tables: none or one, where all is well."""
    return [folder / name for name in REGISTERS if (folder / name).is_file()]


def digest(folder: Path) -> str:
    """Return the sha256 of the tables of a folder, names included, and of its register of firms."""
    found = sha256()
    for path in (*files_of(folder), *registers_in(folder)):
        found.update(path.name.encode())
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()


def read_folder(folder: Path) -> CityFolder:
    """Return the tables of a folder, with every mistake that a cell alone shows."""
    found = CityFolder(folder, {}, _misplaced(folder))
    for path in files_of(folder):
        found.sheets[path.stem] = read_sheet(path, _wanted(path.stem, found), found.mistakes)
    known = _known(found)
    for table, sheet in found.sheets.items():
        if sheet.columns:
            wanted = _wanted(table, found)
            found.mistakes.extend([*_header(table, found, wanted), *_cells(table, sheet, known, wanted)])
    return found


def _misplaced(folder: Path) -> list[str]:
    """Return what is wrong with the files of a folder: spreadsheets that nobody would read."""
    names = [*(path.name for path in files_of(folder)), *REGISTERS]
    mistakes = []
    for path in sorted(folder.iterdir() if os.access(folder, os.R_OK) else ()):
        if path.name in REGISTERS and not path.is_file():
            mistakes.append(f"{path}: is no file but a folder, a pipe or a device; take it out")
        elif path.suffix.lower() in _SPREADSHEETS and path.name not in names and path.name[0] not in ".~":
            near = did_you_mean(path.stem, [name.partition(".")[0] for name in names])
            mistakes.append(f"{path}: is no table of a city{near}; save it as one, CSV UTF-8, or take it out of here")
    if len(registers := registers_in(folder)) > 1:
        mistakes.append(f"{folder}: holds {' and '.join(path.name for path in registers)}; keep one of them")
    return mistakes


def _wanted(table: str, folder: CityFolder) -> tuple[str, ...]:
    """Return the columns of a table in their order; the input-output table has one for each cluster."""
    first, *others = declared_columns()[table]
    return (first, *_clusters_in(table, folder), *others)


def _clusters_in(table: str, folder: CityFolder) -> tuple[str, ...]:
    return (folder.names("clusters") or ()) if table == "input_output" else ()


def _known(folder: CityFolder) -> KnownNames:
    """Return the names that cells may use."""
    clusters, own = folder.names("clusters"), folder.names("sources")
    return KnownNames(
        clusters,
        folder.names("named_firms"),
        folder.names("announced"),
        None if own is None else (*own, *(row["source"] for row in read("nation/sources"))),
        None if clusters is None else (*clusters, *SUPPLIED, *OUTSIDE),
    )


def _header(table: str, folder: CityFolder, wanted: Sequence[str]) -> list[str]:
    sheet = folder.sheets[table]
    where, missing = f"{sheet.path}:{sheet.heading}", [column for column in wanted if column not in sheet.columns]
    mistakes = []
    for place, column in enumerate(sheet.columns):
        if column in wanted:
            continue
        if not column.strip():
            mistakes.append(f"{where}: column {place + 1} has no name; write it, or take the column out")
        elif table == "input_output" and folder.names("clusters") is None:
            continue  # a cluster, for all that is known
        elif near := did_you_mean(column, missing):
            missing = [name for name in missing if repr(name) not in near]
            mistakes.append(f"{where}: column '{column[:60]}' is unknown{near}; write that")
        else:
            mistakes.append(f"{where}: column '{column[:60]}' is unknown{did_you_mean(column, wanted)}; take it out")
    mistakes += [f"{where}: column '{column}' is missing; write it{_saying(table, column)}" for column in missing]
    return mistakes + [
        f"{where}: column '{column}' stands twice; keep one"
        for column in dict.fromkeys(sheet.columns)
        if sheet.columns.count(column) > 1 and column in wanted
    ]


def _saying(table: str, column: str) -> str:
    said = declared_columns()[table].get(column)
    return f": {said['meaning']}" if said else ": what the cluster buys of each input, share of its output"


def _cells(table: str, sheet: Sheet, known: KnownNames, wanted: Sequence[str]) -> list[str]:
    """Return what is wrong with single cells; the same text in the same column is told once, with how often it
    stands.
    """
    coefficient = {"kind": "coefficient", "needed": "1", "least": "", "most": ""}
    columns = {name: declared_columns()[table].get(name, coefficient) for name in sheet.columns if name in wanted}
    wrong: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(sheet.rows):
        for column, said in columns.items():
            text = row[column]
            if text:
                why = objection(said, text, known)
            else:
                why = f"is empty; write it{_saying(table, column)}" * (said["needed"] == "1")
            if why:
                wrong.setdefault((column, f"'{_shown(text)}' {why}" if text else why), []).append(place)
    return [
        f"{sheet.at(places[0], column)}: {why}{f' ({len(places)} rows)' if len(places) > 1 else ''}"
        for (column, why), places in wrong.items()
    ]


def _shown(text: str) -> str:
    """Return the beginning of a text on one line."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:60])
