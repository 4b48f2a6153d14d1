"""The files that an experiment ends with, one after the other: tables, what else it writes, failed runs, pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.experiments.files import csv_pieces, parquet_pieces
from sim.experiments.pieces import MadeTables

if TYPE_CHECKING:
    from sim.experiments.experiment import Experiment

Drawing = Callable[[Any, Mapping[str, pd.DataFrame]], dict[str, bytes]]


def final_files(
    experiment: Experiment, tables: MadeTables, failed: Mapping[int, str], folder: Path, draw: Drawing | None
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Yield each final file's name and its pieces, so that only one piece is in memory.

    Args:
        folder: where they are written. draw: pictures, as PNG bytes, of what the experiment shows.
    """
    for name in tables:
        table = tables.as_made(name)
        if name not in experiment.only_parquet:
            yield f"{name}.csv", csv_pieces(experiment.sheet(name, table))
        if name in experiment.also_parquet + experiment.only_parquet:
            yield f"{name}.parquet", parquet_pieces(experiment.stored(name, table))
    if tables:
        yield from experiment.extras(tables, folder).items()
    if failed:
        rows = [(n, "FAILED", error, experiment.seed, f"clustersim redo DIR {n}") for n, error in failed.items()]
        yield "failed.csv", csv_pieces(pd.DataFrame(rows, columns=["run", "status", "error", "seed", "command"]))
    if draw is not None and tables:  # last, so that a picture that fails costs no table
        for name, content in draw(experiment, experiment.shown(tables)).items():
            yield name, [content]
