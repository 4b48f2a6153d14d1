"""What a run costs the process that waits for it, besides the run: `python benchmarks/no_op_runs.py 100000 1000000`.

Runs do nothing, on two workers; the folder lies where temporary files do. Prints processor seconds of this process per
run, and the most memory that it held.
"""

import resource
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim import load
from sim.experiments.experiment import Experiment, conduct


def nothing(payload):
    """Return the number of the run."""
    return payload


@dataclass(frozen=True)
class NoOp(Experiment):
    """Runs that do nothing."""

    kind = "no-op"
    runs: int = 0

    def wanted(self, values):
        return self.runs

    def payloads(self, numbers, values):
        return list(numbers)

    def task(self):
        return nothing

    def tables(self, values):
        return {"runs": pd.DataFrame([(len(values), values[self.runs - 1])], columns=["runs", "last"])}


def main():
    """Measure each number of runs that is asked for."""
    base = load("no-policy")
    for runs in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            begun, wall = time.process_time(), time.perf_counter()
            conduct(NoOp({"no-policy": base}, runs=runs), Path(folder) / "x", workers=2)
            took, waited = time.process_time() - begun, time.perf_counter() - wall
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{runs:,} runs: {1e3 * took / runs:.4f} ms of the parent each, {waited:.0f} s, at most {most:.0f} MB")


if __name__ == "__main__":
    main()
