"""Hold every number of the table, and every lever, at both ends of what a scenario may say, and tell what is undefined.

    python -m tools.ends [--worlds 3] [--jobs 2] [WORD ...]

Two years of the announced instruments in a city of 1,200 firms, beside their twins. A row is bad if a world fails,
warns, or has a value that is no number where it is one with the table's own value. What is refused before any run is
told and is not bad.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, NamedTuple

import click
import numpy as np

from sim.experiments.engine import cores, execute
from sim.experiments.replicate import replicate
from sim.measure.outcomes import Result
from sim.scenario.files import ScenarioError
from sim.scenario.levers import Lever, levers
from sim.scenario.quantities import MONEY
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import SINCE_THE_START, outcomes
from sim.tables.city_tables import read_city
from sim.tables.units import MOST_MONEY
from tools.progress import counter

SEED, WORLDS = 1, 3
PARTS = ("years", "quarters", "cluster_years", "city", "size_years", "ledger", "groups")
NUMBERS, POLICIES, ENVELOPE = "parameters.", "policies.", "envelope.amount_a_year"
_MAY_BE_NOTHING = ("fund_outlay", "energy_cut", "land_sold")  # a price or ratio over these has then no value
_SIZES = ("population.", "horizon.")  # how large and how long a run is, which is no lever of a policy
_ABOVE = 1e-6  # the least that is tried of what must lie above an end
_WHEN = {"from": "2023Q1", "until": "2022Q2"}  # half of the two years


class End(NamedTuple):
    """A path of a scenario, and an end of what may stand there."""

    path: str
    value: Any


class Row(NamedTuple):
    """What became of an end: tables in which a value is no number though it is one anyway, error, seconds a world."""

    end: End
    undefined: int
    error: str
    refused: str
    seconds: float

    @property
    def bad(self) -> bool:
        """Whether the end is accepted and the model is not defined there."""
        return bool(self.undefined or self.error)


@cache
def base() -> Scenario:
    """Return a small city with every announced instrument, for two years."""
    return load("baseline-2022").with_changes(
        {"horizon.until": "2023Q4", "population.above_scale": 600, "population.below_scale": 600}
    )


def ends(words: Sequence[str] = ()) -> Iterator[End]:
    """Yield each end of each number and lever (with one of `words` in its path, or all), unless that is its value."""
    found = [End(f"{NUMBERS}{n}", v) for n, row in read_city().numbers.items() for v in sorted({row.least, row.most})]
    found += [End(path, v) for path, lever in levers().items() if not path.startswith(_SIZES) for v in of_lever(lever)]
    own = {f"{NUMBERS}{name}": row.value for name, row in read_city().numbers.items()}
    own |= {path: lever.default for path, lever in levers().items()}
    for end in found:
        if end.value != own[end.path] and (not words or any(word in end.path for word in words)):
            yield end


def of_lever(lever: Lever) -> list[Any]:
    """Return the ends of a lever, or every word that it may be."""
    if isinstance(lever.default, bool):
        return [True, False]
    if isinstance(lever.default, float):
        low, _, high = lever.reach.replace(", <= ", " .. ").partition(" .. ")
        return [float(low.removeprefix("> ")) + _ABOVE * low.startswith("> "), float(high)]
    if isinstance(lever.default, list):
        return [[], lever.default[::-1]]
    return [_WHEN[lever.name]] if lever.name in _WHEN else lever.reach.split(", ")


def changes(end: End) -> dict[str, Any]:
    """Return an end with what must go with it: weights that are one together, an envelope that lets money be paid."""
    group, _, name = end.path.rpartition(".")
    if name.startswith("weight_"):
        others = [path for path in levers() if path.startswith(f"{group}.weight_") and path != end.path]
        weights = dict.fromkeys(others, (1.0 - end.value) / len(others))
        return {group: {path.rpartition(".")[2]: weight for path, weight in {**weights, end.path: end.value}.items()}}
    paid = end.path.startswith(POLICIES) and levers()[end.path].unit == MONEY
    return {end.path: end.value} | ({ENVELOPE: MOST_MONEY} if paid else {})


def undefined(found: Result) -> frozenset[tuple[str, int]]:
    """Return what is nan or infinite in any table: its name and the place of the value."""
    bad: set[tuple[str, int]] = set()
    for part in PARTS:
        for name, values in getattr(found, part).items():
            values = np.asarray(values)
            odd = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
            odd = odd & ~_without_whole(name, getattr(found, part), values.shape)
            bad |= {(f"{part}.{name}", int(place)) for place in np.flatnonzero(odd)}
    return frozenset(bad)


def _without_whole(name: str, measured: Mapping[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    """Return where an outcome is a part of a whole that may be nothing, and is."""
    known = outcomes().get(name)
    if known is None or known.whole not in _MAY_BE_NOTHING or known.whole not in measured:
        return np.zeros(shape, dtype=bool)
    whole = np.asarray(measured[known.whole])
    nothing: np.ndarray = (np.cumsum(whole, axis=0) if known.period == SINCE_THE_START else whole) <= 0.0
    return nothing


@cache
def undefined_anyway(world: int) -> frozenset[tuple[str, int]]:
    """Return what is undefined with the table's own values."""
    return undefined(replicate(base(), SEED, world))


