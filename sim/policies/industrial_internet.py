"""工业互联网平台: public money for an industrial-internet platform in each cluster (article p30, p46).

The text supports comprehensive, featured and professional platforms and names no amount. What a platform does for
firms is assumed: digital projects cost them less, the more money stands behind it and the longer they have used it. The
money goes to who runs the platform; no decision of a firm earns it, so it is unconditional.
"""

from __future__ import annotations

from math import fsum
from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.policies.instrument import Instrument, View
from sim.tables.units import Money
from sim.treasury.claims import REST_OF_CITY, SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class IndustrialInternet(Instrument):
    """Keeps a platform in each cluster, which serves firms as far as its money goes."""

    name: ClassVar[str] = "industrial_internet"
    title_en: ClassVar[str] = "Industrial-internet platforms"
    title_zh: ClassVar[str] = "工业互联网平台"
    aims: ClassVar[tuple[str, ...]] = ("digital_share",)
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("running_platforms", Basis.UNCONDITIONAL, SERVICE),)

    amount_a_year: Money = Field(
        10.0, description="public money per cluster and year 每个集群每年财政资金 (assumed, 0-50 million yuan)"
    )

    def claim(self, view: View) -> list[Claim]:
        """Pay the platforms of all clusters a quarter of the year's money."""
        rows, a_year = np.full(view.firms.start.size, REST_OF_CITY), self.amount_a_year
        trigger = "platform of a cluster"
        return [self.ask("running_platforms", trigger, rows, a_year / QUARTERS, buys=a_year)] if a_year else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Say how far the platforms serve firms, which rises ever less with the money that they were paid, at a year's
        rate, and share alike.
        """
        amount = fsum(self.bought(view)[1]) / view.firms.start.size
        if amount:
            terms.add("platform_service", amount / (amount + view.numbers.platform_money))


INSTRUMENT = IndustrialInternet
