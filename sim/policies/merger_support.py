"""兼并重组支持: large groups that buy other firms get part of the interest on their loans, or an award by the price
(article p47, p64).

The text of 2022 supports mergers by chain leaders across borders, regions and owners, and names no amount; the city's
fund of 2013-15 stands for it: interest of half to all for at most two years, and an award by the size of the deal.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import MERGE
from sim.firms.groups import large_heads
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, PlainNumber, Share
from sim.treasury.claims import Clause, Spending
from sim.treasury.terms import Terms


class MergerSupport(Instrument):
    """Pays a group for what it spends on firms that it buys, here or elsewhere, stakes included."""

    name: ClassVar[str] = "merger_support"
    title_en: ClassVar[str] = "Merger support"
    title_zh: ClassVar[str] = "兼并重组支持"
    aims: ClassVar[tuple[str, ...]] = ("mergers",)
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("merger_interest", Spending.MERGER),
        Clause("merger_award", Spending.MERGER),
    )

    interest_share: Share = Field(
        0.5, description="share of the interest on merger loans that is paid 并购贷款贴息比例 (city, fund of 2013-15)"
    )
    interest_years: PlainNumber = Field(
        2.0,
        ge=0,
        le=5,
        json_schema_extra={"unit": "years"},
        description="years for which it is paid, all at once with the deal 贴息年限，一次付清 (city, fund of 2013-15)",
    )
    interest_cap: Money = Field(5.0, description="interest paid per deal at most 每宗贴息上限 (assumed)")
    award_rate: Share = Field(0.01, description="award over the price of a deal 奖励占并购价款比例 (assumed)")
    award_cap: Money = Field(10.0, description="award per deal at most 每宗奖励上限 (assumed)")
    buyer_floor: Money = Field(
        1000.0,
        description="revenue of the group of last year from which it is supported 受支持集团上年营收下限 (assumed)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise both to large groups; the stacking rule says whether they get one or both."""
        if view.quarter.season != MERGE:
            return
        whose = np.zeros(view.firms.rows, dtype=bool)
        whose[large_heads(view.firms, self.buyer_floor)] = True
        lent = view.numbers.merger_loan_share * view.numbers.loan_rate * self.interest_years
        terms.support(
            Spending.MERGER,
            self.name,
            "merger_interest",
            self.interest_share * lent,
            whose=whose,
            cap=self.interest_cap,
        )
        terms.support(Spending.MERGER, self.name, "merger_award", self.award_rate, whose=whose, cap=self.award_cap)


INSTRUMENT = MergerSupport
