"""A counter on the error stream for scripts that take more than a moment."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

_SECONDS_BETWEEN_LINES = 10.0


def counter(name: str) -> Callable[[int, int], None]:
    """Return a callback (done, total): it rewrites one line on a terminal and writes a line now and then elsewhere."""
    last = time.monotonic()

    def show(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{name}: {done} of {total}" + ("\n" if done == total else ""))
        elif now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            sys.stderr.write(f"{name}: {done} of {total}\n")
        sys.stderr.flush()

    return show
