"""One number of the model: value, unit, year, range, source, grade.

Numbers of the nation stand in `sim/data/nation/parameters.csv`, those of a city in the folder of the city.
`sim/data/city_numbers.csv` declares what numbers a city has: for the city, for each cluster, for each named firm and
for each announced plant. A number that belongs to one of these is named `scope.name` (`some_cluster.demand_growth`).
Grades are `sourced` (a document was read), `derived` (computed from sourced figures) and `assumed` (a judgement).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.tables.files import read

GRADES = ("sourced", "derived", "assumed")
CITY, CLUSTER, FIRM, PLANT = "city", "cluster", "firm", "plant"  # what a number of a city belongs to
_FURTHEST = 3.0  # ends of its range that a number may be held at, where the table does not say how far it may go
_PART = re.compile(r"share( of .*| a quarter)?|probability.*")  # units of a part of a whole, which ends at one
# Numbers that rules round before they use them, by name without what they belong to; a test holds it to the rules.
WHOLE = frozenset(
    [
        "default_quarters",
        "digital_dip_quarters",
        "history_quarters",
        "lag_quarters",
        "moving_quarters",
        "signing_to_production_longest",
        "signing_to_production_shortest",
        "smart_quota_factory",
        "smart_quota_workshop",
        "start_up_quarters",
        "title_quota_champion",
        "title_quota_national",
        "title_quota_provincial",
    ]
)


@dataclass(frozen=True, slots=True)
class Number:
    """One row of a parameter table.

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

    @property
    def whole(self) -> bool:
        """True when only its whole values differ in anything."""
        return self.name.rpartition(".")[2] in WHOLE

    def quantile(self, draw: float) -> float:
        """Return the triangular quantile of a uniform draw: ends at the range, peak at the value."""
        width = self.high - self.low
        split = (self.value - self.low) / width
        if draw < split:
            return self.low + math.sqrt(draw * width * (self.value - self.low))
        return self.high - math.sqrt((1.0 - draw) * width * (self.high - self.value))


@cache
def nation() -> dict[str, Number]:
    """Return the numbers of the nation by name, in the order of the file."""
    return {row["name"]: number_of(row) for row in read("nation/parameters")}


@cache
def declared() -> dict[tuple[str, str], dict[str, str]]:
    """Return what is declared of each number of a city, by what it belongs to and its name."""
    return {(row["level"], row["name"]): row for row in read("city_numbers")}


def number_of(row: Mapping[str, str], scope: str = "") -> Number:
    """Return the number of a row that says its whole reach and meaning.

    Raises:
        ValueError: if the grade or the range is wrong.
    """
    value = float(row["value"])
    low, high = float(row["low"] or value), float(row["high"] or value)
    lowest, highest = float(row.get("lowest") or -math.inf), float(row.get("highest") or math.inf)
    number = Number(
        f"{scope}.{row['name']}" if scope else row["name"],
        value,
        low,
        high,
        float(row["least"] or max(_as_shown(min(_FURTHEST * low, 0.0)), lowest)),
        float(row["most"] or min(_furthest(high, row["unit"]), highest)),
        row["unit"],
        row["year"],
        row["grade"],
        row["source"],
        row["meaning"],
        row["meaning_zh"],
    )
    if number.grade not in GRADES or not number.least <= low <= value <= high <= number.most:
        raise ValueError(
            f"{number.name}: grade or range is wrong: low <= value <= high is needed, all of them from "
            f"{number.least:g} to {number.most:g}"
        )
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
