"""绿色工厂、循环经济: an award for the green factory, and money for circular parks; both order equipment (article p31,
p55, p60).

The text gives no amount; Fuzhou paid 500,000 yuan for a national green factory in 2018. Simplified: a firm is a green
factory once it has done an energy-saving project that is large enough while its energy per output lies below the mean
of its cluster's firms; it is awarded once. What such projects and circular parks order comes in part from the city's
makers of such equipment, those of clusters with the role `environment`, beyond what they would have sold anyway
(`green_orders`, whose range goes through zero: they may buy elsewhere, or crowd out other customers).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.clusters import Role
from sim.tables.units import DUST, Money, Share
from sim.treasury.claims import SUBSIDY, Basis, Claim, Clause, Spending
from sim.treasury.terms import Terms

_AWARD = "green_factory"


class GreenFactories(Instrument):
    """Awards a green factory once, and pays for circular parks; the makers of the equipment get orders."""

    name: ClassVar[str] = "green_factories"
    title_en: ClassVar[str] = "Green factories and circular economy"
    title_zh: ClassVar[str] = "绿色工厂与循环经济"
    aims: ClassVar[tuple[str, ...]] = ("energy_for_2021_output",)
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause(_AWARD, Spending.ENERGY_SAVING, SUBSIDY),
        Clause("circular_parks", Basis.UNCONDITIONAL),
    )

    award: Money = Field(0.5, description="award for a green factory, once 绿色工厂一次性奖励 (Fuzhou 2018)")
    share: Share = Field(
        0.3, description="at most this share of its project 不超过项目投资的比例 (assumed: as for saving)"
    )
    floor: Money = Field(2.0, description="smallest project that counts 项目最低投资额 (assumed, 0.5-20 million yuan)")
    circular_a_year: Money = Field(
        20.0,
        le=10_000,
        description="money for circular parks a year 园区循环化改造每年资金 (assumed, 0-100 million yuan)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise the award to firms that use less energy than others of their cluster and never had it."""
        whose = self._better(view) & ~self._had(view)
        if self.award:
            promised = {"floor": self.floor, "cap": self.award}
            terms.support(Spending.ENERGY_SAVING, self.name, _AWARD, self.share, whose=whose, **promised)

    def claim(self, view: View) -> list[Claim]:
        """Pay circular parks a quarter of the year's money."""
        money = self.circular_a_year / QUARTERS
        return [self.ask_outside("circular_parks", "circular parks of the year", money, buys=money)] if money else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Order equipment: of what circular parks were paid now, and of what last quarter's green factories spent."""
        firms = view.firms
        spent = float(firms.energy_saving_spending[self._awarded(view, view.quarter + -1)].sum())
        orders = view.numbers.green_orders * (spent + float(self.bought(view)[1].sum()))
        makers = np.flatnonzero(view.with_role(Role.ENVIRONMENT) & firms.active)
        sold = float(firms.revenue[makers].sum())
        if orders and sold > 0.0:
            terms.add("purchase", orders / sold, makers)

    def _better(self, view: View) -> np.ndarray:
        """Return a mask of firms in business that use less energy per output than the mean of their cluster."""
        firms = view.firms
        made = np.where(firms.active, firms.expected_demand, 0.0)
        mean = firms.cluster_sum(made * firms.energy_intensity) / np.maximum(firms.cluster_sum(made), DUST)
        better: np.ndarray = firms.active & (firms.energy_intensity < mean[firms.cluster])
        return better

    def _had(self, view: View) -> np.ndarray:
        """Return a mask of firms that were awarded before, or whose award waits."""
        had = self.awaited(view)
        for past in range(1, view.quarter - FIRST + 1):
            had[self._awarded(view, view.quarter + -past)] = True
        return had

    def _awarded(self, view: View, quarter: Quarter) -> np.ndarray:
        """Return the rows of firms that were awarded in a quarter."""
        rows = [payment.rows for payment in view.payments(self.name, quarter) if payment.clause == _AWARD]
        return np.concatenate([np.zeros(0, dtype=np.int64), *rows])


INSTRUMENT = GreenFactories
