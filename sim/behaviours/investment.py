"""Investment: wear is replaced where sales cover running cost and the capacity is needed; capacity is added where the
return beats the hurdle.

A firm orders for the demand it expects when what it orders will stand: after the building time and the time over which
it spreads its orders, both counted from the quarter in which the first part is ordered and stands. A firm that grows
with its cluster then works at its usual use of capacity.
"""

from __future__ import annotations

import numpy as np

from sim.firms.costs import efficiency, unit_margin
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.luck.randomness import uniform
from sim.setting import Setting

WRITES = ("wanted_replacement", "wanted_expansion")


def want(firms: Firms, setting: Setting) -> None:
    """Write what each firm wants to spend on replacement and on new capacity this quarter, million yuan."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    planned = planned_for(now.trend_growth, numbers.delivery_quarters, numbers.expansion_speed)
    _want(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.luck("hurdle"),
        firms.expected_demand,
        firms.capital,
        firms.capital_extra,
        firms.pipeline,
        firms.capital_due,
        firms.productivity,
        firms.digital_effect,
        firms.energy_intensity,
        setting.terms.column("fund_share"),
        setting.terms.column("fund_concession"),
        now.output_price,
        now.input_price * technology.materials,
        now.wage_index * technology.wages,
        now.energy_price,
        technology.tax_rate,
        technology.capital_output,
        planned,
        now.deflator,
        technology.depreciation,
        numbers.expansion_speed,
        numbers.hurdle_rate,
        numbers.hurdle_spread,
        firms.wanted_replacement,
        firms.wanted_expansion,
    )


def planned_for(growth: np.ndarray, delivery: float, speed: float) -> np.ndarray:
    """Return the capacity a firm plans for, over what it would need today.

    Args:
        growth: expected log growth of demand a quarter.
            delivery: quarters until all of an order stands, a part each quarter.
        speed: share of what is missing that is ordered a quarter.

    Capital, orders under way and what is missing then grow alike, and what stands is what is needed. A firm that
    shrinks plans only for the day on which an order would stand.
    """
    once = np.exp(-growth)
    ordered = (1.0 - once) * (delivery - (delivery - 1.0) * once)  # orders of a quarter over capital
    under_way = (delivery - 1.0) * (1.0 - once) * once
    closing = ordered / speed if speed > 0.0 else 0.0  # nobody orders at speed zero
    planned: np.ndarray = np.where(growth > 0.0, once + under_way + closing, np.exp((delivery - 1.0) * growth))
    return planned


@kernel
def _want(
    start,
    stop,
    active,
    key,
    stream,
    expected,
    capital,
    extra,
    pipeline,
    due,
    productivity,
    digital_effect,
    intensity,
    share,
    concession,
    price,
    materials,
    wages,
    energy_price,
    tax_rate,
    capital_output,
    planned,
    deflator,
    depreciation,
    speed,
    hurdle_rate,
    hurdle_spread,
    replacement,
    expansion,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            margin = unit_margin(
                price[c],
                materials[c],
                wages[c],
                intensity[i] * energy_price[c],
                tax_rate,
                efficiency(productivity[i], digital_effect[i]),
            )
            needed = capital_output[c] * (1.0 + extra[i])
            missing = needed * expected[i] * 4.0 * planned[c] - capital[i] - (pipeline[i] + due[i])
            wear = depreciation / 4.0 * capital[i]
            replacement[i] = min(max(missing + wear, 0.0), wear) * deflator if margin > 0.0 else 0.0
            hurdle = hurdle_rate * (1.0 + hurdle_spread * (2.0 * uniform(stream, key[i]) - 1.0))
            profit_rate = margin / (needed * deflator) - depreciation
            pays = missing > 0.0 and profit_rate > hurdle * (1.0 - share[i] * concession[i])
            expansion[i] = speed * missing * deflator if pays else 0.0
