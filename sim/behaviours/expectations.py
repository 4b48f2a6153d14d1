"""Expectations: each firm plans for its own recent demand, grown by what the outlook announces for its cluster."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, declared, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting


class Seen(NamedTuple):
    """What firms sell, quantity a quarter."""

    demand: PerFirm


class Expected(NamedTuple):
    """The demand that firms plan for, quantity a quarter."""

    expected_demand: PerFirm


@declared(reads=(Seen, "demand_moved"), writes=(Expected,))
def expect(firms: Firms, setting: Setting) -> None:
    """Renew the demand that each firm plans for."""
    firms.expected_demand += firms.demand_moved  # a start-up or a move is known beforehand
    growth, weight = setting.conditions.trend_growth, setting.numbers.expectation_weight
    _adapt(bundle(Rows, firms), bundle(Seen, firms), growth, weight, bundle(Expected, firms))


@kernel
def _adapt(rows: Rows, seen: Seen, growth: PerCluster, weight: float, plans: Expected) -> None:
    """Adapt: expected = weight x demand + (1 - weight) x expected x exp(growth), quantity a quarter; `growth` is the
    log growth that the outlook announces.
    """
    for c in range(rows.start.size):
        grown = math.exp(growth[c])
        for i in rows_of(c, rows):
            plans.expected_demand[i] = weight * seen.demand[i] + (1.0 - weight) * plans.expected_demand[i] * grown
