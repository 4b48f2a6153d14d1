"""The tables of a city as they stand in its folder, cell by cell: what is there, and what cannot be read.

`sim/data/city_columns.csv` declares every table and column. All mistakes are found in one pass; each says file, row,
column, what stands there, why it does not fit and what to write.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from sim.tables.city_cells import UNIQUE, KnownNames, objection
from sim.tables.clusters import OUTSIDE, SUPPLIED
from sim.tables.files import read
from sim.tables.nearest import did_you_mean

TableRow = Mapping[str, str]
REGISTERS = ("register.xlsx", "register.csv")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table: its file, its columns, and its rows of text with the line that each ends on."""

    path: Path
    columns: tuple[str, ...] = ()
    rows: tuple[TableRow, ...] = ()
    lines: tuple[int, ...] = ()

    def at(self, place: int, column: str = "") -> str:
        """Return where a row, or a cell of it, stands."""
        return f"{self.path}:{self.lines[place]}{': ' + column if column else ''}"


@dataclass(frozen=True, slots=True)
class CityFolder:
    """What a folder holds: tables by name, and what is wrong with them so far."""

    path: Path
    sheets: dict[str, Sheet]
    mistakes: list[str] = field(default_factory=list)

    def rows(self, table: str) -> tuple[TableRow, ...]:
        """Return the rows of a table."""
        return self.sheets[table].rows


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
    mistakes: list[str] = []
    sheets = {path.stem: _sheet(path, mistakes) for path in files_of(folder)}
    if len(registers := registers_in(folder)) > 1:
        mistakes.append(f"{folder}: holds {' and '.join(path.name for path in registers)}; keep one of them")
    found = CityFolder(folder, sheets, mistakes)
    known = _known(found)
    for table, sheet in sheets.items():
        _header(table, sheet, _named_columns(table, known), mistakes)
        _cells(table, sheet, known, mistakes)
    return found


def _sheet(path: Path, mistakes: list[str]) -> Sheet:
    """Read a table; what cannot be read is empty."""
    header = ",".join(declared_columns()[path.stem])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        mistakes.append(f"{path}: cannot be read ({error.strerror}); write it with the header {header}")
        return Sheet(path)
    except UnicodeDecodeError as error:
        mistakes.append(f"{path}: is not UTF-8 at byte {error.start} (it looks like GBK); save it as CSV UTF-8")
        return Sheet(path)
    reader = csv.reader(io.StringIO(text, newline=""))
    columns: tuple[str, ...] = tuple(next(reader, ()))
    if not columns:
        mistakes.append(f"{path}: is empty; write the header {header}")
    rows, lines = [], []
    for cells in reader:
        if len(cells) == len(columns):
            rows.append(dict(zip(columns, cells, strict=True)))
            lines.append(reader.line_num)
        elif cells:
            mistakes.append(
                f"{path}:{reader.line_num}: has {len(cells)} cells, the header {len(columns)}; write a cell for each "
                "column, and quotes around a text that holds a comma"
            )
    return Sheet(path, columns, tuple(rows), tuple(lines))


def _known(folder: CityFolder) -> KnownNames:
    """Return the names that cells may use."""

    def names(table: str, column: str) -> tuple[str, ...]:
        return tuple(row.get(column, "") for row in folder.rows(table))

    sources = (*names("sources", "source"), *(row["source"] for row in read("nation/sources")))
    return KnownNames(names("clusters", "cluster"), names("named_firms", "firm"), names("announced", "plant"), sources)


def _named_columns(table: str, known: KnownNames) -> tuple[str, ...]:
    """Return the columns that are named by other tables: the input-output table has one for each cluster."""
    return tuple(known.clusters) if table == "input_output" else ()


def _header(table: str, sheet: Sheet, named: tuple[str, ...], mistakes: list[str]) -> None:
    if not sheet.columns:
        return
    wanted = (*declared_columns()[table], *named)
    mistakes += [
        f"{sheet.path}:1: column '{column}' is missing; write it{_saying(table, column)}"
        for column in wanted
        if column not in sheet.columns
    ]
    mistakes += [
        f"{sheet.path}:1: column '{column}' is unknown{did_you_mean(column, wanted)}; take it out"
        for column in sheet.columns
        if column not in wanted
    ]
    mistakes += [
        f"{sheet.path}:1: column '{column}' stands twice; keep one"
        for column in dict.fromkeys(sheet.columns)
        if sheet.columns.count(column) > 1
    ]


def _saying(table: str, column: str) -> str:
    said = declared_columns()[table].get(column)
    return f": {said['meaning']}" if said else ": what the cluster buys of each input, share of its output"


def _cells(table: str, sheet: Sheet, known: KnownNames, mistakes: list[str]) -> None:
    """Add what is wrong with single cells; the same text in the same column is told once, with how often it stands."""
    kinds = {name: (said["kind"], said["needed"] == "1") for name, said in declared_columns()[table].items()}
    kinds |= dict.fromkeys(_named_columns(table, known), ("coefficient", True))
    inputs = (*known.clusters, *SUPPLIED, *OUTSIDE)
    wrong: dict[tuple[str, str], list[int]] = {}
    for place, row in enumerate(sheet.rows):
        for column in (column for column in sheet.columns if column in kinds):
            (kind, needed), text = kinds[column], row[column]
            why = (
                objection(kind, text, known, inputs) if text else f"is empty; write it{_saying(table, column)}" * needed
            )
            if why:
                wrong.setdefault((column, f"'{text[:60]}' {why}" if text else why), []).append(place)
    for (column, why), places in wrong.items():
        more = f" ({len(places)} rows)" if len(places) > 1 else ""
        mistakes.append(f"{sheet.at(places[0], column)}: {why}{more}")
    for column in (column for column in sheet.columns if column in kinds and kinds[column][0] in UNIQUE):
        _each_once(sheet, column, mistakes)


def _each_once(sheet: Sheet, column: str, mistakes: list[str]) -> None:
    first: dict[str, int] = {}
    for place, row in enumerate(sheet.rows):
        before = first.setdefault(row[column], place)
        if row[column] and before != place:
            text = f"'{row[column][:60]}' stands in row {sheet.lines[before]} too; keep one"
            mistakes.append(f"{sheet.at(place, column)}: {text}")
