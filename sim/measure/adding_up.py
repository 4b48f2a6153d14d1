"""How what is measured each quarter in each cluster becomes a year's value of a cluster and of the city.

Only what can be added is measured. A flow, a stock and a count are added over clusters; a ratio, a share and a price
are the sum of their part over the sum of their whole, at every level and over every period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.tables.catalogue import AT_THE_END, CITY, CLUSTER, OF_THE_YEAR, QUOTIENTS, SINCE_THE_START, Outcome, listed

_SEASONS = 4
Measures = Mapping[str, np.ndarray]


def yearly(period: str, quarters: np.ndarray) -> np.ndarray:
    """Return a year's values of something measured in each quarter, (4 years, ...): summed, summed since the start, or
    the last.
    """
    if period == AT_THE_END:
        return quarters[_SEASONS - 1 :: _SEASONS]
    sums: np.ndarray = quarters.reshape(-1, _SEASONS, *quarters.shape[1:]).sum(axis=1)
    return np.cumsum(sums, axis=0) if period == SINCE_THE_START else sums


def together(outcome: Outcome, years: np.ndarray) -> np.ndarray:
    """Return values of all years up to each, years along the last axis: summed where years can be added."""
    return np.cumsum(years, axis=-1) if outcome.adds_up else years


def over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Return part over whole; undefined (nan) where there is no whole."""
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0.0)


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything measured over whole years.

    Attributes:
        clusters: by quarter and cluster, (4 years, 10). city: by quarter, (4 years,). years: what is judged once a
            year, (years,).
    """

    clusters: Measures
    city: Measures
    years: Measures

    def by_cluster(self) -> dict[str, np.ndarray]:
        """Return every outcome told by cluster, (years, 10)."""
        return {o.name: self._cluster(o) for o in listed(CLUSTER)} if self.clusters else {}

    def _cluster(self, outcome: Outcome) -> np.ndarray:
        if outcome.kind in QUOTIENTS:
            return over(*(yearly(outcome.period, self.clusters[name]) for name in (outcome.part, outcome.whole)))
        return yearly(outcome.period, self.clusters[outcome.name])

    def by_city(self) -> dict[str, np.ndarray]:
        """Return every outcome of the city in its own world, (years,), and the parts that others are made of."""
        if not self.years:
            return {o.name: np.zeros(0) for o in listed(CITY) if not o.against}
        found = dict(self.years) | {o.name: self._city(o) for o in listed(CITY) if not o.against}
        return {name: yearly(OF_THE_YEAR, values) for name, values in self.city.items() if name not in found} | found

    def _city(self, outcome: Outcome) -> np.ndarray:
        if outcome.whole:
            return over(self._sum(outcome.part, outcome.period), self._sum(outcome.whole, outcome.period))
        value = self._sum(outcome.part or outcome.name, outcome.period)
        return value - self._sum(outcome.less, outcome.period) if outcome.less else value

    def _sum(self, name: str, period: str) -> np.ndarray:
        """Return the city's value of something that can be added; what is judged once a year is what it is."""
        if name in self.years:
            return self.years[name]
        if name in self.city:
            return yearly(period, self.city[name])
        total: np.ndarray = yearly(period, self.clusters[name]).sum(axis=1)
        return total


def by_quarter(clusters: Measures) -> dict[str, np.ndarray]:
    """Return every outcome told by cluster, quarter by quarter, (quarters, 10)."""
    if not clusters:
        return {}
    return {
        o.name: over(clusters[o.part], clusters[o.whole]) if o.kind in QUOTIENTS else clusters[o.name]
        for o in listed(CLUSTER)
    }
