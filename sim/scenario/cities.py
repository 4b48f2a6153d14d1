"""The city of a scenario: found, read, known again by what its tables hold, and left for another."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.errors import explain
from sim.scenario.files import Places, ScenarioError
from sim.tables.city_tables import CityTables, default_city, read_city, shipped_cities
from sim.tables.files import TableError

CITY, HASH, FIRMS, POPULATION = "city", "city_hash", "firms", "population"
NO_REGISTER = "none"  # what `firms` says where none is used, not even that of the city


def city_of(raw: Mapping[str, Any], places: Places, where: str) -> CityTables:
    """Return the tables of the city that plain values name.

    Raises:
        ScenarioError: if there is no such city, its tables hold mistakes, or are not those that the hash is of.
    """
    city, known = raw.get(CITY, default_city()), raw.get(HASH)
    if not isinstance(city, (str, Path)):
        raise ScenarioError(explain((CITY,), "must be text: the name of a city, or a folder of tables", places, where))
    try:
        found = read_city(city)
    except TableError as error:
        raise ScenarioError(*(explain((CITY,), problem, places, where) for problem in error.problems)) from None
    if known not in (None, found.hash):
        problem = f"the tables of {city} have changed since; write {HASH}: {found.hash} to take them as they are now"
        raise ScenarioError(explain((HASH,), problem, places, where))
    return found


def with_city(raw: Mapping[str, Any], city_tables: CityTables) -> dict[str, Any]:
    """Return plain values with the city, its hash, and its numbers of firms and its register of real ones where the
    scenario says none.
    """
    own = raw.get(POPULATION)
    register = {} if city_tables.register is None else {FIRMS: str(city_tables.register)}
    return {
        **register,
        **raw,
        CITY: city_tables.name,
        HASH: city_tables.hash,
        POPULATION: {**population_of(city_tables), **(own or {})} if own is None or isinstance(own, dict) else own,
    }


def population_of(city_tables: CityTables) -> dict[str, int]:
    """Return the numbers of firms of a scenario of the city that says none."""
    return {"above_scale": city_tables.above_scale, "below_scale": city_tables.below_scale}


def of_another_city(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values without what they have from their city: the hash, and where there is one, for then every
    value is written out, the numbers of firms and the register that are the city's own.
    """
    kept = {key: value for key, value in raw.items() if key != HASH}
    if HASH not in raw:
        return kept
    try:
        left = read_city(raw.get(CITY, ""))
    except TableError:  # it was moved away; what is not known to be its own stays
        return kept
    if isinstance(raw.get(POPULATION), dict):
        own = population_of(left)
        kept[POPULATION] = {key: value for key, value in raw[POPULATION].items() if own.get(key) != value}
    if _file_of(raw.get(FIRMS)) == str(left.register):
        del kept[FIRMS]
    return kept


def _file_of(register: Any) -> Any:
    return register.get("file") if isinstance(register, dict) else register


def null_meant(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain values or changes, in which null for the register says that there is none: taken out, it would give
    way to that of the city.
    """
    return {key: NO_REGISTER if key == FIRMS and value is None else value for key, value in raw.items()}


def is_no_register(named: Any) -> bool:
    """Tell whether a value of `firms` says that no register is used."""
    return named is None or (isinstance(named, str) and named.strip().casefold() == NO_REGISTER)


def beside(raw: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Return the plain values of a file, in which a folder of tables and a register of firms are those seen from the
    file's own folder.
    """
    placed = null_meant(raw)
    if isinstance(raw.get(FIRMS), str) and not is_no_register(raw[FIRMS]):
        placed[FIRMS] = str((folder / raw[FIRMS]).resolve())
    if isinstance(raw.get(FIRMS), dict) and isinstance(raw[FIRMS].get("file"), str):
        placed[FIRMS] = {**raw[FIRMS], "file": str((folder / raw[FIRMS]["file"]).resolve())}
    if isinstance(raw.get(CITY), str) and raw[CITY] not in shipped_cities():
        placed[CITY] = str((folder / raw[CITY]).absolute())
    if isinstance(raw.get("variants"), dict):
        placed["variants"] = {
            name: beside(changes, folder) if isinstance(changes, dict) else changes
            for name, changes in raw["variants"].items()
        }
    return placed
