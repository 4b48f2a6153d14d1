"""Designs: which values a sweep, a search or a sensitivity study gives to levers and uncertainties."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiments.design_file import DESIGN, FilePoints, is_file, read_points
from sim.experiments.unit_cube import LHS, SOBOL, unit_points
from sim.scenario.cities import CITY, HASH
from sim.scenario.files import ScenarioError, read_value
from sim.scenario.quantities import read_for, share_unit
from sim.scenario.scenario import Scenario
from sim.tables.nearest import did_you_mean

Point = dict[str, Any]
_RANGE = re.compile(r"^([^:]+):([^:]+)(?::(\d+))?$")
_OTHER_COMMAS = re.compile("[;；、，：]")  # signs that people type for a comma or a colon
_THOUSANDS = re.compile(r"\d,0\d\d(?!\d)")  # no list of numbers has a member that begins with a nought
MOST_POINTS = 1_000_000
_CHECKED = 1_000  # points of which each is checked whole: a second or two
GRID, ZIP = "grid", "zip"
DESIGNS = (GRID, ZIP, LHS, SOBOL)
VARY, LEVER = "--vary", "--lever"  # the options that name what an experiment changes
_LIKE = {  # what each takes
    VARY: "PATH=LOW:HIGH, PATH=LOW:HIGH:STEPS or PATH=VALUE,VALUE",
    LEVER: "PATH=LOW:HIGH, like policies.energy_budget.extra_tightening=0:0.2, or PATH=VALUE,VALUE",
}


def read_vary(text: str, option: str = VARY) -> tuple[str, list[Any], bool]:
    """Return path, values and whether they are the ends of a range, from `PATH=1,2,3`, `PATH=0:0.2` or `PATH=0:0.2:5`.

    Raises:
        ScenarioError: if it is none of these.
    """
    path, equals, values = text.partition("=")
    if not equals or not path.strip() or not values.strip():
        raise ScenarioError(f"{option} {text}: write {_LIKE[option]}")
    path, match = path.strip(), _RANGE.match(values.strip())
    if other := _OTHER_COMMAS.search(values):
        raise ScenarioError(f"{option} {text}: '{other[0]}' parts no values; write {_LIKE[option]}")
    if not match:
        if _THOUSANDS.search(values):
            raise ScenarioError(f"{option} {text}: a comma parts two values here; write a large number without commas")
        return path, _read_all(path, values.split(","), f"{option} {path}"), False
    low, high = _read_all(path, (match[1], match[2]), f"{option} {path}")
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in (low, high)) or low >= high:
        raise ScenarioError(f"{option} {text}: write two numbers, the lower first, like {path}=0:0.2")
    if match[3]:
        if not 2 <= int(match[3]) <= MOST_POINTS:
            raise ScenarioError(
                f"{option} {text}: from LOW to HIGH are 2 steps or more, at most {MOST_POINTS:,}; write "
                f"{path}={match[1]}:{match[2]}:5"
            )
        return path, [_short(value) for value in np.linspace(low, high, int(match[3]))], False
    return path, [low, high], True


def _read_all(path: str, texts: Sequence[str], where: str) -> list[Any]:
    """Return the values of one lever in its unit, which the last may say for all."""
    try:
        said = share_unit([text.strip() for text in texts])
        return [read_for(path, read_value(text, where)) for text in said]
    except ScenarioError:
        raise
    except ValueError as error:
        raise ScenarioError(f"{where}: {error}") from None


def _short(value: float) -> float:
    """Return a step of a range as a person would write it: 0.15, and no dust behind it."""
    return float(f"{value:.12g}")


def read_lever(text: str) -> tuple[str, list[Any], bool]:
    """Return path, ends or values, and whether they are ends, from `PATH=LOW:HIGH` or `PATH=VALUE,VALUE`.

    Raises:
        ScenarioError: if it is neither.
    """
    path, values, is_range = read_vary(text, LEVER)
    if len(values) < 2:
        raise ScenarioError(f"{LEVER} {text}: write {_LIKE[LEVER]}")
    return path, values, is_range


def refuse_twice(paths: Sequence[str], option: str) -> None:
    """Refuse a path that stands twice: of its values only the last would count, without a word.

    Raises:
        ScenarioError: if one does.
    """
    for path in paths:
        if paths.count(path) > 1:
            raise ScenarioError(f"{option} {path}: stands twice; write it once")


def refuse_city(paths: Iterable[str], option: str) -> None:
    """Refuse the city as a lever: points of one experiment start with the same firms.

    Raises:
        ScenarioError: if it stands among the paths.
    """
    for path in paths:
        if path in (CITY, HASH):
            raise ScenarioError(
                f"{option} {path}: an experiment is of one city, whose firms all its points start with; run it once "
                "for each city with --city NAME or --city DIR, each into its own --out"
            )


def keep_paths(spec: Scenario, paths: Iterable[str], option: str) -> None:
    """Refuse to put one value in the place of a path over time: that would answer another question without a word.

    Raises:
        ScenarioError: if the scenario says a value step by step.
    """
    for path in paths:
        steps = spec.steps(path)
        if steps:
            raise ScenarioError(
                f"{option} {path}: is a path over time in {spec.name}; vary one step ({path}.{steps[-1]}=...), "
                f"or make it one value first with --set {path}=..."
            )


def make(design: str, varied: Sequence[str], points: int, seed: int) -> list[Point]:
    """Return the points of a design.

    Args:
        design: grid, zip, lhs, sobol, or a CSV file or workbook with a column per path.
        varied: texts as `read_vary` takes them.
        points: number of points of lhs and sobol.

    Raises:
        ScenarioError: if the texts do not fit the design.
    """
    if is_file(design):
        if varied:
            raise ScenarioError(f"{VARY} {varied[0]}: {DESIGN} {design} says what varies; leave one of them out")
        return read_points(Path(design))
    if design not in DESIGNS:
        near = did_you_mean(design, DESIGNS)
        raise ScenarioError(f"{DESIGN} {design}: write {', '.join(DESIGNS)} or a file ending in .csv or .xlsx{near}")
    parts = [read_vary(text) for text in varied]
    if not parts:
        raise ScenarioError(f"sweep: name what varies with {VARY} PATH=...")
    paths = [path for path, _, _ in parts]
    refuse_twice(paths, VARY)
    if design in (LHS, SOBOL):
        return _sampled(design, parts, points, seed)
    for path, values, is_range in parts:
        if is_range:
            raise ScenarioError(
                f"{VARY} {path}={values[0]}:{values[1]}: a {design} needs steps; write "
                f"{path}={values[0]}:{values[1]}:5, or {DESIGN} {LHS}"
            )
    if design == ZIP and len({len(values) for _, values, _ in parts}) > 1:
        there = ", ".join(str(len(values)) for _, values, _ in parts)
        raise ScenarioError(f"{DESIGN} {ZIP}: every {VARY} needs as many values; there are {there}")
    number = math.prod(len(values) for _, values, _ in parts) if design == GRID else len(parts[0][1])
    if number > MOST_POINTS:
        raise ScenarioError(
            f"{VARY}: {' x '.join(str(len(values)) for _, values, _ in parts)} are {number:,} points, more than "
            f"{MOST_POINTS:,}; take fewer steps, or {DESIGN} {LHS} with --points"
        )
    rows = (
        itertools.product(*(v for _, v, _ in parts)) if design == GRID else zip(*(v for _, v, _ in parts), strict=True)
    )
    return [dict(zip(paths, row, strict=True)) for row in rows]


def _sampled(design: str, parts: Sequence[tuple[str, list[Any], bool]], points: int, seed: int) -> list[Point]:
    unit = unit_points(design, points, len(parts), seed)
    return [
        {path: _at(u, values, is_range) for u, (path, values, is_range) in zip(row, parts, strict=True)} for row in unit
    ]


def _at(share: float, values: list[Any], is_range: bool) -> Any:
    if is_range:
        return float(values[0] + share * (values[1] - values[0]))
    return values[min(int(share * len(values)), len(values) - 1)]


def check(spec: Scenario, points: Sequence[Point], option: str) -> None:
    """Check points whole, since values may be sound together that are not one by one, and the other way round: all of
    them, or of very many those with an end of a range and some between; `option` is what they were written with.

    Raises:
        ScenarioError: if a path or a value is wrong.
    """
    for path in points[0]:
        where = f"{points.header(path)}:" if isinstance(points, FilePoints) else option
        refuse_city([path], where)
        keep_paths(spec, [path], where)
    for place in _looked_at(points):
        try:
            spec.with_changes(points[place], option)
        except ScenarioError as error:
            if not isinstance(points, FilePoints):
                raise
            problems = (problem.removeprefix(f"{option}: ") for problem in error.problems)
            raise ScenarioError(*(points.told(problem, place) for problem in problems)) from None


def _looked_at(points: Sequence[Point]) -> list[int]:
    """Return the numbers of the points that are checked: with each end of each path among them, and each word."""
    if len(points) <= _CHECKED:
        return list(range(len(points)))
    chosen = {int(place) for place in np.linspace(0, len(points) - 1, _CHECKED)}
    for path in points[0]:
        values = [point[path] for point in points]
        if all(isinstance(value, (int, float)) for value in values):
            chosen |= {values.index(min(values)), values.index(max(values))}
        else:
            words = [repr(value) for value in values]
            chosen |= {words.index(word) for word in set(words)}
    return sorted(chosen)
