"""What comes from outside the city: demand, prices, list thresholds, shocks. No firm can change it.

Paths are drawn once per world for the whole horizon, keyed by quarter, so that a longer run shares its beginning
with a shorter one. 2021 averages are 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from sim.calendar.quarter import BASE_YEAR, FIRST, Quarter
from sim.calendar.schedule import Schedule
from sim.calendar.year import SEASONS
from sim.firms.commodities import COMMODITIES
from sim.firms.technology import Technology
from sim.outside.list_lines import ListLines
from sim.outside.pressure import CENTRAL, Pressure
from sim.outside.prices import prices_of
from sim.outside.shocks import demand_shocks, normals
from sim.tables.milestones import LISTS
from sim.tables.parameters import Parameters

_REVERSION_YEARS = 2  # the boom of 2021 is expected to fade over two years
# Prices of 2021 are averages of the year: from its middle to the middle of 2022Q1 are two and a half quarters.
_SINCE_2021 = 2.5


@dataclass(frozen=True, slots=True)
class Conditions:
    """The outside world in one quarter. Arrays hold one value per cluster.

    Attributes:
        demand_growth: log growth of cluster demand since the last quarter, shocks included.
        trend_growth: the part of it that the outlook announces.
        season: activity of this quarter over the mean of the year.
        deflator: general price level. wage_index: wage level.
        input_price: price of bought inputs but energy. output_price: price of the cluster's products.
        energy_price: million yuan per tce of the cluster's mix of electricity and coal.
        usual_ratio: value added over sales of a firm that improves as fast as firms outside, over that of 2021, at the
            prices that luck makes and without those that a scenario writes.
    """

    demand_growth: np.ndarray
    trend_growth: np.ndarray
    season: float
    deflator: float
    wage_index: float
    input_price: np.ndarray
    output_price: np.ndarray
    energy_price: np.ndarray
    usual_ratio: np.ndarray


@dataclass(frozen=True, slots=True)
class Progress:
    """What firms outside usually gained since 2021, (quarters, clusters), log.

    Attributes:
        efficiency: output per unit of inputs and labour. saved: fall of energy per unit of output.
        unit_cost: fall of unit cost, passed on in prices.
    """

    efficiency: np.ndarray
    saved: np.ndarray
    unit_cost: np.ndarray


class World:
    """The outside world over the horizon of one replication."""

    def __init__(
        self,
        numbers: Parameters,
        technology: Technology,
        seed: int,
        until: Quarter,
        *,
        progress: Progress | None = None,
        thresholds: str = "ex-ante",
        demand_shift: float | Schedule[float] = 0.0,
        pressure: Pressure = CENTRAL,
    ) -> None:
        self._numbers, self._seed, self._pressure = numbers, seed, pressure
        self._quarters = [FIRST + i for i in range(until - FIRST + 1)]
        self._years_passed = (_SINCE_2021 + np.arange(len(self._quarters))) / 4.0
        still = np.zeros((len(self._quarters), numbers.city_tables.count))
        self._progress = Progress(still, still, still) if progress is None else progress
        common = normals(seed, self._quarters, "common demand", 0) * numbers.common_shock_spread
        self._common = np.cumsum(common)
        self._planned = 1.0 + np.array(numbers.by_cluster("demand_growth"))
        shift = demand_shift if isinstance(demand_shift, Schedule) else Schedule.constant(demand_shift)
        central = np.array([np.array(numbers.by_cluster("demand_growth")) + shift.at(q) for q in self._quarters])
        self._trend = np.log1p(central + pressure.points(numbers, self._quarters))
        self._trend += pressure.swings(numbers, self._quarters)
        self._trend_passed = _passed(self._trend, self._years_passed)
        self._central_passed = _passed(np.log1p(central), self._years_passed)
        self._growth = self._trend / 4.0 + demand_shocks(numbers, seed, self._quarters)
        self._growth += pressure.exports(numbers, self._quarters)
        self._prices(technology)
        self._thresholds = ListLines(numbers, seed, thresholds, pressure)
        self._seasons = _seasons(numbers)

    def at(self, quarter: Quarter) -> Conditions:
        """Return the conditions of one quarter of the horizon."""
        i = quarter - FIRST
        deflator = float(self._deflator[i])
        return Conditions(
            self._growth[i],
            self._trend[i] / 4.0,
            self._seasons[quarter.season - 1],
            deflator,
            deflator,
            self._input_price[i],
            self._output_price[i],
            self._energy_price[i],
            self._usual_ratio[i],
        )

    def growth(self, quarter: Quarter) -> np.ndarray:
        """Return log growth of demand for each cluster's products in a quarter, shocks included."""
        grown: np.ndarray = self._growth[quarter - FIRST]
        return grown

    def threshold(self, name: str, year: int) -> float:
        """Return the revenue of year - 1, million yuan, that the list `name` of `year` asks for."""
        return self._thresholds.at(name, year)

    def expected_threshold(self, name: str, year: int) -> float:
        """Return what a firm expects the list of `year` to ask for before it is published, million yuan."""
        return self._thresholds.at(name, year - 1) * float(np.exp(self._thresholds.growth(name, year)))

    def lines(self, year: int) -> np.ndarray:
        """Return `threshold` of each list, in the order of `LISTS`."""
        return np.array([self.threshold(name, year) for name in LISTS])

    def expected_lines(self, year: int) -> np.ndarray:
        """Return `expected_threshold` of each list, in the order of `LISTS`."""
        return np.array([self.expected_threshold(name, year) for name in LISTS])

    def planned_gdp(self, year: int) -> float:
        """Return planned real GDP (`gdp_real`) of `year` over that of 2021; energy budgets are set on it."""
        return (1.0 + self._numbers.planned_gdp_growth) ** (year - BASE_YEAR)

    def planned_growth(self, year: int) -> np.ndarray:
        """Return each cluster's planned size in `year` over that of 2021:
        the outlook of early 2022, whatever came after.
        """
        planned: np.ndarray = self._planned ** (year - BASE_YEAR)
        return planned

    def real_trend(self, quarter: Quarter) -> np.ndarray:
        """Return the outlook's demand of each cluster, 2021 average = 1, without shocks."""
        passed: np.ndarray = np.exp(self._trend_passed[quarter - FIRST])
        return passed

    def central_trend(self, quarter: Quarter) -> np.ndarray:
        """Return the same of the central outlook, without the booms and slumps that are written over it."""
        passed: np.ndarray = np.exp(self._central_passed[quarter - FIRST])
        return passed

    def common_shock(self, quarter: Quarter, exposure: np.ndarray) -> np.ndarray:
        """Return the factor by which the common demand shock has moved what is exposed to it, 1 on average."""
        spread, passed = self._numbers.common_shock_spread, quarter - FIRST + 1
        factor: np.ndarray = np.exp(exposure * self._common[passed - 1] - (exposure * spread) ** 2 / 2.0 * passed)
        return factor

    def years_passed(self, quarter: Quarter) -> float:
        """Return years from the middle of 2021 to the middle of `quarter`."""
        return float(self._years_passed[quarter - FIRST])

    def _prices(self, technology: Technology) -> None:
        numbers = self._numbers
        years, quarters = self._years_passed, self._quarters
        self._deflator = np.exp(np.log1p(numbers.deflator_growth) * years)
        logs = np.column_stack([self._commodity(i, name) for i, name in enumerate(COMMODITIES)])
        prices = partial(prices_of, numbers, technology, self._progress.efficiency, self._progress.saved)
        central = prices(self._progress.unit_cost, logs, np.zeros_like(self._trend))
        dearer, parts = self._pressure.commodities(quarters), self._pressure.core_parts(numbers, technology, quarters)
        written = dearer.any() or parts.any()
        faced = prices(self._progress.unit_cost, logs + dearer, parts) if written else central
        general = self._deflator[:, None]
        self._input_price = general * (1.0 + faced.materials / technology.materials)
        self._energy_price = numbers.energy_price * general * (1.0 + faced.energy / technology.energy)
        self._output_price = general * faced.price
        self._usual_ratio = central.ratio

    def _commodity(self, entity: int, name: str) -> np.ndarray:
        numbers = self._numbers
        drift = numbers[f"{name}_price_drift"] * np.minimum(self._years_passed, _REVERSION_YEARS)
        draws = normals(self._seed, self._quarters, "commodity price", entity)
        walk = np.cumsum(draws * np.sqrt(np.diff(self._years_passed, prepend=0.0)))
        # Centred, so that the expected price stays on the drift.
        path: np.ndarray = (
            drift + numbers.commodity_spread * walk - numbers.commodity_spread**2 / 2.0 * self._years_passed
        )
        return path


def _passed(rates: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Return growth since the middle of 2021: today's rate for all years passed,
    less what earlier quarters grew otherwise.
    """
    before = np.zeros_like(rates)  # in this form a rate that never changes loses nothing to rounding
    before[1:] = np.cumsum((rates[:-1] - rates[1:]) * years[:-1, None], axis=0)
    passed: np.ndarray = rates * years[:, None] + before
    return passed


def _seasons(numbers: Parameters) -> tuple[float, ...]:
    return tuple(numbers[name] for name in SEASONS)


def past(numbers: Parameters, technology: Technology, seed: int, quarters: int) -> list[Conditions]:
    """Return the conditions of the quarters before the start: demand grows like the outlook, with shocks; prices are
    those of 2021.
    """
    before = [FIRST + i for i in range(-quarters, 0)]
    trend = np.log1p(np.array(numbers.by_cluster("demand_growth"))) / 4.0
    growth = trend + demand_shocks(numbers, seed, before)
    seasons, ones = _seasons(numbers), np.ones(numbers.city_tables.count)
    return [
        Conditions(
            growth[i], trend, seasons[quarter.season - 1], 1.0, 1.0, ones, ones, ones * technology.energy_price, ones
        )
        for i, quarter in enumerate(before)
    ]
