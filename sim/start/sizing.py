"""Sizes of the starting firms: stratified draws from a two-piece Pareto distribution per cluster, cut off so that the
cluster's output is met.

Named firms and those of a register have their own size.
"""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.luck.randomness import pareto, stream, uniforms
from sim.start.given import Given
from sim.start.shares import LEAST_MEAN, local_output, part_of_city
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters


def sizes(
    firms: Firms,
    numbers: Parameters,
    seed: int,
    above: np.ndarray,
    below: np.ndarray,
    output: np.ndarray,
    named: dict[str, int],
    *,
    given: Given,
    low: float,
) -> np.ndarray:
    """Return annual output of every starting firm, million yuan; above-scale firms add up to the cluster's output."""
    annual = np.zeros(firms.rows)
    share = part_of_city(numbers, int(above.sum()))
    for firm, row in named.items():
        annual[row] = local_output(numbers, firm)
    rows, revenue = given.amount("revenue")
    annual[rows] = revenue
    certain = np.union1d(rows, list(named.values()))
    for c in range(firms.start.size):
        first, last = int(firms.start[c]), int(firms.start[c] + above[c])
        known = int(np.count_nonzero((first <= certain) & (certain < last)))
        draws = _stratified(seed, f"size {c}", last - first - known)
        annual[first + known : last] = _above_scale(
            draws, numbers, output[c] * share - annual[first : first + known].sum()
        )
        pool = slice(last, int(firms.first_entrant[c]))
        annual[pool] = pareto(
            _stratified(seed, f"pool {c}", int(below[c])), numbers.body_exponent, low, ABOVE_SCALE_LINE
        )
    return annual


def _stratified(seed: int, name: str, number: int) -> np.ndarray:
    """Return one draw from each of `number` equal strata of (0, 1), highest first."""
    draws = uniforms(stream(seed, name), np.arange(number, dtype=np.uint64))
    return (np.arange(number)[::-1] + draws) / max(number, 1)


def _above_scale(draws: np.ndarray, numbers: Parameters, total: float) -> np.ndarray:
    """Return sizes with the given total: the tail is cut off where the mean is met."""
    if draws.size == 0:
        return draws
    total = max(total, draws.size * LEAST_MEAN)
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
