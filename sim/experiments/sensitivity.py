"""`sensitivity`: which assumed numbers decide the outcome, and which would change the ranking of variants.

A screening of every number graded `assumed` that has a range: all vary at once, each run in a world of its own, so that
runs do not grow with the numbers. Then Sobol indices over the strongest, with luck as one more input, on the base's
level and on each variant's difference from it. The Sobol points also tell what knowing one number would be worth to
whoever must choose an arm and cannot know luck, and in which box of numbers the arm preferred on average fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from sim.experiments.arms import measure
from sim.experiments.choosing import failure_box, scaled, snapped, value_of_knowing
from sim.experiments.compare import plan as plan_comparison
from sim.experiments.ended import too_many
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.screening_table import screening_table, strongest_of
from sim.experiments.unit_cube import LHS, SOBOL, unit_points
from sim.experiments.variance import mixed, sobol_indices
from sim.scenario.asking import DEFAULT_OBJECTIVE
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import NO_POLICY, outcomes

LUCK = "luck"  # among the inputs that make variance; no number has that name
LEAST_POINTS = 20  # of the screening, one of which may fail
LEAST_BASE_POINTS = 8  # of which what knowing a number is worth can be told


@dataclass(frozen=True)
class Sensitivity(Experiment):
    """A screening and an analysis of variance.

    Attributes:
        objective: outcome looked at, in the last year. screening_points: runs of the screening. strongest: numbers
            taken on to Sobol. base_points: of Sobol, a power of two; runs are base_points x (strongest + 3).
    """

    kind: ClassVar[str] = "sensitivity"
    adaptive: ClassVar[bool] = True
    objective: str = DEFAULT_OBJECTIVE
    screening_points: int = 768
    strongest: int = 8
    base_points: int = 64

    def titled(self) -> list[str]:
        """Return also the outcome looked at."""
        return [*super().titled(), self.objective]

    def numbers(self) -> list[str]:
        """Return the assumed numbers with a range that the scenario does not hold."""
        return [
            name
            for name, row in self.base.city_tables.numbers.items()
            if row.grade == "assumed" and row.uncertain and name not in self.base.parameters
        ]

    def wanted(self, values: Values) -> int:
        """Return the runs of the screening, and when they are there those of Sobol too."""
        complete = all(number in values for number in range(self.screening_points))
        return self.screening_points + (self._sobol_runs() if complete else 0)

    def most(self) -> int:
        """Return the runs of both."""
        return self.screening_points + self._sobol_runs()

    def _sobol_runs(self) -> int:
        return self.base_points * (min(self.strongest, len(self.numbers())) + 3)

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return values of the numbers for each run, and its world."""
        known = self.base.city_tables.numbers
        every = [(scaled(known, self.numbers(), point), place) for place, point in enumerate(self._screening_points())]
        if max(numbers, default=0) >= len(every):
            names = self.strong(values)
            held = {name: known[name].value for name in self.numbers()}
            points, worlds = self._sobol_points(names)
            every += [
                (held | scaled(known, names, point), int(world)) for point, world in zip(points, worlds, strict=True)
            ]
        return [every[number] for number in numbers]

    def _screening_points(self) -> np.ndarray:
        points = unit_points(LHS, self.screening_points, len(self.numbers()), self.seed)
        return snapped(self.base.city_tables.numbers, self.numbers(), points)

    def _sobol_points(self, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return points and worlds of A, B and A mixed with B, each point of A and of B in a world of its own."""
        both = unit_points(SOBOL, self.base_points, 2 * len(names), self.seed)
        both = snapped(self.base.city_tables.numbers, [*names, *names], both)
        return mixed(both[:, : len(names)], both[:, len(names) :], self.screening_points)

    def task(self) -> Callable[[Any], Any]:
        """Return the function that measures all arms at one point."""
        return partial(at_point, self.arms, self.seed, self.objective)

    def _effects(self, values: Values, first: int, last: int) -> dict[str, np.ndarray]:
        """Return level of the base and difference of each other arm, over runs first ... last - 1."""
        worth = self._worth(values, first, last)
        base, *others = self.arms
        return {base: worth[:, 0], **{f"{arm} - {base}": worth[:, k + 1] - worth[:, 0] for k, arm in enumerate(others)}}

    def _worth(self, values: Values, first: int, last: int) -> np.ndarray:
        """Return the objective of each arm in runs first ... last - 1, (runs, arms); nan of a run that failed."""
        return np.array([[(values[n] or {}).get(arm, np.nan) for arm in self.arms] for n in range(first, last)])

    def _too_many_failed(self, values: Values, runs: int) -> bool:
        return too_many(sum(values[n] is None for n in range(runs)), runs)

    def strong(self, values: Values) -> list[str]:
        """Return the numbers that move most, of anything looked at, in the order of the table of numbers."""
        return self._strong(self._screening(values))

    def _strong(self, screening: pd.DataFrame) -> list[str]:
        strong = strongest_of(screening, self.strongest)
        return [name for name in self.numbers() if name in strong]

    def _screening(self, values: Values) -> pd.DataFrame:
        found = self._effects(values, 0, self.screening_points)
        luck = np.random.default_rng([self.seed, 4])
        return screening_table(self.base.city_tables.numbers, self.numbers(), self._screening_points(), found, luck)

    def tables(self, values: Values) -> Tables:
        """Return screening, variance shares, value of knowing a number, and the box where the preferred arm fails."""
        first = self.screening_points
        if not all(n in values for n in range(first)) or self._too_many_failed(values, first):
            return {}
        tables = {"screening": self._screening(values)}
        wanted = self.wanted(values)
        if all(n in values for n in range(wanted)) and not self._too_many_failed(values, wanted):
            names = self._strong(tables["screening"])
            tables["variance"] = self._variance(values, names)
            if len(self.arms) > 1:
                tables |= self._choice(values, names)
        return tables

    def _choice(self, values: Values, names: Sequence[str]) -> Tables:
        """Return what knowing a number is worth and where the choice fails, from A and B, whose worlds differ."""
        first, runs = self.screening_points, 2 * self.base_points
        worth = self._worth(values, first, first + runs)
        worth = worth * outcomes()[self.objective].sign  # what is better when there is less counts below nought
        ran = ~np.isnan(worth).any(axis=1)
        points, known = self._sobol_points(names)[0][:runs][ran], self.base.city_tables.numbers
        luck, arms = np.random.default_rng([self.seed, 3]), list(self.arms)
        return {
            "value_of_knowing": value_of_knowing(known, names, points, worth[ran], luck),
            "failure_box": failure_box(known, names, points, worth[ran], arms, luck),
        }

    def _variance(self, values: Values, names: Sequence[str]) -> pd.DataFrame:
        """First-order and total Sobol indices with 90 % bootstrap intervals."""
        first, runs = self.screening_points, self.base_points * (len(names) + 3)
        rng = np.random.default_rng([self.seed, 2])
        rows = []
        for of, found in self._effects(values, first, first + runs).items():
            parts = found.reshape(len(names) + 3, -1)
            ran = parts[:, ~np.isnan(parts).any(axis=0)].ravel()
            rows += [
                (of, name, *map(float, np.clip(row, 0.0, 1.0)))
                for name, row in zip([*names, LUCK], sobol_indices(ran, len(names) + 1, rng), strict=True)
            ]
        return pd.DataFrame(
            rows, columns=["of", "number", "first_order", "first_low", "first_high", "total", "total_low", "total_high"]
        )


def at_point(
    arms: dict[str, Scenario], seed: int, objective: str, payload: tuple[dict[str, float], int]
) -> dict[str, float]:
    """Return the objective of each arm in the last year with numbers held at a point, in one world."""
    numbers, world = payload
    held = {name: spec.with_parameters(numbers) for name, spec in arms.items()}
    found = measure(held, seed, world, fixed=True)
    return {name: float(found[name]["years"][objective][-1]) for name in arms}


def plan(
    base: Scenario, variants: dict[str, Scenario], *, objective: str | None = None, seed: int = 1, **settings: Any
) -> Sensitivity:
    """Return the study, checked; without variants the base is compared with itself without policy.

    Raises:
        ScenarioError: if the objective is unknown, horizons differ, points are too few, or the base points no power of
            two.
    """
    points = settings.get("base_points", Sensitivity.base_points)
    if points < LEAST_BASE_POINTS:
        raise ScenarioError(f"--base-points {points}: nothing is told of so few; write {LEAST_BASE_POINTS} or more")
    if points & (points - 1):
        raise ScenarioError(
            f"--base-points {points}: a Sobol sequence is even only at a power of two; write "
            f"{1 << (points.bit_length() - 1)} or {1 << points.bit_length()}"
        )
    screened = settings.get("screening_points", Sensitivity.screening_points)
    if screened < LEAST_POINTS:
        raise ScenarioError(f"--screening-points {screened}: nothing is told of so few; write {LEAST_POINTS} or more")
    others = variants or ({NO_POLICY: base.without_policies()} if base.policies else {})
    checked = plan_comparison(base, others or {"same": base}, objective=objective or DEFAULT_OBJECTIVE)
    return Sensitivity({base.name: base, **others}, objective=checked.objective, seed=seed, **settings)


def sensitivity(
    base: Scenario,
    variants: dict[str, Scenario] | None = None,
    *,
    folder: Path | None = None,
    workers: int = 1,
    **settings: Any,
) -> Findings:
    """Screen all assumed numbers and share the variance among the strongest.

    Args:
        settings: `objective`, `screening_points`, `strongest`, `base_points`, `seed` of `Sensitivity`.
    """
    return conduct(plan(base, variants or {}, **settings), folder, workers=workers)
