"""Which packages are to be tried next: what the surface holds cheap and good enough, and what lies around it."""

from __future__ import annotations

import numpy as np

from sim.advice.judging import best_of, start_of
from sim.advice.space import Space
from sim.advice.surface import Surface, Trials, fit, log_odds

_POOL = 3_000  # packages among which the surface chooses
_BOLD = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0)  # standard errors that a proposal keeps from what is asked
_LOOKED_AT = 200  # packages at most that are looked at again before one is checked
_TIE = 1e-9  # of the cost: below it, a tie


def aim_for(wanted: float, checks: int) -> float:
    """Return the probability at which a package passes the check nine times in ten."""
    return min(wanted + 3.3 * float(np.sqrt(wanted * (1.0 - wanted) / checks)), 0.5 + wanted / 2.0)


def cheaper(space: Space, tried: Trials, wanted: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return packages from all over the box that look cheaper than the best so far: another valley may lie there."""
    best = start_of(tried, wanted)
    surface = fit(tried, best, 1.0)
    pool = space.snapped(rng.random((_POOL, space.levers)))
    cost = surface.cost(pool)
    below = pool[cost < surface.cost(best[None])[0]]
    return np.asarray(below[:number] if len(below) >= number else pool[np.argsort(cost)[:number]])


def proposals(space: Space, surface: Surface, aim: float, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return packages for a round: the surface's, from bold to safe, some around them, some on the way to less."""
    pool = _pool(space, surface.centre, surface.radius, rng)
    chosen = np.array([_least(surface, pool, aim, errors) for errors in _BOLD])
    along = surface.centre * rng.uniform(0.3, 1.0, (number // 4, 1))
    left = max(number - len(chosen) - len(along), 0)
    scale = surface.radius * 2.0 ** -rng.uniform(1.0, 4.0, (left, 1))
    around = chosen[rng.integers(len(chosen), size=left)] + scale * rng.normal(size=(left, space.levers))
    return space.snapped(np.concatenate([chosen, along, around])[:number])


def _pool(space: Space, centre: np.ndarray, radius: float, rng: np.random.Generator) -> np.ndarray:
    """Return packages near a centre, some of whose levers stay and some of whose levers fall to their low end."""
    size = (_POOL, space.levers)
    moved = centre + radius * rng.uniform(-1.0, 1.0, size)
    moved[:, list(space.choice)] = rng.random((_POOL, sum(space.choice)))  # no choice lies nearer than another
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


def candidate(
    space: Space, tried: Trials, centre: np.ndarray, radius: float, aim: float, errors: float, rng: np.random.Generator
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
    return best_of(tried, surface, aim, errors)
