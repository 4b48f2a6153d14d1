"""The starting firms: the end of 2021, made to match the published facts.

Sizes are stratified draws from a two-piece Pareto distribution per cluster, cut off so that the cluster's output is met; named
firms are placed; margins become productivity; stocks are stationary, so that a calm world stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim import announced, attributes, keys
from sim.clusters import COUNT, IDENTIFIERS
from sim.firms import Firms
from sim.inputs import named_firms
from sim.milestones import ABOVE_SCALE_LINE
from sim.parameters import Parameters
from sim.quarter import FIRST, LAST, Quarter
from sim.randomness import pareto, stream, uniforms
from sim.reservoir import smallest
from sim.technology import Technology

MILLION_PER_YI = 100.0  # a yi (亿) is 100 million


@dataclass(frozen=True, slots=True)
class Funded:
    """Shares of wanted retrofits that find money in a usual quarter.

    Attributes:
        digital: of digital projects, weighted by firms' output. digital_firms: by number of firms. energy: of energy-saving projects.
        edge: log efficiency of firms whose digital project found money, over the mean of their cluster's firms.
    """

    digital: float
    digital_firms: float
    energy: float
    edge: np.ndarray


@dataclass(frozen=True, slots=True)
class Start:
    """The starting state.

    Attributes:
        firms: the firm table at the end of 2021.
        energy_2021: tce used by each cluster. output_2021: output of its above-scale firms, million yuan.
        orders_2021: orders of each cluster's firms in 2021, million yuan.
        defaults: share of a cluster's demand whose maker defaults in a usual quarter.
        turned_away: share of a cluster's demand that leaves firms which did not serve it in the last quarter of 2021.
        funded: retrofits that usually find money.
        smallest: revenue from which firms are simulated, million yuan a year; smaller ones are in the reservoir.
        named: row of each named firm. names: English and Chinese name by row.
    """

    firms: Firms
    energy_2021: np.ndarray
    output_2021: np.ndarray
    orders_2021: np.ndarray
    defaults: np.ndarray
    turned_away: np.ndarray
    funded: Funded
    smallest: float
    named: dict[str, int]
    names: dict[int, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """Firms laid out and sized, nothing else about them known yet.

    Attributes:
        firms: rows with keys and clusters. annual: output of 2021 by row, million yuan, largest first within a cluster's
            firms that are not named. named: row of each named firm. output_2021, smallest: as in Start.
    """

    firms: Firms
    annual: np.ndarray
    named: dict[str, int]
    output_2021: np.ndarray
    smallest: float


def draft(numbers: Parameters, above_scale: int, below_scale: int, seed: int, until: Quarter = LAST) -> Draft:
    """Lay out the firms of the end of 2021 and draw their sizes.

    Args:
        numbers: the numbers of this world. seed: fixes all draws.
        above_scale, below_scale: numbers of firms above and below 20 million yuan of revenue.
        until: last quarter for which there is room for entrants.
    """
    above, below = _counts(numbers, above_scale), _counts(numbers, below_scale)
    firms = _lay_out(numbers, above, below, until - FIRST + 1)
    named = _place_named(firms, above)
    output = np.array(numbers.by_cluster("output_2021")) * MILLION_PER_YI
    low = smallest(above_scale, below_scale, numbers.body_exponent)
    annual = _sizes(firms, numbers, seed, above, below, output, named, low)
    return Draft(firms, annual, named, output, low)


def fill(plan: Draft, numbers: Parameters, technology: Technology, seed: int, annual: np.ndarray) -> Firms:
    """Return firms of the given sizes (million yuan a year) with all that a firm of that size has when nothing ever happened to it."""
    firms = _same_layout(plan.firms)
    firms.above_scale[:] = annual >= ABOVE_SCALE
    firms.ever_above_scale[:] = firms.above_scale
    attributes.fill(firms, numbers, technology, seed, annual, plan.named)
    moving = [move.row for move in announced.schedule(numbers, plan.named).relocations]
    firms.beyond = np.union1d(firms.beyond, np.array(moving, dtype=np.int64))
    return firms


def _same_layout(laid_out: Firms) -> Firms:
    """Return firms with the same rows and keys; columns that hold only zeros are made anew, which costs nothing until they are written."""
    firms = Firms(laid_out.start, laid_out.first_entrant, laid_out.end)
    firms.places = laid_out.places.copy()
    firms.cluster[:], firms.key[:], firms.active[:] = laid_out.cluster, laid_out.key, laid_out.active
    return firms


def names(plan: Draft) -> dict[int, tuple[str, str]]:
    """Return the English and Chinese name of each named firm by row."""
    return {plan.named[f["firm"]]: (f["name_en"], f["name_zh"]) for f in named_firms() if f["firm"] in plan.named}


def _counts(numbers: Parameters, total: int) -> np.ndarray:
    """Split a number of firms over clusters like the table's firm counts; the largest remainders round up."""
    weights = np.array(numbers.by_cluster("firms_2021"))
    exact = weights / weights.sum() * total
    counts = np.maximum(np.floor(exact).astype(np.int64), 1)
    rest = total - int(counts.sum())
    counts[np.argsort(-(exact - counts), kind="stable")[: max(rest, 0)]] += 1
    return counts


