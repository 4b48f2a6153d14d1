"""Luck of the city outside its modelled firms: other sectors, tax administration, what the statistics office publishes.

All of it is drawn by year and keyed by the world, so that every variant of a scenario has the same.
"""

from __future__ import annotations

import math

from sim.calendar.quarter import FIRST, Quarter
from sim.luck import keys
from sim.tables.parameters import Parameters


class CityLuck:
    """Draws of one world."""

    def __init__(self, numbers: Parameters, seed: int) -> None:
        self._numbers, self._seed = numbers, seed
        self._drawn: dict[tuple[str, int], float] = {}

    def other_sectors(self, quarter: Quarter) -> float:
        """Return other sectors over their trend, 1 on average. A year's luck comes in four equal steps and stays."""
        spread, part = self._numbers.other_sectors_spread, quarter.season / 4.0
        before = range(FIRST.year, quarter.year)
        walk = sum(self._normal("other sectors", year) for year in before) + part * self._normal(
            "other sectors", quarter.year
        )
        return math.exp(spread * walk - spread**2 / 2.0 * (len(before) + part**2))

    def tax_administration(self, year: int) -> float:
        """Return what the year adds to the buoyancy of taxes: collection, refunds and timing; 0 on average."""
        return self._numbers.buoyancy_spread * self._normal("tax administration", year)

    def published(self, year: int) -> float:
        """Return the first published GDP of a year over the true one.

        Noise is new each year; what a census finds enters with the first year after it and stays.
        """
        numbers = self._numbers
        factor = 1.0 + numbers.reporting_noise * self._normal("reported gdp", year)
        for census in range(int(numbers.census_year), year, int(numbers.census_interval)):
            factor *= 1.0 + numbers.census_revision + numbers.census_revision_spread * self._normal("census", census)
        return factor

    def _normal(self, decision: str, year: int) -> float:
        if (decision, year) not in self._drawn:
            self._drawn[decision, year] = keys.normal(keys.stream(self._seed, decision, Quarter.of(year).number), 0)
        return self._drawn[decision, year]
