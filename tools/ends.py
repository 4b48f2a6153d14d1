"""Hold every number of the table at both ends of what a scenario may hold, and say what is undefined then.

    python -m tools.ends [--worlds 3] [NAME ...]

A fault is a run that fails or warns, or a value that is not finite where it is with the table's own value.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from functools import cache

import click
import numpy as np

from sim.experiments.replicate import replicate
from sim.measure.outcomes import Result
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.city_tables import read_city
from tools.progress import counter

SEED = 1
PARTS = ("years", "quarters", "cluster_years", "city", "size_years", "ledger", "groups")
_LEVERAGE = "years.fund_leverage_"  # over what the fund pays: undefined as long as it pays nothing


@cache
def base() -> Scenario:
    """Return a small city with every announced instrument, for two years."""
    return load("baseline-2022").with_changes(
        {"horizon.until": "2023Q4", "population.above_scale": 600, "population.below_scale": 600}
    )


def ends(names: Sequence[str] = ()) -> Iterator[tuple[str, float]]:
    """Yield each number (of `names`, or all) with each end of what a scenario may hold,
    unless that is its own value.
    """
    for name, row in read_city().numbers.items():
        if not names or name in names:
            yield from ((name, value) for value in sorted({row.least, row.most} - {row.value}))


def undefined(found: Result) -> frozenset[tuple[str, int]]:
    """Return what is nan or infinite in any table: its name and the place of the value."""
    unpaid = np.cumsum(found.years["fund_outlay"]) <= 0.0
    bad: set[tuple[str, int]] = set()
    for part in PARTS:
        for name, values in getattr(found, part).items():
            values = np.asarray(values)
            odd = ~np.isfinite(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
            if f"{part}.{name}".startswith(_LEVERAGE):
                odd = odd & ~unpaid
            bad |= {(f"{part}.{name}", int(place)) for place in np.flatnonzero(odd)}
    return frozenset(bad)


@cache
def undefined_anyway(world: int) -> frozenset[tuple[str, int]]:
    """Return what is undefined with the table's own values."""
    return undefined(replicate(base(), SEED, world))


def fault(name: str, value: float, world: int) -> str:
    """Return what is wrong with a world in which a number is held; nothing if all is well or the scenario is refused
    before any run.
    """
    try:
        spec = base().with_changes({f"parameters.{name}": value})
    except ScenarioError:
        return ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = undefined(replicate(spec, SEED, world))
    except Exception as error:  # every failure is a finding
        return f"{type(error).__name__}: {error}"
    new = sorted({table_name for table_name, _ in found - undefined_anyway(world)})
    return f"undefined: {', '.join(new)}" if new else ""


@click.command()
@click.option("--worlds", default=3, show_default=True, type=click.IntRange(1), help="worlds for each end")
@click.argument("names", nargs=-1, type=click.Choice(list(read_city().numbers)), metavar="[NAME]...")
def main(worlds: int, names: tuple[str, ...]) -> None:
    """Run every number at both ends; exit with 1 if anything fails or is undefined."""
    chosen, faults = list(ends(names)), 0
    show = counter("ends")
    for done, (name, value) in enumerate(chosen, 1):
        for world in range(worlds):
            if problem := fault(name, value, world):
                faults += 1
                click.echo(f"{name} = {value:g}, world {world}: {problem}")
        show(done, len(chosen))
    click.echo(f"{len(chosen)} ends in {worlds} worlds: {faults} faults")
    raise SystemExit(min(faults, 1))


if __name__ == "__main__":
    main()
