"""Toys for the search: a world has one uniform number, and a package reaches the target where it is below P(x)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.advice.cheapest import look
from sim.advice.effort import Effort, Stage
from sim.advice.space import continuous
from sim.advice.surface import Trials
from sim.experiments.unit_cube import unit_points
from sim.inference.shares import clopper_pearson_low


@dataclass(frozen=True)
class Toy:
    """Levers, P(x), cost(x), the probability asked for, and the least cost at which it is reached."""

    levers: int
    chance: Callable
    cost: Callable
    wanted: float
    optimum: float


def _sum(x):
    return x.sum(axis=1)


def _least_of_two(x):
    return np.minimum(x[:, 0], x[:, 1])


def _basins(x):
    near = np.exp(-((x[:, 0] - 0.15) ** 2 + (x[:, 1] - 0.15) ** 2) / 0.0018)
    return np.maximum(0.8 * near, 0.99 * _least_of_two(x))


TOYS = {
    "one": Toy(1, lambda x: x[:, 0], lambda x: x[:, 0], 0.5, 0.5),
    "two": Toy(2, lambda x: 0.8 * x[:, 0] + 0.2 * x[:, 1], lambda x: x[:, 0] + 3 * x[:, 1], 0.5, 0.625),
    "three": Toy(3, lambda x: x[:, 0], _sum, 0.5, 0.5),
    "six": Toy(6, _least_of_two, _sum, 0.5, 1.0),
    "ten": Toy(10, _least_of_two, _sum, 0.5, 1.0),
    "needle": Toy(3, lambda x: np.where((x[:, 0] > 0.95) & (x[:, 1] > 0.95), 0.9, 0.1), _sum, 0.5, 1.9),
    "hard": Toy(1, lambda x: x[:, 0], lambda x: x[:, 0], 0.9, 0.9),
    "no": Toy(2, lambda x: 0.4 * x[:, 0], _sum, 0.5, np.nan),
    "edge": Toy(2, lambda x: 0.52 * x[:, 0], _sum, 0.5, 0.96),
    "basins": Toy(2, _basins, _sum, 0.5, 0.259),
}


@dataclass(frozen=True)
class Found:
    """Cost and true probability of the package certified, if one was; runs made."""

    certified: bool
    cost: float
    chance: float
    runs: int


def solve(toy: Toy, seed: int, effort: Effort | None = None) -> Found:
    """Return what the search finds of a toy."""
    effort = effort or Effort()
    luck = np.random.default_rng([seed, 77])
    first = unit_points("sobol", effort.points, toy.levers, seed)

    def proved(hits: int, worlds: int) -> bool:
        return clopper_pearson_low(hits, worlds, 1.0 - 0.05 / effort.candidates) >= toy.wanted

    looking = look(continuous(toy.levers), toy.wanted, effort, proved, first, seed)
    batch, runs = next(looking), 0
    checked = Found(False, np.nan, np.nan, 0)
    while True:
        chance, cost = toy.chance(batch.points), toy.cost(batch.points)
        hits = luck.binomial(batch.worlds, chance)
        runs += len(batch.points) * batch.worlds
        if batch.stage is Stage.CHECK:
            checked = Found(proved(int(hits[0]), batch.worlds), float(cost[0]), float(chance[0]), runs)
        try:
            batch = looking.send(Trials(batch.points, hits, np.full(len(hits), batch.worlds), cost))
        except StopIteration:
            return checked
