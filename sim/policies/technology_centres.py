"""企业技术中心: an award for a newly recognised technology centre of a firm (article p29).

The text of 2022 wants better platforms and names no award; the city's rule of March 2021 paid 1 million yuan for a
national centre and 0.3 million for a provincial one. State and province recognise so many a year for research done. In
the model a centre is a name: a firm does its research with it and without, so no event earns the money, which is
unconditional. Simplified: those with most research are taken to have had a centre before 2022, as many as the city had,
and the next in rank are recognised.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.quarter import FIRST
from sim.calendar.year import CENTRES
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money, PlainNumber
from sim.treasury.claims import Basis, Claim, Clause


class TechnologyCentres(Instrument):
    """Pays each year those whose research comes next after that of all holders, once per level."""

    name: ClassVar[str] = "technology_centres"
    title_en: ClassVar[str] = "Technology-centre awards"
    title_zh: ClassVar[str] = "企业技术中心奖励"
    aims: ClassVar[tuple[str, ...]] = ("own_research",)
    clauses: ClassVar[tuple[Clause, ...]] = (
        Clause("national", Basis.UNCONDITIONAL),
        Clause("provincial", Basis.UNCONDITIONAL),
    )

    award_national: Money = Field(1.0, description="national centre 国家企业技术中心 (the city's rule of 2021)")
    award_provincial: Money = Field(0.3, description="provincial centre 省级企业技术中心 (the city's rule of 2021)")
    new_national: PlainNumber = Field(
        1.0,
        ge=0,
        le=100,
        json_schema_extra={"unit": "firms a year"},
        description="national centres recognised a year 每年新认定国家级中心 (assumed, 0-2: a tenth of those held)",
    )
    new_provincial: PlainNumber = Field(
        25.0,
        ge=0,
        le=1000,
        json_schema_extra={"unit": "firms a year"},
        description="provincial centres recognised a year 每年新认定省级中心 (assumed, 15-40: a tenth of those held)",
    )
    held_national: PlainNumber = Field(
        13.0,
        ge=0,
        le=1000,
        json_schema_extra={"unit": "firms"},
        description="national centres held before 已有国家级中心 (the city's report of June 2022)",
    )
    held_provincial: PlainNumber = Field(
        264.0,
        ge=0,
        le=10_000,
        json_schema_extra={"unit": "firms"},
        description="provincial centres held before 已有省级中心 (the city's report of June 2022)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay in the third quarter who is newly recognised; who got the national award gets no provincial one."""
        if view.quarter.season != CENTRES:
            return []
        firms = view.firms
        research = np.where(firms.active & firms.above_scale, firms.season_research.sum(axis=1), 0.0)
        national, provincial = self._paid(view, "national"), self._paid(view, "provincial")
        highest = _next(research, national, self.held_national, self.new_national)
        national[highest] = True
        held = self.held_national + self.held_provincial
        others = _next(research, national | provincial, held, self.new_provincial)
        trigger = "most research without a centre"
        return [
            self.ask("national", trigger, highest, self.award_national),
            self.ask("provincial", trigger, others, self.award_provincial),
        ]

    def _paid(self, view: View, clause: str) -> np.ndarray:
        """Return a mask of firms that were paid under a clause before."""
        mask = np.zeros(view.firms.rows, dtype=bool)
        for past in range(view.quarter - FIRST):
            then = FIRST + past
            for payment in (p for p in view.payments(self.name, then) if p.clause == clause):
                same = view.firms.founded[payment.rows] <= then.number  # a row may have a new firm since
                mask[payment.rows[same]] = True
        return mask


def _next(research: np.ndarray, recognised: np.ndarray, held: float, new: float) -> np.ndarray:
    """Return the rows of the `new` firms whose research comes next, among those not yet recognised, after that of the
    first `held`; none without research.
    """
    left = np.where(recognised, 0.0, research)
    order = np.argsort(-left, kind="stable")[round(held) : round(held) + round(new)]
    return np.sort(order[left[order] > 0.0])


INSTRUMENT = TechnologyCentres
