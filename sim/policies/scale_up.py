"""小升规: half of the rise in local tax, at most 0.1 million yuan, to firms newly above scale (article p11)."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import PAY_ABOVE_SCALE, closed_year
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.tables.units import Money, PlainNumber, Share
from sim.treasury.claims import Basis, Claim, Clause


class ScaleUp(Instrument):
    """Industry firms are paid by name; services are part of the exogenous rest and paid as one line."""

    name: ClassVar[str] = "scale_up"
    title_en: ClassVar[str] = "Scale-up awards"
    title_zh: ClassVar[str] = "小升规奖励"
    aims: ClassVar[tuple[str, ...]] = ("above_scale_firms",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("industry", Kind.ABOVE_SCALE), Clause("services", Basis.OUTSIDE))

    rate: Share = Field(0.5, description="share of the rise in local tax 地方贡献增量奖励比例 (article p11)")
    cap: Money = Field(0.1, description="at most per firm 每户上限 (article p11)")
    services_a_year: PlainNumber = Field(
        300.0,
        ge=0,
        le=5000,
        json_schema_extra={"unit": "firms a year"},
        description="service firms newly above scale a year 新增规上服务业企业 (assumed, 100-600)",
    )
    services_tax_rise: Money = Field(
        0.12, description="their mean rise in local tax 服务业户均地方贡献增量 (assumed, 0.05-0.3 million yuan)"
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay firms that were judged above scale for the first time."""
        claims = []
        for event in (e for e in view.events if e.kind == Kind.ABOVE_SCALE):
            rows = event.rows[event.first]
            amounts = np.minimum(self.rate * view.firms.local_tax_rise[rows], self.cap)
            claims.append(self.ask("industry", f"above scale in {event.year}", rows, amounts, event))
        if view.quarter.season == PAY_ABOVE_SCALE:
            claims.append(self._services(closed_year(view.quarter)))
        return claims

    def _services(self, year: int) -> Claim:
        total = self.services_a_year * min(self.rate * self.services_tax_rise, self.cap)
        return self.ask_outside("services", f"above scale in {year}", total)


INSTRUMENT = ScaleUp
