"""淘汰落后产能: the city buys out the most backward plants of two-high clusters, which close (article p62, p64).

The text names neither pace nor price. A plant closes at the end of the quarter in which it is paid; whoever is ordered
to close has no choice, so nothing that a firm does earns the money.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms.swap import capacity
from sim.policies.instrument import Instrument, View
from sim.tables.clusters import TWO_HIGH
from sim.tables.units import DUST, PlainNumber, Share
from sim.treasury.claims import Basis, Claim, Clause
from sim.treasury.terms import Terms


class CapacityElimination(Instrument):
    """Closes a share of a cluster's capacity, from the most backward plant on; the last one reached closes in part."""

    name: ClassVar[str] = "capacity_elimination"
    title_en: ClassVar[str] = "Elimination of backward capacity"
    title_zh: ClassVar[str] = "淘汰落后产能"
    aims: ClassVar[tuple[str, ...]] = ("energy_use",)
    apart: ClassVar[bool] = True  # whoever is ordered to close does so at any price
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("closed_capacity", Basis.UNCONDITIONAL, closes=True),)
    outcomes: ClassVar[tuple[str, ...]] = ("capacity_eliminated",)

    share: Share = Field(
        0.02,
        le=0.2,
        description="share of the capacity of each cluster with the role steel or cement that closes a year "
        "钢铁、水泥角色集群每年淘汰的产能占比 (assumed, 0-0.1)",
    )
    measure_by: Literal["energy", "productivity"] = Field(
        "energy",
        description="who is most backward: who uses most energy per output, or who is least efficient "
        "落后的衡量：单位产出能耗最高，或效率最低 (assumed: the text does not say)",
    )
    line: PlainNumber = Field(
        1.0,
        ge=0,
        le=3,
        json_schema_extra={"unit": "ratio"},
        description="only plants that use so many times their cluster's mean of energy per output, or of inputs per "
        "output 只淘汰单位产出能耗（或单位产出投入）达到集群均值该倍数的装置 (assumed)",
    )
    youngest: PlainNumber = Field(
        5.0,
        ge=0,
        le=50,
        json_schema_extra={"unit": "years"},
        description="plants founded since fewer years are left alone 投产不足此年限的装置不淘汰 (assumed, 0-10)",
    )
    compensation: Share = Field(
        0.03,
        description="paid per yuan of yearly output that closes, at 2021 prices 每元被淘汰年产值的补偿（2021年价） "
        "(assumed: 150 yuan a tonne, 80-400, where a tonne sells for 5,000)",
    )

    def claim(self, view: View) -> list[Claim]:
        """Buy out the plants of the quarter."""
        rows, shares = self.chosen(view)
        price = self.compensation * self._capacity(view)[rows] * shares
        sizes = {1.0: shares == 1.0} | {float(part): shares == part for part in shares[shares < 1.0]}
        asked = ((rows[these], price[these], part) for part, these in sizes.items() if these.any())
        return [
            self.ask("closed_capacity", "capacity ordered to close", which, owed, buys=part)
            for which, owed, part in asked
        ]

    def deliver(self, view: View, terms: Terms) -> None:
        """Order those to close who were paid, as far as they were."""
        rows, shares = self.bought(view)
        if rows.size:
            terms.add("closure", shares, rows)

    def chosen(self, view: View) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows of plants that are to close this quarter, and which share of each: in every cluster from the
        most backward on, up to a quarter of the year's share; who waits to be paid is not put down again.
        """
        firms, stands = view.firms, self._capacity(view)
        inputs = firms.energy_intensity if self.measure_by == "energy" else self._inputs(view)
        old = view.quarter.number - firms.founded >= QUARTERS * self.youngest
        open_to = firms.active & old & view.with_role(*TWO_HIGH) & ~self.awaited(view)
        total, made = firms.cluster_sums([stands, stands * inputs])
        least = (1.0 - DUST) * self.line * made / np.maximum(total, DUST)
        rows = np.flatnonzero(open_to & (inputs >= least[firms.cluster]) & (stands > 0.0))
        rows = rows[np.lexsort((-inputs[rows], firms.cluster[rows]))]
        due = self.share / QUARTERS * total[firms.cluster[rows]]
        before = np.cumsum(stands[rows]) - stands[rows]
        cluster = firms.cluster[rows]
        first = np.searchsorted(cluster, cluster)  # of its cluster
        shares = np.clip((due - (before - before[first])) / stands[rows], 0.0, 1.0)
        return rows[shares > 0.0], shares[shares > 0.0]

    def _inputs(self, view: View) -> np.ndarray:
        """Return inputs per output over the cluster's norm, by row; 0 where nothing works."""
        able = view.firms.productivity * view.firms.digital_effect
        return np.divide(1.0, able, out=np.zeros(able.size), where=able > 0.0)

    def _capacity(self, view: View) -> np.ndarray:
        """Return what each active firm can make in a year, million yuan at 2021 prices."""
        capital_output = np.array(view.numbers.by_cluster("capital_output"))
        return np.where(view.firms.active, capacity(view.firms, view.firms.capital, capital_output), 0.0)

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return the capacity that closes at the end of the quarter, million yuan of yearly output at 2021 prices."""
        return {"capacity_eliminated": float((terms.column("closure") * self._capacity(view)).sum())}


INSTRUMENT = CapacityElimination
