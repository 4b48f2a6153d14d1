"""Columns of the firm table, declared in `sim/data/columns.csv`: what each holds and the one file that writes it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sim.tables.files import read

_TRUTH = {"yes": True, "no": False}


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


@cache
def columns() -> dict[str, Column]:
    """Return every column by name, in the order of the file."""
    return {
        r["name"]: Column(
            r["name"],
            r["type"],
            r["unit"],
            r["meaning"],
            r["meaning_zh"],
            r["writer"],
            int(r["width"]),
            _TRUTH[r["kept_on_exit"]],
        )
        for r in read("columns")
    }
