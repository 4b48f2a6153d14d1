"""首购首用: an award for a recognised first set, whose first buyers order more of it for a year (article p29).

The city's rule of March 2021 paid 30 % of the price of a set, at most 5 million yuan; the text of 2022 gives no amount.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money, PlainNumber, Share
from sim.treasury.claims import Claim, Clause
from sim.treasury.terms import Terms


class FirstPurchase(Instrument):
    """Pays the maker once per first set, a quarter after it is recognised; first buyers order from then on."""

    name: ClassVar[str] = "first_purchase"
    title_en: ClassVar[str] = "First purchase"
    title_zh: ClassVar[str] = "首购首用"
    aims: ClassVar[tuple[str, ...]] = ("first_sets", "industrial_output")
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("first_set", Kind.FIRST_SET),)

    rate: Share = Field(0.3, description="share of the price of a set 首台套单价奖励比例 (the city's rule of 2021)")
    cap: Money = Field(5.0, description="at most per set 每台套上限 (the city's rule of 2021)")
    set_price: Share = Field(
        0.05, description="price of a set over the maker's sales of a year 单台套价格占年销售额比例 (assumed, 0.01-0.2)"
    )
    orders: PlainNumber = Field(
        1.0,
        ge=0,
        le=20,
        json_schema_extra={"unit": "sets"},
        description="sets that first buyers order in the year after 认定后一年内首购台套数 (assumed, 0-5)",
    )
    on_top: Share = Field(
        0.5, description="share of these that no maker of the city would have sold 首购中属净增的比例 (assumed, 0-1)"
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Let first buyers order: a set over a year is `set_price` of each of its quarters."""
        firms, since = view.firms, view.quarter.number - QUARTERS
        rows = np.flatnonzero(firms.active & (firms.first_set_quarter >= since))
        added = self.orders * self.on_top * self.set_price
        if added and rows.size:
            terms.add("purchase", added, rows)

    def claim(self, view: View) -> list[Claim]:
        """Pay makers for sets recognised in the last quarter."""
        claims = []
        for event in (e for e in view.events if e.kind == Kind.FIRST_SET):
            price = self.set_price * view.firms.last_revenue[event.rows]
            amounts = np.minimum(self.rate * price, self.cap)
            claims.append(self.ask("first_set", f"recognised in {event.year}", event.rows, amounts, event))
        return claims


INSTRUMENT = FirstPurchase
