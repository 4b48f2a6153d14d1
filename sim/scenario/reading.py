"""Scenarios read by name or file, with what they extend."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from sim.scenario.answer import ANSWER, problems_of, too_late
from sim.scenario.checking import without_effect
from sim.scenario.cities import CITY, beside, default_city
from sim.scenario.errors import explain, stands
from sim.scenario.files import SUFFIXES, Document, Places, ScenarioError, read_file
from sim.scenario.merging import VARIANTS, merge, policies_of
from sim.scenario.naming import is_name, unfit
from sim.scenario.parts import PARTS, not_there
from sim.scenario.quantities import bare
from sim.scenario.scenario import Scenario, check
from sim.scenario.shipped import SHIPPED, shipped
from sim.tables.nearest import did_you_mean, unknown
from sim.tables.printable import shortened

_LONGEST_CHAIN = 5
_TABLES = (".csv", ".xlsx", ".xls")  # files that are something else


OWN_WORDS = ("name", "title", "question", "sources", ANSWER, PARTS)  # who extends another still says itself what it is
_OF_A_FILE = ("name", "extends", ANSWER, PARTS)
ASKED = (*OWN_WORDS, "targets", "before")


def load(
    scenario: str | Path, city: str | Path | None = None, *, city_if_unnamed: str = "", settled: bool = True
) -> Scenario:
    """Read a scenario by shipped name or file.

    Args:
        city: a city instead of that which the scenario names: its name, or a folder of tables.
        city_if_unnamed: the city of a scenario that names none, instead of the default one.
        settled: as of `check`.

    Raises:
        ScenarioError: if it cannot be read or something in it is wrong; one line for each problem.
    """
    path = find(str(scenario), Path())
    raw, places = _read(path)
    there = raw.get(CITY, default_city())
    if city or (city_if_unnamed and CITY not in raw):
        raw = merge(raw, {CITY: str(city or city_if_unnamed)})
    found = check(raw, places, str(path), settled=settled).noting((CITY,) if city and str(city) != there else ())
    _refuse_late(found, places, str(path))
    _try_variants(
        found, places, str(path), settled=settled
    )  # of the file as it stands: a twin without an instrument has no room for some
    wrong = (*problems_of(found), *too_late(found), *not_there(found))
    if told := [explain(keys, said, places, str(path)) for keys, said in wrong]:
        raise ScenarioError(*told)
    return found


def world_before(scenario: Scenario) -> Scenario | None:
    """Return the twin world of a scenario under the rules that held before, which it names; nothing if it names none.

    The policies alone are of the other scenario: outlook, horizon, numbers, firms and envelope stay.
    """
    return scenario.with_policies(_policies_of(scenario.before)) if scenario.before else None


@cache
def _policies_of(name: str) -> dict[str, Any]:
    """Return what a shipped scenario says of policies: asked of it for every world."""
    raw, _ = _read(find(name, Path()))
    return policies_of(raw)


def from_resolved(data: dict[str, Any]) -> Scenario:
    """Return the scenario that `resolved` gave as plain data."""
    return check(data, {}, str(data.get("name", "scenario")))


def find(name: str, folder: Path) -> Path:
    """Return the file of a scenario: a shipped one by name, another seen from a folder.

    Raises:
        ScenarioError: if there is none of that name.
    """
    if name.endswith(SUFFIXES):
        return folder / name
    if name in shipped():  # whatever else is called so where the user stands
        return SHIPPED / f"{name}.yaml"
    if name.lower().endswith(_TABLES) or os.path.lexists(folder / name):
        said = "is no scenario; write a file ending in .yaml, .toml or .json, or a shipped name"
        raise ScenarioError(f"{shortened(name, 70)}: {said}")
    if said := unfit(name):
        near = did_you_mean(name, shipped())
        raise ScenarioError(f"'{shortened(name, 70)}' is not a scenario name; {said}, or a file ending in .yaml{near}")
    raise ScenarioError(unknown("scenario", name, shipped()))


def read_chain(path: Path) -> list[dict[str, Any]]:
    """Return the plain values of a scenario file and of those that it extends, the last of them first."""
    return [document.values for document in _chain(path, ())]


def _read(path: Path) -> tuple[dict[str, Any], Places]:
    """Read a file and what it extends; the file's own values win."""
    first, *others = _chain(path, ())
    raw, places = first.values, first.places
    for own in others:
        told = without_effect(raw, own.values)
        if problems := [explain(keys, problem, own.places, str(own.path)) for keys, problem in told]:
            raise ScenarioError(*problems)
        inherited = {key: value for key, value in raw.items() if key not in OWN_WORDS}
        kept = {keys: place for keys, place in places.items() if keys[0] not in OWN_WORDS}
        raw, places = merge(inherited, own.values), {**kept, **own.places}
    return raw, places


