"""Market: a firm sells the least of orders, capacity and energy; part of what is cut reappears elsewhere.

Cut output goes first to the group's spare plants outside the city (leakage), then a share of what is still missing to
local rivals that have room; the rest is lost.
"""

from __future__ import annotations

from sim.compiled import kernel
from sim.firms import Firms
from sim.setting import Setting

WRITES = ("output", "output_lost", "output_leaked", "energy_use")


def sell(firms: Firms, setting: Setting) -> None:
    """Write output, output cut by energy, output leaked (quantities) and energy used (tce)."""
    numbers, technology = setting.numbers, setting.technology
    _produce(firms.start, firms.stop, firms.active, firms.wanted_output, firms.energy_quota, firms.energy_intensity,
             firms.output, firms.output_lost)
    spare = firms.outside_capacity - firms.outside_demand * setting.conditions.season
    _leak(firms.start, firms.stop, firms.group, firms.output_lost, numbers.leakage_share, spare, firms.output_leaked)
    _take_over(firms.start, firms.stop, firms.active, firms.orders, firms.output_leaked, firms.capital,
               firms.energy_quota, firms.energy_intensity, technology.capital_output,
               numbers.utilisation_limit / numbers.target_utilisation, numbers.local_rivalry,
               firms.output.copy(), firms.output, firms.energy_use)


@kernel
def _produce(start, stop, active, wanted, quota, intensity, output, lost):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in range(start[c], stop[c]):
            output[i] = 0.0
            lost[i] = 0.0
            if active[i]:
                output[i] = min(wanted[i], quota[i] / intensity[i])
                lost[i] = wanted[i] - output[i]


@kernel
def _leak(start, stop, group, lost, share, spare, leaked):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in range(start[c], stop[c]):
            leaked[i] = 0.0
            if lost[i] > 0.0:
                head = group[i]
                leaked[i] = min(share * lost[i], max(spare[head], 0.0))
                spare[head] -= leaked[i]


@kernel
def _take_over(start, stop, active, orders, leaked, capital, quota, intensity, capital_output, reach, rivalry,
               first, final, use):  # noqa: ANN001, ANN202
    for c in range(start.size):
        per_quarter = reach / (4.0 * capital_output[c])
        missing, room = 0.0, 0.0
        for i in range(start[c], stop[c]):
            if active[i]:
                missing += orders[i] - first[i] - leaked[i]
                room += max(min(capital[i] * per_quarter, quota[i] / intensity[i]) - first[i], 0.0)
        share = min(rivalry * missing / room, 1.0) if room > 0.0 and missing > 0.0 else 0.0
        for i in range(start[c], stop[c]):
            use[i] = 0.0
            if active[i]:
                free = max(min(capital[i] * per_quarter, quota[i] / intensity[i]) - first[i], 0.0)
                final[i] = first[i] + share * free
                use[i] = final[i] * intensity[i]
