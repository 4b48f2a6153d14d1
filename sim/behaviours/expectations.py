"""Expectations: each firm plans for its own recent demand, grown by what the outlook announces for its cluster."""

from __future__ import annotations

import math

import numpy as np

from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting

WRITES = ("expected_demand",)


def expect(firms: Firms, setting: Setting) -> None:
    """Renew the demand that each firm plans for."""
    firms.expected_demand += firms.demand_moved  # a start-up or a move is known beforehand
    growth: np.ndarray = setting.conditions.trend_growth
    _adapt(firms.start, firms.stop, firms.demand, growth, setting.numbers.expectation_weight, firms.expected_demand)


@kernel
def _adapt(start, stop, demand, growth, weight, expected):  # noqa: ANN001, ANN202
    for c in range(start.size):
        grown = math.exp(growth[c])
        for i in rows_of(c, start, stop):
            expected[i] = weight * demand[i] + (1.0 - weight) * expected[i] * grown
