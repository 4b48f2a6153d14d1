"""Designs written as a table: a column per path, a row per point."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from sim.scenario.files import ScenarioError, read_value
from sim.scenario.quantities import read_for
from sim.tables.units import split_header


def from_csv(path: Path) -> list[dict[str, Any]]:
    """Return the points of a CSV file; a header may say its column's unit, else numbers are in the lever's own.

    Raises:
        ScenarioError: if it cannot be read.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = [
                {
                    stem: _cell(row[header], (stem, unit), f"{path}:{reader.line_num}: {header}")
                    for header, (stem, unit) in units.items()
                }
                for units in [{header: split_header(str(header)) for header in reader.fieldnames or ()}]
                for row in reader
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(
            f"--design {path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})"
        ) from None
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
