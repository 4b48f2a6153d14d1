"""What every long experiment has in common: numbered runs, saved as they end, and tables made from all of them.

An experiment says which runs it wants, given those it has; how many may depend on what was found, never on when or
where runs ended. So a stopped experiment goes on where it was, and ends with the same bytes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from inspect import signature
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from sim.experiments import engine
from sim.experiments.arms import years_of
from sim.experiments.completing import OnProgress, complete
from sim.experiments.ended import Ended
from sim.experiments.files import without_dust, without_dust_alike
from sim.experiments.final_files import Drawing, final_files
from sim.experiments.folder import folder_name, shard_folder
from sim.experiments.manifest import identity
from sim.experiments.pieces import MadeTables, Pieces, Table
from sim.experiments.store import Memory, Store, refuse_unusable
from sim.luck.seed import refuse_other_than_seed
from sim.scenario.changed import changed, short
from sim.scenario.scenario import Scenario

WRITTEN = "only decides what is written"  # of a field: no part of what an experiment is
Tables = Mapping[str, pd.DataFrame]
Values = Mapping[int, Any]


@dataclass(frozen=True)
class Experiment(ABC):
    """Base of all experiments.

    Attributes:
        arms: scenarios by name; the first is the base. seed: fixes all luck. fixed: hold assumed numbers.
        also_parquet, only_parquet: tables written as Parquet beside the CSV file or instead of it;
            no picture needs them.
        adaptive: the next runs follow from the last, so it goes on without failed ones and is given them as None.
    """

    kind: ClassVar[str]
    also_parquet: ClassVar[tuple[str, ...]] = ()
    only_parquet: ClassVar[tuple[str, ...]] = ()
    adaptive: ClassVar[bool] = False
    arms: dict[str, Scenario] = field(repr=False)
    seed: int = 1
    fixed: bool = False

    def __post_init__(self) -> None:
        """Refuse a seed that is none (ValueError)."""
        refuse_other_than_seed(self.seed)

    @abstractmethod
    def wanted(self, values: Values) -> int:
        """Return how many runs (0, 1, ...) are wanted, given the values of those that are there."""

    def wanted_after(self, values: Values, failed: Mapping[int, str]) -> int:
        """Return the same where some runs failed."""
        return self.wanted(self.ended(values, failed))

    def most(self) -> int:
        """Return how many runs may be wanted at the most."""
        return self.wanted({})

    @abstractmethod
    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return what the task needs to know of each run."""

    @abstractmethod
    def task(self) -> Callable[[Any], Any]:
        """Return the function that makes one run from its payload; a worker must be able to import it."""

    @abstractmethod
    def tables(self, values: Values) -> Mapping[str, Table]:
        """Return the final tables by name; those that grow long with the number of runs in pieces."""

    def extras(self, tables: MadeTables, folder: Path) -> dict[str, Iterable[bytes]]:
        """Return further files by name, each in pieces; `folder` has room for what is too large for memory."""
        return {}

    def sheet(self, name: str, table: Table) -> Table:
        """Return the rows of a table that its CSV file holds."""
        return table

    def stored(self, name: str, table: Table) -> Table:
        """Return what the Parquet file of a table holds."""
        return table

    def shown(self, tables: MadeTables) -> Tables:
        """Return the tables, or the rows of them, that screens and pictures are made of."""
        return {name: tables[name] for name in tables if name not in self.also_parquet + self.only_parquet}

    def readable(self, value: Any) -> Any:
        """Return what a person is shown of a run's value."""
        return value

    @property
    def base(self) -> Scenario:
        """The first arm."""
        return next(iter(self.arms.values()))

    @property
    def name(self) -> str:
        """Name of the experiment's folder: kind, scenario, other arms, what it asks about, what options changed, seed.
        One that differs in anything else is refused the folder.
        """
        changes = (f"{short(path)}={value}" for path, value in self.changed().items())
        return folder_name([*self.titled(), *changes, *["fixed"] * self.fixed], self.seed)

    def varied(self) -> tuple[str, ...]:
        """Return the paths that take several values in the experiment."""
        return ()

    def changed(self) -> dict[str, str]:
        """Return what options changed in the base and no run changes again."""
        return {path: value for path, value in changed(self.base).items() if path not in self.varied()}

    def ended(self, values: Values, failed: Mapping[int, str]) -> Values:
        """Return the runs from which the next ones and the tables follow."""
        return Ended(values, failed) if self.adaptive else values

    def titled(self) -> list[str]:
        """Return what the folder is called after, before the changes and the seed."""
        return [self.kind, self.base.name, *list(self.arms)[1:]]

    def settings(self) -> dict[str, Any]:
        """Return everything but the arms and what only decides what is written, as plain data."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "arms" and WRITTEN not in f.metadata}

    def identity(self) -> dict[str, Any]:
        """Return what must be the same for two runs to belong to this experiment."""
        arms = {name: spec.resolved() for name, spec in self.arms.items()}
        return identity(self.kind, arms, self.settings(), self.changed())


@dataclass(frozen=True)
class Findings:
    """What an experiment found.

    Attributes:
        experiment: what was asked. tables: pandas frames by name; those that grow long with the number of runs are
            laid together each time they are asked for. values: value of each run.
        failed: error of each failed run. folder: where it was written, if anywhere.
    """

    experiment: Experiment
    tables: MadeTables = field(repr=False)
    values: Values = field(repr=False)
    failed: dict[int, str]
    folder: Path | None = None

    @cached_property
    def shown(self) -> Tables:
        """What screens are made of."""
        return self.experiment.shown(self.tables)

    def __getattr__(self, name: str) -> pd.DataFrame:
        tables: Tables = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"no table '{name}'; there are {', '.join(tables)}")


Telling = Callable[[Path], dict[str, bytes]]


def conduct(
    experiment: Experiment,
    folder: Path | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    fresh: bool = False,
    progress: OnProgress | None = None,
    draw: Drawing | None = None,
    tell: Telling | None = None,
    **other: Any,
) -> Findings:
    """Make all runs of an experiment that are not there yet, and its tables.

    Args:
        folder: where runs are saved as they end; without one they are kept in memory.
        workers, scheduler: where runs happen (see `engine.execute`); they change no byte.
        shard: (i, n) makes every n-th run only, in a folder of its own, for `merge`.
        fresh: delete what the folder holds. draw: pictures, as PNG bytes. tell: pages, made from the folder once all
            else is in it.
        progress: called with (runs ended, runs wanted), of the shard, first before any run.
        other: refused (TypeError), with what to write.
    """
    engine.refuse_words(other, _known(experiment))
    years_of(experiment.base)  # refuses a horizon without a whole year
    if folder is None:
        memory = Memory()
        complete(experiment, memory, workers, scheduler, None, progress)
        return Findings(experiment, _tables(experiment, memory), memory.values, memory.failed)
    if shard is not None:
        refuse_unusable(folder)
        folder = shard_folder(folder, shard)
    with Store(folder, experiment.identity(), fresh=fresh) as store:
        complete(experiment, store, workers, scheduler, shard, progress)
        if shard is not None:
            return Findings(experiment, MadeTables({}), store.values, store.failed, folder)
        tables = _tables(experiment, store)
        store.finish(final_files(experiment, tables, store.failed, folder, draw))
        if tell is not None and tables:
            store.add_files(tell(folder))
        return Findings(experiment, tables, store.values, store.failed, folder)


def _known(experiment: Experiment) -> list[str]:
    """Return what a call that makes an experiment may say."""
    own = (name for name in (*experiment.settings(), *signature(conduct).parameters) if name not in _GIVEN)
    return list(dict.fromkeys(own))


_GIVEN = ("experiment", "other")


def _tables(experiment: Experiment, store: Any) -> MadeTables:
    if not store.values:
        return MadeTables({})
    made = experiment.tables(experiment.ended(store.values, store.failed))
    return MadeTables({name: _swept(table) for name, table in made.items()})


def _swept(table: Table) -> Table:
    return table.each(without_dust_alike) if isinstance(table, Pieces) else without_dust(table)
