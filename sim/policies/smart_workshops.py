"""智能车间、智能工厂: an award for a newly recognised smart workshop or smart factory (article p30).

The text of 2022 wants more of them and gives no amount; the city's rule of March 2021 paid 0.3 million yuan for a
workshop and 0.5 million for a factory.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.milestones import SMART_TITLES, Kind
from sim.tables.units import Money
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Terms


class SmartWorkshops(Instrument):
    """Pays once per title; who is not digital enough yet reckons with its chance to win one."""

    name: ClassVar[str] = "smart_workshops"
    title_en: ClassVar[str] = "Smart-workshop awards"
    title_zh: ClassVar[str] = "智能车间、智能工厂奖励"
    aims: ClassVar[tuple[str, ...]] = ("smart_workshop_firms", "smart_factory_firms")
    clauses: ClassVar[tuple[Clause, ...]] = tuple(Clause(title.value, title) for title in SMART_TITLES)

    award_workshop: Money = Field(0.3, description="smart workshop 智能车间奖励 (the city's rule of 2021)")
    award_factory: Money = Field(0.5, description="smart factory 智能工厂奖励 (the city's rule of 2021)")

    def awards(self) -> dict[Kind, float]:
        """Return the award per title, million yuan."""
        return dict(zip(SMART_TITLES, (self.award_workshop, self.award_factory), strict=True))

    def announce(self, view: View, terms: Terms) -> None:
        """Tell firms what a title would bring."""
        for title, award in self.awards().items():
            terms.add(title, award)

    def claim(self, view: View) -> list[Claim]:
        """Pay newly recognised titles."""
        awards = self.awards()
        return [
            self.ask(e.kind, f"recognised in {e.year}", e.rows, awards[e.kind], e)
            for e in view.events
            if e.kind in awards
        ]


INSTRUMENT = SmartWorkshops
