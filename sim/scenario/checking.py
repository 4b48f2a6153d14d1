"""What of a scenario is checked by hand: instruments by name, numbers by their reach, and numbers together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from pydantic import ValidationError

from sim import policies as registry
from sim.calendar.quarter import Quarter
from sim.firms.technology import without_room
from sim.scenario.errors import explain
from sim.scenario.files import Places
from sim.scenario.merging import VARIANTS, Keys, nothing_to_take_out, policies_of, saying_nothing
from sim.scenario.naming import unfit
from sim.scenario.outlook import unknown_clusters
from sim.scenario.programme import Programme
from sim.scenario.programme import read as read_programme
from sim.scenario.programme import written as written_programme
from sim.tables.city_tables import CityTables
from sim.tables.nearest import unknown
from sim.tables.parameters import crossed
from sim.tables.printable import hidden, shortened

_LEVER = 3  # keys in the path of an instrument's lever


def read_instruments(raw: Any, city_tables: CityTables, places: Places, where: str, problems: list[str]) -> Any:
    """Return programmes by name, and add to the problems what cannot be read and what the city is no place for."""
    if not isinstance(raw, dict):
        return {} if raw is None else raw
    found: dict[str, Programme] = {}
    for name in sorted(raw):
        path: tuple[Any, ...] = ("policies", name)
        if name not in registry.names():
            problems.append(explain(path, unknown("instrument", name, registry.names()), places, where))
        elif raw[name] is None:
            problems.append(explain(path, nothing_to_take_out(name, ()), places, where))
        elif not isinstance(raw[name], dict):
            problems.append(
                explain(
                    path,
                    "must be a mapping of fields; write {} for the announced ones, null to remove it",
                    places,
                    where,
                )
            )
        else:
            try:
                found[name] = read_programme(name, raw[name])
            except ValidationError as error:
                kind = written_programme(name)
                problems += [
                    explain((*path, *e["loc"]), e, places, where, kind) for e in error.errors(include_url=False)
                ]
            except ValueError as error:
                problems.append(explain(path, str(error), places, where))
    problems += _alone(found, places, where) + _out_of_place(found, city_tables, places, where)
    return found


def _out_of_place(found: Mapping[str, Programme], city_tables: CityTables, places: Places, where: str) -> list[str]:
    """What an instrument asks of a city, the city has."""
    return [
        explain(("policies", name, lever), said, places, where)
        for name, programme in found.items()
        for lever, said in {k: v for stage in programme.stages() for k, v in stage.lacks(city_tables).items()}.items()
    ]


def _alone(found: Mapping[str, Programme], places: Places, where: str) -> list[str]:
    """What only one instrument may set is not set by two at a time."""
    problems = []
    for (one, first), (other, second) in combinations(found.items(), 2):
        sole = second.kind.sole
        if sole and sole is first.kind.sole and (shared := _first_shared(first, second)):
            said = f"sets {sole} in {shared}, and so does policies.{one}; keep one of them, or let one end before"
            problems.append(explain(("policies", other), said, places, where))
    return problems


def _first_shared(one: Programme, other: Programme) -> Quarter | None:
    """Return the first quarter in which both are in force."""
    turns = sorted({since for programme in (one, other) for since, _ in programme.in_force.steps})
    return next((turn for turn in turns if one.in_force.at(turn) and other.in_force.at(turn)), None)


def check_numbers(raw: Any, city_tables: CityTables, places: Places, where: str, problems: list[str]) -> None:
    """Numbers of the table may be held wherever the model is defined."""
    for name, value in raw.items() if isinstance(raw, dict) else ():
        path = ("parameters", name)
        row = city_tables.numbers.get(name)
        if row is None:
            problems.append(
                explain(path, unknown("number", name, city_tables.numbers, city=city_tables.option), places, where)
            )
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and not row.least <= value <= row.most:
            reach = f"write a number from {row.least:g} to {row.most:g} ({row.unit})"
            problems.append(explain(path, f"{value} is out of reach; {reach}", places, where))


def _without_room(held: Mapping[str, float], city_tables: CityTables, places: Places, where: str) -> list[str]:
    """Numbers that are sound one by one may still leave a cluster nothing to buy its inputs with."""
    return [
        explain(
            ("parameters",),
            f"value added and energy leave {cluster} {left:.2f} of its output for inputs, less than it needs; "
            f"write a larger {cluster}.output_2021 or less value added or energy",
            places,
            where,
        )
        for cluster, left in without_room(city_tables, held).items()
    ]


def _crossed_ends(held: Mapping[str, float], city_tables: CityTables, places: Places, where: str) -> list[str]:
    """The lower end of a distribution stays below its upper end."""
    numbers = city_tables.numbers
    return [
        explain(
            ("parameters",),
            f"{lower} ({held.get(lower, numbers[lower].value):g}) lies above {upper} "
            f"({held.get(upper, numbers[upper].value):g}); write a smaller {lower} or a larger {upper}",
            places,
            where,
        )
        for lower, upper in crossed(city_tables, held)
    ]


def words_of(raw: Mapping[str, Any], city_tables: CityTables) -> Iterator[tuple[Keys, str]]:
    """Yield where texts and keys of a scenario hold what is not seen and acts on a terminal, where names are none that
    every system can hold, and where clusters stand that the city does not have.
    """
    yield from _unseen(raw, ())
    yield from unknown_clusters(raw.get("outlook"), city_tables)
    name, variants = raw.get("name"), raw.get(VARIANTS)
    if isinstance(name, str) and (said := unfit(name)):
        yield ("name",), f"'{shortened(name, 70)}' cannot name a folder; {said}"
    for variant in variants if isinstance(variants, dict) else ():
        if said := unfit(str(variant)):
            yield (VARIANTS, variant), f"'{shortened(str(variant), 70)}' cannot name a variant; {said}"


def _unseen(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, str]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in below:
        if isinstance(key, str) and (mark := hidden(key)):
            yield (*path, key), f"the key holds {mark}, which is not seen; write it without"
        yield from _unseen(inside, (*path, key))
    if isinstance(value, str) and (mark := hidden(value)):
        yield path, f"holds {mark}, which is not seen; write the text without it"


def together(held: Mapping[str, float], city_tables: CityTables, places: Places, where: str) -> list[str]:
    """Return what is wrong with numbers that are sound one by one."""
    return _without_room(held, city_tables, places, where) + _crossed_ends(held, city_tables, places, where)


def without_effect(raw: Mapping[str, Any], changes: Mapping[str, Any]) -> Iterator[tuple[Keys, str]]:
    """Yield where changes of a scenario say nothing, and what to write instead; null is a value where a lever of an
    instrument that is there has it by default.
    """
    for keys, problem in saying_nothing(raw, changes):
        if not (len(keys) == _LEVER and keys[1] in policies_of(raw) and _null_by_default(keys[1], keys[2])):
            yield keys, problem


def _null_by_default(instrument: str, lever: str) -> bool:
    fields = written_programme(instrument).model_fields if instrument in registry.names() else {}
    return any(lever == (field.alias or name) and field.default is None for name, field in fields.items())