def _chain(path: Path, seen: tuple[Path, ...]) -> list[Document]:
    """Return a file, its own values alone, after the files that it extends."""
    if path.resolve() in seen or len(seen) >= _LONGEST_CHAIN:
        raise ScenarioError(f"{path}: 'extends' runs in a circle or is longer than {_LONGEST_CHAIN} files")
    document = read_file(path)
    if told := [explain(keys, problem, document.places, str(path)) for keys, problem in bare(document.values)]:
        raise ScenarioError(*told)
    values = beside(document.values, path.parent)
    base = values.get("extends")
    if base is None:
        return [Document(values, document.places, path)]
    place = stands(document.places.get(("extends",), (str(path), 0, 0)))
    if not isinstance(base, str) or not is_name(base):
        raise ScenarioError(
            f"{place}: extends: '{shortened(str(base))}' must be a shipped name or a file of the same folder, "
            "without a path"
        )
    try:
        others = _chain(find(base, path.parent), (*seen, path.resolve()))
    except ScenarioError as error:
        raise ScenarioError(*(f"{place}: extends: {problem}" for problem in error.problems)) from None
    own = {key: value for key, value in values.items() if key != "extends"}
    return [*others, Document(own, document.places, path)]


def _refuse_late(scenario: Scenario, places: Places, where: str) -> None:
    """Refuse targets of a year that the file itself never reaches; what it inherits, its own horizon may cut off."""
    late = [("targets", i, "by") for i, target in enumerate(scenario.targets) if target in scenario.cut_off]
    until = f"write {scenario.last_year} or before, or a later horizon: {{until: ...}}"
    said = f"lies after the last whole year of the run; {until}"
    if own := [keys for keys in late if places.get(keys, ("", 0, 0))[0] == where]:
        raise ScenarioError(*(explain(keys, f"{scenario.targets[keys[1]].by} {said}", places, where) for keys in own))


def _try_variants(scenario: Scenario, places: Places, where: str, *, settled: bool) -> None:
    problems: list[str] = []
    for name, changes in scenario.variants.items():
        told = [
            explain((VARIANTS, name, *keys), problem, places, where)
            for keys, problem in without_effect(scenario.as_written, changes)
        ]
        if name in shipped():
            said = "is the name of a shipped scenario, which it would hide; write another"
            told.append(explain((VARIANTS, name), said, places, where))
        told += [
            explain(
                (VARIANTS, name, key),
                f"is not for a variant to say, whose name is '{name}'; leave it out",
                places,
                where,
            )
            for key in _OF_A_FILE
            if key in changes
        ]
        problems += told or _problems_of(name, merge(scenario.as_written, changes), places, where, settled=settled)
    if problems:
        raise ScenarioError(*problems)


def _problems_of(variant: str, raw: dict[str, Any], places: Places, where: str, *, settled: bool) -> list[str]:
    try:
        check(raw, {}, where, settled=settled)
    except ScenarioError as error:
        return [explain((VARIANTS, variant), p.removeprefix(f"{where}: "), places, where) for p in error.problems]
    return []
