"""What each instrument does in the model, on paired worlds: the announced package with the instrument and without it.

Worlds of each arm are saved as they end in a folder of their own, and each instrument is written as soon as its worlds
are there: a stopped run goes on where it was, and one of more worlds begins with those that are there, as long as
nothing in `sim` has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim import policies as registry
from sim.experiments.arms import measure, stack, years_of
from sim.experiments.experiment import WRITTEN, Experiment, Tables, Values, conduct
from sim.experiments.manifest import is_experiment, read_identity
from sim.inference.means import mean_interval
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from tools.fingerprint import fingerprint
from tools.progress import counter

BASE = "baseline-2022"
DROPPED, ADDED = "dropped from the package", "added to the package"
RELATIVE, DIFFERENCE, LEVEL = "relative", "difference", "level"
PER_YUAN, PRIVATE_PER_YUAN = "per public yuan", "private per public yuan"
READINGS = (RELATIVE, DIFFERENCE, LEVEL, PER_YUAN, PRIVATE_PER_YUAN)
COLUMNS = (
    *("instrument", "outcome", "reading", "per", "year"),
    *("effect", "low", "high", "without", "worlds", "seed", "how", "numbers"),
)
Stacked = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Sample(Experiment):
    """Worlds of one scenario, measured by year.

    Attributes:
        worlds: how many; more of them go on from those that are there.
    """

    kind: ClassVar[str] = "evidence"
    worlds: int = field(default=200, metadata={WRITTEN: True})

    def wanted(self, values: Values) -> int:
        """Return the number of worlds."""
        return self.worlds

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return the numbers of the worlds."""
        return list(numbers)

    def task(self) -> Callable[[int], Any]:
        """Return the function that measures one world."""
        return partial(measure, self.arms, self.seed, fixed=self.fixed)

    def tables(self, values: Values) -> Tables:
        """Return nothing: what is told is made from two samples."""
        return {}


@dataclass(frozen=True)
class Asked:
    """What is measured of an instrument: an outcome, how it is read, and the public money it is read per."""

    instrument: str
    outcome: str
    reading: str
    per: str = ""


def arms(instrument: str, base: Scenario) -> tuple[Scenario, Scenario, str]:
    """Return the package with an instrument and without it, and which of the two it was made from."""
    if instrument in base.policies:
        return base, base.without(instrument), DROPPED
    return base.with_changes({f"policies.{instrument}": {}}), base, ADDED


def aimed_at(instrument: str) -> list[Asked]:
    """Return the outcomes that an instrument is meant to move, as differences."""
    return [Asked(instrument, outcome, DIFFERENCE) for outcome in registry.get(instrument).aims]


def effects(asked: Asked, having: Stacked, lacking: Stacked) -> np.ndarray:
    """Return the effect in each world, nan where it has none: of the last year, or of all years together where it is
    read per public yuan.
    """
    with_it, without = having[asked.outcome], lacking[asked.outcome]
    if asked.reading == LEVEL:
        return np.asarray(with_it[:, -1])
    if asked.reading == DIFFERENCE:
        return np.asarray(with_it[:, -1] - without[:, -1])
    if asked.reading == RELATIVE:
        return _over(with_it[:, -1] - without[:, -1], without[:, -1])
    paid = (having[asked.per] - lacking[asked.per]).sum(axis=1)
    per_yuan = _over((with_it - without).sum(axis=1), paid)
    return per_yuan - 1.0 if asked.reading == PRIVATE_PER_YUAN else per_yuan


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(part.shape, np.nan), where=whole != 0.0)


def numbers_of(asked: Asked, base: Scenario) -> str:
    """Return the fingerprint of what is measured of an instrument today."""
    having, lacking, _ = arms(asked.instrument, base)
    return fingerprint((having, lacking), filter(None, (asked.outcome, asked.per)))


def row(asked: Asked, having: Stacked, lacking: Stacked, year: int, seed: int, how: str) -> dict[str, str]:
    """Return a row of `effects.csv`, without its fingerprint."""
    found = effects(asked, having, lacking)
    mean, low, high = mean_interval(found)
    without = float(lacking[asked.outcome][:, -1].mean())
    figures = (f"{value:.6g}" for value in (mean, low, high, without))
    cells = (asked.instrument, asked.outcome, asked.reading, asked.per, str(year), *figures, str(found.size))
    return dict(zip(COLUMNS, (*cells, str(seed), how), strict=False))


def sampled(spec: Scenario, name: str, folder: Path, worlds: int, seed: int, jobs: int) -> Stacked:
    """Return all outcomes of a scenario in so many worlds, (worlds, years). Those that were saved are not made again,
    unless code, data or scenario have changed since.

    Raises:
        RuntimeError: if a world failed.
    """
    experiment, place = Sample({name: spec}, seed=seed, worlds=worlds), folder / name
    stale = is_experiment(place) and read_identity(place) != experiment.identity()
    found = conduct(experiment, place, workers=jobs, fresh=stale, progress=counter(name))
    if found.failed:
        raise RuntimeError(f"{name}: world {min(found.failed)}: {found.failed[min(found.failed)]}")
    return stack({number: found.values[number] for number in range(worlds)}, name)


def measured(
    instruments: Mapping[str, Sequence[Asked]], folder: Path, worlds: int, seed: int, jobs: int
) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield each instrument and its rows of `effects.csv` as its worlds are there."""
    base = load(BASE)
    year = years_of(base)[-1]
    whole = sampled(base, BASE, folder, worlds, seed, jobs)
    for instrument, asked in instruments.items():
        having, lacking, how = arms(instrument, base)
        other = having if how == ADDED else lacking
        made = sampled(other, f"{BASE}-{instrument}", folder, worlds, seed, jobs)
        sides = (made, whole) if how == ADDED else (whole, made)
        rows = (row(each, *sides, year, seed, how) | {"numbers": numbers_of(each, base)} for each in asked)
        yield instrument, list(rows)
