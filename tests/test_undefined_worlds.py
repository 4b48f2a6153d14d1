"""A world that turns not-a-number is a failed run with a name, never a row of a table."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from cli import main
from sim.commands.errors import RUNS_FAILED
from sim.experiments.run import run
from sim.measure import measures
from sim.measure.undefined import UndefinedWorld, refuse_undefined
from sim.model import ClusterModel
from sim.scenario.reading import load

SMALL = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2023Q4"}


@pytest.fixture(scope="module")
def spec():
    return load("no-policy").with_changes(SMALL)


def _breaking(monkeypatch, name, when, value=np.nan):
    """Let an outcome of the clusters be a value from a call of its measure on; quarters are counted over all worlds."""
    own, calls = measures.cluster_flows, []

    def flows(firms):
        calls.append(1)
        found = own(firms)
        if len(calls) in when:
            found[name] = found[name] * value
        return found

    monkeypatch.setattr(measures, "cluster_flows", flows)


def test_the_first_quarter_and_the_outcome_are_named(spec, monkeypatch):
    _breaking(monkeypatch, "wages", range(6, 100))
    with pytest.raises(UndefinedWorld, match=r"^2023Q2: wages is not a number$"):
        ClusterModel(spec, 1).run()


def test_infinite_is_no_number_either(spec, monkeypatch):
    _breaking(monkeypatch, "energy_value_lost", [3], np.inf)
    with np.errstate(invalid="ignore"), pytest.raises(UndefinedWorld, match=r"^2022Q3: energy_shadow_price is"):
        ClusterModel(spec, 1).run()


def test_what_is_judged_once_a_year_is_named_with_the_year(spec):
    result = ClusterModel(spec, 1).run()
    result.years["listed_firms"][1] = np.nan
    with pytest.raises(UndefinedWorld, match=r"^2023: listed_firms is not a number$"):
        refuse_undefined(result)


def test_a_quotient_without_a_whole_and_what_lacks_its_instrument_have_no_value_and_are_no_fault(spec):
    result = ClusterModel(spec, 1).run()
    assert np.isnan(result.years["energy_cap"]).all() and np.isnan(result.years["fund_leverage_attributed"]).all()
    result.quarters["energy_use"][2, 3], result.quarters["energy_shadow_price"][2, 3] = 0.0, np.nan
    refuse_undefined(result)
    result.quarters["energy_shadow_price"][2, 4] = np.nan  # of a cluster that uses energy
    with pytest.raises(UndefinedWorld, match=r"^2022Q3: energy_shadow_price is not a number$"):
        refuse_undefined(result)


def test_a_failed_world_is_named_with_its_arm_and_others_are_saved_and_told(spec, monkeypatch, tmp_path):
    _breaking(monkeypatch, "output", range(8 + 5, 17))  # the second of three worlds, from its fifth quarter on
    found = run(spec, replications=3, folder=tmp_path / "out")
    assert sorted(found.values) == [0, 2]
    [(number, error)] = found.failed.items()
    assert number == 1
    assert error.startswith("UndefinedWorld: no-policy (arm scenario), world of seed ")
    assert error.endswith(": 2023Q1: output is not a number")
    assert (pd.read_csv(tmp_path / "out" / "summary.csv")["mean"].isna()).sum() == found.summary["mean"].isna().sum()
    assert not found.summary.query("outcome == 'gdp'")[["mean", "median", "p5", "p95"]].isna().any(axis=None)
    failed = pd.read_csv(tmp_path / "out" / "failed.csv")
    assert failed["error"].tolist() == [error]


def test_the_command_says_which_world_in_a_line_and_ends_with_the_code_of_failed_runs(monkeypatch, tmp_path):
    _breaking(monkeypatch, "output", range(2, 1000))
    sizes = [f"--set=population.{size}_scale=200" for size in ("above", "below")]
    words = ["run", "no-policy", "--replications=2", "--until=2022Q4", "--jobs=1", "--quiet", f"--out={tmp_path / 'o'}"]
    result = CliRunner().invoke(main, words + sizes)
    assert result.exit_code == RUNS_FAILED
    [line] = result.output.splitlines()
    assert line.startswith(
        "error: 2 runs failed, the first: run 0: UndefinedWorld: no-policy (arm scenario), world of "
    )
    assert "2022Q2: output is not a number" in line
    assert not list((tmp_path / "o").glob("summary.*"))
