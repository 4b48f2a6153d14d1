"""Plain values of scenarios and changes to them: put over one another, taken as differences, held against each other.

In changes null takes a key out. A scenario's variants are changes too, so what is null in one stays null until it is
put over the scenario.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

from sim.calendar.schedule import any_quarter, continued, is_steps
from sim.scenario.cities import CITY, of_another_city
from sim.tables.nearest import did_you_mean, write_one_like

VARIANTS, POLICIES = "variants", "policies"
Keys = tuple[str, ...]


def merge(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return scenario `base` with changes put over it: mappings key by key; null takes a key out, steps over one value
    let it hold before them, all else replaces. A variant that changes an instrument which is taken out goes with it,
    and what the scenario has from its city where another is named.
    """
    if changes.get(CITY, base.get(CITY)) != base.get(CITY):
        base = of_another_city(base)
    values = _merged(_but_variants(base), _but_variants(changes))
    variants = _variants(base, values, changes)
    return values | ({} if variants in (None, {}) else {VARIANTS: variants})


def _but_variants(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key != VARIANTS}


def _merged(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merged(_but_steps_of(value, merged[key]), value)
        elif is_steps(value) and isinstance(merged.get(key), (str, int, float)):
            merged[key] = _merged({}, continued(merged[key], value))
        else:
            merged[key] = _merged({}, value) if isinstance(value, dict) else value
    return merged


def _but_steps_of(changes: Mapping[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """Return a path over time without the steps whose quarters changes write in another way: 2022 is 2022Q1."""
    if not (is_steps(changes) and is_steps(base)):
        return base
    written = {any_quarter(key) for key in changes}
    return {key: value for key, value in base.items() if key in changes or any_quarter(key) not in written}


def _variants(base: Mapping[str, Any], values: dict[str, Any], changes: Mapping[str, Any]) -> Any:
    """Return the variants of both; where both write one of a name, the second's changes are put over the first's."""
    there, own = base.get(VARIANTS, {}), changes.get(VARIANTS, {})
    if not isinstance(there, dict) or not isinstance(own, dict):
        return own if VARIANTS in changes else there
    gone = policies_of(base).keys() - policies_of(values).keys()
    found = {name: variant for name, variant in there.items() if not gone & policies_of(variant).keys()}
    for name, more in own.items():
        if isinstance(more, dict) and isinstance(found.get(name), dict):
            found[name] = differences(values, _merged(_merged(values, found[name]), more))
        else:
            found[name] = more
    return {name: variant for name, variant in found.items() if variant is not None}


def policies_of(raw: Any) -> dict[str, Any]:
    """Return what plain values say of instruments, by name."""
    found = raw.get(POLICIES) if isinstance(raw, dict) else None
    return found if isinstance(found, dict) else {}


def nested(path: str, value: Any) -> dict[str, Any]:
    """Return the mapping that holds a value at a path; the name of a number may hold a dot itself."""
    keys = path.split(".", 1) if path.startswith("parameters.") else path.split(".")
    for key in reversed(keys):
        value = {key: value}
    found: dict[str, Any] = value
    return found


def differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that make `base` into `other`, nothing where they are alike."""
    changed: dict[str, Any] = {key: None for key in base if key not in other}
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            if inner := differences(base[key], value):
                changed[key] = inner
        elif key not in base or base[key] != value:
            changed[key] = value
    return changed


def not_so_yet(changes: Mapping[str, Any], base: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that are not so in `base` already, or that `said` says itself."""
    kept: dict[str, Any] = {}
    for key, value in changes.items():
        there, word = base.get(key), said.get(key)
        if value and all(isinstance(side, (dict, type(None))) for side in (value, there, word)):
            if inner := not_so_yet(value, there or {}, word or {}):
                kept[key] = inner
        elif key in said or there != value:
            kept[key] = value
    return kept


def opened(changes: Iterable[str], instruments: Iterable[str]) -> Iterator[str]:
    """Yield the paths of changes; of an instrument that they bring in, its own path, for all of it is new."""
    there = set(instruments)
    for path in changes:
        section, _, rest = path.partition(".")
        instrument = rest.partition(".")[0]
        yield path if section != POLICIES or instrument in there else f"{POLICIES}.{instrument}"


def undone(changes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield pairs of paths, one of which would undo the other in one of the two orders they may be written in."""
    for one, other in combinations(changes, 2):
        if other.startswith(f"{one}.") or one.startswith(f"{other}."):
            first, second = (nested(path, changes[path]) for path in (one, other))
            if _merged(_merged({}, first), second) != _merged(_merged({}, second), first):
                yield one, other


def leaves(changes: Mapping[str, Any], path: Keys = ()) -> Iterator[str]:
    """Yield the paths of values that changes give; a path over time is one value."""
    for key, value in changes.items():
        if isinstance(value, dict) and value and not is_steps(value):
            yield from leaves(value, (*path, str(key)))
        else:
            yield ".".join((*path, str(key)))


def disputed(one: Mapping[str, Any], other: Mapping[str, Any], path: Keys = ()) -> Iterator[Keys]:
    """Yield the keys that two changes give different values; a path over time is one value."""
    for key in one.keys() & other.keys():
        first, second = one[key], other[key]
        if first == second:
            continue
        if isinstance(first, dict) and isinstance(second, dict) and not is_steps(first) and not is_steps(second):
            yield from disputed(first, second, (*path, key))
        else:
            yield (*path, key)


def saying_nothing(base: Mapping[str, Any], changes: Mapping[str, Any], path: Keys = ()) -> Iterator[tuple[Keys, str]]:
    """Yield where changes say nothing, and what to write instead: null where there is nothing to take out, an empty
    mapping over one that holds something.
    """
    for key, value in changes.items():
        there = base.get(key)
        if value is None and key not in base:
            yield (*path, key), nothing_to_take_out(key, base)
        elif value == {} and isinstance(there, dict) and there:
            inside = f"keep {', '.join(list(there)[:3])}" if len(there) <= 3 else f"keep all {len(there)} keys there"
            yield (*path, key), f"{{}} changes nothing; write null to take it out, or leave it out to {inside}"
        elif isinstance(value, dict) and (path or key != VARIANTS):
            yield from saying_nothing(there if isinstance(there, dict) else {}, value, (*path, key))
        elif isinstance(value, dict):
            names = there if isinstance(there, dict) else {}
            yield from (
                ((key, name), nothing_to_take_out(name, names))
                for name in value
                if value[name] is None and name not in names
            )


def nothing_to_take_out(key: str, known: Iterable[str]) -> str:
    """Return the message for a null that takes nothing out."""
    known = list(known)
    near = did_you_mean(key, known) or write_one_like(key, known)
    way_out = f"{near}; or leave the line out" if near else "; leave the line out"
    return f"null takes nothing out: '{key[:60]}' is not written there{way_out}"
