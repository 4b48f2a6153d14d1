"""政策性资金: 10 billion yuan a year of public co-investment in expansions (article p03).

What of it is additional is not put in: it comes out of the twin world without the fund. The announced leverage is kept
beside it for comparison. Money is placed as the city's guidance-fund rule of 2020 has it: at most 30 % of a project,
at least 60 % in agreed industries. The text of 2022 says neither who is served first nor how large a stake is.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.quarter import FIRST
from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.city_tables import CityTables
from sim.tables.clusters import Role
from sim.tables.units import FEN_PER_MILLION, Money, PlainNumber, Share
from sim.treasury.claims import INVESTMENT, Claim, Clause, Spending
from sim.treasury.sharing import best_first, until
from sim.treasury.stakes import older
from sim.treasury.terms import Sole, Terms

_YOUNG = 5 * QUARTERS  # quarters: the rule of 2020 counts a newcomer as one for five years
_CAUSES = ("not_offered", "too_small", "refused", "no_private_money", "not_needed")


class PolicyFund(Instrument):
    """Offers co-investment to above-scale firms that lack capacity, by a rule, as far as the quarter's money goes."""

    name: ClassVar[str] = "policy_fund"
    title_en: ClassVar[str] = "Policy fund"
    title_zh: ClassVar[str] = "政策性资金"
    aims: ClassVar[tuple[str, ...]] = ("investment_since_start",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("co_investment", Spending.EXPANSION, INVESTMENT),)
    sole: ClassVar[Sole | None] = Sole.CO_INVESTMENT
    outcomes: ClassVar[tuple[str, ...]] = (
        "fund_outlay",
        "fund_private",
        "fund_promised",
        *(f"fund_{cause}" for cause in _CAUSES),
        "fund_returned",
        "fund_lost",
    )
    announced: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(("fund_leverage_attributed", "fund_leverage_additional"), "announced_leverage"),
        "fund_outlay": "amount_a_year",
    }

    amount_a_year: Money = Field(10_000.0, description="money a year 每年资金 (article p03)")
    co_investment: PlainNumber = Field(
        2.3,
        gt=0,
        le=16,
        json_schema_extra={"unit": "yuan per public yuan"},
        description="private yuan beside each public yuan 每元公共资金的配套资金 (guidance funds: 0.44-4.0)",
    )
    most_public: Share = Field(
        0.3,
        description="share of an expansion that public money may pay 公共资金占项目投资的上限 "
        "(the city's fund rule of 2020)",
    )
    announced_leverage: PlainNumber = Field(
        16.0,
        gt=0,
        le=1000,
        json_schema_extra={"unit": "yuan per public yuan"},
        description="announced social capital per public yuan 宣布的每元公共资金撬动的社会资本 (article p03)",
    )
    rule: Literal["landmark", "leaders", "little-giants", "future", "shovel-ready", "constrained", "even"] = Field(
        "landmark",
        description="who is served first: the most efficient, landmark clusters weighing more; the largest; holders "
        "of specialised titles; young firms in fields of the future; those with most under way; those with least "
        "cash; all alike 先支持谁 (assumed: the text does not say)",
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

    agreed_share: Share = Field(
        0.6,
        description="share of the money kept for agreed industries, the landmark clusters 投向约定产业的最低比例 "
        "(the city's fund rule of 2020)",
    )
    ticket: Money = Field(
        25.0,
        le=10_000,
        description="smallest stake in what a firm lacks, below it no offer 单个项目最低出资额 (assumed, 5-100 million "
        "yuan)",
    )
    first_loss: Share = Field(
        0.0,
        description="share of its partners' loss in a project that public money takes first "
        "公共资金先行承担的合伙人亏损比例 (from zero: the text promises none)",
    )
    years: PlainNumber = Field(
        4.0,
        ge=1,
        le=50,
        json_schema_extra={"unit": "years"},
        description="years after which a firm buys the stake back 持股年限 (assumed, 3-5)",
    )
    give_back: Share = Field(0.4, description="share of gains left to the firm 收益让利比例 (assumed, 0-0.6)")

    def lacks(self, city_tables: CityTables) -> Mapping[str, str]:
        """Return that the fields of the future lie in no cluster, if the rule asks for them."""
        if self.rule != "future" or city_tables.with_role(Role.FUTURE):
            return {}
        return {
            "rule": "'future' asks for clusters with the role future, and this city has none; write another rule, or "
            "the role in its clusters.csv"
        }

    def announce(self, view: View, terms: Terms) -> None:
        """Offer co-investment to the best-ranked firms until the quarter's money is committed; what went unused comes
        to the next in rank a quarter later, for who declined within a year comes after all others.
        """
        rows, wanted, large = self.could_use(view)
        small, rows, wanted = float(wanted[~large].sum()), rows[large], wanted[large]
        money = self.amount_a_year / QUARTERS
        room = min(money, max(view.envelope_left, 0.0))  # what the envelope leaves of it
        # Offers are whole fen, so that what is taken up never rounds above the envelope.
        offers = np.floor(self._divide(view, room, rows, wanted) * FEN_PER_MILLION) / FEN_PER_MILLION
        offered = offers > 0.0
        terms.offer(
            rows[offered],
            offers[offered],
            money=money,
            share=self._share,
            concession=self.concession,
            first_loss=self.first_loss,
            withheld=money - room,
            too_small=min(small, room - float(offers.sum())),
        )

    def collect(self, view: View, terms: Terms) -> None:
        """Ask firms to buy back what the fund put in `years` ago or longer: at cost and the lending rate for these
        years, less what is given back; where the last year brought a loss, at cost less the fund's part of it.
        """
        firms, quarters = view.firms, round(self.years * QUARTERS)
        if view.quarter - FIRST < quarters:
            return
        newer = (view.payments(self.name, view.quarter + -past) for past in range(1, quarters))
        rows, due = older(firms.fund_stake, chain.from_iterable(newer))
        gain = (1.0 - self.give_back) * view.numbers.loan_rate * self.years
        worth = np.where(firms.last_profit[rows] < 0.0, 1.0 - self._lost(view.numbers.fund_loss), 1.0 + gain)
        terms.add("fund_due", due, rows)
        terms.add("fund_price", due * worth, rows)

    def _lost(self, loss: float) -> float:
        """Return the share of a stake that is lost where a project fails: its own part and that of its partners."""
        return min(loss * (1.0 + self.first_loss * (1.0 / max(self._share, 1e-9) - 1.0)), 1.0)

    @property
    def _share(self) -> float:
        """Share of an expansion that public money pays at most."""
        return min(1.0 / (1.0 + self.co_investment), self.most_public)

    def could_use(self, view: View) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the firms that lack capacity, the public money that each could use this quarter, million yuan, and
        whether a stake in all it lacks is as large as the ticket.
        """
        firms = view.firms
        rows = np.flatnonzero(firms.active & firms.above_scale)
        per_output = np.array(view.numbers.by_cluster("capital_output"))[firms.cluster[rows]]
        needed = per_output * (1.0 + firms.capital_extra[rows]) * firms.expected_demand[rows] * QUARTERS
        lacking = view.deflator * (needed - firms.capital[rows] - firms.pipeline[rows] - firms.capital_due[rows])
        short = lacking > 0.0
        stake = self._share * lacking[short]
        return rows[short], view.numbers.expansion_speed * stake, stake >= self.ticket

    def _divide(self, view: View, room: float, rows: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Return offers, million yuan: alike under `even`, otherwise in order of rank until the money ends; firms
        outside the agreed industries get no more together than the rule leaves them.
        """
        landmark = view.with_role(Role.LANDMARK)
        other = ~landmark[rows]
        for_others = (1.0 - self.agreed_share) * room if landmark.any() else room
        if self.rule == "even":
            wanted = np.where(other, wanted * min(for_others / max(wanted[other].sum(), 1e-12), 1.0), wanted)
            return wanted * min(room / max(wanted.sum(), 1e-12), 1.0)
        last = view.firms.fund_declined[rows]
        declined = (last > 0) & (view.quarter.number - last <= QUARTERS)
        order = best_first(self.rank(view, rows), view.firms.expected_demand[rows])
        order = np.concatenate([order[~declined[order]], order[declined[order]]])
        in_order, others = wanted[order], other[order]
        in_order = np.where(others, until(for_others, in_order * others), in_order)
        offers = np.empty(rows.size)
        offers[order] = until(room, in_order)
        smallest = self.ticket * view.numbers.expansion_speed  # of a quarter's part, where the money ends
        return np.where(offers >= smallest, offers, 0.0)

    def rank(self, view: View, rows: np.ndarray) -> np.ndarray:
        """Return what firms are ranked by, highest first; of equals the larger comes first."""
        firms = view.firms
        rank: np.ndarray = firms.expected_demand[rows]
        if self.rule == "landmark":
            rank = (1.0 + (self.landmark_weight - 1.0) * view.with_role(Role.LANDMARK)[rows]) * firms.productivity[rows]
        if self.rule == "little-giants":
            rank = firms.specialised_title[rows].astype(float)
        if self.rule == "future":
            rank = view.with_role(Role.FUTURE)[rows] * (1.0 + (view.quarter.number - firms.founded[rows] < _YOUNG))
        if self.rule == "shovel-ready":
            rank = (firms.pipeline[rows] + firms.capital_due[rows]) / np.maximum(firms.capital[rows], 1e-9)
        if self.rule == "constrained":
            rank = -firms.cash[rows] / np.maximum(rank, 1e-9)
        return rank

    def take_up(self, view: View, terms: Terms) -> list[Claim]:
        """Pay what firms took up."""
        rows = np.flatnonzero(view.firms.fund_taken > 0.0)
        return [self.ask("co_investment", "expansion", rows, view.firms.fund_taken[rows])]

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what it paid, what financed firms put up beside it, what was set aside, and what of that was not
        taken up by cause, million yuan: no room in the envelope, projects too small, refusals, no private money beside
        it, and no need, which is the rest; further what came back of stakes, gains with it, and what was lost then.
        """
        firms, rows = view.firms, np.flatnonzero(terms.column("fund_offer") > 0.0)
        financed = np.flatnonzero(firms.fund_taken > 0.0)
        taken = float(firms.fund_taken[financed].sum())
        offer, refused = terms.column("fund_offer")[rows], firms.fund_refused[rows]
        usable = np.minimum(offer, terms.column("fund_share")[rows] * firms.wanted_expansion[rows])
        lacking = np.where(refused, 0.0, np.maximum(usable - firms.fund_taken[rows], 0.0))
        causes = terms.fund_withheld, terms.fund_too_small, float(offer[refused].sum()), float(lacking.sum())
        not_needed = max(terms.fund_money - taken - sum(causes), 0.0)
        return {
            "fund_outlay": paid,
            "fund_private": float(firms.expansion[financed].sum()) - taken,
            "fund_promised": terms.fund_money,
            **{f"fund_{cause}": money for cause, money in zip(_CAUSES, (*causes, not_needed), strict=True)},
            "fund_returned": float(firms.cluster_sum(firms.fund_returned).sum()),
            "fund_lost": float(firms.cluster_sum(firms.fund_lost).sum()),
        }


INSTRUMENT = PolicyFund
