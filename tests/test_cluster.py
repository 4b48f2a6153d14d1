"""A Dask cluster gives the bytes of this machine, also when a worker is killed half way; one that is not the same
program, or is gone, is told in one line. Needs the extra `cluster`.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import CancelledError
from contextlib import nullcontext

import pytest

from sim.experiments import cluster
from sim.experiments.cluster import ClusterLost, proved, slurm_options
from sim.experiments.experiment import conduct
from sim.experiments.jobs import SUCCEEDED, Done, TaskDone
from sim.experiments.journal import JOURNAL, read_journal
from sim.experiments.manifest import made_with
from sim.scenario.files import ScenarioError
from tests.test_store import ROOT, squares, table
from tests.toy_tasks import square

distributed = pytest.importorskip("distributed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_with_a_killed_worker_gives_the_bytes_of_one_process(tmp_path):
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as local:
        pids = [worker.pid for worker in local.workers.values()]

        def kill_one(done, total):
            if done == 100:
                os.kill(pids[0], signal.SIGKILL)

        conduct(squares(400), tmp_path / "dask", scheduler=local.scheduler_address, progress=kill_one)
    conduct(squares(400), tmp_path / "here")
    assert table(tmp_path / "dask") == table(tmp_path / "here")


def test_slurm_options_are_read_as_written():
    assert slurm_options("slurm:queue=short,cores=4,memory=8GB,jobs=10") == {
        "queue": "short",
        "cores": 4,
        "memory": "8GB",
        "jobs": 10,
    }
    with pytest.raises(ScenarioError, match="write slurm:queue"):
        slurm_options("slurm:short")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_is_not_there_is_one_line(tmp_path):
    with pytest.raises(ScenarioError, match="cannot be reached"):
        conduct(squares(3), tmp_path / "x", scheduler="tcp://127.0.0.1:1")


# a worker is the same program


@pytest.mark.parametrize("what", ["code", "data", "python", "clustersim"])
def test_a_worker_makes_a_run_only_where_it_is_the_same_program(what):
    assert proved(made_with(), square, [(3, 3)]).done == [Done(3, SUCCEEDED, 9)]
    other = made_with() | {what: "other"}
    assert proved(other, square, [(3, 3)]) == [f"{what}: other -> {made_with()[what]}"]


def test_a_worker_with_another_version_of_a_package_is_another_program():
    packages = made_with()["packages"]
    (difference,) = proved(made_with() | {"packages": packages | {"numpy": "1.0"}}, square, [(3, 3)])
    assert difference == f"packages.numpy: 1.0 -> {packages['numpy']}"


class Client:
    """A client that never has news."""

    def __init__(self, status="running", workers=()):
        self.status, self.workers = status, workers

    def nthreads(self):
        return dict.fromkeys(self.workers, 1)


class Ended:
    """A future that has ended."""

    def __init__(self, found):
        self.found = found

    def result(self):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def watched(client, **options):
    return cluster._Cluster(client, "tcp://here:1", **options)


@pytest.mark.parametrize(
    ("found", "error", "said"),
    [
        (["code: a -> b"], ScenarioError, "a worker is not the same clustersim as here .code: a -> b."),
        (ImportError("no module sim"), ScenarioError, "not the same clustersim as here .ImportError: no module sim"),
        (OSError("reset"), ClusterLost, "tcp://here:1: its scheduler is gone"),
        (CancelledError(), ClusterLost, "tcp://here:1: its scheduler is gone; runs that ended are saved"),
    ],
)
def test_what_a_run_on_a_cluster_came_to_is_a_value_or_one_line(found, error, said):
    batch = TaskDone([Done(1, SUCCEEDED, 2)], 0.1)
    assert watched(Client()).result(Ended(batch)) == batch
    with pytest.raises(error, match=said):
        watched(Client()).result(Ended(found))


@pytest.mark.parametrize(
    ("client", "options", "said"),
    [
        (Client(), {}, "has had no worker for 60 s"),
        (Client("connecting"), {}, "its scheduler does not answer"),
        (Client(workers=["a"]), {}, None),
        (Client(), {"patient": True}, None),
    ],
)
def test_a_cluster_is_waited_for_as_long_as_somebody_may_work_there(monkeypatch, client, options, said):
    clock = [0.0]
    monkeypatch.setattr(cluster.time, "monotonic", lambda: clock[0])
    there = watched(client, **options)
    for clock[0] in (30.0, 60.0):
        there._look()
    clock[0] = 61.0
    with pytest.raises(ClusterLost, match=said) if said else nullcontext():
        there._look()


def test_a_client_that_has_closed_is_a_lost_cluster():
    with pytest.raises(ClusterLost, match="its scheduler is gone"):
        watched(Client("closed"))._look()


def dask(where, *words):
    """Start a part of a Dask cluster from a folder, as its own process."""
    environment = dict(os.environ, PYTHONPATH=str(where))
    command = [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]]
    return subprocess.Popen(command, env=environment, cwd=where, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


@pytest.fixture
def scheduler(tmp_path):
    """A scheduler in a process of its own: its address, itself, and a list for its workers."""
    file = tmp_path / "scheduler.json"
    said = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file))
    parts = [dask(ROOT, "dask_scheduler", *said)]
    deadline = time.monotonic() + 30.0
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(0.5)  # the file is written whole
    import json

    yield json.loads(file.read_text())["address"], parts
    for part in parts:
        part.kill()
        part.wait()


def worker(address, where=ROOT):
    return dask(where, "dask_worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_scheduler_that_dies_is_one_line_within_a_quarter_of_a_minute_and_what_ended_is_kept(tmp_path, scheduler):
    address, parts = scheduler
    parts.append(worker(address))
    killed = []

    def kill_it(done, total):
        if done == 50 and not killed:
            killed.append(time.monotonic())
            parts[0].kill()

    with pytest.raises(ClusterLost, match="runs that ended are saved"):
        conduct(squares(2_000), tmp_path / "x", scheduler=address, progress=kill_it)
    assert time.monotonic() - killed[0] < 15.0
    assert len(read_journal(tmp_path / "x" / JOURNAL).values) >= 50
    conduct(squares(2_000), tmp_path / "x")
    conduct(squares(2_000), tmp_path / "whole")
    assert table(tmp_path / "x") == table(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_without_workers_is_one_line(tmp_path, scheduler, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 6.0)
    with pytest.raises(ClusterLost, match="has had no worker for 6 s"):
        conduct(squares(3), tmp_path / "x", scheduler=scheduler[0])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_worker_with_one_changed_line_is_refused_before_its_first_run(tmp_path, scheduler):
    address, parts = scheduler
    other = tmp_path / "other"
    for name in ("sim", "tests"):
        shutil.copytree(ROOT / name, other / name, ignore=shutil.ignore_patterns("__pycache__"))
    changed = other / "tests" / "toy_tasks.py"
    changed.write_text(changed.read_text().replace('"square": payload', '"square": 2 * payload'))
    (other / "sim" / "calendar" / "year.py").open("a").write("\n# changed\n")
    parts.append(worker(address, other))
    with pytest.raises(ScenarioError, match=r"a worker is not the same clustersim as here \(code: "):
        conduct(squares(20), tmp_path / "x", scheduler=address)
    assert len(read_journal(tmp_path / "x" / JOURNAL).values) == 0
