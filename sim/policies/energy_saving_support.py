"""节能改造奖补: yuan per tce that an energy-saving project saves a year (article p31, p63).

The text gives no amount. Fuzhou paid 300 yuan per tce in 2018 and Beijing 600 in 2015, neighbours capped a project at
one to four million yuan, and nobody paid above 30 % of what it cost. A third of what is saved comes back as use
(`rebound`), which no programme counts: it pays for what the project saves, as here.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.firms.energy_use import saved_by_one
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import SUBSIDY, Clause, Spending
from sim.treasury.terms import Terms


class EnergySavingSupport(Instrument):
    """Pays when the project is there, for one project of a firm a quarter."""

    name: ClassVar[str] = "energy_saving_support"
    title_en: ClassVar[str] = "Energy-saving support"
    title_zh: ClassVar[str] = "节能改造奖补"
    aims: ClassVar[tuple[str, ...]] = ("energy_for_2021_output",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("saving", Spending.ENERGY_SAVING, SUBSIDY),)

    per_tce: Money = Field(
        0.0004,
        description="money per tce saved a year, before rebound 每吨标准煤年节能量奖补（未计回弹） "
        "(neighbours: 300-600 yuan)",
    )
    share: Share = Field(
        0.3, description="at most this share of the project 不超过项目投资的比例 (Fuzhou 2018, Tianjin: 30 %)"
    )
    cap: Money = Field(
        1.5, description="at most per firm and quarter 每户每季上限 (Fuzhou 2018; neighbours: 1-4 million yuan)"
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise firms the reward for what a project of one of their processes saves."""
        numbers = view.numbers
        saved = saved_by_one(view.firms, numbers.energy_saving, numbers.energy_process)
        most = np.minimum(self.per_tce * saved, self.cap)
        terms.support(Spending.ENERGY_SAVING, self.name, "saving", self.share, whose=most > 0.0, cap=most)


INSTRUMENT = EnergySavingSupport
