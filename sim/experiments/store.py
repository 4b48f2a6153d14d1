"""The folder of a long experiment: every finished run is saved at once, any stop can be resumed, nothing is mixed up.

One process writes. `journal.jsonl` holds a line per finished run with its checksum; a damaged line only means that its
run is done again. `experiment.json` says what the experiment is; another scenario, code, data or version is refused.
Final tables are made from the journal in order of run numbers, so they do not depend on what happened on the way.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import IO, Any
from zlib import crc32

from sim.experiments.engine import FAILED, SUCCEEDED, Done
from sim.identity import code_hash, data_hash
from sim.scenario_file import ScenarioError

EXPERIMENT, JOURNAL, LOCK, HASHES = "experiment.json", "journal.jsonl", ".lock", "hashes.json"
_PACKAGES = ("mesa", "numpy", "scipy", "numba")


class FolderInUse(RuntimeError):
    """Another process writes the folder."""


class CannotWrite(RuntimeError):
    """The disk refuses."""


def identity(kind: str, scenarios: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return what must be the same for runs to belong together."""
    return json.loads(json.dumps({
        "kind": kind, "scenarios": scenarios, "settings": settings, "clustersim": version("clustersim"),
        "code": code_hash(), "data": data_hash(), "python": ".".join(platform.python_version_tuple()[:2]),
        "packages": {name: version(name) for name in _PACKAGES},
    }))


