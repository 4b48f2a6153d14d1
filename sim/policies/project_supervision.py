"""重大项目督查: weekly, monthly and quarterly rounds take delays off newcomers' plants under way (article p18).

The text names the rounds (周巡查、月通报、季督查) and neither a cost nor an effect: both are assumed, apart from each
other. Nothing that a plant does earns the money.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class ProjectSupervision(Instrument):
    """Shortens building by a share of what lies beyond the shortest building time, as far as the rounds were paid."""

    name: ClassVar[str] = "project_supervision"
    title_en: ClassVar[str] = "Supervision of major projects"
    title_zh: ClassVar[str] = "重大项目督查"
    aims: ClassVar[tuple[str, ...]] = ("industrial_value_added",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("rounds", Basis.UNCONDITIONAL, SERVICE),)

    share: Share = Field(
        0.2,
        le=0.9,
        description="share taken off building delays, which are what lies beyond the shortest building time "
        "缩短的建设延误比例（延误指超出最短建设期的部分） (assumed, 0-0.4)",
    )
    amount_a_year: Money = Field(
        10.0, description="cost of the rounds a year 督查年度经费 (assumed, 2-30 million yuan)"
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay the rounds of the quarter."""
        cost, share = self.amount_a_year / QUARTERS, self.share
        return [self.ask_outside("rounds", "rounds of the quarter", cost, buys=share)] if share else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Take delays off, as far as the rounds were paid."""
        share = float(self.bought(view)[1].sum())
        terms.newcomers.hasten(min(share, self.share))  # rounds that waited and are paid together are one


INSTRUMENT = ProjectSupervision
