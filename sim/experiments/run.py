"""`run`: one scenario, many replications, tables with intervals."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from sim.experiments import engine
from sim.experiments.arms import years_of
from sim.experiments.fiscal import concentration_table, fiscal_table, notch_table
from sim.experiments.replicate import replicate
from sim.experiments.tables import (
    award_table,
    cluster_table,
    firm_table,
    ledger_table,
    quarter_table,
    summary_table,
    target_table,
)
from sim.outcomes import Result
from sim.scenario import Scenario

Progress = Callable[[int, int], None]


class RunFailed(RuntimeError):
    """A replication raised an error or killed its worker three times."""


@dataclass(frozen=True)
class RunResult:
    """Everything a run found out.

    Attributes:
        spec, seed, fixed: what was run. results: one Result per replication, in order.
        seconds: time of the replications.
        targets, summary, clusters, awards, firms: pandas frames with the columns of the CSV files.
    """

    spec: Scenario
    seed: int
    fixed: bool
    results: tuple[Result, ...]
    seconds: float
    targets: pd.DataFrame = field(repr=False)
    summary: pd.DataFrame = field(repr=False)
    clusters: pd.DataFrame = field(repr=False)
    awards: pd.DataFrame = field(repr=False)
    firms: pd.DataFrame = field(repr=False)

    @property
    def fiscal(self) -> pd.DataFrame:
        """Yearly public cash, tax that comes back, peak year, chance of reaching the envelope."""
        return fiscal_table(self.spec, self.results)

    @property
    def concentration(self) -> pd.DataFrame:
        """Share of each instrument's money by firm, cluster and size."""
        return concentration_table(self.results)

    @property
    def notches(self) -> pd.DataFrame:
        """Groups around each revenue tier, beside the twin without policy."""
        return notch_table(self.results)

    @property
    def quarters(self) -> pd.DataFrame:
        """Long table: replication, quarter, cluster, outcome, unit, value."""
        return quarter_table(self.results)

    @property
    def ledger(self) -> pd.DataFrame:
        """Every payment of every replication."""
        return ledger_table(self.results)


def run(
    spec: Scenario, replications: int = 100, seed: int = 1, *, fixed: bool = False, jobs: int = 1,
    progress: Progress | None = None,
) -> RunResult:
    """Run a scenario.

    Args:
        replications: number of worlds; each draws its shocks and, unless `fixed`, its assumed numbers.
        seed: fixes everything. jobs: worker processes; it changes no byte of the result.
        progress: called with (done, all) after each replication.

    Raises:
        ValueError: if there is no replication.
        ScenarioError: if the horizon holds no whole year; outcomes are told by year.
        RunFailed: if a replication fails; it names the replication.
    """
    years_of(spec)
    if replications < 1:
        raise ValueError("a run needs at least one replication")
    began = time.perf_counter()
    found: dict[int, Result] = {}
    numbers = [(number, number) for number in range(replications)]
    for done in engine.execute(partial(replicate, spec, seed, fixed=fixed), numbers, jobs):
        if done.status == engine.FAILED:
            raise RunFailed(f"replication {done.number} of seed {seed} failed: {done.error}")
        found[done.number] = done.value
        if progress is not None:
            progress(len(found), replications)
    results = tuple(found[number] for number in range(replications))
    return RunResult(
        spec, seed, fixed, results, time.perf_counter() - began,
        target_table(spec, results), summary_table(results), cluster_table(results), award_table(results),
        firm_table(results),
    )
