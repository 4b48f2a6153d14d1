"""Who analyses a sweep elsewhere finds every number that its runs drew beside the levers."""

import io
import tarfile

import numpy as np
import pandas as pd
import pytest

from sim.experiments.sweep import sweep
from sim.luck import keys
from sim.scenario.drawn import world_numbers
from tests.conftest import small

TINY = {"population__above_scale": 100, "population__below_scale": 20, "horizon__until": "2022Q4"}
LEVER, VARIED, HELD = "policies.scale_up.rate", "parameters.hurdle_rate", "parameters.research_price_elasticity"
BASE = small("baseline-2022", **TINY).with_changes({HELD: 0.9})


def read(folder, name):
    return pd.read_parquet(folder / name) if name.endswith("parquet") else pd.read_csv(folder / name)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A sweep of two points in three worlds."""
    place = tmp_path_factory.mktemp("sweep") / "x"
    sweep(BASE, [f"{LEVER}=0,0.5", f"{VARIED}=0.02,0.05"], design="zip", replications=3, seed=5, folder=place)
    return place


def test_every_number_that_a_run_drew_is_a_column_by_the_path_that_would_set_it(folder):
    runs = read(folder, "sweep.parquet")
    numbers = BASE.city_tables.numbers
    free = [f"parameters.{name}" for name in numbers if numbers[name].uncertain]
    assert {path for path in runs.columns if path.startswith("parameters.")} == {*free, VARIED} - {HELD}
    for _, run in runs.iterrows():
        drawn = world_numbers(BASE, keys.replication_seed(5, int(run["replication"])), fixed=False)
        for path in {*free} - {HELD, VARIED}:
            assert run[path] == drawn[path.removeprefix("parameters.")], path
    np.testing.assert_array_equal(runs[VARIED], [0.02] * 3 + [0.05] * 3)


def test_the_csv_file_holds_levers_and_outcomes_alone(folder):
    columns = [name for name in read(folder, "sweep.csv").columns if name.startswith("parameters.")]
    assert columns == [VARIED]


def test_numbers_that_are_held_are_no_columns(tmp_path):
    sweep(BASE, [f"{LEVER}=0"], replications=1, fixed=True, folder=tmp_path / "x")
    assert not [name for name in read(tmp_path / "x", "sweep.parquet").columns if name.startswith("parameters.")]


def test_the_archive_for_the_workbench_holds_the_same_numbers(folder):
    with tarfile.open(folder / "ema.tar.gz") as archive:
        experiments = pd.read_csv(io.BytesIO(archive.extractfile("experiments.csv").read()))
    runs = read(folder, "sweep.parquet")
    paths = [name for name in runs.columns if name.startswith("parameters.")]
    np.testing.assert_allclose(experiments[paths], runs[paths], rtol=1e-15)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_workbench_loads_the_archive(folder):
    workbench = pytest.importorskip("ema_workbench")
    experiments, outcomes = workbench.load_results(folder / "ema.tar.gz")
    runs = read(folder, "sweep.parquet")
    assert len(experiments) == len(runs) == 6
    np.testing.assert_allclose(experiments[VARIED], runs[VARIED])
    np.testing.assert_allclose(outcomes["gdp_real"], runs["gdp_real"])
