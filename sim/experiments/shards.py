"""Shards of an experiment, made apart by `--shard`, joined into one journal."""

from __future__ import annotations

import re
from pathlib import Path

from sim.experiments.jobs import FAILED, SUCCEEDED, Done
from sim.experiments.journal import JOURNAL, read_journal
from sim.experiments.manifest import is_experiment, read_identity, refuse_other
from sim.experiments.store import Store
from sim.scenario.files import ScenarioError

_SHARD = re.compile(r"shard-[1-9]\d*-of-[1-9]\d*")


def shards_of(folder: Path) -> list[Path]:
    """Return the folders of the shards below an experiment's."""
    return sorted(path for path in folder.glob("shard-*-of-*") if _SHARD.fullmatch(path.name) and is_experiment(path))


def merge(folder: Path, *, lacking: bool = False) -> int:
    """Join the runs of all shards below a folder into its journal; return how many there are.

    Args:
        lacking: whether shards may be missing or lack runs, which are then made by who goes on with the folder.

    Raises:
        ScenarioError: if shards belong to different experiments, are cut otherwise, are missing or lack runs, or there
            are none.
    """
    shards = shards_of(folder)
    if not shards:
        raise ScenarioError(
            f"{folder}: holds no shards; run the parts with --shard 1/N ... N/N and the same --out first"
        )
    known = read_identity(shards[0])
    for shard in shards[1:]:
        refuse_other(shard, read_identity(shard), known)
    parts = _parts(folder, shards)
    if not lacking and (problems := _lacks(folder, shards, parts)):
        raise ScenarioError(*problems)
    with Store(folder, known) as store:
        for shard in shards:
            values, failed, *_ = read_journal(shard / JOURNAL)
            for number, value in values.items():
                if number not in store.values:
                    store.add(Done(number, SUCCEEDED, value))
            for number, error in failed.items():
                if number not in store.values:
                    store.add(Done(number, FAILED, error=error))
        return len(store.values)


def _parts(folder: Path, shards: list[Path]) -> int:
    """Return how many shards there are to be.

    Raises:
        ScenarioError: if they are parts of different wholes.
    """
    cut = sorted({_part(shard)[1] for shard in shards})
    if len(cut) > 1:
        raise ScenarioError(
            f"{folder}: holds shards of {cut[0]} and of {cut[1]}, which are not parts of one whole; keep those of one "
            "--shard I/N below it"
        )
    return cut[0]


def _lacks(folder: Path, shards: list[Path], parts: int) -> list[str]:
    """Return what is missing of the shards below a folder, and what to do about it, a line each."""
    from sim.experiments.kinds import rebuild

    there = {_part(shard)[0]: shard for shard in shards}
    wanted = rebuild(shards[0]).wanted({})
    problems = []
    for part in range(1, parts + 1):
        own = range(part - 1, wanted, parts)
        found = read_journal(there[part] / JOURNAL) if part in there else None
        ended = {*found.values, *found.failed} if found else set[int]()
        if found is None and own:
            problems.append(f"shard {part} of {parts} is missing ({len(own)} runs)")
        elif missing := len(set(own) - ended):
            problems.append(f"shard {part} of {parts} lacks {missing} of its {len(own)} runs")
    does = "run it with --shard I/N and the same --out first, or add --here to make these runs on this machine"
    return [f"{folder}: {problem}; {does}" for problem in problems]


def _part(shard: Path) -> tuple[int, int]:
    _, part, _, parts = shard.name.split("-")
    return int(part), int(parts)
