"""Scenarios joined: parts, each the changes that it makes to its own base, put over one base together.

What is joined does not depend on the order: parts that give one thing different values are refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from sim.scenario.files import SUFFIXES, ScenarioError
from sim.scenario.merging import POLICIES, VARIANTS, Keys, differences, disputed, merge, nested, not_so_yet, policies_of
from sim.scenario.naming import name_of
from sim.scenario.reading import ASKED, find, load, read_chain, shipped
from sim.scenario.scenario import Scenario, check
from sim.tables.nearest import unknown

JOINED_BY = "+"


def parts_of(text: str) -> list[str]:
    """Return the parts of a text that joins them; a file's name may hold the sign itself."""
    return [text] if Path(text).is_file() else text.split(JOINED_BY)


def combined(base: Scenario, parts: Sequence[str], *, settled: bool = True) -> Scenario:
    """Return a scenario by name: a variant of `base`, a shipped one or a file; several join their changes on `base`.
    `settled` as of `check`.

    Of a scenario that is joined, what it changes in that which it extends counts, but not what it asks.

    Raises:
        ScenarioError: if a part is unknown or changes nothing, two give one thing different values, or the whole is
            not sound.
    """
    if len(parts) == 1 and parts[0] not in base.variants:
        return _other(base, parts[0], settled=settled)
    changes = {part: changes_of(base, part) for part in parts}
    if len(changes) < len(parts):
        raise ScenarioError(f"{JOINED_BY.join(parts)}: a part stands twice; write it once")
    for one, other in combinations(changes, 2):
        refuse_disputed(base, one, changes[one], other, changes[other])
    raw = base.as_written
    for change in changes.values():
        raw = merge(raw, change)
    name = name_of(base.name, *(arm_name(base, part) for part in parts))
    return check({**raw, "name": name}, {}, JOINED_BY.join(parts), settled=settled)


def arm_name(base: Scenario, part: str) -> str:
    """Return what tells a part from others: a variant's name, a scenario's own, whatever its file is called."""
    return part if part in base.variants or part in shipped() else _other(base, part, settled=False).name


def changes_of(base: Scenario, part: str) -> dict[str, Any]:
    """Return what a part changes, where it stands in `base` or in what it extends itself.

    Raises:
        ScenarioError: if it is unknown, extends nothing, changes nothing, or changes an instrument that `base` lacks.
    """
    if part in base.variants:
        return base.variants[part]
    chain = _chain(base, part)
    if len(chain) == 1:
        raise ScenarioError(
            f"{part}: extends no scenario, so it is a whole one and no changes that could be joined; "
            f"name it alone, or write a variant of {base.name}"
        )
    found = _differences(base, chain)
    if not found:
        raise ScenarioError(f"{part}: changes nothing of {base.name} but what is asked; leave it out")
    missing = policies_of(found).keys() & policies_of(chain[0]).keys() - policies_of(base.as_written).keys()
    if missing:
        raise ScenarioError(f"{part}: changes policies.{min(missing)}, which {base.name} does not have; leave it out")
    return found


def said_by(base: Scenario, part: str) -> dict[str, Any]:
    """Return what a part alone changes, nothing where it is a whole scenario."""
    return base.variants[part] if part in base.variants else _differences(base, _chain(base, part))


def _chain(base: Scenario, part: str) -> list[dict[str, Any]]:
    _other(base, part, settled=False)  # sound by itself
    return read_chain(find(part, Path()))


def _differences(base: Scenario, chain: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what files change together in the first, where it is not so in `base` already or the last says it."""
    whole = chain[0]
    for values in chain[1:]:
        whole = merge(whole, values)
    changed = differences(_of_the_world(chain[0]), _of_the_world(whole))
    return not_so_yet(changed, base.as_written, _of_the_world(chain[-1]))


def refuse_disputed(base: Scenario, one: str, first: Mapping[str, Any], other: str, second: Mapping[str, Any]) -> None:
    """Refuse two changes of `base` that give one thing different values, however these are written.

    Raises:
        ScenarioError: naming the keys.
    """
    paths = list(disputed(first, second))
    if paths:
        sides = [_resolved(base, changes) for changes in (first, second)]
        keys = sorted(".".join(path) for path in paths if not _alike(*(_at(side, path) for side in sides)))
        if keys:
            raise ScenarioError(
                f"{one} and {other} both change {', '.join(keys)}, and not to the same; "
                f"keep one of them, or write a variant that says what holds"
            )


def _resolved(base: Scenario, changes: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return check(merge(base.as_written, changes), {}, base.name, settled=False).resolved()
    except ScenarioError:
        return {}


def _at(raw: Any, path: Keys) -> Any:
    for key in path:
        raw = raw.get(key) if isinstance(raw, dict) else None
    return raw


def _alike(one: Any, other: Any) -> bool:
    return one is not None and bool(one == other)


def refuse_unreached(name: str, spec: Scenario, changes: Mapping[str, Any], option: str = "--set") -> None:
    """Refuse changes of a lever whose instrument a scenario does not have: they would bring the instrument in.

    Raises:
        ScenarioError: naming path and scenario.
    """
    for path in changes:
        section, _, lever = path.partition(".")
        instrument = lever.partition(".")[0]
        if section == POLICIES and "." in lever and instrument not in policies_of(spec.as_written):
            raise ScenarioError(
                f"{option} {path}: {name} has no {instrument} to change; leave {name} out, or write the change as a "
                f"variant of the scenario that has it"
            )


def refuse_lost(base: Scenario, part: str, changes: Mapping[str, Any], option: str = "--set") -> None:
    """Refuse a variant of `base` that went with an instrument that changes take out.

    Raises:
        ScenarioError: naming both.
    """
    for path, value in changes.items():
        refuse_disputed(base, f"{option} {path}", nested(path, value), part, base.variants[part])
    raise ScenarioError(f"{part}: takes out what {option} takes out too, which leaves nothing of it; leave it out")


def _other(base: Scenario, name: str, *, settled: bool) -> Scenario:
    if not name.endswith(SUFFIXES) and name not in shipped():
        raise ScenarioError(
            unknown("variant", name, [*base.variants, *shipped()], what=f"variant of {base.name} or scenario")
        )
    return load(name, city_if_unnamed=base.city, settled=settled)


def _of_the_world(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in (*ASKED, VARIANTS, "extends")}
