"""The runs of an experiment made, batch by batch, until it wants no more."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any

from sim.experiments import engine
from sim.experiments.jobs import Job

if TYPE_CHECKING:
    from sim.experiments.experiment import Experiment

OnProgress = Callable[[int, int], None]


def complete(
    experiment: Experiment,
    store: Any,
    workers: int,
    scheduler: str | None,
    shard: tuple[int, int] | None,
    progress: OnProgress | None,
) -> None:
    """Make wanted runs until no more are wanted; a failed run is tried again by the next call, not by this one, and of
    an adaptive experiment never, for later runs were chosen without it.
    """
    part, parts = shard or (1, 1)
    tried: set[int] = set()
    told = progress or _unseen
    own = range(part - 1, experiment.wanted_after(store.values, store.failed), parts)
    told(len(store.values), len(own))
    while numbers := _missing(own, ended := experiment.ended(store.values, store.failed), tried):
        jobs: list[Job] = list(zip(numbers, experiment.payloads(numbers, ended), strict=True))
        before = len(own) - len(numbers)
        for place, done in enumerate(engine.execute(experiment.task(), jobs, workers, scheduler), before + 1):
            tried.add(done.number)
            store.add(done)
            told(place, len(own))
        own = range(part - 1, experiment.wanted_after(store.values, store.failed), parts)


def _missing(own: range, ended: Mapping[int, Any], tried: Collection[int]) -> list[int]:
    return [n for n in own if n not in ended and n not in tried]


def _unseen(ended: int, wanted: int) -> None:
    """Nobody looks on."""
