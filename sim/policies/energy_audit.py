"""能源审计、自愿性清洁生产: the city buys energy audits of key energy users (article p63).

An audit tells where energy goes; whether the firm then spends is its own affair, and who does nothing had it too. So no
spending earns this money: it is unconditional. The text gives neither pace nor price; Fuzhou paid 50,000 yuan for a
voluntary check of clean production in 2018 and as much or twice as much for an energy-management system.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from sim.calendar.year import QUARTERS
from sim.firms.energy_use import use_a_year
from sim.policies.instrument import Instrument, View
from sim.tables.units import Energy, Money, Share
from sim.treasury.claims import SERVICE, Basis, Claim, Clause
from sim.treasury.terms import Terms


class EnergyAudit(Instrument):
    """Sends auditors to key energy users, to all of them once before to any again, the largest first."""

    name: ClassVar[str] = "energy_audit"
    title_en: ClassVar[str] = "Energy audits"
    title_zh: ClassVar[str] = "能源审计与清洁生产"
    aims: ClassVar[tuple[str, ...]] = ("energy_for_2021_output",)
    apart: ClassVar[bool] = True
    clauses: ClassVar[tuple[Clause, ...]] = (Clause("audit", Basis.UNCONDITIONAL, SERVICE),)

    reach: Share = Field(
        0.33, description="key energy users audited a year 每年审计的重点用能单位占比 (assumed, 0.1-1)"
    )
    floor: Energy = Field(
        5_000.0, description="energy a year that makes a key user 重点用能单位年用能门槛 (national practice: 5,000 tce)"
    )
    cost: Money = Field(0.05, description="price of an audit 单次审计费用 (Fuzhou 2018: 50,000-100,000 yuan)")

    def claim(self, view: View) -> list[Claim]:
        """Order the audits of the quarter."""
        rows = self._chosen(view)
        return [self.ask("audit", "audit", rows, self.cost, buys=1.0)] if rows.size else []

    def deliver(self, view: View, terms: Terms) -> None:
        """Let firms hear for a year of the audits that were paid for, as far as they were; of several the fullest."""
        rows, depth = self.bought(view, past=QUARTERS - 1)
        if rows.size:
            heard = np.zeros(view.firms.rows)
            np.maximum.at(heard, rows, depth)
            terms.add("audits", heard)

    def _chosen(self, view: View) -> np.ndarray:
        """Return the rows of those audited: of key users those whose last audit is longest ago, the largest first; who
        waits for one is not put down again.
        """
        firms = view.firms
        use = use_a_year(firms)
        key = firms.active & (use >= self.floor)
        places = round(self.reach / QUARTERS * int(np.count_nonzero(key)))
        rows = np.flatnonzero(key & ~self.awaited(view))
        return rows[np.lexsort((-use[rows], firms.audited[rows]))[:places]]


INSTRUMENT = EnergyAudit
