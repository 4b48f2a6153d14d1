"""`search`: the cheapest package that reaches a target with a given probability, certified on fresh worlds.

What is tried next is decided by `sim.advice.cheapest` from the values alone, so a stopped search repeats nothing. Every
run has a world of its own, numbered like the run, and makes the same world without any policy beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sim.advice.cheapest import look
from sim.advice.effort import Batch, Effort, Stage
from sim.advice.space import Space
from sim.advice.surface import Trials
from sim.experiments.arms import years_of
from sim.experiments.designs import LEVER, check, read_lever, refuse_twice
from sim.experiments.ended import too_many
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.package_cost import FOUND, HIT, PackageCost, cost_of
from sim.experiments.search_tables import SHARED, answer_table, front_table, points_table
from sim.experiments.search_target import read_target, try_package
from sim.experiments.unit_cube import unit_points
from sim.inference.shares import clopper_pearson_low
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Trial:
    """A batch and what its runs found, (points, worlds, FOUND); nan of a run that failed."""

    batch: Batch
    found: np.ndarray


@dataclass(frozen=True)
class Search(Experiment):
    """A search for the cheapest package.

    Attributes:
        target: as text, `metric>=value by year`. probability: asked for. levers: path -> [low, high].
        listed: path -> values of a lever that takes no others. cost: how a package's cost is counted (`PackageCost`).
        points: of the first round. worlds: of each of these packages. rounds: near the best package.
        checks: fresh worlds per candidate.
    """

    kind: ClassVar[str] = "search"
    adaptive: ClassVar[bool] = True
    target: str = ""
    probability: float = 0.5
    levers: dict[str, list[float]] = field(default_factory=dict)
    listed: dict[str, list[Any]] = field(default_factory=dict)
    cost: str = PackageCost.OUTPUT.value
    points: int = Effort.points
    worlds: int = Effort.worlds
    rounds: int = Effort.rounds
    checks: int = Effort.checks

    def varied(self) -> tuple[str, ...]:
        """Return the levers."""
        return (*self.levers, *self.listed)

    def titled(self) -> list[str]:
        """Return also what is to be reached."""
        return [*super().titled(), self.target]

    def effort(self) -> Effort:
        """Return how much it tries."""
        return Effort(self.points, self.worlds, self.rounds, self.checks)

    def wanted(self, values: Values) -> int:
        """Return the runs of all batches known so far."""
        return sum(batch.runs for batch in self._batches(values)[0])

    def most(self) -> int:
        """Return the runs where every candidate has to be checked."""
        return self.effort().most

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return each point's changes and the world."""
        packages = [
            self.changes(point)
            for batch in self._batches(values)[0]
            for point in batch.points
            for _ in range(batch.worlds)
        ]
        return [(packages[number], number) for number in numbers]

    def task(self) -> Callable[[Any], Any]:
        """Return the function that measures one package in one world."""
        return partial(try_package, self.base, self.seed, self.fixed, self.target)

    def changes(self, unit: np.ndarray) -> dict[str, Any]:
        """Return lever values of a point of the unit cube."""
        ends = self.levers.items()
        ranged = {path: float(low + u * (high - low)) for u, (path, (low, high)) in zip(unit, ends, strict=False)}
        places = zip(unit[len(self.levers) :], self.listed.items(), strict=True)
        return ranged | {path: values[round(u * (len(values) - 1))] for u, (path, values) in places}

    def _batches(self, values: Values) -> tuple[list[Batch], list[Trial]]:
        """Return all batches known so far, and those whose runs have ended with what they found."""
        looking = look(self._space(), self.probability, self.effort(), self._proved, self._first(), self.seed)
        batch, number = next(looking), 0
        batches: list[Batch] = []
        trials: list[Trial] = []
        while True:
            batches.append(batch)
            if any(n not in values for n in range(number, number + batch.runs)):
                return batches, trials
            nothing = [np.nan] * FOUND
            found = np.array([values[n] or nothing for n in range(number, number + batch.runs)], dtype=float)
            trials.append(Trial(batch, found.reshape(len(batch.points), batch.worlds, FOUND)))
            number += batch.runs
            if self.failed(trials):
                return batches, []
            try:
                batch = looking.send(self._tried(trials[-1]))
            except StopIteration:
                return batches, trials

    def failed(self, trials: Sequence[Trial]) -> bool:
        """Tell whether so many runs failed that nothing may be told; a package that always fails stays out."""
        lost = [np.isnan(trial.found[:, :, HIT]) for trial in trials]
        nothing_checked = trials[-1].batch.stage is Stage.CHECK and bool(lost[-1].all())
        return nothing_checked or too_many(sum(int(part.sum()) for part in lost), sum(part.size for part in lost))

    def _tried(self, trial: Trial) -> Trials:
        worlds = (~np.isnan(trial.found[:, :, HIT])).sum(axis=1)
        ran = worlds > 0
        cost = [float(np.nanmean(cost_of(found, self.cost))) for found in trial.found[ran]]
        return Trials(trial.batch.points[ran], np.nansum(trial.found[ran, :, HIT], axis=1), worlds[ran], np.array(cost))

    def _proved(self, hits: int, worlds: int) -> bool:
        return worlds > 0 and clopper_pearson_low(hits, worlds, SHARED) >= self.probability

    def _space(self) -> Space:
        numbers = (*(0 for _ in self.levers), *(len(values) for values in self.listed.values()))
        words = [any(isinstance(v, (str, bool)) for v in values) for values in self.listed.values()]
        return Space(numbers, (*(False for _ in self.levers), *words))

    def _first(self) -> np.ndarray:
        return unit_points("sobol", self.points, len(self.varied()), self.seed)

    def tables(self, values: Values) -> Tables:
        """Return all points, and at the end the answer and the front of cost against probability."""
        batches, trials = self._batches(values)
        tried = [trial for trial in trials if trial.batch.stage is Stage.TRY]
        if not tried:
            return {}
        tables = {"search_points": points_table(self, tried)}
        if len(trials) == len(batches) and batches[-1].stage is Stage.FRONT:
            tables["front"] = front_table(self, trials[-1])
            tables["answer"] = answer_table(self, [t for t in trials if t.batch.stage is Stage.CHECK])
        return tables


