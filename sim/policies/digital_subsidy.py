"""智改数转奖补: a share of what a digital or equipment project costs, from a floor up to a cap (article p30, p46).

The text of 2022 gives no rate; the city's rule of March 2021 paid 12 % of equipment in five strategic industries, at
most 10 million yuan, and 6 % in others, at most 6 million.
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sim.policies.instrument import Instrument, View
from sim.tables.clusters import Role
from sim.tables.units import Money, Share
from sim.treasury.claims import SUBSIDY, Clause, Spending
from sim.treasury.terms import Terms


class DigitalSubsidy(Instrument):
    """Pays when the project is there: firms of landmark clusters at one rate, the others at another."""

    name: ClassVar[str] = "digital_subsidy"
    title_en: ClassVar[str] = "Digital retrofit subsidy"
    title_zh: ClassVar[str] = "智改数转奖补"
    aims: ClassVar[tuple[str, ...]] = ("digital_share", "industrial_value_added")
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("landmark_project", Spending.DIGITAL, SUBSIDY),
        Clause("other_project", Spending.DIGITAL, SUBSIDY),
    )

    rate_landmark: Share = Field(
        0.12, description="share of a project in landmark clusters 地标产业项目奖补比例 (the city's rule of 2021)"
    )
    cap_landmark: Money = Field(
        10.0, description="at most per project there 地标产业单项上限 (the city's rule of 2021)"
    )
    rate_other: Share = Field(
        0.06, description="share of a project in other clusters 其他产业项目奖补比例 (the city's rule of 2021)"
    )
    cap_other: Money = Field(6.0, description="at most per project there 其他产业单项上限 (the city's rule of 2021)")
    floor: Money = Field(
        1.0, description="smallest project that is supported 支持项目的最低投资额 (assumed, 0-5 million yuan)"
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise firms the share of a project of theirs."""
        landmark = view.with_role(Role.LANDMARK)
        for clause, rate, cap, whose in (
            ("landmark_project", self.rate_landmark, self.cap_landmark, landmark),
            ("other_project", self.rate_other, self.cap_other, ~landmark),
        ):
            terms.support(Spending.DIGITAL, self.name, clause, rate, whose=whose, floor=self.floor, cap=cap)


INSTRUMENT = DigitalSubsidy
