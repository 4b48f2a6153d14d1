"""Construction: granted projects become capital after a while, and retrofits take effect after a running-in dip."""

from __future__ import annotations

import math

from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting

WRITES = ("capital", "pipeline", "digital_level", "adapting", "digital_effect", "energy_intensity")


def build(firms: Firms, setting: Setting) -> None:
    """Wear capital, deliver projects, start and finish retrofits."""
    deliver(firms, setting)
    firms.capital += firms.capital_moved  # like a delivery: worn from the next quarter on
    numbers = setting.numbers
    _retrofit(
        firms.start,
        firms.stop,
        firms.active,
        firms.digital_spending,
        firms.energy_saving_spending,
        round(numbers.digital_dip_quarters),
        numbers.digital_dip,
        numbers.digital_gain,
        1.0 - numbers.energy_saving * (1.0 - numbers.rebound),
        firms.digital_level,
        firms.adapting,
        firms.digital_effect,
        firms.energy_intensity,
    )


def deliver(firms: Firms, setting: Setting) -> None:
    """Wear capital and deliver projects."""
    numbers, technology = setting.numbers, setting.technology
    _deliver(
        firms.start,
        firms.stop,
        firms.active,
        firms.replacement,
        firms.expansion,
        setting.conditions.deflator,
        technology.depreciation / 4.0,
        1.0 / numbers.delivery_quarters,
        firms.capital,
        firms.pipeline,
    )


@kernel
def _deliver(start, stop, active, replacement, expansion, deflator, wear, delivered, capital, pipeline):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if active[i]:
                pipeline[i] += expansion[i] / deflator
                arriving = delivered * pipeline[i]
                pipeline[i] -= arriving
                capital[i] += arriving + replacement[i] / deflator - wear * capital[i]


@kernel
def _retrofit(start, stop, active, digital, energy, dip_quarters, dip, gain, kept, level, adapting, effect, intensity):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            if adapting[i] > 0:
                adapting[i] -= 1
                if adapting[i] == 0:
                    effect[i] *= (1.0 + gain) * math.exp(dip)
            if digital[i] > 0.0:
                level[i] += 1
                adapting[i] = dip_quarters
                effect[i] *= math.exp(-dip)
            if energy[i] > 0.0:
                intensity[i] *= kept
