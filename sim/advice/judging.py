"""Which packages are good enough, by their own few worlds and by those of their neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sim.advice.surface import Surface, Trials, fit, probability

_SHRINK = 0.7  # of the scale, from round to round
_FINE, _FINEST = 0.08, 0.02  # where it stops, and where it stops if the surface does not fit at the best package
_DOUBT = -0.5  # standard errors below what is asked at which a package is still tried again
_APART = 3.0  # standard errors by which own results leave a surface that does not fit there
_LUCK = 1.5  # standard errors more that such a package must show
_MISSED = 3.0  # likewise, of the best package
_PRIOR = 12.0  # worlds that the surface is worth beside a package's own
_TIE = 1e-9  # of the cost: below it, a tie


def _sure(tried: Trials, wanted: float, prior: np.ndarray | float, strength: np.ndarray | float) -> np.ndarray:
    """Return how many standard errors packages lie above what is asked, own results with a prior's."""
    total = tried.worlds + strength
    share = (tried.hits + strength * prior) / total
    return np.asarray((share - wanted) / np.sqrt(np.maximum(share * (1.0 - share), 0.05) / total))


def promising(tried: Trials, wanted: float, most: int) -> np.ndarray:
    """Return the packages whose own results are best for their cost: good enough so far, the cheapest first."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    good = np.flatnonzero(sure > _DOUBT)
    order = good[np.argsort(every.cost[good], kind="stable")]
    return np.asarray(every.points[order[:most]])


def start_of(tried: Trials, wanted: float) -> np.ndarray:
    """Return the cheapest package that its own results show to be good enough, or the likeliest."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    return _cheapest(every, sure > 0.5, sure)


def best_of(tried: Trials, surface: Surface, wanted: float, errors: float = 0.5) -> np.ndarray:
    """Return the cheapest package that its own results and its neighbours' show to be good enough; one that stands out
    from its neighbours must show it by its own, and more surely, for among many one is lucky.
    """
    every = tried.pooled()
    odds, _ = surface.log_odds(every.points)
    near = np.abs(every.points - surface.centre).max(axis=1) <= 2.0 * surface.radius
    prior = np.where(near, probability(odds), 0.5 * wanted)
    alone = _apart(every, prior) > _APART
    sure = _sure(every, wanted, prior, np.where(alone, 1.0, _PRIOR))
    smooth = np.where(near & ~alone, surface.cost(every.points), every.cost)  # of cost too, few worlds tell little
    return _cheapest(replace(every, cost=smooth), sure > errors + _LUCK * alone, sure)


def _apart(every: Trials, chance: np.ndarray) -> np.ndarray:
    """Return how many standard errors packages' own results lie from a probability."""
    spread = np.sqrt(every.worlds * np.maximum(chance * (1.0 - chance), 0.05))
    return np.asarray(np.abs(every.hits - every.worlds * chance) / spread)


def finer(tried: Trials, centre: np.ndarray, radius: float) -> float:
    """Return the scale of the next round: finer than usual in a valley so narrow that the surface misses its floor."""
    every = tried.pooled()
    here = np.flatnonzero((every.points == centre).all(axis=1))
    own = Trials(every.points[here], every.hits[here], every.worlds[here], every.cost[here])
    odds, _ = fit(tried, centre, radius).log_odds(own.points)
    misses = bool((_apart(own, probability(odds)) > _MISSED).any())
    if radius <= _FINE and not misses:
        return radius
    return max(radius * _SHRINK, _FINEST if misses else _FINE)


def _cheapest(every: Trials, good: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Return the cheapest good package, the likeliest where none is; of several that cost the same, that does least."""
    if not good.any():
        return np.asarray(every.points[int(np.argmax(sure))])
    cost = every.cost[good]
    tied = np.flatnonzero(good)[cost <= cost.min() + _TIE * max(np.abs(cost).max(), 1.0)]
    return np.asarray(every.points[tied[np.argmin(every.points[tied].sum(axis=1))]])


def elsewhere_of(tried: Trials, surface: Surface, wanted: float, most: int) -> np.ndarray:
    """Return the packages that by their own results are likeliest good enough among those cheaper than the best."""
    every = tried.pooled()
    sure = _sure(every, wanted, 0.5 * wanted, 2.0)
    cheap = np.flatnonzero((every.cost < surface.cost(surface.centre[None])[0]) & (sure > _DOUBT))
    return np.asarray(every.points[cheap[np.argsort(-sure[cheap], kind="stable")[:most]]])


def front_of(tried: Trials, most: int) -> np.ndarray:
    """Return packages that no cheaper one seems to reach the target as often as, spread over the probabilities."""
    every = tried.pooled()
    share = (every.hits + 0.5) / (every.worlds + 1.0) - 0.5 / np.sqrt(every.worlds)  # few worlds are lucky more often
    order = np.lexsort((-share, every.cost))
    better = order[np.append(True, share[order][1:] > np.maximum.accumulate(share[order])[:-1])]
    chosen = np.unique(np.linspace(0, len(better) - 1, most).round().astype(int))
    return np.asarray(every.points[better[chosen]])
