"""The tables of a finished experiment as sheets of a workbook: rows as their CSV files hold them, and titles and units
of their columns.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from sim.experiments.files import as_it_was
from sim.experiments.folder import read_hashes
from sim.report.reference import unit as in_both_languages
from sim.scenario.quantities import lever_at
from sim.tables import written
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import read_city
from sim.tables.files import TableError
from sim.tables.numbers import Number
from sim.tables.units import counted
from sim.tables.written import NONE, OF_THE_OBJECTIVE, TEXT, TitledColumn

MOST_ROWS = 1_048_575  # of a sheet, below its header
MOST_CELLS = 2_000_000  # more take minutes to write and to open
_NUMBERS = "parameters."


@dataclass(frozen=True)
class WrittenSheet:
    """One table.

    Attributes:
        kind: of the experiment. table: name of the table. path: its CSV file. objective: outcome that was asked for,
            or nothing. city: of the experiment, whose numbers a column may be called after.
    """

    kind: str
    table: str
    path: Path
    objective: str = ""
    city: str = ""

    @property
    def title(self) -> tuple[str, str]:
        """What it holds, in English and in Chinese."""
        return written.title_of(self.kind, self.table)

    @cached_property
    def names(self) -> list[str]:
        """Names of its columns."""
        return next(self._lines(), [])

    @cached_property
    def columns(self) -> list[TitledColumn]:
        """What each column holds."""
        return [self._column(name) for name in self.names]

    @cached_property
    def length(self) -> int:
        """Number of rows below the header."""
        return sum(1 for _ in self._lines()) - bool(self.names)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Why it has no sheet, in English and in Chinese; nothing where it has one."""
        if self.length <= MOST_ROWS and self.length * len(self.names) <= MOST_CELLS:
            return ()
        return (
            f"{counted(self.length, 'row')} of {len(self.names)} columns are too many for a sheet; they are in "
            f"{self.path.name} alone",
            f"共{self.length:,}行、{len(self.names)}列，超出一个表页的容量，仅见于{self.path.name}",
        )

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows, every cell as it was before it was made safe for a CSV file."""
        for row in islice(self._lines(), 1, None):
            yield [as_it_was(cell) for cell in row]

    def _lines(self) -> Iterator[list[str]]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file)

    def _column(self, name: str) -> TitledColumn:
        found = written.column_of(self.kind, self.table, name) or _asked_or_set(name, self.city)
        objective = outcomes().get(self.objective)
        return replace(found, unit=objective.unit) if found.unit == OF_THE_OBJECTIVE and objective else found


def _asked_or_set(name: str, city: str) -> TitledColumn:
    """Return what a column is that is called after an outcome, a lever or a number of the city; else its name."""
    if name in outcomes():
        outcome = outcomes()[name]
        return TitledColumn(outcome.unit, outcome.english, outcome.chinese)
    lever = lever_at(name) or _numbers(city).get(name.removeprefix(_NUMBERS))
    if lever is None:
        return TitledColumn(NONE, name, name)
    return TitledColumn(lever.unit or NONE, lever.meaning or name, lever.meaning_zh or name)


def _numbers(city: str) -> Mapping[str, Number]:
    """Return the numbers of a city; none of one whose folder is not here any more."""
    try:
        return read_city(city).numbers if city else {}
    except TableError:
        return {}


def sheets_of(folder: Path, known: Mapping[str, Any]) -> list[WrittenSheet]:
    """Return the tables of a finished experiment, in the order in which people read them.

    Args:
        known: its manifest.
    """
    kind, objective = str(known["kind"]), str(known["settings"].get("objective") or "")
    city = str(next(iter(known["scenarios"].values())).get("city") or "")
    files = [folder / name for name in read_hashes(folder) if name.endswith(".csv")]
    return sorted(
        (WrittenSheet(kind, path.stem, path, objective, city) for path in files),
        key=lambda sheet: (written.place_of(kind, sheet.table), sheet.table),
    )


def header(column: TitledColumn) -> str:
    """Return what stands above a column: its title in both languages, and its unit where it has one."""
    unit = () if column.unit in (TEXT, NONE) else (f"[{in_both_languages(column.unit)}]",)
    return "\n".join(dict.fromkeys((column.english, column.chinese, *unit)))


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Return names that a workbook may hold: at most 31 signs, none of those that it refuses, no two alike whatever
    their capitals.
    """
    names: list[str] = []
    for text in wanted:
        name = plain = "".join("_" if sign in _REFUSED else sign for sign in text)[:_LONGEST].strip("'") or "_"
        number = 1
        while name.casefold() in (taken.casefold() for taken in names):
            number += 1
            name = f"{plain[: _LONGEST - len(str(number)) - 1]}_{number}"
        names.append(name)
    return names


_LONGEST, _REFUSED = 31, "[]:*?/\\"
