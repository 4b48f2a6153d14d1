"""The numbers of one world, by name: those of the nation and of a city. Each replication draws the numbers that carry a
range, unless it is told to hold them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.luck import keys
from sim.tables.city_tables import CityTables, read_city


class Parameters(Mapping[str, float]):
    """The numbers of one world: the tables' values, with what a scenario or a draw put in their place.

    Attributes:
        city_tables: the city they are of; without one, that of a scenario which names none.
    """

    def __init__(self, city_tables: CityTables | None = None, values: Mapping[str, float] | None = None) -> None:
        self.city_tables = city_tables or read_city()
        numbers = self.city_tables.numbers
        self._values = {name: number.value for name, number in numbers.items()} if values is None else dict(values)
        self._by_cluster: dict[str, tuple[float, ...]] = {}
        self.bundles: dict[type, Any] = {}  # numbers taken together by `sim.firms.bundles`
        self.__dict__.update(self._values)  # found as attributes without a detour

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> float:
        try:
            return self.__dict__["_values"][name]
        except KeyError:
            raise AttributeError(f"no number named {name}") from None

    def by_cluster(self, name: str) -> tuple[float, ...]:
        """Return one number per cluster, in cluster order."""
        if name not in self._by_cluster:
            clusters = self.city_tables.identifiers
            self._by_cluster[name] = tuple(self._values[f"{cluster}.{name}"] for cluster in clusters)
        return self._by_cluster[name]

    def replace(self, changes: Mapping[str, float]) -> Parameters:
        """Return a copy with some numbers changed.

        Raises:
            KeyError: if a name is not in the tables.
        """
        for name in changes:
            if name not in self._values:
                raise KeyError(name)
        return Parameters(self.city_tables, {**self._values, **changes})

    def draw(self, seed: int, hold: frozenset[str] = frozenset()) -> Parameters:
        """Return a copy in which each uncertain number not in `hold` is drawn from its range, keyed by its name."""
        drawn = {
            name: number.quantile(keys.uniform(keys.stream(seed, f"number {name}"), 0))
            for name, number in self.city_tables.numbers.items()
            if number.uncertain and name not in hold
        }
        return self.replace(drawn)


_ENDS = {"low": "high", "shortest": "longest"}  # the last words of two numbers that are the ends of one distribution


def ends(city_tables: CityTables) -> dict[str, str]:
    """Return the number that is the upper end of a distribution, by the number that is its lower end."""
    known = city_tables.numbers
    pairs = {
        name: f"{stem}_{_ENDS[word]}" for name in known for stem, _, word in [name.rpartition("_")] if word in _ENDS
    }
    return {lower: upper for lower, upper in pairs.items() if upper in known}


def crossed(city_tables: CityTables, held: Mapping[str, float]) -> list[tuple[str, str]]:
    """Return pairs of ends of which the lower may come to lie above the upper; a number that is not held takes any
    value of its range.
    """
    numbers = city_tables.numbers
    return [
        (lower, upper)
        for lower, upper in ends(city_tables).items()
        if held.get(lower, numbers[lower].high) > held.get(upper, numbers[upper].low)
    ]
