"""重大项目奖励: awards for newcomers' plants, promised at signing and paid when they have opened (article p18, p28).

The text of 2022 wants more major projects and names no amount: the award is that of the city's rule of 2021 for
equipment. How many come for it is a number of the world, from zero (`major_project_response`); who would come anyway is
paid too.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money, Share
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Sole, Terms


class ProjectAwards(Instrument):
    """Promises plants an award when they sign; a promise is kept when the instrument has ended."""

    name: ClassVar[str] = "project_awards"
    title_en: ClassVar[str] = "Awards for major projects"
    title_zh: ClassVar[str] = "重大项目奖励"
    aims: ClassVar[tuple[str, ...]] = ("projects_opened", "industrial_value_added")
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("opened_project", Kind.PROJECT_OPENED),)
    sole: ClassVar[Sole | None] = Sole.PROMISE
    honours: ClassVar[bool] = True

    rate: Share = Field(
        0.12,
        le=0.3,
        description="share of a newcomer's investment promised when it signs 新引进项目签约时承诺的投资奖励比例 "
        "(the city's rule of 2021 for equipment of strategic industries; 2022 names none)",
    )
    cap: Money = Field(
        10.0,
        description="at most per project 每个项目奖励上限 (the city's rule of 2021 for equipment; 2022 names none)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise those who sign this quarter an award."""
        terms.newcomers.offer(self.rate, self.cap)

    def claim(self, view: View) -> list[Claim]:
        """Pay plants that opened what they were promised."""
        claims, promised = [], view.firms.promised_award
        for event in (e for e in view.events if e.kind is Kind.PROJECT_OPENED):
            rows = event.rows[promised[event.rows] > 0.0]
            claims.append(self.ask("opened_project", "project opened", rows, promised[rows], event))
        return claims


INSTRUMENT = ProjectAwards
