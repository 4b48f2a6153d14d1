"""A line per finished run with its checksum; a damaged line only means that its run is done again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from zlib import crc32

from sim.experiments.jobs import FAILED, SUCCEEDED

JOURNAL = "journal.jsonl"


class CannotWrite(RuntimeError):
    """The disk refuses."""


class Saved(Mapping[int, Any]):
    """Values of succeeded runs by number, read from the journal when they are asked for;
    ten thousand of them fill no memory.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.lines: dict[int, tuple[int, int]] = {}

    def __getitem__(self, number: int) -> Any:
        place, length = self.lines[number]
        with self._path.open("rb") as file:
            file.seek(place)
            record = _read(file.read(length))
        if record is None:
            raise CannotWrite(f"{self._path}: was changed by somebody else")
        return record["value"]

    def __contains__(self, number: object) -> bool:
        return number in self.lines

    def __iter__(self) -> Iterator[int]:
        return iter(sorted(self.lines))

    def __len__(self) -> int:
        return len(self.lines)


def read_journal(path: Path) -> tuple[Saved, dict[int, str], int]:
    """Return values by run, errors of failed runs, and the number of damaged lines."""
    values = Saved(path)
    failed: dict[int, str] = {}
    damaged, place = 0, 0
    for line in _lines(path):
        record = _read(line)
        if record is None:
            damaged += bool(line.strip())
        elif record["status"] == SUCCEEDED:
            values.lines[record["run"]] = (place, len(line))
            failed.pop(record["run"], None)
        elif record["run"] not in values:
            failed[record["run"]] = record["error"]
        place += len(line)
    return values, dict(sorted(failed.items())), damaged


def is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return size > 0 and file.read(1) != b"\n"


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from file


def line_of(record: dict[str, Any]) -> bytes:
    text = json.dumps(record, separators=(",", ":")).encode()
    return f"{crc32(text):08x} ".encode() + text + b"\n"


def _read(line: bytes) -> dict[str, Any] | None:
    """Return the record of a line, or None if a byte of it is damaged."""
    try:
        if line[8:9] != b" " or not line.endswith(b"\n") or int(line[:8], 16) != crc32(line[9:-1]):
            return None
        record = json.loads(line[9:-1])
    except (ValueError, RecursionError):
        return None
    sound = (
        isinstance(record, dict) and isinstance(record.get("run"), int) and record.get("status") in (SUCCEEDED, FAILED)
    )
    return record if sound else None
