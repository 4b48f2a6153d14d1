"""智能化免费诊断: the city buys diagnoses of what a firm could digitise, free for the firm (article p46).

The text offers them to all manufacturing firms and gives neither pace nor price; the province meant to reach all
above-scale firms in 2022-24, Suzhou 5,000 of 11,000 in one year. A diagnosis tells; whether the firm then spends is its
own affair, and who does nothing had it too. So no spending earns this money: it is unconditional.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms.table import TOP_DIGITAL_LEVEL
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, Share
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class DigitalDiagnosis(Instrument):
    """Sends diagnosticians to above-scale firms, to all of them once before to any again."""

    name: ClassVar[str] = "digital_diagnosis"
    title_en: ClassVar[str] = "Free digital diagnosis"
    title_zh: ClassVar[str] = "智改数转免费诊断"
    aims: ClassVar[tuple[str, ...]] = ("digital_share",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("free_diagnosis", Basis.UNCONDITIONAL, SERVICE),)

    reach: Share = Field(
        0.33,
        description="above-scale firms diagnosed a year 每年诊断的规上企业占比 "
        "(the province's plan of 2021; 0.30-0.45)",
    )
    cost: Money = Field(0.02, description="price of a diagnosis 单次诊断费用 (assumed, 0.005-0.1 million yuan)")
    first: Literal["size", "peers"] = Field(
        "size",
        description="who is diagnosed first: the largest firms, or those whose cluster is most digital "
        "先诊断谁：规模最大者，或同行数字化程度最高者 (assumed: the text does not say)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Order the diagnoses of the quarter."""
        rows = self._chosen(view)
        return [self.ask("free_diagnosis", "diagnosis", rows, self.cost, buys=1.0)] if rows.size else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Diagnose those that were paid for, as far as they were."""
        rows, depth = self.bought(view)
        if rows.size:
            terms.add("diagnosis", depth, rows)

    def _chosen(self, view: View) -> np.ndarray:
        """Return the rows of those diagnosed: of firms with a level to gain and no project running in, those whose last
        diagnosis is longest ago, in the order of `first`; who waits for one is not put down again.
        """
        firms = view.firms
        above = firms.active & firms.above_scale
        places = round(self.reach / QUARTERS * int(np.count_nonzero(above)))
        open_to = (firms.digital_level < TOP_DIGITAL_LEVEL) & (firms.adapting == 0) & ~self.awaited(view)
        rows = np.flatnonzero(above & open_to)
        since = firms.diagnosed[rows]
        if 0 < places < rows.size:  # sorting all takes long
            rows = rows[since <= np.partition(since, places - 1)[places - 1]]
        best = [-firms.expected_demand[rows]]
        if self.first == "peers":
            digital = firms.cluster_sum(above & (firms.digital_level > 0))
            best.append(-(digital / np.maximum(firms.cluster_sum(above), 1))[firms.cluster[rows]])
        return rows[np.lexsort((*best, firms.diagnosed[rows]))[:places]]


INSTRUMENT = DigitalDiagnosis
