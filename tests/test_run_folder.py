"""`run` in a folder: packed for the journal without loss, gone on with after any stop, and never over
another's file.
"""

import json
import shutil
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.experiments.experiment import conduct
from sim.experiments.folder import HASHES, LOCK, write_hashes
from sim.experiments.journal import JOURNAL, read_journal
from sim.experiments.kinds import rebuild
from sim.experiments.manifest import EXPERIMENT
from sim.experiments.packing import pack, unpack
from sim.experiments.replicate import replicate
from sim.experiments.run import Run, plan, results_of, run
from sim.experiments.shards import merge
from sim.experiments.status import describe_status, verify
from sim.measure.outcomes import Result
from sim.scenario.files import ScenarioError
from tests.conftest import drawn, small
from tests.test_comparing import SMALL
from tests.test_comparing import run as command
from tests.test_store import kill_at_random_moments, squares
from tests.toys import fail_on_one

TINY = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2022Q4"}

TABLES = (
    "targets.csv",
    "summary.csv",
    "clusters.csv",
    "awards.csv",
    "firms.csv",
    "ledger.csv",
    "ledger.parquet",
    "quarters.parquet",
    "scenario.yaml",
)


@pytest.fixture(scope="module")
def spec():
    return small("baseline-2022").with_changes(TINY)


