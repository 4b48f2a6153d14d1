"""Which folder an experiment may write, and which files in it are its own: no other file is written over or deleted.

`hashes.json` names every final file from before it is written, with its hash once it is; an empty hash means that the
experiment was stopped while it wrote. It holds the hashes of the journal and the manifest too, which it outlives.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import IO

from sim.experiments import disk
from sim.experiments.disk import hash_of, replace
from sim.experiments.journal import JOURNAL, Saved, hash_of_runs
from sim.experiments.manifest import EXPERIMENT, is_ours, json_bytes
from sim.scenario.files import ScenarioError

LOCK, HASHES = ".lock", "hashes.json"
_MADE_ANEW = (JOURNAL, EXPERIMENT)  # not written over but gone on with, mended where they are damaged
LONGEST_NAME = 80  # characters; each takes up to three bytes of the 255 that a file system holds
_OWNER, _SHARDS = "process ", "shard-*-of-*"


class FolderInUse(RuntimeError):
    """Another process writes the folder."""


def folder_name(parts: Sequence[str], seed: int) -> str:
    """Return a name for a folder that holds on every system; of one that is too long a mark keeps it apart."""
    whole, end = "-".join(parts), f"-seed{seed}"
    mark = sha256(whole.encode()).hexdigest()[:8]
    if len(whole + end) > LONGEST_NAME:
        whole = f"{whole[: LONGEST_NAME - len(end) - len(mark) - 1]}-{mark}"
    return re.sub(r"[^\w.=,+-]+", "_", whole) + end


def shard_folder(folder: Path, shard: tuple[int, int] | None) -> Path:
    """Return the folder below an experiment's in which one part of its runs is kept; of all runs, its own."""
    return folder if shard is None else folder / f"shard-{shard[0]}-of-{shard[1]}"


def refuse_strangers(folder: Path) -> None:
    """Refuse a folder that is not new, empty, or an experiment's.

    Raises:
        ScenarioError: if it holds anything that clustersim did not write.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ScenarioError(f"{folder}: is not a folder; choose another --out")
    if not folder.is_dir() or is_ours(folder):
        return
    strangers = sorted(path.name for path in folder.iterdir() if not _begun(path))
    if strangers:
        raise ScenarioError(f"{folder}: holds something else ({strangers[0]}); choose an empty or new folder for --out")


def _begun(path: Path) -> bool:
    """Tell whether a file is what an experiment leaves before its manifest is there:
    a lock, half a manifest, shards.
    """
    if path.name == LOCK:
        text = path.read_text(encoding="utf-8", errors="replace")
        return not text or text.startswith(_OWNER)
    return disk.is_half(path) or (path.match(_SHARDS) and (is_ours(path) or _is_begun_shard(path)))


def _is_begun_shard(path: Path) -> bool:
    return path.is_dir() and all(_begun(inside) for inside in path.iterdir())


def locked(folder: Path) -> IO[str]:
    """Return the lock file, held until it is closed or the process ends.

    Raises:
        FolderInUse: if another process holds it.
    """
    file = (folder / LOCK).open("a+", encoding="utf-8")
    try:
        lock(file)
    except OSError:
        file.seek(0)
        owner = file.read().strip() or "another process"
        file.close()
        raise FolderInUse(f"{folder}: is being written by {owner}; wait for it, or choose another --out") from None
    file.truncate(0)
    file.write(f"{_OWNER}{os.getpid()} on {socket.gethostname()}")
    file.flush()
    return file


def owner_of(folder: Path) -> str:
    """Return who writes the folder, nothing where nobody does; the folder may be one that cannot be written."""
    try:
        with (folder / LOCK).open(encoding="utf-8") as file:
            try:
                lock(file)
            except OSError:
                return file.read().strip() or "another process"
    except OSError:  # no lock, or none that may be read
        return ""
    return ""


def lock(file: IO[str]) -> None:
    if os.name == "nt":
        import msvcrt

        getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, "LK_NBLCK"), 1)  # noqa: B009
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_hashes(folder: Path) -> dict[str, str]:
    """Return the hash of every final file by name, empty for one that was not written to its end; nothing when there
    are none, or their list is damaged.
    """
    try:
        hashes = json.loads((folder / HASHES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    sound = isinstance(hashes, dict) and hashes.pop(HASHES, None) == _own_hash(hashes)
    return hashes if sound else {}


def _own_hash(hashes: dict[str, str]) -> str:
    """Return the hash of the list itself, which it holds too: a damaged one accuses no file."""
    return sha256(json_bytes(hashes)).hexdigest()


def refuse_changed(folder: Path) -> None:
    """Refuse to write over, or delete, a final file that somebody changed since it was written.

    Raises:
        ScenarioError: if there is one.
    """
    for name, expected in read_hashes(folder).items():
        path = folder / name
        if name not in _MADE_ANEW and expected and path.is_file() and hash_of(path) != expected:
            raise ScenarioError(
                f"{path}: was changed since it was written, and would be written over; move it away and run the same "
                "command again, or choose another --out"
            )


def write_files(folder: Path, files: Iterable[tuple[str, Iterable[bytes]]], runs: Saved | None = None) -> None:
    """Write final files whole, each from its pieces, and their hashes; those of an earlier time that are not among
    them go.

    Args:
        runs: where the journal holds what they were made from, if that is known.

    Raises:
        ScenarioError: if somebody else put a file of that name there, or changed one; it stays as it is.
    """
    refuse_changed(folder)  # once more, for runs may take days
    before = read_hashes(folder)
    hashes = _written(folder, files, before)
    for name in before.keys() - hashes.keys() - {*_MADE_ANEW}:
        disk.DISK.remove(folder / name)
    write_hashes(folder, hashes | _of_runs(folder, runs))


def write_more(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write further final files beside those that are there, which stay.

    Raises:
        ScenarioError: as of `write_files`.
    """
    refuse_changed(folder)
    before = read_hashes(folder)
    hashes = _written(folder, ((name, [content]) for name, content in files.items()), before)
    write_hashes(folder, (before or _of_runs(folder)) | hashes)


