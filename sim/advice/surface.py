"""A local surface through noisy results: how likely a package reaches the target, and what it costs, near a centre.

Log-odds and cost are taken as linear near the centre; results count less the farther away they lie. A ridge holds
slopes that the results say little of (logistic regression by iterated least squares; local regression, Cleveland 1979).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_RIDGE = 0.25  # inverse variance of a slope of the log-odds over one radius
_STEPS = 8  # of the iteration, which has then converged
_STEEP = 12.0  # log-odds beyond which a probability is 0 or 1


_LEAST = 10.0**-6  # chance, and weight of a lever's slope in a world, that count as none


@dataclass(frozen=True)
class Trials:
    """Results of packages: points (n, levers) in the unit cube, worlds that reached the target, worlds, mean cost."""

    points: np.ndarray
    hits: np.ndarray
    worlds: np.ndarray
    cost: np.ndarray

    def __add__(self, other: Trials) -> Trials:
        """Return both together."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("points", "hits", "worlds", "cost"))
        return Trials(*(np.concatenate(pair) for pair in pairs))

    def pooled(self) -> Trials:
        """Return one row for each package, with all of its worlds."""
        points, place = np.unique(self.points, axis=0, return_inverse=True)
        place = place.reshape(-1)
        worlds = np.bincount(place, self.worlds)
        cost = np.bincount(place, self.cost * self.worlds) / worlds
        return Trials(points, np.bincount(place, self.hits), worlds, cost)


@dataclass(frozen=True)
class Surface:
    """A fitted surface.

    Attributes:
        centre: point. radius: scale on which results count. odds, price: intercept and slopes per radius of the
            log-odds and of the cost. spread: covariance of `odds`.
    """

    centre: np.ndarray
    radius: float
    odds: np.ndarray
    price: np.ndarray
    spread: np.ndarray

    def log_odds(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the log-odds of reaching the target at points (n, levers), and their standard error."""
        terms = _terms(points, self.centre, self.radius)
        return terms @ self.odds, np.sqrt(np.einsum("ij,jk,ik->i", terms, self.spread, terms))

    def cost(self, points: np.ndarray) -> np.ndarray:
        """Return the cost at points."""
        return np.asarray(_terms(points, self.centre, self.radius) @ self.price)


def probability(log_odds: np.ndarray) -> np.ndarray:
    """Return the probability of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -_STEEP, _STEEP))))


def log_odds(chance: float) -> float:
    """Return the log-odds of a probability, kept finite."""
    chance = min(max(chance, _LEAST), 1.0 - _LEAST)
    return float(np.log(chance / (1.0 - chance)))


def fit(tried: Trials, centre: np.ndarray, radius: float) -> Surface:
    """Return the surface near a centre; results at distance `radius` in every lever still count, by half and more."""
    terms = _terms(tried.points, centre, radius)
    near = np.exp(-0.5 * (terms[:, 1:] ** 2).mean(axis=1))
    worlds = near * tried.worlds
    share = tried.hits / tried.worlds
    levers = terms.shape[1] - 1
    ridge = np.diag([1e-3] + [_RIDGE] * levers)
    odds = np.zeros(levers + 1)
    for _ in range(_STEPS):
        chance = probability(terms @ odds)
        weight = np.maximum(worlds * chance * (1.0 - chance), 1e-9)
        precision = (terms * weight[:, None]).T @ terms + ridge
        odds = odds + np.linalg.solve(precision, terms.T @ (worlds * (share - chance)) - ridge @ odds)
        odds = np.clip(odds, -_STEEP, _STEEP)
    faint = np.diag([1e-9] + [_LEAST * worlds.sum()] * levers)
    price = np.linalg.solve((terms * worlds[:, None]).T @ terms + faint, terms.T @ (worlds * tried.cost))
    return Surface(centre, radius, odds, price, np.linalg.inv(precision))


def _terms(points: np.ndarray, centre: np.ndarray, radius: float) -> np.ndarray:
    return np.column_stack([np.ones(len(points)), (points - centre) / radius])
