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
def progress_of(quiet: bool, name: str, workers: int) -> Iterator[Show | None]:
    """Yield a progress callback: a line when it is first called, before any run; then a bar on a terminal, elsewhere
    how long it will take as soon as that is known, and a line a minute. Nothing when quiet.
    """
    if quiet:
        yield None
        return
    if not sys.stderr.isatty():
        yield Lines(name, workers)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@dataclass
class Lines:
    """Lines for where no bar can be drawn: at the start, when it is known how long the rest takes, then one a minute.

    What is left is reckoned from the runs after the first of this call: that one waits for the workers to begin.
    """

    name: str
    workers: int
    clock: Callable[[], float] = time.monotonic
    opened: bool = field(default=False, init=False)
    begun: tuple[int, float] | None = field(default=None, init=False)
    told: float | None = field(default=None, init=False)

    def __call__(self, done: int, total: int) -> None:
        """Take note that work begins, or of a finished run."""
        if not self.opened:
            self.opened = True
            self._open(done, total)
        elif self.begun is None:
            self.begun = (done, self.clock())
        elif done < total:
            self._tell(done, total, *self.begun)

    def _open(self, done: int, total: int) -> None:
        from sim.tables.units import counted

        there = f", {done:,} of them there already 其中{done:,}次已有" if done else ""
        on = f"{counted(total, 'run')} on {counted(self.workers, 'core')} {total:,}次运行，{self.workers}核"
        say(f"{self.name}: {on}{there}", err=True)

    def _tell(self, done: int, total: int, first: int, began: float) -> None:
        from sim.tables.units import lasting

        now = self.clock()
        runs, seconds = done - first, now - began
        known = runs == _ROUNDS * self.workers or seconds >= _EVERY
        if known if self.told is None else now - self.told >= _EVERY:
            self.told = now
            left, left_zh = lasting((total - done) * seconds / runs)
            say(f"{self.name}: {done:,} of {total:,}, about {left} left 约剩{left_zh}", err=True)
