"""What not knowing the numbers means for whoever must choose an arm: the worth of knowing one, told from what chance
gives, and the box of numbers in which the choice fails.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.advice.box import find_box
from sim.advice.information import information, intervals
from sim.experiments.screening_table import NO, YES
from sim.inference.shares import clopper_pearson
from sim.tables.numbers import Number

_WORTH = ["number", "value", "low", "high", "chance", "worth_a_survey", "unit_of_number"]
_BOX = ["preferred", "number", "low_share", "high_share", "low", "high", "chance", "density", "density_low"]
_BOX += ["density_high", "coverage", "share_of_worlds"]


def scaled(numbers: Mapping[str, Number], names: Sequence[str], unit: np.ndarray) -> dict[str, float]:
    """Return values of numbers at a point of the unit cube."""
    rows = [numbers[name] for name in names]
    values = {row.name: float(row.low + u * (row.high - row.low)) for row, u in zip(rows, unit, strict=True)}
    return {name: round(value, 9) if numbers[name].whole else value for name, value in values.items()}


def snapped(numbers: Mapping[str, Number], names: Sequence[str], unit: np.ndarray) -> np.ndarray:
    """Return points (runs, numbers) of the unit cube moved to where whole numbers are whole, each as likely as any."""
    moved = unit.copy()
    for place, row in enumerate(numbers[name] for name in names):
        if row.whole:
            least, most = math.ceil(row.low), math.floor(row.high)
            values = least + np.minimum(np.floor(unit[:, place] * (most - least + 1)), most - least)
            moved[:, place] = (values - row.low) / (row.high - row.low)
    return moved


def value_of_knowing(
    numbers: Mapping[str, Number], names: Sequence[str], points: np.ndarray, worth: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Return what knowing each number before choosing an arm would add to the objective, on average over all others
    and luck (EVPPI), with its 90 % interval and whether it is told from chance; the largest first.

    Args:
        numbers: those of the city. points: (runs, numbers) in the unit cube. worth: (runs, arms), more is better.
        rng: of shuffles and resamples.
    """
    found = information(points, worth, rng)
    low, high = intervals(points, worth, found.value, rng)
    units = [numbers[name].unit if name in numbers else "" for name in names]
    columns = (names, found.value, low, high, found.chance, np.where(found.passes, YES, NO), units)
    table = pd.DataFrame(dict(zip(_WORTH, columns, strict=True)))
    return table.sort_values(["worth_a_survey", "value"], ascending=False, kind="stable").reset_index(drop=True)


def failure_box(
    numbers: Mapping[str, Number],
    names: Sequence[str],
    points: np.ndarray,
    worth: np.ndarray,
    arms: Sequence[str],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the box of numbers in which the arm preferred on average is more often not the best than elsewhere, a row
    for each of its sides; no row where chance alone may give as good a box.
    """
    preferred = int(worth.mean(axis=0).argmax())
    box = find_box(points, worth[:, preferred] < worth.max(axis=1), rng)
    if box is None:
        return pd.DataFrame(columns=_BOX)
    density = (box.density, *clopper_pearson(box.hits, box.inside))
    rows = []
    for side, chance in zip(box.sides, box.chances, strict=True):
        name, ends = names[side], (float(box.low[side]), float(box.high[side]))
        values = [scaled(numbers, [name], np.array([u]))[name] if name in numbers else u for u in ends]
        told = (chance, *density, box.coverage, box.size)
        rows.append((arms[preferred], name, *ends, *values, *told))
    return pd.DataFrame(rows, columns=_BOX)
