"""What is said before and during long work: how many runs, how long, how much disk."""

import pytest

from sim.commands.progress import Lines
from sim.experiments import attribute, compare, run, search, sensitivity, sweep
from sim.experiments.estimate import Estimate, estimate
from sim.experiments.experiment import conduct
from sim.experiments.journal import JOURNAL
from sim.experiments.kinds import kinds
from sim.tables.units import lasting
from tests.conftest import drawn, of_announced_amounts, small
from tests.test_comparing import TINY
from tests.test_comparing import run as command
from tests.test_store import squares
from tests.toy_tasks import fail_on_three
from tests.toys import Squares

CO_INVESTMENT = "policies.policy_fund.co_investment"


class FailOnThree(Squares):
    """Run 3 always fails."""

    def task(self):
        return fail_on_three

    def tables(self, values):
        return {}


def planned(kind):
    """An experiment of each kind, as small as may be."""
    base = small("baseline-2022", **TINY)
    arms = {base.name: base, "none": base.without_policies()}
    return {
        "run": lambda: run.plan(base, 3),
        "compare": lambda: compare.plan(base, arms, precision=0.001),
        "attribute": lambda: attribute.plan(of_announced_amounts(base), worlds=2, shapley="none"),
        "sweep": lambda: sweep.plan(base, [f"{CO_INVESTMENT}=0.5,1"], replications=2),
        "search": lambda: search.plan(
            base, "gdp>=1万亿元 by 2023", [f"{CO_INVESTMENT}=0.5:1"], points=4, worlds=2, rounds=1, checks=10
        ),
        "sensitivity": lambda: sensitivity.plan(base, arms, screening_points=20, strongest=1, base_points=8),
    }[kind]()


@pytest.mark.parametrize("kind", drawn(sorted(kinds()), 2))
def test_every_kind_of_experiment_is_estimated_and_wants_no_more_runs_than_it_said(kind):
    found = estimate(experiment := planned(kind), workers=2)
    assert found.least == experiment.wanted({}) and found.most == experiment.most() >= found.least
    assert found.seconds > 0.0 and found.size > 0


@pytest.mark.parametrize("kind", ["compare", "search", "sensitivity"])
def test_an_experiment_that_finds_its_runs_on_the_way_keeps_to_the_most_it_said(kind, monkeypatch):
    experiment = planned(kind)
    task = {
        "compare": lambda n: {
            arm: {"years": {experiment.objective: [0.0, float((n * 7 + place) % 5)]}}
            for place, arm in enumerate(experiment.arms)
        },
        "search": lambda payload: [float(payload[1] % 2), 0.0, 1.0, 0.0, 0.0],
        "sensitivity": lambda payload: {"baseline-2022": 1.0, "none": 2.0},
    }
    monkeypatch.setattr(type(experiment), "task", lambda self: task[kind])
    monkeypatch.setattr(type(experiment), "tables", lambda self, values: {})
    runs = len(conduct(experiment).values)
    assert experiment.wanted({}) < runs <= experiment.most()


def test_an_estimate_is_the_measured_run_times_the_runs_over_the_workers():
    assert Estimate(least=100, most=100, seconds=1.2, size=20_000, workers=2).told() == [
        "100 runs; about 60 s on 2 cores, and about 2.0 MB for runs, with tables beside them (one run measured on this "
        "machine: 1.20 s)",
        "100次运行；2核约60秒，运行记录约2.0 MB，另有结果表（本机实测一次运行1.20秒）",
    ]
    english, chinese = Estimate(least=30, most=2000, seconds=6.0, size=10, workers=1).told()
    assert english.startswith("30 to 2,000 runs; about 3 min to 3.3 h on 1 core, and about 0.1 MB")
    assert chinese.startswith("30至2,000次运行；1核约3分钟至3.3小时")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, ("0 s", "0秒")), (99.0, ("99 s", "99秒")), (100.0, ("2 min", "2分钟")), (6000.0, ("1.7 h", "1.7小时"))],
)
def test_a_time_is_said_in_the_unit_that_people_use(seconds, said):
    assert lasting(seconds) == said


def test_what_is_left_is_reckoned_without_the_slow_first_run_and_told_before_a_minute(capsys):
    clock = iter([40.0, 41.0, 42.0, 43.0, 44.0, 60.0, 104.5])
    lines = Lines("x", workers=2, clock=lambda: next(clock))
    for done in (0, 1, 2, 3, 4, 5, 21, 66):
        lines(done, 101)
    told = capsys.readouterr().err.splitlines()
    assert told == [
        "x: 101 runs on 2 cores 101次运行，2核",
        "x: 5 of 101, about 96 s left 约剩96秒",  # 4 runs in 4 s, whatever the first took
        "x: 66 of 101, about 35 s left 约剩35秒",  # a minute later
    ]


