"""Where replications run: in this process, or on this machine's cores."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from typing import Any

_TASK = 4  # replications sent to a worker at a time
_AHEAD = 3  # tasks kept waiting per worker
_SINGLE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")

Task = Callable[[int], Any]


class WorkerDied(RuntimeError):
    """A worker process was killed from outside."""


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(task: Task, count: int, jobs: int) -> Iterator[tuple[int, Any]]:
    """Yield (number, result) of task(0) ... task(count - 1) as they end; the order of numbers is not fixed.

    Raises:
        WorkerDied: if a worker was killed; nothing of what was yielded is wrong.
    """
    if jobs <= 1 or count <= _TASK:
        yield from ((number, task(number)) for number in range(count))
        return
    yield from _on_cores(task, count, jobs)


def _on_cores(task: Task, count: int, jobs: int) -> Iterator[tuple[int, Any]]:
    chunks = iter([range(first, min(first + _TASK, count)) for first in range(0, count, _TASK)])
    for name in _SINGLE_THREAD:
        os.environ.setdefault(name, "1")  # workers inherit it before they import numpy
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_begin_worker) as pool:
        running: set[Future[list[tuple[int, Any]]]] = set()
        try:
            while True:
                for chunk in chunks:
                    running.add(pool.submit(_run_chunk, task, chunk))
                    if len(running) >= jobs * _AHEAD:
                        break
                if not running:
                    return
                done, running = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        except BrokenProcessPool:
            raise WorkerDied("a worker process was killed (out of memory?); run again with fewer --jobs") from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _run_chunk(task: Task, chunk: range) -> list[tuple[int, Any]]:
    return [(number, task(number)) for number in chunk]


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
