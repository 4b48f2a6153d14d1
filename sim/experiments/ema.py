"""Export of a sweep for the EMA Workbench, whose PRIM and CART then find the boxes in which a policy fails."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd

from sim.experiments.disk import scratch
from sim.experiments.pieces import Table, frames_of
from sim.tables.catalogue import outcomes

_BLOCK = 1 << 20  # bytes that are read at once


def ema_archive(runs: Table, levers: Sequence[str], model: str, year: int, folder: Path) -> Iterator[bytes]:
    """Yield a gzipped tar with experiments, one file per outcome, and metadata; the same sweep gives the same bytes.

    Args:
        runs: the table `sweep` of a sweep. year: the one of which the outcomes are. folder: has room for the archive.
    """
    with scratch(folder) as experiments, scratch(folder) as columns, scratch(folder) as archive:
        written = _Experiments(experiments, levers, model)
        measured = _Outcomes(columns)
        for frame in frames_of(runs):
            last = frame[frame["year"] == year]
            written.add(last)
            measured.add(last)
        _write(archive, written, measured)
        archive.seek(0)
        yield from iter(lambda: archive.read(_BLOCK), b"")


class _Experiments:
    """What each run was: its text is written as the runs come."""

    def __init__(self, file: IO[bytes], levers: Sequence[str], model: str) -> None:
        self.file, self.kinds = file, dict[str, str]()
        self._levers, self._model = list(levers), model

    def add(self, last: pd.DataFrame) -> None:
        rows = last[self._levers].assign(
            scenario=last["replication"].astype(str), policy=last["point"].astype(str), model=self._model
        )
        self.file.write(rows.to_csv(index=False, header=not self.kinds).encode())
        numeric = pd.api.types.is_numeric_dtype
        self.kinds = {name: "float64" if numeric(column) else "object" for name, column in rows.items()}


class _Outcomes:
    """What each run came to: kept frame by frame, read outcome by outcome."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._rows = file, list[int]()
        self._names: list[str] = []
        self._whole = np.empty(0, bool)

    def add(self, last: pd.DataFrame) -> None:
        if not self._rows:
            self._names = [name for name in outcomes() if name in last.columns]
            self._whole = np.ones(len(self._names), bool)
        values = last[self._names].to_numpy(float).T
        self._whole &= ~np.isnan(values).any(axis=1)
        self._file.write(np.ascontiguousarray(values).tobytes())
        self._rows.append(len(last))

    def names(self) -> list[str]:
        """Return the outcomes that every run has."""
        return [name for name, whole in zip(self._names, self._whole, strict=True) if whole]

    def text(self, name: str) -> bytes:
        """Return an outcome of all runs, a line each."""
        return pd.Series(np.concatenate(list(self._column(name)))).to_csv(index=False, header=False).encode()

    def _column(self, name: str) -> Iterator[np.ndarray]:
        place, begin, width = self._names.index(name), 0, np.dtype(float).itemsize
        for rows in self._rows:
            self._file.seek(begin + place * rows * width)
            yield np.frombuffer(self._file.read(rows * width))
            begin += len(self._names) * rows * width


def _write(archive: IO[bytes], experiments: _Experiments, measured: _Outcomes) -> None:
    names = measured.names()
    metadata: dict[str, Any] = {
        "version": 0.1,
        "outcomes": [["ScalarOutcome", name, f"{name}.cls"] for name in names],
        "experiments": experiments.kinds,
    }
    with (
        gzip.GzipFile("", fileobj=archive, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w") as files,
    ):
        _add(files, "metadata.json", io.BytesIO(json.dumps(metadata).encode()))
        _add(files, "experiments.csv", experiments.file)
        for name in names:
            _add(files, f"{name}.cls", io.BytesIO(measured.text(name)))


def _add(files: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    content.seek(0)
    files.addfile(entry, content)
