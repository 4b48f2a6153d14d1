"""The draft of the starting firms: rows and keys laid out, named firms placed, sizes drawn. What a firm of its size
has is `endowment`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import FIRST, LAST, Quarter
from sim.firms import announced
from sim.firms.reservoir import smallest
from sim.firms.table import Firms
from sim.firms.turnover import most_openings, most_signed
from sim.luck import keys
from sim.start.sizing import sizes
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI


@dataclass(frozen=True, slots=True)
class Draft:
    """Firms laid out and sized, nothing else about them known yet.

    Attributes:
        firms: rows with keys and clusters. annual: output of 2021 by row, million yuan, largest first within a
            cluster's firms that are not named. named: row of each named firm. output_2021, smallest: as in Start.
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
    named = _place_named(firms, above, numbers.city_tables)
    output = np.array(numbers.by_cluster("output_2021")) * MILLION_PER_YI
    low = smallest(above_scale, below_scale, numbers.body_exponent)
    annual = sizes(firms, numbers, seed, above, below, output, named, low)
    return Draft(firms, annual, named, output, low)


def firm_names(drafted: Draft, city_tables: CityTables) -> dict[int, tuple[str, str]]:
    """Return the English and Chinese name of each named firm by row."""
    known = city_tables.named_firms
    return {drafted.named[f["firm"]]: (f["name_en"], f["name_zh"]) for f in known if f["firm"] in drafted.named}


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
    ordinary = np.ceil(most_openings(numbers) * starting).astype(np.int64)
    places = np.stack([ordinary, np.full(above.size, most_signed(numbers))])
    end = np.cumsum(starting + quarters * places.sum(axis=0) + announced.places(numbers.city_tables))
    start = np.concatenate([[0], end[:-1]])
    firms = Firms(start, start + starting, end)
    firms.places = places
    for c in range(starting.size):
        rows = np.arange(starting[c])
        firms.cluster[start[c] : end[c]] = c
        firms.key[start[c] + rows] = keys.firm_keys(c, 0, rows)
        firms.active[start[c] + rows] = True
    return firms


def _place_named(firms: Firms, above: np.ndarray, city_tables: CityTables) -> dict[str, int]:
    """Give the first rows of each cluster to its named firms, as far as there are rows."""
    named: dict[str, int] = {}
    taken = np.zeros(above.size, dtype=np.int64)
    for firm in city_tables.named_firms:
        c = city_tables.identifiers.index(firm["cluster"])
        if taken[c] < above[c] // 2:
            named[firm["firm"]] = int(firms.start[c] + taken[c])
            taken[c] += 1
    return named
