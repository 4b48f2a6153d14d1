"""Innovation: research by the cluster's norm, cut when squeezed; success by chance; laggards imitate the frontier."""

from __future__ import annotations

import math

import numpy as np

from sim.firms.costs import efficiency
from sim.firms.table import Firms
from sim.firms.technology import falls_behind
from sim.luck.compiled import kernel, rows_of
from sim.luck.randomness import exponential, uniform
from sim.setting import Setting

WANT_WRITES = ("wanted_research",)
WRITES = ("research_stock", "productivity", "quality")


def want(firms: Firms, setting: Setting) -> None:
    """Write the research each firm wants this quarter, million yuan."""
    _plan(
        firms.start,
        firms.stop,
        firms.active,
        firms.expected_demand,
        firms.research_propensity,
        firms.operating_flow,
        setting.technology.research,
        setting.conditions.output_price,
        setting.numbers.research_squeeze,
        firms.wanted_research,
    )


def discover(firms: Firms, setting: Setting) -> None:
    """Add granted research to the stock and draw success and imitation."""
    numbers, now = setting.numbers, setting.conditions
    wear = numbers.research_wear / 4.0
    usual = setting.technology.research / falls_behind(wear, now.trend_growth)  # stock of a firm that keeps pace
    _discover(
        firms.start,
        firms.stop,
        firms.active,
        firms.key,
        setting.luck("innovation"),
        setting.luck("innovation step"),
        setting.luck("innovation kind"),
        firms.research,
        firms.expected_demand,
        firms.digital_effect,
        firms.frontier,
        usual,
        now.deflator,
        wear,
        numbers.success_rate,
        numbers.success_concavity,
        numbers.talent_limit,
        numbers.success_step,
        numbers.quality_share,
        setting.imitation,
        firms.research_stock,
        firms.productivity,
        firms.quality,
    )


def find_frontier(firms: Firms) -> None:
    """Renew each cluster's frontier: the 90th percentile of log efficiency of its active firms."""
    for c in range(firms.start.size):
        rows = slice(firms.start[c], firms.stop[c])
        levels = (firms.productivity[rows] * firms.digital_effect[rows])[firms.active[rows]]
        firms.frontier[c] = math.log(_upper_decile(levels)) if levels.size else 0.0


def _upper_decile(values: np.ndarray) -> float:
    place = (9 * (values.size - 1)) // 10
    return float(np.partition(values, place)[place])


@kernel
def _plan(start, stop, active, expected, propensity, flow, norm, price, squeeze, wanted):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            kept = 1.0 - squeeze if flow[i] < 0.0 else 1.0
            wanted[i] = norm[c] * propensity[i] * expected[i] * price[c] * kept if active[i] else 0.0


@kernel
def _discover(
    start,
    stop,
    active,
    key,
    stream,
    step_stream,
    kind_stream,
    research,
    expected,
    digital_effect,
    frontier,
    usual,
    deflator,
    wear,
    rate,
    concavity,
    talent,
    step,
    quality_share,
    imitation,
    stock,
    productivity,
    quality,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        best = math.exp(frontier[c])
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            stock[i] += research[i] / deflator - wear * stock[i]
            draw = uniform(stream, key[i])
            # no chance is above rate x talent, so most firms need no further look
            if draw < rate * talent and draw < rate * (stock[i] / max(usual[c] * expected[i], 1e-12)) ** concavity:
                gain = step * exponential(uniform(step_stream, key[i]))
                if uniform(kind_stream, key[i]) < quality_share:
                    quality[i] += gain
                else:
                    productivity[i] *= math.exp(gain)
            able = efficiency(productivity[i], digital_effect[i])
            if able < best:
                productivity[i] += imitation[c] * (best - able) / digital_effect[i]
