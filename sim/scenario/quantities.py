"""Money is written with its unit: a bare number is read by one as million yuan and by another as 亿元.

Only what people write is held to it: files and options. Python calls give plain numbers in a lever's own unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.calendar.schedule import KEY, is_steps
from sim.scenario.asking import UNITS, read_bound
from sim.scenario.levers import Lever, levers
from sim.scenario.merging import VARIANTS
from sim.scenario.target import BOUNDS
from sim.tables.catalogue import outcomes
from sim.tables.units import PER_CENT, read_number, read_quantity, split_quantity

MONEY = "million yuan"
_TARGETS = "targets"


def lever_at(path: str) -> Lever | None:
    """Return the lever that a path names, or one step of which it names; None for anything else."""
    return levers().get(whole(path))


def whole(path: str) -> str:
    """Return the path of the lever of which a path names one step: what it changes is a path over time."""
    stem, _, last = path.rpartition(".")
    return stem if re.match(KEY, last) else path


def bare(values: Mapping[str, Any]) -> Iterator[tuple[tuple[Any, ...], str]]:
    """Yield where the plain values of a file, its variants included, say money without a unit, and what to write."""
    for lever in levers().values():
        if lever.unit == MONEY:
            yield from _bare_lever(values, tuple(lever.path.split(".")))
    yield from _bare_targets(values.get(_TARGETS))
    variants = values.get(VARIANTS)
    for name, changes in variants.items() if isinstance(variants, dict) else ():
        for keys, problem in bare(changes) if isinstance(changes, dict) else ():
            yield (VARIANTS, name, *keys), problem


def _bare_lever(values: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    value = values
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    for at, one in value.items() if is_steps(value) else [(None, value)]:
        if _is_bare(one):
            yield (*keys, at) if at else keys, lacks_unit(one)


def _bare_targets(targets: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    for place, target in enumerate(targets) if isinstance(targets, list) else ():
        known = outcomes().get(str(target.get("metric"))) if isinstance(target, dict) else None
        for bound in BOUNDS if known is not None and known.unit.startswith(MONEY) else ():
            if _is_bare(target.get(bound)):
                yield (_TARGETS, place, bound), lacks_unit(target[bound])


def _is_bare(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value != 0


def lacks_unit(value: float) -> str:
    """Return the message for money without a unit."""
    return f"{value:.12g} has no unit; write {value:.12g} million yuan, {value:.12g} 万元 or {value:.12g} 亿元"


def read_for(path: str, value: Any) -> Any:
    """Return a value as written for a path, in the path's own unit; what is no quantity stays as it is.

    Raises:
        ValueError: if it is money without a unit, or in a unit that is not the lever's.
    """
    lever = lever_at(path)
    if lever is None:
        return value
    if lever.unit == MONEY and _is_bare(value):
        raise ValueError(lacks_unit(value))
    units, example = _units(lever)
    return read_quantity(value, units, example) if isinstance(value, str) and units else value


def _units(lever: Lever) -> tuple[dict[str, float], str]:
    return {**UNITS, "share": ({"%": 1.0 / PER_CENT}, "0.1 or 10 %")}.get(lever.unit, ({}, ""))


def read_written_bound(metric: str, text: str) -> float:
    """Return a bound on an outcome as people write it, in the outcome's unit.

    Raises:
        ValueError: if it cannot be read, is money without a unit, or the outcome never gets there.
    """
    number = read_number(text)
    if number is not None and outcomes()[metric].unit.startswith(MONEY) and _is_bare(number):
        raise ValueError(lacks_unit(number))
    return read_bound(metric, text if number is None else number)


def share_unit(texts: Sequence[str]) -> list[str]:
    """Return texts of which the last may say the unit for all: `0`, `200 亿元` means `0 亿元`, `200 亿元`."""
    parts = [split_quantity(text) for text in texts]
    unit = parts[-1][1] if parts[-1][0] else ""
    alone = unit and all(number and not own for number, own in parts[:-1])
    return [f"{number} {unit}" for number, _ in parts] if alone else list(texts)


def with_units(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the plain values of a resolved scenario as a file says them, money and energy with units."""
    said = dict(data)
    for lever in levers().values():
        if lever.unit in UNITS:
            said = _said(said, lever.path.split("."), lever.unit)
    if isinstance(said.get(_TARGETS), list):
        said[_TARGETS] = [_said_target(target) for target in said[_TARGETS]]
    if isinstance(said.get(VARIANTS), dict):
        said[VARIANTS] = {name: _with_units_where_bare(changes) for name, changes in said[VARIANTS].items()}
    return said


def _with_units_where_bare(changes: Any) -> Any:
    """Return the changes of a variant, which are as they were written, with the units that a file must say."""
    for keys, _ in list(bare(changes)):
        changes = _put(changes, keys)
    return changes


def _put(values: Any, keys: Sequence[Any]) -> Any:
    first, *others = keys
    values = values.copy()
    values[first] = _put(values[first], others) if others else in_unit(values[first], MONEY)
    return values


def _said(values: dict[str, Any], keys: Sequence[str], unit: str) -> dict[str, Any]:
    first, *others = keys
    there = values.get(first)
    if there is None:
        return values
    if others:
        return {**values, first: _said(there, others, unit)} if isinstance(there, dict) else values
    if is_steps(there):
        return {**values, first: {at: in_unit(value, unit) for at, value in there.items()}}
    return {**values, first: in_unit(there, unit)}


def _said_target(target: dict[str, Any]) -> dict[str, Any]:
    unit = outcomes()[target["metric"]].unit.removesuffix(" at 2021 prices")
    return {key: in_unit(value, unit) if key in BOUNDS else value for key, value in target.items()}


def in_unit(value: Any, unit: str) -> Any:
    """Return a number as text with its unit where it has one that is written; it reads back to the last digit."""
    written = unit in UNITS and isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{int(value) if value == int(value) else repr(value)} {unit}" if written else value


def in_lever_unit(path: str, value: Any) -> Any:
    """Return a value of a lever with its unit where it has one that is written."""
    lever = lever_at(path)
    return value if lever is None else in_unit(value, lever.unit)
