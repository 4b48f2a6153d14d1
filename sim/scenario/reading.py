"""Scenarios read by name or file, with what they extend, and joined with one another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.scenario.cities import CITY, HASH, beside
from sim.scenario.errors import explain
from sim.scenario.files import SUFFIXES, Places, ScenarioError, read_file
from sim.scenario.merging import differences, merge
from sim.scenario.scenario import NAME, Scenario, check
from sim.tables.nearest import unknown

SHIPPED = Path(__file__).parents[2] / "scenarios"
_LONGEST_CHAIN = 5


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with clustersim."""
    return tuple(sorted(p.stem for p in SHIPPED.glob("*.yaml")))


OWN_WORDS = ("name", "title", "question", "sources")  # a scenario that extends another still says itself what it is


def load(scenario: str | Path, city: str | Path | None = None, *, city_if_unnamed: str = "") -> Scenario:
    """Read a scenario by shipped name or file.

    Args:
        city: a city instead of that which the scenario names: its name, or a folder of tables.
        city_if_unnamed: the city of a scenario that names none, instead of the default one.

    Raises:
        ScenarioError: if it cannot be read or something in it is wrong; one line for each problem.
    """
    path = _find(str(scenario), Path())
    raw, places = _read_chain(path, ())
    if city or (city_if_unnamed and CITY not in raw):
        raw = {**{key: value for key, value in raw.items() if key != HASH}, CITY: str(city or city_if_unnamed)}
    found = check(raw, places, str(path))
    _try_variants(
        found, places, str(path)
    )  # of the file as it stands: a twin without an instrument has no room for some
    return found


def from_resolved(data: dict[str, Any]) -> Scenario:
    """Return the scenario that `resolved` gave as plain data."""
    return check(data, {}, str(data.get("name", "scenario")))


def combined(base: Scenario, parts: Sequence[str]) -> Scenario:
    """Return a scenario by name: a variant of `base`, a shipped one or a file; several join their changes on `base`.

    Of a scenario that is joined, what its policies change in those of `base` counts;
    a later part wins over an earlier one.

    Raises:
        ScenarioError: if a part is unknown or the whole is not sound.
    """
    raw = base.as_written
    for part in parts:
        if part in base.variants:
            raw = merge(raw, base.variants[part])
        elif len(parts) == 1:
            return _other(base, part)
        else:
            raw = merge(
                raw,
                {
                    "policies": differences(
                        base.as_written.get("policies", {}), _other(base, part).as_written.get("policies", {})
                    )
                },
            )
    return check(
        {**raw, "name": f"{base.name}-{'-'.join(Path(part).stem for part in parts)}"[:64]}, {}, "+".join(parts)
    )


def _other(base: Scenario, name: str) -> Scenario:
    if not name.endswith(SUFFIXES) and name not in shipped():
        raise ScenarioError(
            unknown("variant", name, [*base.variants, *shipped()], what=f"variant of {base.name} or scenario")
        )
    return load(name, city_if_unnamed=base.city)


def _find(name: str, folder: Path) -> Path:
    if name.endswith(SUFFIXES):
        return folder / name
    if not NAME.match(name):
        raise ScenarioError(
            f"'{name[:70]}' is not a scenario name; use letters, digits, - and _, or a file ending in .yaml"
        )
    if name not in shipped():
        raise ScenarioError(unknown("scenario", name, shipped()))
    return SHIPPED / f"{name}.yaml"


def _read_chain(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Places]:
    """Read a file and what it extends; the file's own values win."""
    if path.resolve() in seen or len(seen) >= _LONGEST_CHAIN:
        raise ScenarioError(f"{path}: 'extends' runs in a circle or is longer than {_LONGEST_CHAIN} files")
    document = read_file(path)
    values = beside(document.values, path.parent)
    base = values.get("extends")
    if base is None:
        return values, document.places
    place = ":".join(map(str, document.places.get(("extends",), (str(path),))))
    if not isinstance(base, str) or not NAME.match(base):
        raise ScenarioError(
            f"{place}: extends: '{base}' must be a shipped name or a file of the same folder, without a path"
        )
    try:
        raw, places = _read_chain(_find(base, path.parent), (*seen, path.resolve()))
    except ScenarioError as error:
        raise ScenarioError(*(f"{place}: extends: {problem}" for problem in error.problems)) from None
    own = {key: value for key, value in values.items() if key != "extends"}
    inherited = {key: value for key, value in raw.items() if key not in OWN_WORDS}
    kept = {path: place for path, place in places.items() if path[0] not in OWN_WORDS}
    return merge(inherited, own), {**kept, **document.places}


def _try_variants(scenario: Scenario, places: Places, where: str) -> None:
    for name, changes in scenario.variants.items():
        try:
            check(merge(scenario.as_written, changes), {}, where)
        except ScenarioError as error:
            raise ScenarioError(
                *(explain(("variants", name), p.removeprefix(f"{where}: "), places, where) for p in error.problems)
            ) from None
