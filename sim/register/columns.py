"""The columns of a register, declared in `sim/data/register_columns.csv`, and the words that stand for a choice, in
`register_words.csv`; the reader, the checks, the template and its explanation are made from these alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.tables.files import read
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.units import ENERGY, MONEY, PERSONS

_UNITS: Mapping[str, Mapping[str, float]] = {"money": MONEY, "energy": ENERGY, "persons": PERSONS, "": {}}
_LINES = {"above_scale_line": ABOVE_SCALE_LINE}
_INSIDE_CHINESE = re.compile("(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")
REQUIRED, EITHER, OPTIONAL = "yes", "name or code", "no"
AMOUNT, CHOICE, CHOICES = "amount", "choice", "choices"
UNKNOWN_UNIT = ("money", "energy")  # quantities whose unit must be said; persons are persons


@dataclass(frozen=True, slots=True)
class RegisterColumn:
    """One column.

    Attributes:
        name, header_zh: English and Chinese header. also: other headers that are understood.
        kind: code, text, cluster, amount, choice, group or choices. quantity: what an amount is an amount of.
        unit: in which the template asks for it. required: `yes`, `no`, or one of several (`name or code`).
        low, high: ends of an amount, in million yuan, tce or persons. most_per_revenue: the most per million yuan of
            revenue. example: value of the template's example row.
    """

    name: str
    header_zh: str
    also: tuple[str, ...]
    kind: str
    quantity: str
    unit: str
    required: str
    low: float
    high: float
    most_per_revenue: float
    example: str
    meaning: str
    meaning_zh: str

    @property
    def title(self) -> str:
        """How messages and the template call it."""
        return f"{self.header_zh} {self.name}"

    @property
    def header(self) -> str:
        """How the template writes its header."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def units(self) -> dict[str, float]:
        """What its unit may be, as `plain` text, and the factor to the base unit."""
        return {plain(unit): factor for unit, factor in _UNITS[self.quantity].items()}

    @property
    def labels(self) -> tuple[str, ...]:
        """Every text that is understood as its header, without unit."""
        names = (self.name, self.header_zh, *self.also)
        return tuple(plain(label) for label in (*names, self.title, f"{self.name} {self.header_zh}"))


def plain(text: str) -> str:
    """Return a text as labels are compared: half-width, small, one space between words, none inside Chinese."""
    return _INSIDE_CHINESE.sub("", " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").casefold().split()))


@cache
def columns() -> dict[str, RegisterColumn]:
    """Return every column by its name, in the order of the file."""
    return {row["name"]: _column(row) for row in read("register_columns")}


def _column(row: Mapping[str, str]) -> RegisterColumn:
    low = row["low"]
    return RegisterColumn(
        row["name"],
        row["header_zh"],
        tuple(row["also"].split("|")) if row["also"] else (),
        row["kind"],
        row["quantity"],
        row["unit"],
        row["required"],
        _LINES[low] if low in _LINES else float(low or 0.0),
        float(row["high"] or "inf"),
        float(row["most_per_revenue"] or "inf"),
        row["example"],
        row["meaning"],
        row["meaning_zh"],
    )


@cache
def labels() -> dict[str, RegisterColumn]:
    """Return the column of every text that is understood as a header.

    Raises:
        ValueError: if two columns share one.
    """
    found: dict[str, RegisterColumn] = {}
    for column in columns().values():
        for label in column.labels:
            if found.setdefault(label, column) is not column:
                raise ValueError(f"register_columns.csv: '{label}' names {found[label].name} and {column.name}")
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a cell may hold, and the words for it; the first of each language is shown."""

    value: str
    words: tuple[str, ...]
    words_zh: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The value as the template and messages write it."""
        return f"{self.words[0]} {self.words_zh[0]}"


@cache
def choices(column: str) -> tuple[Choice, ...]:
    """Return what the cells of a column may hold."""
    return tuple(
        Choice(row["value"], tuple(row["words"].split("|")), tuple(row["words_zh"].split("|")))
        for row in read("register_words")
        if row["column"] == column
    )


@cache
def words(column: str) -> dict[str, str]:
    """Return the value of every word that the cells of a column may hold."""
    return {
        plain(word): choice.value
        for choice in choices(column)
        for word in (choice.value, *choice.words, *choice.words_zh, choice.shown)
    }
