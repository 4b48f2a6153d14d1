"""What not knowing the numbers means for whoever must choose an arm:
the worth of knowing one, and where the choice fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.tables.numbers import Number

_BINS = 8  # of a number's range, for the value of knowing it
_LEAST_BOX = 0.1  # share of points that a box must hold
_PEEL = 0.07


def scaled(numbers: Mapping[str, Number], names: Sequence[str], unit: np.ndarray) -> dict[str, float]:
    """Return values of numbers at a point of the unit cube."""
    rows = [numbers[name] for name in names]
    return {row.name: float(row.low + u * (row.high - row.low)) for row, u in zip(rows, unit, strict=True)}


def value_of_knowing(
    numbers: Mapping[str, Number], names: Sequence[str], points: np.ndarray, worth: np.ndarray
) -> pd.DataFrame:
    """Return what knowing each number before choosing an arm would add to the objective, on average (EVPPI, binned).

    Args:
        numbers: those of the city. points: (runs, numbers) in the unit cube. worth: (runs, arms), more is better.
    """
    best = worth.mean(axis=0).max()
    everything = float(worth.max(axis=1).mean() - best)
    rows = []
    for place, name in enumerate(names):
        cells = np.minimum((points[:, place] * _BINS).astype(int), _BINS - 1)
        means = [(np.mean(cells == c), worth[cells == c].mean(axis=0)) for c in range(_BINS) if (cells == c).any()]
        gain = float(sum(share * mean.max() for share, mean in means) - best)
        changes = len({int(mean.argmax()) for _, mean in means}) > 1
        rows.append((name, max(gain, 0.0), changes, numbers[name].unit if name in numbers else ""))
    frame = pd.DataFrame(rows, columns=["number", "value", "changes_the_choice", "unit_of_number"]).sort_values(
        "value", ascending=False, kind="stable"
    )
    return pd.concat(
        [frame, pd.DataFrame([("all together", everything, everything > 0.0, "")], columns=frame.columns)],
        ignore_index=True,
    )


def failure_box(
    numbers: Mapping[str, Number], names: Sequence[str], points: np.ndarray, worth: np.ndarray, arms: Sequence[str]
) -> pd.DataFrame:
    """Return the box of numbers in which the arm preferred on average is most often not the best (PRIM peeling,
    Friedman and Fisher 1999).
    """
    preferred = int(worth.mean(axis=0).argmax())
    fails = worth[:, preferred] < worth.max(axis=1)
    low, high = np.zeros(len(names)), np.ones(len(names))
    inside = np.ones(len(points), dtype=bool)
    while inside.mean() > _LEAST_BOX and fails[inside].mean() < 1.0 and fails.any():
        cut = _best_cut(points, fails, inside)
        if cut is None:
            break
        place, end, value, inside = cut
        (low if end == 0 else high)[place] = value
    density, coverage = float(fails[inside].mean()), float(fails[inside].sum() / max(fails.sum(), 1))
    rows = [
        (
            arms[preferred],
            name,
            low[k],
            high[k],
            *(scaled(numbers, [name], np.array([u]))[name] if name in numbers else u for u in (low[k], high[k])),
            density,
            coverage,
            float(inside.mean()),
        )
        for k, name in enumerate(names)
        if (low[k], high[k]) != (0.0, 1.0)
    ]
    columns = [
        "preferred",
        "number",
        "low_share",
        "high_share",
        "low",
        "high",
        "density",
        "coverage",
        "share_of_worlds",
    ]
    return pd.DataFrame(rows, columns=columns)


def _best_cut(points: np.ndarray, fails: np.ndarray, inside: np.ndarray) -> tuple[int, int, float, np.ndarray] | None:
    """Return the cut of a small slice that raises the share of failures most, or None."""
    best, found = float(fails[inside].mean()), None
    for place in range(points.shape[1]):
        column = points[inside, place]
        for end, value in ((0, float(np.quantile(column, _PEEL))), (1, float(np.quantile(column, 1.0 - _PEEL)))):
            kept = inside & (points[:, place] >= value if end == 0 else points[:, place] <= value)
            if kept.any() and kept.sum() < inside.sum() and fails[kept].mean() > best:
                best, found = float(fails[kept].mean()), (place, end, value, kept)
    return found
