"""Tables that are not single numbers: input-output coefficients, list lines, named firms, sources."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.tables.clusters import IDENTIFIERS
from sim.tables.files import read


@dataclass(frozen=True, slots=True)
class InputOutput:
    """Inputs per unit of output, China 2011.

    Attributes:
        between: (10, 10), input from the row's cluster into the column's cluster.
        metals, chemicals: (10,), from steel and from new materials into each cluster.
        ores_and_coal, electricity, coke_and_petroleum: (10,), from industries outside the ten.
    """

    between: np.ndarray
    metals: np.ndarray
    chemicals: np.ndarray
    ores_and_coal: np.ndarray
    electricity: np.ndarray
    coke_and_petroleum: np.ndarray


@cache
def input_output() -> InputOutput:
    """Return the input-output table; metals and chemicals are the rows of steel and new materials."""
    rows = {row["input"]: np.array([float(row[c]) for c in IDENTIFIERS]) for row in read("input_output")}
    between = np.array([rows[c] for c in IDENTIFIERS])
    return InputOutput(
        between,
        rows["quality_steel"],
        rows["new_materials"],
        rows["ores_and_coal"],
        rows["electricity"],
        rows["coke_and_petroleum"],
    )


@cache
def list_thresholds(until: int | None) -> dict[tuple[str, int], float]:
    """Return entry lines by (list, year), up to a year:
    million US dollars for the World 500, million yuan for others.
    """
    rows = read("thresholds")
    return {(r["list"], int(r["year"])): float(r["value"]) for r in rows if until is None or int(r["year"]) <= until}


@cache
def named_firms() -> tuple[dict[str, str], ...]:
    """Return the named firms; their revenue and shares are numbers of the parameter table."""
    return tuple(read("named_firms"))
