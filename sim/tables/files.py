"""The tables of `sim/data`: one way to read them all."""

from __future__ import annotations

import csv
from pathlib import Path

_DATA = Path(__file__).parents[1] / "data"


def read(name: str) -> list[dict[str, str]]:
    """Return the rows of a table by its name without ending, every value as text."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
