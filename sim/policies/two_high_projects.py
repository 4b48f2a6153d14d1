"""遏制“两高”项目: new capacity of energy-hungry, high-emission firms is blocked, or needs old capacity that has closed
(article p31).

The text names no rule. National measures of 2021 do: the whole of the Yangtze delta swaps steel at 1.5 to 1 and clinker
at 2 to 1 (产能置换), and nine cities of the province stopped the review of such projects in 2021. It reaches what
firms add and who opens, not what they renew; what was announced before 2022 goes on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms.swap import SwapRule
from sim.firms.technology import usual_intensity
from sim.policies.instrument import Instrument, View
from sim.tables.clusters import TWO_HIGH, Role
from sim.tables.units import WAN_PER_MILLION, Money, PlainNumber
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Sole, Terms

BLOCK, LINE = "block", "line"


class TwoHighProjects(Instrument):
    """Allows two-high firms to build as much as old capacity has closed, over a ratio, or not at all."""

    name: ClassVar[str] = "two_high_projects"
    title_en: ClassVar[str] = "Control of two-high projects"
    title_zh: ClassVar[str] = "遏制“两高”项目"
    aims: ClassVar[tuple[str, ...]] = ("energy_use",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("bought_credits", Basis.UNCONDITIONAL, SERVICE),)
    sole: ClassVar[Sole | None] = Sole.SWAP
    outcomes: ClassVar[tuple[str, ...]] = ("swap_credits", "capacity_refused", "newcomers_refused")

    rule: Literal["swap", "block"] = Field(
        "swap",
        description="swap: new capacity takes credits for old capacity that closed; block: none may be built "
        "swap：新增产能须有已关停产能置换；block：不得新增产能 (national measures of 2021; the article names none)",
    )
    whose: Literal["clusters", "line"] = Field(
        "clusters",
        description="clusters: all firms of clusters with the role steel or cement; line: firms of any cluster that "
        "use more energy per value added than the line clusters：钢铁、水泥角色集群的全部企业；"
        "line：单位增加值能耗高于门槛的企业，不论集群 (assumed: the article names none)",
    )
    line: PlainNumber = Field(
        0.6,
        ge=0,
        le=10,
        json_schema_extra={"unit": "tce per 10,000 yuan"},
        description="energy per value added above which a firm is two-high, under whose: line "
        "“两高”的单位增加值能耗门槛，whose: line 时适用 (Zhejiang 2019, trading of energy quotas)",
    )
    ratio: PlainNumber = Field(
        1.5,
        ge=0,
        le=5,
        json_schema_extra={"unit": "ratio"},
        description="old capacity that a unit of new takes, in steel and wherever the next two do not hold "
        "每单位新增产能所需置换的旧产能，适用于钢铁及下两项以外的情形 (MIIT 2021, key air regions)",
    )
    ratio_cement: PlainNumber = Field(
        2.0,
        ge=0,
        le=5,
        json_schema_extra={"unit": "ratio"},
        description="the same in cement 水泥的置换比例 (MIIT 2021, key air regions)",
    )
    ratio_merged: PlainNumber = Field(
        1.25,
        ge=0,
        le=5,
        json_schema_extra={"unit": "ratio"},
        description="the same at most, outside cement, for firms whose group bought another whole since 2022 "
        "水泥以外、所属集团2022年以来整体并购过其他集团的企业所适用的最高比例 (MIIT 2021, after a real merger)",
    )
    credit_years: PlainNumber = Field(
        5.0,
        ge=0,
        le=20,
        json_schema_extra={"unit": "years"},
        description="years for which a credit is good 置换指标有效年限 (assumed, 2-20)",
    )

    credits_a_year: Money = Field(
        0.0,
        description="what the city pays a year for credits from elsewhere in the delta, under rule: swap "
        "市里每年出资从长三角其他地区购入置换指标，rule: swap 时适用 (assumed; the text names none)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Buy the credits of the quarter."""
        money = self.credits_a_year / QUARTERS
        if not money or self.rule == BLOCK:
            return []
        had = money / view.numbers.swap_credit_price
        return [self.ask_outside("bought_credits", "credits bought elsewhere", money, buys=had)]

    def deliver(self, view: View, terms: Terms) -> None:
        """Add the credits that were paid for to the bank."""
        had = float(self.bought(view)[1].sum())
        if had and terms.swap is not None:
            terms.swap = replace(terms.swap, bought=had)

    def announce(self, view: View, terms: Terms) -> None:
        """Put the quarter's rule in force, where it asks something of somebody."""
        ratio, newcomers = self.asked(view)
        if ratio.any() or newcomers.any():
            terms.swap = SwapRule(ratio, round(QUARTERS * self.credit_years))
            terms.newcomers.swap = newcomers

    def asked(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """Return units of closed capacity that a unit of new takes, by firm row and, for newcomers, by cluster."""
        firms, by_trade = view.firms, np.full(view.firms.start.size, np.inf if self.rule == BLOCK else self.ratio)
        of_cement = view.numbers.city_tables.with_role(Role.CEMENT)
        if self.rule != BLOCK:
            by_trade[list(of_cement)] = self.ratio_cement
        ratio = by_trade[firms.cluster]
        merged = (firms.merged_revenue[firms.group] > 0.0) & ~view.with_role(Role.CEMENT)
        if self.rule != BLOCK:
            ratio = np.where(merged, np.minimum(ratio, self.ratio_merged), ratio)
        hungry, new = self._hungry(view)
        return np.where(hungry, ratio, 0.0), np.where(new, by_trade, 0.0)

    def _hungry(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """Return masks of firm rows and of clusters whose newcomers are two-high."""
        numbers, firms = view.numbers, view.firms
        if self.whose == LINE:
            ratio = np.array(numbers.by_cluster("value_added_ratio")) * numbers.value_added_scale
            most = self.line * WAN_PER_MILLION * ratio  # tce per million yuan of output
            return firms.energy_intensity > most[firms.cluster], usual_intensity(numbers) > most
        clusters = np.zeros(firms.start.size, dtype=bool)
        for role in TWO_HIGH:
            clusters[list(numbers.city_tables.with_role(role))] = True
        return view.with_role(*TWO_HIGH), clusters

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return credits held, capacity refused (both million yuan of yearly output) and newcomers turned away."""
        bank = view.bank
        return {
            "swap_credits": float(bank.balance().sum()),
            "capacity_refused": bank.refused,
            "newcomers_refused": float(bank.turned_away),
        }


INSTRUMENT = TwoHighProjects
