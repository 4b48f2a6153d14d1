"""Lines of the published lists: the revenue that each list of a year asks for, drawn from the last known list on."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import BASE_YEAR, Quarter
from sim.luck import keys
from sim.outside.pressure import CENTRAL, Pressure
from sim.tables.inputs import list_thresholds
from sim.tables.milestones import IN_DOLLARS, LISTS
from sim.tables.parameters import Parameters


def stem(name: str) -> str:
    """Return the stem of the numbers of a list: one whose line is in dollars says so."""
    return f"{name}_usd" if name in IN_DOLLARS else name


class ListLines:
    """Entry lines of the published lists, by year, drawn year by year from the last known list."""

    def __init__(self, numbers: Parameters, seed: int, outlook: str, pressure: Pressure = CENTRAL) -> None:
        self._numbers, self._seed, self._pressure = numbers, seed, pressure
        self._known = list_thresholds(BASE_YEAR if outlook == "ex-ante" else None)
        self._cache: dict[tuple[str, int], float] = {}
        self._rates: dict[int, float] = {}

    def growth(self, name: str, year: int) -> float:
        """Return the expected log growth of the line from the list of year - 1 to that of `year`."""
        first = year == BASE_YEAR + 1
        return self._numbers[f"{stem(name)}_first_growth" if first else f"{stem(name)}_growth"]

    def at(self, name: str, year: int) -> float:
        """Return the revenue of year - 1, million yuan, that the list of `year` asks for."""
        line = self._own_currency(name, year)
        if name not in IN_DOLLARS:
            return line
        return line * self._pressure.line_over_central(year) * self._exchange_rate(year - 1)

    def _own_currency(self, name: str, year: int) -> float:
        """Million US dollars for the World 500, million yuan for the others."""
        if (name, year) in self._known:
            return self._known[name, year]
        if (name, year) not in self._cache:
            step = self.growth(name, year) + self._surprise(name, year)
            self._cache[name, year] = self._own_currency(name, year - 1) * float(np.exp(step))
        return self._cache[name, year]

    def _surprise(self, name: str, year: int) -> float:
        """Log surprise in a line: lists move together, with world prices and sales, and each has its own part."""
        common = self._numbers.list_common_share
        together, own = self._normal("all list lines", year, 0), self._normal("list line", year, LISTS.index(name))
        return self._numbers[f"{stem(name)}_spread"] * float(np.sqrt(common) * together + np.sqrt(1.0 - common) * own)

    def _exchange_rate(self, year: int) -> float:
        """Yuan per US dollar, average of the year; 2021 is known, later years are a random walk round the path."""
        if year not in self._rates:
            walk = sum(self._normal("exchange rate", y, 0) for y in range(BASE_YEAR + 1, year + 1))
            rate = self._numbers.exchange_rate_2021 if year >= BASE_YEAR else self._numbers.exchange_rate_2020
            luck = float(np.exp(self._numbers.exchange_rate_spread * walk))
            self._rates[year] = rate * luck * self._pressure.rate_over_central(year)
        return self._rates[year]

    def _normal(self, decision: str, year: int, entity: int) -> float:
        return keys.normal(keys.stream(self._seed, decision, Quarter.of(year).number), entity)
