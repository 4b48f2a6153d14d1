"""Runs on a Dask cluster by address (extra `cluster`), or on SLURM through dask-jobqueue (extra `slurm`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.experiments.jobs import ATTEMPTS, Done, Job, Task, attempt, supervise
from sim.scenario.files import ScenarioError

_WINDOW = 64
_SLURM = "slurm:"


def on_cluster(task: Task, jobs: Sequence[Job], scheduler: str) -> Iterator[Done]:
    """Yield finished runs of a Dask cluster; a killed worker loses nothing.

    Raises:
        ScenarioError: if Dask is missing or the scheduler cannot be reached.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ScenarioError("--scheduler needs Dask; install clustersim[cluster]") from None
    if scheduler.startswith(_SLURM):
        with slurm(scheduler) as cluster, Client(cluster, set_as_default=False) as client:
            yield from supervise(task, jobs, _Cluster(client))
        return
    try:
        client = Client(scheduler, timeout="10s", set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ScenarioError(
            f"--scheduler {scheduler}: cannot be reached ({str(error).splitlines()[0]}); write tcp://host:port"
        ) from None
    try:
        yield from supervise(task, jobs, _Cluster(client))
    finally:
        client.close()


class _Cluster:
    """The supervisor's view of a Dask client."""

    died = "its worker was killed"

    def __init__(self, client: Any) -> None:
        from distributed import KilledWorker

        self.lost = KilledWorker
        self.window = max(sum(client.nthreads().values()) * 3, 1) if client.nthreads() else _WINDOW
        self._client = client

    def submit(self, task: Task, job: Job) -> Any:
        return self._client.submit(attempt, task, job, pure=False, retries=ATTEMPTS)

    def wait(self, running: Any) -> Any:
        from distributed import wait

        with self._client.as_current():
            return wait(list(running), return_when="FIRST_COMPLETED").done

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