def plan(scenario: Scenario, target: str, levers: list[str], *, probability: float = 0.5, **settings: Any) -> Search:
    """Return the search, checked.

    Raises:
        ScenarioError: if the target, a lever or the way to count cost is wrong.
    """
    asked = read_target(target, {scenario.name: scenario.policies})
    if asked.by not in years_of(scenario):
        raise ScenarioError(
            f"--target {target}: {asked.by} is no year of the horizon "
            f"({years_of(scenario)[0]}-{years_of(scenario)[-1]})"
        )
    if settings.get("cost", PackageCost.OUTPUT) not in list(PackageCost):
        raise ScenarioError(f"--cost {settings['cost']}: write {', '.join(PackageCost)}")
    read = [read_lever(text) for text in levers]
    if not read:
        raise ScenarioError(f"search: name what may change with {LEVER} PATH=LOW:HIGH")
    refuse_twice([path for path, _, _ in read], LEVER)
    check(scenario, [{path: values[end] for path, values, _ in read} for end in (0, -1)], LEVER)
    for path, values, is_range in read:
        check(scenario, [{path: value} for value in ([] if is_range else values[1:-1])] or [{path: values[0]}], LEVER)
    ranged, listed = _parted(scenario, read)
    return Search(
        {scenario.name: scenario}, target=target, probability=probability, levers=ranged, listed=listed, **settings
    )


def _parted(
    scenario: Scenario, read: Sequence[tuple[str, list[Any], bool]]
) -> tuple[dict[str, list[float]], dict[str, list[Any]]]:
    """Return levers that are continuous, with their ends, and the others, with all their values."""
    ranged, listed = {}, {}
    for path, values, is_range in read:
        if not is_range:
            listed[path] = list(values)
        elif _is_whole(scenario, path, *values):
            listed[path] = list(range(int(values[0]), int(values[1]) + 1))
        else:
            ranged[path] = [float(value) for value in values]
    return ranged, listed


def _is_whole(scenario: Scenario, path: str, low: float, high: float) -> bool:
    """Tell whether a lever takes whole numbers only: its ends do, and nothing between two of them."""
    if low != int(low) or high != int(high):
        return False
    try:
        scenario.with_changes({path: low + 0.5})
    except ScenarioError:
        return True
    return False


def search(
    scenario: Scenario,
    target: str,
    levers: list[str],
    *,
    probability: float = 0.5,
    folder: Path | None = None,
    workers: int = 1,
    **settings: Any,
) -> Findings:
    """Find the cheapest package of levers (`PATH=LOW:HIGH` or `PATH=VALUE,VALUE`) that reaches a target with a
    probability.

    Args:
        settings: `cost`, `points`, `worlds`, `rounds`, `checks`, `seed`, `fixed` of `Search`.
    """
    return conduct(plan(scenario, target, levers, probability=probability, **settings), folder, workers=workers)
