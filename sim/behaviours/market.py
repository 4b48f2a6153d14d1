"""Market: a firm sells the least of orders, capacity and energy; part of what is cut reappears elsewhere.

Cut output goes first to the group's spare plants outside the city (leakage), then a share of what is still missing to
local rivals that have room; the rest is lost.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import kernel, rows_of
from sim.firms import Firms
from sim.setting import Setting

WRITES = ("output", "output_lost", "output_leaked", "energy_use")


def sell(firms: Firms, setting: Setting) -> None:
    """Write output, output cut by energy, output leaked (quantities) and energy used (tce)."""
    numbers, technology = setting.numbers, setting.technology
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output)
    room, free = np.zeros(reach.size), np.zeros(firms.rows)
    _produce(firms.start, firms.stop, firms.active, firms.wanted_output, firms.energy_quota, firms.energy_intensity,
             firms.capital, reach, firms.output, firms.output_lost, free, room)
    spare = firms.outside_capacity - firms.outside_demand * setting.conditions.season
    _leak(firms.start, firms.stop, firms.group, firms.output_lost, numbers.leakage_share, spare, firms.output_leaked)
    _take_over(firms.start, firms.stop, firms.active, firms.orders, firms.output_leaked, firms.energy_intensity,
               free, room, numbers.local_rivalry, firms.output, firms.energy_use)


@kernel
def _produce(start, stop, active, wanted, quota, intensity, capital, reach, output, lost, free, room):  # noqa: ANN001, ANN202
    """Write output and what the quota cuts, and how much more each firm could make."""
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if active[i]:
                allowed = quota[i] / intensity[i]
                output[i] = min(wanted[i], allowed)
                lost[i] = wanted[i] - output[i]
                free[i] = max(min(capital[i] * reach[c], allowed) - output[i], 0.0)
                room[c] += free[i]


@kernel
def _leak(start, stop, group, lost, share, spare, leaked):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            leaked[i] = 0.0
            if lost[i] > 0.0:
                head = group[i]
                leaked[i] = min(share * lost[i], max(spare[head], 0.0))
                spare[head] -= leaked[i]


@kernel
def _take_over(start, stop, active, orders, leaked, intensity, free, room, rivalry, output, use):  # noqa: ANN001, ANN202
    for c in range(start.size):
        missing = 0.0
        for i in rows_of(c, start, stop):
            if active[i]:
                missing += orders[i] - output[i] - leaked[i]
        share = min(rivalry * missing / room[c], 1.0) if room[c] > 0.0 and missing > 0.0 else 0.0
        for i in rows_of(c, start, stop):
            if active[i]:
                output[i] += share * free[i]
                use[i] = output[i] * intensity[i]
