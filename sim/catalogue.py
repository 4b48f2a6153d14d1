"""The catalogue of outcomes: what is measured, in which unit, under which English and Chinese name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "outcomes.csv"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome: `read_factor` turns its unit into the one people read (million yuan into 亿元)."""

    name: str
    english: str
    chinese: str
    unit: str
    read_unit: str
    read_factor: float
    level: str
    shown: bool


@cache
def outcomes() -> dict[str, Outcome]:
    """Return all outcomes by name, in the order of the table."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {
            r["outcome"]: Outcome(
                r["outcome"], r["name_en"], r["name_zh"], r["unit"], r["read_unit"], float(r["read_factor"]), r["level"],
                r["shown"] == "1",
            )
            for r in csv.DictReader(file)
        }
