"""What comes from outside the city: demand, prices, list thresholds, shocks. No firm can change it.

Paths are drawn once per world for the whole horizon, keyed by quarter, so that a longer run shares its beginning
with a shorter one. 2021 averages are 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from sim import keys
from sim.clusters import COUNT
from sim.inputs import input_output, list_thresholds
from sim.milestones import LISTS
from sim.parameters import Parameters
from sim.quarter import BASE_YEAR, FIRST, Quarter
from sim.technology import Technology

COMMODITIES: tuple[str, ...] = ("metals", "ores", "electricity", "chemicals")
_REVERSION_YEARS = 2  # the boom of 2021 is expected to fade over two years
# From the middle of 2021, whose level the starting state has, to the middle of 2022Q1 are two and a half quarters.
_FIRST_STEP = 2.5
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Conditions:
    """The outside world in one quarter. Arrays hold one value per cluster.

    Attributes:
        demand_growth: log growth of cluster demand since the last quarter, shocks included.
        trend_growth: the part of it that the outlook announces.
        quarters: quarters since the last step (2.5 for the first, else 1).
        season: activity of this quarter over the mean of the year.
        deflator: general price level. wage_index: wage level.
        input_price: price of bought inputs. output_price: price of the cluster's products.
        energy_price: million yuan per tce.
    """

    demand_growth: np.ndarray
    trend_growth: np.ndarray
    quarters: float
    season: float
    deflator: float
    wage_index: float
    input_price: np.ndarray
    output_price: np.ndarray
    energy_price: float


class World:
    """The outside world over the horizon of one replication."""

    def __init__(
        self, numbers: Parameters, technology: Technology, seed: int, until: Quarter,
        *, thresholds: str = "ex-ante", demand_shift: float = 0.0,
    ) -> None:
        self._numbers, self._seed = numbers, seed
        self._quarters = [FIRST + i for i in range(until - FIRST + 1)]
        self._steps = np.ones(len(self._quarters))
        self._steps[0] = _FIRST_STEP
        self._years_passed = np.cumsum(self._steps) / 4.0
        self._demand(demand_shift)
        self._prices(technology)
        self._thresholds = _Thresholds(numbers, seed, thresholds)
        self._seasons = _seasons(numbers)

    def at(self, quarter: Quarter) -> Conditions:
        """Return the conditions of one quarter of the horizon."""
        i = quarter - FIRST
        deflator = float(self._deflator[i])
        return Conditions(
            self._growth[i], self._trend * self._steps[i] / 4.0, float(self._steps[i]),
            self._seasons[quarter.season - 1], deflator, deflator, self._input_price[i], self._output_price[i],
            float(self._energy_price[i]),
        )

    def threshold(self, name: str, year: int) -> float:
        """Return the revenue of year - 1, million yuan, that the list `name` of `year` asks for."""
        return self._thresholds.at(name, year)

    def expected_threshold(self, name: str, year: int) -> float:
        """Return what a firm expects the list of `year` to ask for before it is published, million yuan."""
        return self._thresholds.at(name, year - 1) * (1.0 + self._thresholds.growth(name, year))

    def planned_gdp(self, year: int) -> float:
        """Return planned real GDP of `year` over that of 2021; energy budgets are set on it."""
        return (1.0 + self._numbers.planned_gdp_growth) ** (year - BASE_YEAR)

    def planned_growth(self, year: int) -> np.ndarray:
        """Return each cluster's planned size in `year` over that of 2021: the outlook of early 2022, whatever came after."""
        planned: np.ndarray = (1.0 + np.array(self._numbers.by_cluster("demand_growth"))) ** (year - BASE_YEAR)
        return planned

    def real_trend(self, quarter: Quarter) -> np.ndarray:
        """Return the outlook's demand of each cluster, 2021 average = 1, without shocks."""
        passed: np.ndarray = np.exp(self._trend * self._years_passed[quarter - FIRST])
        return passed

    def years_passed(self, quarter: Quarter) -> float:
        """Return years from the middle of 2021 to the middle of `quarter`."""
        return float(self._years_passed[quarter - FIRST])

    def _normals(self, decision: str, entity: int) -> np.ndarray:
        draws = (keys.uniform(keys.stream(self._seed, decision, q.number), entity) for q in self._quarters)
        return np.array([_NORMAL.inv_cdf(u) for u in draws])

    def _demand(self, shift: float) -> None:
        numbers = self._numbers
        self._trend = np.log1p(np.array(numbers.by_cluster("demand_growth")) + shift)
        common = self._normals("common demand", 0) * numbers.common_shock_spread
        exposure = np.array(numbers.by_cluster("cycle_exposure"))
        own = np.column_stack([self._normals("cluster demand", c) for c in range(COUNT)])
        spread = np.array(numbers.by_cluster("cycle_spread"))
        self._growth = np.outer(self._steps / 4.0, self._trend)
        self._growth = self._growth + np.outer(common, exposure) - (exposure * numbers.common_shock_spread) ** 2 / 2.0
        self._growth = self._growth + _persistent(own, spread, numbers.cluster_shock_persistence)

    def _prices(self, technology: Technology) -> None:
        numbers = self._numbers
        years = self._years_passed
        self._deflator = np.exp(np.log1p(numbers.deflator_growth) * years)
        logs = np.column_stack([self._commodity(i, name) for i, name in enumerate(COMMODITIES)])
        weights = input_output().commodities
        cost = logs @ weights  # rise of unit cost, share of output
        self._input_price = self._deflator[:, None] * np.exp(cost / technology.materials)
        passed_on = _catching_up(cost * np.array(numbers.by_cluster("pass_through")), numbers.price_adjustment)
        progress = np.log1p(numbers.progress) * years
        self._output_price = self._deflator[:, None] * np.exp(passed_on - progress[:, None])
        self._energy_price = numbers.energy_price * self._deflator * np.exp(logs[:, COMMODITIES.index("electricity")])

    def _commodity(self, entity: int, name: str) -> np.ndarray:
        numbers = self._numbers
        drift = numbers[f"{name}_price_drift"] * np.minimum(self._years_passed, _REVERSION_YEARS)
        walk = np.cumsum(self._normals("commodity price", entity) * np.sqrt(self._steps / 4.0))
        path: np.ndarray = drift + numbers.commodity_spread * walk
        return path


