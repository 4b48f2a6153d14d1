"""三品工程 (增品种、提品质、创品牌): support for what firms spend on quality and brands (article p64).

The text asks it of traditional industries, textiles first, and names no amount. What a firm spends on quality is the
part of its research that aims at it (`quality_share`), and a success there goes further or less far with the money: it
buys demand, not lower cost. Simplified: what firms do more they pay out of the award, and no book shows it. A firm aims
at quality with and without the money, and nobody can tell the two yuan apart: the money is unconditional.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.clusters import Role
from sim.tables.units import Money, Share
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.terms import Terms

_LEAST = 1e-9  # million yuan spent on quality in a quarter: below it no cap binds


class BrandQuality(Instrument):
    """Pays a share of the research that aims at quality."""

    name: ClassVar[str] = "brand_quality"
    title_en: ClassVar[str] = "Quality and brand support"
    title_zh: ClassVar[str] = "三品工程奖补"
    aims: ClassVar[tuple[str, ...]] = ("industrial_value_added",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("quality_work", Basis.UNCONDITIONAL),)

    rate: Share = Field(0.2, description="share of what firms spend on quality 质量品牌投入奖补比例 (assumed, 0-0.5)")
    cap: Money = Field(1.0, description="at most per firm and year 每户每年上限 (assumed, 0.2-5 million yuan)")
    whose: Literal["traditional", "all"] = Field(
        "traditional",
        description="clusters that are no landmark, or all clusters 传统产业（非地标产业）或全部集群 (article p64)",
    )

    def announce(self, view: View, terms: Terms) -> None:
        """Promise firms the share of what they spend on quality, at most the cap: a firm goes by what it spent last."""
        rows = self._served(view)
        spent = view.firms.research[rows] * view.numbers.quality_share
        paid = np.minimum(self.rate, self.cap / QUARTERS / np.maximum(spent, _LEAST))
        terms.add("quality_support", paid, rows)

    def take_up(self, view: View, terms: Terms) -> list[Claim]:
        """Pay the share of the quarter's research that aims at quality."""
        rows = self._served(view)
        spent = view.firms.research[rows] * view.numbers.quality_share
        owed = np.minimum(self.rate * spent, self.cap / QUARTERS)
        rows, owed = rows[owed > 0.0], owed[owed > 0.0]
        return [self.ask("quality_work", "quality work", rows, owed)] if rows.size else []

    def _served(self, view: View) -> np.ndarray:
        """Return the rows of firms that the instrument is for."""
        there = view.firms.active
        return np.flatnonzero(there if self.whose == "all" else there & ~view.with_role(Role.LANDMARK))


INSTRUMENT = BrandQuality
