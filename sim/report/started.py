"""A starting state against the facts of its city: what several measures read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sim.firms.costs import UnitCost
from sim.firms.technology import Technology
from sim.report.fact_table import given_for, value_of
from sim.start.state import Start
from sim.tables.city_tables import CityTables
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI, TCE_PER_WAN

OUTPUT, RATIO = "output_city", "value_added_above_scale"  # rows that say how much is made outside the clusters


@dataclass(frozen=True)
class Started:
    """A starting state and the numbers it was built from."""

    start: Start
    numbers: Parameters

    @property
    def city_tables(self) -> CityTables:
        """The city's tables."""
        return self.numbers.city_tables

    @cached_property
    def above(self) -> np.ndarray:
        """Revenue of above-scale firms, million yuan; nought for others."""
        revenue = self.start.firms.last_revenue
        found: np.ndarray = np.where(revenue >= ABOVE_SCALE_LINE, revenue, 0.0)
        return found

    @cached_property
    def output(self) -> np.ndarray:
        """Output of above-scale firms by cluster, 100 million yuan."""
        found: np.ndarray = self.start.firms.cluster_sum(self.above) / MILLION_PER_YI
        return found

    @cached_property
    def rest(self) -> float:
        """Above-scale output outside the clusters, 100 million yuan."""
        return value_of(self.city_tables, OUTPUT) - float(self.start.output_2021.sum()) / MILLION_PER_YI

    @cached_property
    def rest_added(self) -> float:
        """Above-scale value added outside the clusters, million yuan."""
        whole = value_of(self.city_tables, OUTPUT) * MILLION_PER_YI
        ratio = given_for(self.city_tables, RATIO)
        return ratio * (whole - float(self.start.output_2021.sum()))

    @cached_property
    def used(self) -> np.ndarray:
        """Energy of above-scale firms by cluster, tce."""
        firms = self.start.firms
        use = np.where(firms.last_revenue >= ABOVE_SCALE_LINE, firms.last_revenue * firms.energy_intensity, 0.0)
        found: np.ndarray = firms.cluster_sum(use)
        return found

    @cached_property
    def energy(self) -> float:
        """Energy of all above-scale industry, tce."""
        return self.numbers.industrial_energy * TCE_PER_WAN

    @cached_property
    def cost(self) -> UnitCost:
        """Unit costs of active firms."""
        firms, rows = self.start.firms, self.start.firms.active
        technology = Technology.of(self.numbers)
        return UnitCost(technology, firms.cluster[rows], firms.productivity[rows], firms.energy_intensity[rows])

    @cached_property
    def added(self) -> np.ndarray:
        """Value added by row, million yuan."""
        firms = self.start.firms
        found = np.zeros(firms.rows)
        found[firms.active] = (1.0 - self.cost.bought) * firms.last_revenue[firms.active]
        return found

    @cached_property
    def tax(self) -> float:
        """All taxes of modelled firms, million yuan."""
        return float(self.start.firms.last_local_tax.sum()) / self.numbers.local_tax_share
