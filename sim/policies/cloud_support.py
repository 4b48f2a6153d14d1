"""上云奖补: a share of the project that takes a digital firm's core business to the cloud (article p30, p46).

Of the three digital levels the first is the shop floor under numerical control, the second the cloud, the third the
smart factory. So the money goes to firms on the first level, for the project to the second. The text names no amount.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import SUBSIDY, Clause, Spending
from sim.treasury.terms import Terms

FROM_LEVEL = 1


class CloudSupport(Instrument):
    """Pays part of the second digital level when the project is there."""

    name: ClassVar[str] = "cloud_support"
    title_en: ClassVar[str] = "Cloud support"
    title_zh: ClassVar[str] = "上云奖补"
    aims: ClassVar[tuple[str, ...]] = ("industrial_value_added",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("cloud_project", Spending.DIGITAL, SUBSIDY),)

    rate: Share = Field(
        0.1, description="share of a project from the first to the second level 上云项目奖补比例 (assumed, 0-0.3)"
    )
    cap: Money = Field(1.0, description="at most per project 单项上限 (assumed, 0.1-5 million yuan)")

    def announce(self, view: View, terms: Terms) -> None:
        """Promise firms on the first level the share of their next project."""
        whose = view.firms.digital_level == FROM_LEVEL
        terms.support(Spending.DIGITAL, self.name, "cloud_project", self.rate, whose=whose, cap=self.cap)


INSTRUMENT = CloudSupport
