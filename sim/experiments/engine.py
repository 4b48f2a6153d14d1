"""Where runs happen: in this process, on this machine's cores, or on a Dask cluster.
One interface, one order of numbers.

A run that raises, or that kills its worker three times, is FAILED and the others go on. What is yielded does not
depend on where it ran, only the order in which it comes does.
"""

from __future__ import annotations

import ast
import os
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import current_process, get_context, parent_process
from pathlib import Path
from typing import Any

from sim.experiments.jobs import Done, Job, Task, TaskDone, attempt, attempt_all, supervise
from sim.luck.threads import ONE_THREAD
from sim.tables.nearest import did_you_mean

_AHEAD = 3  # runs kept waiting per worker
_UNGUARDED = 97  # how a worker ends that is asked for workers while it imports the script


def cores() -> int:
    """Return the number of cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def execute(task: Task, jobs: Sequence[Job], workers: int = 1, scheduler: str | None = None) -> Iterator[Done]:
    """Yield what task(payload) gives for every (number, payload), as it ends.

    Args:
        task: a function that a worker can import. workers: processes on this machine; 1 runs here.
        scheduler: address of a Dask scheduler, instead of this machine.

    Raises:
        RuntimeError: if workers are asked for by a script without a main guard.
    """
    if scheduler is not None:
        from sim.experiments.cluster import on_cluster

        yield from on_cluster(task, jobs, scheduler)
    elif workers <= 1 or len(jobs) <= 1:
        yield from (attempt(task, job) for job in jobs)
    else:
        yield from supervise(task, jobs, _Pool(workers))


class _Pool:
    """Worker processes of this machine, renewed when one is killed."""

    lost = BrokenProcessPool
    died = "its worker was killed (out of memory?)"

    def __init__(self, workers: int) -> None:
        self.window = workers * _AHEAD
        self._workers = workers
        self._begin()

    def _begin(self) -> None:
        if getattr(current_process(), "_inheriting", False):  # a worker, which imports the script and so runs it again
            os._exit(_UNGUARDED)
        refuse_unguarded(getattr(sys.modules.get("__main__"), "__file__", None))
        for name in ONE_THREAD:
            os.environ.setdefault(name, "1")  # workers inherit it before they import numpy
        self._pool = ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=begin_worker)
        self._processes = self._pool._processes  # kept, for a pool that breaks forgets them

    def submit(self, task: Task, jobs: Sequence[Job]) -> Future[TaskDone]:
        try:
            return self._pool.submit(attempt_all, task, jobs)
        except BrokenProcessPool:  # a worker died while it was idle
            self.renew()
            return self._pool.submit(attempt_all, task, jobs)

    def wait(self, running: Any) -> Any:
        return wait(running, return_when=FIRST_COMPLETED).done

    def result(self, future: Future[TaskDone]) -> TaskDone:
        return future.result()

    def renew(self) -> None:
        if any(process.exitcode == _UNGUARDED for process in self._processes.values()):
            raise RuntimeError(_unguarded(str(getattr(sys.modules["__main__"], "__file__", "the script"))))
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._begin()

    def close(self, *, busy: bool) -> None:
        """End the workers; busy ones are killed, so that an interrupt ends in a moment and not with their runs."""
        for process in list((getattr(self._pool, "_processes", None) or {}).values()) if busy else ():
            process.kill()
        self._pool.shutdown(wait=False, cancel_futures=True)


def apart(function: Callable[..., Any], *given: Any) -> Any:
    """Return what a function gives in a process of its own, which ends with this one: its memory is given back."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=begin_worker) as pool:
        return pool.submit(function, *given).result()


def refuse_unguarded(script: str | None) -> None:
    """Refuse worker processes to a script that would run itself in each of them: they import it.

    Raises:
        RuntimeError: if the script has no main guard.
    """
    if script is None or not script.endswith(".py") or not Path(script).is_file():
        return
    if not _is_guarded(Path(script)):
        raise RuntimeError(_unguarded(script))


def _unguarded(script: str) -> str:
    return (
        f"{script}: every worker process imports this script and would run it again; put what it does below a "
        "line: if __name__ == '__main__':"
    )


def refuse_words(other: Collection[str], known: Sequence[str]) -> None:
    """Refuse arguments that an experiment does not have, of those that it knows.

    Raises:
        TypeError: naming the first, and what there is; `--jobs` of the command line is `workers` here, since a job is
            one run of many.
    """
    for name in other:
        meant = "; write workers, the number of processes" if name in ("jobs", "n_jobs", "processes") else ""
        raise TypeError(f"no argument '{name}'{meant or did_you_mean(name, known)}; there are {', '.join(known)}")


def _is_guarded(script: Path) -> bool:
    """Tell whether a script asks somewhere below nothing else whether it is the one that was started: what only says
    the word, in a comment, does not.
    """
    try:
        tree = ast.parse(script.read_bytes())
    except (SyntaxError, ValueError, OSError):  # it runs, so it is something that Python reads in another way
        return True
    asked = (node.test for node in tree.body if isinstance(node, ast.If))
    return any("__name__" in words and "'__main__'" in words for words in map(ast.unparse, asked))


def begin_worker() -> None:
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
