"""One measurement in many worlds, on some cores."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sim.experiments.engine import execute
from sim.experiments.jobs import SUCCEEDED


def stacked(
    task: Callable[[int], dict[str, np.ndarray]], worlds: int, jobs: int, progress: Callable[[int, int], None] | None
) -> dict[str, np.ndarray]:
    """Return what `task` measures in each world, worlds first.

    Raises:
        RuntimeError: if a world fails; it says why.
    """
    found: dict[int, Any] = {}
    for done in execute(task, [(i, i) for i in range(worlds)], workers=jobs):
        if done.status != SUCCEEDED:
            raise RuntimeError(done.error)
        found[done.number] = done.value
        if progress is not None:
            progress(len(found), worlds)
    return {name: np.stack([found[i][name] for i in range(worlds)]) for name in found[0]}
