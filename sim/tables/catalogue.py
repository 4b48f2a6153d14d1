"""The catalogue of outcomes: one row of `data/outcomes.csv` declares all that is to be known of an outcome.

Its kind says how quarters become years and how clusters become the city (`adding_up`), its places in which tables,
lines and pictures it stands, its uses what it may be asked for (`asking`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sim.tables.files import read

FLOW, STOCK, COUNT, RATIO, SHARE, PRICE = KINDS = ("flow", "stock", "count", "ratio", "share", "price")
QUOTIENTS = (RATIO, SHARE, PRICE)  # never added: one sum over another
OF_THE_YEAR, SINCE_THE_START, AT_THE_END = PERIODS = ("of the year", "since the start", "at the end")
# the first is the name of the scenario without policy too; the last holds the rules that a scenario names in `before`
NO_POLICY, NO_FUND, BEFORE = TWINS = ("no-policy", "no-fund", "before")
FUND = "policy_fund"  # the instrument that the twin without the fund lacks
PUBLIC_MONEY = "public_cost"  # the outcome that is all public money of a year
VALUE_ADDED = "value_added"  # the outcome of clusters that is told against twin worlds
MORE, LESS, NEITHER = BETTER = ("more", "less", "neither")
CITY, CLUSTER, SIZE = LEVELS = ("city", "cluster", "size")
RUN, MAIN, EFFECTS, DIFFERENCES, CURVES = SHOWN = ("run", "main", "effects", "differences", "curves")
OBJECTIVE, TARGET, COST = USES = ("objective", "target", "cost")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome.

    Attributes:
        english, chinese, meaning, meaning_zh: name and meaning. unit: of its values.
        read_unit, read_factor: the unit that people read, and the factor to it (million yuan into 亿元).
        kind, period: how it adds up over clusters and over quarters.
        against: the twin world it is measured against, or nothing.
            needs: instrument without which it is undefined, or nothing.
        better: when there is more of it, less, or neither. low, high: bounds, infinite where there are none.
        column: firm column whose sum over a cluster it is, or nothing.
        part, whole, less: outcomes it is made of: the sum of part over clusters, part over whole, part less another,
            or part beyond that of the twin.
        places: place in each table by level, and in each list of what is shown. uses: what it may be asked for.
    """

    name: str
    english: str
    chinese: str
    unit: str
    read_unit: str
    read_factor: float
    kind: str
    period: str
    against: str
    needs: str
    better: str
    low: float
    high: float
    column: str
    part: str
    whole: str
    less: str
    places: Mapping[str, int]
    uses: frozenset[str]
    meaning: str
    meaning_zh: str

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels at which it is told; an outcome without one is only a part of others."""
        return tuple(level for level in LEVELS if level in self.places)

    @property
    def adds_up(self) -> bool:
        """Whether its years can be added: what happens in a year can; what stands at its end, is counted since the
        start or is a quotient cannot.
        """
        return self.period == OF_THE_YEAR and self.kind not in QUOTIENTS

    @property
    def bounded(self) -> bool:
        """Whether it is a count of which so few are possible that its row says how many: rare, so that a mean needs an
        interval which holds for what was not met.
        """
        return self.kind == COUNT and self.high - self.low < math.inf

    @property
    def sign(self) -> float:
        """1 where more is better, -1 where less is, 0 where neither."""
        return {MORE: 1.0, LESS: -1.0, NEITHER: 0.0}[self.better]

    @property
    def outside(self) -> bool:
        """Whether it is a price that the city takes as it comes: drawn per world, moved by no policy."""
        return self.kind == PRICE and self.better == NEITHER and CITY in self.places


@cache
def outcomes() -> dict[str, Outcome]:
    """Return all outcomes by name, in the order of the table.

    Raises:
        ValueError: if a row is wrong; it says which.
    """
    rows = [_outcome(row) for row in read("outcomes")]
    found = {outcome.name: outcome for outcome in rows}
    if len(found) < len(rows):
        raise ValueError("outcomes.csv holds a name twice")
    return found


@cache
def listed(place: str) -> tuple[Outcome, ...]:
    """Return the outcomes of a level or of a list of what is shown, in the order of their places."""
    return tuple(sorted((o for o in outcomes().values() if place in o.places), key=lambda o: o.places[place]))


def names(place: str) -> tuple[str, ...]:
    """Return the names of `listed`."""
    return tuple(outcome.name for outcome in listed(place))


def _outcome(row: Mapping[str, str]) -> Outcome:
    name = row["outcome"]
    places = {place: int(row[place]) for place in (*LEVELS, *SHOWN) if row[place]}
    for column, words in (("kind", KINDS), ("period", PERIODS), ("against", ("", *TWINS)), ("better", BETTER)):
        if row[column] not in words:
            raise ValueError(f"outcomes.csv: {name}: {column} '{row[column]}' is none of {', '.join(words)}")
    return Outcome(
        name,
        row["name_en"],
        row["name_zh"],
        row["unit"],
        row["read_unit"],
        float(row["read_factor"]),
        row["kind"],
        row["period"],
        row["against"],
        row["needs"],
        row["better"],
        _bound(row["low"], -math.inf),
        _bound(row["high"], math.inf),
        row["column"],
        row["part"],
        row["whole"],
        row["less"],
        places,
        frozenset(use for use in USES if row[use]),
        row["meaning"],
        row["meaning_zh"],
    )


def _bound(text: str, none: float) -> float:
    return float(text) if text else none
