"""Tables that are not single numbers: the input-output coefficients of a city, and the lines of published lists."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.tables.clusters import OUTSIDE, SUPPLIED, ClusterName
from sim.tables.files import read


@dataclass(frozen=True, slots=True)
class InputOutput:
    """Inputs per unit of output, one column per cluster.

    Attributes:
        between: (clusters, clusters), input from the row's cluster into the column's cluster.
        metals, chemicals: (clusters,), from the clusters that supply them, or from outside where none does.
        ores_and_coal, electricity, coke_and_petroleum: (clusters,), from industries that are no cluster.
    """

    between: np.ndarray
    metals: np.ndarray
    chemicals: np.ndarray
    ores_and_coal: np.ndarray
    electricity: np.ndarray
    coke_and_petroleum: np.ndarray


def goods_bought_outside(roles: Collection[str]) -> tuple[str, ...]:
    """Return the goods that have a row of their own in the input-output table, beside the clusters, of which some have
    these roles.
    """
    return (*(good for good, role in SUPPLIED.items() if role not in roles), *OUTSIDE)


def input_output(rows: Sequence[Mapping[str, str]], clusters: Sequence[ClusterName]) -> InputOutput:
    """Return the coefficients of a table; the goods of a supplier are the rows of the clusters with its role."""
    found = {row["input"]: np.array([float(row[c.identifier]) for c in clusters]) for row in rows}
    for good, role in SUPPLIED.items():
        made = [found[cluster.identifier] for cluster in clusters if role in cluster.roles]
        if made:
            found[good] = sum(made[1:], made[0])
    between = np.array([found[cluster.identifier] for cluster in clusters])
    return InputOutput(between, *(found[good] for good in (*SUPPLIED, *OUTSIDE)))


@cache
def list_thresholds(until: int | None) -> dict[tuple[str, int], float]:
    """Return entry lines by (list, year), up to a year:
    million US dollars for the World 500, million yuan for others.
    """
    rows = read("nation/thresholds")
    return {(r["list"], int(r["year"])): float(r["value"]) for r in rows if until is None or int(r["year"]) <= until}
