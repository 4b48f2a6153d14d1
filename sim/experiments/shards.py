"""Shards of an experiment, made apart by `--shard`, joined into one journal."""

from __future__ import annotations

from pathlib import Path

from sim.experiments.jobs import FAILED, SUCCEEDED, Done
from sim.experiments.journal import JOURNAL, read_journal
from sim.experiments.manifest import is_experiment, read_identity, refuse_other
from sim.experiments.store import Store
from sim.scenario.files import ScenarioError


def shards_of(folder: Path) -> list[Path]:
    """Return the folders of the shards below an experiment's."""
    return sorted(path for path in folder.glob("shard-*-of-*") if is_experiment(path))


def merge(folder: Path) -> int:
    """Join the runs of all shards below a folder into its journal; return how many there are.

    Raises:
        ScenarioError: if shards belong to different experiments or there are none.
    """
    shards = shards_of(folder)
    if not shards:
        raise ScenarioError(
            f"{folder}: holds no shards; run the parts with --shard 1/N ... N/N and the same --out first"
        )
    known = read_identity(shards[0])
    for shard in shards[1:]:
        refuse_other(shard, read_identity(shard), known)
    with Store(folder, known) as store:
        for shard in shards:
            values, failed, _ = read_journal(shard / JOURNAL)
            for number, value in values.items():
                if number not in store.values:
                    store.add(Done(number, SUCCEEDED, value))
            for number, error in failed.items():
                if number not in store.values:
                    store.add(Done(number, FAILED, error=error))
        return len(store.values)
