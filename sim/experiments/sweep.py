"""`sweep`: one scenario over many values of levers and uncertainties; every point meets the same worlds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from sim.experiments import designs
from sim.experiments.arms import measure, years_of
from sim.experiments.design_file import DESIGN, is_file
from sim.experiments.ema import ema_archive
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.inference.distributions import spread
from sim.scenario.asking import DEFAULT_OBJECTIVE, ask
from sim.scenario.changed import short
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import OBJECTIVE, outcomes

RUN = "run"


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

    def tables(self, values: Values) -> Tables:
        """Return all runs, and each point's outcomes with intervals."""
        years = years_of(self.base)
        runs = np.array(sorted(values))
        names = list(values[int(runs[0])])
        found = np.empty((len(names), runs.size, len(years)))
        for place, number in enumerate(runs.tolist()):
            run = values[number]
            found[:, place] = [run[name] for name in names]
        return {"sweep": self._runs(runs, found, names, years), "points": self._points(runs, found, names, years)}

    def extras(self, tables: Tables) -> dict[str, bytes]:
        """Return the runs as an archive that the EMA Workbench loads (`load_results`), last year's outcomes."""
        return {"ema.tar.gz": ema_archive(tables["sweep"], list(self.points[0]), self.base.name)}

    def _runs(self, runs: np.ndarray, found: np.ndarray, names: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
        point, replication = np.divmod(runs, self.replications)
        columns: dict[str, Any] = {"run": runs, "point": point, "replication": replication}
        columns = {name: np.repeat(column, len(years)) for name, column in columns.items()}
        columns["year"] = np.tile(years, runs.size)
        for path in self.points[0]:
            levels = np.array([p.get(path) for p in self.points])
            columns[path] = levels[columns["point"]]
        columns |= {name: found[k].ravel() for k, name in enumerate(names)}
        return pd.DataFrame(columns)

    def _points(self, runs: np.ndarray, found: np.ndarray, names: Sequence[str], years: Sequence[int]) -> pd.DataFrame:
        rows = []
        for place, point in enumerate(self.points):
            of_point = runs // self.replications == place
            if not of_point.any():
                continue
            parts = spread(found[:, of_point, -1].T)
            for k, name in enumerate(names):
                rows.append(
                    (
                        place,
                        *point.values(),
                        name,
                        outcomes()[name].unit,
                        years[-1],
                        *(float(parts[part][k]) for part in ("median", "p5", "p95", "mean")),
                        int(of_point.sum()),
                        outcomes()[name].chinese,
                    )
                )
        columns = [
            "point",
            *self.points[0],
            "outcome",
            "unit",
            "year",
            "median",
            "p5",
            "p95",
            "mean",
            "runs",
            "name_zh",
        ]
        return pd.DataFrame(rows, columns=columns)


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
