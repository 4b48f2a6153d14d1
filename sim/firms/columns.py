"""Columns of the firm table, declared in `sim/data/columns.csv`: what each holds and the one file that writes it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_TRUTH = {"yes": True, "no": False}
_TABLE = Path(__file__).parents[1] / "data" / "columns.csv"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the firm table: numpy type, unit, meaning, the one module that writes it each quarter, and whether
    a firm that left keeps it.
    """

    name: str
    kind: str
    unit: str
    meaning: str
    meaning_zh: str
    writer: str
    width: int
    kept_on_exit: bool


def _read() -> tuple[Column, ...]:
    """Return every column, in the order of the file."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return tuple(
            Column(
                r["name"],
                r["type"],
                r["unit"],
                r["meaning"],
                r["meaning_zh"],
                r["writer"],
                int(r["width"]),
                _TRUTH[r["kept_on_exit"]],
            )
            for r in csv.DictReader(file)
        )


COLUMNS = _read()
NAMES: tuple[str, ...] = tuple(column.name for column in COLUMNS)
