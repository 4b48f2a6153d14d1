"""What tables need of the payments of one world, as sums: the payments themselves are most of what a world holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.firms.sizes import SIZES
from sim.tables.city_tables import CityTables
from sim.tables.units import FEN_PER_MILLION

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

_REST = "rest_of_city"
_FIRST = {"first": 1, "first ten": 10}  # firms that get most
ClauseOfInstrument = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PaidSums:
    """Payments of one world.

    Attributes:
        by_year: number of payments and million yuan by instrument and clause, (2, years).
        shares: of each instrument that paid anything, in the order of `groups_of`.
    """

    by_year: Mapping[ClauseOfInstrument, np.ndarray]
    shares: Mapping[str, np.ndarray]


def groups_of(city_tables: CityTables) -> list[tuple[str, str]]:
    """Return level and name of each group of which a share is told: the firms that get most, clusters, sizes."""
    return [
        *(("firms", name) for name in _FIRST),
        *(("cluster", name) for name in (_REST, *city_tables.identifiers)),
        *(("size", name) for name in (_REST, *SIZES)),
    ]


def paid_in(result: Result, city_tables: CityTables) -> PaidSums:
    """Return the sums of a world's payments."""
    ledger = result.ledger
    kinds = dict.fromkeys(zip(ledger["instrument"], ledger["clause"], strict=True))
    shares = {name: _shares(result, name, city_tables) for name in dict.fromkeys(ledger["instrument"])}
    return PaidSums(
        {(instrument, clause): _by_year(result, instrument, clause) for instrument, clause in kinds},
        {name: found for name, found in shares.items() if found is not None},
    )


def _by_year(result: Result, instrument: str, clause: str) -> np.ndarray:
    """Number of payments and million yuan of one clause, by year; (2, years)."""
    ledger, years = result.ledger, result.year_labels
    batches = ledger["quarter"].size
    chosen = (ledger["instrument"] == instrument) & (ledger["clause"] == clause)
    number = np.bincount(ledger["batch"], minlength=batches)
    money = np.bincount(ledger["batch"], weights=ledger["fen"], minlength=batches) / FEN_PER_MILLION
    place = ledger["quarter"] // 4 - years[0]
    chosen &= place < len(years)
    return np.array([np.bincount(place[chosen], weights=v[chosen], minlength=len(years)) for v in (number, money)])


def _shares(result: Result, instrument: str, city_tables: CityTables) -> np.ndarray | None:
    """Return the share of each group in the money of an instrument; None where that is nothing."""
    ledger = result.ledger
    chosen = (ledger["instrument"] == instrument)[ledger["batch"]]
    fen, key, cluster, size = (ledger[name][chosen] for name in ("fen", "key", "cluster", "size"))
    if fen.sum() == 0:
        return None
    groups = ((cluster, city_tables.identifiers), (size, SIZES))
    sums = [np.bincount(values + 1, fen, len(names) + 1) / fen.sum() for values, names in groups]
    return np.concatenate([_largest(key[key > 0], fen[key > 0]), *sums])


def _largest(key: np.ndarray, fen: np.ndarray) -> np.ndarray:
    """Return the shares of the firms that get most of some payments; nan where there are none."""
    by_firm = np.sort(np.bincount(np.unique(key, return_inverse=True)[1], fen))[::-1]
    whole = float(by_firm.sum())
    return np.array([float(by_firm[:most].sum()) / whole if whole else np.nan for most in _FIRST.values()])