def _seasons(numbers: Parameters) -> tuple[float, ...]:
    return tuple(numbers[f"season_q{i}"] for i in range(1, 5))


def _persistent(draws: np.ndarray, spread: np.ndarray, persistence: float) -> np.ndarray:
    """Return shocks to growth that persist, centred so that the expected level stays on the trend."""
    shocks, level = np.empty_like(draws), np.zeros(draws.shape[1])
    steps = np.arange(1, len(draws) + 1)
    echo = (1.0 - persistence**steps) / (1.0 - persistence)
    for i, draw in enumerate(draws):
        level = persistence * level + spread * draw
        shocks[i] = level - (spread * echo[i]) ** 2 / 2.0
    return shocks


def _catching_up(target: np.ndarray, speed: float) -> np.ndarray:
    """Return a path that closes the share `speed` of its gap to `target` each quarter, from zero."""
    path, level = np.empty_like(target), np.zeros(target.shape[1])
    for i, wanted in enumerate(target):
        level = level + speed * (wanted - level)
        path[i] = level
    return path


class _Thresholds:
    """Entry lines of the published lists, by year, drawn year by year from the last known list."""

    def __init__(self, numbers: Parameters, seed: int, outlook: str) -> None:
        self._numbers, self._seed = numbers, seed
        self._known = list_thresholds(BASE_YEAR if outlook == "ex-ante" else None)
        self._cache: dict[tuple[str, int], float] = {}

    def growth(self, name: str, year: int) -> float:
        """Return the expected growth of the line from the list of year - 1 to that of `year`."""
        family = "world_500_usd" if name == "world_500" else "china_500"
        first = year == BASE_YEAR + 1
        return self._numbers[f"{family}_first_growth" if first else f"{family}_growth"]

    def at(self, name: str, year: int) -> float:
        line = self._own_currency(name, year)
        return line * self._exchange_rate(year - 1) if name == "world_500" else line

    def _own_currency(self, name: str, year: int) -> float:
        """Million US dollars for the World 500, million yuan for the others."""
        if (name, year) in self._known:
            return self._known[name, year]
        if (name, year) not in self._cache:
            noise = self._numbers.threshold_noise * self._normal("list line", year, LISTS.index(name))
            before = self._own_currency(name, year - 1)
            self._cache[name, year] = before * (1.0 + self.growth(name, year)) * float(np.exp(noise))
        return self._cache[name, year]

    def _exchange_rate(self, year: int) -> float:
        """Yuan per US dollar, average of the year; 2021 is known, later years are a random walk."""
        later = range(BASE_YEAR + 1, year + 1)
        walk = sum(self._normal("exchange rate", y, 0) for y in later)
        rate = self._numbers.exchange_rate_2021 if year >= BASE_YEAR else self._numbers.exchange_rate_2020
        return rate * float(np.exp(self._numbers.exchange_rate_spread * walk))

    def _normal(self, decision: str, year: int, entity: int) -> float:
        return _NORMAL.inv_cdf(keys.uniform(keys.stream(self._seed, decision, year * 4), entity))
