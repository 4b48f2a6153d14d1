"""Designs written as a table: a column per path, a row per point; read as strictly as a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from sim.scenario.asking import UNITS
from sim.scenario.files import ScenarioError, read_value
from sim.scenario.quantities import lever_at, read_for
from sim.tables.nearest import is_about_a_name
from sim.tables.spreadsheet import NOT_SAVED, SUFFIXES, SpreadsheetError, Unsaved, Worksheet, is_empty, read_sheets
from sim.tables.units import read_number, split_header, split_quantity

DESIGN = "--design"
_MOST_TOLD, _LARGEST_MB = 10, 10
_WANTED = "write the path of a lever at the top of each column, and a row for each point below"


@dataclass(frozen=True, slots=True)
class _Column:
    number: int
    path: str
    unit: str


class FilePoints(list[dict[str, Any]]):
    """Points that know where they stand in their file: the first in its second row."""

    def __init__(self, sheet: Worksheet, columns: list[_Column], points: list[dict[str, Any]]) -> None:
        super().__init__(points)
        self._sheet, self._columns = sheet, columns

    def header(self, path: str) -> str:
        """Return where a column is named."""
        return _at(self._sheet, 0, next(column.number for column in self._columns if column.path == path))

    def told(self, problem: str, point: int) -> str:
        """Return what is wrong with a point, which begins with the key it is about, and where that stands."""
        key, _, said = problem.partition(": ")
        numbers = [c.number for c in self._columns if f"{c.path}.".startswith(f"{key}.") or f"{c.path}." in f"{key}."]
        row = 0 if is_about_a_name(said) else point + 1
        return f"{_at(self._sheet, row, numbers[0] if numbers else None)}: {problem}"


def is_file(design: str) -> bool:
    """Tell whether a design is a table of points."""
    return design.lower().endswith(SUFFIXES)


def read_points(path: Path) -> FilePoints:
    """Return the points of a CSV file or a workbook; a header may say its column's unit, else numbers are in the
    lever's own.

    Raises:
        ScenarioError: if it cannot be read, or is no table of points: a line for each thing to mend.
    """
    sheet = _sheet(path)
    columns, problems = _columns(sheet)
    if not problems and len(sheet.rows) == 1:
        problems = [f"{DESIGN} {path}: holds no points; {_WANTED}"]
    if not problems:
        cells = [[_cell(sheet, row, column) for column in columns] for row in range(1, len(sheet.rows))]
        problems = [*_told(sheet, columns, cells)]
    if problems:
        raise ScenarioError(*problems[:_MOST_TOLD])
    paths = [column.path for column in columns]
    return FilePoints(sheet, columns, [dict(zip(paths, (value for value, _ in row), strict=True)) for row in cells])


def _sheet(path: Path) -> Worksheet:
    """Return the one sheet that holds something."""
    try:
        sheets = [sheet for sheet in read_sheets(path, _LARGEST_MB) if sheet.rows]
    except SpreadsheetError as error:
        raise ScenarioError(*(f"{DESIGN} {problem}" for problem in error.problems)) from None
    if not sheets:
        raise ScenarioError(f"{DESIGN} {path}: is empty; {_WANTED}")
    if len(sheets) > 1:
        names = " and ".join(sheet.name for sheet in sheets[:2])
        raise ScenarioError(f"{DESIGN} {path}: {names} both hold something; keep one sheet, that of the points")
    return sheets[0]


def _at(sheet: Worksheet, row: int, column: int | None = None) -> str:
    return f"{DESIGN} {sheet.place(row, column)}"


def _columns(sheet: Worksheet) -> tuple[list[_Column], list[str]]:
    """Return the columns that hold something, and what is wrong with the row that names them."""
    found: dict[str, _Column] = {}
    problems = []
    for number in range(max(map(len, sheet.rows))):
        if all(is_empty(_value(row, number)) for row in sheet.rows):
            continue
        header = _value(sheet.rows[0], number)
        path, unit = split_header("" if is_empty(header) else str(header))
        problem = ""
        if not path:
            problem = "has no header; write the path of a lever there, or leave the column out"
        elif path in found:
            problem = f"{path} stands twice; keep one of the columns"
        elif unit:
            problem = _unfit(path, unit)
        problems += [f"{_at(sheet, 0, number)}: {problem}"] * bool(problem)
        found.setdefault(path, _Column(number, path, unit))
    return list(found.values()), problems


def _unfit(path: str, unit: str) -> str:
    """Return what is wrong with the unit of a column, or nothing."""
    try:
        read_for(path, f"1 {unit}")
    except ValueError as error:
        return f"{path}: {error}"
    return ""


def _value(row: list[Any], number: int) -> Any:
    return row[number] if number < len(row) else None


def _cell(sheet: Worksheet, row: int, column: _Column) -> tuple[Any, str]:
    """Return the value of a cell, and what is wrong with it or nothing."""
    cell = _value(sheet.rows[row], column.number)
    try:
        return _read(cell, column), ""
    except ValueError as error:
        return None, f"{_at(sheet, row, column.number)}: {column.path}: {error}"


def _read(cell: Any, column: _Column) -> Any:
    """Return a value in the unit of its lever, which the cell, the header or nobody says.

    Raises:
        ValueError: if it cannot be read.
    """
    if is_empty(cell):
        raise ValueError("is empty; write a value, or null to take it out")
    if isinstance(cell, Unsaved):
        raise ValueError(NOT_SAVED)
    if isinstance(cell, (date, time)):
        raise ValueError(f"{cell} is a date; write a quarter like 2024Q1, or the number as a number")
    if isinstance(cell, str) and cell.strip().startswith("#"):
        raise ValueError(f"{cell.strip()[:20]} is an error of the program that wrote the table; mend the formula there")
    value = _plain(cell.strip()) if isinstance(cell, str) else cell
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not column.unit:  # a table made by a program: in the lever's own unit
        return value
    if column.unit and isinstance(value, str) and split_quantity(value)[1]:
        raise ValueError(f"'{value[:20]}' has a unit, and the header says {column.unit}; write one of them")
    return read_for(column.path, f"{value} {column.unit}" if number else value)


def _plain(text: str) -> Any:
    """Return a text as a number, if it is one, with commas between thousands or without, else as YAML reads it."""
    number = read_number(text)
    if number is None:
        return read_value(text, f"'{text[:20]}'")
    return int(number) if number.is_integer() and text.lstrip("+-").replace(",", "").isdecimal() else number


def _told(sheet: Worksheet, columns: list[_Column], cells: list[list[tuple[Any, str]]]) -> Iterator[str]:
    """Yield what is wrong with the rows below the header."""
    mixed = [column.number for column in columns if not column.unit and _units_differ(sheet, column)]
    for row, found in enumerate(cells, 1):
        if all(is_empty(_value(sheet.rows[row], column.number)) for column in columns):
            yield f"{_at(sheet, row)}: is empty; leave the row out"
            continue
        for column, (value, problem) in zip(columns, found, strict=True):
            if problem:
                yield problem
            elif value and column.number in mixed and _unit_of(_value(sheet.rows[row], column.number)) == "":
                yield (
                    f"{_at(sheet, row, column.number)}: {column.path}: {value} has no unit, as other cells of its "
                    "column have; write one behind each number, or in the header"
                )


def _units_differ(sheet: Worksheet, column: _Column) -> bool:
    """Tell whether some cells of a column of money or energy say a unit and others none."""
    lever = lever_at(column.path)
    units = {_unit_of(_value(row, column.number)) for row in sheet.rows[1:]} - {None}
    return lever is not None and lever.unit in UNITS and "" in units and len(units) > 1


def _unit_of(cell: Any) -> str | None:
    """Return the unit of a cell, empty if it says none; None if it is no number."""
    if not isinstance(cell, str):
        return "" if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
    try:
        number, unit = split_quantity(cell)
    except ValueError:  # told as a cell
        return None
    return unit if number else None
