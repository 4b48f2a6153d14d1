"""What to write instead where the city has no room for a register: a change is told only if it was tried and helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from sim.firms.technology import without_room
from sim.tables.city_tables import CityTables
from sim.tables.milestones import FEWEST_ABOVE_SCALE, MOST_ABOVE_SCALE

ABOVE_SCALE = "population.above_scale"
_STEPS = (1.002, 0.998, 1.05, 0.95, 1.2, 0.8, 1.5, 0.6, 2.0, 0.4, 3.0, 0.25, 5.0, 10.0)
_DIGITS = 4  # of a value that is told
_WHOLE = "firms"  # unit of numbers that are told as whole ones


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong.

    Attributes:
        said: in words. places: shares of the above-scale firms that are simulated which may mend it, to be tried.
        numbers: shares of numbers that may mend it when they are held, likewise.
    """

    said: str
    places: Sequence[float] = ()
    numbers: Mapping[str, Sequence[float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeldCity:
    """What a register is held against: the tables, numbers that a scenario holds, and above-scale firms."""

    city_tables: CityTables
    held: Mapping[str, float]
    above_scale: int

    def number(self, name: str) -> float:
        """Return a number that is held, or the table's."""
        return self.held.get(name, self.city_tables.numbers[name].value)


def in_steps(share: float = 1.0) -> tuple[float, ...]:
    """Return shares to be tried: the one that should do, then others around it, nearest first."""
    return (share, *(share * step for step in _STEPS))


def remedy(problem: Problem, city: HeldCity, helps: Callable[[HeldCity], bool], how: str) -> str:
    """Return `; mend the values, or set ...` with each change that mends it alone.

    Args:
        helps: tells whether all is well with the problem, and nothing else got worse, in a city so changed.
        how: where the changes are written.
    """
    tried = {ABOVE_SCALE: [_places(city, share) for share in problem.places]}
    tried |= {name: [_number(city, name, share) for share in shares] for name, shares in problem.numbers.items()}
    found = []
    for name, changes in tried.items():
        done = next((said for said, changed in filter(None, changes) if _sound(changed) and helps(changed)), None)
        found += [f"{name if name == ABOVE_SCALE else f'parameters.{name}'}={done}"] if done else []
    return f"; mend the values, or set {' or '.join(found)} ({how})" if found else "; mend the values"


Change = tuple[str, HeldCity]  # the value as it is told, and the city with it


def _places(city: HeldCity, share: float) -> Change | None:
    number = round(city.above_scale * share)
    if not FEWEST_ABOVE_SCALE <= number <= MOST_ABOVE_SCALE or number == city.above_scale:
        return None
    return str(number), HeldCity(city.city_tables, city.held, number)


def _number(city: HeldCity, name: str, share: float) -> Change | None:
    known = city.city_tables.numbers[name]
    exact = city.number(name) * share
    value = float(ceil(exact)) if known.unit == _WHOLE else float(f"{exact:.{_DIGITS}g}")
    if not known.least <= value <= known.most:
        return None
    return f"{value:.12g}", HeldCity(city.city_tables, {**city.held, name: value}, city.above_scale)


def _sound(city: HeldCity) -> bool:
    return not without_room(city.city_tables, city.held)
