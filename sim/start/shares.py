"""What share of the city a population is, and of its group a named firm makes here."""

from __future__ import annotations

from sim.firms.sizes import above_scale_2021
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI

# million yuan: a cluster whose named firms leave too little room still holds firms a fifth above the line
LEAST_MEAN = ABOVE_SCALE_LINE * 1.2


def part_of_city(numbers: Parameters, above_scale: int) -> float:
    """Return the share of the city's output that a population makes: a small test city keeps firm sizes, its output
    shrinks with its firms.
    """
    return min(float(above_scale) / above_scale_2021(numbers), 1.0)


def part_of_count(numbers: Parameters, count: float, above_scale: int) -> int:
    """Scale a count of the city in 2021 to a population of so many above-scale firms."""
    return round(count * float(above_scale) / above_scale_2021(numbers))


def local_output(numbers: Parameters, firm: str) -> float:
    """Return what a named firm makes in the city, million yuan a year."""
    return group_revenue(numbers, firm) * local_share(numbers, firm)


def group_revenue(numbers: Parameters, firm: str) -> float:
    """Return the revenue of a named firm's group in 2021, million yuan."""
    return numbers[f"{firm}.revenue_2021"] * MILLION_PER_YI


def local_share(numbers: Parameters, firm: str) -> float:
    """Return the share of a named firm's group revenue that is made in the city."""
    return numbers.get(f"{firm}.local_share", 1.0)