def reopen(folder: Path) -> None:
    """Note that a finished experiment goes on: its files are whole again when they are written again."""
    if hashes := read_hashes(folder):
        write_hashes(folder, hashes | {JOURNAL: ""})


def _of_runs(folder: Path, runs: Saved | None = None) -> dict[str, str]:
    return {name: hash_of_final(folder / name, runs) for name in _MADE_ANEW if (folder / name).is_file()}


def hash_of_final(path: Path, runs: Saved | None = None) -> str:
    """Return the hash of a file as the list of hashes holds it: of a journal that of its runs, whatever their order."""
    return hash_of_runs(path, runs) if path.name == JOURNAL else hash_of(path)


def _written(folder: Path, files: Iterable[tuple[str, Iterable[bytes]]], before: dict[str, str]) -> dict[str, str]:
    """Write files over those of before, never over another's; return their hashes."""
    hashes = dict[str, str]()
    for name, pieces in files:
        path = folder / name
        if name not in before and os.path.lexists(path):
            hashes[name] = _the_same(path, pieces)
            continue
        write_hashes(folder, before | hashes | {name: ""})
        hashes[name] = replace(path, pieces)
    return hashes


def _the_same(path: Path, pieces: Iterable[bytes]) -> str:
    """Return the hash of a file that is not known to be ours but holds what we would write.

    Raises:
        ScenarioError: if it holds something else.
    """
    digest = sha256()
    for piece in pieces:
        digest.update(piece)
    if not path.is_file() or path.is_symlink() or hash_of(path) != digest.hexdigest():
        raise ScenarioError(f"{path}: was not written by this experiment; move it away and run the same command again")
    return digest.hexdigest()


def write_hashes(folder: Path, hashes: Mapping[str, str]) -> None:
    """Write the list of final files with their hashes, and its own."""
    ordered = dict(sorted(hashes.items()))
    replace(folder / HASHES, [json_bytes(ordered | {HASHES: _own_hash(ordered)})])


def empty(folder: Path) -> None:
    """Delete what experiments wrote in a folder, shards included, and nothing else; the lock stays, for it is held."""
    for shard in folder.glob(_SHARDS):
        if is_ours(shard):
            empty(shard)
            (shard / LOCK).unlink(missing_ok=True)
            if not any(shard.iterdir()):
                shard.rmdir()
    sweep_up(folder)
    if is_ours(folder):
        final = [name for name in read_hashes(folder) if name not in _MADE_ANEW]
        for name in (*final, HASHES, JOURNAL, EXPERIMENT):  # the manifest last: it says that the others are ours
            disk.DISK.remove(folder / name)


def sweep_up(folder: Path) -> None:
    """Delete the halves of files that a kill left."""
    for path in folder.iterdir():
        if disk.is_half(path):
            disk.DISK.remove(path)
