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


def toy_package_that_may_fail(seed, every, payload):
    """The same, but every so many worlds fail."""
    if payload[1] % every == 0:
        raise ValueError("this world is not liked")
    return toy_package(seed, payload)


@dataclass(frozen=True)
class FailingSearch(Search):
    """A search of which one run in `every` fails."""

    every: int = 50

    def task(self):
        return partial(toy_package_that_may_fail, self.seed, self.every)


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
