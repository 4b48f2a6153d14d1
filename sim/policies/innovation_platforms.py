"""创新平台与标准: public money for platforms, institutes and standards raises the chance of success (article p29, p39).

The text gives neither an amount nor an effect: both are assumed. No event earns the money, so it is unconditional.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.terms import Terms


class InnovationPlatforms(Instrument):
    """Pays platforms, which are none of the modelled firms; all firms that do research may use them."""

    name: ClassVar[str] = "innovation_platforms"
    title_en: ClassVar[str] = "Innovation platforms"
    title_zh: ClassVar[str] = "创新平台与标准"
    aims: ClassVar[tuple[str, ...]] = ("first_sets", "industrial_value_added")
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("platforms", Basis.UNCONDITIONAL),)

    amount_a_year: Money = Field(200.0, description="money a year 每年资金 (assumed, 50-500 million yuan)")
    success_support: Share = Field(
        0.03,
        le=0.5,
        description="share added to firms' chance of success 创新成功率提高比例 (assumed, 0-0.1)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay platforms a quarter of the year's money."""
        money, helps = self.amount_a_year / QUARTERS, self.success_support
        return [self.ask_outside("platforms", "platforms of the year", money, buys=helps)]

    def deliver(self, view: View, terms: Terms) -> None:
        """Raise the chance of success of every firm, as far as platforms were paid."""
        support = float(self.bought(view)[1].sum())
        if support:
            terms.add("success_support", support)


INSTRUMENT = InnovationPlatforms
