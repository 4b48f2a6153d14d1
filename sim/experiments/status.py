"""What a folder holds, how far it is, and whether its files are as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from sim.experiments.folder import HASHES, hash_of_final, owner_of, read_hashes
from sim.experiments.jobs import FAILED, SUCCEEDED, Done, attempt
from sim.experiments.journal import JOURNAL, line_of, read_journal
from sim.experiments.manifest import CHANGED, is_experiment, read_identity, refuse_other
from sim.experiments.shards import shards_of
from sim.scenario.files import ScenarioError


def verify(folder: Path) -> list[str]:
    """Return what is wrong with a finished experiment's files: nothing when every hash is right.

    Raises:
        ScenarioError: if the folder holds no finished experiment.
    """
    if (folder / HASHES).exists() and not read_hashes(folder):
        return [f"{HASHES}: is damaged, so no file can be checked; the command that began the experiment mends it"]
    if unfinished(folder):
        raise ScenarioError(f"{folder}: holds no finished experiment; 'clustersim status' tells how far it is")
    problems = []
    for name, expected in read_hashes(folder).items():
        path = folder / name
        if not path.is_file():
            problems.append(f"{name}: is missing")
        elif hash_of_final(path) != expected:
            problems.append(f"{name}: was changed or damaged")
    damaged = read_journal(folder / JOURNAL).damaged
    return problems + ([f"{JOURNAL}: {damaged} damaged lines (their runs are made again on resume)"] if damaged else [])


def made_again(folder: Path, number: int, chance: Random) -> Iterator[tuple[int, str]]:
    """Make some runs of an experiment again, here, drawn by chance; yield each one's number and what is wrong with it,
    nothing where its value is the same to the last bit.

    Args:
        number: how many; all where there are fewer.

    Raises:
        ScenarioError: if the folder holds no experiment, or one that was made with other code, data or versions.
    """
    from sim.experiments.kinds import rebuild

    experiment = rebuild(folder)
    refuse_other(folder, read_identity(folder), experiment.identity())
    values, task = read_journal(folder / JOURNAL).values, experiment.task()
    for run in sorted(chance.sample(list(values), min(number, len(values)))):
        value = attempt(task, (run, experiment.payloads([run], values)[0]))
        wrong = (
            ""
            if line_of(value) == line_of(Done(run, SUCCEEDED, values[run]))
            else "comes out otherwise than it was saved"
        )
        yield run, wrong if value.status == SUCCEEDED else f"fails now ({value.error})"


def describe_status(folder: Path) -> list[str]:
    """Return lines that say what the folder holds and how many runs are there.

    Raises:
        ScenarioError: if it holds no experiment.
    """
    if not is_experiment(folder) and (shards := shards_of(folder)):
        return _of_shards(folder, shards)
    known = read_identity(folder)
    values, failed, damaged, *_ = read_journal(folder / JOURNAL)
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
    if owner := owner_of(folder):
        return f"being written by {owner}"
    return "finished" if finished else "ABORTED, the rest is PENDING: run the same command again"


def _of_shards(folder: Path, shards: list[Path]) -> list[str]:
    """Return how many runs each shard holds, and what to do with them."""
    lines = []
    for shard in shards:
        values, failed, damaged, *_ = read_journal(shard / JOURNAL)
        lines.append(f"{shard}: {len(values)} {SUCCEEDED}, {len(failed)} {FAILED}, {damaged} damaged lines")
    number = shards[0].name.rpartition("-")[2]
    return [*lines, f"{folder}: {len(shards)} of {number} shards; when all have ended: clustersim merge {folder}"]