def _taken_out(end: End) -> tuple[str, ...]:
    """Return the outcomes that an end leaves without their instrument for a time."""
    group, _, name = end.path.rpartition(".")
    out = name in (*_WHEN, "in_force")
    return tuple(o.name for o in outcomes().values() if out and o.needs and group == f"{POLICIES}{o.needs}")


def try_out(end: End, worlds: Sequence[int] = range(WORLDS)) -> Row:
    """Run worlds in which an end is held and tell what is wrong with them, in one line."""
    begun = time.perf_counter()
    try:
        spec = base().with_changes(changes(end))
    except ScenarioError as refusal:
        return Row(end, 0, "", refusal.problems[0], 0.0)
    new: set[tuple[str, int]] = set()
    error = ""
    for world in worlds:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                new |= undefined(replicate(spec, SEED, world)) - undefined_anyway(world)
        except Exception as problem:  # every failure is a finding
            error = f"world {world}: {type(problem).__name__}: {' '.join(str(problem).split())}"
            break
    without = _taken_out(end)
    new = {(name, place) for name, place in new if name.rpartition(".")[2] not in without}
    tables = sorted({name for name, _ in new})
    return Row(
        end,
        len(new),
        error or (f"undefined: {', '.join(tables)}" if tables else ""),
        "",
        (time.perf_counter() - begun) / len(worlds),
    )


def fault(path: str, value: Any, world: int) -> str:
    """Return what is wrong with a world in which a value is held; nothing if all is well or it is refused."""
    return try_out(End(path, value), [world]).error


def line(row: Row) -> str:
    """Return a row of the table."""
    said = row.error or (f"refused: {row.refused}" if row.refused else "")
    value = f"{row.end.value:.12g}" if isinstance(row.end.value, float) else str(row.end.value)
    return f"{'BAD' if row.bad else 'ok':3}  {row.end.path:60} {value:>14} {row.undefined:6} {row.seconds:6.2f}  {said}"


@click.command()
@click.option("--worlds", default=WORLDS, show_default=True, type=click.IntRange(1), help="worlds for each end")
@click.option("--jobs", default=cores(), show_default=True, type=click.IntRange(1), help="processes")
@click.argument("words", nargs=-1)
def main(worlds: int, jobs: int, words: tuple[str, ...]) -> None:
    """Run every number and lever with one of WORDS in its path, or all, at both ends; exit with 1 if a row is bad."""
    chosen, bad = list(ends(words)), 0
    show = counter("ends")
    click.echo(f"{'':3}  {'path':60} {'value':>14} {'undef.':>6} {'s':>6}  error")
    for done, result in enumerate(execute(partial(try_out, worlds=range(worlds)), list(enumerate(chosen)), jobs), 1):
        row = result.value or Row(chosen[result.number], 0, result.error, "", 0.0)
        bad += row.bad
        click.echo(line(row))
        show(done, len(chosen))
    click.echo(f"{len(chosen)} ends in {worlds} worlds: {bad} bad")
    raise SystemExit(min(bad, 1))


if __name__ == "__main__":
    main()
