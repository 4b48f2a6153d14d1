"""首贷: banks are helped to lend to private small firms that were short of money (article p18).

The article names the rate of first loans as an experience of the city and no amount; its reach and cost are assumed.
Nobody's spending earns the cost, so it is unconditional: what it did is read from the twin.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms import disclosure
from sim.policies.instrument import Instrument, View
from sim.tables.units import PlainNumber, Share
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.sharing import foremost
from sim.treasury.terms import Terms


class FirstLoan(Instrument):
    """Reaches firms below scale that got less than they wanted, the soundest first, each once."""

    name: ClassVar[str] = "first_loan"
    title_en: ClassVar[str] = "First loans"
    title_zh: ClassVar[str] = "首贷"
    aims: ClassVar[tuple[str, ...]] = ("investment_since_start",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("loan_cost", Basis.UNCONDITIONAL),)
    outcomes: ClassVar[tuple[str, ...]] = ("first_loans",)

    reach: Share = Field(
        0.05,
        description="share of private firms below scale that are reached in a year 每年覆盖规下民营企业比例 "
        "(assumed: 3,000 of 60,000 firms; 0.025-0.1)",
    )
    access: Share = Field(0.2, description="credit access added for them 信贷可得性提高 (assumed, 0-0.4)")
    lasts: PlainNumber = Field(
        3.0,
        ge=0,
        le=9,
        json_schema_extra={"unit": "years"},
        description="years for which a first loan opens credit 首贷后增信年数 (assumed, 1-5)",
    )
    cost: Share = Field(
        0.02,
        description="public yuan per yuan of a first loan, for interest and losses 每元首贷的贴息与风险补偿 "
        "(assumed, 0.01-0.05)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Open credit to firms that are reached, and to those that had their first loan in the last years."""
        since = view.quarter.number - self.lasts * QUARTERS  # quarters are counted from year zero: none before is 0
        rows = np.flatnonzero(view.firms.helped_loan_quarter >= since)
        rows = rows[view.firms.active[rows]]
        reached = self._reached(view)
        if self.access and reached.size + rows.size:
            terms.add("credit_access", self.access, np.concatenate((rows, reached)))
            terms.add("helped_loan", 1.0, reached)

    def _reached(self, view: View) -> np.ndarray:
        """Return rows of those among whom this quarter's places go: at most as many as there are places, and as the
        envelope still holds the cost for, of loans for what they lacked.
        """
        firms = view.firms
        open_to = firms.active & ~firms.above_scale & (firms.helped_loan_quarter == 0) & disclosure.private(firms)
        places = round(self.reach / QUARTERS * np.count_nonzero(open_to))
        short = np.flatnonzero(open_to & (firms.wanted_expansion > firms.expansion))
        sound = firms.net_worth[short] / np.maximum(firms.capital[short] + firms.pipeline[short], 1e-12)
        first = short[foremost(sound, places)]
        cost = self.cost * (firms.wanted_expansion[first] - firms.expansion[first])
        return np.sort(first[np.cumsum(cost) <= max(view.envelope_left, 0.0)])

    def take_up(self, view: View, terms: Terms) -> list[Claim]:
        """Pay the cost of first loans drawn this quarter."""
        rows = np.flatnonzero(view.firms.helped_loan_quarter == view.quarter.number)
        return (
            [self.ask("loan_cost", "first loan", rows, self.cost * view.firms.credit_drawn[rows])] if rows.size else []
        )

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return how many first loans were drawn this quarter."""
        return {"first_loans": float(np.count_nonzero(view.firms.helped_loan_quarter == view.quarter.number))}


INSTRUMENT = FirstLoan
