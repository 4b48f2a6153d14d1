"""The folder of a finished experiment as a page reads it: what was asked, and the tables as they were written."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.errors import EmptyDataError

from sim.experiments.arms import years_of
from sim.experiments.experiment import Experiment
from sim.experiments.files import as_it_was
from sim.experiments.kinds import rebuild
from sim.experiments.manifest import read_identity
from sim.experiments.pieces import FrameChange
from sim.experiments.status import unfinished
from sim.scenario.files import ScenarioError
from sim.scenario.scenario import Scenario

# Columns that hold names whatever these look like; an arm may be called 2030.
_NAMES = frozenset(
    ("variant", "against", "arm", "target", "group", "cluster", "first", "second", "verdict", "verdict_zh")
)
_WORLDS = ("replications", "pairs", "worlds")
_ROWS = 20_000  # that are read at once
_NAMES_OR_NOTHING = frozenset(("number",))  # of a table in which no row has one; elsewhere it may be a count


class Folder:
    """A finished experiment.

    Attributes:
        path: where it lies. manifest: `experiment.json` (kind, scenarios, settings, changed, clustersim, code, data,
            python, packages). tables: names of the tables that are there.
    """

    def __init__(self, path: Path) -> None:
        """Open a folder.

        Raises:
            ScenarioError: if it holds no finished experiment.
        """
        if not path.is_dir():
            raise ScenarioError(f"{path}: is no folder; write one that an experiment has filled, like outputs/NAME")
        self.path, self.manifest = path, read_identity(path)
        if unfinished(path):
            raise ScenarioError(
                f"{path}: its experiment is not finished; run the same command again, 'clustersim status' tells how "
                "far it is"
            )
        self.tables = tuple(sorted(file.stem for file in path.glob("*.csv")))
        self._read: dict[Any, pd.DataFrame] = {}

    @cached_property
    def experiment(self) -> Experiment:
        """What was asked, made again from the manifest."""
        return rebuild(self.path)

    @property
    def kind(self) -> str:
        """Kind of the experiment: run, compare, attribute, sweep, search, sensitivity."""
        return str(self.manifest["kind"])

    @property
    def arms(self) -> dict[str, Scenario]:
        """Scenarios by name, resolved; the first is the base."""
        return self.experiment.arms

    @property
    def scenario(self) -> Scenario:
        """The base, resolved."""
        return self.experiment.base

    @property
    def settings(self) -> dict[str, Any]:
        """What the command was told beside the scenarios: seed, fixed, number of worlds, and what its kind has."""
        settings: dict[str, Any] = self.manifest["settings"]
        return settings

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that outcomes are told of."""
        years = years_of(self.scenario)
        return years[0], years[-1]

    @property
    def worlds(self) -> int:
        """Worlds asked for, of a kind that counts them, less those of which the run failed."""
        asked = next((self.settings[name] for name in _WORLDS if name in self.settings), 0)
        failed = self.table("failed")
        return int(asked) - (0 if failed is None else len(failed))

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table that every folder of its kind has.

        Raises:
            ScenarioError: if this one lacks it.
        """
        table = self.table(name)
        if table is None:
            raise self._missing(name)
        return table

    def rows(self, name: str, column: str, words: Collection[str]) -> pd.DataFrame:
        """Return those rows of a table that hold one of some words in a column; of a long table the others would fill
        memory for nothing.

        Raises:
            ScenarioError: if this folder lacks the table.
        """
        if name not in self.tables:
            raise self._missing(name)
        key = name, column, frozenset(words)
        if key not in self._read:
            self._read[key] = _read(self.path / f"{name}.csv", lambda cells: cells[cells[column].isin(words)])
        return self._read[key]

    def _missing(self, name: str) -> ScenarioError:
        return ScenarioError(f"{self.path / name}.csv: is missing; run the same command again")

    def table(self, name: str) -> pd.DataFrame | None:
        """Return a table as it was written, of its columns those of figures as numbers; None where there is none."""
        if name not in self.tables:
            return None
        if name not in self._read:
            self._read[name] = _read(self.path / f"{name}.csv")
        return self._read[name]


def _read(path: Path, choose: FrameChange | None = None) -> pd.DataFrame:
    try:
        pieces = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False, chunksize=_ROWS)
    except EmptyDataError:  # a table without a column: there was nothing to tell
        return pd.DataFrame()
    with pieces:
        cells = pd.concat(pieces if choose is None else map(choose, pieces), ignore_index=True)
    return pd.DataFrame({name: _column(str(name), cells[name]) for name in cells.columns})


def _column(name: str, cells: pd.Series) -> pd.Series:
    """Return figures as numbers, an empty cell of them as undefined; of words what stood before they were made safe."""
    filled = cells != ""
    if name not in _NAMES and not (name in _NAMES_OR_NOTHING and not filled.any()):
        numbers = pd.to_numeric(cells.where(filled), errors="coerce")
        if numbers[filled].notna().all():
            return numbers
    return cells.map(as_it_was)
