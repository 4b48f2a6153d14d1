"""Construction: granted projects become capital after a while, and retrofits take effect after a running-in dip."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.swap import SwapRule, capacity
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting


class Invested(NamedTuple):
    """What is spent on capital, million yuan a quarter, and the share of an expansion that pays for land."""

    active: PerFirm
    replacement: PerFirm
    expansion: PerFirm
    plot_cost: PerFirm


class Built(NamedTuple):
    """Capital that stands and that is being built, million yuan at 2021 prices."""

    capital: PerFirm
    pipeline: PerFirm


class SavingOrdered(NamedTuple):
    """What is spent on energy saving and was wanted, million yuan a quarter, and the share of its energy that a firm
    would save with all that it wanted.
    """

    active: PerFirm
    energy_saving_spending: PerFirm
    wanted_energy_saving: PerFirm
    wanted_energy_saved: PerFirm


class SavingBuilt(NamedTuple):
    """Shares of a firm's energy, before rebound: what projects under way will save, and what begins to be saved in the
    quarter.
    """

    saving_under_way: PerFirm
    saving_delivered: PerFirm


class Retrofitted(NamedTuple):
    """What is spent on digital retrofits, million yuan a quarter, and the share of energy that begins to be saved."""

    active: PerFirm
    digital_spending: PerFirm
    saving_delivered: PerFirm


class RetrofitState(NamedTuple):
    """What retrofits change: digital level, efficiency with its dip of some quarters, energy per unit of output."""

    digital_level: PerFirm
    adapting: PerFirm
    digital_effect: PerFirm
    energy_intensity: PerFirm


class RetrofitRules(NamedTuple):
    """Of a digital retrofit the quarters of the dip, its depth (log) and the gain (share of efficiency); of an
    energy-saving one the share of the saving that comes back as use.
    """

    dip_quarters: int
    dip: float
    gain: float
    rebound: float


@declared(
    reads=(Invested, SavingOrdered, Retrofitted, "capital_moved", "capital_extra", "cluster"),
    writes=(Built, SavingBuilt, RetrofitState),
)
def build(firms: Firms, setting: Setting) -> None:
    """Wear capital, deliver projects, start and finish retrofits."""
    deliver(firms, setting)
    if setting.terms.swap is not None:
        _draw_credits(firms, setting, setting.terms.swap)
    firms.capital += firms.capital_moved  # like a delivery: worn from the next quarter on
    numbers = setting.numbers
    retrofit = RetrofitRules(
        dip_quarters=round(numbers.digital_dip_quarters),
        dip=numbers.digital_dip,
        gain=numbers.digital_gain,
        rebound=numbers.rebound,
    )
    _retrofit(rows_in(firms), bundle(Retrofitted, firms), retrofit, bundle(RetrofitState, firms))


def _draw_credits(firms: Firms, setting: Setting, rule: SwapRule) -> None:
    """Take from the bank what the capacity ordered this quarter takes of closed capacity."""
    built = (1.0 - firms.plot_cost) * firms.expansion / setting.conditions.deflator
    new = capacity(firms, built, setting.technology.capital_output)
    setting.bank.draw(firms.cluster_sum(np.where(rule.deposits(), rule.ratio, 0.0) * new))


def deliver(firms: Firms, setting: Setting) -> None:
    """Wear capital and deliver projects, those that save energy like others; nothing is saved yet."""
    deflator, wear = setting.conditions.deflator, setting.technology.depreciation / 4.0
    delivered = 1.0 / setting.building_time()
    _deliver(rows_in(firms), bundle(Invested, firms), deflator, wear, delivered, bundle(Built, firms))
    delivered = 1.0 / setting.numbers.delivery_quarters  # work inside a plant waits for no plot and no connection
    _deliver_saving(rows_in(firms), bundle(SavingOrdered, firms), delivered, bundle(SavingBuilt, firms))


@kernel
def _deliver(rows: Rows, paid: Invested, deflator: float, wear: float, delivered: float, built: Built) -> None:
    """Deliver a share of what is being built and wear what stands, million yuan at 2021 prices a quarter:

    arriving = delivered x (pipeline + (1 - share for land) x expansion / deflator)
    change of capital = arriving + replacement / deflator - wear x capital
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if paid.active[i]:
                pipeline = built.pipeline[i] + (1.0 - paid.plot_cost[i]) * paid.expansion[i] / deflator
                arriving = delivered * pipeline
                built.pipeline[i] = pipeline - arriving
                built.capital[i] += arriving + paid.replacement[i] / deflator - wear * built.capital[i]


@kernel
def _deliver_saving(rows: Rows, ordered: SavingOrdered, delivered: float, built: SavingBuilt) -> None:
    """Deliver a share of the energy saving that is being built, shares of a firm's energy:

    saved = delivered x (under way + saving wanted x spent / wanted)
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if ordered.active[i]:
                under_way = built.saving_under_way[i]
                if ordered.energy_saving_spending[i] > 0.0:
                    done = ordered.energy_saving_spending[i] / ordered.wanted_energy_saving[i]
                    under_way += ordered.wanted_energy_saved[i] * done
                built.saving_delivered[i] = delivered * under_way
                built.saving_under_way[i] = under_way - built.saving_delivered[i]


@kernel
def _retrofit(rows: Rows, ordered: Retrofitted, retrofit: RetrofitRules, effect: RetrofitState) -> None:
    """Start and finish retrofits.

    Efficiency is multiplied by exp(-dip) at the start of a digital one and by (1 + gain) x exp(dip) after
    `dip_quarters`; energy intensity, tce per million yuan, by 1 - (1 - rebound) x share saved.
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not ordered.active[i]:
                continue
            if effect.adapting[i] > 0:
                effect.adapting[i] -= 1
                if effect.adapting[i] == 0:
                    effect.digital_effect[i] *= (1.0 + retrofit.gain) * math.exp(retrofit.dip)
            if ordered.digital_spending[i] > 0.0:
                effect.digital_level[i] += 1
                effect.adapting[i] = retrofit.dip_quarters
                effect.digital_effect[i] *= math.exp(-retrofit.dip)
            effect.energy_intensity[i] *= 1.0 - (1.0 - retrofit.rebound) * ordered.saving_delivered[i]
