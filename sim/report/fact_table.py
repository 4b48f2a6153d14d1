"""The facts of a city, `facts.csv` in its folder:
all numbers of the comparison of 2021, with source and grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.report.compared import words
from sim.tables.city_tables import CityTables
from sim.tables.files import TableError


@dataclass(frozen=True, slots=True)
class Fact:
    """One published fact.

    Attributes:
        value: in the unit of the row. tolerance: share of the value by which the model may be off.
        given: what the measure needs besides the model: a line in million yuan from which firms are counted, the ratio
            of what is not modelled; nothing where it needs nothing. grade: how well the numbers of the row are known.
        says: what the row says of itself, as arguments of `Compared`.
    """

    name: str
    value: float
    tolerance: float
    given: float | None
    grade: str
    says: Mapping[str, str]


@cache
def facts(city_tables: CityTables) -> dict[str, Fact]:
    """Return every fact of a city by its name, in the order of the table."""
    return {row["fact"]: _fact(row) for row in city_tables.facts}


def _fact(row: Mapping[str, str]) -> Fact:
    given = float(row["given"]) if row["given"] else None
    return Fact(row["fact"], float(row["value"]), float(row["tolerance"]), given, row["grade"], words(row))


def value_of(city_tables: CityTables, name: str) -> float:
    """Return the value of a fact, in its unit.

    Raises:
        TableError: if the city lacks the fact.
    """
    if name not in facts(city_tables):
        raise TableError(f"{city_tables.folder / 'facts.csv'}: a measure of another fact needs {name}; write its row")
    return facts(city_tables)[name].value


def given_for(city_tables: CityTables, name: str) -> float:
    """Return what the measure of a fact needs besides the model.

    Raises:
        TableError: if the city lacks the fact, or its row gives nothing.
    """
    value_of(city_tables, name)
    given = facts(city_tables)[name].given
    if given is None:
        where = city_tables.folder / "facts.csv"
        raise TableError(f"{where}: {name}: given: is empty, but its measure reads it; write a number")
    return given
