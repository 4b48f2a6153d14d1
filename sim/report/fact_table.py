"""The table of facts, `facts.csv`, checked as it is read:
all numbers of the comparison of 2021, with source and grade.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.report.compared import KINDS, words
from sim.tables.files import read
from sim.tables.parameters import GRADES, table


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
def facts() -> dict[str, Fact]:
    """Return every fact by its name, in the order of the file.

    Raises:
        ValueError: if a row says something that it must not, or a name stands twice.
    """
    found: dict[str, Fact] = {}
    for row in read("facts"):
        if row["fact"] in found:
            raise ValueError(f"facts.csv: {row['fact']} stands twice; a fact has one row")
        found[row["fact"]] = read_fact(row)
    return found


def read_fact(row: Mapping[str, str]) -> Fact:
    """Return the fact of a row of the table.

    Raises:
        ValueError: if a number, the grade, the kind, the source or what set it is wrong; it says which and what may
        stand there.
    """
    for column, known in (("grade", GRADES), ("kind", tuple(KINDS))):
        if row[column] not in known:
            raise _wrong(row, column, f"write one of {', '.join(known)}")
    sources = {source["source"] for source in read("sources")}
    if not all(source.split(" ")[0] in sources for source in row["source"].split("; ")):
        raise _wrong(row, "source", "write one of those of sources.csv")
    if row["set_by"] and row["set_by"] not in table():
        raise _wrong(row, "set_by", "write a number of parameters.csv")
    value, tolerance = _number(row, "value"), _number(row, "tolerance")
    if value <= 0.0:
        raise _wrong(row, "value", "write a number above 0")
    if not 0.0 < tolerance < 1.0:
        raise _wrong(row, "tolerance", "write a share between 0 and 1")
    return Fact(
        row["fact"], value, tolerance, _number(row, "given") if row["given"] else None, row["grade"], words(row)
    )


def value_of(name: str) -> float:
    """Return the value of a fact, in its unit."""
    return facts()[name].value


def given_for(name: str) -> float:
    """Return what the measure of a fact needs besides the model.

    Raises:
        ValueError: if the row gives nothing.
    """
    given = facts()[name].given
    if given is None:
        raise ValueError(f"facts.csv: {name}: given: empty, but its measure reads it; write a number")
    return given


def _number(row: Mapping[str, str], column: str) -> float:
    try:
        return float(row[column])
    except ValueError:
        raise _wrong(row, column, "write a number") from None


def _wrong(row: Mapping[str, str], column: str, instead: str) -> ValueError:
    return ValueError(f"facts.csv: {row['fact']}: {column}: '{row[column]}' does not fit; {instead}")
