"""Sizes of the starting firms: stratified draws from a two-piece Pareto distribution per cluster, cut off so that the
cluster's output is met.

Named firms have their own size.
"""

from __future__ import annotations

import numpy as np

from sim.firms.sizes import above_scale_2021
from sim.firms.table import Firms
from sim.luck.randomness import pareto, stream, uniforms
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI

_LEAST_TOTAL = 1.2  # a cluster whose named firms leave too little room still holds firms a fifth above the line


def sizes(
    firms: Firms,
    numbers: Parameters,
    seed: int,
    above: np.ndarray,
    below: np.ndarray,
    output: np.ndarray,
    named: dict[str, int],
    low: float,
) -> np.ndarray:
    """Return annual output of every starting firm, million yuan; above-scale firms add up to the cluster's output."""
    annual = np.zeros(firms.rows)
    share = min(
        float(above.sum()) / above_scale_2021(numbers), 1.0
    )  # a small test city keeps firm sizes: its output shrinks with its firms
    for firm, row in named.items():
        annual[row] = local_output(numbers, firm)
    for c in range(firms.start.size):
        first, last = int(firms.start[c]), int(firms.start[c] + above[c])
        known = sum(1 for row in named.values() if first <= row < last)
        draws = _stratified(seed, f"size {c}", last - first - known)
        annual[first + known : last] = _above_scale(
            draws, numbers, output[c] * share - annual[first : first + known].sum()
        )
        pool = slice(last, int(firms.first_entrant[c]))
        annual[pool] = pareto(
            _stratified(seed, f"pool {c}", int(below[c])), numbers.body_exponent, low, ABOVE_SCALE_LINE
        )
    return annual


def local_output(numbers: Parameters, firm: str) -> float:
    """Return what a named firm makes in the city, million yuan a year."""
    return group_revenue(numbers, firm) * local_share(numbers, firm)


def group_revenue(numbers: Parameters, firm: str) -> float:
    """Return the revenue of a named firm's group in 2021, million yuan."""
    return numbers[f"{firm}.revenue_2021"] * MILLION_PER_YI


def local_share(numbers: Parameters, firm: str) -> float:
    """Return the share of a named firm's group revenue that is made in the city."""
    return numbers.get(f"{firm}.local_share", 1.0)


def _stratified(seed: int, name: str, number: int) -> np.ndarray:
    """Return one draw from each of `number` equal strata of (0, 1), highest first."""
    draws = uniforms(stream(seed, name), np.arange(number, dtype=np.uint64))
    return (np.arange(number)[::-1] + draws) / max(number, 1)


def _above_scale(draws: np.ndarray, numbers: Parameters, total: float) -> np.ndarray:
    """Return sizes with the given total: the tail is cut off where the mean is met."""
    total = max(total, draws.size * ABOVE_SCALE_LINE * _LEAST_TOTAL)
    sizes, beyond = _body(draws, numbers)
    low, high = 1.05, 20_000.0  # the end of the tail over its beginning
    for _ in range(40):  # to a part in a hundred thousand million
        middle = (low * high) ** 0.5
        sizes[: beyond.size] = _tail(beyond, numbers, middle)
        if sizes.sum() < total:
            low = middle
        else:
            high = middle
    sizes[: beyond.size] = _tail(beyond, numbers, (low * high) ** 0.5)
    return ABOVE_SCALE_LINE + (sizes - ABOVE_SCALE_LINE) * (total - draws.size * ABOVE_SCALE_LINE) / (
        sizes.sum() - draws.size * ABOVE_SCALE_LINE
    )


def _body(draws: np.ndarray, numbers: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return sizes of draws (highest first) as if all were of the body,
    and the draws of the first ones within the tail.
    """
    body_share = 1.0 - (numbers.body_end / ABOVE_SCALE_LINE) ** -numbers.body_exponent
    body = pareto(np.minimum(draws / body_share, 1.0), numbers.body_exponent, ABOVE_SCALE_LINE, numbers.body_end)
    beyond = (draws[draws >= body_share] - body_share) / (1.0 - body_share)
    return body, np.clip(beyond, 0.0, 1.0)


def _tail(beyond: np.ndarray, numbers: Parameters, reach: float) -> np.ndarray:
    return pareto(beyond, numbers.tail_exponent, numbers.body_end, numbers.body_end * reach)
