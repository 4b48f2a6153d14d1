"""A box of numbers in which something happens more often than elsewhere, found in one half of the runs and proved in
the other (PRIM: Friedman and Fisher 1999; quasi-p-values: Bryant and Lempert 2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_PEEL, _PASTE = 0.07, 0.05  # share of the runs in the box that a cut takes away, or gives back
_LEAST = 0.08  # share of the runs that a box must hold
_DULL = 0.1  # quasi-p-value above which a side of the box is opened again
_LEVEL = 0.0125  # of the proof in the other half; either half may prove, so that noise does in at most 2.5 %


@dataclass(frozen=True)
class Box:
    """A box of the unit cube, proved in runs that did not find it.

    Attributes:
        low, high: by number. sides: the numbers that it restricts. quasi: by number, how likely the side would be as
            dense by chance (1 where it restricts nothing). density: share of the proving runs in the box at which it
            happens, of `inside` of them. coverage: share of all proving runs at which it happens that lie in the box.
        size: share of the proving runs that lie in it. chance: that so many would lie in it by chance.
    """

    low: np.ndarray
    high: np.ndarray
    sides: tuple[int, ...]
    quasi: np.ndarray
    density: float
    inside: int
    hits: int
    coverage: float
    size: float
    chance: float


def find_box(points: np.ndarray, happens: np.ndarray, rng: np.random.Generator) -> Box | None:
    """Return a box in which it happens more often than elsewhere, or None where the other half does not prove one.

    Args:
        points: (runs, numbers) in the unit cube. happens: by run. rng: parts the runs into halves.
    """
    halves = np.array_split(rng.permutation(len(points)), 2)
    boxes = [_proved_in(points, happens, found, proving) for found, proving in (halves, halves[::-1])]
    return min((box for box in boxes if box is not None), key=lambda box: box.chance, default=None)


def _proved_in(points: np.ndarray, happens: np.ndarray, found: np.ndarray, proving: np.ndarray) -> Box | None:
    seen, told = points[found], happens[found]
    if not told.any() or told.all():
        return None
    low, high = _pasted(seen, told, *_peeled(seen, told))
    quasi = _quasi(seen, told, low, high)
    dull = quasi > _DULL
    if dull.all():
        return None
    low, high = np.where(dull, 0.0, low), np.where(dull, 1.0, high)
    return _proved(points[proving], happens[proving], low, high, np.where(dull, 1.0, quasi))


def _proved(
    points: np.ndarray, happens: np.ndarray, low: np.ndarray, high: np.ndarray, quasi: np.ndarray
) -> Box | None:
    inside = within(points, low, high)
    hits, number, total = int(happens[inside].sum()), int(inside.sum()), int(happens.sum())
    chance = float(np.exp(_as_many(hits, number, total, len(points))))
    if chance > _LEVEL:
        return None
    sides = tuple(int(place) for place in np.flatnonzero((low > 0.0) | (high < 1.0)))
    return Box(low, high, sides, quasi, hits / number, number, hits, hits / total, number / len(points), chance)


def within(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which points lie in a box."""
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _peeled(points: np.ndarray, happens: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the box that slices taken off one by one leave: that whose hits are least likely by chance."""
    low, high = np.zeros(points.shape[1]), np.ones(points.shape[1])
    best, least = (low.copy(), high.copy()), 0.0
    inside = np.ones(len(points), dtype=bool)
    while (cut := _cut(points, happens, inside)) is not None:
        place, end, value, inside = cut
        (low if end == 0 else high)[place] = value
        chance = _as_many(int(happens[inside].sum()), int(inside.sum()), int(happens.sum()), len(points))
        if chance < least:
            best, least = (low.copy(), high.copy()), chance
    return best


def _cut(points: np.ndarray, happens: np.ndarray, inside: np.ndarray) -> tuple[int, int, float, np.ndarray] | None:
    """Return the slice whose loss raises the density most; None if none does or the box would be too small."""
    best, found = float(happens[inside].mean()), None
    for place in range(points.shape[1]):
        column = points[inside, place]
        for end, share in ((0, _PEEL), (1, 1.0 - _PEEL)):
            value = float(np.quantile(column, share))
            kept = inside & (points[:, place] >= value if end == 0 else points[:, place] <= value)
            if _LEAST * len(points) <= kept.sum() < inside.sum() and happens[kept].mean() > best:
                best, found = float(happens[kept].mean()), (place, end, value, kept)
    return found


def _pasted(
    points: np.ndarray, happens: np.ndarray, low: np.ndarray, high: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the box with its sides moved out again while that makes its hits less likely by chance."""
    total, runs = int(happens.sum()), len(points)

    def chance(sides: tuple[np.ndarray, np.ndarray]) -> float:
        inside = within(points, *sides)
        return _as_many(int(happens[inside].sum()), int(inside.sum()), total, runs)

    box, least, moved = (low, high), chance((low, high)), True
    while moved:
        moved = False
        for place in range(len(low)):
            for wider in _wider(*box, place):
                if (now := chance(wider)) < least:
                    box, least, moved = wider, now, True
    return box


def _wider(low: np.ndarray, high: np.ndarray, place: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the box with one side further down, further up, or open."""
    down, up, none, whole = low.copy(), high.copy(), low.copy(), high.copy()
    down[place], up[place] = max(low[place] - _PASTE, 0.0), min(high[place] + _PASTE, 1.0)
    none[place], whole[place] = 0.0, 1.0
    return [(down, high), (low, up), (none, high), (low, whole)]


def _quasi(points: np.ndarray, happens: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return for each number how likely the box without its side would give so many hits to as many runs by chance."""
    inside, found = within(points, low, high), np.ones(len(low))
    for place in range(len(low)):
        if (low[place], high[place]) != (0.0, 1.0):
            own = np.arange(len(low)) == place
            around = within(points, np.where(own, 0.0, low), np.where(own, 1.0, high))
            share = float(happens[around].mean())
            found[place] = _binomial_tail(int(happens[inside].sum()), int(inside.sum()), share)
    return found


def _binomial_tail(hits: int, number: int, share: float) -> float:
    """Return the chance of so many hits or more."""
    from scipy.special import betainc

    return 1.0 if hits <= 0 else float(betainc(hits, number - hits + 1, share))


def _as_many(hits: int, number: int, total: int, runs: int) -> float:
    """Return the log of the chance that of `number` runs drawn from all so many or more are hits (Fisher 1935)."""
    from scipy.special import gammaln

    def ways(of: int, taken: np.ndarray) -> np.ndarray:
        return np.asarray(gammaln(of + 1) - gammaln(taken + 1) - gammaln(of - taken + 1))

    more = np.arange(max(hits, number + total - runs), min(number, total) + 1)
    logs = ways(total, more) + ways(runs - total, number - more) - ways(runs, np.array(number))
    top = float(logs.max())
    return min(top + float(np.log(np.exp(logs - top).sum())), 0.0)
