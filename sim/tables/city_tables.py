"""The tables of one city, read once and passed down: a scenario names the city, and whatever is built from it asks this
object. A process may hold any number of cities.

A city is a folder of tables (docs/cities.md). It is known by what its tables hold: whoever sends it to another process
sends its folder and its hash, and tables that have changed meanwhile are refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from shlex import quote
from typing import Any

from sim.tables.city_cells import PARTED
from sim.tables.city_folder import CityFolder, digest, read_folder, registers_in
from sim.tables.city_measured import roles_in, switched_off
from sim.tables.city_rules import mistakes_between, read_numbers
from sim.tables.city_sheet import TableRow
from sim.tables.clusters import ClusterName, Role
from sim.tables.files import DATA, TableError, read, refuse
from sim.tables.inputs import InputOutput, input_output
from sim.tables.nearest import did_you_mean
from sim.tables.numbers import Number, nation

_SHIPPED = (DATA / "cities").resolve()


@dataclass(frozen=True, eq=False)
class CityTables:
    """The tables of one city.

    Attributes:
        folder: where they stand. hash: sha256 of what they hold.
        english, chinese: name of the city. above_scale, below_scale: firms simulated where a scenario says no number.
        clusters: in the order in which every array of clusters is laid out.
        numbers: those of the nation and of the city, by full name. input_output: inputs per unit of output.
        named_firms, announced, facts, flows: rows of text. sources: rows of text, those of the nation included.
    """

    folder: Path
    hash: str
    english: str
    chinese: str
    above_scale: int
    below_scale: int
    clusters: tuple[ClusterName, ...]
    numbers: Mapping[str, Number]
    input_output: InputOutput
    named_firms: tuple[TableRow, ...]
    announced: tuple[TableRow, ...]
    facts: tuple[TableRow, ...]
    flows: tuple[TableRow, ...]
    sources: tuple[TableRow, ...]

    @property
    def register(self) -> Path | None:
        """The register of real firms that stands beside the tables, if one does."""
        return next(iter(registers_in(self.folder)), None)

    @property
    def name(self) -> str:
        """How a scenario names it: the name of a city that comes with clustersim, or its folder."""
        return self.folder.name if self.folder.parent == _SHIPPED else str(self.folder)

    @property
    def option(self) -> str:
        """What a command is to be given to read this city, blank included: nothing for the city of a scenario that
        names none.
        """
        return "" if self.name == default_city() else f" --city {quote(self.name)}"

    @cached_property
    def identifiers(self) -> tuple[str, ...]:
        """Identifiers of the clusters, in their order."""
        return tuple(cluster.identifier for cluster in self.clusters)

    @property
    def count(self) -> int:
        """Number of clusters."""
        return len(self.clusters)

    def with_role(self, role: Role) -> list[int]:
        """Return the places of the clusters that have a role."""
        return [place for place, cluster in enumerate(self.clusters) if role in cluster.roles]

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self.name, self.hash)


@cache
def shipped_cities() -> tuple[str, ...]:
    """Return the names of the cities that come with clustersim."""
    return tuple(sorted(path.name for path in _SHIPPED.iterdir() if path.is_dir()))


@cache
def default_city() -> str:
    """Return the name of the city of a scenario that names none."""
    return next(row["value"] for row in read("defaults") if row["name"] == "city")


def city_folder(city: str) -> Path:
    """Return the folder of a shipped city or the folder that is named.

    Raises:
        TableError: if there is none.
    """
    path = _SHIPPED / city if city in shipped_cities() else Path(city)
    try:
        is_folder, is_there = path.is_dir(), path.exists()
    except OSError:  # a name that no path can have, or a folder that is not shown
        is_folder = is_there = False
    if not is_folder:
        why = "is a file, no folder of tables" if is_there else f"is no city{did_you_mean(city, shipped_cities())}"
        cities = " or ".join(shipped_cities())
        raise TableError(f"'{city[:200]}' {why}; write {cities}, or a folder of tables like ./my-city")
    return path


def read_city(city: str | Path = "") -> CityTables:
    """Return the tables of a shipped city by name or of a folder; of the default city without any.

    Raises:
        TableError: if there is no such city, or its tables hold mistakes; one line for each.
    """
    name = str(city or default_city())
    if name in shipped_cities():
        return _shipped(name)
    folder = city_folder(name).resolve()
    return _read(folder, digest(folder))


@cache
def _shipped(name: str) -> CityTables:
    return _read(_SHIPPED / name, digest(_SHIPPED / name))


def city_mistakes(folder: Path) -> list[str]:
    """Return all that is wrong with the tables of a folder, one line each."""
    found = read_folder(folder)
    return [*found.mistakes, *mistakes_between(found)]


@lru_cache(maxsize=64)
def _read(folder: Path, held: str) -> CityTables:  # read anew when what it holds changes, whatever its times say
    found = read_folder(folder)
    mistakes = [*found.mistakes, *mistakes_between(found)]
    refuse(mistakes)
    return _made(found, held)


def _made(found: CityFolder, held: str) -> CityTables:
    clusters = tuple(_cluster(row) for row in found.rows("clusters"))
    city, cited = found.rows("city")[0], {row["source"] for row in found.rows("sources")}
    off = switched_off(roles_in(found))
    return CityTables(
        found.path,
        held,
        city["name_en"],
        city["name_zh"],
        int(city["above_scale"]),
        int(city["below_scale"]),
        clusters,
        nation() | read_numbers(found)[0],
        input_output(found.rows("input_output"), clusters),
        found.rows("named_firms"),
        found.rows("announced"),
        tuple(row for row in found.rows("facts") if row["fact"] not in off),
        found.rows("flows"),
        (*found.rows("sources"), *(row for row in read("nation/sources") if row["source"] not in cited)),
    )


def _cluster(row: TableRow) -> ClusterName:
    roles = frozenset(Role(role) for role in row["roles"].split(PARTED) if role)
    return ClusterName(row["cluster"], row["code"], row["name_en"], row["name_zh"], roles)


def _again(city: str, known: str) -> CityTables:
    """Return the tables that another process had."""
    found = read_city(city)
    if found.hash != known:
        raise TableError(f"{city}: the tables of the city have changed since the work began; begin it anew")
    return found
