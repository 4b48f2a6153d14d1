"""A line per finished run with its checksum; a damaged line only means that its run is made again.

The first line says which experiment the runs belong to, so that they are not lost with `experiment.json`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from sim.experiments import disk
from sim.experiments.jobs import FAILED, SUCCEEDED, Done

JOURNAL = "journal.jsonl"
_RUN, _BELONGS = "run", "experiment"


class CannotWrite(RuntimeError):
    """The disk refuses."""


class Saved(Mapping[int, Any]):
    """Values of succeeded runs by number, read from the journal when they are asked for; sixteen bytes a run are kept,
    so that a million fill no memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begins, self._lengths, self._number = array("q"), array("q"), 0

    def put(self, run: int, place: int, length: int) -> None:
        """Note where the line of a run is."""
        if run >= len(self._lengths):
            for column in (self._begins, self._lengths):
                column.extend([0] * (max(run + 1, 2 * len(column)) - len(column)))
        self._number += self._lengths[run] == 0
        self._begins[run], self._lengths[run] = place, length

    def line(self, run: int) -> tuple[int, int]:
        """Return where the line of a run begins, and its length.

        Raises:
            KeyError: if it has not succeeded.
        """
        if run not in self:
            raise KeyError(run)
        return self._begins[run], self._lengths[run]

    def __getitem__(self, number: int) -> Any:
        place, length = self.line(number)
        with self._path.open("rb") as file:
            file.seek(place)
            record = _record(file.read(length))
        if record is None or record.get(_RUN) != number:
            raise CannotWrite(f"{self._path}: was changed by somebody else")
        return record["value"]

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and 0 <= number < len(self._lengths) and self._lengths[number] > 0

    def __iter__(self) -> Iterator[int]:
        return (run for run, length in enumerate(self._lengths) if length)

    def __len__(self) -> int:
        return self._number


class Read(NamedTuple):
    """What a journal holds.

    Attributes:
        values: value of each succeeded run. failed: error of each failed one, by number.
        damaged: lines that could not be read. torn: whether the last of them is one that a stop cut off.
        experiment: the hash of what the experiment is; empty where no sound line says it.
    """

    values: Saved
    failed: dict[int, str]
    damaged: int
    torn: bool
    experiment: str


def read_journal(path: Path) -> Read:
    """Return what a journal holds; of one that is not there, nothing."""
    values, failed, damaged, torn, experiment = Saved(path), dict[int, str](), 0, False, ""
    for place, line in _lines(path):
        record = _record(line)
        torn = not line.endswith(b"\n")
        if record is None:
            damaged += bool(line.strip())
        elif _BELONGS in record:
            experiment = experiment or record[_BELONGS]
        elif record["status"] == SUCCEEDED:
            values.put(record[_RUN], place, len(line))
            failed.pop(record[_RUN], None)
        elif record[_RUN] not in values:
            failed[record[_RUN]] = record["error"]
    return Read(values, dict(sorted(failed.items())), damaged, torn, experiment)


def hash_of_runs(path: Path, values: Saved | None = None) -> str:
    """Return the hash of what succeeded runs came to, which does not depend on the order in which they ended.

    Args:
        values: where their lines are, if that is known; else the journal is read for it.
    """
    digest, values = sha256(), read_journal(path).values if values is None else values
    with path.open("rb") as file:
        for run in values:
            place, length = values.line(run)
            file.seek(place)
            digest.update(file.read(length))
    return digest.hexdigest()


def belongs_to(path: Path) -> str:
    """Return the hash of the experiment whose runs a journal holds, from its first line; empty where that says none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        line = file.readline()
    return str((_record(line) or {}).get(_BELONGS, ""))


class Journal:
    """A journal that is open to be written.

    Attributes:
        read: its runs, once lines that could not be read were taken out.
        mended: how many these were, but for one that a stop cut off.
    """

    def __init__(self, path: Path, experiment: str) -> None:
        self._path, found = path, read_journal(path)
        self.mended = found.damaged - found.torn
        if self.mended or not found.experiment:
            disk.replace(path, [_line({_BELONGS: experiment}), *self._sound_runs()])
            found = read_journal(path)  # its lines have moved
        elif found.torn:
            disk.DISK.shorten(path, _sound_length(path))
        self.read = found
        self._file = disk.Appending(path)

    def add(self, done: Done) -> None:
        """Save one finished run.

        Raises:
            OSError: if the disk refuses; a part of a line does no harm.
        """
        line = line_of(done)
        place = self._file.add(line)
        if done.status == SUCCEEDED:
            self.read.values.put(done.number, place, len(line))
            self.read.failed.pop(done.number, None)
        else:
            self.read.failed[done.number] = done.error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _sound_runs(self) -> Iterator[bytes]:
        for _, line in _lines(self._path):
            record = _record(line)
            if record is not None and _RUN in record:
                yield line


def _sound_length(path: Path) -> int:
    """Return how long a journal is without the line that a stop cut off."""
    return max((place for place, line in _lines(path) if not line.endswith(b"\n")), default=path.stat().st_size)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield where each line begins, and the line."""
    place = 0
    if path.exists():
        with path.open("rb") as file:
            for line in file:
                yield place, line
                place += len(line)


def line_of(done: Done) -> bytes:
    """Return the line of a finished run."""
    return _line({_RUN: done.number, "status": done.status, "value": done.value, "error": done.error})


def _line(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode()
    return f"{crc32(text):08x} ".encode() + text + b"\n"


def _record(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line, or None if a byte of it is damaged."""
    try:
        if line[8:9] != b" " or not line.endswith(b"\n") or int(line[:8], 16) != crc32(line[9:-1]):
            return None
        record = json.loads(line[9:-1])
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict):
        return None
    run = isinstance(record.get(_RUN), int) and record[_RUN] >= 0 and record.get("status") in (SUCCEEDED, FAILED)
    return record if run or isinstance(record.get(_BELONGS), str) else None
