"""Whether the city has room for a register: for as many firms, for what they make, for the energy they use, for those
that are listed or hold titles. A scenario is refused before its first run where it has not in one of the worlds that
replications may draw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, starmap

import numpy as np

from sim.firms.technology import usual_intensity
from sim.register.register import Register
from sim.start.corners import ENDS, corners, firms_are_drawn
from sim.start.counted import COUNTED, more_than_the_city
from sim.start.remedies import HeldCity, Problem, in_steps, remedy
from sim.start.room import LEAST_BOUGHT, Room, called, name_of, rooms_of, too_little, too_many, too_much
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters
from sim.tables.units import WAN_PER_TCE

IN_SCENARIO = "in the scenario, or with --set"
_CLEANEST, _DIRTIEST = 0.1, 3.0  # times the cluster's energy intensity: what the drawn firms may be left with
_SAID = dict(zip(ENDS, ("the least", "the most"), strict=True))


def without_room(
    register: Register,
    city_tables: CityTables,
    held: Mapping[str, float],
    above_scale: int,
    how: str = IN_SCENARIO,
) -> list[str]:
    """Return what leaves no room in one of the worlds that replications may draw, and what to write instead.

    Args:
        held: numbers that the scenario holds. how: where what to write instead is written.
    """
    city = HeldCity(city_tables, held, above_scale)
    rules: list[Callable[[HeldCity], list[Problem]]] = [partial(_of_cluster, register, c) for c in _clusters(register)]
    rules += [partial(more_than_the_city, register, name) for name in COUNTED]
    found = [rule(city) for rule in rules]
    sound = [rule for rule, problems in zip(rules, found, strict=True) if not problems]
    lines = []
    for rule, problems in zip(rules, found, strict=True):
        helps = partial(_all_well, [rule, *sound])
        lines += [f"{register.file}: {p.said}{remedy(p, city, helps, how)}" for p in problems]
    lines += [line for c in _clusters(register) for line in _firms(register, _dearest(city, c), c)]
    return list(dict.fromkeys(lines))


def _all_well(rules: list[Callable[[HeldCity], list[Problem]]], city: HeldCity) -> bool:
    return not any(rule(city) for rule in rules)


def _clusters(register: Register) -> list[int]:
    found: list[int] = np.unique(register.cluster).tolist()
    return found


def _of_cluster(register: Register, cluster: int, city: HeldCity) -> list[Problem]:
    """Return what is wrong with a cluster in the worst of the worlds: the first thing for each end of its energy."""
    loose, name = firms_are_drawn(city.city_tables, city.held), city.city_tables.identifiers[cluster]
    found: list[Problem | None] = []
    for end, said in _SAID.items():
        worlds = corners(city.city_tables, city.held, name, end)
        rooms = [(room, of) for of in worlds for room in rooms_of(register, of, cluster, city.above_scale, loose=loose)]
        rooms.sort(key=lambda pair: pair[0].spare)
        told = chain(
            (too_many(room) for room in sorted((room for room, _ in rooms), key=lambda room: room.drawn)),
            (too_much(room) for room, _ in rooms),
            (too_little(room) for room, _ in reversed(rooms)),
            starmap(partial(energy, register, said), rooms),
        )
        found.append(next(filter(None, told), None))
    return list({problem.said: problem for problem in found if problem}.values())


def energy(register: Register, end: str, room: Room, numbers: Parameters) -> Problem | None:
    """Return what is wrong with energy: drawn firms use what the register leaves, and stay firms of their cluster.

    Args:
        end: which of what worlds draw it is, in words.
    """
    known = (register.cluster == room.cluster) & ~np.isnan(register["energy"])
    rest = room.total - float(register["revenue"][known].sum())
    if room.drawn <= 0 or not known.any() or rest <= 0.0:
        return None
    norm, used = float(usual_intensity(numbers)[room.cluster]), float(register["energy"][known].sum())
    left = norm * room.total - used
    if _CLEANEST * norm * rest <= left <= _DIRTIEST * norm * rest:
        return None
    others = f"{left / rest / norm:.2g} times the cluster's energy for each yuan" if left > 0.0 else "nothing"
    said = (
        f"{called(room)}: its firms use {used * WAN_PER_TCE:,.4g} of the cluster's "
        f"{norm * room.total * WAN_PER_TCE:,.4g} 万吨标准煤 (10,000 tce; {end} that a world draws), which leaves the "
        f"others {others}; see whether the unit in the header is right"
    )
    usual = used / (room.total - rest) / norm  # share of the number at which the others are left what is usual
    return Problem(said, numbers={f"{name_of(room)}.energy_share": in_steps(usual)})


def _dearest(city: HeldCity, cluster: int) -> Parameters:
    return next(corners(city.city_tables, city.held, city.city_tables.identifiers[cluster], ENDS[0]))


def _firms(register: Register, numbers: Parameters, cluster: int) -> Iterator[str]:
    """Value added and the energy bill leave something to buy inputs with."""
    revenue, price = register["revenue"], numbers.energy_price
    bill, added = (np.nan_to_num(register[name]) for name in ("energy", "value_added"))
    most = (1.0 - LEAST_BOUGHT) * revenue
    for firm in np.flatnonzero((added + bill * price > most) & (register.cluster == cluster)).tolist():
        alone = {"energy": added[firm], "value added": bill[firm] * price}  # what stays where one of them is empty
        empty = " or ".join(name for name, stays in alone.items() if stays <= most[firm])
        left = revenue[firm] - added[firm] - bill[firm] * price
        yield (
            f"{register.place(firm)}: value added and the energy bill (at {price:g} million yuan per tce) leave "
            f"{left:,.4g} million yuan of the revenue for all other inputs; mend value added, energy or revenue"
            f"{f', or leave {empty} empty' if empty else ''}"
        )
