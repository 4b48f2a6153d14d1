"""智能制造贷: a loan for digital projects beyond usual credit, with points of interest paid by the city (article p46).

The text names the loan and no terms. Suzhou paid one point of interest a year in 2020, at most 2 million yuan a year,
and its counties at least one more. Simplified: the points of all years come at once when the project is paid, neither
discounted nor on a balance that falls, and a firm with money of its own gets them too, since it may borrow all the
same.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, PlainNumber, Share
from sim.treasury.claims import SUBSIDY, Clause, Spending
from sim.treasury.terms import Terms


class SmartLoan(Instrument):
    """Banks lend a share of a digital project that usual credit does not reach; the city pays part of the interest."""

    name: ClassVar[str] = "smart_loan"
    title_en: ClassVar[str] = "Smart-manufacturing loan"
    title_zh: ClassVar[str] = "智能制造贷"
    aims: ClassVar[tuple[str, ...]] = ("digital_share",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("interest", Spending.DIGITAL, SUBSIDY),)

    room: Share = Field(
        0.5,
        description="share of a project that is lent beyond usual credit 常规授信之外的贷款占项目比例 (assumed, 0-0.7)",
    )
    points: Share = Field(
        0.01, description="points of interest paid a year 每年贴息点数 (Suzhou's rule of 2020; 0.01-0.02)"
    )
    years: PlainNumber = Field(
        3.0,
        ge=0,
        le=10,
        json_schema_extra={"unit": "years"},
        description="years for which they are paid 贴息年限 (assumed, 1-5)",
    )
    cap_a_year: Money = Field(2.0, description="at most per project and year 单项每年贴息上限 (Suzhou's rule of 2020)")

    def announce(self, view: View, terms: Terms) -> None:
        """Offer the loan and promise the interest on it."""
        terms.add("loan_room", self.room)
        rate = self.points * self.years * self.room
        terms.support(Spending.DIGITAL, self.name, "interest", rate, cap=self.cap_a_year * self.years)


INSTRUMENT = SmartLoan
