"""Jobs under supervision: what a finished run says, and how a run that kills its worker is found among others."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"
ATTEMPTS = 3  # times that a run may lose its worker

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


def supervise(task: Task, jobs: Sequence[Job], pool: Any) -> Iterator[Done]:
    """Keep a bounded number of jobs running; when a worker dies, run its suspects alone to find the culprit."""
    waiting, suspects = deque(jobs), deque[Job]()
    attempts: Counter[int] = Counter()
    running: dict[Any, Job] = {}
    try:
        while waiting or suspects or running:
            while len(running) < (1 if suspects else pool.window) and (suspects or waiting):
                job = suspects.popleft() if suspects else waiting.popleft()
                running[pool.submit(task, job)] = job
                if attempts[job[0]] > 0:
                    break  # a suspect runs alone
            alone = len(running) == 1
            lost = []
            for future in pool.wait(running):
                job = running.pop(future)
                try:
                    yield pool.result(future)
                except pool.lost:
                    lost.append(job)
            if lost:
                lost += running.values()
                running.clear()
                pool.renew()
                for job in sorted(lost, key=lambda job: job[0]):
                    attempts[job[0]] += 1 if alone or attempts[job[0]] == 0 else 0
                    if attempts[job[0]] > ATTEMPTS:
                        yield Done(job[0], FAILED, error=f"{pool.died}, {ATTEMPTS} times alone")
                    else:
                        suspects.append(job)
    finally:
        pool.close(busy=bool(running))
