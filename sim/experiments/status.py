"""What a folder holds, how far it is, and whether its files are as they were written."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from sim.experiments.folder import LOCK, lock, read_hashes
from sim.experiments.jobs import FAILED, SUCCEEDED
from sim.experiments.journal import JOURNAL, read_journal
from sim.experiments.manifest import CHANGED, is_experiment, read_identity
from sim.experiments.shards import shards_of
from sim.scenario.files import ScenarioError


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a finished experiment's files: nothing when every hash is right.

    Raises:
        ScenarioError: if the folder holds no finished experiment.
    """
    if unfinished(folder):
        raise ScenarioError(f"{folder}: holds no finished experiment; 'clustersim status' tells how far it is")
    problems = []
    for name, expected in read_hashes(folder).items():
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
    if not is_experiment(folder) and (shards := shards_of(folder)):
        return _of_shards(folder, shards)
    known = read_identity(folder)
    values, failed, damaged = read_journal(folder / JOURNAL)
    finished = not unfinished(folder)
    lines = [f"{folder}: {known['kind']} of {', '.join(known['scenarios'])}, seed {known['settings']['seed']}"]
    lines += ["  assumed numbers held (--fixed) 假定参数取定值"] * bool(known["settings"].get("fixed"))
    lines += [f"  {path} = {value}" for path, value in known.get(CHANGED, {}).items()]
    lines.append(
        f"  {len(values)} {SUCCEEDED}, {len(failed)} {FAILED}, {damaged} damaged lines; {_state(folder, finished)}"
    )
    lines += [f"  run {number}: {error}" for number, error in list(failed.items())[:10]]
    return lines


def unfinished(folder: Path) -> bool:
    """Tell whether some final file of an experiment was not written to its end."""
    hashes = read_hashes(folder)
    return not hashes or not all(hashes.values())


def _state(folder: Path, finished: bool) -> str:
    with (folder / LOCK).open("a+", encoding="utf-8") as file:
        try:
            lock(file)
        except OSError:
            file.seek(0)
            return f"being written by {file.read().strip()}"
    return "finished" if finished else "ABORTED, the rest is PENDING: run the same command again"


def _of_shards(folder: Path, shards: list[Path]) -> list[str]:
    """Return how many runs each shard holds, and what to do with them."""
    lines = []
    for shard in shards:
        values, failed, damaged = read_journal(shard / JOURNAL)
        lines.append(f"{shard}: {len(values)} {SUCCEEDED}, {len(failed)} {FAILED}, {damaged} damaged lines")
    number = shards[0].name.rpartition("-")[2]
    return [*lines, f"{folder}: {len(shards)} of {number} shards; when all have ended: clustersim merge {folder}"]
