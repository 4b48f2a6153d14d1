"""`run`: one scenario, many replications, tables with intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import pandas as pd

from sim.experiments.answer_table import answer_table
from sim.experiments.arms import years_of
from sim.experiments.cluster_tables import effects_of_twins
from sim.experiments.crossing_tables import fallen_table
from sim.experiments.experiment import WRITTEN, Experiment, Findings, Values, conduct
from sim.experiments.firm_tables import firm_table, register_table
from sim.experiments.fiscal import concentration_table, fiscal_table, leverage_table, money_table, notch_table
from sim.experiments.line_tables import headroom_table, race_table
from sim.experiments.long_tables import Words, first_world, ledger_table, quarter_table
from sim.experiments.packing import pack, unpack
from sim.experiments.paid import PaidSums, paid_in
from sim.experiments.pieces import MadeTables, Pieces, Table
from sim.experiments.tables import award_table, cluster_table, summary_table
from sim.experiments.target_table import drawn_numbers, target_table
from sim.scenario.answer import ANSWER, problems_of, too_late
from sim.scenario.errors import explain
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario
from sim.scenario.writing import as_file
from sim.start.places import FirmName, Place, counts
from sim.start.places import names as known_names
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters

if TYPE_CHECKING:
    from sim.measure.outcomes import Result


@dataclass(frozen=True)
class Run(Experiment):
    """Replications of one scenario, each beside its twins.

    Attributes:
        replications: number of worlds; each draws its shocks and, unless `fixed`, its assumed numbers.
        names: tables of firms hold the names and codes of a register too; a finished folder gets or loses them.
    """

    kind: ClassVar[str] = "run"
    also_parquet: ClassVar[tuple[str, ...]] = ("ledger",)
    only_parquet: ClassVar[tuple[str, ...]] = ("quarters",)
    replications: int = 100
    names: bool = field(default=False, metadata={WRITTEN: True})

    def titled(self) -> list[str]:
        """Return the scenario's name alone, for this is what is done with a scenario first."""
        return [self.base.name]

    def wanted(self, values: Values) -> int:
        """Return the replications asked for."""
        return self.replications

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return the numbers of the worlds."""
        return list(numbers)

    def task(self) -> Callable[[int], Any]:
        """Return the function that makes one replication."""
        return partial(make, self.base, self.seed, self.fixed)

    def tables(self, values: Values) -> Mapping[str, Table]:
        """Return targets, outcomes, payments and what a treasury asks."""
        numbers, city_tables = sorted(values), self.base.city_tables
        worlds, names = _Worlds.read(values, city_tables), self._shown_names()
        results, payments, read = worlds.results, worlds.payments, partial(result_of, values)
        found: dict[str, Table] = {
            "targets": target_table(self.base, results, drawn_numbers(self.base, self.seed, numbers, fixed=self.fixed)),
            "summary": summary_table(results),
            "clusters": cluster_table(results, city_tables),
            **_unless_empty("cluster_effects", effects_of_twins(results, city_tables)),
            "awards": award_table(results, payments),
            "firms": firm_table(results, names, city_tables),
            **_unless_empty("race", race_table(results, names, city_tables)),
            **_unless_empty("headroom", headroom_table(self.base, results)),
            "fiscal": fiscal_table(self.base, results),
            "concentration": concentration_table(payments, city_tables),
            "notches": notch_table(results),
            "fallen_back": fallen_table(results),
            "money": money_table(results),
            **_unless_empty("answer", answer_table(self.base, results)),
            **_unless_empty("leverage", leverage_table(self.base, results)),
            "ledger": ledger_table(read, numbers, worlds.words, city_tables),
            "quarters": quarter_table(read, numbers, city_tables),
        }
        return found | ({"register": register_table(names, city_tables)} if self.names and self.base.real_firms else {})

    def _shown_names(self) -> dict[Place, FirmName]:
        """Return names of the city's own table; those of a register leave it only if they are asked for."""
        city_tables = self.base.city_tables
        above = counts(Parameters(city_tables).replace(self.base.parameters), self.base.population.above_scale)
        return known_names(city_tables, above, self.base.read_register() if self.names else None)

    def sheet(self, name: str, table: Table) -> Table:
        """Return the payments of the first world alone: those of all are too many for a sheet."""
        return first_world(table) if name == "ledger" and isinstance(table, Pieces) else table

    def extras(self, tables: MadeTables, folder: Path) -> dict[str, Iterable[bytes]]:
        """Return the scenario with every value resolved."""
        return {"scenario.yaml": [as_file(self.base).encode()]}

    def readable(self, value: Any) -> Any:
        """Return the city's outcomes by year."""
        return {name: values.tolist() for name, values in unpack(value).years.items()}


