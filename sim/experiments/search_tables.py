"""Tables of a search: all packages tried, those checked in fresh worlds, and the front of cost against probability."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.advice.effort import Effort
from sim.experiments.package_cost import CASH, HIT, OUTPUT, TAX, WITHOUT, cost_of
from sim.inference.means import mean_interval
from sim.inference.shares import clopper_pearson, clopper_pearson_high, clopper_pearson_low

CERTIFIED, NOT_FOUND = "certified", "not certified"
SHARED = 1.0 - 0.05 / Effort.candidates
"""Confidence of each candidate's bound, so that all together hold at 95 %."""


def points_table(search: Any, trials: Iterable[Any]) -> pd.DataFrame:
    """Return a row for each package tried, with all its worlds, in the order in which they were first tried."""
    by_package: dict[bytes, tuple[np.ndarray, list[np.ndarray]]] = {}
    for trial in trials:
        for point, found in zip(trial.batch.points, trial.found, strict=True):
            by_package.setdefault(point.tobytes(), (point, []))[1].append(_ran(found))
    rows = []
    for point, parts in by_package.values():
        found = np.concatenate(parts)
        if len(found):
            means = (found[:, HIT].mean(), cost_of(found, search.cost).mean(), found[:, CASH].mean())
            rows.append((*search.changes(point).values(), *means, len(found)))
    table = pd.DataFrame(rows, columns=[*search.varied(), "probability", "cost", "million_yuan", "worlds"])
    table.insert(0, "point", np.arange(len(table)))
    return table


def answer_table(search: Any, trials: Sequence[Any]) -> pd.DataFrame:
    """Return a row for each candidate, the cheapest first."""
    return _by_cost(_candidate(search, trial.batch.points[0], _ran(trial.found[0])) for trial in trials)


def front_table(search: Any, trial: Any) -> pd.DataFrame:
    """Return packages that no cheaper one reached the target more often than, in fresh worlds, the cheapest first."""
    pairs = zip(trial.batch.points, trial.found, strict=True)
    table = _by_cost(_of_front(search, point, _ran(found)) for point, found in pairs if len(_ran(found)))
    before = table["probability"].cummax().shift(fill_value=-1.0)
    return table[table["probability"] > before].reset_index(drop=True)


def _candidate(search: Any, point: np.ndarray, found: np.ndarray) -> dict[str, Any]:
    hits, worlds = int(found[:, HIT].sum()), len(found)
    low, high = (bound(hits, worlds, SHARED) for bound in (clopper_pearson_low, clopper_pearson_high))
    without = float(found[:, WITHOUT].sum())
    return {
        "verdict": CERTIFIED if low >= search.probability else NOT_FOUND,
        **search.changes(point),
        **{"probability": hits / worlds, "lower_bound": low, "upper_bound": high},
        **_interval("cost", cost_of(found, search.cost)),
        **dict(zip(("million_yuan", "low", "high"), mean_interval(found[:, CASH]), strict=True)),
        **_interval("tax_gained", found[:, TAX]),
        **_interval("output_gained", found[:, OUTPUT]),
        "without": without / worlds,
        **dict(zip(("without_low", "without_high"), clopper_pearson(without, worlds), strict=True)),
        "fresh_worlds": worlds,
    }


def _of_front(search: Any, point: np.ndarray, found: np.ndarray) -> dict[str, Any]:
    hits, worlds = float(found[:, HIT].sum()), len(found)
    return {
        **search.changes(point),
        "probability": hits / worlds,
        **dict(zip(("lower_bound", "upper_bound"), clopper_pearson(hits, worlds), strict=True)),
        **_interval("cost", cost_of(found, search.cost)),
        "million_yuan": float(found[:, CASH].mean()),
        "fresh_worlds": worlds,
    }


def _interval(name: str, values: np.ndarray) -> dict[str, float]:
    return dict(zip((name, f"{name}_low", f"{name}_high"), mean_interval(values), strict=True))


def _by_cost(rows: Iterable[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame(list(rows)).sort_values("cost", kind="stable").reset_index(drop=True)


def _ran(found: np.ndarray) -> np.ndarray:
    """Return the runs that did not fail, (worlds, FOUND)."""
    return np.asarray(found[~np.isnan(found[:, HIT])])
