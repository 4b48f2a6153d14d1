"""登峰计划: a prize for the first crossing of 100, 50 or 10 billion yuan of revenue (article p08)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from sim.calendar.quarter import Quarter
from sim.calendar.year import QUARTERS, REACH_LINES
from sim.firms import groups
from sim.firms.table import Firms
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import TIERS, Kind
from sim.tables.units import FEN_PER_MILLION, Money, PlainNumber, Share
from sim.treasury.claims import Claim, Clause
from sim.treasury.events import Event
from sim.treasury.ledger import Payment
from sim.treasury.terms import Terms


class PeakClimbing(Instrument):
    """Prize = maximum x score; the score weighs innovation, green and output indicators of the firm."""

    name: ClassVar[str] = "peak_climbing"
    title_en: ClassVar[str] = "Peak-climbing plan"
    title_zh: ClassVar[str] = "登峰计划"
    aims: ClassVar[tuple[str, ...]] = ("crossings_real",)
    clauses: ClassVar[tuple[Clause, ...]] = tuple(Clause(tier.value, tier) for tier in TIERS)

    outcomes: ClassVar[tuple[str, ...]] = ("awards_returned",)

    max_award_100bn: Money = Field(10.0, description="at most, for 100 billion yuan 超1000亿元最高奖励 (article p08)")
    max_award_50bn: Money = Field(5.0, description="at most, for 50 billion yuan 超500亿元最高奖励 (article p08)")
    max_award_10bn: Money = Field(2.0, description="at most, for 10 billion yuan 超100亿元最高奖励 (article p08)")
    weight_innovation: PlainNumber = Field(
        0.4, ge=0, le=1, json_schema_extra={"unit": "share"}, description="weight of research 技术创新权重 (assumed)"
    )
    weight_green: PlainNumber = Field(
        0.3, ge=0, le=1, json_schema_extra={"unit": "share"}, description="weight of energy use 绿色发展权重 (assumed)"
    )
    weight_output: PlainNumber = Field(
        0.3,
        ge=0,
        le=1,
        json_schema_extra={"unit": "share"},
        description="weight of productivity 产出效益权重 (assumed)",
    )
    unit: Literal["group", "establishment"] = Field(
        "group",
        description="whose revenue counts; lists read the group 认定主体：文件称“企业”，榜单按集团口径 (open reading)",
    )
    double_crossing: Literal["highest", "each"] = Field(
        "highest",
        description="two tiers in one year: pay the highest or each 同年跨两档：奖最高档或逐档奖励 (open reading)",
    )
    stacking: Literal["each_crossing", "highest_only"] = Field(
        "each_crossing",
        description="a higher tier in a later year: pay it in full, or only what it adds to the award of the tier "
        "crossed before 以后年份跨更高档：全额奖励，或只补与已跨档奖励的差额（就高不重复） (open reading)",
    )
    perceived_benefit: Money = Field(
        0.0, le=1000, description="status, land, quota that a firm sees in a crossing 企业感知的其他好处 (from zero)"
    )

    paid_over: int = Field(
        1,
        ge=1,
        le=10,
        json_schema_extra={"unit": "years"},
        description="years over which the award is paid in equal parts, the later ones to who is still above the line "
        "分期发放年数，后续各期只付给仍在档上者 (option, 1: at once)",
    )
    clawback: Share = Field(
        0.0,
        description="share of an award to give back if revenue is below the line in all clawback years, in part for "
        "each such year 回落追回比例，追回期内每个回落年度退回相应部分 (option, from zero)",
    )
    clawback_years: int = Field(
        3,
        ge=1,
        le=10,
        json_schema_extra={"unit": "years"},
        description="years after the award in which it may be claimed back 追回期年数 (option)",
    )

    @model_validator(mode="after")
    def _weights_add_up(self) -> PeakClimbing:
        if abs(self.weight_innovation + self.weight_green + self.weight_output - 1.0) > 1e-9:
            raise ValueError("weight_innovation, weight_green and weight_output must add up to 1")
        return self

    def awards(self) -> dict[Kind, float]:
        """Return the maximum award per tier, million yuan."""
        return dict(zip(TIERS, (self.max_award_10bn, self.max_award_50bn, self.max_award_100bn), strict=True))

    def announce(self, view: View, terms: Terms) -> None:
        """Tell firms at the end of a year what a crossing would bring."""
        if view.quarter.season != REACH_LINES:
            return
        firms = view.firms
        rows = np.flatnonzero(firms.active & firms.local_headquarters)
        score = np.zeros(firms.rows)
        score[rows] = self.score(firms, rows)
        earlier = self._earlier_award(firms.group_highest_tier if self.unit == "group" else firms.highest_tier)
        for tier, award in self.awards().items():
            added = np.maximum(award - earlier, 0.0) * self._counted_on(view.numbers.line_belief)
            terms.add(f"{self.unit}_{tier}", added * score + self.perceived_benefit * (score > 0.0))

    def _counted_on(self, belief: float) -> float:
        """Return the share of an award that a firm counts on which believes to be above the line in a share of the
        years that follow.
        """
        paid = (1.0 + (self.paid_over - 1) * belief) / self.paid_over
        return paid * (1.0 - self.clawback * (1.0 - belief))

    def collect(self, view: View, terms: Terms) -> None:
        """Claim back a part of awards paid in the last years from firms whose revenue of last year was below the
        line.
        """
        for years in range(1, self.clawback_years + 1) if self.clawback > 0.0 else ():
            for payment in view.payments(self.name, view.quarter + -QUARTERS * years):
                fallen = ~_above(view.firms, payment)
                due = payment.fen[fallen] / FEN_PER_MILLION * (self.clawback / self.clawback_years)
                terms.add("award_due", due, payment.rows[fallen])

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what firms gave back in the quarter, million yuan."""
        return {"awards_returned": float(view.firms.cluster_sum(view.firms.awards_returned).sum())}

    def claim(self, view: View) -> list[Claim]:
        """Pay first crossings of last year, of whatever class, on the tier's maximum and the firm's score; of earlier
        ones the part that is due this year.
        """
        # A real crossing after one on paper is an event too; the tier has been paid then.
        events = [e.firsts() for e in view.events if e.kind in TIERS and e.unit == self.unit]
        return [*(self._award(view, event, events) for event in events), *self._later_parts(view)]

    def _later_parts(self, view: View) -> Iterator[Claim]:
        """Pay as much as at first to those who are still above the line."""
        for years in range(1, self.paid_over):
            for payment, first in self._first_parts(view, view.quarter + -(QUARTERS * years + 1)):
                due = first & _above(view.firms, payment)
                rows, part = payment.rows[due], payment.fen[due] / FEN_PER_MILLION
                trigger = f"still above the line in {view.quarter.year - 1}"
                yield self.ask(payment.clause, trigger, rows, part, payment.event)

    def _first_parts(self, view: View, judged: Quarter) -> Iterator[tuple[Payment, np.ndarray]]:
        """Return payments for what was judged in a quarter, with a mask of the rows for which it is the first: it may
        have waited for money.
        """
        seen: dict[str, np.ndarray] = {}
        for quarters in range(1, view.quarter - judged):
            for payment in view.payments(self.name, judged + quarters):
                if payment.event is not None and payment.event.quarter == judged:
                    before = seen.get(payment.clause, payment.rows[:0])
                    seen[payment.clause] = np.concatenate((before, payment.rows))
                    yield payment, ~np.isin(payment.rows, before)

    def _award(self, view: View, event: Event, events: list[Event]) -> Claim:
        rows = event.rows[self._counted(event, events) & view.firms.active[event.rows]]
        earlier = self._earlier_award(_tiers_before(rows, events))
        amounts = np.maximum(self.awards()[event.kind] - earlier, 0.0) * self.score(view.firms, rows)
        return self.ask(event.kind, f"first crossing in {event.year}", rows, amounts / self.paid_over, event)

    def _counted(self, event: Event, events: list[Event]) -> np.ndarray:
        """Mask of rows for which this is the highest tier of the year, or all of them."""
        if self.double_crossing == "each" and self.stacking == "each_crossing":
            return np.ones(event.rows.size, dtype=bool)
        higher = [e.rows for e in events if TIERS.index(e.kind) > TIERS.index(event.kind)]
        return ~np.isin(event.rows, np.concatenate(higher)) if higher else np.ones(event.rows.size, dtype=bool)

    def _earlier_award(self, tiers: np.ndarray) -> np.ndarray:
        """Return the maximum award of tiers crossed before (0 none, 1 the lowest), as far as it counts."""
        if self.stacking == "each_crossing":
            return np.zeros(tiers.size)
        return np.array([0.0, *self.awards().values()])[tiers]

    def score(self, firms: Firms, rows: np.ndarray) -> np.ndarray:
        """Return the score of some firms, 0 to 1: each indicator is x / (1 + x), a half at the cluster's norm."""
        relative = [
            (self.weight_innovation, firms.research_propensity[rows]),
            (self.weight_green, _cluster_mean(firms)[firms.cluster[rows]] / firms.energy_intensity[rows]),
            (self.weight_output, firms.productivity[rows]),
        ]
        score: np.ndarray = sum((weight * x / (1.0 + x) for weight, x in relative), np.zeros(rows.size))
        return score


def _above(firms: Firms, payment: Payment) -> np.ndarray:
    """Mask of the firms of a payment for a crossing whose revenue of last year, as the books show it, is above the
    line.
    """
    if payment.event is None:
        return np.ones(payment.rows.size, dtype=bool)
    return groups.above_line(firms, payment.event.unit, payment.event.kind, payment.rows)


def _tiers_before(rows: np.ndarray, events: list[Event]) -> np.ndarray:
    """Return the highest tier that each row had crossed before these events: one below the lowest they report."""
    before = np.full(rows.size, len(TIERS))
    for event in events:
        inside = np.isin(rows, event.rows)
        before[inside] = np.minimum(before[inside], TIERS.index(event.kind))
    return before


def _cluster_mean(firms: Firms) -> np.ndarray:
    """Demand-weighted energy intensity of each cluster; 0 where nobody is left."""
    demand = firms.cluster_sum(firms.demand)
    return np.divide(
        firms.cluster_sum(firms.energy_intensity * firms.demand), demand, out=np.zeros_like(demand), where=demand > 0.0
    )


INSTRUMENT = PeakClimbing
