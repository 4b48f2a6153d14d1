"""A world for the store in which everything goes wrong that can: a seed makes a history of faults, which ends with the
same command undisturbed, and then the tables must be those of an undisturbed experiment.

A history is made of lives of one process. In each the disk may fill up, break or be slow to take all, the process is
killed (then nothing of it cleans up) or interrupted at some call to the disk, workers die, runs come in any order, and
a second process asks for the folder. Between two lives a file is cut, changed or lost, as a power cut or a bad disk
does it, and its times go back.
"""

from __future__ import annotations

import errno
import os
import random
import signal
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pandas as pd

from sim.experiments import disk, engine
from sim.experiments.experiment import Experiment, conduct
from sim.experiments.folder import HASHES, LOCK, FolderInUse
from sim.experiments.jobs import ATTEMPTS, attempt_all, supervise
from sim.experiments.journal import JOURNAL, CannotWrite, read_journal
from sim.experiments.manifest import EXPERIMENT
from sim.experiments.status import verify
from sim.experiments.store import Store
from sim.scenario.files import ScenarioError
from tests.conftest import small

LIVES, RUNS, SECONDS = 5, 12, 30
OUTCOMES = ("whole", "killed", "interrupted", "cannot write", "refused")


class Killed(BaseException):
    """The process is gone: whatever it would still do to the disk does not happen."""


class Wrong(AssertionError):
    """The store broke a promise; says which."""


@dataclass(frozen=True)
class Toy(Experiment):
    """Numbers, their squares and some words, as small as an experiment can be."""

    kind = "toy"
    runs: int = RUNS

    def wanted(self, values):
        return self.runs

    def payloads(self, numbers, values):
        return list(numbers)

    def task(self):
        return square

    def tables(self, values):
        rows = [(n, value["square"]) for n, value in values.items()]
        return {"squares": pd.DataFrame(rows, columns=["n", "square"]), "words": pd.DataFrame({"word": ["a", "b"]})}

    def identity(self):
        return {"kind": "toy", "scenarios": {}, "settings": {"seed": self.seed, "runs": self.runs}, "clustersim": "0"}


@cache
def toy():
    """Return the experiment."""
    return Toy({"no-policy": small("no-policy")})


made = Counter()  # how often each run was made in this life


def square(payload):
    made[payload] += 1
    return {"square": payload * payload}


class StormyDisk(disk.Disk):
    """A disk of which one call goes wrong, and after a kill none happens any more."""

    def __init__(self, chance, when, how, second):
        self.chance, self.when, self.how, self.second = chance, when, how, second
        self.calls, self.dead, self.full = 0, False, False

    def _turn(self):
        """Count a call; tell whether it is the one."""
        if self.dead:
            raise Killed
        self.calls += 1
        if self.calls == self.when // 2:
            self.second()
        return self.calls == self.when

    def _fails(self):
        if self.how == "killed":
            self.dead = True
            raise Killed
        if self.how == "interrupted":
            raise KeyboardInterrupt
        self.full = True
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write(self, file, content):
        if self._turn():
            part = self.chance.randint(0, len(content))
            super().write(file, content[:part])
            self._fails()
        if self.full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        some = self.chance.randint(1, len(content)) if self.chance.random() < 0.1 else len(content)
        return super().write(file, content[:some])

    def sync(self, file):
        if self._turn():
            self._fails()

    def rename(self, old, new):
        if self._turn():
            if self.chance.random() < 0.5:
                super().rename(old, new)
            self._fails()
        super().rename(old, new)

    def remove(self, path):
        if self.dead:
            return
        super().remove(path)

    def shorten(self, path, length):
        if self._turn():
            self._fails()
        super().shorten(path, length)


class Pool:
    """Workers that end their runs in any order and sometimes die with them."""

    lost = ChildProcessError
    died = "its worker was killed"
    window = 4

    def __init__(self, chance, deadly):
        self.chance, self.deadly, self.deaths = chance, deadly, 0

    def submit(self, task, jobs):
        return Run(task, jobs)

    def wait(self, running):
        return self.chance.sample(list(running), self.chance.randint(1, len(running)))

    def result(self, run):
        if self.deaths < ATTEMPTS and self.chance.random() < self.deadly:
            self.deaths += 1
            raise self.lost
        return attempt_all(run.task, run.jobs)._replace(seconds=self.chance.choice((1e-3, 0.1, 1.0)) * len(run.jobs))

    def renew(self):
        pass

    def close(self, *, busy):
        pass


@dataclass(eq=False)
class Run:
    """Runs that were handed to a worker."""

    task: object
    jobs: list


@cache
def undisturbed():
    """Return the files of an experiment that nothing happened to."""
    with tempfile.TemporaryDirectory() as folder:
        conduct(toy(), Path(folder) / "x")
        return tables_of(Path(folder) / "x")


def tables_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.csv")}