def test_the_first_line_comes_before_the_first_run_and_says_what_is_there_already(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiments.engine.execute", stop)
    assert command("run", "no-policy", "-n", 3, "-j", 1).stderr.splitlines() == [
        "no-policy-seed1: 3 runs on 1 core 3次运行，1核",
        "error: stopped; no run was saved; the same command goes on",
    ]


def test_a_resumed_experiment_says_how_many_runs_are_there(capsys):
    Lines("x", workers=1)(40, 1000)
    assert (
        capsys.readouterr().err == "x: 1,000 runs on 1 core 1,000次运行，1核, 40 of them there already 其中40次已有\n"
    )


def test_a_refused_folder_is_told_before_any_progress(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    result = command("run", "no-policy", "-n", 3, "--out", tmp_path)
    assert result.exit_code == 2 and result.output.count("\n") == 1 and "notes.txt" in result.output


@pytest.mark.parametrize(
    "line", ["run no-policy -n 3", "compare no-policy baseline-2022 -n 3", "attribute baseline-2022 -n 3"]
)
def test_a_dry_run_writes_nothing(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "sim.experiments.estimate.estimate", lambda experiment, workers: Estimate(3, 3, 1.0, 9, workers)
    )
    result = command(*line.split(), "--dry-run", "-j", 2)
    assert result.exit_code == 0 and result.output.startswith("3 runs; about 2 s on 2 cores")
    assert list(tmp_path.iterdir()) == []


def test_the_size_is_that_of_a_line_of_the_journal(tmp_path):
    experiment = squares(9)
    conduct(experiment, tmp_path / "x")
    lines = (tmp_path / "x" / JOURNAL).read_bytes().splitlines(keepends=True)
    assert estimate(experiment, 1).size in map(len, lines)


def test_workers_that_have_nothing_to_do_save_no_time():
    assert "about 1 s on 64 cores" in Estimate(least=3, most=3, seconds=1.0, size=9, workers=64).told()[0]
    assert (
        Estimate(least=1, most=1, seconds=30.0, size=9, workers=8).told()[0].startswith("1 run; about 30 s on 8 cores")
    )


def test_runs_that_fail_are_counted_and_never_end_the_others(capsys):
    clock = iter([0.0, 61.0, 122.0])
    lines = Lines("x", workers=2, clock=lambda: next(clock))
    for ended in (0, 1, 2):
        lines(ended, 9)
    assert "x: 2 of 9, about 7 min left" in capsys.readouterr().err
    seen = []
    found = conduct(FailOnThree(dict(squares(6).arms), runs=6), progress=lambda *counts: seen.append(counts))
    assert seen == [(ended, 6) for ended in range(7)] and list(found.failed) == [3]


def test_an_experiment_that_may_want_more_runs_says_how_many_and_that_a_time_is_of_the_round(capsys):
    clock = iter([0.0, 1.0, 2.0])
    lines = Lines("x", workers=1, most=5040, clock=lambda: next(clock))
    for ended in range(4):
        lines(ended, 1280)
    assert capsys.readouterr().err.splitlines() == [
        "x: 1,280 to 5,040 runs on 1 core 1,280至5,040次运行，1核",
        "x: 3 of 1,280 of this round, about 21 min left 本轮约剩21分钟",
    ]


def test_of_a_shard_its_own_runs_are_told_and_its_own_folder(tmp_path, capsys):
    seen = []
    conduct(squares(5), tmp_path, shard=(2, 2), progress=lambda *counts: seen.append(counts))
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert (tmp_path / "shard-2-of-2" / JOURNAL).is_file()


@pytest.mark.parametrize("words", [["--shard", "9/2"], ["--out", "file/below"]])
def test_a_dry_run_refuses_what_the_run_would(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    assert command("run", "no-policy", "-n", 3, "--dry-run", *words).exit_code in (2, 5)


def test_a_stop_of_a_fresh_run_says_that_the_same_command_would_begin_again(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.experiments.engine.execute", stop)
    result = command("run", "no-policy", "-n", 3, "-j", 1, "--fresh", "-q", "--out", tmp_path / "x")
    assert result.stderr == "error: stopped; no run was saved; the same command without --fresh goes on\n"
