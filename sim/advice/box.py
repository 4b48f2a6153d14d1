"""A box of numbers in which something happens more often than elsewhere, told from chance.

The box is built side by side: of each number the interval is sought in which it happens most improbably often (the scan
statistic of Kulldorff 1997, over intervals instead of circles), and the best one restricts the box; then all ends are
moved to where they fit best. That there is any box is told by its first two sides together, against the two that
shuffled results give; each further side against the best interval of any number in shuffles of what lies in the box.
How dense the box is, is told by runs that did not find it: the same is done with a fifth of the runs left out, five
times, and each fifth is counted in the box of the other four.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_BINS = 20  # of the runs in the box, by each number: where the first look may put an end
_FINE = 40  # the same of the last look
_LEAST = 0.08  # share of the runs that a box must hold
_SHUFFLES = 99
_AHEAD = 2  # sides of the box by which it is told whether there is any
_ANY, _MORE = 0.03, 0.02  # levels: of the first side, which is how often noise gives a box, and of any further side
_PARTS = 5
_ROUNDS = 4  # of moving all ends, which then stay


@dataclass(frozen=True)
class Box:
    """A box of the unit cube.

    Attributes:
        low, high: by number. sides: the numbers that it restricts, in the order in which they were found. chances: of
            each side, the share of shuffles in which the best seems as good: of the first, the best box of two sides,
            of any other, the best side that the box can get.
        hits, inside: runs in the box at which it happens, and all, each run in the box that the others found. density:
            their ratio. coverage: share of all runs at which it happens that are among the hits. size: share of all
            runs that are inside.
    """

    low: np.ndarray
    high: np.ndarray
    sides: tuple[int, ...]
    chances: tuple[float, ...]
    hits: int
    inside: int
    density: float
    coverage: float
    size: float


def find_box(points: np.ndarray, happens: np.ndarray, rng: np.random.Generator) -> Box | None:
    """Return a box in which it happens more often than elsewhere, or None where chance alone may give as good a one.

    Args:
        points: (runs, numbers) in the unit cube. happens: by run. rng: of the shuffles and the parts.
    """
    happens = np.asarray(happens, dtype=bool)
    if not happens.any() or happens.all():
        return None
    sides, chances = _told(points, happens, rng)
    if not sides:
        return None
    low, high = _fitted(points, happens, sides)
    held = _crossed(points, happens, len(sides), rng)
    hits, inside = int(happens[held].sum()), int(held.sum())
    density = hits / inside if inside else 0.0
    told = tuple(sides), tuple(chances)
    return Box(low, high, *told, hits, inside, density, hits / int(happens.sum()), inside / len(points))


def within(points: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which points lie in a box."""
    return np.asarray(((points >= low) & (points <= high)).all(axis=1))


def _told(points: np.ndarray, happens: np.ndarray, rng: np.random.Generator) -> tuple[list[int], list[float]]:
    """Return the sides that are told from chance, and the chance of each."""
    shuffled = rng.permuted(np.tile(happens, (_SHUFFLES, 1)), axis=1)
    found, seen = _grown(points, happens, _AHEAD)
    chance = _share(np.array([_grown(points, labels, _AHEAD)[1] for labels in shuffled]), seen)
    sides, chances = list[int](), list[float]()
    while chance <= (_MORE if sides else _ANY) and seen > 0.0:
        sides.append(found[0])
        chances.append(chance)
        inside = within(points, *_fitted(points, happens, sides))
        labels = np.vstack([happens[inside], rng.permuted(np.tile(happens[inside], (_SHUFFLES, 1)), axis=1)])
        best = _scanned(points[inside], labels, sides, _LEAST * len(points))
        found, seen = [int(best[:, 0].argmax())], float(best[:, 0].max())
        chance = _share(best[:, 1:].max(axis=0), seen)
    return sides, chances


def _share(shuffled: np.ndarray, seen: float) -> float:
    """Return the share of shuffles, the study itself counted, that seem as good."""
    return (1.0 + float((shuffled >= seen).sum())) / (len(shuffled) + 1.0)


