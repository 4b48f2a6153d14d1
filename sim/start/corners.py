"""The worlds at the ends of what replications may draw: what holds in all of them holds in every world between.

Only numbers that say how much room a cluster has are moved. Each moves it one way, so that the ends are enough: a
cluster has the fewest places where its own number of firms is low and those of the others are high.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from sim.tables.city_tables import CityTables
from sim.tables.numbers import Number
from sim.tables.parameters import Parameters

ENDS = ("low", "high")  # of the range of a number
_FIRMS = "firms_2021"
_ENERGY = ("industrial_energy", "energy_share")
_HIGHEST = "energy_price"  # which leaves the less of a firm's revenue the higher it is
_APART = ((_FIRMS,), ("output_2021",), ("revenue_2021", "local_share"))  # each part of them moves as one
READ = (_HIGHEST, *_ENERGY, *(word for part in _APART for word in part))  # the last words of all that room reads


def corners(city_tables: CityTables, held: Mapping[str, float], cluster: str, energy: str) -> Iterator[Parameters]:
    """Yield the numbers of each such world for one cluster.

    Args:
        held: numbers that the scenario holds. energy: end at which the energy of the city and of the cluster is.
    """
    drawn = {name: number for name, number in city_tables.numbers.items() if number.uncertain and name not in held}
    at = {**_at(energy, _named(drawn, _ENERGY)), **_at("high", _named(drawn, (_HIGHEST,))), **held}
    base = Parameters(city_tables).replace(at)
    parts = [part for words in _APART for part in _own_and_others(_named(drawn, words), cluster) if part]
    for ends in product(ENDS, repeat=len(parts)):
        moved: dict[str, float] = {}
        for part, end in zip(parts, ends, strict=True):
            moved |= _at(end, part)
        yield base.replace(moved)


def firms_are_drawn(city_tables: CityTables, held: Mapping[str, float]) -> bool:
    """Tell whether worlds differ in how the firms of the city are split over its clusters."""
    return any(n.uncertain and name not in held for name, n in _named(city_tables.numbers, (_FIRMS,)).items())


def _named(numbers: Mapping[str, Number], words: tuple[str, ...]) -> dict[str, Number]:
    return {name: number for name, number in numbers.items() if name.rpartition(".")[2] in words}


def _own_and_others(numbers: Mapping[str, Number], cluster: str) -> Iterator[dict[str, Number]]:
    """Yield the numbers of a cluster and all others; those of named firms are among the others, and move as one."""
    for own in (True, False):
        yield {name: n for name, n in numbers.items() if (name.rpartition(".")[0] == cluster) is own}


def _at(end: str, numbers: Mapping[str, Number]) -> dict[str, float]:
    return {name: getattr(number, end) for name, number in numbers.items()}
