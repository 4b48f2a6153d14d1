"""First sets: once a year some of the new products of above-scale firms are recognised as the first of their kind."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import FIRST_SETS, QUARTERS
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.tables.milestones import Kind
from sim.treasury.events import Event, reached


@declared(reads=("active", "above_scale", "key", "product_success"), writes=("first_set_quarter",))
def recognise(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, recognise first sets among products that succeeded in the last four quarters."""
    if setting.quarter.season != FIRST_SETS:
        return []
    now = setting.quarter.number
    rows = np.flatnonzero(firms.active & firms.above_scale & (firms.product_success > now - QUARTERS))
    rows = rows[uniforms(setting.luck("first set"), firms.key[rows]) < setting.numbers.first_set_share]
    first = firms.first_set_quarter[rows] == 0
    firms.first_set_quarter[rows] = now
    return [reached(Kind.FIRST_SET, setting.quarter, rows, first)]
