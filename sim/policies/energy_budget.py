"""用能预算管理: a yearly energy cap from the intensity target on planned GDP, cluster budgets, firm quotas (article p31)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.quarter import BASE_YEAR
from sim.terms import EnergyBudget, Terms
from sim.units import Energy, Share

_QUARTERS = 4.0


class EnergyBudgetManagement(Instrument):
    """Rationing by one rule: clusters by their use of 2021, key users of a cluster alike."""

    name: ClassVar[str] = "energy_budget"
    title_en: ClassVar[str] = "Energy-use budget"
    title_zh: ClassVar[str] = "用能预算管理"

    intensity_target: Share = Field(
        0.032, le=0.2, description="fall of energy per real GDP a year 单位GDP能耗年降幅 (city target: 15 % in five years)"
    )
    extra_tightening: Share = Field(0.0, le=0.5, description="cut of the cap beyond the target 额外收紧 (lever)")
    coverage: Energy = Field(5_000.0, description="firms from this use a year are key users 重点用能单位门槛 (national practice)")
    hand_on_slack: bool = Field(True, description="hand energy that a cluster does not want to short ones 余量调剂 (assumed)")

    def cap(self, view: View) -> float:
        """Return the ten clusters' cap of the quarter, tce."""
        years = view.quarter.year - BASE_YEAR
        target = (1.0 - self.intensity_target) ** years * view.planned_gdp * (1.0 - self.extra_tightening)
        return float(view.energy_2021.sum()) * target / _QUARTERS * view.season

    def announce(self, view: View, terms: Terms) -> None:
        """Put the quarter's budget in force."""
        shares = view.energy_2021 / view.energy_2021.sum()
        terms.set_energy(EnergyBudget(self.cap(view), shares, self.coverage, self.hand_on_slack))


INSTRUMENT = EnergyBudgetManagement
