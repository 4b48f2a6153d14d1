"""Retrofit: a firm that looks into a digital or an energy-saving project wants it when it pays back in time."""

from __future__ import annotations

from sim.firms.table import TOP_DIGITAL_LEVEL, Firms
from sim.luck.compiled import kernel, rows_of
from sim.luck.randomness import exponential, uniform
from sim.setting import Setting

WRITES = ("wanted_digital", "wanted_energy_saving")


def consider(firms: Firms, setting: Setting) -> None:
    """Write what each firm wants to spend on retrofits this quarter, million yuan; zero when it does not look."""
    numbers, now = setting.numbers, setting.conditions
    _digital(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.luck("digital retrofit"),
        setting.luck("digital gain"),
        firms.digital_level,
        firms.adapting,
        firms.expected_demand,
        TOP_DIGITAL_LEVEL,
        now.output_price,
        now.deflator,
        numbers.digital_consider,
        numbers.digital_peer_weight,
        numbers.digital_size_weight,
        numbers.size_reference,
        numbers.digital_size_ceiling,
        numbers.digital_cost,
        numbers.digital_gain,
        numbers.digital_payback_years,
        firms.wanted_digital,
    )
    _energy_saving(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.luck("energy retrofit"),
        setting.luck("energy saving"),
        firms.expected_demand,
        firms.energy_intensity,
        firms.energy_price_shadow,
        now.energy_price,
        now.deflator,
        setting.technology.energy_price,
        numbers.energy_consider,
        numbers.energy_saving,
        numbers.energy_saving_payback,
        numbers.energy_payback_limit,
        firms.wanted_energy_saving,
    )


@kernel
def _digital(
    start,
    stop,
    active,
    key,
    look,
    gain_stream,
    level,
    adapting,
    expected,
    top,
    price,
    deflator,
    consider,
    peers,
    size_weight,
    size_reference,
    ceiling,
    cost_share,
    gain,
    limit,
    wanted,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        adopters, number = 0, 0
        for i in rows_of(c, start, stop):
            number += active[i]
            adopters += active[i] & (level[i] > 0)
        spread = consider * (1.0 + peers * adopters / max(number, 1))
        wanted[start[c] : stop[c]] = 0.0
        for i in rows_of(c, start, stop):
            draw = uniform(look, key[i])
            most = ceiling if expected[i] > size_reference else min(ceiling, 1.0)  # small firms are below the ceiling
            if draw >= spread * most or not active[i] or level[i] >= top or adapting[i] > 0:
                continue
            if draw < spread * (expected[i] / size_reference) ** size_weight:
                seen = gain * exponential(uniform(gain_stream, key[i]))
                if cost_share * deflator <= seen * limit * price[c]:
                    wanted[i] = cost_share * deflator * expected[i] * 4.0


@kernel
def _energy_saving(
    start,
    stop,
    active,
    key,
    look,
    saving_stream,
    expected,
    intensity,
    shadow,
    energy_price,
    deflator,
    base_price,
    consider,
    saving,
    payback,
    limit,
    wanted,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        wanted[start[c] : stop[c]] = 0.0
        for i in rows_of(c, start, stop):
            if active[i] and uniform(look, key[i]) < consider:
                use = expected[i] * 4.0 * intensity[i]
                cost = payback * exponential(uniform(saving_stream, key[i])) * saving * use * base_price * deflator
                if cost <= limit * saving * use * (energy_price[c] + shadow[i]):
                    wanted[i] = cost
