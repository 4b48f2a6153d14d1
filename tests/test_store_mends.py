"""What a stop, a full disk or a damaged file leaves behind is mended by the same command, or told in one line; nothing
is lost, and a value that was changed is found.
"""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from sim.commands import find
from sim.experiments import disk, kinds
from sim.experiments.experiment import conduct
from sim.experiments.folder import HASHES, LOCK
from sim.experiments.jobs import FAILED, SUCCEEDED, Done
from sim.experiments.journal import JOURNAL, CannotWrite, belongs_to, hash_of_runs, line_of, read_journal
from sim.experiments.manifest import EXPERIMENT, hash_of_identity, json_bytes
from sim.experiments.shards import merge
from sim.experiments.status import describe_status, made_again, unfinished, verify
from sim.experiments.store import Store
from sim.scenario.files import ScenarioError
from tests.test_store import ROOT, squares, table
from tests.toys import Squares


@pytest.fixture
def known_kinds(monkeypatch):
    """The toy is a kind of experiment that a folder can be read as."""
    known = {**kinds.kinds(), Squares.kind: Squares}
    monkeypatch.setattr(kinds, "kinds", lambda: known)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The table of an undisturbed experiment."""
    folder = tmp_path_factory.mktemp("whole") / "x"
    conduct(squares(), folder)
    return table(folder)


def flip(path, place):
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


# the journal


def test_the_journal_says_first_which_experiment_its_runs_belong_to(tmp_path):
    conduct(squares(), tmp_path / "x")
    assert belongs_to(tmp_path / "x" / JOURNAL) == hash_of_identity(squares().identity())
    assert belongs_to(tmp_path / "nothing") == ""


def test_a_line_that_a_stop_cut_off_is_no_damage_once_the_run_is_made_again(tmp_path, whole):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    journal = folder / JOURNAL
    journal.write_bytes(journal.read_bytes()[:-7])
    assert (read_journal(journal).damaged, read_journal(journal).torn) == (1, True)
    conduct(squares(), folder)
    assert verify(folder) == []
    assert table(folder) == whole


@pytest.mark.parametrize("place", [3, 100, 400, -9], ids=["first line", "a run", "another", "last line"])
def test_a_damaged_line_is_no_damage_once_its_run_is_made_again(tmp_path, whole, place):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    flip(folder / JOURNAL, place)
    assert f"{JOURNAL}: 1 damaged lines (their runs are made again on resume)" in verify(folder)
    with Store(folder, squares().identity()) as store:
        assert store.mended == 1
        assert len(store.values) == (20 if place == 3 else 19)
    conduct(squares(), folder)
    assert verify(folder) == []
    assert table(folder) == whole


def test_a_finished_experiment_that_goes_on_is_not_finished_until_it_ends(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    with Store(folder, squares().identity()) as store:
        store.add(Done(20, SUCCEEDED, {"square": 400, "root": 4.5}))
    assert unfinished(folder)
    conduct(squares(), folder)
    assert verify(folder) == []


def test_failed_runs_are_told_in_their_order_whatever_order_they_ended_in(tmp_path):
    with Store(tmp_path / "x", squares().identity()) as store:
        for number in (7, 2, 5):
            store.add(Done(number, FAILED, error="no"))
        assert list(store.failed) == [2, 5, 7]


# what the experiment is


@pytest.mark.parametrize("how", ["emptied", "cut", "flipped", "gone", "of something else"])
def test_a_damaged_manifest_is_mended_by_the_command_that_began_the_experiment(tmp_path, whole, how):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    manifest = folder / EXPERIMENT
    before = manifest.read_bytes()
    {
        "emptied": lambda: manifest.write_bytes(b""),
        "cut": lambda: manifest.write_bytes(before[:50]),
        "flipped": lambda: manifest.write_bytes(before.replace(b'"kind"', b'"kine"')),
        "gone": manifest.unlink,
        "of something else": lambda: manifest.write_text('{"kind": 1, "scenarios": 2, "settings": 3, "clustersim": 4}'),
    }[how]()
    with pytest.raises(ScenarioError, match="the command that began the experiment, run again, mends it"):
        describe_status(folder)
    with pytest.raises(ScenarioError, match="holds runs of another experiment"):
        conduct(squares(seed=2), folder)
    conduct(squares(), folder)
    assert manifest.read_bytes() == before
    assert verify(folder) == []
    assert table(folder) == whole


def test_runs_under_the_manifest_of_another_experiment_are_refused(tmp_path):
    for seed in (1, 2):
        conduct(squares(seed=seed), tmp_path / str(seed))
    (tmp_path / "2" / EXPERIMENT).write_bytes((tmp_path / "1" / EXPERIMENT).read_bytes())
    with pytest.raises(ScenarioError, match=f"{JOURNAL} holds runs of another experiment"):
        conduct(squares(), tmp_path / "2")


def test_a_folder_of_a_kind_of_experiment_that_there_is_not_is_told_in_one_line(tmp_path):
    conduct(squares(), tmp_path / "x")
    with pytest.raises(ScenarioError, match="of kind 'squares', which this version of clustersim does not know"):
        kinds.rebuild(tmp_path / "x")


@pytest.mark.parametrize("how", [b"", b"{", b"[]", b'{"squares.csv": 1}', b'{"hashes.json": ""}'])
def test_a_damaged_list_of_hashes_is_told_and_mended(tmp_path, whole, how):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    (folder / HASHES).write_bytes(how)
    assert verify(folder) == [
        f"{HASHES}: is damaged, so no file can be checked; the command that began the experiment mends it"
    ]
    conduct(squares(), folder)
    assert verify(folder) == []
    assert table(folder) == whole


def test_a_table_that_was_changed_while_no_hash_is_known_is_left_alone(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    (folder / HASHES).unlink()
    flip(folder / "squares.csv", -3)
    with pytest.raises(ScenarioError, match=r"squares\.csv: was not written by this experiment; move it away"):
        conduct(squares(), folder)


# verify


def test_verify_finds_a_change_of_what_the_tables_were_made_from(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    (folder / EXPERIMENT).write_bytes((folder / EXPERIMENT).read_bytes() + b"\n")
    journal = folder / JOURNAL
    other = line_of(Done(3, SUCCEEDED, {"square": 8, "root": 1.7}))
    lines = [other if b'"run":3,' in line else line for line in journal.read_bytes().splitlines(keepends=True)]
    journal.write_bytes(b"".join(lines))
    assert verify(folder) == [f"{name}: was changed or damaged" for name in (EXPERIMENT, JOURNAL)]


def test_hashes_do_not_depend_on_the_order_in_which_runs_ended(tmp_path):
    for name, order in (("up", range(20)), ("down", range(19, -1, -1))):
        with Store(tmp_path / name, squares().identity()) as store:
            for run in order:
                store.add(Done(run, SUCCEEDED, {"square": run * run, "root": run**0.5}))
        conduct(squares(), tmp_path / name)
    assert (tmp_path / "up" / JOURNAL).read_bytes() != (tmp_path / "down" / JOURNAL).read_bytes()
    assert (tmp_path / "up" / HASHES).read_bytes() == (tmp_path / "down" / HASHES).read_bytes()


def falsified(folder, number, value):
    """Change a run's value so that every checksum and hash is right."""
    journal = folder / JOURNAL
    lines = journal.read_bytes().splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if f'"run":{number},'.encode() in line)
    lines[at] = line_of(Done(number, SUCCEEDED, value))
    journal.write_bytes(b"".join(lines))
    hashes = json.loads((folder / HASHES).read_text())
    hashes |= {JOURNAL: hash_of_runs(journal)}
    del hashes[HASHES]
    (folder / HASHES).write_text(json.dumps(hashes | {HASHES: sha256(json_bytes(hashes)).hexdigest()}))


