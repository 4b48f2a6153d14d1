"""Projects: what was announced arrives on its date, new plants start up, and works that move leave step by step.

Writes only what is to move this quarter; the owners of demand, capital and debt book it. Capital of an announced phase
is equity that the group brings in from outside: net worth rises by as much. Capital that moves away takes its share of
the debt
along: net worth falls by the difference, a transfer inside the group.
"""

from __future__ import annotations

import numpy as np

from sim.firms import groups
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.setting import Setting

_RENEWED = ("demand_moved", "capital_moved", "capital_due", "debt_moved", "outside_moved")


@declared(
    reads=("cluster", "major", "founded", "active", "capital", "demand", "debt", "outside_bought", "keeps_outside"),
    writes=(*_RENEWED, "ramp_demand", "outside_capacity"),
)
def advance(firms: Firms, setting: Setting) -> None:
    """Write the demand, capital and debt that come to a firm or leave it this quarter."""
    moving = _moving(firms, setting)
    for name in _RENEWED:
        getattr(firms, name)[moving] = 0.0
    _start_up(firms, setting)
    _expand(firms, setting)
    _grow_outside(firms, setting)
    _relocate(firms, setting)


def _moving(firms: Firms, setting: Setting) -> np.ndarray:
    """Rows that any project may move: no others need be renewed."""
    announced = [expansion.row for expansion in setting.announced.expansions] + [
        move.row for move in setting.announced.relocations
    ]
    return np.concatenate([np.flatnonzero(firms.major), np.array(announced, dtype=np.int64)])


def _grow_outside(firms: Firms, setting: Setting) -> None:
    """Plants outside the city are built for the demand that the outlook announces."""
    trend, rows = np.exp(setting.conditions.trend_growth), groups.outside_rows(firms)
    bought = firms.outside_bought[rows] * (1.0 + setting.numbers.outside_spare)
    firms.outside_capacity[rows] = firms.outside_capacity[rows] * trend[firms.cluster[rows]] + bought


def _start_up(firms: Firms, setting: Setting) -> None:
    """New plants find their customers in equal parts, a part a quarter; the first part came with the opening."""
    rows = np.flatnonzero(firms.major)
    rows = rows[firms.ramp_demand[rows] > 0.0]
    age = setting.quarter.number - firms.founded[rows]  # one in the first quarter with output
    rows, age = rows[age > 1], age[age > 1]
    parts_left = np.maximum(round(setting.numbers.start_up_quarters) + 1 - age, 1)
    firms.demand_moved[rows] = firms.ramp_demand[rows] / parts_left
    firms.ramp_demand[rows] -= firms.demand_moved[rows]


def _expand(firms: Firms, setting: Setting) -> None:
    for expansion in setting.announced.expansions:
        if firms.active[expansion.row]:
            firms.capital_moved[expansion.row] += expansion.arriving(setting.quarter)
            firms.capital_due[expansion.row] += expansion.due(setting.quarter)


def _relocate(firms: Firms, setting: Setting) -> None:
    """Customers, capital and debt move to the group's plants elsewhere:
    revenue of the group stays, output here falls.
    """
    for move in setting.announced.relocations:
        row, part = move.row, move.leaving(setting.quarter)
        if part > 0.0 and firms.active[row]:
            moved = part * firms.demand[row]
            firms.demand_moved[row] -= moved
            firms.capital_moved[row] -= part * firms.capital[row]
            firms.capital_due[row] -= part * firms.capital[row]  # nobody plans with what is on its way out
            firms.debt_moved[row] -= part * firms.debt[row]
            firms.outside_moved[row] += moved
            firms.outside_capacity[row] += moved * (1.0 + setting.numbers.outside_spare)