@pytest.fixture(scope="module")
def whole(spec, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "whole"
    run(spec, 4, folder=folder)
    return folder


def final(folder):
    """Every file but the journal, whose lines come in the order in which runs ended, and the lock."""
    return {
        path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name not in (JOURNAL, LOCK)
    }


def equal(one, other):
    """Same labels, names, types, shapes and bits."""
    for each in fields(Result):
        here, there = getattr(one, each.name), getattr(other, each.name)
        if not isinstance(here, dict):
            assert here == there, each.name
            continue
        assert list(here) == list(there)
        for name in here:
            assert (here[name].dtype, here[name].shape) == (there[name].dtype, there[name].shape), (each.name, name)
            if here[name].dtype == object:
                assert here[name].tolist() == there[name].tolist()
            else:
                assert here[name].tobytes() == there[name].tobytes(), (each.name, name)


def test_a_result_comes_back_from_a_line_bit_for_bit(spec):
    result = replicate(spec, 1, 0)
    assert result.ledger["fen"].size > 0
    equal(unpack(json.loads(json.dumps(pack(result)))), result)


@settings(max_examples=60)
@given(
    st.lists(
        arrays.arrays(
            st.sampled_from(["<i8", "<u8", "<f8", "<i4", "|i1", "<u2", "|b1"]),
            arrays.array_shapes(min_dims=1, max_dims=3, min_side=0),
        ),
        max_size=4,
    )
)
def test_columns_of_any_type_and_shape_come_back_bit_for_bit(columns):
    result = Result(
        ("2022Q1",),
        (2022,),
        dict(zip("abcd", columns, strict=False)),
        {},
        {},
        {},
        {},
        {"w": np.array(["清", ""], object)},
        {},
        0.1 + 0.2,
    )
    equal(unpack(json.loads(json.dumps(pack(result)))), result)


def test_a_payment_takes_less_than_twelve_bytes_of_the_journal():
    result = replicate(small("baseline-2022", policies__policy_fund__ticket=0.0), 1, 0)
    without = Result(**{f.name: getattr(result, f.name) for f in fields(Result)} | {"ledger": {}})
    size, rest = (len(json.dumps(pack(r))) for r in (result, without))
    assert (size - rest) / result.ledger["fen"].size < 12.0


@pytest.mark.parametrize("share", drawn([0.3, 0.0, 0.8], 3))
def test_a_run_stopped_at_any_byte_of_its_journal_goes_on_to_the_same_files(spec, whole, tmp_path, share):
    shutil.copytree(whole, tmp_path / "x")
    journal = tmp_path / "x" / JOURNAL
    content = journal.read_bytes()
    journal.write_bytes(content[: int(share * len(content))])
    done = []
    conduct(plan(spec, 4), tmp_path / "x", progress=lambda n, total: done.append(n))
    assert len(done) > 1 and done == [*range(done[0], 5)]
    assert final(tmp_path / "x") == final(whole)


@pytest.mark.slow
def test_kill_9_of_a_run_leaves_no_orphan_and_the_same_tables(tmp_path, monkeypatch):
    assert kill_at_random_moments(tmp_path, 3, 200, monkeypatch, "replications", "summary.csv") == 3


@pytest.mark.slow
def test_two_workers_give_the_files_of_one(spec, whole, tmp_path):
    run(spec, 4, folder=tmp_path / "two", workers=2)
    assert final(tmp_path / "two") == final(whole)


def test_three_shards_give_the_files_of_one(spec, whole, tmp_path):
    for part in (1, 2, 3):
        run(spec, 4, folder=tmp_path / "parts", shard=(part, 3))
    assert merge(tmp_path / "parts") == 4
    conduct(rebuild(tmp_path / "parts"), tmp_path / "parts")
    assert set(TABLES) <= set(final(whole))
    assert final(tmp_path / "parts") == final(whole)


def test_a_folder_and_memory_give_the_same_tables(spec, whole):
    kept, saved = run(spec, 4), conduct(plan(spec, 4), whole)
    for name, table in kept.tables.items():
        assert table.equals(saved.tables[name]), name


@dataclass(frozen=True)
class Faulty(Run):
    """A run whose second replication fails."""

    def task(self):
        return fail_on_one(super().task())


def test_the_others_keep_their_numbers_when_a_replication_fails(spec, tmp_path):
    found = conduct(Faulty({spec.name: spec}, replications=3), tmp_path / "x")
    assert list(found.failed) == [1]
    for name in ("ledger", "quarters"):
        assert set(found.tables[name]["replication"]) == {0, 2}
    assert [r.year_labels for r in results_of(found.values)] == [(2022,)] * 2
    assert "one is not liked" in (tmp_path / "x" / "failed.csv").read_text(encoding="utf-8-sig")
    conduct(plan(spec, 3), tmp_path / "x")
    assert not (tmp_path / "x" / "failed.csv").exists(), "a list of failures from before"


def test_beginning_again_deletes_what_was_written_and_nothing_else(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    conduct(squares(), folder, shard=(1, 2))
    (folder / "notes.txt").write_text("mine")
    (folder / "shard-1-of-2" / "notes.txt").write_text("mine too")
    (folder / "shard-2-of-2").mkdir()
    (folder / "shard-2-of-2" / "letter.txt").write_text("dear")
    conduct(squares(5), folder, fresh=True)
    assert (folder / "notes.txt").read_text() == "mine"
    assert [p.name for p in (folder / "shard-1-of-2").iterdir()] == ["notes.txt"]
    assert [p.name for p in (folder / "shard-2-of-2").iterdir()] == ["letter.txt"]
    assert len(read_journal(folder / JOURNAL)[0]) == 5


def test_a_file_of_somebody_else_is_never_written_over(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder, shard=(1, 1))
    (folder / "shard-1-of-1" / "squares.csv").write_text("my squares")
    with pytest.raises(ScenarioError, match=r"squares\.csv: was not written by this experiment; move it away"):
        conduct(squares(), folder / "shard-1-of-1")
    assert (folder / "shard-1-of-1" / "squares.csv").read_text() == "my squares"
    (folder / "shard-1-of-1" / "squares.csv").unlink()
    conduct(squares(), folder / "shard-1-of-1")
    assert verify(folder / "shard-1-of-1") == []


@pytest.mark.parametrize(
    ("name", "text"),
    [(EXPERIMENT, '{"kind": "chemistry"}'), (EXPERIMENT, "half"), (LOCK, "flake"), ("shard-1-of-2", "a file")],
)
def test_a_file_that_only_has_our_name_is_somebody_elses(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    for fresh in (False, True):
        for shard in (None, (1, 2)):
            with pytest.raises(ScenarioError, match="holds something else"):
                conduct(squares(), tmp_path, fresh=fresh, shard=shard)
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {name: text}


def test_a_stop_while_tables_are_written_is_told_and_made_good(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    undisturbed = final(folder)
    write_hashes(folder, {"squares.csv": ""})
    (folder / ".squares.csv.clustersim-half-1").write_text("half")
    assert "ABORTED" in "\n".join(describe_status(folder))
    with pytest.raises(ScenarioError, match="no finished experiment"):
        verify(folder)
    conduct(squares(), folder)
    assert final(folder) == undisturbed


@pytest.mark.slow
def test_the_command_line_runs_goes_on_verifies_and_makes_one_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = command("run", "baseline-2022", "-n", 2, *SMALL)
    assert first.exit_code == 0, first.output
    (folder,) = (tmp_path / "outputs").iterdir()
    assert {"summary.csv", "gdp.png", "public_money.png", "scenario.yaml", EXPERIMENT, HASHES, JOURNAL} <= {
        p.name for p in folder.iterdir()
    }
    before = final(folder)
    assert command("run", "baseline-2022", "-n", 2, *SMALL).stdout == first.stdout
    assert final(folder) == before
    assert "2 SUCCEEDED" in command("status", folder).output
    assert command("verify", folder).exit_code == 0
    assert len(json.loads(command("redo", folder, 1).output)["gdp"]) == 1
    refused = command("run", "baseline-2022", "-n", 1, *SMALL)
    assert (
        refused.exit_code == 2 and "settings.replications: 2 -> 1" in refused.output and refused.output.count("\n") == 1
    )
    assert command("run", "baseline-2022", "-n", 1, *SMALL, "--fresh", "-q").exit_code == 0


def test_a_stop_between_two_files_leaves_none_that_the_next_call_takes_for_somebody_elses(tmp_path):
    def stop(experiment, tables):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conduct(squares(), tmp_path / "x", draw=stop)
    assert (tmp_path / "x" / "squares.csv").exists()
    assert "ABORTED" in "\n".join(describe_status(tmp_path / "x"))
    conduct(squares(), tmp_path / "x")
    assert verify(tmp_path / "x") == []


@pytest.mark.parametrize(
    ("values", "stored"),
    [
        ([-128, 127], "|i1"),
        ([-129, 127], "<i2"),
        ([-128, 128], "<i2"),
        ([0, 32_768], "<i4"),
        ([0, 2**31], "<i8"),
        ([-(2**31) - 1, 0], "<i8"),
    ],
)
def test_a_column_is_stored_as_the_narrowest_integers_that_hold_it(values, stored):
    plain = pack(Result((), (), {"a": np.array(values, np.int64)}, {}, {}, {}, {}, {}, {}, 0.0))
    assert plain["quarters"]["a"]["stored"] == stored
    assert unpack(plain).quarters["a"].tolist() == values


@dataclass(frozen=True)
class Hopeless(Run):
    """A run whose every replication fails."""

    def task(self):
        return int

    def payloads(self, numbers, values):
        return ["no number"] * len(numbers)


def test_when_every_replication_fails_there_are_no_tables_and_each_failure_is_told(spec, tmp_path):
    for folder in (None, tmp_path / "x"):
        found = conduct(Hopeless({spec.name: spec}, replications=2), folder)
        assert found.tables == {} and list(found.failed) == [0, 1]


def test_the_sheet_of_payments_holds_the_first_world_and_parquet_all(whole):
    assert set(pd.read_csv(whole / "ledger.csv")["replication"]) == {0}
    assert set(pd.read_parquet(whole / "ledger.parquet")["replication"]) == {0, 1, 2, 3}
    assert not (whole / "quarters.csv").exists()
