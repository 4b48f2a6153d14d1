"""What is seen of long work while it goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sim.commands.say import say

Show = Callable[[int, int], None]
_EVERY = 60.0  # seconds between two lines
_ROUNDS = 2  # runs of each worker after the first, which is slower, that tell how long the rest takes


@contextmanager
def progress_of(quiet: bool, name: str, workers: int, most: int = 0) -> Iterator[Show | None]:
    """Yield a progress callback: a line when it is first called, before any run; then a bar on a terminal, elsewhere
    how long it will take as soon as that is known, and a line a minute. Nothing when quiet.

    Args:
        workers: cores of this machine that share the runs; 0 where others do. most: runs that may be wanted later.
    """
    if quiet:
        yield None
        return
    lines = Lines(name, workers, most)
    if not sys.stderr.isatty():
        yield lines
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def show(ended: int, wanted: int) -> None:
            if not lines.opened:
                lines(ended, wanted)
            bar.update(task, completed=ended, total=wanted)

        yield show


@dataclass
class Lines:
    """Lines for where no bar can be drawn: at the start, when it is known how long the rest takes, then one a minute.

    What is left is reckoned from the runs after the first of this call: that one waits for the workers to begin.
    """

    name: str
    workers: int
    most: int = 0
    clock: Callable[[], float] = time.monotonic
    opened: bool = field(default=False, init=False)
    begun: tuple[int, float] | None = field(default=None, init=False)
    told: float | None = field(default=None, init=False)

    def __call__(self, ended: int, wanted: int) -> None:
        """Take note that work begins, or that a run has ended."""
        if not self.opened:
            self.opened = True
            self._open(ended, wanted)
        elif self.begun is None:
            self.begun = (ended, self.clock())
        elif ended < wanted:
            self._tell(ended, wanted, *self.begun)

    def _open(self, ended: int, wanted: int) -> None:
        from sim.tables.units import counted, runs_between

        runs, runs_zh = runs_between(wanted, self.most)
        on, on_zh = (f" on {counted(self.workers, 'core')}", f"，{self.workers}核") if self.workers else ("", "")
        there = f", {ended:,} of them there already 其中{ended:,}次已有" if ended else ""
        say(f"{self.name}: {runs}{on} {runs_zh}{on_zh}{there}", err=True)

    def _tell(self, ended: int, wanted: int, first: int, began: float) -> None:
        from sim.tables.units import lasting

        now = self.clock()
        runs, seconds = ended - first, now - began
        known = runs >= _ROUNDS * max(self.workers, 1) or seconds >= _EVERY
        if known if self.told is None else now - self.told >= _EVERY:
            self.told = now
            left, left_zh = lasting((wanted - ended) * seconds / runs)
            round_, round_zh = (" of this round", "本轮") if self.most > wanted else ("", "")
            say(
                f"{self.name}: {ended:,} of {wanted:,}{round_}, about {left} left {round_zh}约剩{left_zh}",
                err=True,
            )
