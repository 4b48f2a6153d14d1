"""How an experiment is made again: its command, with scenarios by the names they come by, or else as files whose text
stands on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from shlex import quote
from typing import Any

from sim.experiments.compare import arms_of
from sim.pages.folder import Folder
from sim.scenario.files import ScenarioError, read_value
from sim.scenario.naming import name_of
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.scenario.writing import as_file

_NOT_SAID = ("seed", "fixed", "points", "levers")  # settings that are no option of their own name and value
_MANY_ARMS = ("compare", "sensitivity")


@dataclass(frozen=True, slots=True)
class Again:
    """The command of an experiment, of each arm alone, and the text of every file that they name."""

    command: str
    arms: dict[str, str]
    files: dict[str, str]


def again(folder: Folder) -> Again:
    """Return how a folder's experiment is made again."""
    scenarios = _by_name(folder)
    files = {} if scenarios else {_file(name): as_file(spec) for name, spec in folder.arms.items()}
    words = scenarios or [[quote(file)] for file in files]
    design = dict(_design(folder))
    options = [*_settings(folder), *(word for option in design.values() for word in option[0])]
    together = [*words[0], *(arm[0] for arm in words[1:])] if folder.kind in _MANY_ARMS else words[0]
    return Again(
        " ".join(["clustersim", folder.kind, *together, *options]),
        {name: " ".join(["clustersim run", *_alone(folder, words, place)]) for place, name in enumerate(folder.arms)},
        files | {name: text for name, (_, text) in design.items() if text},
    )


def base_of(folder: Folder) -> str:
    """Return the base and its changes as words of a command."""
    return again(folder).arms[folder.scenario.name].removeprefix("clustersim run ").partition(" --replications")[0]


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
        if value not in (0, 0.0, "") and not (name == "pairs" and precise):
            yield from (f"--{name.replace('_', '-')}", quote(str(value)))


def _design(folder: Folder) -> Iterator[tuple[str, tuple[list[str], str]]]:
    """Yield what is varied, by path or file: the words of the option, and the text of the file."""
    for path, (low, high) in folder.settings.get("levers", {}).items():
        yield path, (["--lever", quote(f"{path}={low:g}:{high:g}")], "")
    points: Any = folder.settings.get("points")
    if not isinstance(points, list):
        return
    paths = list(points[0])
    if len(paths) == 1:
        values = ",".join(str(point[paths[0]]) for point in points)
        yield paths[0], (["--vary", quote(f"{paths[0]}={values}")], "")
        return
    rows = [paths, *([str(point[path]) for path in paths] for point in points)]
    yield "design.csv", (["--design", "design.csv"], "".join(f"{','.join(row)}\n" for row in rows))


def _file(name: str) -> str:
    return f"{name}.yaml"


def _by_name(folder: Folder) -> list[list[str]]:
    """Return the words that name each arm, the base's with what options changed; nothing where they are others."""
    changes = folder.experiment.changed()
    sets = [word for path, value in changes.items() for word in ("--set", quote(f"{path}={value}"))]
    base = folder.scenario
    for name, variant in _known(base.name):
        try:
            values = {path: read_value(value, path) for path, value in changes.items()}
            found = load(name) if variant is None else load(name).variant(variant)
            if _changed(found, values).resolved() != base.resolved():
                continue
            others = [arm for arm in folder.arms if arm != base.name]
            arms = arms_of(_changed(load(name), values), others, values) if others else {}
        except ScenarioError:
            continue
        if all(arms[arm].resolved() == folder.arms[arm].resolved() for arm in others):
            of = [] if variant is None else ["--variant", quote(variant)]
            return [[name, *of, *sets], *([quote(arm)] for arm in others)]
    return []


def _changed(spec: Scenario, values: dict[str, Any]) -> Scenario:
    return spec.with_changes(values) if values else spec


@cache
def _known(name: str) -> tuple[tuple[str, str | None], ...]:
    """Return the shipped scenarios, and variants of one, that are called so."""
    if name in shipped():
        return ((name, None),)
    near = (base for base in shipped() if name.startswith(base))
    return tuple((base, variant) for base in near for variant in load(base).variants if name_of(base, variant) == name)
