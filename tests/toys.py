"""Toy experiments that know their answer."""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from sim.experiments.experiment import Experiment
from sim.experiments.search import Search
from tests.toy_tasks import slow_square


@dataclass(frozen=True)
class Squares(Experiment):
    """Numbers and their squares."""

    kind = "squares"
    runs: int = 20

    def wanted(self, values):
        return self.runs

    def payloads(self, numbers, values):
        return list(numbers)

    def task(self):
        return slow_square

    def tables(self, values):
        return {
            "squares": pd.DataFrame(
                [(n, v["square"], v["root"]) for n, v in sorted(values.items())], columns=["n", "square", "root"]
            )
        }


def toy_package(seed, payload):
    """Reached with chance x + y; it costs x + 3 y: to be reached with one half, x = 1/2 and y = 0 is cheapest."""
    changes, world = payload
    x, y = changes["x"], changes["y"]
    draw = np.random.default_rng([seed, world]).random()
    return [float(draw < x + y), x + 3.0 * y, 0.0, 0.0, 0.0]


@dataclass(frozen=True)
class ToySearch(Search):
    """A search whose optimum is known."""

    def task(self):
        return partial(toy_package, self.seed)


def fail_on_one(task):
    """Return a task that fails for payload 1."""
    return partial(_unless_one, task)


def _unless_one(task, payload):
    if payload == 1:
        raise ValueError("one is not liked")
    return task(payload)
