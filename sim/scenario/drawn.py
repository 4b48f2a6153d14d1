"""The numbers of one replication, and how some of them move over time."""

from __future__ import annotations

from collections.abc import Mapping

from sim.calendar.quarter import Quarter
from sim.calendar.schedule import Schedule
from sim.scenario.calm import calm
from sim.scenario.scenario import Scenario
from sim.tables.parameters import Parameters


def world_numbers(spec: Scenario, seed: int, *, fixed: bool) -> Parameters:
    """Return the numbers of one replication: drawn (unless fixed), with what the scenario holds in their place."""
    numbers = Parameters(spec.city_tables)
    numbers = numbers if fixed else numbers.draw(seed)
    numbers = calm(numbers) if spec.outlook.calm else numbers
    return numbers.replace(spec.parameters)


def paths_of_numbers(spec: Scenario) -> dict[str, Schedule[float]]:
    """Return the paths that the outlook gives to numbers of the city, by name."""
    return {name: path for name, path in spec.outlook if path is not None and name in spec.city_tables.numbers}


def numbers_in(quarter: Quarter, numbers: Parameters, paths: Mapping[str, Schedule[float]]) -> Parameters:
    """Return the numbers in force in a quarter: those of the world, with paths in their place."""
    return numbers.replace({name: path.at(quarter) for name, path in paths.items()}) if paths else numbers
