"""The draft of the starting firms: rows and keys laid out, named firms placed, sizes drawn. What a firm of its size
has is `endowment`'s.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import FIRST, LAST, Quarter
from sim.firms import announced
from sim.firms.reservoir import smallest
from sim.firms.table import Firms
from sim.firms.turnover import most_drawn, most_openings, most_signed
from sim.luck import keys
from sim.register.register import Register
from sim.start.given import NOTHING, Given
from sim.start.places import Place, counts, places_of_named, places_of_register
from sim.start.room import refuse_without_room
from sim.start.sizing import sizes
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI


@dataclass(frozen=True, slots=True)
class Draft:
    """Firms laid out and sized, nothing else about them known yet.

    Attributes:
        firms: rows with keys and clusters. annual: output of 2021 by row, million yuan, largest first within a
            cluster's firms that are drawn. named: row of each named firm. given: what a register gives.
        output_2021, smallest: as in Start.
    """

    firms: Firms
    annual: np.ndarray
    named: dict[str, int]
    given: Given
    output_2021: np.ndarray
    smallest: float


def draft(
    numbers: Parameters,
    above_scale: int,
    below_scale: int,
    seed: int,
    until: Quarter = LAST,
    register: Register | None = None,
) -> Draft:
    """Lay out the firms of the end of 2021 and draw their sizes.

    Args:
        numbers: the numbers of this world. seed: fixes all draws.
        above_scale, below_scale: numbers of firms above and below 20 million yuan of revenue.
        until: last quarter for which there is room for entrants.
        register: real firms, which keep what is known of them; the others are drawn around them.

    Raises:
        SpreadsheetError: if the clusters have no room for the firms of the register.
    """
    above, below = counts(numbers, above_scale), counts(numbers, below_scale)
    firms = _lay_out(numbers, above, below, until - FIRST + 1)
    places = places_of_named(numbers.city_tables, above)
    named = dict(zip(places, _rows(firms, places.values()), strict=True))
    given = NOTHING
    if register is not None:
        refuse_without_room(register, numbers, above_scale)
        given = Given(np.array(_rows(firms, places_of_register(register, places, above.size))), register)
    output = np.array(numbers.by_cluster("output_2021")) * MILLION_PER_YI
    low = smallest(above_scale, below_scale, numbers.body_exponent)
    annual = sizes(firms, numbers, seed, above, below, output, named, given=given, low=low)
    return Draft(firms, annual, named, given, output, low)


def firm_names(drafted: Draft, city_tables: CityTables) -> dict[int, tuple[str, str]]:
    """Return the English and Chinese name of each named firm by row."""
    known = city_tables.named_firms
    return {drafted.named[f["firm"]]: (f["name_en"], f["name_zh"]) for f in known if f["firm"] in drafted.named}


def _lay_out(numbers: Parameters, above: np.ndarray, below: np.ndarray, quarters: int) -> Firms:
    """Lay the rows out: starting firms, then room for all potential entrants of some quarters."""
    starting = above + below
    ordinary = np.ceil(most_openings(numbers) * starting).astype(np.int64)
    plants = (np.full(above.size, most(numbers)) for most in (most_signed, most_drawn))
    places = np.stack([ordinary, *plants])
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


def _rows(firms: Firms, places: Iterable[Place]) -> list[int]:
    return [int(firms.start[cluster]) + place for cluster, place in places]
