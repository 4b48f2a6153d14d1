"""What was under way or announced in February 2022: phases of plants already here, newcomers' plants, a move away.

`announced.csv` of a city holds the facts of each project, `parameters.csv` its uncertain numbers
(`some_plant.lag_quarters`), so that replications draw them. A schedule is built once per world; what lies before
2022 is inside the output of 2021 and left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.calendar.quarter import FIRST, Quarter
from sim.luck import keys
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI

EXPANSION, PLANT, RELOCATION = "expansion", "plant", "relocation"
_AHEAD = 4  # quarters: a firm plans for demand a year ahead, so it counts the capital that comes by then
_MOST_MOVED = 0.95  # a works that keeps nothing would be a closure


@dataclass(frozen=True, slots=True)
class Project:
    """One row of `announced.csv`: output a year and capital in million yuan,
    `start` when building began or was to begin.
    """

    plant: str
    english: str
    chinese: str
    kind: str
    group: str
    cluster: int
    local_headquarters: bool
    capacity: float
    capital: float
    start: Quarter

    @property
    def key(self) -> np.uint64:
        """Firm key of a new plant: from its name alone, so that it has the same luck whoever else enters."""
        return keys.announced_plant_key(self.cluster, self.plant)


@cache
def projects(city_tables: CityTables) -> tuple[Project, ...]:
    """Return every project of the table, in its order."""
    return tuple(_project(row, city_tables.identifiers) for row in city_tables.announced)


def _project(row: Mapping[str, str], clusters: Sequence[str]) -> Project:
    return Project(
        row["plant"],
        row["name_en"],
        row["name_zh"],
        row["kind"],
        row["group"],
        clusters.index(row["cluster"]),
        row["local_headquarters"] == "1",
        float(row["capacity"] or 0.0) * MILLION_PER_YI,
        float(row["capital"] or 0.0) * MILLION_PER_YI,
        Quarter.read(row["start"]),
    )


def places(city_tables: CityTables) -> np.ndarray:
    """Return how many rows the new plants of the table need, per cluster."""
    wanted = [project.cluster for project in projects(city_tables) if project.kind == PLANT]
    return np.bincount(np.array(wanted, dtype=np.int64), minlength=city_tables.count)


@dataclass(frozen=True, slots=True)
class Expansion:
    """Capital (million yuan, 2021 prices) that comes to a firm already here, in equal parts from `begins` on."""

    row: int
    capital: float
    begins: Quarter
    quarters: int

    def within(self, first: Quarter, quarters: int) -> float:
        """Return the capital that comes in some quarters from `first` on."""
        begin, end = max(self.begins, first), min(self.begins + self.quarters, first + quarters)
        return self.capital / self.quarters * max(end - begin, 0)

    def arriving(self, now: Quarter) -> float:
        """Return the capital that comes in this quarter."""
        return self.within(now, 1)

    def due(self, now: Quarter) -> float:
        """Return the capital that comes within a year, this quarter included."""
        return self.within(now, _AHEAD)


@dataclass(frozen=True, slots=True)
class NewPlant:
    """A newcomer's plant: full output a year (million yuan, 2021 prices) and the first quarter with output."""

    key: np.uint64
    cluster: int
    annual: float
    local_headquarters: bool
    opens: Quarter


@dataclass(frozen=True, slots=True)
class Relocation:
    """A share of what a firm makes here that moves to its group's plants elsewhere, in equal steps from `begins` on."""

    row: int
    share: float
    begins: Quarter
    quarters: int

    def leaving(self, now: Quarter) -> float:
        """Return the share of what is still here that leaves in this quarter."""
        passed = now - self.begins
        if not 0 <= passed < self.quarters:
            return 0.0
        step = self.share / self.quarters
        return step / (1.0 - step * passed)


@dataclass(frozen=True, slots=True)
class Announced:
    """The schedule of one world."""

    expansions: tuple[Expansion, ...] = ()
    plants: tuple[NewPlant, ...] = ()
    relocations: tuple[Relocation, ...] = ()

    def opening(self, next_quarter: Quarter) -> list[NewPlant]:
        """Return the plants whose first quarter with output is the next one;
        those due earlier open at the first chance.
        """
        first = FIRST + 1
        return [plant for plant in self.plants if max(plant.opens, first) == next_quarter]


def schedule(numbers: Parameters, named: Mapping[str, int]) -> Announced:
    """Return when what comes or leaves, under the numbers of one world; `named` are the rows of named firms."""
    found: dict[str, list[Expansion | NewPlant | Relocation]] = {EXPANSION: [], PLANT: [], RELOCATION: []}
    for project in projects(numbers.city_tables):
        share = numbers[f"{project.plant}.realised_share"]
        if share > 0.0 and (project.kind == PLANT or project.group in named):
            found[project.kind].append(_dated(project, numbers, share, named))
    return Announced(*(tuple(part) for part in found.values()))  # type: ignore[arg-type]


def _dated(
    project: Project, numbers: Parameters, share: float, named: Mapping[str, int]
) -> Expansion | NewPlant | Relocation:
    begins = project.start + round(numbers[f"{project.plant}.lag_quarters"])
    if project.kind == PLANT:
        return NewPlant(project.key, project.cluster, share * project.capacity, project.local_headquarters, begins)
    row = named[project.group]
    if project.kind == EXPANSION:
        return Expansion(row, share * project.capital, begins, _quarters(numbers.start_up_quarters))
    return Relocation(row, min(share, _MOST_MOVED), begins, _quarters(numbers[f"{project.plant}.moving_quarters"]))


def _quarters(length: float) -> int:
    return max(round(length), 1)
