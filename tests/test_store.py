"""Long experiments: whatever happens on the way, the tables are those of an undisturbed run, and nothing is lost."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import deque
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.experiments.engine import execute
from sim.experiments.experiment import conduct
from sim.experiments.folder import FolderInUse
from sim.experiments.jobs import ATTEMPTS, FAILED, SUCCEEDED, Done, Pace, TaskDone, attempt_all, supervise
from sim.experiments.journal import JOURNAL, Saved, read_journal
from sim.experiments.manifest import refuse_other
from sim.experiments.run import plan
from sim.experiments.shards import merge
from sim.experiments.status import verify
from sim.experiments.store import Store
from sim.scenario.files import ScenarioError
from tests.conftest import small
from tests.toy_tasks import die_once, fail_on_three, poison, square
from tests.toys import Squares

ROOT = Path(__file__).parent.parent


def squares(runs=20, **settings):
    return Squares({"no-policy": small("no-policy")}, runs=runs, **settings)


def replications(runs):
    return plan(
        small("baseline-2022", population__above_scale=200, population__below_scale=200, horizon__until="2022Q4"), runs
    )


def made(what, runs):
    return {"squares": squares, "replications": replications}[what](runs)


def table(folder, name="squares.csv"):
    return (folder / name).read_bytes()


def jobs(count):
    return [(number, number) for number in range(count)]


def test_workers_change_nothing_but_the_order():
    assert sorted((d.number, d.value) for d in execute(square, jobs(9), 2)) == [(n, n * n) for n in range(9)]


def test_a_run_that_raises_fails_alone():
    done = {d.number: d for d in execute(fail_on_three, jobs(6))}
    assert done[3].status == FAILED
    assert done[3].error == "ValueError: three is not liked"
    assert [n for n, d in done.items() if d.status == SUCCEEDED] == [0, 1, 2, 4, 5]


def test_a_killed_worker_loses_no_run(tmp_path):
    done = list(execute(partial(die_once, str(tmp_path)), jobs(12), 2))
    assert sorted(d.number for d in done if d.status == SUCCEEDED) == list(range(12))


def test_a_run_that_always_kills_its_worker_fails_alone():
    done = {d.number: d for d in execute(poison, jobs(8), 2)}
    assert sorted(done) == list(range(8))
    assert [n for n, d in done.items() if d.status == FAILED] == [4]
    assert "killed" in done[4].error


def test_an_experiment_resumes_where_it_stopped_and_ends_with_the_same_bytes(tmp_path):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    conduct(squares(), whole)
    with Store(broken, squares().identity()) as store:
        for done in list(execute(squares().task(), jobs(20)))[5:11]:
            store.add(done)
    seen = []
    conduct(squares(), broken, progress=lambda done, total: seen.append(done))
    assert seen == [6, *range(7, 21)]  # what is there, then only what was missing
    assert table(broken) == table(whole)


def test_another_scenario_or_setting_is_refused_with_what_differs(tmp_path):
    conduct(squares(), tmp_path / "x")
    with pytest.raises(ScenarioError) as error:
        conduct(squares(seed=2), tmp_path / "x")
    assert any("settings.seed: 1 -> 2" in line for line in error.value.problems)
    other = Squares({"no-policy": small("no-policy", horizon__until="2023Q4")}, runs=20)
    with pytest.raises(ScenarioError) as error:
        conduct(other, tmp_path / "x")
    assert any("horizon.until: 2025Q4 -> 2023Q4" in line for line in error.value.problems)
    conduct(squares(seed=2), tmp_path / "x", fresh=True)


@pytest.mark.parametrize(
    ("kind", "scenarios", "settings", "said"),
    [
        ("run", {"a": {"x": 1}}, {"seed": 2}, "(settings.seed: 1 -> 2)"),
        ("run", {"b": {"x": 2, "y": 3}}, {"seed": 2}, "(scenarios: a -> b)"),
        ("run", {"a": {"x": 1}, "b": {}}, {"seed": 1}, "(scenarios: a -> a, b)"),
        ("sweep", {"b": {}}, {"seed": 2}, "(kind: run -> sweep)"),
        (
            "run",
            {"a": {"v": 0, "w": 0, "y": 3}},
            {"seed": 2},
            "(scenarios.a.v: nothing -> 0, scenarios.a.w: nothing -> 0, scenarios.a.x: 1 -> nothing and 2 more)",
        ),
    ],
)
def test_another_experiment_is_refused_in_one_line_that_says_first_what_matters_most(
    kind, scenarios, settings, said, tmp_path
):
    known = {"kind": "run", "scenarios": {"a": {"x": 1}}, "settings": {"seed": 1}}
    with pytest.raises(ScenarioError) as error:
        refuse_other(tmp_path, known, {"kind": kind, "scenarios": scenarios, "settings": settings})
    (line,) = error.value.problems
    assert line == (
        f"{tmp_path}: was begun as another experiment {said}; write --fresh to begin again (its runs are "
        "deleted), or another --out"
    )


def test_a_second_process_is_refused_and_names_the_first(tmp_path):
    with Store(tmp_path / "x", squares().identity()), pytest.raises(FolderInUse, match=f"process {os.getpid()}"):
        conduct(squares(), tmp_path / "x")
    conduct(squares(), tmp_path / "x")


def test_a_folder_with_something_else_is_refused_and_untouched(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ScenarioError, match="holds something else"):
        conduct(squares(), tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


def test_shards_merged_equal_one_run(tmp_path):
    conduct(squares(), tmp_path / "whole")
    for part in (1, 2, 3):
        conduct(squares(), tmp_path / "parts", shard=(part, 3))
    assert merge(tmp_path / "parts", lacking=True) == 20
    conduct(squares(), tmp_path / "parts")
    assert table(tmp_path / "parts") == table(tmp_path / "whole")


def test_verify_finds_a_flipped_byte(tmp_path):
    conduct(squares(), tmp_path / "x")
    assert verify(tmp_path / "x") == []
    content = bytearray(table(tmp_path / "x"))
    content[-3] ^= 1
    (tmp_path / "x" / "squares.csv").write_bytes(content)
    assert verify(tmp_path / "x") == ["squares.csv: was changed or damaged"]


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_a_damaged_journal_never_gives_a_wrong_value(tmp_path_factory, data):
    folder, known = tmp_path_factory.mktemp("j"), squares().identity()
    with Store(folder, known) as store:
        for n in range(12):
            store.add(Done(n, SUCCEEDED, {"v": n * 1.5}))
    path = folder / JOURNAL
    content = bytearray(path.read_bytes())
    where = data.draw(st.integers(0, len(content) - 1))
    how = data.draw(st.sampled_from(["flip", "cut", "delete", "insert", "newline"]))
    if how == "flip":
        content[where] ^= data.draw(st.integers(1, 255))
    elif how == "cut":
        del content[where:]
    elif how == "delete":
        del content[where : where + data.draw(st.integers(1, 40))]
    else:
        content[where:where] = b"\n" if how == "newline" else data.draw(st.binary(min_size=1, max_size=20))
    path.write_bytes(content)
    values = read_journal(path).values
    assert all(value == {"v": n * 1.5} for n, value in values.items())
    assert len(values) >= 10 or how in ("cut", "delete")
    with Store(folder, known) as store:
        store.add(Done(99, SUCCEEDED, 1))
    assert read_journal(path)[0][99] == 1


_SCRIPT = """
import sys
if __name__ == "__main__":  # workers import this file, and are to begin at once
    from pathlib import Path
    from sim.experiments.experiment import conduct
    from tests.test_store import made
    conduct(made(sys.argv[3], int(sys.argv[2])), Path(sys.argv[1]), workers=2)
