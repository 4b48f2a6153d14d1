"""政策性资金: 10 billion yuan a year of public co-investment in expansions (article p03).

What of it is additional is not put in: it comes out of the twin world without the fund.
The announced leverage is kept beside it for comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import FEN_PER_MILLION, Money, PlainNumber, Share
from sim.treasury.claims import INVESTMENT, Claim, Clause, Spending
from sim.treasury.terms import Sole, Terms


class PolicyFund(Instrument):
    """Offers co-investment to above-scale firms that lack capacity, by a rule, as far as the quarter's money goes."""

    name: ClassVar[str] = "policy_fund"
    title_en: ClassVar[str] = "Policy fund"
    title_zh: ClassVar[str] = "政策性资金"
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("co_investment", Spending.EXPANSION, INVESTMENT),)
    sole: ClassVar[Sole | None] = Sole.CO_INVESTMENT
    outcomes: ClassVar[tuple[str, ...]] = ("fund_outlay", "fund_private", "fund_promised", "fund_not_offered")
    announced: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("fund_leverage_attributed", "fund_leverage_additional"), "announced_leverage"
    )

    amount_a_year: Money = Field(10_000.0, description="money a year 每年资金 (article p03)")
    co_investment: PlainNumber = Field(
        2.3,
        gt=0,
        le=16,
        json_schema_extra={"unit": "yuan per public yuan"},
        description="private yuan beside each public yuan 每元公共资金的配套资金 (guidance funds: 0.44-4.0)",
    )
    announced_leverage: PlainNumber = Field(
        16.0,
        gt=0,
        le=1000,
        json_schema_extra={"unit": "yuan per public yuan"},
        description="announced social capital per public yuan 宣布的每元公共资金撬动的社会资本 (article p03)",
    )
    rule: Literal["leaders", "growth", "landmark", "constrained", "even"] = Field(
        "landmark", description="who is served first 先支持谁 (assumed: the text does not say)"
    )
    concession: Share = Field(
        0.3,
        description="share of the hurdle rate waived on the public part 公共出资部分让利占要求收益率的比例 "
        "(assumed, 0-0.6)",
    )
    landmark_weight: PlainNumber = Field(
        2.0,
        ge=1,
        le=10,
        json_schema_extra={"unit": "ratio"},
        description="weight of landmark clusters 地标产业权重 (assumed)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Offer co-investment to the best-ranked firms until the quarter's money is committed."""
        firms, share = view.firms, 1.0 / (1.0 + self.co_investment)
        rows = np.flatnonzero(firms.active & firms.above_scale)
        needed = self._capital_output(view)[firms.cluster[rows]] * (1.0 + firms.capital_extra[rows])
        lacking = firms.expected_demand[rows] * QUARTERS * needed
        lacking = lacking - firms.capital[rows] - firms.pipeline[rows]
        short = lacking > 0.0
        rows, lacking = rows[short], lacking[short]
        wanted = share * view.numbers.expansion_speed * lacking
        # Offers are whole fen, so that what is taken up never rounds above the envelope.
        offers = np.floor(self._divide(view, rows, wanted) * FEN_PER_MILLION) / FEN_PER_MILLION
        offered = offers > 0.0
        rows, offers = rows[offered], offers[offered]
        money = self.amount_a_year / QUARTERS
        withheld = money - self._room(view)
        terms.offer(rows, offers, money=money, share=share, concession=self.concession, withheld=withheld)

    def _room(self, view: View) -> float:
        """Return what of the quarter's money the envelope leaves room for, million yuan."""
        return min(self.amount_a_year / QUARTERS, max(view.envelope_left, 0.0))

    def _capital_output(self, view: View) -> np.ndarray:
        return np.array(view.numbers.by_cluster("capital_output"))

    def _divide(self, view: View, rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Return offers, million yuan: alike under `even`, otherwise in order of rank until the money ends."""
        money = self._room(view)
        if self.rule == "even":
            return wanted * min(money / max(wanted.sum(), 1e-12), 1.0)
        order = _best_first(self._rank(view, rows), view.firms.expected_demand[rows])
        before = np.cumsum(wanted[order]) - wanted[order]
        offers = np.empty(rows.size)
        offers[order] = np.clip(money - before, 0.0, wanted[order])
        return offers

    def _rank(self, view: View, rows: np.ndarray) -> np.ndarray:
        firms = view.firms
        rank: np.ndarray = firms.expected_demand[rows]  # leaders first
        if self.rule == "growth":
            year_ago = firms.year_ago_revenue[rows]
            rank = np.where(year_ago > 0.0, firms.revenue[rows] / np.maximum(year_ago, 1e-9), 0.0)
        if self.rule == "landmark":
            landmark = np.array([c.landmark for c in view.numbers.city_tables.clusters], dtype=float)
            rank = (1.0 + (self.landmark_weight - 1.0) * landmark[firms.cluster[rows]]) * firms.productivity[rows]
        if self.rule == "constrained":
            rank = -firms.cash[rows] / np.maximum(rank, 1e-9)
        return rank

    def take_up(self, view: View, terms: Terms) -> list[Claim]:
        """Pay what firms took up."""
        rows = np.flatnonzero(view.firms.fund_taken > 0.0)
        return [self.ask("co_investment", "expansion", rows, view.firms.fund_taken[rows])]

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what it paid, what financed firms put up beside it, what was set aside and what of that the envelope
        left no room to offer, million yuan.
        """
        financed = np.flatnonzero(view.firms.fund_taken > 0.0)
        private = float((view.firms.expansion[financed] - view.firms.fund_taken[financed]).sum())
        told = {"fund_outlay": paid, "fund_private": private, "fund_promised": terms.fund_money}
        return told | {"fund_not_offered": terms.fund_withheld}


def _best_first(rank: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Return the order from the highest rank down; of equals, the larger first. Equals are rare, and sorting by two
    keys is slow.
    """
    order = np.argsort(-rank)
    ranked = rank[order]
    return np.lexsort((-size, -rank)) if (ranked[1:] == ranked[:-1]).any() else order


INSTRUMENT = PolicyFund
