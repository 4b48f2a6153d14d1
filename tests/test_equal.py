"""The tool that says whether a change moved a number sees one moved, one new and one gone."""

import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from tools.equal import WORLDS, columns_of, differences, jobs

BEFORE = {"run a": {"t.csv: x": "1", "t.csv: y": "2"}, "run b": {"t.csv: x": "3"}}


def test_what_changed_is_counted_by_table_and_column():
    after = {"run a": {"t.csv: x": "9", "t.csv: z": "2"}, "run b": {"t.csv: x": "8"}}
    found = {(row.column, row.state): row.jobs for row in differences(BEFORE, after).itertuples()}
    assert found == {("t.csv: x", "changed"): 2, ("t.csv: y", "gone"): 1, ("t.csv: z", "new"): 1}
    assert differences(BEFORE, BEFORE).empty


def test_a_cell_that_moves_in_its_last_digit_is_seen(tmp_path):
    (tmp_path / "t.csv").write_text("x,y\n0.1,2\n", encoding="utf-8")
    before = columns_of(tmp_path)
    (tmp_path / "t.csv").write_text("x,y\n0.10000000000000001,2\n", encoding="utf-8")
    after = columns_of(tmp_path)
    assert before["t.csv: y"] == after["t.csv: y"] and before["t.csv: x"] != after["t.csv: x"]


def test_rows_that_name_what_is_left_out_do_not_count(tmp_path):
    (tmp_path / "t.csv").write_text("outcome,y\ngdp,2\n", encoding="utf-8")
    before = columns_of(tmp_path)
    (tmp_path / "t.csv").write_text("outcome,y\ngdp,2\nnewer,3\n", encoding="utf-8")
    assert columns_of(tmp_path, ["newer"]) == before != columns_of(tmp_path)


def test_every_scenario_and_every_kind_of_experiment_is_run():
    from sim.experiments.kinds import kinds
    from sim.scenario.reading import shipped

    found = list(jobs(range(1, 2), 2))
    assert {job[1] for job in found if job[0] == "run"} == set(shipped())
    assert set(kinds()) <= {job[0] for job in found}


class Begun(Exception):
    """An experiment was planned and would now make its runs."""


@pytest.mark.parametrize("every", [16, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("worlds", [1, WORLDS])
def test_every_job_is_one_that_the_command_line_takes(worlds, every, monkeypatch, tmp_path):
    """The last ones would otherwise be refused after minutes of the first."""

    def begin(*arguments, **settings):
        raise Begun

    monkeypatch.setattr("sim.experiments.experiment.conduct", begin)
    monkeypatch.chdir(tmp_path)
    for place, job in enumerate(jobs(range(1, 2), worlds)):
        if job[0] == "run" and place % every:
            continue
        answer = CliRunner().invoke(cli.main, job)
        assert "unexpected Begun" in answer.output


def test_a_table_that_is_written_as_parquet_alone_is_read_too(tmp_path):
    table = pd.DataFrame({"x": [0.1, 0.2], "word": pd.Categorical(["a", "b"])})
    table.to_parquet(tmp_path / "t.parquet")
    before = columns_of(tmp_path)
    table.assign(x=[0.1, 0.2 + 2**-54]).to_parquet(tmp_path / "t.parquet")
    after = columns_of(tmp_path)
    assert set(before) == {"t.parquet: x", "t.parquet: word"}
    assert before["t.parquet: word"] == after["t.parquet: word"] and before["t.parquet: x"] != after["t.parquet: x"]
