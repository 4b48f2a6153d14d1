"""What a register takes of a cluster in one world: places and output, and what is left for the firms that are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.register.register import Register
from sim.start.places import between, counts, places_of_named
from sim.start.remedies import Problem, in_steps
from sim.start.shares import LEAST_MEAN, local_output, part_of_city
from sim.tables.clusters import ClusterName
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError
from sim.tables.units import MILLION_PER_YI, YI_PER_MILLION, counted

_MOST_MEAN = 25.0  # times the cluster's mean: drawn firms that must be larger are no cluster any more
_FULL = 0.01  # share by which the total of a cluster may be missed that the register fills
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
    def known(self) -> float:
        """What the register's firms and other named ones make."""
        return self.real_output + self.named_output

    @property
    def drawn(self) -> int:
        """How many firms are left to be drawn."""
        return self.places - self.real - self.named

    @property
    def left(self) -> float:
        """What is left for them to make."""
        return self.total - self.known

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
    rooms = [room_of(register, numbers, c, above) for c in np.unique(register.cluster).tolist()]
    found = [too_many(room) or too_much(room) for room in rooms]
    if any(found):
        raise SpreadsheetError(*(f"{register.file}: {problem.said}" for problem in found if problem))


def rooms_of(register: Register, numbers: Parameters, cluster: int, above_scale: int, *, loose: bool) -> Iterator[Room]:
    """Yield what the register takes of a cluster; where worlds split the firms of the city otherwise (`loose`),
    rounding may give the cluster one firm more or less.
    """
    above = counts(numbers, above_scale)
    for places in {int(ends[cluster]) for ends in between(numbers, above_scale)} if loose else {int(above[cluster])}:
        other = above.copy()
        other[cluster] = places
        yield room_of(register, numbers, cluster, other, above_scale=int(above.sum()))


def room_of(
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


def too_many(room: Room) -> Problem | None:
    """Return what is wrong where the register has more firms than places are left."""
    if room.drawn >= 0:
        return None
    needed = room.real + room.named
    return Problem(
        f"{called(room)}: {counted(room.real, 'firm')} of the register and {counted(room.named, 'named one')} are "
        f"{-room.drawn} more than its {counted(room.places, 'place')}",
        places=in_steps(needed / room.places),
        numbers={f"{name_of(room)}.firms_2021": in_steps(needed / room.places)},
    )


def too_much(room: Room) -> Problem | None:
    """Return what is wrong where the register leaves the firms that are to be drawn less than they need."""
    short = -room.spare
    if room.drawn == 0 or short <= 0.0:
        return None
    said = (
        f"{_sums(room)}; with {_yi(room.drawn * LEAST_MEAN)} for the {counted(room.drawn, 'other firm')} that is "
        f"{_yi(short)} too much"
    )
    return Problem(said, places=in_steps(), numbers=_output(room, (room.total + short) / room.total))


def too_little(room: Room) -> Problem | None:
    """Return what is wrong where the firms that are left to be drawn, or none, could not make the rest."""
    if room.drawn == 0 and abs(room.left) > _FULL * room.total:
        said = f"{_sums(room)}, and no firm is drawn to make up the difference of {_yi(room.left)}"
        return Problem(said, places=in_steps(), numbers=_output(room, room.known / room.total))
    most = room.drawn * _MOST_MEAN / room.places  # share of the total that they may make
    if room.drawn > 0 and room.left > most * room.total:
        said = f"{_sums(room)}; the rest is too much for the {counted(room.drawn, 'other firm')}"
        return Problem(said, places=in_steps(), numbers=_output(room, room.known / (1.0 - most) / room.total))
    return None


def _output(room: Room, share: float) -> dict[str, tuple[float, ...]]:
    return {f"{name_of(room)}.output_2021": in_steps(share)}


def _sums(room: Room) -> str:
    others = f" and its named firms {_yi(room.named_output)}" if room.named else ""
    return f"{called(room)}: its firms make {_yi(room.real_output)}{others} of the cluster's {_yi(room.total)}"


def called(room: Room) -> str:
    """Return how messages name the cluster."""
    return f"cluster {name_of(room)} {room.name.chinese}"


def name_of(room: Room) -> str:
    """Return the identifier of the cluster."""
    return room.name.identifier


def _yi(million: float) -> str:
    return f"{million * YI_PER_MILLION:,.6g}亿元"
