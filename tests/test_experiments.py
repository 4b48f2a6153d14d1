"""Runs, twins, tables and folders."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.experiments.run import results_of, run
from sim.scenario.drawn import world_numbers
from sim.scenario.reading import load
from sim.tables.parameters import Parameters
from tests.conftest import SMALL


@pytest.fixture(scope="module")
def spec():
    return load("world-500-2025").with_changes(SMALL)


@pytest.fixture(scope="module")
def result(spec, tmp_path_factory):
    return run(spec, replications=2, seed=1, folder=tmp_path_factory.mktemp("runs") / "结果 one")


@pytest.fixture(scope="module")
def results(result):
    return results_of(result.values)


@pytest.fixture(scope="module")
def folder(result):
    return result.folder


@pytest.mark.slow
def test_another_seed_gives_other_tables(spec):
    short = spec.with_changes({"horizon.until": "2022Q4", "targets": []})
    assert not run(short, replications=2, seed=2).summary.equals(run(short, replications=2, seed=1).summary)


def test_the_ledger_of_every_replication_equals_its_public_cost(results):
    for replication in results:
        assert int(replication.ledger["fen"].sum()) == round(replication.years["public_cost"].sum() * 1e8)
        assert int(replication.ledger["fen"].sum()) > 0


def test_tables_open_in_excel_with_chinese_and_hold_the_columns_of_the_library(folder, result):
    written = {path.stem: path for path in folder.glob("*.csv")}
    assert set(written) == set(result.tables) - {"quarters"}  # which is too long for a sheet
    for name, path in written.items():
        assert path.read_bytes().startswith(b"\xef\xbb\xbf")
        assert list(pd.read_csv(path).columns) == list(result.tables[name].columns), name
    assert {"metric", "threshold", "when", "year", "probability", "low", "high", "verdict"} < set(result.targets)
    for table in (result.summary, result.clusters):  # what a sheet is read by
        assert {"outcome", "unit", "year", "median", "p5", "p95", "mean", "name_zh"} <= set(table)
    assert "曾入榜世界500强企业" in set(pd.read_csv(written["summary"])["name_zh"])


def test_the_long_table_holds_every_quarter_cluster_and_outcome_once(folder):
    long = pd.read_parquet(folder / "quarters.parquet")
    assert not long.duplicated(["replication", "quarter", "cluster", "outcome"]).any()
    assert long["quarter"].nunique() == 16 and long["cluster"].nunique() == 10


def test_the_resolved_scenario_reads_back_to_the_same_scenario(folder, spec):
    assert load(folder / "scenario.yaml").resolved() == spec.resolved()


def test_a_manifest_says_what_made_the_run(folder):
    manifest = json.loads((folder / "experiment.json").read_text(encoding="utf-8"))
    settings = {"seed": 1, "fixed": False, "replications": 2}
    assert manifest["kind"] == "run" and manifest["settings"] == settings
    assert len(manifest["data"]) == 64 and "mesa" in manifest["packages"]


def test_without_policy_nothing_is_additional():
    plain = run(load("no-policy").with_changes(SMALL), replications=2, seed=1)
    for name in ("additional_gdp", "additional_investment", "additional_world_500_firms", "additional_energy_use"):
        rows = plain.summary[plain.summary["outcome"] == name]
        assert len(rows) and not rows[["median", "p5", "p95"]].to_numpy().any()


def test_the_fund_adds_less_than_it_is_given_credit_for(results):
    attributed = np.array([r.years["fund_leverage_attributed"][-1] for r in results])
    additional = np.array([r.years["fund_leverage_additional"][-1] for r in results])
    assert additional.mean() < attributed.mean() < 16.0


def test_fixed_holds_assumed_numbers_and_otherwise_each_world_draws_its_own(spec):
    fixed, drawn, other = (world_numbers(spec, seed, fixed=f) for seed, f in ((1, True), (1, False), (2, False)))
    assert dict(fixed) == dict(Parameters())
    assert drawn.local_rivalry != fixed.local_rivalry != other.local_rivalry != drawn.local_rivalry
    held = world_numbers(spec.with_changes({"parameters.local_rivalry": 0.2}), 1, fixed=False)
    assert held.local_rivalry == 0.2 and held.hurdle_rate == drawn.hurdle_rate