class Store:
    """The open folder of an experiment; use it as a context.

    Attributes:
        values: value of every succeeded run by number. failed: error of every failed run by number.
        damaged: lines of the journal that could not be read.
    """

    def __init__(self, folder: Path, identity: dict[str, Any], *, fresh: bool = False) -> None:
        self.folder, self.identity, self._fresh = folder, identity, fresh
        self.values = Saved(folder / JOURNAL)
        self.failed: dict[int, str] = {}
        self.damaged = 0
        self._lock: IO[str] | None = None
        self._journal: IO[bytes] | None = None

    def __enter__(self) -> Store:
        """Take the folder.

        Raises:
            FolderInUse: if another process has it.
            ScenarioError: if it holds something else.
            CannotWrite: if it cannot be written.
        """
        _refuse_strangers(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(self.folder)
            if self._fresh:
                _empty(self.folder)
            self._begin()
        except OSError as error:
            self.__exit__(None, None, None)
            raise CannotWrite(f"{self.folder}: cannot be written ({error.strerror}); choose another --out") from None
        except ScenarioError:
            self.__exit__(None, None, None)
            raise
        return self

    def _begin(self) -> None:
        known = self.folder / EXPERIMENT
        if known.exists():
            refuse_other(self.folder, json.loads(known.read_text(encoding="utf-8")), self.identity)
        else:
            replace(known, [_json_bytes(self.identity)])
        journal = self.folder / JOURNAL
        self.values, self.failed, self.damaged = read_journal(journal)
        self._journal = journal.open("ab")
        if _is_torn(journal):
            self._journal.write(b"\n")  # a line torn by a kill must not swallow the next one

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for file in (self._journal, self._lock):
            if file is not None:
                file.close()

    def add(self, done: Done) -> None:
        """Save one finished run.

        Raises:
            CannotWrite: if the disk is full; what was saved before stays valid.
        """
        assert self._journal is not None
        line = _line({"run": done.number, "status": done.status, "value": done.value, "error": done.error})
        try:
            self._journal.write(line)
            self._journal.flush()
        except OSError as error:
            raise CannotWrite(f"{self.folder}: cannot be written ({error.strerror}); free space and run the same command again") from None
        if done.status == SUCCEEDED:
            self.values.lines[done.number] = (self._journal.tell() - len(line), len(line))
            self.failed.pop(done.number, None)
        else:
            self.failed[done.number] = done.error

    def finish(self, files: Iterable[tuple[str, Iterable[bytes]]]) -> None:
        """Write final files whole, each from its pieces, and their hashes.

        Raises:
            CannotWrite: if the disk refuses.
        """
        try:
            hashes = {name: replace(self.folder / name, pieces) for name, pieces in files}
            replace(self.folder / HASHES, [_json_bytes(dict(sorted(hashes.items())))])
        except OSError as error:
            raise CannotWrite(f"{self.folder}: cannot be written ({error.strerror}); free space and run the same command again") from None


class Saved(Mapping[int, Any]):
    """Values of succeeded runs by number, read from the journal when they are asked for; ten thousand of them fill no memory."""

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


def _is_torn(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        return size > 0 and file.read(1) != b"\n"


def _lines(path: Path) -> Iterator[bytes]:
    if path.exists():
        with path.open("rb") as file:
            yield from file


def _line(record: dict[str, Any]) -> bytes:
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
    sound = isinstance(record, dict) and isinstance(record.get("run"), int) and record.get("status") in (SUCCEEDED, FAILED)
    return record if sound else None


def replace(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file so that it is there whole or not at all; return the hash of its content."""
    digest = sha256()
    beside = path.with_name(f".{path.name}.tmp-{os.getpid()}")
    try:
        with beside.open("wb") as file:
            for piece in pieces:
                file.write(piece)
                digest.update(piece)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        return digest.hexdigest()
    finally:
        beside.unlink(missing_ok=True)


def _json_bytes(data: Any) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode()


def _refuse_strangers(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ScenarioError(f"{folder}: is not a folder; choose another --out")
    if not folder.is_dir() or (folder / EXPERIMENT).exists():
        return
    own = (LOCK, f".{EXPERIMENT}.tmp", "shard-")
    strangers = [p.name for p in folder.iterdir() if not p.name.startswith(own)]
    if strangers:
        raise ScenarioError(f"{folder}: holds something else ({sorted(strangers)[0]}); choose an empty or new folder for --out")


def _locked(folder: Path) -> IO[str]:
    """Return the lock file, held until it is closed or the process ends.

    Raises:
        FolderInUse: if another process holds it.
    """
    file = (folder / LOCK).open("a+", encoding="utf-8")
    try:
        _lock(file)
    except OSError:
        file.seek(0)
        owner = file.read().strip() or "another process"
        file.close()
        raise FolderInUse(f"{folder}: is being written by {owner}; wait for it, or choose another --out") from None
    file.truncate(0)
    file.write(f"process {os.getpid()} on {socket.gethostname()}")
    file.flush()
    return file


def _lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != LOCK:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def refuse_other(folder: Path, known: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Refuse to go on with another experiment in the same folder, and say what differs.

    Raises:
        ScenarioError: if anything differs; one line for each difference, at most ten.
    """
    before, now = dict(_flat(known)), dict(_flat(wanted))
    changed = [f"{path}: {before.get(path, 'nothing')} -> {now.get(path, 'nothing')}" for path in sorted(before.keys() | now.keys())
               if before.get(path) != now.get(path)]
    if changed:
        head = f"{folder}: was begun as another experiment; write --fresh to begin again (its runs are deleted), or another --out"
        raise ScenarioError(head, *(f"  {line[:200]}" for line in changed[:10]))


def _flat(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _flat(value, f"{path}.{place}")
    else:
        yield path, data


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a finished experiment's files: nothing when every hash is right.

    Raises:
        ScenarioError: if the folder holds no finished experiment.
    """
    try:
        hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ScenarioError(f"{folder}: holds no finished experiment ({HASHES} is missing); 'clustersim status' tells how far it is") from None
    problems = []
    for name, expected in hashes.items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{name}: is missing")
        elif sha256(path.read_bytes()).hexdigest() != expected:
            problems.append(f"{name}: was changed or damaged")
    damaged = read_journal(folder / JOURNAL)[2]
    return problems + ([f"{JOURNAL}: {damaged} damaged lines (their runs are done again on resume)"] if damaged else [])


def describe_status(folder: Path) -> list[str]:
    """Return lines that say what the folder holds and how many runs are there.

    Raises:
        ScenarioError: if it holds no experiment.
    """
    known = read_identity(folder)
    values, failed, damaged = read_journal(folder / JOURNAL)
    finished = (folder / HASHES).exists()
    lines = [f"{folder}: {known['kind']} of {', '.join(known['scenarios'])}, seed {known['settings']['seed']}"]
    lines.append(f"  {len(values)} {SUCCEEDED}, {len(failed)} {FAILED}, {damaged} damaged lines; {_state(folder, finished)}")
    lines += [f"  run {number}: {error}" for number, error in list(failed.items())[:10]]
    return lines


def _state(folder: Path, finished: bool) -> str:
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            return f"being written by {file.read().strip()}"
    return "finished" if finished else "ABORTED, the rest is PENDING: run the same command again"


def read_identity(folder: Path) -> dict[str, Any]:
    """Return what the experiment in a folder is.

    Raises:
        ScenarioError: if it holds none.
    """
    try:
        known: dict[str, Any] = json.loads((folder / EXPERIMENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ScenarioError(f"{folder}: holds no experiment ({EXPERIMENT} is missing)") from None
    return known
