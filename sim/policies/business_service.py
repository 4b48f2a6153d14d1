"""营商服务: fewer days to register, to be connected to the grid and to be permitted to build (article p18, p21-p26).

What waiting takes today is part of the building time of every world. The days that are saved bring capacity forward by
as much; they make nothing else cheaper or better. The article names days for registering alone.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import DAYS_A_QUARTER, QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class BusinessService(Instrument):
    """Saves shares of today's days as far as the windows were paid, that of registering for newcomers' plants alone."""

    name: ClassVar[str] = "business_service"
    title_en: ClassVar[str] = "Service to firms"
    title_zh: ClassVar[str] = "营商服务"
    aims: ClassVar[tuple[str, ...]] = ("industrial_value_added",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("windows", Basis.UNCONDITIONAL, SERVICE),)

    register_saved: Share = Field(
        0.5,
        description="share of the days to register that is saved 企业开办用时压减比例 "
        "(assumed; article p23: 0.6 working days in 2021, half a day for 84 % of firms)",
    )
    connection_saved: Share = Field(
        0.5,
        description="share of the days to be connected to the grid that is saved 接电用时压减比例 "
        "(article p24: schemes are made twice as fast)",
    )
    permit_saved: Share = Field(
        0.5,
        description="share of the days from handover of land to building permits that is saved "
        "交地至各证齐备用时压减比例 (assumed; article p25: 8 of 141 plots had three permits at handover in 2021)",
    )
    amount_a_year: Money = Field(
        7.0,
        description="cost of windows and free seals a year 窗口及免费刻章年度经费 "
        "(derived from article p23: seals of more than 10 million yuan since July 2020)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay the windows of the quarter."""
        saves = self.register_saved or self.connection_saved or self.permit_saved
        return [self.ask_outside("windows", "windows open", self.amount_a_year / QUARTERS, buys=1.0)] if saves else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Save days, as far as the windows of the quarter were paid."""
        numbers, paid = view.numbers, min(float(self.bought(view)[1].sum()), 1.0)
        days = paid * (self.connection_saved * numbers.connection_days + self.permit_saved * numbers.permit_days)
        terms.days_saved += days
        terms.newcomers.forward += (days + paid * self.register_saved * numbers.register_days) / DAYS_A_QUARTER


INSTRUMENT = BusinessService