def test_a_value_that_was_changed_with_all_its_checksums_is_found_by_making_runs_again(tmp_path, known_kinds):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    assert list(made_again(folder, 3, Random(1))) == [(run, "") for run in (2, 4, 18)]
    falsified(folder, 8, {"square": 65, "root": 8**0.5})
    assert verify(folder) == []
    assert dict(made_again(folder, 20, Random(1)))[8] == "comes out otherwise than it was saved"
    assert [run for run, wrong in made_again(folder, 20, Random(1)) if wrong] == [8]
    told = CliRunner().invoke(find("verify"), [str(folder), "--rerun", "20"])
    assert told.exit_code == 1
    assert "run 8: comes out otherwise" in told.stderr


def test_looking_at_a_folder_leaves_it_as_it_is(tmp_path):
    folder = tmp_path / "x"
    conduct(squares(), folder)
    (folder / LOCK).unlink()  # as in a copy, or where nothing may be written
    before = names(folder)
    assert "finished" in describe_status(folder)[-1]
    assert verify(folder) == []
    assert names(folder) == before


def test_status_names_who_writes_a_folder(tmp_path):
    conduct(squares(), tmp_path / "x")
    with Store(tmp_path / "x", squares().identity()):
        assert f"being written by process {os.getpid()}" in describe_status(tmp_path / "x")[-1]


