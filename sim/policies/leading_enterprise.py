"""领军企业: an award to manufacturers newly on the World 500 and three Chinese lists (article p09)."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import REACH_LINES
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import LISTS, Kind
from sim.tables.units import Money
from sim.treasury.claims import Claim, Clause
from sim.treasury.events import Event
from sim.treasury.terms import Terms


class LeadingEnterprise(Instrument):
    """The full maximum is paid; every firm of the model is a manufacturer."""

    name: ClassVar[str] = "leading_enterprise"
    title_en: ClassVar[str] = "Leading-enterprise awards"
    title_zh: ClassVar[str] = "领军企业奖励"
    aims: ClassVar[tuple[str, ...]] = (
        "world_500_on_list",
        "china_500_firms",
        "manufacturing_500_firms",
        "private_500_firms",
    )
    clauses: ClassVar[tuple[Clause, ...]] = tuple(Clause(name.value, name) for name in LISTS)

    max_award_world_500: Money = Field(30.0, description="newly on the World 500 新入选世界500强 (article p09)")
    max_award_china_500: Money = Field(10.0, description="newly on the China 500 新入选中国企业500强 (article p09)")
    max_award_manufacturing_500: Money = Field(
        5.0, description="newly on the China manufacturing 500 新入选中国制造业企业500强 (article p09)"
    )
    max_award_private_500: Money = Field(
        2.0, description="newly on the China private 500 新入选中国民营企业500强 (article p09)"
    )
    re_entry: Literal["first_ever", "any_new_year"] = Field(
        "first_ever",
        description="pay the first entry ever, or every return too 新入选口径：只奖首次入选，或重新入选也奖 (open "
        "reading)",
    )
    stacking: Literal["each", "highest"] = Field(
        "each",
        description="several lists in one year: pay each or the highest 同年多榜：逐榜奖励或只奖最高 (open reading)",
    )
    perceived_benefit_world_500: Money = Field(
        0.0, le=10000, description="status a group sees in the World 500 世界500强的感知好处 (from zero)"
    )
    perceived_benefit_other: Money = Field(
        0.0, le=10000, description="status seen in the other lists 其他榜单的感知好处 (from zero)"
    )

    def awards(self) -> dict[Kind, float]:
        """Return the award per list, million yuan."""
        return {name: getattr(self, f"max_award_{name}") for name in LISTS}

    def announce(self, view: View, terms: Terms) -> None:
        """Tell groups at the end of a year what a place on a list would bring; whether it would know them is for them
        to judge.
        """
        if view.quarter.season != REACH_LINES:
            return
        for name, award in self.awards().items():
            status = self.perceived_benefit_world_500 if name == Kind.WORLD_500 else self.perceived_benefit_other
            terms.add(name, award + status)

    def claim(self, view: View) -> list[Claim]:
        """Pay new entries of this year's lists."""
        paid: list[np.ndarray] = []
        claims = []
        for event in sorted((e for e in view.events if e.kind in LISTS), key=lambda e: -self.awards()[e.kind]):
            rows = event.rows[self._counts(event)]
            if self.stacking == "highest" and paid:
                rows = rows[~np.isin(rows, np.concatenate(paid))]
            paid.append(rows)
            claims.append(self.ask(event.kind, f"list of {event.year}", rows, self.awards()[event.kind], event))
        return claims

    def _counts(self, event: Event) -> np.ndarray:
        return event.first if self.re_entry == "first_ever" else np.ones(event.rows.size, dtype=bool)


INSTRUMENT = LeadingEnterprise
