"""Whether the clusters have room for the firms of a register: for as many, for what they make, and for the energy they
use. A scenario is refused before its first run where they have not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import chain, starmap

import numpy as np

from sim.firms.technology import usual_intensity
from sim.register.register import Register
from sim.start.corners import ENDS, corners, firms_are_drawn
from sim.start.places import between, counts, places_of_named
from sim.start.shares import LEAST_MEAN, local_output, part_of_city
from sim.tables.city_tables import CityTables
from sim.tables.clusters import ClusterName
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError
from sim.tables.units import MILLION_PER_YI, WAN_PER_TCE, YI_PER_MILLION

_MOST_MEAN = 25.0  # times the cluster's mean: drawn firms that must be larger are no cluster any more
_FULL = 0.01  # share by which the total of a cluster may be missed that the register fills
_CLEANEST, _DIRTIEST = 0.1, 3.0  # times the cluster's energy intensity: what the drawn firms may be left with
_SAID = dict(zip(ENDS, ("the least", "the most"), strict=True))
LEAST_BOUGHT = 0.05  # share of output that is spent on bought inputs but energy


@dataclass(frozen=True, slots=True)
class Room:
    """What the register takes of one cluster, million yuan.

    Attributes:
        name, cluster: of the cluster, and its number. places: its above-scale firms.
        real, named: firms of the register, and other named firms.
        total: output of all. real_output, named_output: of these. part: share of the city that is simulated.
    """

    name: ClusterName
    cluster: int
    places: int
    real: int
    named: int
    total: float
    real_output: float
    named_output: float
    part: float

    @property
    def drawn(self) -> int:
        """How many firms are left to be drawn."""
        return self.places - self.real - self.named

    @property
    def left(self) -> float:
        """What is left for them to make."""
        return self.total - self.real_output - self.named_output

    @property
    def spare(self) -> float:
        """What is left beyond the least that they need."""
        return self.left - self.drawn * LEAST_MEAN


def refuse_without_room(register: Register, numbers: Parameters, above_scale: int) -> None:
    """Refuse a register that the clusters of one world have no room for.

    Raises:
        SpreadsheetError: with a line for each cluster.
    """
    above = counts(numbers, above_scale)
    rooms = [_room(register, numbers, c, above) for c in np.unique(register.cluster).tolist()]
    found = [_too_many(room) or _too_much(room) for room in rooms]
    if any(found):
        raise SpreadsheetError(*(f"{register.file}: {problem}" for problem in found if problem))


def without_room(register: Register, city_tables: CityTables, held: Mapping[str, float], above_scale: int) -> list[str]:
    """Return what leaves no room in one of the worlds that replications may draw, and what to write instead.

    Args:
        held: numbers that the scenario holds.
    """
    return list(
        dict.fromkeys(
            f"{register.file}: {problem}"
            for cluster in np.unique(register.cluster).tolist()
            for problem in _problems(register, city_tables, held, above_scale, cluster)
        )
    )


def _problems(
    register: Register, city_tables: CityTables, held: Mapping[str, float], above_scale: int, cluster: int
) -> Iterator[str]:
    """Yield what is wrong with a cluster in the worst of the worlds: the first thing for each end of its energy."""
    loose, name = firms_are_drawn(city_tables, held), city_tables.identifiers[cluster]
    for end, said in _SAID.items():
        worlds = list(corners(city_tables, held, name, end))
        rooms = [(room, of) for of in worlds for room in _rooms(register, of, cluster, above_scale, loose=loose)]
        rooms.sort(key=lambda pair: pair[0].spare)
        found = chain(
            (_too_many(room) for room in sorted((room for room, _ in rooms), key=lambda room: room.drawn)),
            (_too_much(room) for room, _ in rooms),
            (_too_little(room) for room, _ in reversed(rooms)),
            starmap(partial(_energy, register, said), rooms),
        )
        yield from filter(None, [next(filter(None, found), "")])
        yield from _firms(register, worlds[0], cluster)


def _rooms(register: Register, numbers: Parameters, cluster: int, above_scale: int, *, loose: bool) -> Iterator[Room]:
    """Yield what the register takes of a cluster; where worlds split the firms of the city otherwise, rounding may give
    the cluster one firm more or less.
    """
    above = counts(numbers, above_scale)
    for places in {int(ends[cluster]) for ends in between(numbers, above_scale)} if loose else {int(above[cluster])}:
        other = above.copy()
        other[cluster] = places
        yield _room(register, numbers, cluster, other, above_scale=int(above.sum()))


def _room(
    register: Register, numbers: Parameters, cluster: int, above: np.ndarray, above_scale: int | None = None
) -> Room:
    """Return what the register takes of a cluster.

    Args:
        above: above-scale firms of each cluster. above_scale: of all, if it is not their sum.
    """
    share = part_of_city(numbers, int(above.sum()) if above_scale is None else above_scale)
    named = places_of_named(numbers.city_tables, above)
    others = [firm for firm, (c, _) in named.items() if c == cluster and firm not in register.public]
    real = register.cluster == cluster
    return Room(
        numbers.city_tables.clusters[cluster],
        cluster,
        int(above[cluster]),
        int(np.count_nonzero(real)),
        len(others),
        numbers.by_cluster("output_2021")[cluster] * MILLION_PER_YI * share,
        float(register["revenue"][real].sum()),
        sum(local_output(numbers, firm) for firm in others),
        share,
    )


def _too_many(room: Room) -> str:
    if room.drawn >= 0:
        return ""
    return (
        f"{_called(room)}: {room.real} firms of the register and {room.named} named ones are {-room.drawn} more than "
        f"its {room.places} places; write a larger population.above_scale, or hold {_name(room)}.firms_2021"
    )


def _too_much(room: Room) -> str:
    short = -room.spare
    if room.drawn == 0 or short <= 0.0:
        return ""
    return (
        f"{_sums(room)}; with {_yi(room.drawn * LEAST_MEAN)} for the {room.drawn} other firms that is {_yi(short)} too "
        f"much{_hold(room)}, or a {_whole(room)} population.above_scale"
    )


def _too_little(room: Room) -> str:
    """Return what is wrong where the firms that are left to be drawn, or none, could not make the rest."""
    mean = room.total / room.places
    if room.drawn == 0 and abs(room.left) > _FULL * room.total:
        return f"{_sums(room)}, and no firm is drawn to make up the difference of {_yi(room.left)}{_hold(room)}"
    if room.drawn > 0 and room.left > room.drawn * _MOST_MEAN * mean:
        return f"{_sums(room)}; the rest is too much for the {room.drawn} other firms{_hold(room)}"
    return ""


def _sums(room: Room) -> str:
    others = f" and its named firms {_yi(room.named_output)}" if room.named else ""
    return f"{_called(room)}: its firms make {_yi(room.real_output)}{others} of the cluster's {_yi(room.total)}"


def _hold(room: Room) -> str:
    return f"; mend the values, or hold {_name(room)}.output_2021 under parameters"


def _energy(register: Register, end: str, room: Room, numbers: Parameters) -> str:
    """Return what is wrong with energy: drawn firms use what the register leaves, and stay firms of their cluster."""
    known = (register.cluster == room.cluster) & ~np.isnan(register["energy"])
    rest = room.total - float(register["revenue"][known].sum())
    if room.drawn <= 0 or not known.any() or rest <= 0.0:
        return ""
    norm, used = float(usual_intensity(numbers)[room.cluster]), float(register["energy"][known].sum())
    left = norm * room.total - used
    if _CLEANEST * norm * rest <= left <= _DIRTIEST * norm * rest:
        return ""
    others = f"{left / rest / norm:.2g} times the cluster's energy for each yuan" if left > 0.0 else "nothing"
    return (
        f"{_called(room)}: its firms use {used * WAN_PER_TCE:,.4g} of the cluster's "
        f"{norm * room.total * WAN_PER_TCE:,.4g} 万吨标准煤 (10,000 tce; {end} that a world draws), which leaves the "
        f"others {others}; see whether the unit in the header is "
        f"right, mend the values, or hold {_name(room)}.energy_share under parameters"
    )


def _firms(register: Register, numbers: Parameters, cluster: int) -> Iterator[str]:
    """Value added and the energy bill leave something to buy inputs with."""
    bill, added = (np.nan_to_num(register[name]) for name in ("energy", "value_added"))
    bought = register["revenue"] - added - bill * numbers.energy_price
    for firm in np.flatnonzero((bought < LEAST_BOUGHT * register["revenue"]) & (register.cluster == cluster)):
        yield (
            f"{register.place(int(firm))}: value added and the energy bill (at {numbers.energy_price:g} million yuan "
            f"per tce) leave {bought[firm]:,.4g} million yuan of the revenue for all other inputs; mend value added, "
            "energy or revenue, or leave one of the first two empty"
        )


def _whole(room: Room) -> str:
    """Return what makes room: a part of the city makes a part of its output, the whole with fewer firms leaves more."""
    return "larger" if room.part < 1.0 else "smaller"


def _called(room: Room) -> str:
    return f"cluster {_name(room)} {room.name.chinese}"


def _name(room: Room) -> str:
    return room.name.identifier


def _yi(million: float) -> str:
    return f"{million * YI_PER_MILLION:,.6g}亿元"
