"""专精特新: an award for a newly recognised champion, national or provincial little giant (article p10)."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import TITLE_ROUND
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import TITLES, Kind
from sim.tables.units import Money
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Terms


class SpecialisedEnterprise(Instrument):
    """The full maximum is paid once per title."""

    name: ClassVar[str] = "specialised_enterprise"
    title_en: ClassVar[str] = "Specialised-enterprise awards"
    title_zh: ClassVar[str] = "专精特新奖励"
    aims: ClassVar[tuple[str, ...]] = ("provincial_little_giants", "national_little_giants", "champions")
    clauses: ClassVar[tuple[Clause, ...]] = tuple(Clause(title.value, title) for title in TITLES)

    max_award_champion: Money = Field(2.0, description="manufacturing champion 制造业单项冠军 (article p10)")
    max_award_national_little_giant: Money = Field(1.0, description="national little giant 国家级小巨人 (article p10)")
    max_award_provincial_little_giant: Money = Field(
        0.5, description="provincial little giant 省级小巨人 (article p10)"
    )
    pay_again: bool = Field(False, description="pay a title that the firm held before 再次认定是否奖励 (open reading)")
    perceived_benefit: Money = Field(
        0.0, le=1000, description="status a firm sees in a title 称号的感知好处 (from zero)"
    )

    def awards(self) -> dict[Kind, float]:
        """Return the award per title, million yuan."""
        return {title: getattr(self, f"max_award_{title}") for title in TITLES}

    def announce(self, view: View, terms: Terms) -> None:
        """Tell firms what a title would bring when they decide to apply."""
        if view.quarter.season != TITLE_ROUND:
            return
        for rank, (title, award) in enumerate(self.awards().items()):
            new = self.pay_again | (view.firms.highest_title <= rank)
            terms.add(title, award * new + self.perceived_benefit)

    def claim(self, view: View) -> list[Claim]:
        """Pay newly recognised titles."""
        claims = []
        for event in (e for e in view.events if e.kind in TITLES):
            rows = event.rows if self.pay_again else event.rows[event.first]
            claims.append(self.ask(event.kind, f"recognised in {event.year}", rows, self.awards()[event.kind], event))
        return claims


INSTRUMENT = SpecialisedEnterprise
