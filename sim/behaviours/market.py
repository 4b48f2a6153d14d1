"""Market: who would sell what without an energy limit, and what is sold under it.

First each firm makes the least of orders and capacity, and local rivals with room take over a share of what is missing.
Energy is rationed on that. Part of what it cuts reappears in the group's spare plants outside the city; the rest is
lost: where anybody is cut, the energy is used up, so no neighbour can step in without breaking the cap.
"""

from __future__ import annotations

from sim.firms.capacity import standard_capital
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting

WANT_WRITES = ("wanted_output",)
WRITES = ("output", "output_lost", "output_leaked", "energy_use")


def want(firms: Firms, setting: Setting) -> None:
    """Write what each firm would make without an energy limit (quantity),
    orders taken over from neighbours included.
    """
    numbers, technology = setting.numbers, setting.technology
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output)
    _want(
        firms.start,
        firms.stop,
        firms.active,
        firms.orders,
        standard_capital(firms),
        reach,
        numbers.local_rivalry,
        firms.wanted_output,
    )


def sell(firms: Firms, setting: Setting) -> None:
    """Write output, output cut by energy, output leaked (quantities) and energy used (tce)."""
    spare = firms.outside_capacity - firms.outside_demand * setting.conditions.season
    _sell(
        firms.start,
        firms.stop,
        firms.active,
        firms.group,
        firms.wanted_output,
        firms.energy_quota,
        firms.energy_intensity,
        setting.numbers.leakage_share,
        spare,
        firms.output,
        firms.output_lost,
        firms.output_leaked,
        firms.energy_use,
    )


@kernel
def _want(start, stop, active, orders, capital, reach, rivalry, wanted):  # noqa: ANN001, ANN202
    for c in range(start.size):
        missing, room = 0.0, 0.0
        for i in rows_of(c, start, stop):
            if active[i]:
                wanted[i] = min(orders[i], capital[i] * reach[c])
                missing += orders[i] - wanted[i]
                room += capital[i] * reach[c] - wanted[i]
        share = min(rivalry * missing / room, 1.0) if room > 0.0 and missing > 0.0 else 0.0
        for i in rows_of(c, start, stop):
            if active[i]:
                wanted[i] += share * (capital[i] * reach[c] - wanted[i])


@kernel
def _sell(start, stop, active, group, wanted, quota, intensity, leakage, spare, output, lost, leaked, use):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            output[i], lost[i], leaked[i] = wanted[i], 0.0, 0.0
            if wanted[i] * intensity[i] > quota[i]:
                output[i] = quota[i] / intensity[i]
                lost[i] = wanted[i] - output[i]
                head = group[i]
                leaked[i] = min(leakage * lost[i], max(spare[head], 0.0))
                spare[head] -= leaked[i]
            use[i] = output[i] * intensity[i]
