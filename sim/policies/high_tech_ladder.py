"""创新型企业分层孵化: awards for high-tech status, the first time and when it is renewed (article p11, p18).

The text names the ladder from technology firms to high-tech firms, gazelles and unicorns and gives no amounts; those
of a district of the city for the years after stand for them. What the law gives, an income tax of 15 % instead of 25,
firms have with or without the city. Gazelles and unicorns are no rungs here: high growth of past years foretells none,
and nothing in the model values a start-up, so an award could change nothing that is measured.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.calendar.year import TITLE_ROUND
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Terms


class HighTechLadder(Instrument):
    """Pays a newly recognised high-tech firm, and one that passes its re-examination."""

    name: ClassVar[str] = "high_tech_ladder"
    title_en: ClassVar[str] = "High-tech awards"
    title_zh: ClassVar[str] = "高新技术企业奖励"
    aims: ClassVar[tuple[str, ...]] = ("high_tech_firms",)
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("first_recognition", Kind.HIGH_TECH),
        Clause("passed_again", Kind.HIGH_TECH_RENEWED),
    )

    award_first: Money = Field(
        0.45, description="first recognition 首次认定奖励 (a district's rule of 2021-23; the text gives none)"
    )
    award_renewal: Money = Field(
        0.2, description="passing the re-examination 重新认定奖励 (a district's rule of 2021-23; the text gives none)"
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Tell firms what coming forward brings."""
        if view.quarter.season == TITLE_ROUND:
            terms.add(Kind.HIGH_TECH, self.award_first * ~view.firms.ever_high_tech)

    def claim(self, view: View) -> list[Claim]:
        """Pay first recognitions, and renewals."""
        claims = []
        for event in view.events:
            if event.kind is Kind.HIGH_TECH:
                rows, year = event.rows[event.first], f"recognised in {event.year}"
                claims.append(self.ask("first_recognition", year, rows, self.award_first, event))
            if event.kind is Kind.HIGH_TECH_RENEWED:
                rows, year = event.rows, f"renewed in {event.year}"
                claims.append(self.ask("passed_again", year, rows, self.award_renewal, event))
        return claims


INSTRUMENT = HighTechLadder
