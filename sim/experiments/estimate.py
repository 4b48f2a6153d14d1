"""How long an experiment will take and how much it will save, from runs of its own on this machine."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from sim.experiments.experiment import Experiment
from sim.experiments.jobs import SUCCEEDED, Done
from sim.experiments.journal import line_of
from sim.tables.units import BYTES_PER_MB, counted, lasting, runs_between


@dataclass(frozen=True)
class Estimate:
    """What a measured run says of all.

    Attributes:
        least, most: runs that the experiment may want; what is found may call for more than the least.
        seconds: of one run. size: bytes that one run saves. workers: processes that share the runs.
    """

    least: int
    most: int
    seconds: float
    size: int
    workers: int

    def told(self) -> list[str]:
        """Return it in both languages."""
        some = self.most > self.least
        runs, runs_zh = runs_between(self.least, self.most)
        (low, low_zh), (high, high_zh) = (
            lasting(math.ceil(n / self.workers) * self.seconds) for n in (self.least, self.most)
        )
        megabytes = f"{max(self.most * self.size / BYTES_PER_MB, 0.1):,.1f} MB"
        takes, takes_zh = (f"{low} to {high}", f"{low_zh}至{high_zh}") if some else (high, high_zh)
        return [
            f"{runs}; about {takes} on {counted(self.workers, 'core')}, and about {megabytes} "
            f"for runs, with tables beside them (one run measured on this machine: {self.seconds:.2f} s)",
            f"{runs_zh}；{self.workers}核约{takes_zh}，"
            f"运行记录约{megabytes}，另有结果表（本机实测一次运行{self.seconds:.2f}秒）",
        ]


def estimate(experiment: Experiment, workers: int) -> Estimate:
    """Make two runs, of which the first loads the model and the second, from the middle, is measured; nothing is
    written.
    """
    least = experiment.wanted({})
    first, measured = experiment.payloads([0, least // 2], {})
    task = experiment.task()
    task(first)
    begun = time.perf_counter()
    value = task(measured)
    seconds = time.perf_counter() - begun
    return Estimate(
        least,
        experiment.most(),
        seconds,
        len(line_of(Done(0, SUCCEEDED, value))),
        workers,
    )
