"""Where firms that are known stand among the rows of their cluster: named ones first, then those of a register, then
those that are drawn. Which is which can be told without building a start.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from os import path as paths
from pathlib import Path

import numpy as np

from sim.register.reading import read_register
from sim.register.register import PublicFirm, Register
from sim.tables.city_tables import CityTables
from sim.tables.files import bytes_of
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError

Place = tuple[int, int]  # cluster, and number among its rows


@dataclass(frozen=True, slots=True)
class FirmName:
    """How a known firm is called; `registered` where a register says so, which no output tells unless asked to."""

    english: str
    chinese: str
    code: str = ""
    registered: bool = False


NAMELESS = FirmName("", "")


def public_firms(city_tables: CityTables) -> tuple[PublicFirm, ...]:
    """Return the firms that the city's own table names."""
    return tuple(
        PublicFirm(firm["firm"], city_tables.identifiers.index(firm["cluster"]), firm["name_en"], firm["name_zh"])
        for firm in city_tables.named_firms
    )


def hash_of(file: Path) -> str:
    """Return the sha256 of a file.

    Raises:
        SpreadsheetError: if it cannot be read.
    """
    try:
        return sha256(bytes_of(file)).hexdigest()
    except OSError as error:
        raise SpreadsheetError(
            f"{shown(file)}: cannot be read ({error.strerror}); write the path of a register"
        ) from None


def read_firms(file: Path, city_tables: CityTables, known: str = "") -> Register:
    """Return the register of a file; one that was read before is not read again.

    Args:
        known: sha256 that the file must have; empty for any.

    Raises:
        SpreadsheetError: if anything in it is wrong, or it is another file than the one that is known.
    """
    found = hash_of(file)
    if known and found != known:
        raise SpreadsheetError(
            f"{shown(file)}: has changed since it was first read; bring the old file back, or begin again (--fresh; in "
            "a scenario that says its sha256, take that out)"
        )
    return _read(str(file.absolute()), found, city_tables)


@lru_cache(maxsize=4)
def _read(file: str, _hash: str, city_tables: CityTables) -> Register:
    names_of_city = (city_tables.chinese, city_tables.english)
    path, public = Path(shown(Path(file))), public_firms(city_tables)
    return read_register(path, city_tables.clusters, public, names_of_city, city_tables.option)


def shown(file: Path) -> str:
    """Return a path as messages write it: from the current folder where that is shorter."""
    try:
        return min(str(file), paths.relpath(file), key=len)
    except ValueError:  # another drive
        return str(file)


def counts(numbers: Parameters, total: int) -> np.ndarray:
    """Split a number of firms over clusters like the table's firm counts; the largest remainders round up."""
    exact = _exact(numbers, total)
    found = np.maximum(np.floor(exact).astype(np.int64), 1)
    rest = total - int(found.sum())
    found[np.argsort(-(exact - found), kind="stable")[: max(rest, 0)]] += 1
    return found


def between(numbers: Parameters, total: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest and the most firms that rounding may give a cluster, whatever the remainders of others."""
    exact = _exact(numbers, total)
    return np.maximum(np.floor(exact), 1.0).astype(np.int64), np.maximum(np.ceil(exact), 1.0).astype(np.int64)


def _exact(numbers: Parameters, total: int) -> np.ndarray:
    weights = np.array(numbers.by_cluster("firms_2021"))
    return weights / weights.sum() * total


def places_of_named(city_tables: CityTables, above: np.ndarray) -> dict[str, Place]:
    """Give the first places of each cluster to its named firms, as far as there are any."""
    found: dict[str, Place] = {}
    taken = np.zeros(above.size, dtype=np.int64)
    for firm in public_firms(city_tables):
        if taken[firm.cluster] < above[firm.cluster] // 2:
            found[firm.identifier] = firm.cluster, int(taken[firm.cluster])
            taken[firm.cluster] += 1
    return found


def places_of_register(register: Register, named: dict[str, Place], clusters: int) -> list[Place]:
    """Give the next places to the firms of a register in their order; one that is a named firm has its place.

    Args:
        clusters: how many the city has.
    """
    taken = np.bincount([cluster for cluster, _ in named.values()], minlength=clusters)
    found: list[Place] = []
    for cluster, public in zip(register.cluster.tolist(), register.public, strict=True):
        if public in named:
            found.append(named[public])
        else:
            found.append((cluster, int(taken[cluster])))
            taken[cluster] += 1
    return found


def names(city_tables: CityTables, above: np.ndarray, register: Register | None = None) -> dict[Place, FirmName]:
    """Return the names of known firms by place: those of the city's own table, and of a register only if it is given.

    Args:
        above: above-scale firms of each cluster.
    """
    places, public = places_of_named(city_tables, above), public_firms(city_tables)
    found = {places[f.identifier]: FirmName(f.english, f.chinese) for f in public if f.identifier in places}
    if register is not None:
        for place, name, code in zip(
            places_of_register(register, places, above.size), register.names, register.codes, strict=True
        ):
            found[place] = FirmName(found.get(place, FirmName(name, name)).english, name, code, True)
    return found
