"""Where runs happen: in this process, on this machine's cores, or on a Dask cluster. One interface, one order of numbers.

A run that raises, or that kills its worker three times, is FAILED and the others go on. What is yielded does not
depend on where it ran, only the order in which it comes does.
"""

from __future__ import annotations

import os
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from typing import Any

SUCCEEDED, FAILED = "SUCCEEDED", "FAILED"
ATTEMPTS = 3  # times that a run may lose its worker
_AHEAD = 3  # runs kept waiting per worker
_SINGLE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Task = Callable[[Any], Any]
Job = tuple[int, Any]


@dataclass(frozen=True, slots=True)
class Done:
    """One finished run: its number, SUCCEEDED with a value or FAILED with an error in one line."""

    number: int
    status: str
    value: Any = None
    error: str = ""


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(task: Task, jobs: Sequence[Job], workers: int = 1, scheduler: str | None = None) -> Iterator[Done]:
    """Yield what task(payload) gives for every (number, payload), as it ends.

    Args:
        task: a function that a worker can import. workers: processes on this machine; 1 runs here.
        scheduler: address of a Dask scheduler, instead of this machine.
    """
    if scheduler is not None:
        from sim.experiments.cluster import on_cluster

        yield from on_cluster(task, jobs, scheduler)
    elif workers <= 1 or len(jobs) <= 1:
        yield from (attempt(task, job) for job in jobs)
    else:
        yield from supervise(task, jobs, _Pool(workers))


def attempt(task: Task, job: Job) -> Done:
    """Run one job; an exception makes it FAILED."""
    number, payload = job
    try:
        return Done(number, SUCCEEDED, task(payload))
    except Exception as error:
        return Done(number, FAILED, error=f"{type(error).__name__}: {error}".splitlines()[0][:300])


class _Pool:
    """Worker processes of this machine, renewed when one is killed."""

    lost = BrokenProcessPool
    died = "its worker was killed (out of memory?)"

    def __init__(self, workers: int) -> None:
        self.window = workers * _AHEAD
        self._workers = workers
        self._begin()

    def _begin(self) -> None:
        for name in _SINGLE_THREAD:
            os.environ.setdefault(name, "1")  # workers inherit it before they import numpy
        self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=_begin_worker)

    def submit(self, task: Task, job: Job) -> Future[Done]:
        try:
            return self._pool.submit(attempt, task, job)
        except BrokenProcessPool:  # a worker died while it was idle
            self.renew()
            return self._pool.submit(attempt, task, job)

    def wait(self, running: Any) -> Any:
        return wait(running, return_when=FIRST_COMPLETED).done

    def renew(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._begin()

    def close(self, *, busy: bool) -> None:
        """End the workers; busy ones are killed, so that an interrupt ends in a moment and not with their runs."""
        for process in list((getattr(self._pool, "_processes", None) or {}).values()) if busy else ():
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)


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
                    yield future.result()
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


def _begin_worker() -> None:
    """Leave interrupts to the parent, and end when it does."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)
