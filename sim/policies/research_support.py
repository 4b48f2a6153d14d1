"""研发支持: a share of a firm's research, or of its increase over a year ago, up to a cap (article p29, p39).

The text of 2022 gives no rate and no rule of the city of 2021 was found; Wujin district paid up to 10 % of the increase
(2021-23). What is misused never becomes research, what is relabelled is other spending under its name: both are paid.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import Clause, Spending
from sim.treasury.terms import Terms


class ResearchSupport(Instrument):
    """Pays firms with their research, as income of the quarter."""

    name: ClassVar[str] = "research_support"
    title_en: ClassVar[str] = "Research support"
    title_zh: ClassVar[str] = "研发支持"
    aims: ClassVar[tuple[str, ...]] = ("research",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("supported_research", Spending.RESEARCH),)
    outcomes: ClassVar[tuple[str, ...]] = ("research_on_paper",)

    rate: Share = Field(0.1, description="share of what is supported 补助比例 (Wujin district, 2021-23; 0.05-0.2)")
    base: Literal["increment", "level"] = Field(
        "increment",
        description="what is supported: the increase over the same quarter a year ago, or all research "
        "补助对象：比上年同季的增量，或全部研发 (Wujin district, 2021-23)",
    )
    cap: Money = Field(5.0, description="at most per firm and year 每户每年上限 (assumed, 0.5-10 million yuan)")
    misuse: Share = Field(
        0.2, description="share of this money that never becomes research 挪作他用的比例 (assumed, 0-0.53)"
    )
    relabelled: Share = Field(
        0.242,
        description="share of the added research that is other spending under its name 新增研发中改名虚列的比例 "
        "(Chen, Liu and others 2021; 0-0.45)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise firms the share of their research; an increase counts where there was research a year ago, and sets
        what has to be beaten in a year.
        """
        if not self.rate:
            return
        usual: np.ndarray | float = 0.0
        whose: np.ndarray | bool = True
        if self.base == "increment":
            usual = view.firms.season_research[:, view.quarter.season - 1]
            whose = usual > 0.0
            terms.add("research_support_lost", view.numbers.research_base_foresight * self.rate * whose)
        cap, clause = self.cap / QUARTERS, "supported_research"
        terms.support(Spending.RESEARCH, self.name, clause, self.rate, whose=whose, cap=cap, beyond=usual)
        terms.add("research_misused", self.misuse)
        terms.add("research_relabelled", self.relabelled)

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what stood on paper alone this quarter, million yuan."""
        return {"research_on_paper": float(view.firms.cluster_sum(view.firms.research_on_paper).sum())}


INSTRUMENT = ResearchSupport
