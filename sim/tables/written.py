"""The tables that experiments write: what each is called, `sim/data/written_tables.csv`, and what each of its columns
is and is measured in, `sim/data/written_columns.csv`.

A row without kind holds for every kind of experiment, one without table for every table of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from sim.tables.files import read

TEXT, NONE = "text", "none"  # what stands for a unit: a column of words, a column of numbers without one
OF_THE_ROW, OF_THE_OBJECTIVE = "unit of the row", "unit of the objective"  # told by `unit`, or by what was asked
ANY = ""


@dataclass(frozen=True, slots=True)
class TitledColumn:
    """What a column of a table holds.

    Attributes:
        unit: of its numbers; `text` of words, `none` of numbers without a unit. english, chinese: its title.
    """

    unit: str
    english: str
    chinese: str


@cache
def tables() -> dict[tuple[str, str], tuple[str, str]]:
    """Return the titles, English and Chinese, of every table by kind of experiment and name, in the order in which
    people read them.
    """
    return {(row["kind"], row["table"]): (row["english"], row["chinese"]) for row in read("written_tables")}


@cache
def declared() -> dict[tuple[str, str, str], TitledColumn]:
    """Return every column that is declared, by kind, table and name; the name may end with `*`."""
    return {
        (row["kind"], row["table"], row["column"]): TitledColumn(row["unit"], row["english"], row["chinese"])
        for row in read("written_columns")
    }


def title_of(kind: str, table: str) -> tuple[str, str]:
    """Return the titles of a table; its name where it is declared nowhere."""
    return tables().get((kind, table)) or tables().get((ANY, table)) or (table, table)


def place_of(kind: str, table: str) -> int:
    """Return where a table stands among those of its kind; one that is declared nowhere stands last."""
    known = list(tables())
    return next((known.index(key) for key in ((kind, table), (ANY, table)) if key in known), len(known))


def column_of(kind: str, table: str, name: str) -> TitledColumn | None:
    """Return what is declared of a column; nothing where it is declared nowhere."""
    key = next(_keys(kind, table, name), None)
    if key is None:
        return None
    found, (stem, star, _) = declared()[key], key[2].partition("*")
    rest = name.removeprefix(stem) if star else "*"
    return TitledColumn(found.unit, *(title.replace("*", rest) for title in (found.english, found.chinese)))


def _keys(kind: str, table: str, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield the declarations that hold for a column, the nearest first."""
    for of in ((kind, table), (kind, ANY), (ANY, table), (ANY, ANY)):
        yield from (key for key in declared() if key[:2] == of and fnmatchcase(name, key[2]))
