"""人才: flats and subsidies for some who come, awards to leading talent: it limits success (article p17, p39).

The article tells of 106,000 who came in 2021 and of 31,000 flats; calls for leading talent of 2020-21 gave a start-up
one million yuan, up to seven later. What a flat costs and whom it draws is assumed. No event earns the money.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, PlainNumber, Share
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.terms import Terms


class Talent(Instrument):
    """Pays people, who are none of the modelled firms; who would not have come goes where research is done."""

    name: ClassVar[str] = "talent"
    title_en: ClassVar[str] = "Talent"
    title_zh: ClassVar[str] = "人才"
    aims: ClassVar[tuple[str, ...]] = ("industrial_value_added",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("flats", Basis.UNCONDITIONAL),
        Clause("leading_talent", Basis.UNCONDITIONAL),
    )

    supported: Share = Field(
        0.3,
        description="share of those who come with a flat or subsidy 享受公寓或补贴的比例 "
        "(assumed, 0.1-0.5; article p17: 31,000 flats built)",
    )
    inflow: PlainNumber = Field(
        106_000.0,
        ge=0,
        le=1e6,
        json_schema_extra={"unit": "persons a year"},
        description="talent that comes to the city in a year 每年引进人才 (article p17)",
    )
    drawn: Share = Field(
        0.2, description="share of these who would not have come otherwise 因政策而来的比例 (assumed, 0-0.5)"
    )
    cost_a_head: Money = Field(0.02, description="cost of support per head 人均支持成本 (assumed, 0.005-0.05)")
    stock: PlainNumber = Field(
        1_200_000.0,
        ge=1,
        le=1e8,
        json_schema_extra={"unit": "persons"},
        description="talent that the city usually has 人才总量 (assumed, 0.8-1.4 million)",
    )
    leaders: PlainNumber = Field(
        150.0,
        ge=0,
        le=10_000,
        json_schema_extra={"unit": "start-ups a year"},
        description="start-ups of leading talent in a year 每年领军人才创业项目 (Jintan and Changzhou calls 2014-21)",
    )
    leader_award: Money = Field(1.0, description="award to each 每项资助 (Jintan and Changzhou calls 2020-21; 1-7)")
    leader_weight: PlainNumber = Field(
        20.0,
        ge=0,
        le=1000,
        json_schema_extra={"unit": "persons"},
        description="heads that a leading talent counts for 每名领军人才折合人数 (assumed, 0-100)",
    )

    def deliver(self, view: View, terms: Terms) -> None:
        """Bring firms the talent that was paid for by research over sales: over what a firm of its size usually has."""
        heads, firms = float(self.bought(view)[1].sum()), view.firms
        if not heads:
            return
        research, size = (float(s.sum()) for s in firms.cluster_sums([firms.research, firms.expected_demand]))
        if research > 0.0:
            intensity, there = np.zeros(firms.rows), firms.active & (firms.expected_demand > 0.0)
            np.divide(firms.research, firms.expected_demand, out=intensity, where=there)
            terms.add("talent_inflow", heads / self.stock * (intensity * (size / research)))

    def claim(self, view: View) -> list[Claim]:
        """Pay a quarter of the year's money under each clause, for a quarter of the heads that it draws."""
        housed = self.inflow * self.supported
        asked = (
            ("flats", housed * self.cost_a_head, housed * self.drawn),
            ("leading_talent", self.leaders * self.leader_award, self.leaders * self.leader_weight),
        )
        return [
            self.ask_outside(clause, "talent of the year", money / QUARTERS, buys=heads / QUARTERS)
            for clause, money, heads in asked
        ]


INSTRUMENT = Talent