# shards


def test_a_shard_that_is_missing_or_stopped_is_named_and_not_made_unasked(tmp_path, whole, known_kinds):
    folder = tmp_path / "x"
    for part in (1, 3):
        conduct(squares(), folder, shard=(part, 3))
    with Store(folder / "shard-2-of-3", squares().identity()) as store:
        store.add(Done(1, SUCCEEDED, {"square": 1, "root": 1.0}))
    does = "run it with --shard I/N and the same --out first, or add --here to make these runs on this machine"
    with pytest.raises(ScenarioError) as error:
        merge(folder)
    assert error.value.problems == (f"{folder}: shard 2 of 3 lacks 6 of its 7 runs; {does}",)
    for file in (folder / "shard-2-of-3").iterdir():
        file.unlink()
    with pytest.raises(ScenarioError, match="shard 2 of 3 is missing"):
        merge(folder)
    assert merge(folder, lacking=True) == 13
    conduct(squares(), folder)
    assert table(folder) == whole


def test_shards_of_different_wholes_are_refused(tmp_path):
    conduct(squares(), tmp_path, shard=(1, 2))
    conduct(squares(), tmp_path, shard=(2, 3))
    with pytest.raises(ScenarioError, match="shards of 2 and of 3"):
        merge(tmp_path, lacking=True)


# the disk


class FullDisk(disk.Disk):
    """A disk on which one write, counted from the first, finds room for a part of its content only."""

    def __init__(self, fails, part):
        self.count, self.fails, self.part = 0, fails, part

    def write(self, file, content):
        self.count += 1
        if self.count < self.fails:
            return super().write(file, content)
        if self.count == self.fails:
            return super().write(file, content[: int(self.part * len(content))])
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("part", [0.0, 0.5])
@pytest.mark.parametrize("fails", [1, 2, 3, 8, 22, 23, 24, 25])
def test_a_full_disk_is_told_in_one_line_and_the_same_command_goes_on(tmp_path, monkeypatch, whole, fails, part):
    folder = tmp_path / "x"
    monkeypatch.setattr(disk, "DISK", full := FullDisk(fails, part))
    with pytest.raises(CannotWrite, match="No space left") as error:
        conduct(squares(), folder)
    assert full.count > fails
    assert "\n" not in str(error.value)
    saved = dict(read_journal(folder / JOURNAL).values)
    assert all(value["square"] == run * run for run, value in saved.items())
    assert not [name for name in names(folder) if "half" in name]
    monkeypatch.setattr(disk, "DISK", disk.Disk())
    conduct(squares(), folder)
    assert table(folder) == whole
    assert verify(folder) == []


# processes


_DRAWING = """
if __name__ == "__main__":
    from sim.experiments.engine import apart
    from tests.toy_tasks import sleep_long
    print("begun", flush=True)
    apart(sleep_long)
"""


def process_of(pid):
    """Return the state of a process and its parent; nothing when it has ended."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else (state, int(parent))


def children_of(pid):
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return [child for child in pids if (process_of(child) or (None, None))[1] == pid]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="looks for processes in /proc")
def test_who_draws_pictures_ends_with_the_process_that_asked_for_them(tmp_path):
    script = tmp_path / "draw.py"
    script.write_text(_DRAWING)
    process = subprocess.Popen(
        [sys.executable, str(script)], env=dict(os.environ, PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE
    )
    process.stdout.readline()
    deadline = time.monotonic() + 20.0
    while len(children := children_of(process.pid)) < 2 and time.monotonic() < deadline:  # it and multiprocessing's own
        time.sleep(0.05)
    time.sleep(1.0)  # it has begun to watch
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    deadline = time.monotonic() + 2.0
    while any(process_of(child) for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [child for child in children if process_of(child)]