@dataclass
class History:
    """One history.

    Attributes:
        ended: how many lives ended how. told: whether a damaged folder was refused and given up.
    """

    seed: int
    folder: Path
    ended: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.chance = random.Random(self.seed)
        self.place = self.folder / "x"

    def run(self):
        """Live several lives, then one in peace; return what came of it.

        Raises:
            Wrong: if a promise was broken.
        """
        for _ in range(self.chance.randint(1, LIVES)):
            self._live()
            self._damage()
        self._live(peace=True)
        return self.ended

    def _live(self, *, peace=False):
        saved = self._saved()
        made.clear()
        how = self.chance.choice(("killed", "interrupted", "cannot write", "nothing"))
        when = 0 if peace or how == "nothing" else self.chance.randint(1, 50)
        stormy = StormyDisk(self.chance, when, how, self._second_asks if when else lambda: None)
        try:
            with taken(stormy, Pool(self.chance, 0.0 if peace else self.chance.choice((0.0, 0.1)))):
                conduct(toy(), self.place, workers=2)
            self.ended["whole"] += 1
        except Killed:
            self.ended["killed"] += 1
        except KeyboardInterrupt:
            self.ended["interrupted"] += 1
        except CannotWrite as error:
            self._one_line(error)
            self.ended["cannot write"] += 1
            if not stormy.full:
                raise Wrong(f"a disk with room was called full: {error}") from None
        except ScenarioError as error:
            self._one_line(error)
            self._give_up(error)
            return
        if again := saved & made.keys():
            raise Wrong(f"runs {sorted(again)} were saved and made again")
        if twice := [run for run, times in made.items() if times > 1 + ATTEMPTS]:
            raise Wrong(f"runs {twice} were made again and again")
        if not stormy.dead and (left := list(filter(disk.is_half, self.place.iterdir()))):
            raise Wrong(f"{left[0].name} was left behind")
        self._values_are_right()
        if peace or (how == "nothing" and not self._failed()):
            self._all_is_right()

    def _second_asks(self):
        """Another process asks for the folder while it is written, and is refused."""
        before, disk.DISK = disk.DISK, disk.Disk()
        try:
            with Store(self.place, toy().identity()):
                pass
        except FolderInUse:
            return
        finally:
            disk.DISK = before
        raise Wrong("two processes wrote one folder")

    def _damage(self):
        """Do to one file what a power cut or a bad disk does."""
        files = [self.place / name for name in (JOURNAL, EXPERIMENT, HASHES, LOCK)]
        files = [path for path in files if path.is_file()]
        if not files or self.chance.random() < 0.4:
            return
        path = self.chance.choice(files)
        content = bytearray(path.read_bytes())
        match self.chance.choice(("cut", "flip", "emptied", "block", "gone")):
            case "cut" if content:
                del content[self.chance.randrange(len(content)) :]
            case "flip" if content:
                content[self.chance.randrange(len(content))] ^= self.chance.randint(1, 255)
            case "emptied":
                content.clear()
            case "gone":
                path.unlink()
                return
            case "block" if content:
                at = self.chance.randrange(len(content))
                content[at : at + 64] = b"\0" * len(content[at : at + 64])
        path.write_bytes(bytes(content))
        os.utime(path, (0, 0))

    def _saved(self):
        """Return the runs that are saved now."""
        return set(read_journal(self.place / JOURNAL).values)

    def _failed(self):
        return read_journal(self.place / JOURNAL).failed

    def _values_are_right(self):
        for run, value in read_journal(self.place / JOURNAL).values.items():
            if value != {"square": run * run}:
                raise Wrong(f"run {run} has the value {value}")

    def _all_is_right(self):
        if (found := tables_of(self.place)) != undisturbed():
            raise Wrong(f"tables differ: {sorted(found)}")
        if problems := verify(self.place):
            raise Wrong(f"verify says {problems}")

    def _one_line(self, error):
        if str(error).count("\n"):
            raise Wrong(f"more than one line: {error}")

    def _give_up(self, error):
        """A folder that nobody can tell whose it is was refused: that must have a reason, and go on elsewhere."""
        reasons = (
            "holds something else",
            f"{JOURNAL} holds runs of another experiment",
            "was begun as another experiment",
            "was not written by this experiment",
        )
        if not any(reason in str(error) for reason in reasons):
            raise Wrong(f"refused for no reason that is known: {error}")
        self.ended["refused"] += 1
        if self.ended["refused"] > 1 and "holds something else" not in str(error):
            raise Wrong(f"refused again, though one file at a time is damaged: {error}")
        self.place = self.folder / f"x{self.ended['refused']}"
        self._live(peace=True)


@contextmanager
def taken(stormy, pool):
    """Put a disk and workers in the place of the real ones, and end what hangs."""
    real, execute = disk.DISK, engine.execute
    before = signal.signal(signal.SIGALRM, _hangs)
    signal.alarm(SECONDS)
    disk.DISK, engine.execute = stormy, lambda task, jobs, *_: supervise(task, jobs, pool)
    try:
        yield
    finally:
        disk.DISK, engine.execute = real, execute
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def _hangs(*_):
    raise Wrong(f"nothing came of it for {SECONDS} s")


def history(seed):
    """Live one history in a folder of its own; return how its lives ended."""
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=where, prefix="storm-") as folder:
        return History(seed, Path(folder)).run()
