"""上市支持: an award for a firm that goes public (article p18)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import GO_PUBLIC
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Terms


class ListingSupport(Instrument):
    """Pays once, when the shares are listed."""

    name: ClassVar[str] = "listing_support"
    title_en: ClassVar[str] = "Listing support"
    title_zh: ClassVar[str] = "上市奖励"
    aims: ClassVar[tuple[str, ...]] = ("listed_firms",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("going_public", Kind.LISTED),)

    award: Money = Field(
        18.0,
        description="city and districts together per listing 市区两级每家上市奖励合计 "
        "(600 million yuan in three years for 10-12 listings a year, city government 2020)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Tell firms what a listing brings."""
        if view.quarter.season == GO_PUBLIC:
            terms.add(Kind.LISTED, self.award)

    def claim(self, view: View) -> list[Claim]:
        """Pay the newly listed."""
        events = [event for event in view.events if event.kind is Kind.LISTED]
        return [self.ask("going_public", f"listed in {e.year}", e.rows, self.award, e) for e in events]


INSTRUMENT = ListingSupport