def _lay_out(numbers: Parameters, above: np.ndarray, below: np.ndarray, quarters: int) -> Firms:
    """Lay the rows out: starting firms, then room for all potential entrants of some quarters."""
    starting = above + below
    ordinary = np.ceil(numbers.entry_places * starting).astype(np.int64)
    places = np.stack([ordinary, np.full(COUNT, int(numbers.major_project_places))])
    end = np.cumsum(starting + quarters * places.sum(axis=0) + announced.places())
    start = np.concatenate([[0], end[:-1]])
    firms = Firms(start, start + starting, end)
    firms.places = places
    for c in range(COUNT):
        rows = np.arange(starting[c])
        firms.cluster[start[c] : end[c]] = c
        firms.key[start[c] + rows] = keys.firm_keys(c, 0, rows)
        firms.active[start[c] + rows] = True
    return firms


def _place_named(firms: Firms, above: np.ndarray) -> dict[str, int]:
    """Give the first rows of each cluster to its named firms, as far as there are rows."""
    named: dict[str, int] = {}
    taken = np.zeros(COUNT, dtype=np.int64)
    for firm in named_firms():
        c = IDENTIFIERS.index(firm["cluster"])
        if taken[c] < above[c] // 2:
            named[firm["firm"]] = int(firms.start[c] + taken[c])
            taken[c] += 1
    return named


def _sizes(
    firms: Firms, numbers: Parameters, seed: int, above: np.ndarray, below: np.ndarray, output: np.ndarray,
    named: dict[str, int], low: float,
) -> np.ndarray:
    """Return annual output of every starting firm, million yuan; above-scale firms add up to the cluster's output."""
    annual = np.zeros(firms.rows)
    full = float(sum(numbers.by_cluster("firms_2021")))
    share = min(float(above.sum()) / full, 1.0)  # a small test city keeps firm sizes: its output shrinks with its firms
    for firm, row in named.items():
        annual[row] = local_output(numbers, firm)
    for c in range(COUNT):
        first, last = int(firms.start[c]), int(firms.start[c] + above[c])
        known = sum(1 for row in named.values() if first <= row < last)
        draws = _stratified(seed, f"size {c}", last - first - known)
        annual[first + known : last] = _above_scale(draws, numbers, output[c] * share - annual[first : first + known].sum())
        pool = slice(last, int(firms.first_entrant[c]))
        annual[pool] = pareto(_stratified(seed, f"pool {c}", int(below[c])), numbers.body_exponent, low, ABOVE_SCALE)
    return annual


ABOVE_SCALE = ABOVE_SCALE_LINE
_LEAST_TOTAL = 1.2  # a cluster whose named firms leave too little room still holds firms a fifth above the line


def local_output(numbers: Parameters, firm: str) -> float:
    """Return what a named firm makes in the city, million yuan a year."""
    return numbers[f"{firm}.revenue_2021"] * MILLION_PER_YI * numbers.get(f"{firm}.local_share", 1.0)


def _stratified(seed: int, name: str, number: int) -> np.ndarray:
    """Return one draw from each of `number` equal strata of (0, 1), highest first."""
    draws = uniforms(stream(seed, name), np.arange(number, dtype=np.uint64))
    return (np.arange(number)[::-1] + draws) / max(number, 1)


def _above_scale(draws: np.ndarray, numbers: Parameters, total: float) -> np.ndarray:
    """Return sizes with the given total: the tail is cut off where the mean is met."""
    total = max(total, draws.size * ABOVE_SCALE * _LEAST_TOTAL)
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
    return ABOVE_SCALE + (sizes - ABOVE_SCALE) * (total - draws.size * ABOVE_SCALE) / (sizes.sum() - draws.size * ABOVE_SCALE)


def _body(draws: np.ndarray, numbers: Parameters) -> tuple[np.ndarray, np.ndarray]:
    """Return sizes of draws (highest first) as if all were of the body, and the draws of the first ones within the tail."""
    body_share = 1.0 - (numbers.body_end / ABOVE_SCALE) ** -numbers.body_exponent
    body = pareto(np.minimum(draws / body_share, 1.0), numbers.body_exponent, ABOVE_SCALE, numbers.body_end)
    beyond = (draws[draws >= body_share] - body_share) / (1.0 - body_share)
    return body, np.clip(beyond, 0.0, 1.0)


def _tail(beyond: np.ndarray, numbers: Parameters, reach: float) -> np.ndarray:
    return pareto(beyond, numbers.tail_exponent, numbers.body_end, numbers.body_end * reach)
