"""Firm-quarters per second on one core at the default population, warm; median of five, beside a yardstick of the same run.

The yardstick is one numpy pass over the rows (a multiply-add of three columns), so that the ratio can be compared between machines.
"""

import statistics
import sys
import time

import numpy as np

from sim.model import ClusterModel
from sim.scenario import load

QUARTERS = 16


def median_of_five(action):
    """Median seconds of five calls, after one to warm up."""
    action()
    times = []
    for _ in range(5):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure(name):
    """Seconds of a whole run, and active firm-quarters in it."""
    spec = load(name)
    start = ClusterModel(spec, seed=1).start
    models = iter([ClusterModel(spec, seed=1, start=start) for _ in range(6)])
    quarters = 0

    def run():
        nonlocal quarters
        model, quarters = next(models), 0
        for _ in range(QUARTERS):
            model.step()
            quarters += int(model.firms.active.sum())

    seconds = median_of_five(run)
    return seconds, quarters, start.firms.rows


def main():
    for name in ("no-policy", "baseline-2022"):
        seconds, quarters, rows = measure(name)
        a, b, c = np.ones(rows), np.ones(rows), np.ones(rows)
        yardstick = median_of_five(lambda a=a, b=b, c=c: [np.add(a, b * c) for _ in range(1000)]) / 1000 / rows
        print(f"{name}: {quarters / seconds / 1e6:.2f} million firm-quarters a second; a firm-quarter costs {seconds / quarters / yardstick:.0f} yardsticks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
