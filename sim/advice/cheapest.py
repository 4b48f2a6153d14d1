"""The cheapest package that reaches a target with a probability, found among noisy results and proved in fresh worlds.

A generator: it yields what is to be tried next and is sent what was found, so it knows no run and no folder. First the
ends and a Sobol design, in few worlds each; what looks cheap and good enough is tried again. Then rounds around the
best package, guided by a local surface through all results, on a scale that shrinks from the whole box; levers that do
nothing fall to their low end there. Last, candidates one after the other in many worlds each, until one is certified;
after one that fails the surface knows more, and the next candidate is a safer one. No two packages share worlds: the
luck of one set of worlds would favour the same wrong packages everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from sim.advice.space import Space
from sim.advice.surface import Surface, Tried, fit, log_odds, probability

Proved = Callable[[int, int], bool]  # hits, worlds -> whether the package may be called certified
Look = Generator["Batch", Tried, None]

_TOGETHER = 16  # packages of the first round with all levers at the same share of their ranges, both ends among them
_FIRMER = 3  # times as many worlds for them
_RACES = 3  # times that what looks good is tried again, in twice the worlds each time
_RACED = 7  # packages at most that are
_SHRINK = 0.7  # of the scale, from round to round
_FINE, _FINEST = 0.08, 0.02  # where it stops, and where it stops if the surface does not fit at the best package
_DOUBT = -0.5  # standard errors below what is asked at which a package is still tried again
_APART = 3.0  # standard errors by which own results leave a surface that does not fit there
_LUCK = 1.5  # standard errors more that such a package must show
_MISSED = 3.0  # likewise, of the best package
_PRIOR = 12.0  # worlds that the surface is worth beside a package's own
_POOL = 3_000  # packages among which the surface chooses
_BOLD = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0)  # standard errors that a proposal keeps from what is asked
_ELSEWHERE = 4  # packages of a round that are tried again because they may be cheaper and good enough
_ALONG = 3  # packages of a round on the way to the low end
_LOOKED_AT = 200  # packages at most that are looked at again before one is checked
_TIE = 1e-9  # of the cost: below it, a tie


@dataclass(frozen=True)
class Effort:
    """How much a search tries.

    Attributes:
        points: of the first round, beside the two ends. worlds: of each of them. rounds: near the best package.
        packages, repeats: of such a round, and the worlds of each. checks: fresh worlds of a candidate.
        candidates: at most.
    """

    points: int = 128
    worlds: int = 4
    rounds: int = 12
    packages: int = 16
    repeats: int = 10
    checks: int = 600
    candidates: int = 3

    @property
    def most(self) -> int:
        """Runs at most."""
        raced = sum(_RACED * self.worlds * 2 ** (race + 1) for race in range(_RACES))
        near = self.rounds * self.packages * self.repeats
        broad = (_TOGETHER * _FIRMER + self.points + self.points // 2) * self.worlds
        return broad + raced + near + self.candidates * self.checks


@dataclass(frozen=True)
class Batch:
    """Packages to be tried: points (n, levers), each in so many worlds of its own; `check` of a candidate."""

    points: np.ndarray
    worlds: int
    check: bool = False


def look(space: Space, wanted: float, effort: Effort, proved: Proved, first: np.ndarray, seed: int) -> Look:
    """Yield batches until a package is certified or the candidates are used up.

    Args:
        wanted: probability asked for. first: points of the first round, (points, levers).
        seed: of what is proposed.
    """
    rng = np.random.default_rng([seed, 0x5EA])
    together = np.repeat(np.linspace(0.0, 1.0, _TOGETHER)[:, None], space.levers, axis=1)
    tried = yield Batch(space.snapped(together), effort.worlds * _FIRMER)
    tried = tried + (yield Batch(space.snapped(first), effort.worlds))
    tried = tried + (yield Batch(_cheaper(space, tried, wanted, effort.points // 2, rng), effort.worlds))
    for race in range(_RACES):
        again = _promising(tried, wanted)
        if len(again):
            tried = tried + (yield Batch(again, effort.worlds * 2 ** (race + 1)))
    aim = _aim(wanted, effort.checks)
    centre, radius = _start(tried, wanted), 1.0
    for _ in range(effort.rounds):
        surface = fit(tried, centre, radius)
        elsewhere = _elsewhere(tried, surface, wanted)
        near = _proposals(space, surface, aim, effort.packages - len(elsewhere), rng)
        tried = tried + (yield Batch(np.concatenate([elsewhere, near]), effort.repeats))
        radius = _finer(tried, centre, radius)
        centre = _best(tried, fit(tried, centre, radius), wanted)
    for number in range(effort.candidates):
        point = _candidate(space, tried, centre, radius, aim, 0.5 + number, rng)
        found = yield Batch(point[None], effort.checks, check=True)
        if proved(int(found.hits[0]), int(found.worlds[0])):
            return
        tried, centre = tried + found, point


def _aim(wanted: float, checks: int) -> float:
    """Return the probability at which a package passes the check nine times in ten."""
    return min(wanted + 3.3 * float(np.sqrt(wanted * (1.0 - wanted) / checks)), 0.5 + wanted / 2.0)


def _sure(tried: Tried, wanted: float, prior: np.ndarray | float, strength: np.ndarray | float) -> np.ndarray:
    """Return how many standard errors packages lie above what is asked, own results with a prior's."""
    total = tried.worlds + strength
    share = (tried.hits + strength * prior) / total
    return np.asarray((share - wanted) / np.sqrt(np.maximum(share * (1.0 - share), 0.05) / total))


