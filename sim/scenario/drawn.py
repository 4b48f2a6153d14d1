"""The numbers of one replication."""

from __future__ import annotations

from sim.scenario.calm import calm
from sim.scenario.scenario import Scenario
from sim.tables.parameters import Parameters


def world_numbers(spec: Scenario, seed: int, *, fixed: bool) -> Parameters:
    """Return the numbers of one replication: drawn (unless fixed), with what the scenario holds in their place."""
    numbers = Parameters(spec.city_tables)
    numbers = numbers if fixed else numbers.draw(seed)
    numbers = calm(numbers) if spec.outlook.calm else numbers
    return numbers.replace(spec.parameters)
