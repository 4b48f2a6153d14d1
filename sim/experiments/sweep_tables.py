"""The tables of a sweep, made in pieces from runs that are read as they are needed: a million fill no memory.

Runs are numbered point by point, so the runs of a point follow one another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.files import without_dust
from sim.experiments.pieces import Pieces
from sim.inference.distributions import spread
from sim.tables.catalogue import outcomes

_CELLS = 2**17  # of a frame: 1 MB of figures, and some ten of text
_PARTS = ("median", "p5", "p95", "mean")


def sweep_tables(
    points: Sequence[Mapping[str, Any]], replications: int, values: Mapping[int, Any], years: Sequence[int]
) -> dict[str, Pieces]:
    """Return every run by year, and each point's outcomes of the last year with intervals.

    Args:
        points: values by path. replications: runs of a point. values: outcomes by year of each run that is there.
    """
    runs = np.array(sorted(values))
    made = _Runs(points, replications, values, years, runs, list(values[int(runs[0])]))
    return {"sweep": Pieces(made.frames, made.example()), "points": Pieces(made.frames_of_points)}


@dataclass(frozen=True)
class _Runs:
    points: Sequence[Mapping[str, Any]]
    replications: int
    values: Mapping[int, Any]
    years: Sequence[int]
    runs: np.ndarray
    names: Sequence[str]

    def frames(self) -> Iterator[pd.DataFrame]:
        """Yield the rows of some runs, of each run one for each year."""
        most = max(_CELLS // (len(self.years) * (len(self.names) + len(self.points[0]))), 1)
        for first in range(0, self.runs.size, most):
            runs = self.runs[first : first + most]
            yield self._frame(runs, np.array([self._found(number) for number in runs.tolist()]))

    def example(self) -> pd.DataFrame:
        """Return rows that show what each lever's values are: of a point for each lever, in which it has one."""
        shown = {levels.first_valid_index() or 0 for _, levels in self._levels.items()}
        runs = np.array(sorted({0, *shown})) * self.replications
        return self._frame(runs, np.full((runs.size, len(self.names), len(self.years)), np.nan))

    def frames_of_points(self) -> Iterator[pd.DataFrame]:
        """Yield the rows of some points, of each point one for each outcome."""
        of_point = self.runs // self.replications
        every = np.split(self.runs, np.flatnonzero(np.diff(of_point)) + 1)
        most = max(_CELLS // (len(self.names) * (len(self.points[0]) + len(_PARTS))), 1)
        for first in range(0, len(every), most):
            yield self._frame_of_points(every[first : first + most])

    def _found(self, number: int) -> np.ndarray:
        """Return what a run came to, (outcomes, years)."""
        run = self.values[number]
        return np.array([run[name] for name in self.names], float)

    @cached_property
    def _levels(self) -> pd.DataFrame:
        """Values of levers by point, of types that hold for all points."""
        return without_dust(pd.DataFrame({path: np.array([p.get(path) for p in self.points]) for path in self._paths}))

    @cached_property
    def _written(self) -> pd.DataFrame:
        """Values of levers as they were written, each as it is; other types than those of `_levels` where a lever
        takes words and numbers.
        """
        return without_dust(pd.DataFrame([tuple(p.values()) for p in self.points], columns=self._paths))

    @property
    def _paths(self) -> list[str]:
        return list(self.points[0])

    def _frame(self, runs: np.ndarray, found: np.ndarray) -> pd.DataFrame:
        """Return the rows of runs; found is (runs, outcomes, years)."""
        years = len(self.years)
        point, replication = (np.repeat(numbers, years) for numbers in np.divmod(runs, self.replications))
        first = {"run": np.repeat(runs, years), "point": point, "replication": replication}
        first["year"] = np.tile(self.years, runs.size)
        levels = self._levels.iloc[point].reset_index(drop=True)
        figures = found.transpose(0, 2, 1).reshape(-1, len(self.names))
        return pd.concat([pd.DataFrame(first), levels, pd.DataFrame(figures, columns=list(self.names))], axis=1)

    def _frame_of_points(self, every: Sequence[np.ndarray]) -> pd.DataFrame:
        """Return the rows of points, whose runs are given one by one."""
        last = [np.array([self._found(number)[:, -1] for number in runs.tolist()]) for runs in every]
        parts = [spread(found) for found in last]
        known = [outcomes()[name] for name in self.names]
        point = np.repeat([int(runs[0]) // self.replications for runs in every], len(known))
        times = len(every)
        words = {"outcome": self.names, "unit": [o.unit for o in known]}
        columns = {
            **{name: list(cells) * times for name, cells in words.items()},
            "year": self.years[-1],
            **{name: np.concatenate([part[name] for part in parts]) for name in _PARTS},
            "runs": np.repeat([runs.size for runs in every], len(known)),
            "name_zh": [o.chinese for o in known] * times,
        }
        levels = self._written.iloc[point].reset_index(drop=True)
        return pd.concat([pd.DataFrame({"point": point}), levels, pd.DataFrame(columns)], axis=1)
