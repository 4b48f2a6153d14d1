"""Market: who would sell what without an energy limit, and what is sold under it.

First each firm makes the least of orders and capacity, and local rivals with room take over a share of what is missing.
Energy is rationed on that. Part of what it cuts reappears in the group's spare plants outside the city; the rest is
lost: where anybody is cut, the energy is used up, so no neighbour can step in without breaking the cap.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.capacity import standard_capital
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting


class Able(NamedTuple):
    """Orders and the capital to serve them."""

    active: PerFirm
    orders: PerFirm
    capital: PerFirm
    capital_extra: PerFirm


@declared(reads=(Able,), writes=("wanted_output",))
def want(firms: Firms, setting: Setting) -> None:
    """Write what each firm would make without an energy limit (quantity),
    orders taken over from neighbours included.
    """
    numbers, technology = setting.numbers, setting.technology
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output)
    _want(rows_in(firms), bundle(Able, firms), reach, numbers.local_rivalry, firms.wanted_output)


@kernel
def _want(rows: Rows, able: Able, reach: PerCluster, rivalry: float, made: PerFirm) -> None:
    """Serve orders as far as capital reaches, then let neighbours with room take over a share of what is missing;
    quantities a quarter.

    wanted = min(orders, reach x capital) + share x room, where share = rivalry x missing / room of the cluster, at
    most 1, and `reach` is what a million yuan of standard capital can make
    """
    for c in clusters(rows):
        missing, room = 0.0, 0.0
        for i in rows_of(c, rows):
            if able.active[i]:
                wanted, most = able.orders[i], standard_capital(able.capital[i], able.capital_extra[i]) * reach[c]
                served = min(wanted, most)
                made[i] = served
                missing += wanted - served
                room += most - served
        share = min(rivalry * missing / room, 1.0) if room > 0.0 and missing > 0.0 else 0.0
        for i in rows_of(c, rows):
            if able.active[i]:
                most = standard_capital(able.capital[i], able.capital_extra[i]) * reach[c]
                made[i] += share * (most - made[i])


class Cut(NamedTuple):
    """What firms would make and the energy they may use for it."""

    active: PerFirm
    group: PerFirm
    wanted_output: PerFirm
    energy_quota: PerFirm
    energy_intensity: PerFirm


class Sold(NamedTuple):
    """What is made, what is cut and what of it leaks, quantities; the energy used, tce."""

    output: PerFirm
    output_lost: PerFirm
    output_leaked: PerFirm
    energy_use: PerFirm


@declared(reads=(Cut, "leads", "outside_capacity", "outside_demand", "keeps_outside"), writes=(Sold,))
def sell(firms: Firms, setting: Setting) -> None:
    """Write output, output cut by energy, output leaked (quantities) and energy used (tce)."""
    spare = firms.outside_capacity - firms.outside_demand * setting.conditions.season
    former = np.flatnonzero(firms.keeps_outside & ~firms.leads)  # heads until another group bought theirs
    np.add.at(spare, firms.group[former], np.maximum(spare[former], 0.0))
    _sell(rows_in(firms), bundle(Cut, firms), spare, setting.numbers.leakage_share, bundle(Sold, firms))


@kernel
def _sell(rows: Rows, cut: Cut, spare: PerFirm, leakage: float, sold: Sold) -> None:
    """Sell what the energy quota allows and let part of the rest leak to spare plants of the group outside the city.

    output = min(wanted, quota / intensity), quantity a quarter; leaked = min(leakage x lost, spare), spare by group
    energy use = output x intensity, tce a quarter
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not cut.active[i]:
                continue
            wanted, intensity, lost, leaked = cut.wanted_output[i], cut.energy_intensity[i], 0.0, 0.0
            output = wanted
            if wanted * intensity > cut.energy_quota[i]:
                output = cut.energy_quota[i] / intensity
                lost = wanted - output
                head = cut.group[i]
                leaked = min(leakage * lost, max(spare[head], 0.0))
                spare[head] -= leaked
            sold.output[i], sold.output_lost[i], sold.output_leaked[i] = output, lost, leaked
            sold.energy_use[i] = output * intensity
