"""A Dask cluster gives the bytes of this machine, also when a worker is killed half way. Needs the extra `cluster`."""

import os
import signal

import pytest

from sim.experiments.cluster import slurm_options
from sim.experiments.experiment import conduct
from sim.scenario.files import ScenarioError
from tests.test_store import squares, table

distributed = pytest.importorskip("distributed")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_with_a_killed_worker_gives_the_bytes_of_one_process(tmp_path):
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
    ) as cluster:
        pids = [worker.pid for worker in cluster.workers.values()]

        def kill_one(done, total):
            if done == 100:
                os.kill(pids[0], signal.SIGKILL)

        conduct(squares(400), tmp_path / "dask", scheduler=cluster.scheduler_address, progress=kill_one)
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
