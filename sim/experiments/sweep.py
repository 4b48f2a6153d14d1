"""`sweep`: one scenario over many values of levers and uncertainties; every point meets the same worlds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from sim.experiments import designs
from sim.experiments.arms import measure, years_of
from sim.experiments.design_file import DESIGN, is_file
from sim.experiments.ema import ema_archive
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.pieces import MadeTables, Pieces, Table
from sim.experiments.sweep_tables import sweep_tables
from sim.luck import keys
from sim.scenario.asking import DEFAULT_OBJECTIVE, ask
from sim.scenario.changed import short
from sim.scenario.drawn import world_numbers
from sim.scenario.scenario import Scenario
from sim.tables import catalogue
from sim.tables.catalogue import CURVES, MAIN, OBJECTIVE, PUBLIC_MONEY

RUN = "run"
_NUMBERS = "parameters"  # how the path of a number begins


@dataclass(frozen=True)
class Sweep(Experiment):
    """Points of a design, each in the same worlds.

    Attributes:
        points: values by path. replications: worlds per point. objective: outcome that the heat map shows.
    """

    kind: ClassVar[str] = "sweep"
    also_parquet: ClassVar[tuple[str, ...]] = ("sweep",)
    points: list[dict[str, Any]] = field(default_factory=list, repr=False)
    replications: int = 30
    objective: str = DEFAULT_OBJECTIVE

    def wanted(self, values: Values) -> int:
        """Return points times replications."""
        return len(self.points) * self.replications

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return each point's changes and the world."""
        return [(self.points[number // self.replications], number % self.replications) for number in numbers]

    def task(self) -> Callable[[Any], Any]:
        """Return the function that measures one point in one world."""
        return partial(run_point, self.base, self.seed, self.fixed)

    def varied(self) -> tuple[str, ...]:
        """Return the paths of the design."""
        return tuple(self.points[0])

    def titled(self) -> list[str]:
        """Return also what varies."""
        return [*super().titled(), *map(short, self.varied())]

    def tables(self, values: Values) -> Mapping[str, Table]:
        """Return all runs, and each point's outcomes with intervals; both in pieces, for runs may be a million."""
        return sweep_tables(self.points, self.replications, values, years_of(self.base))

    def extras(self, tables: MadeTables, folder: Path) -> dict[str, Iterable[bytes]]:
        """Return the runs as an archive that the EMA Workbench loads (`load_results`), last year's outcomes."""
        runs, inputs = self.stored("sweep", tables.as_made("sweep")), [*self.points[0], *self._drawn]
        return {"ema.tar.gz": ema_archive(runs, inputs, self.base.name, years_of(self.base)[-1], folder)}

    def stored(self, name: str, table: Table) -> Table:
        """Return also the assumed numbers that each run drew: who looks for the boxes in which a policy fails needs
        them; in a CSV file they would be hundreds of columns.
        """
        if name != "sweep" or self._drawn.empty or not isinstance(table, Pieces):
            return table
        return table.each(self._with_drawn)

    def shown(self, tables: MadeTables) -> Tables:
        """Return the points, with the outcomes that screens and pictures tell of: a tenth of all."""
        told = told_of_points(self.objective)
        return {"points": tables.chosen("points", lambda frame: frame[frame["outcome"].isin(told)])}

    def _with_drawn(self, frame: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([frame, self._drawn.loc[frame["replication"]].set_index(frame.index)], axis=1)

    @cached_property
    def _drawn(self) -> pd.DataFrame:
        """Numbers that are drawn, by path, a row per world; not those that the scenario or the design sets."""
        numbers = self.base.city_tables.numbers
        free = [name for name in numbers if numbers[name].uncertain and name not in self.base.parameters]
        paths = {f"{_NUMBERS}.{name}": name for name in free if not self.fixed}
        paths = {path: name for path, name in paths.items() if path not in self.points[0]}
        worlds = [
            world_numbers(self.base, keys.replication_seed(self.seed, world), fixed=self.fixed)
            for world in range(self.replications if paths else 0)
        ]
        return pd.DataFrame({path: [world[name] for world in worlds] for path, name in paths.items()})


def told_of_points(objective: str) -> set[str]:
    """Return the outcomes of points that screens, pictures and pages tell of, of a sweep that asks for one."""
    return {objective, PUBLIC_MONEY, *catalogue.names(MAIN), *catalogue.names(CURVES)}


def run_point(base: Scenario, seed: int, fixed: bool, payload: tuple[dict[str, Any], int]) -> dict[str, list[float]]:
    """Return city outcomes by year of a scenario with some values changed, in one world."""
    changes, replication = payload
    found: dict[str, list[float]] = measure({RUN: base.with_changes(changes)}, seed, replication, fixed=fixed)[RUN][
        "years"
    ]
    return found


def sweep(
    scenario: Scenario,
    vary: Sequence[str],
    *,
    design: str = "grid",
    points: int = 64,
    replications: int = 30,
    seed: int = 1,
    fixed: bool = False,
    objective: str | None = None,
    folder: Path | None = None,
    **where: Any,
) -> Findings:
    """Run a scenario at many points.

    Args:
        vary: `PATH=1,2,3`, `PATH=LOW:HIGH:STEPS`, or for lhs and sobol `PATH=LOW:HIGH`. design: grid, zip, lhs, sobol
            or a CSV file or workbook with a column per path.
        objective: outcome that the heat map shows, by default real GDP.
        where: `workers`, `scheduler`, `shard`, `fresh`, `progress`, `draw` of `experiment.conduct`.

    Raises:
        ScenarioError: if a path, a value or the design is wrong.
    """
    made = plan(
        scenario,
        vary,
        design=design,
        points=points,
        replications=replications,
        seed=seed,
        fixed=fixed,
        objective=objective,
    )
    return conduct(made, folder, **where)


def plan(
    scenario: Scenario,
    vary: Sequence[str],
    *,
    design: str = "grid",
    points: int = 64,
    seed: int = 1,
    objective: str | None = None,
    **settings: Any,
) -> Sweep:
    """Return the sweep, checked.

    Raises:
        ScenarioError: if a path, a value or the design is wrong.
    """
    chosen = objective or DEFAULT_OBJECTIVE
    ask(chosen, OBJECTIVE, f"--objective {chosen}", arms={scenario.name: scenario.policies})
    made = designs.make(design, vary, points, seed)
    designs.check(scenario, made, f"{DESIGN} {design}" if is_file(design) else designs.VARY)
    return Sweep({scenario.name: scenario}, seed=seed, points=list(made), objective=chosen, **settings)