"""


def start(tmp_path, folder, runs, what):
    script = tmp_path / "job.py"
    script.write_text(_SCRIPT)
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    return subprocess.Popen(
        [sys.executable, str(script), str(folder), str(runs), what],
        env=environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


def orphans(folder):
    """Python processes started for this test that are still there: they have the script's folder on their command line
    or as parent's.
    """
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if f"CLUSTERSIM_TEST={folder}".encode() in (entry / "environ").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return [pid for pid in found if pid != os.getpid()]


def kill_at_random_moments(tmp_path, kills, runs, monkeypatch, what="squares", name="squares.csv"):
    import random

    chance = random.Random(4)
    monkeypatch.setenv("CLUSTERSIM_TEST", str(tmp_path))
    done = 0
    while done < kills:
        process = start(tmp_path, tmp_path / "killed", runs, what)
        before = len(read_journal(tmp_path / "killed" / JOURNAL)[0])
        deadline = time.monotonic() + 60
        wanted = before + chance.randint(1, max(runs // (kills * 2), 1))
        while (
            process.poll() is None
            and time.monotonic() < deadline
            and len(read_journal(tmp_path / "killed" / JOURNAL)[0]) < wanted
        ):
            time.sleep(0.01)
        if process.poll() is not None:
            break
        (os.kill if done % 2 else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        process.stderr.close()
        done += 1
    deadline = time.monotonic() + 1.5
    while orphans(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert orphans(tmp_path) == []
    monkeypatch.delenv("CLUSTERSIM_TEST")
    conduct(made(what, runs), tmp_path / "killed")
    conduct(made(what, runs), tmp_path / "whole")
    assert table(tmp_path / "killed", name) == table(tmp_path / "whole", name)
    return done


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for orphans in /proc")
def test_kill_9_leaves_no_orphan_and_the_same_tables(tmp_path, monkeypatch):
    assert kill_at_random_moments(tmp_path, 2, 300, monkeypatch) == 2  # one worker or its parent, all of them


@pytest.mark.slow
def test_kill_9_at_twenty_random_moments_of_two_thousand_runs(tmp_path, monkeypatch):
    assert kill_at_random_moments(tmp_path, 20, 2_000, monkeypatch) == 20


def test_identity_holds_code_data_and_versions():
    known = squares().identity()
    assert {"kind", "scenarios", "settings", "code", "data", "packages", "clustersim"} <= set(known)
    json.dumps(known)


@pytest.mark.parametrize(
    ("sent", "code", "workers"),
    [
        (signal.SIGTERM, 143, 1),
        pytest.param(signal.SIGINT, 130, 2, marks=pytest.mark.slow),
        pytest.param(signal.SIGINT, 130, 1, marks=pytest.mark.slow),
        pytest.param(signal.SIGTERM, 143, 2, marks=pytest.mark.slow),
    ],
)
def test_a_stop_ends_at_once_in_one_line_that_says_what_is_saved(tmp_path, sent, code, workers):
    folder = tmp_path / "x"
    command = [
        sys.executable,
        str(ROOT / "cli.py"),
        "sweep",
        "baseline-2022",
        "--vary",
        "parameters.hurdle_rate=0.05,0.08",
        "-n",
        "500",
        "-j",
        str(workers),
        "-q",
        "--set",
        "population.above_scale=200",
        "--set",
        "population.below_scale=200",
        "--until",
        "2022Q4",
        "--out",
        str(folder),
    ]
    process = subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 90
    while len(read_journal(folder / JOURNAL)[0]) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    began = time.monotonic()
    process.send_signal(sent)
    said = process.communicate()[1].strip()
    assert process.returncode == code
    assert time.monotonic() - began < 5.0
    assert said.count("\n") == 0
    assert "of 1,000 runs ended and are saved" in said


# runs share tasks


class Workers:
    """Workers in this process, of which one dies with each task that holds a deadly run."""

    lost, died, window = ChildProcessError, "its worker was killed", 4

    def __init__(self, deadly):
        self.deadly, self.sizes, self.renewed = deadly, [], 0

    def submit(self, task, jobs):
        self.sizes.append(len(jobs))
        return Task(task, jobs)

    def wait(self, running):
        return list(running)

    def result(self, task):
        if self.deadly in dict(task.jobs):
            raise self.lost
        return attempt_all(task.task, task.jobs)

    def renew(self):
        self.renewed += 1

    def close(self, *, busy):
        assert not busy


@dataclass(eq=False)
class Task:
    """A task that was handed to a worker."""

    task: object
    jobs: list


def test_a_run_that_kills_its_worker_is_found_among_hundreds_that_share_its_task():
    workers = Workers(150)
    done = {d.number: d for d in supervise(square, jobs(300), workers)}
    assert sorted(done) == list(range(300))
    assert [n for n, d in done.items() if d.status == FAILED] == [150]
    assert done[299].value == 299 * 299
    assert max(workers.sizes) >= 64
    assert workers.renewed <= 2 + 8 + ATTEMPTS  # the first loss, halves of at most 256, and alone


def test_runs_of_no_time_share_a_task_and_long_ones_have_one_each():
    pace, waiting, sizes = Pace(), deque(jobs(2_000)), []
    for _ in range(6):
        batch = pace.take(waiting)
        sizes.append(len(batch))
        pace.learn(TaskDone([Done(n, SUCCEEDED) for n, _ in batch], 1e-4 * len(batch)))
    assert sizes == [1, 4, 16, 64, 256, 500]
    pace.learn(TaskDone([Done(0, SUCCEEDED)] * 500, 500.0))
    assert len(pace.take(waiting)) == 1
    pace.learn(TaskDone([Done(0, SUCCEEDED)], 0.1))
    assert len(pace.take(waiting)) == 2  # a quarter of a second


def test_an_index_of_saved_runs_takes_sixteen_bytes_a_run(tmp_path):
    saved = Saved(tmp_path / JOURNAL)
    for run in (5, 0, 1_000):
        saved.put(run, 10 * run, 7)
    saved.put(5, 99, 8)
    assert (list(saved), len(saved), saved.line(5)) == ([0, 5, 1_000], 3, (99, 8))
    assert 4 not in saved and 10**9 not in saved and -1 not in saved
    with pytest.raises(KeyError):
        saved.line(4)
