"""Designs written as a table: a column per path, a row per point."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from sim.scenario.files import ScenarioError, read_value, text_of
from sim.scenario.quantities import read_for
from sim.tables.printable import shortened
from sim.tables.units import split_header

_MOST_BYTES = 10_000_000


def from_csv(path: Path) -> list[dict[str, Any]]:
    """Return the points of a CSV file; a header may say its column's unit, else numbers are in the lever's own.

    Raises:
        ScenarioError: if it cannot be read.
    """
    reader = csv.DictReader(io.StringIO(text_of(path, _MOST_BYTES, "take fewer points, or fewer digits"), newline=""))
    try:
        units = {header: split_header(str(header)) for header in reader.fieldnames or ()}
        rows = [
            {
                stem: _cell(row[header], (stem, unit), f"{path}:{reader.line_num}: {shortened(header)}")
                for header, (stem, unit) in units.items()
            }
            for row in reader
        ]
    except csv.Error as error:
        raise ScenarioError(f"--design {path}: is no table ({error}); save it again as CSV UTF-8") from None
    if not rows:
        raise ScenarioError(f"--design {path}: has no rows; write a header of paths and a row for each point")
    return rows


def _cell(text: Any, column: tuple[str, str], where: str) -> Any:
    """Return the value of a cell; the header may say its unit."""
    path, unit = column
    value = read_value(str(text), where)
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and not unit:  # a table made by a program: in the lever's own unit
        return value
    try:
        return read_for(path, f"{text} {unit}" if number else value)
    except ValueError as error:
        raise ScenarioError(f"{where}: {error}") from None