def _promising(tried: Tried, wanted: float) -> np.ndarray:
    """Return the packages whose own results are best for their cost: good enough so far, the cheapest first."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    good = np.flatnonzero(sure > _DOUBT)
    order = good[np.argsort(every.cost[good], kind="stable")]
    return np.asarray(every.points[order[:_RACED]])


def _elsewhere(tried: Tried, surface: Surface, wanted: float) -> np.ndarray:
    """Return the packages that by their own results are likeliest good enough among those cheaper than the best."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    cheap = np.flatnonzero((every.cost < surface.cost(surface.centre[None])[0]) & (sure > _DOUBT))
    return np.asarray(every.points[cheap[np.argsort(-sure[cheap], kind="stable")[:_ELSEWHERE]]])


def _cheaper(space: Space, tried: Tried, wanted: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return packages from all over the box that look cheaper than the best so far: another valley may lie there."""
    best = _start(tried, wanted)
    surface = fit(tried, best, 1.0)
    pool = space.snapped(rng.random((_POOL, space.levers)))
    cost = surface.cost(pool)
    below = pool[cost < surface.cost(best[None])[0]]
    return np.asarray(below[:number] if len(below) >= number else pool[np.argsort(cost)[:number]])


def _start(tried: Tried, wanted: float) -> np.ndarray:
    """Return the cheapest package that its own results show to be good enough, or the likeliest."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    return _cheapest(every, sure > 0.5, sure)


def _best(tried: Tried, surface: Surface, wanted: float, errors: float = 0.5) -> np.ndarray:
    """Return the cheapest package that its own results and its neighbours' show to be good enough; one that stands out
    from its neighbours must show it by its own, and more surely, for among many one is lucky.
    """
    every = tried.pooled()
    odds, _ = surface.log_odds(every.points)
    near = np.abs(every.points - surface.centre).max(axis=1) <= 2.0 * surface.radius
    prior = np.where(near, probability(odds), 0.5 * wanted)
    alone = _apart(every, prior) > _APART
    sure = _sure(every, wanted, prior, np.where(alone, 1.0, _PRIOR))
    return _cheapest(every, sure > errors + _LUCK * alone, sure)


def _apart(every: Tried, chance: np.ndarray) -> np.ndarray:
    """Return how many standard errors packages' own results lie from a probability."""
    spread = np.sqrt(every.worlds * np.maximum(chance * (1.0 - chance), 0.05))
    return np.asarray(np.abs(every.hits - every.worlds * chance) / spread)


def _finer(tried: Tried, centre: np.ndarray, radius: float) -> float:
    """Return the scale of the next round: finer than usual in a valley so narrow that the surface misses its floor."""
    every = tried.pooled()
    here = np.flatnonzero((every.points == centre).all(axis=1))
    own = Tried(every.points[here], every.hits[here], every.worlds[here], every.cost[here])
    odds, _ = fit(tried, centre, radius).log_odds(own.points)
    misses = bool((_apart(own, probability(odds)) > _MISSED).any())
    if radius <= _FINE and not misses:
        return radius
    return max(radius * _SHRINK, _FINEST if misses else _FINE)


def _cheapest(every: Tried, good: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Return the cheapest good package, the likeliest where none is; of several that cost the same, that does least."""
    if not good.any():
        return np.asarray(every.points[int(np.argmax(sure))])
    cost = every.cost[good]
    tied = np.flatnonzero(good)[cost <= cost.min() + _TIE * max(np.abs(cost).max(), 1.0)]
    return np.asarray(every.points[tied[np.argmin(every.points[tied].sum(axis=1))]])


def _proposals(space: Space, surface: Surface, aim: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return packages for a round: the surface's, from bold to safe, some around them, some on the way to less."""
    pool = _pool(space, surface.centre, surface.radius, rng)
    chosen = np.array([_least(surface, pool, aim, errors) for errors in _BOLD])
    along = surface.centre * rng.uniform(0.3, 1.0, (_ALONG, 1))
    left = max(number - len(chosen) - len(along), 0)
    scale = surface.radius * 2.0 ** -rng.uniform(1.0, 4.0, (left, 1))
    around = chosen[rng.integers(len(chosen), size=left)] + scale * rng.normal(size=(left, space.levers))
    return space.snapped(np.concatenate([chosen, along, around])[:number])


def _pool(space: Space, centre: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    """Return packages near a centre, some of whose levers stay and some of whose levers fall to their low end."""
    size = (_POOL, space.levers)
    moved = centre + radius * rng.uniform(-1.0, 1.0, size)
    how = rng.random(size)
    stay, fall = rng.uniform(0.0, 0.8, (_POOL, 1)), rng.uniform(0.0, 0.5, (_POOL, 1))
    points = np.where(how < stay, centre, np.where(how > 1.0 - fall, 0.0, moved))
    return space.snapped(np.concatenate([centre[None], points]))


def _least(surface: Surface, pool: np.ndarray, aim: float, errors: float) -> np.ndarray:
    """Return the cheapest of a pool that the surface holds good enough by some standard errors, or the likeliest."""
    odds, error = surface.log_odds(pool)
    good = odds - errors * error >= log_odds(aim)
    if not good.any():
        return np.asarray(pool[int(np.argmax(odds - errors * error))])
    cost = np.where(good, surface.cost(pool), np.inf)
    tied = np.flatnonzero(cost <= cost.min() + _TIE * max(abs(float(cost.min())), 1.0))
    return np.asarray(pool[tied[np.argmin(pool[tied].sum(axis=1))]])


def _candidate(
    space: Space, tried: Tried, centre: np.ndarray, radius: float, aim: float, errors: float, rng: np.random.Generator
) -> np.ndarray:
    """Return the package to be checked next: the cheapest near the best that a surface around itself holds good
    enough. A surface through a bend is too high off its middle, so the best ones are looked at again one by one.
    """
    surface = fit(tried, centre, radius)
    pool = _pool(space, centre, 2.0 * radius, rng)
    odds, error = surface.log_odds(pool)
    good = np.flatnonzero(odds - errors * error >= log_odds(aim))
    order = good[np.argsort(surface.cost(pool[good]), kind="stable")[:_LOOKED_AT]]
    for point in pool[order]:
        own, unsure = fit(tried, point, radius).log_odds(point[None])
        if own[0] - errors * unsure[0] >= log_odds(aim):
            return np.asarray(point)
    return _best(tried, surface, aim, errors)
