"""The city's accounts: the modelled firms plus an exogenous rest that closes the totals of 2021.

The rest (other industry, other sectors) follows its own trend and luck, feels the common demand shock of the world, and
answers with a linkage to how far the modelled industry's real value added is from its path: the demand of the central
outlook with the common shock, at the costs and prices of firms that improve as fast as those outside. Its taxes have a
buoyancy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim.city.city_luck import CityLuck
from sim.firms.costs import UnitCost, own_tax_rates
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.outside.world import World
from sim.setting import Setting
from sim.tables.parameters import Parameters


@dataclass(frozen=True, slots=True)
class CityTotals:
    """City totals of one quarter, million yuan. `gdp_real` and `gdp_real_double` are at 2021 prices."""

    industrial_value_added: float
    gdp: float
    gdp_published: float
    gdp_real: float
    gdp_real_double: float
    tax: float
    local_tax: float


class CityAccounts:
    """Closes the city's totals on those of 2021 and follows them; `account` is called once each quarter, in order."""

    def __init__(self, firms: Firms, numbers: Parameters, technology: Technology, world: World, seed: int) -> None:
        self._numbers, self._world, self._luck = numbers, world, CityLuck(numbers, seed)
        self._exposure = np.array(numbers.by_cluster("cycle_exposure"))
        added = value_added_2021(firms, technology)
        self._start = firms.cluster_sum(added)
        self._rest = numbers.gdp_2021 - float(self._start.sum())
        tax = own_tax_rates(technology.tax_rate, firms.high_tech_title, numbers.high_tech_tax_cut) * np.maximum(
            added, 0.0
        )
        self._taxes = _RestOfTaxes(numbers, float(firms.cluster_sum(tax).sum()))

    def account(self, firms: Firms, setting: Setting, made: Mapping[str, np.ndarray]) -> CityTotals:
        """Return the city's totals of the quarter; `made` is what clusters made and used in it, by outcome."""
        numbers, now, quarter = self._numbers, setting.conditions, setting.quarter
        real, double = real_value_added(firms, setting, made)
        rest = self._rest_index(float(real.sum()), setting)
        tax, local_tax = self._taxes.of(rest * now.deflator, self._luck.tax_administration(quarter.year))
        produced, paid = rest * self._rest * now.season / 4.0, float(made["tax"].sum())
        value_added = float(made["value_added"].sum())
        gdp = value_added + produced * now.deflator
        return CityTotals(
            value_added,
            gdp,
            gdp * self._luck.published(quarter.year),
            float(real.sum()) + produced,
            float(double.sum()) + produced,
            paid + tax * now.season / 4.0,
            numbers.local_tax_share * paid + local_tax * now.season / 4.0,
        )

    def _rest_index(self, real: float, setting: Setting) -> float:
        """Return real value added of the rest over that of 2021, without season."""
        numbers, now, quarter = self._numbers, setting.conditions, setting.quarter
        path = (
            self._start
            * now.usual_ratio
            * self._world.central_trend(quarter)
            * self._world.common_shock(quarter, self._exposure)
        )
        off_path = real / (float(path.sum()) / 4.0 * now.season) - 1.0
        # The common shock is in the path, so that the rest feels it once: by its own exposure.
        felt = float(self._world.common_shock(quarter, np.array(numbers.other_sectors_exposure)))
        trend = (1.0 + numbers.other_sectors_growth) ** setting.years_passed
        return trend * felt * self._luck.other_sectors(quarter) * (1.0 + numbers.linkage * off_path)


class _RestOfTaxes:
    """Taxes of the rest: they grow by the nominal growth of the rest to the power of the year's buoyancy.

    Modelled firms pay statutory rates of value added, so buoyancy belongs to the rest.
    """

    def __init__(self, numbers: Parameters, of_firms: float) -> None:
        self._numbers = numbers
        self._tax = numbers.tax_2021 - of_firms
        self._local = numbers.budget_revenue_2021 - numbers.local_tax_share * of_firms
        self._before = 1.0

    def of(self, nominal: float, luck: float) -> tuple[float, float]:
        """Return all taxes and budget revenue of the rest, a year; `nominal` is its value added over that of 2021."""
        growth, self._before = nominal / self._before, nominal
        self._tax *= growth ** (self._numbers.tax_buoyancy + luck)
        self._local *= growth ** (self._numbers.revenue_buoyancy + luck)
        return self._tax, self._local


def value_added_2021(firms: Firms, technology: Technology) -> np.ndarray:
    """Return value added of each starting firm in 2021, million yuan, without that year's price luck."""
    able = np.where(firms.active, firms.productivity * firms.digital_effect, 1.0)
    bought = UnitCost(technology, firms.cluster, able, firms.energy_intensity).bought
    added: np.ndarray = np.where(firms.active, firms.last_revenue * (1.0 - bought), 0.0)
    return added


def real_value_added(firms: Firms, setting: Setting, made: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return real value added of the quarter by cluster, at 2021 prices: single-deflated, and double-deflated.

    Single: value added over the price of the cluster's products, as offices publish it. Double: output less the inputs
    really used, both at prices of 2021. A firm's yearly margin luck is a price it pays, so it is in neither.
    """
    technology, now = setting.technology, setting.conditions
    luck, bought = firms.cluster_sums([firms.margin_noise * firms.revenue, firms.materials])
    single = (made["value_added"] + luck) / now.output_price
    materials = (bought - luck) / now.input_price
    energy = made["energy_use"] * technology.energy_price
    return single, made["output"] - materials - energy
