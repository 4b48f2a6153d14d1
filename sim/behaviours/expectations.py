"""Expectations: each firm plans for its own recent demand, grown by what the outlook announces for its cluster."""

from __future__ import annotations

import math

from sim.firms.bundles import PerCluster, PerFirm, Rows, clusters, declared, rows_in, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting


@declared(reads=("demand", "demand_moved"), writes=("expected_demand",))
def expect(firms: Firms, setting: Setting) -> None:
    """Renew the demand that each firm plans for."""
    firms.expected_demand += firms.demand_moved  # a start-up or a move is known beforehand
    growth, weight = setting.conditions.trend_growth, setting.numbers.expectation_weight
    _adapt(rows_in(firms), firms.demand, growth, weight, firms.expected_demand)


@kernel
def _adapt(rows: Rows, demand: PerFirm, growth: PerCluster, weight: float, expected: PerFirm) -> None:
    """Adapt: expected = weight x demand + (1 - weight) x expected x exp(growth), quantity a quarter; `growth` is the
    log growth that the outlook announces.
    """
    for c in clusters(rows):
        grown = math.exp(growth[c])
        for i in rows_of(c, rows):
            expected[i] = weight * demand[i] + (1.0 - weight) * expected[i] * grown
