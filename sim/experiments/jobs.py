"""Jobs under supervision: what a finished run says, and how a run that kills its worker is found among others."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"
ATTEMPTS = 3  # times that a run may lose its worker
_MOMENT, _SHORTEST = 0.25, 1e-5  # seconds that a task is to take, and that a run takes at the least
_GROWS, _MOST_RUNS = 4, 500  # times that a task may grow, and runs that it holds at the most

Task = Callable[[Any], Any]
Job = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """One finished run: its number, SUCCEEDED with a value or FAILED with an error in one line."""

    number: int
    status: str
    value: Any = None
    error: str = ""


def attempt(task: Task, job: Job) -> Done:
    """Run one job; an exception makes it FAILED."""
    number, payload = job
    try:
        return Done(number, SUCCEEDED, task(payload))
    except Exception as error:
        return Done(number, FAILED, error=f"{type(error).__name__}: {error}".splitlines()[0][:300])


def attempt_all(task: Task, jobs: Sequence[Job]) -> TaskDone:
    """Run several jobs one after the other."""
    begun = time.perf_counter()
    return TaskDone([attempt(task, job) for job in jobs], time.perf_counter() - begun)


class TaskDone(NamedTuple):
    """What the runs of one task came to, and the seconds that they took."""

    done: list[Done]
    seconds: float


class Pace:
    """How many runs a task is given: so many that it takes a moment, for a task costs its worker and its parent about a
    thousandth of a second.
    """

    def __init__(self) -> None:
        self._size = 1

    def take(self, waiting: deque[Job]) -> list[Job]:
        """Return the next runs of those that wait."""
        return [waiting.popleft() for _ in range(min(self._size, len(waiting)))]

    def learn(self, batch: TaskDone) -> None:
        """Look how long a task took."""
        each = max(batch.seconds / len(batch.done), _SHORTEST)
        self._size = max(min(int(_MOMENT / each), self._size * _GROWS, _MOST_RUNS), 1)


def supervise(task: Task, jobs: Sequence[Job], pool: Any) -> Iterator[Done]:
    """Keep a bounded number of tasks of some jobs each running. When a worker dies, its tasks are suspects and run
    alone, the one that dies again in halves, until the job that kills its worker is found.
    """
    waiting, suspects, pace = deque(jobs), deque[list[Job]](), Pace()
    losses: Counter[int] = Counter()
    running: dict[Any, list[Job]] = {}
    try:
        while waiting or suspects or running:
            while len(running) < (1 if suspects else pool.window) and (suspects or waiting):
                suspect = bool(suspects)
                batch = suspects.popleft() if suspect else pace.take(waiting)
                running[pool.submit(task, batch)] = batch
                if suspect:
                    break
            alone, lost = len(running) == 1, []
            for future in pool.wait(running):
                batch = running.pop(future)
                try:
                    found = pool.result(future)
                except pool.lost:
                    lost.append(batch)
                else:
                    pace.learn(found)
                    yield from found.done
            if lost:
                lost += running.values()
                running.clear()
                pool.renew()
                for batch in sorted(lost, key=lambda batch: batch[0][0]):
                    (single, *others), known = batch, losses[batch[0][0]] > 0
                    if others:
                        suspects += _halves(batch) if alone else [batch]
                        continue
                    losses[single[0]] += 1 if alone or not known else 0
                    if losses[single[0]] > ATTEMPTS:
                        yield Done(single[0], FAILED, error=f"{pool.died}, {ATTEMPTS} times alone")
                    else:
                        suspects.append(batch)
    finally:
        pool.close(busy=bool(running))


def _halves(batch: list[Job]) -> list[list[Job]]:
    middle = len(batch) // 2
    return [batch[:middle], batch[middle:]]
