"""Firm-quarters per second on one core at the default population, warm: median and best of fifteen runs.

Beside them a yardstick of the same minutes (one numpy pass over the rows, a multiply-add of three columns), so that
machines, and busy and quiet hours of one machine, can be compared by the ratio.
"""

import statistics
import sys
import time

import numpy as np

from sim.model import ClusterModel
from sim.scenario.reading import load

QUARTERS, REPEATS = 16, 15


def seconds_of(action):
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def run(spec, start):
    """Return seconds of a whole run, and active firm-quarters in it."""
    model, quarters, seconds = ClusterModel(spec, seed=1, start=start), 0, 0.0
    for _ in range(QUARTERS):
        seconds += seconds_of(model.step)
        quarters += int(model.firms.active.sum())
    return seconds, quarters


def main():
    for name in ("no-policy", "baseline-2022"):
        spec = load(name)
        start = ClusterModel(spec, seed=1).start
        a, b, c = (np.ones(start.firms.rows) for _ in range(3))
        run(spec, start)  # loads the compiled rules
        found, yardsticks = [], []
        for _ in range(REPEATS):
            found.append(run(spec, start))
            yardsticks.append(
                seconds_of(lambda a=a, b=b, c=c: [np.add(a, b * c) for _ in range(300)]) / 300 / start.firms.rows
            )
        rates = [quarters / seconds / 1e6 for seconds, quarters in found]
        cost = statistics.median(seconds / quarters for seconds, quarters in found) / statistics.median(yardsticks)
        print(
            f"{name}: {statistics.median(rates):.2f} million firm-quarters a second (best {max(rates):.2f}); "
            f"a firm-quarter costs {cost:.0f} yardsticks"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
