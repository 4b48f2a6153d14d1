"""Cost structure of each cluster at 2021 prices, closed so that the ratios of one yuan of output add up to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.firms import commodities
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI, TCE_PER_WAN

_HIGHEST_PRODUCTIVITY = 2.0  # a firm with more research or margin than this allows earns less than it was drawn
_MOST_STOCK = 2.0  # research stock over that of a market that stands still


@dataclass(frozen=True, slots=True)
class Technology:
    """Per cluster (arrays of one value each), per yuan of output of a firm at the cluster's norm (productivity 1).

    Attributes:
        capital_output: fixed capital per yuan of annual output.
        energy_intensity: tce per million yuan of output in 2021.
        energy_price: million yuan per tce in 2021.
        energy: energy bill. materials: bought inputs but energy. wages: wages.
        commodities: what of energy and materials is a commodity, (5, clusters),
            in the order of `sim.firms.commodities.COMMODITIES`.
        tax, research: taxes and research. profit: profit margin.
        debt_ratio: debt per yuan of capital. depreciation, loan_rate: a year.
    """

    capital_output: np.ndarray
    energy_intensity: np.ndarray
    energy_price: float
    energy: np.ndarray
    materials: np.ndarray
    commodities: np.ndarray
    wages: np.ndarray
    tax_rate: float
    research: np.ndarray
    profit: np.ndarray
    debt_ratio: np.ndarray
    depreciation: float
    loan_rate: float

    @classmethod
    def of(cls, numbers: Parameters) -> Technology:
        """Build the cost structure; wages are the residual (see docs/model.md, accounts)."""
        capital_output = np.array(numbers.by_cluster("capital_output"))
        intensity = usual_intensity(numbers)
        energy = intensity * numbers.energy_price
        value_added = np.array(numbers.by_cluster("value_added_ratio")) * numbers.value_added_scale
        research = np.array(numbers.by_cluster("research_norm"))
        profit = np.array(numbers.by_cluster("profit_margin"))
        debt_ratio = np.array(numbers.by_cluster("debt_ratio"))
        capital_cost = (numbers.depreciation + numbers.loan_rate * debt_ratio) * capital_output
        after_costs = value_added * (1.0 - numbers.tax_rate) - capital_cost - research
        profit = np.minimum(profit, after_costs - numbers.wage_floor * value_added)
        wages = after_costs - profit
        return cls(
            capital_output,
            intensity,
            numbers.energy_price,
            energy,
            1.0 - value_added - energy,
            commodities.bought(numbers, energy),
            wages,
            numbers.tax_rate,
            research,
            profit,
            debt_ratio,
            numbers.depreciation,
            numbers.loan_rate,
        )

    @property
    def highest_margin(self) -> np.ndarray:
        """Highest profit margin a firm can be given, share of output; beyond it inputs would be nearly free."""
        bought = self.materials * (1.0 - self.tax_rate) + self.wages
        return self.profit + bought / 2.0

    @property
    def variable(self) -> np.ndarray:
        """What moves with efficiency: bought inputs but energy, and wages."""
        return self.materials + self.wages

    def usual_research_stock(self, numbers: Parameters) -> np.ndarray:
        """Research stock per yuan of annual output of a firm that does the norm and grows with its cluster."""
        growth = np.log1p(np.array(numbers.by_cluster("demand_growth")))
        stock: np.ndarray = self.research / falls_behind(numbers.research_wear, growth)
        return stock

    def productivity_for_margin(
        self, cluster: np.ndarray, margin: np.ndarray, energy: np.ndarray, research: np.ndarray
    ) -> np.ndarray:
        """Return the productivity at which firms earn a profit margin,
        given their own energy and research (shares of output).
        """
        fixed = (self.depreciation + self.loan_rate * self.debt_ratio) * self.capital_output
        room = (1.0 - energy) * (1.0 - self.tax_rate) - fixed[cluster] - research - margin
        bought = self.materials[cluster] * (1.0 - self.tax_rate) + self.wages[cluster]
        return bought / np.maximum(room, bought / _HIGHEST_PRODUCTIVITY)

    def productivity_for_value_added(self, cluster: np.ndarray, added: np.ndarray, energy: np.ndarray) -> np.ndarray:
        """Return the productivity at which firms have a value added, given their own energy (shares of output)."""
        found: np.ndarray = self.materials[cluster] / (1.0 - added - energy)
        return found


def falls_behind(wear: float, growth: np.ndarray) -> np.ndarray:
    """Return how fast a research stock falls behind a firm's sales: it fades, and sales grow.

    In a market that shrinks the stock gains on sales; the norm asks for no more than twice what research sustains in a
    still one.
    """
    speed: np.ndarray = np.maximum(wear + growth, wear / _MOST_STOCK)
    return speed


_ENERGY_BILL = (
    "energy_price",
    "industrial_energy",
)  # what of the cost structure a replication draws beside value added


def without_room(city_tables: CityTables, held: Mapping[str, float]) -> dict[str, float]:
    """Return clusters whose value added and energy leave less than the commodities they buy, each with what is left,
    share of output.

    Numbers not in `held` are the table's, those of the energy bill at the high end of what replications draw.
    """
    highest = {name: city_tables.numbers[name].high for name in _ENERGY_BILL}
    found = Technology.of(Parameters(city_tables).replace({**highest, **held}))
    least = found.commodities[list(commodities.MATERIALS)].sum(axis=0)
    return {city_tables.identifiers[c]: float(found.materials[c]) for c in np.flatnonzero(found.materials < least)}


def usual_intensity(numbers: Parameters) -> np.ndarray:
    """Return energy of each cluster over its output, tce per million yuan."""
    energy = np.array(numbers.by_cluster("energy_share")) * numbers.industrial_energy * TCE_PER_WAN
    return energy / (np.array(numbers.by_cluster("output_2021")) * MILLION_PER_YI)
