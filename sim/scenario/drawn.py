"""The numbers of one replication, and how some of them move over time."""

from __future__ import annotations

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


def numbers_by_quarter(spec: Scenario, numbers: Parameters) -> Schedule[Parameters]:
    """Return the numbers in force in each quarter: those of the world, with the outlook's paths in their place."""
    paths = paths_of_numbers(spec)
    if not paths:
        return Schedule.constant(numbers)
    turns = sorted({since for path in paths.values() for since, _ in path.steps})
    return Schedule(tuple((turn, numbers.replace({n: path.at(turn) for n, path in paths.items()})) for turn in turns))
