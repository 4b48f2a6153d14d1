"""Every number of the model, read from `data/parameters.csv`: value, unit, year, range, source, grade.

A number that belongs to a cluster or a named firm is named `scope.name` (`new_energy.demand_growth`,
`zenith_steel.revenue_2021`). Grades are `sourced` (a document was read), `derived` (computed from sourced figures) and
`assumed` (a judgement). Each replication draws the numbers that carry a range, unless it is told to hold them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.luck import keys
from sim.tables.clusters import IDENTIFIERS
from sim.tables.files import read

GRADES = ("sourced", "derived", "assumed")
_FURTHEST = 3.0  # ends of its range that a number may be held at, where the table does not say how far it may go
_PART = re.compile(r"share( of .*| a quarter)?|probability.*")  # units of a part of a whole, which ends at one


@dataclass(frozen=True, slots=True)
class Number:
    """One row of the parameter table.

    Attributes:
        low, high: what replications draw from. least, most: what a scenario may hold;
            the model is defined between them.
    """

    name: str
    value: float
    low: float
    high: float
    least: float
    most: float
    unit: str
    year: str
    grade: str
    source: str
    meaning: str
    meaning_zh: str

    @property
    def uncertain(self) -> bool:
        """True when the row has a range, from which replications draw."""
        return self.low < self.high

    def quantile(self, draw: float) -> float:
        """Return the triangular quantile of a uniform draw: ends at the range, peak at the value."""
        width = self.high - self.low
        split = (self.value - self.low) / width
        if draw < split:
            return self.low + math.sqrt(draw * width * (self.value - self.low))
        return self.high - math.sqrt((1.0 - draw) * width * (self.high - self.value))


def _number(row: Mapping[str, str]) -> Number:
    name = f"{row['scope']}.{row['name']}" if row["scope"] else row["name"]
    value = float(row["value"])
    low, high = float(row["low"] or value), float(row["high"] or value)
    number = Number(
        name,
        value,
        low,
        high,
        float(row["least"] or _as_shown(min(_FURTHEST * low, 0.0))),
        float(row["most"] or _furthest(high, row["unit"])),
        row["unit"],
        row["year"],
        row["grade"],
        row["source"],
        row["meaning"],
        row["meaning_zh"],
    )
    if number.grade not in GRADES or not number.least <= low <= value <= high <= number.most:
        raise ValueError(f"parameters.csv: {name}: grade or range is wrong")
    return number


def _as_shown(end: float) -> float:
    """Return an end as messages write it, so that what they offer is accepted:
    three times 0.15 is a little less than 0.45.
    """
    return float(f"{end:g}")


def _furthest(high: float, unit: str) -> float:
    """Return the most that a number may be held at: some ends of its range, and a part never beyond the whole."""
    furthest = _as_shown(max(_FURTHEST * high, 0.0))
    return min(furthest, 1.0) if _PART.fullmatch(unit) else furthest


@cache
def table() -> dict[str, Number]:
    """Return every number by its full name, in the order of the file."""
    numbers = [_number(row) for row in read("parameters")]
    named = {number.name: number for number in numbers}
    if len(named) < len(numbers):
        raise ValueError("parameters.csv holds a name twice")
    return named


_ENDS = {"low": "high", "shortest": "longest"}  # the last words of two numbers that are the ends of one distribution


@cache
def ends() -> dict[str, str]:
    """Return the number that is the upper end of a distribution, by the number that is its lower end."""
    pairs = {
        name: f"{stem}_{_ENDS[word]}" for name in table() for stem, _, word in [name.rpartition("_")] if word in _ENDS
    }
    return {lower: upper for lower, upper in pairs.items() if upper in table()}


def crossed(held: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return pairs of ends of which the lower may come to lie above the upper; a number that is not held takes any
    value of its range.
    """
    numbers = table()
    return [
        (lower, upper)
        for lower, upper in ends().items()
        if held.get(lower, numbers[lower].high) > held.get(upper, numbers[upper].low)
    ]


class Parameters(Mapping[str, float]):
    """The numbers of one world: the table's values, with what a scenario or a draw put in their place."""

    def __init__(self, values: Mapping[str, float] | None = None) -> None:
        self._values = {name: number.value for name, number in table().items()} if values is None else dict(values)
        self._by_cluster: dict[str, tuple[float, ...]] = {}
        self.bundles: dict[type, Any] = {}  # numbers taken together by `sim.firms.bundles`
        self.__dict__.update(self._values)  # found as attributes without a detour

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"no number named {name}") from None

    def by_cluster(self, name: str) -> tuple[float, ...]:
        """Return one number per cluster, in cluster order."""
        if name not in self._by_cluster:
            self._by_cluster[name] = tuple(self._values[f"{cluster}.{name}"] for cluster in IDENTIFIERS)
        return self._by_cluster[name]

    def replace(self, changes: Mapping[str, float]) -> Parameters:
        """Return a copy with some numbers changed.

        Raises:
            KeyError: if a name is not in the table.
        """
        for name in changes:
            if name not in self._values:
                raise KeyError(name)
        return Parameters({**self._values, **changes})

    def draw(self, seed: int, hold: frozenset[str] = frozenset()) -> Parameters:
        """Return a copy in which each uncertain number not in `hold` is drawn from its range, keyed by its name."""
        drawn = {
            name: number.quantile(keys.uniform(keys.stream(seed, f"number {name}"), 0))
            for name, number in table().items()
            if number.uncertain and name not in hold
        }
        return self.replace(drawn)
