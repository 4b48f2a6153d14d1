"""Runs on a Dask cluster by address (extra `cluster`), or on SLURM through dask-jobqueue (extra `slurm`).

Whoever makes a run there proves with it that code, data and versions are those of this process: a worker of another
version would mix its numbers with ours.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError
from typing import Any

from sim.experiments.jobs import ATTEMPTS, Done, Job, Task, TaskDone, attempt_all, supervise
from sim.experiments.manifest import differences, made_with
from sim.scenario.files import ScenarioError

_WINDOW = 64
_SLURM = "slurm:"
PATIENCE = 60.0  # seconds without any worker, or without the scheduler, after which a cluster counts as lost
_LOOK = 5.0  # seconds between two looks at the cluster


class ClusterLost(RuntimeError):
    """The cluster is gone, or has nobody who works; runs that ended are saved."""


def on_cluster(task: Task, jobs: Sequence[Job], scheduler: str) -> Iterator[Done]:
    """Yield finished runs of a Dask cluster; a killed worker loses nothing.

    Raises:
        ScenarioError: if Dask is missing, the scheduler cannot be reached, or a worker has other code, data or
            versions.
        ClusterLost: if the scheduler dies, or there is no worker for a while (on SLURM they may queue for as long as
            they like).
    """
    try:
        from distributed import Client
    except ImportError:
        raise ScenarioError("--scheduler needs Dask; install clustersim[cluster]") from None
    if scheduler.startswith(_SLURM):
        with slurm(scheduler) as cluster, Client(cluster, set_as_default=False) as client:
            yield from supervise(task, jobs, _Cluster(client, scheduler, patient=True))
        return
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ScenarioError(
            f"--scheduler {scheduler}: cannot be reached ({str(error).splitlines()[0]}); write tcp://host:port"
        ) from None
    try:
        yield from supervise(task, jobs, _Cluster(client, scheduler))
    finally:
        client.close(timeout=_LOOK)


def proved(expected: dict[str, Any], task: Task, jobs: Sequence[Job]) -> TaskDone | list[str]:
    """Make some runs where code, data and versions are those expected, else return what differs."""
    return differences(expected, made_with()) or attempt_all(task, jobs)


class _Cluster:
    """The supervisor's view of a Dask client."""

    died = "its worker was killed"

    def __init__(self, client: Any, name: str, *, patient: bool = False) -> None:
        from distributed import KilledWorker

        self.lost = KilledWorker
        self.window = max(sum(client.nthreads().values()) * 3, 1) if client.nthreads() else _WINDOW
        self._client, self._name, self._patient, self._expected = client, name, patient, made_with()
        self._seen = time.monotonic()  # when somebody last worked

    def submit(self, task: Task, jobs: Sequence[Job]) -> Any:
        return self._client.submit(proved, self._expected, task, jobs, pure=False, retries=ATTEMPTS)

    def wait(self, running: Any) -> Any:
        from distributed import wait

        while True:
            try:
                with self._client.as_current():
                    return wait(list(running), timeout=_LOOK, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                self._look()
            except (CancelledError, OSError):
                raise self._gone("its scheduler is gone") from None

    def _look(self) -> None:
        """Refuse to wait for ever for a cluster that is gone or where nobody works."""
        now = time.monotonic()
        if self._client.status == "running" and (self._patient or self._client.nthreads()):
            self._seen = now
        elif self._client.status in ("closing", "closed"):
            raise self._gone("its scheduler is gone")
        elif now - self._seen > PATIENCE:
            reached = self._client.status == "running"
            raise self._gone(f"has had no worker for {PATIENCE:.0f} s" if reached else "its scheduler does not answer")

    def _gone(self, why: str) -> ClusterLost:
        return ClusterLost(
            f"--scheduler {self._name}: {why}; runs that ended are saved: start it again and run the same command"
        )

    def result(self, future: Any) -> TaskDone:
        """Return what the runs of a task came to.

        Raises:
            ScenarioError: if its worker is not the same as this process.
            ClusterLost: if it was lost with the cluster.
        """
        try:
            found = future.result()
        except (ImportError, AttributeError) as error:
            raise self._other(f"{type(error).__name__}: {error}".splitlines()[0]) from None
        except (CancelledError, OSError):  # a run's own errors are in its value
            raise self._gone("its scheduler is gone") from None
        if isinstance(found, TaskDone):
            return found
        raise self._other(", ".join(found))

    def _other(self, why: str) -> ScenarioError:
        return ScenarioError(
            f"--scheduler {self._name}: a worker is not the same clustersim as here ({why}); install the same code, "
            "data and packages there, restart its workers, and run the same command again"
        )

    def renew(self) -> None:
        """Dask replaces its workers itself."""

    def close(self, *, busy: bool) -> None:
        """The client belongs to the caller."""


def slurm_options(text: str) -> dict[str, Any]:
    """Return the options of `slurm:queue=short,cores=4,memory=8GB,jobs=10`; numbers as numbers.

    Raises:
        ScenarioError: if it is not written so.
    """
    options: dict[str, Any] = {}
    for part in text.removeprefix(_SLURM).split(","):
        key, equals, value = part.partition("=")
        if not equals or not key.strip().isidentifier():
            raise ScenarioError(f"--scheduler {text}: write slurm:queue=short,cores=4,memory=8GB,jobs=10")
        options[key.strip()] = int(value) if value.strip().isdigit() else value.strip()
    return options


def slurm(text: str) -> Any:
    """Return a Dask cluster whose workers are SLURM jobs.

    Raises:
        ScenarioError: if dask-jobqueue is missing or the options are wrong.
    """
    options = {"cores": 1, "memory": "2GB", "jobs": 1} | slurm_options(text)
    try:
        from dask_jobqueue import SLURMCluster
    except ImportError:
        raise ScenarioError(
            "--scheduler slurm: needs dask-jobqueue; install clustersim[slurm], or use --shard, which needs nothing"
        ) from None
    jobs = options.pop("jobs")
    try:
        cluster = SLURMCluster(**options)
    except (TypeError, ValueError) as error:
        raise ScenarioError(f"--scheduler {text}: {str(error).splitlines()[0]}") from None
    cluster.scale(jobs=jobs)
    return cluster
