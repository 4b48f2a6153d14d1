"""`search`: the cheapest package that reaches a target with a given probability, certified on fresh worlds.

First a Sobol design, then rounds of points around and below the cheapest package that seems good enough, all in the
same worlds. At most three candidates are then checked in worlds that the search never saw, with a one-sided
Clopper-Pearson bound shared among them. The rounds follow from the values alone, so a stopped search repeats nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.designs import LEVER, check, read_lever, refuse_twice
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.rounds import Round
from sim.experiments.search_target import read_target, try_package
from sim.experiments.unit_cube import unit_points
from sim.inference.means import mean_interval
from sim.inference.shares import clopper_pearson_high, clopper_pearson_low
from sim.luck import keys
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario

CANDIDATES = 3
_FRESH = 1 << 40  # worlds of the check are numbered far from those of the search


@dataclass(frozen=True)
class Search(Experiment):
    """A search for the cheapest package.

    Attributes:
        target: as text, `metric>=value by year`. probability: asked for. levers: path -> [low, high].
        points: of the first round, beside the two ends of all levers; later rounds have half as many. worlds: per
            point. rounds: of refinement. checks:
            fresh worlds per candidate.
    """

    kind: ClassVar[str] = "search"
    target: str = ""
    probability: float = 0.5
    levers: dict[str, list[float]] = field(default_factory=dict)
    points: int = 32
    worlds: int = 40
    rounds: int = 4
    checks: int = 400

    def varied(self) -> tuple[str, ...]:
        """Return the levers."""
        return tuple(self.levers)

    def titled(self) -> list[str]:
        """Return also what is to be reached."""
        return [*super().titled(), self.target]

    def wanted(self, values: Values) -> int:
        """Return the runs of all rounds known so far."""
        return sum(r.runs for r in self._rounds(values))

    def most(self) -> int:
        """Return the runs of all rounds, and of the check of as many candidates as there may be."""
        refined = self.rounds * 2 * self._half()
        return (self.points + 2 + refined) * self.worlds + CANDIDATES * self.checks

    def _half(self) -> int:
        """Points of a later round near the best, and as many on the way from it to cheaper ones."""
        return max(self.points // 4, 2)

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return each point's changes and the world."""
        every = [
            (self.changes(point), r.first_world + world)
            for r in self._rounds(values)
            for point in r.points
            for world in range(r.worlds)
        ]
        return [every[number] for number in numbers]

    def task(self) -> Callable[[Any], Any]:
        """Return the function that measures one package in one world."""
        return partial(try_package, self.base, self.seed, self.fixed, self.target)

    def changes(self, unit: np.ndarray) -> dict[str, float]:
        """Return lever values of a point of the unit cube."""
        return {
            path: float(low + u * (high - low))
            for u, (path, (low, high)) in zip(unit, self.levers.items(), strict=True)
        }

    def _rounds(self, values: Values) -> list[Round]:
        drawn = unit_points("sobol", self.points, len(self.levers), self.seed)
        ends = np.repeat([[0.0], [1.0]], len(self.levers), axis=1)  # all levers at their lowest, and at their highest
        rounds = [Round(np.concatenate([ends, drawn]), 0, self.worlds)]
        while sum(r.runs for r in rounds) <= len(values) and all(
            n in values for n in range(sum(r.runs for r in rounds))
        ):
            if len(rounds) > self.rounds + 1:
                break
            rounds.append(self._next(rounds, values))
        return rounds

    def _next(self, rounds: list[Round], values: Values) -> Round:
        points, chance, cost = self.explored(rounds, values)
        if len(rounds) <= self.rounds:
            return Round(self._refined(points, chance, cost, len(rounds)), 0, self.worlds)
        return Round(points[self._candidates(chance, cost)], _FRESH, self.checks)

    def explored(self, rounds: list[Round], values: Values) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return points, share of worlds that reach the target, and mean cost, of the rounds before the check."""
        number, chances, costs = 0, [], []
        for r in rounds:
            for _ in range(len(r.points)):
                found = np.array([values[n] for n in range(number, number + r.worlds)])
                chances.append(found[:, 0].mean())
                costs.append(found[:, 1].mean())
                number += r.worlds
        return np.concatenate([r.points for r in rounds]), np.array(chances), np.array(costs)

    def _refined(self, points: np.ndarray, chance: np.ndarray, cost: np.ndarray, number: int) -> np.ndarray:
        """Points near the best one, half of them on the way from it to cheaper packages."""
        good = chance >= self.probability
        best = (
            int(np.lexsort((cost, -chance))[0]) if not good.any() else int(np.flatnonzero(good)[np.argmin(cost[good])])
        )
        rng = np.random.default_rng([self.seed, keys.name_key("search") & 0xFFFFFFFF, number])
        half = self._half()
        near = points[best] + rng.normal(0.0, 0.25 / 2.0**number, (half, points.shape[1]))
        cheaper = points[np.argsort(cost)[: half * 2]]
        aims = cheaper[rng.integers(len(cheaper), size=half)]
        between = points[best] + rng.uniform(0.1, 0.9, (half, 1)) * (aims - points[best])
        return np.clip(np.concatenate([near, between]), 0.0, 1.0)

    def _candidates(self, chance: np.ndarray, cost: np.ndarray) -> list[int]:
        """The cheapest points that seem good enough; if none does, the most promising one."""
        good = np.flatnonzero(chance >= self.probability)
        if good.size == 0:
            return [int(np.lexsort((cost, -chance))[0])]
        # a point that only just passed was lucky as often as not: two with a margin come after the cheapest
        safe = good[chance[good] >= min(self.probability + 0.1, 1.0)]
        order = [int(good[np.argmin(cost[good])]), *(int(k) for k in safe[np.argsort(cost[safe], kind="stable")])]
        return list(dict.fromkeys(order))[:CANDIDATES]

    def tables(self, values: Values) -> Tables:
        """Return the answer, all points, and the front of cost against probability."""
        rounds = self._rounds(values)
        done = [
            r for k, r in enumerate(rounds) if k <= self.rounds and sum(x.runs for x in rounds[: k + 1]) <= len(values)
        ]
        if not done:
            return {}
        points, chance, cost = self.explored(done, values)
        table = pd.DataFrame([self.changes(p) for p in points])
        table.insert(0, "point", np.arange(len(points)))
        table["probability"], table["million_yuan"], table["worlds"] = chance, cost, self.worlds
        order = np.lexsort((-chance, cost))
        front = [k for place, k in enumerate(order) if chance[k] > max(chance[order[:place]], default=-1.0)]
        tables = {"search_points": table, "front": table.iloc[front].reset_index(drop=True)}
        if len(rounds) > self.rounds + 1:
            tables["answer"] = self._answer(rounds, values)
        return tables

    def _answer(self, rounds: list[Round], values: Values) -> pd.DataFrame:
        """One row per candidate, in the order of cost; the verdict is that of the cheapest certified one."""
        check = rounds[-1]
        number, rows = sum(r.runs for r in rounds[:-1]), []
        confidence = 1.0 - 0.05 / len(check.points)
        for point in check.points:
            found = np.array([values[n] for n in range(number, number + check.worlds) if n in values])
            number += check.worlds
            hits = int(found[:, 0].sum())
            low, high = (bound(hits, len(found), confidence) for bound in (clopper_pearson_low, clopper_pearson_high))
            verdict = (
                "certified" if low >= self.probability else "infeasible" if high < self.probability else "undecided"
            )
            rows.append(
                (
                    verdict,
                    *self.changes(point).values(),
                    hits / len(found),
                    low,
                    high,
                    *mean_interval(found[:, 1]),
                    len(found),
                )
            )
        columns = [
            "verdict",
            *self.levers,
            "probability",
            "lower_bound",
            "upper_bound",
            "million_yuan",
            "low",
            "high",
            "fresh_worlds",
        ]
        table = pd.DataFrame(rows, columns=columns)
        return table.sort_values(["million_yuan"], kind="stable").reset_index(drop=True)


def plan(scenario: Scenario, target: str, levers: list[str], *, probability: float = 0.5, **settings: Any) -> Search:
    """Return the search, checked.

    Raises:
        ScenarioError: if the target or a lever is wrong.
    """
    asked = read_target(target, {scenario.name: scenario.policies})
    if asked.by not in years_of(scenario):
        raise ScenarioError(
            f"--target {target}: {asked.by} is no year of the horizon "
            f"({years_of(scenario)[0]}-{years_of(scenario)[-1]})"
        )
    ranges = [read_lever(text) for text in levers]
    if not ranges:
        raise ScenarioError(f"search: name what may change with {LEVER} PATH=LOW:HIGH")
    refuse_twice([path for path, _ in ranges], LEVER)
    check(scenario, [{path: ends[k] for path, ends in ranges} for k in (0, 1)], LEVER)
    return Search(
        {scenario.name: scenario},
        target=target,
        probability=probability,
        levers={path: list(ends) for path, ends in ranges},
        **settings,
    )


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
    """Find the cheapest package of levers (`PATH=LOW:HIGH`) that reaches a target with a probability.

    Args:
        settings: `points`, `worlds`, `rounds`, `checks`, `seed`, `fixed` of `Search`.
    """
    return conduct(plan(scenario, target, levers, probability=probability, **settings), folder, workers=workers)
