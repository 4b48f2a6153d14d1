"""Listing: each year some of the larger profitable firms led from the city go public. What they raise is left out."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import GO_PUBLIC
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.firms.turnover import raised
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.tables.milestones import Kind
from sim.treasury.events import Event, reached


@declared(
    reads=("key", "leads", "local_headquarters", "active", "above_scale", "last_revenue", "last_profit"),
    writes=("listed",),
)
def go_public(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, list candidates by chance; lists know a listed firm by rule. Return who did.

    hazard = usual x exp(response x award / cost of going public): about response x a tenth more where the award pays a
    tenth of the cost
    """
    if setting.quarter.season != GO_PUBLIC:
        return []
    numbers = setting.numbers
    rows = candidates(firms, numbers.listing_size_floor)
    paid = setting.terms.column(Kind.LISTED)[rows] / numbers.listing_cost
    hazard = raised(numbers.listing_hazard, numbers.listing_response, paid)
    listed = rows[uniforms(setting.luck("listing"), firms.key[rows]) < hazard]
    firms.listed[listed] = True
    return [reached(Kind.LISTED, setting.quarter, listed)]


def candidates(firms: Firms, size_floor: float) -> np.ndarray:
    """Return rows of firms that could go public: not listed, head of their group, led from here,
    profitable and large enough.
    """
    could = firms.active & firms.above_scale & firms.local_headquarters & firms.leads & ~firms.listed
    return np.flatnonzero(could & (firms.last_profit > 0.0) & (firms.last_revenue >= size_floor))