def _unless_empty(name: str, table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {name: table} if len(table) else {}


def make(spec: Scenario, seed: int, fixed: bool, number: int) -> dict[str, Any]:
    """Return one replication, packed for the journal where it is made; the model is loaded there only."""
    from sim.experiments.replicate import replicate

    return pack(replicate(spec, seed, number, fixed=fixed))


def result_of(values: Values, number: int) -> Result:
    """Return the result of one replication."""
    return unpack(values[number])


def results_of(values: Values) -> tuple[Result, ...]:
    """Return the result of each replication in order of their numbers."""
    return tuple(result_of(values, number) for number in sorted(values))


@dataclass(frozen=True)
class _Worlds:
    """What short tables need of all worlds, which are read one after the other: a tenth of what they hold."""

    results: list[Result] = field(default_factory=list)
    payments: list[PaidSums] = field(default_factory=list)
    words: Words = field(default_factory=Words)

    @classmethod
    def read(cls, values: Values, city_tables: CityTables) -> _Worlds:
        """Return what is needed of worlds in order of their numbers."""
        found = cls()
        for number in sorted(values):
            result = result_of(values, number)
            found.words.add(result)
            found.payments.append(paid_in(result, city_tables))
            found.results.append(replace(result, **_IN_LONG_TABLES))
        return found


_IN_LONG_TABLES: dict[str, Any] = {"ledger": {}, "quarters": {}, "city": {}, "size_years": {}}  # or in none


def run(
    spec: Scenario,
    replications: int = 100,
    seed: int = 1,
    *,
    fixed: bool = False,
    folder: Path | None = None,
    **where: Any,
) -> Findings:
    """Run a scenario.

    Args:
        replications: number of worlds. seed: fixes all luck. fixed: hold assumed numbers instead of drawing them.
        folder: where runs are saved as they end; without one they are kept in memory.
        where: `workers`, `scheduler`, `shard`, `fresh`, `progress`, `draw` of `experiment.conduct`.

    Raises:
        ScenarioError: if the horizon holds no whole year, or the folder may not be taken.
        ValueError: if there is no replication.
    """
    return conduct(plan(spec, replications, seed=seed, fixed=fixed), folder, **where)


def plan(spec: Scenario, replications: int = 100, **settings: Any) -> Run:
    """Return the run, checked.

    Raises:
        ScenarioError: if the horizon holds no whole year (outcomes are told by year), or an option asks for an answer
            that cannot be given.
        ValueError: if there is no replication.
    """
    years_of(spec)
    if told := _asked_by_options(spec):
        raise ScenarioError(*told)
    if replications < 1:
        raise ValueError("a run needs at least one replication")
    return Run({spec.name: spec}, replications=replications, **settings)


def _asked_by_options(spec: Scenario) -> list[str]:
    """Return what is wrong with an answer that options ask for; one that they only cut off is left out, and said so."""
    if all(path.partition(".")[0] != ANSWER for path in spec.changed_by_options):
        return []
    return [explain(keys, said, {}, "--set") for keys, said in (*problems_of(spec), *too_late(spec))]
