"""What is seen of long work while it goes on."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import Any

from sim.commands.say import say


@contextmanager
def progress_of(quiet: bool, name: str) -> Any:
    """Yield a progress callback: a bar on a terminal, a line a minute elsewhere, nothing when quiet."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(name)
            yield lambda done, total: bar.update(task, completed=done, total=total)
    else:
        last = begun = time.monotonic()
        at_first: int | None = None

        def line(done: int, total: int) -> None:
            nonlocal last, at_first
            at_first = done - 1 if at_first is None else at_first  # a resumed experiment begins with some
            now = time.monotonic()
            if now - last >= 60:
                last = now
                left = (total - done) * (now - begun) / max(done - at_first, 1) / 60.0
                say(f"{name}: {done} of {total}, about {left:.0f} min left", err=True)

        yield line
