"""Construction: granted projects become capital after a while, and retrofits take effect after a running-in dip."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.firms.bundles import PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
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


class Retrofitted(NamedTuple):
    """What is spent on retrofits, million yuan a quarter."""

    active: PerFirm
    digital_spending: PerFirm
    energy_saving_spending: PerFirm


class RetrofitState(NamedTuple):
    """What retrofits change: digital level, efficiency with its dip of some quarters, energy per unit of output."""

    digital_level: PerFirm
    adapting: PerFirm
    digital_effect: PerFirm
    energy_intensity: PerFirm


class RetrofitRules(NamedTuple):
    """Of a digital retrofit the quarters of the dip, its depth (log) and the gain (share of efficiency); of an
    energy-saving one the share of energy use that it leaves.
    """

    dip_quarters: int
    dip: float
    gain: float
    kept: float


@declared(reads=(Invested, Retrofitted, "capital_moved"), writes=(Built, RetrofitState))
def build(firms: Firms, setting: Setting) -> None:
    """Wear capital, deliver projects, start and finish retrofits."""
    deliver(firms, setting)
    firms.capital += firms.capital_moved  # like a delivery: worn from the next quarter on
    numbers = setting.numbers
    retrofit = RetrofitRules(
        dip_quarters=round(numbers.digital_dip_quarters),
        dip=numbers.digital_dip,
        gain=numbers.digital_gain,
        kept=1.0 - numbers.energy_saving * (1.0 - numbers.rebound),
    )
    _retrofit(rows_in(firms), bundle(Retrofitted, firms), retrofit, bundle(RetrofitState, firms))


def deliver(firms: Firms, setting: Setting) -> None:
    """Wear capital and deliver projects."""
    deflator, wear = setting.conditions.deflator, setting.technology.depreciation / 4.0
    delivered = 1.0 / setting.building_time()
    _deliver(rows_in(firms), bundle(Invested, firms), deflator, wear, delivered, bundle(Built, firms))


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
def _retrofit(rows: Rows, ordered: Retrofitted, retrofit: RetrofitRules, effect: RetrofitState) -> None:
    """Start and finish retrofits.

    Efficiency is multiplied by exp(-dip) at the start of a digital one and by (1 + gain) x exp(dip) after
    `dip_quarters`; energy intensity, tce per million yuan, by what is kept.
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
            if ordered.energy_saving_spending[i] > 0.0:
                effect.energy_intensity[i] *= retrofit.kept
