"""The city's accounts: the modelled firms plus an exogenous rest that closes the totals of 2021.

The rest (other industry, other sectors) follows its own trend, with a linkage to how far the modelled industry's
value added is from the path of the outlook.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.firms import Firms
from sim.parameters import Parameters
from sim.setting import Setting
from sim.technology import Technology


@dataclass(frozen=True, slots=True)
class Accounts:
    """City totals of one quarter, million yuan; `real` at 2021 prices."""

    industrial_value_added: float
    gdp: float
    gdp_real: float
    tax: float
    local_tax: float


class City:
    """Closes the city's totals on those of 2021 and follows them."""

    def __init__(self, firms: Firms, numbers: Parameters, technology: Technology) -> None:
        self._numbers = numbers
        self._ratio = 1.0 - technology.materials - technology.energy
        self._start = firms.cluster_sum(firms.last_revenue) * self._ratio
        modelled = float(self._start.sum())
        self._rest = numbers.gdp_2021 - modelled
        self._rest_tax = numbers.tax_2021 - technology.tax_rate * modelled
        self._rest_local_tax = numbers.budget_revenue_2021 - numbers.local_tax_share * technology.tax_rate * modelled

    def account(self, firms: Firms, setting: Setting, real_trend: np.ndarray) -> Accounts:
        """Return the city's totals of the quarter; `real_trend` is the outlook's demand by cluster, 2021 = 1."""
        numbers, now = self._numbers, setting.conditions
        value_added = float(firms.cluster_sum(firms.value_added).sum())
        real = float((firms.cluster_sum(firms.output) * self._ratio).sum())
        reference = float((self._start * real_trend).sum()) / 4.0 * now.season
        grown = (1.0 + numbers.other_sectors_growth) ** setting.years_passed
        rest = grown * (1.0 + numbers.linkage * (real / reference - 1.0)) / 4.0 * now.season
        tax = float(firms.cluster_sum(firms.tax).sum())
        return Accounts(
            value_added,
            value_added + self._rest * rest * now.deflator,
            real + self._rest * rest,
            tax + self._rest_tax * rest * now.deflator,
            numbers.local_tax_share * tax + self._rest_local_tax * rest * now.deflator,
        )
