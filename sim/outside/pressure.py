"""What a scenario writes of the world outside, over its central outlook: booms and slumps of clusters, prices, the
exchange rate, list lines, exports, and core parts from abroad.

The central outlook already holds what was expected, so only what is written over it moves anything: where nothing is
written every path here is nought, and the world is the central one to the last bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.calendar.quarter import BASE_YEAR, Quarter
from sim.calendar.schedule import Schedule, mean_of_year
from sim.firms.commodities import COMMODITIES
from sim.firms.technology import Technology
from sim.outside.shocks import spread_of_a_year
from sim.tables.parameters import Parameters

SWINGS = {"central": 0.0, "boom": 1.0, "slump": -1.0}  # times the size of a boom
_NOTHING = Schedule.constant(0.0)


@dataclass(frozen=True, slots=True)
class Pressure:
    """What is written over the central outlook, from a quarter on where it is a path; shares over the central path.

    Attributes:
        demand: by cluster, points of growth a year (share) added to its trend, or a word of `SWINGS`.
        prices: by commodity, its price. exchange_rate: yuan per US dollar.
        world_500_line: dollars that the World 500 asks for. export_demand: what buyers abroad order.
        core_parts_price: price of core parts from abroad, in the currency of their makers.
    """

    demand: Mapping[str, Schedule[Any]] = field(default_factory=dict)
    prices: Mapping[str, Schedule[float]] = field(default_factory=dict)
    exchange_rate: Schedule[float] = _NOTHING
    world_500_line: Schedule[float] = _NOTHING
    export_demand: Schedule[float] = _NOTHING
    core_parts_price: Schedule[float] = _NOTHING

    def line_over_central(self, year: int) -> float:
        """Return the World 500 line of the list of `year`, in dollars, over its central path."""
        return _over_central(self.world_500_line, year)

    def rate_over_central(self, year: int) -> float:
        """Return the mean exchange rate of `year` over its central path."""
        return _over_central(self.exchange_rate, year)

    def points(self, numbers: Parameters, quarters: Sequence[Quarter]) -> np.ndarray:
        """Return what is written in figures: points of growth a year by quarter and cluster, shares."""
        return self._of_demand(numbers, quarters, lambda said: 0.0 if isinstance(said, str) else said)

    def swings(self, numbers: Parameters, quarters: Sequence[Quarter]) -> np.ndarray:
        """Return booms and slumps: log growth a year by quarter and cluster.

        A boom is `boom_size` standard deviations of what a cluster's own luck makes of its growth over four quarters.
        """
        size = spread_of_a_year(np.array(numbers.by_cluster("cycle_spread")), numbers.cluster_shock_persistence)
        words = self._of_demand(numbers, quarters, lambda said: SWINGS[said] if isinstance(said, str) else 0.0)
        swings: np.ndarray = words * numbers.boom_size * size
        return swings

    def exports(self, numbers: Parameters, quarters: Sequence[Quarter]) -> np.ndarray:
        """Return log growth of demand by quarter and cluster by which exports leave their central path.

        Demand over its central path = 1 - share + share x (1 + orders from abroad) x (1 + exchange rate) ^ elasticity
        """
        orders, rate = _along(self.export_demand, quarters), _along(self.exchange_rate, quarters)
        abroad = (1.0 + orders) * (1.0 + rate) ** numbers.export_elasticity - 1.0
        level = np.log1p(np.outer(abroad, np.array(numbers.by_cluster("export_share"))))
        return np.diff(level, axis=0, prepend=0.0)

    def commodities(self, quarters: Sequence[Quarter]) -> np.ndarray:
        """Return log prices over their central paths by quarter and commodity, in the order of `COMMODITIES`."""
        return np.column_stack([np.log1p(_along(self.prices.get(name, _NOTHING), quarters)) for name in COMMODITIES])

    def core_parts(self, numbers: Parameters, technology: Technology, quarters: Sequence[Quarter]) -> np.ndarray:
        """Return by how much core parts from abroad raise the cost of a yuan of output, by quarter and cluster.

        While they are dearer than on the central path firms come to buy `core_parts_replaced` of them a year at home,
        at the price of before, and stay there.
        """
        abroad, rate = _along(self.core_parts_price, quarters), _along(self.exchange_rate, quarters)
        dearer = (1.0 + abroad) * (1.0 + rate) - 1.0
        passed: np.ndarray = np.cumsum(dearer > 0.0) - (dearer > 0.0)  # quarters before, in which they were
        still_abroad = (1.0 - numbers.core_parts_replaced / 4.0) ** passed
        bought = technology.materials * np.array(numbers.by_cluster("core_parts_share"))
        return np.outer(dearer * still_abroad, bought)

    def _of_demand(
        self, numbers: Parameters, quarters: Sequence[Quarter], meant: Callable[[str | float], float]
    ) -> np.ndarray:
        found = np.zeros((len(quarters), numbers.city_tables.count))
        for place, cluster in enumerate(numbers.city_tables.identifiers):
            if cluster in self.demand:
                found[:, place] = [meant(self.demand[cluster].at(quarter)) for quarter in quarters]
        return found


CENTRAL = Pressure()


def _along(path: Schedule[float], quarters: Sequence[Quarter]) -> np.ndarray:
    return np.array([path.at(quarter) for quarter in quarters])


def _over_central(path: Schedule[float], year: int) -> float:
    """Return the mean of a year over the central path; years until 2021 are known."""
    return 1.0 + mean_of_year(path, year) if year > BASE_YEAR else 1.0
