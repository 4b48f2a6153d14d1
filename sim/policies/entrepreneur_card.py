"""常商服务卡: services for heads of large groups, which may then be sold less often to others (article p66).

What the card does for a group no study says: the effect is a number of the world with a range through zero
(`card_retention`).
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class EntrepreneurCard(Instrument):
    """Serves the heads of groups led from the city, from a revenue on; works for those whose card was paid."""

    name: ClassVar[str] = "entrepreneur_card"
    title_en: ClassVar[str] = "Service card for entrepreneurs"
    title_zh: ClassVar[str] = "常商服务卡"
    aims: ClassVar[tuple[str, ...]] = ("group_sales",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("cards", Basis.UNCONDITIONAL, SERVICE),)

    floor: Money = Field(
        1_000.0,
        description="revenue of the group from which its head has a card 持卡企业家所在集团的营收下限 "
        "(assumed; article p66: entrepreneurs honoured by the city or above)",
    )
    cost_a_card: Money = Field(0.01, description="services per card and year 每卡年度服务经费 (assumed, 0.002-0.05)")

    def claim(self, view: View) -> list[Claim]:
        """Pay the services of the quarter."""
        firms = view.firms
        held = firms.active & firms.leads & firms.local_headquarters & (firms.reported_revenue >= self.floor)
        rows = np.flatnonzero(held)
        return [self.ask("cards", "cards held", rows, self.cost_a_card / QUARTERS, buys=1.0)] if rows.size else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Serve those whose card was paid, as far as it was."""
        rows, had = self.bought(view)
        if rows.size:
            terms.add("entrepreneur_service", np.minimum(np.bincount(rows, had, view.firms.rows), 1.0))


INSTRUMENT = EntrepreneurCard
