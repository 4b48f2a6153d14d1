"""专精特新企业培育库: the city prepares promising firms for titles (article p47, p64).

The ministries' quotas stay what they are, so a firm that is prepared takes a place from another: the pool decides who,
not how many, unless fewer apply than the quota holds.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS, TITLE_ROUND
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, PlainNumber
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.sharing import foremost
from sim.treasury.terms import Terms

_SINCE_LAST_ROUND = QUARTERS - 1  # quarters before this round


class NurturingPool(Instrument):
    """Takes in above-scale firms below the size limit that hold no title: those with most research over the norm."""

    name: ClassVar[str] = "nurturing_pool"
    title_en: ClassVar[str] = "Nurturing pool for titles"
    title_zh: ClassVar[str] = "专精特新企业培育库"
    aims: ClassVar[tuple[str, ...]] = ("provincial_little_giants", "national_little_giants")
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("preparation", Basis.UNCONDITIONAL),)

    firms_in_pool: PlainNumber = Field(
        250.0,
        ge=0,
        le=2000,
        json_schema_extra={"unit": "firms"},
        description="firms in the pool each year 每年入库企业数 (assumed, 100-500: about as many as the city "
        "recognises as specialised in a year)",
    )
    help_a_firm: Money = Field(
        0.02, description="spent on a firm's preparation a year 每家每年培育服务支出 (assumed, 0.01-0.05 million yuan)"
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay for the preparation in the quarter of the round."""
        if view.quarter.season != TITLE_ROUND or not self.help_a_firm:
            return []
        return [self.ask("preparation", "in the pool", self._pool(view), self.help_a_firm, buys=1.0)]

    def deliver(self, view: View, terms: Terms) -> None:
        """Have those prepared that were paid for since the last round, before titles are applied for."""
        if view.quarter.season == TITLE_ROUND:
            rows, share = self.bought(view, _SINCE_LAST_ROUND)
            if rows.size:
                terms.add("title_help", share, rows)

    def _pool(self, view: View) -> np.ndarray:
        """Return the rows of those taken in; who waits for an earlier preparation, or had it late, is left out."""
        firms, served = view.firms, self.awaited(view)
        served[self.bought(view, _SINCE_LAST_ROUND)[0]] = True
        small = firms.last_revenue <= view.numbers.title_size_limit
        untitled = firms.specialised_title == 0
        rows = np.flatnonzero(firms.active & firms.above_scale & small & untitled & ~served)
        return np.sort(rows[foremost(firms.research_propensity[rows], round(self.firms_in_pool))])


INSTRUMENT = NurturingPool