def _grown(points: np.ndarray, happens: np.ndarray, sides: int) -> tuple[list[int], float]:
    """Return the sides of the best box of so many, one after the other, and how improbable the box is."""
    found: list[int] = []
    for _ in range(min(sides, points.shape[1])):
        inside = within(points, *_fitted(points, happens, found))
        found.append(int(_scanned(points[inside], happens[inside][None], found, _LEAST * len(points)).argmax()))
    inside = within(points, *_fitted(points, happens, found))
    hits, size = np.array(float(happens[inside].sum())), np.array(inside.sum())
    return found, float(_improbable(hits, size, int(happens.sum()), len(points))) if size < len(points) else 0.0


def _crossed(points: np.ndarray, happens: np.ndarray, sides: int, rng: np.random.Generator) -> np.ndarray:
    """Return which runs lie in the box of so many sides that the other parts find."""
    held = np.zeros(len(points), dtype=bool)
    for part in np.array_split(rng.permutation(len(points)), _PARTS):
        others = np.setdiff1d(np.arange(len(points)), part)
        seen, told = points[others], happens[others]
        held[part] = within(points[part], *_fitted(seen, told, _grown(seen, told, sides)[0]))
    return held


def _scanned(points: np.ndarray, labels: np.ndarray, taken: list[int], least: float) -> np.ndarray:
    """Return how improbable the best interval of each number is, for each set of labels (sets, runs): (numbers, sets);
    -1 of a number that is taken.
    """
    runs, best = len(points), np.full((points.shape[1], len(labels)), -1.0)
    cuts = np.unique(np.linspace(0, runs, min(_BINS, runs) + 1).astype(int))
    first, last = np.triu_indices(len(cuts), 1)
    sizes = cuts[last] - cuts[first]
    ample = (sizes >= least) & (sizes < runs)
    if not ample.any():
        return best
    first, last, sizes = first[ample], last[ample], sizes[ample]
    for place in np.setdiff1d(range(len(best)), taken):
        ordered = labels[:, np.argsort(points[:, place], kind="stable")]
        before = np.concatenate([np.zeros((len(labels), 1)), np.cumsum(ordered, axis=1)], axis=1)[:, cuts]
        hits = before[:, last] - before[:, first]
        best[place] = _improbable(hits, sizes, int(labels[0].sum()), runs).max(axis=1)
    return best


def _fitted(points: np.ndarray, happens: np.ndarray, sides: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of the box of these sides: each side as good as may be given the others, until none moves."""
    low, high = np.zeros(points.shape[1]), np.ones(points.shape[1])
    for turn in range(_ROUNDS):
        before = low.copy(), high.copy()
        for place in sides:
            low[place], high[place] = 0.0, 1.0
            low[place], high[place] = _interval(points[:, place], happens, within(points, low, high))
        if turn and np.array_equal(before, (low, high)):
            break
    return low, high


def _interval(column: np.ndarray, happens: np.ndarray, inside: np.ndarray) -> tuple[float, float]:
    """Return the interval of one number that fits best, of runs that lie inside all other sides; ends stand half-way
    between runs.
    """
    order = np.argsort(column[inside], kind="stable")
    values, labels = column[inside][order], happens[inside][order]
    runs = len(values)
    cuts = np.unique(np.linspace(0, runs, min(_FINE, runs) + 1).astype(int))
    first, last = np.triu_indices(len(cuts), 1)
    first, last = cuts[first], cuts[last]
    ample = (last - first >= _LEAST * len(column)) & (last - first < runs)
    if not ample.any():
        return 0.0, 1.0
    first, last = first[ample], last[ample]
    before = np.concatenate([[0], np.cumsum(labels)])
    fits = _improbable((before[last] - before[first])[None], last - first, int(happens.sum()), len(column))[0]
    a, b = int(first[fits.argmax()]), int(last[fits.argmax()])
    low = 0.0 if a == 0 else float(values[a - 1] + values[a]) / 2.0
    return low, 1.0 if b == runs else float(values[b - 1] + values[b]) / 2.0


def _improbable(hits: np.ndarray, sizes: np.ndarray, total: int, runs: int) -> np.ndarray:
    """Return the log-likelihood ratio of two shares, inside and outside, against one; 0 where inside is no denser."""
    from scipy.special import xlogy

    def likely(of: np.ndarray, number: np.ndarray) -> np.ndarray:
        return np.asarray(xlogy(of, of / number) + xlogy(number - of, 1.0 - of / number))

    two = likely(hits, sizes) + likely(total - hits, runs - sizes)
    return np.where(hits * runs > total * sizes, two - likely(np.array(float(total)), np.array(runs)), 0.0)
