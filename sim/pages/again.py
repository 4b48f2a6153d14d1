"""How an experiment is made again: its command, with scenarios by the names they come by, or else as files whose text
stands on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from shlex import quote
from typing import Any

from sim.experiments.compare import arms_of
from sim.pages.folder import Folder
from sim.scenario.checking import without_effect
from sim.scenario.files import ScenarioError, read_value
from sim.scenario.naming import name_of
from sim.scenario.quantities import in_lever_unit
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.scenario.writing import as_file
from sim.tables.catalogue import NO_POLICY

_NOT_SAID = ("seed", "fixed", "points", "levers", "listed")  # settings that are no option of their own name and value
_MOST_CHANGES = 12  # that a line holds; of more, a file
_ZERO_IS_NONE = ("precision", "by", "orders")
_MANY_ARMS = ("compare", "sensitivity")


@dataclass(frozen=True, slots=True)
class Again:
    """The command of an experiment, of each arm alone, and the text of every file that they name."""

    command: str
    arms: dict[str, str]
    files: dict[str, str]


@lru_cache(maxsize=1)  # a page asks for it in every section
def again(folder: Folder) -> Again:
    """Return how a folder's experiment is made again."""
    scenarios = _by_name(folder)
    files = {} if scenarios else {_file(name): as_file(_readable(spec)) for name, spec in folder.arms.items()}
    words = scenarios or [[quote(file)] for file in files]
    design = dict(_design(folder))
    options = [*_settings(folder), *(word for option in design.values() for word in option[0])]
    others = [] if _is_usual(folder) else [arm[0] for arm in words[1:]]
    together = [*words[0], *others] if folder.kind in _MANY_ARMS else words[0]
    return Again(
        " ".join(["clustersim", folder.kind, *together, *options]),
        {name: " ".join(["clustersim run", *_alone(folder, words, place)]) for place, name in enumerate(folder.arms)},
        files | {name: text for name, (_, text) in design.items() if text},
    )


def base_of(folder: Folder) -> str:
    """Return the base and its changes as words of a command."""
    return again(folder).arms[folder.scenario.name].removeprefix("clustersim run ").partition(" --replications")[0]


def arms_of_command(folder: Folder) -> str:
    """Return all arms and their changes as words of a command that takes several."""
    return again(folder).command.removeprefix(f"clustersim {folder.kind} ").partition(" --seed ")[0]


def _alone(folder: Folder, words: list[list[str]], place: int) -> Iterator[str]:
    """Yield the words by which one arm alone is run in as many worlds, on the same luck."""
    base, changes = words[0][0], words[0][1:]
    own = words[place][0]
    inside = bool(place) and own not in shipped() and base in shipped()
    yield from ([base, "--variant", own] if inside else [own])
    yield from changes
    worlds = next((folder.settings[key] for key in ("replications", "pairs", "worlds") if key in folder.settings), None)
    yield from ["--replications", str(worlds)] if worlds else []
    yield from _luck(folder)


def _luck(folder: Folder) -> Iterator[str]:
    yield from ("--seed", str(folder.settings["seed"]))
    yield from ["--fixed"] * bool(folder.settings.get("fixed"))


def _settings(folder: Folder) -> Iterator[str]:
    """Yield options for the settings that hold something; pairs follow from a precision, where one is asked for."""
    yield from _luck(folder)
    precise = bool(folder.settings.get("precision"))
    for name, value in folder.settings.items():
        if name in _NOT_SAID and not (name == "points" and isinstance(value, int)):
            continue
        if not (name in _ZERO_IS_NONE and not value) and not (name == "pairs" and precise):
            yield from (f"--{name.replace('_', '-')}", quote(str(value)))


def _design(folder: Folder) -> Iterator[tuple[str, tuple[list[str], str]]]:
    """Yield what is varied, by path or file: the words of the option, and the text of the file."""
    for path, (low, high) in folder.settings.get("levers", {}).items():
        ends = (in_lever_unit(path, end) for end in (low, high))
        yield path, (["--lever", quote(f"{path}={':'.join(map(str, ends))}")], "")
    for path, values in folder.settings.get("listed", {}).items():
        said = ",".join(str(in_lever_unit(path, value)) for value in values)
        yield path, (["--lever", quote(f"{path}={said}")], "")
    points: Any = folder.settings.get("points")
    if not isinstance(points, list):
        return
    paths = list(points[0])
    if len(paths) == 1:
        values = ",".join(str(in_lever_unit(paths[0], point[paths[0]])) for point in points)
        yield paths[0], (["--vary", quote(f"{paths[0]}={values}")], "")
        return
    rows = [paths, *([str(in_lever_unit(path, point[path])) for path in paths] for point in points)]
    yield "design.csv", (["--design", "design.csv"], "".join(f"{','.join(row)}\n" for row in rows))


def _is_usual(folder: Folder) -> bool:
    """Tell whether the only other arm is the base without policy, which a study of sensitivity takes by itself."""
    if folder.kind != "sensitivity" or list(folder.arms)[1:] != [NO_POLICY]:
        return False
    return folder.arms[NO_POLICY].resolved() == folder.scenario.without_policies().resolved()


def _readable(spec: Scenario) -> Scenario:
    """Return a scenario as a file may hold it: options may have taken out what its variants change."""
    try:
        sound = not any(any(without_effect(spec.as_written, changes)) for changes in spec.variants.values())
        for name in spec.variants:
            spec.variant(name)
    except ScenarioError:
        sound = False
    return spec if sound else spec.model_copy(update={"variants": {}, "answer": None})


def _file(name: str) -> str:
    return f"{name}.yaml"


def _by_name(folder: Folder) -> list[list[str]]:
    """Return the words that name each arm, the base's with what options changed; nothing where they are others."""
    changes = folder.experiment.changed()
    if len(changes) > _MOST_CHANGES:
        return []
    sets = [word for path, value in changes.items() for word in ("--set", quote(f"{path}={value}"))]
    base = folder.scenario
    for name, variant in known_as(base.name):
        try:
            values = {path: read_value(value, path) for path, value in changes.items()}
            found = load(name) if variant is None else load(name).variant(variant)
            if _changed(found, values).resolved() != base.resolved():
                continue
            others = [] if _is_usual(folder) else [arm for arm in folder.arms if arm != base.name]
            arms = arms_of(_changed(load(name), values), others, values) if others else {}
        except ScenarioError:
            continue
        if all(arms[arm].resolved() == folder.arms[arm].resolved() for arm in others):
            of = [] if variant is None else ["--variant", quote(variant)]
            usual = [[NO_POLICY]] if _is_usual(folder) else []
            return [[name, *of, *sets], *([quote(arm)] for arm in others), *usual]
    return []


def _changed(spec: Scenario, values: dict[str, Any]) -> Scenario:
    return spec.with_changes(values) if values else spec


@cache
def known_as(name: str) -> tuple[tuple[str, str | None], ...]:
    """Return the shipped scenarios, and variants of one, that are called so."""
    if name in shipped():
        return ((name, None),)
    near = (base for base in shipped() if name.startswith(base))
    return tuple((base, variant) for base in near for variant in load(base).variants if name_of(base, variant) == name)
