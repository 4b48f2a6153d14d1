"""用地管理: new plants stand on what the city's plan still supplies up to its warning line (article p40, p66).

The article tells that land is short and names no rule. How much there is comes from the land survey of 2020 and the
supply plan of 2021; who gets it first, and on what conditions, is assumed or taken from neighbours.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms.ground import LandBudget, left
from sim.policies.instrument import Instrument, View
from sim.tables.units import HUNDRED_MU, Money, PlainNumber, Share
from sim.treasury.terms import Sole, Terms


class LandBudgetManagement(Instrument):
    """Limits what the modelled firms stand on; expansions and newcomers need plots. It pays nothing."""

    name: ClassVar[str] = "land_budget"
    title_en: ClassVar[str] = "Industrial land budget"
    title_zh: ClassVar[str] = "产业用地管理"
    aims: ClassVar[tuple[str, ...]] = ("land_productivity", "land_used")
    sole: ClassVar[Sole | None] = Sole.LAND_BUDGET
    outcomes: ClassVar[tuple[str, ...]] = ("land_left", "land_sold", "land_revenue")

    supply_a_year: PlainNumber = Field(
        12_000.0,
        ge=0,
        le=1e6,
        json_schema_extra={"unit": "mu a year"},
        description="new industrial land that the plan supplies in a year; what is not taken stays for later "
        "每年计划供应的工业用地，未用部分结转 (city plan of 2021, industry and storage)",
    )
    to_the_line: PlainNumber = Field(
        42_650.0,
        ge=0,
        le=1e6,
        json_schema_extra={"unit": "mu"},
        description="new industrial land from 2022 on in all, up to the warning line of development "
        "2022年起至开发强度警戒线累计可供工业用地 (derived: 79 km2 are left to 30 % of the city's area in the "
        "survey of 2020; industry gets 36 % of what the plan of 2021 supplies)",
    )
    rule: Literal["price", "output-per-mu", "tax-per-mu", "queue"] = Field(
        "output-per-mu",
        description="who gets plots first where they are short. price: who pays most, all at the bid of the first "
        "who gets less than asked for; output-per-mu, tax-per-mu: by last year's sales or local tax on the firm's "
        "land; queue: who has waited longest "
        "用地不足时的次序。price：价高者先得，按首位未获足额者的出价计价；output-per-mu、tax-per-mu：按上年亩均营收或"
        "亩均地方税收；queue：等候最久者先得 (assumed: the article names none)",
    )
    newcomers: Share = Field(
        0.3,
        description="share of the land left that expansions leave for newcomers, who take theirs free of the price "
        "剩余用地中为新进入企业预留的比例，新进入企业不付地价 (assumed, 0.1-0.5)",
    )
    floor_area_ratio: PlainNumber = Field(
        1.5,
        ge=0,
        le=4,
        json_schema_extra={"unit": "ratio"},
        description="least floor area of a new plant over its plot; 0 for none 新建厂房容积率下限，0为不限 "
        "(Jiangsu, December 2021: 1.5 in the south)",
    )
    least_investment: Money = Field(
        4.0,
        description="investment that a mu of a new plot must carry, at prices of 2021; 0 for none "
        "新增用地亩均投资强度下限（2021年价），0为不限 (assumed, 4-5 million yuan: Taicang 2017 asks 5, Changzhou's "
        "was not found)",
    )
    idle_below: Share = Field(
        0.5,
        description="use of a firm's land below which it counts as idle "
        "用地利用率低于此比例视为闲置 (assumed, 0.3-0.6)",
    )
    taken_back_after: PlainNumber = Field(
        2.0,
        ge=0,
        le=10,
        json_schema_extra={"unit": "years"},
        description="years after which idle land is taken back without pay: plots of firms that closed, and what "
        "carries no capital of others; 0 for never "
        "闲置多久后无偿收回：关停企业的全部用地，其他企业未承载固定资本的部分；0为不收回 (national rule on idle land: "
        "two years)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Put the quarter's budget in force."""
        terms.set_land(
            LandBudget(
                most=view.ground.mu + view.ground.part * self.supplied(view),
                rule=self.rule,
                newcomers=self.newcomers,
                floor_area=self.floor_area_ratio,
                least_investment=self.least_investment,
                idle_below=self.idle_below,
                patience=round(QUARTERS * self.taken_back_after),
            )
        )

    def supplied(self, view: View) -> float:
        """Return new land of the whole city since the start of 2022, this quarter's part included, mu."""
        *before, now = self.by_year(view.quarter)
        ago = sum(stage.supply_a_year for stage in before)
        return min(ago + now.supply_a_year * view.quarter.season / QUARTERS, self.to_the_line)

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return the land that is left, mu, what expansions took of it, 100 mu, and paid for it, million yuan."""
        firms, budget = view.firms, terms.land
        if budget is None:
            return {"land_left": 0.0, "land_sold": 0.0, "land_revenue": 0.0}
        rows = np.flatnonzero(firms.land_allotted > 0.0)
        sold = firms.land_allotted[rows] * firms.expansion[rows] / firms.wanted_expansion[rows]
        revenue = float((sold * firms.land_price[rows]).sum())
        return {
            "land_left": left(firms, budget),
            "land_sold": float(sold.sum()) / HUNDRED_MU,
            "land_revenue": revenue,
        }


INSTRUMENT = LandBudgetManagement
