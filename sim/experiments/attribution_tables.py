"""Tables of an attribution: the money by class, and the package's effect by instrument, with intervals over worlds."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.experiments.experiment import Values
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.shapley import Order, Worth, interactions, sampled_values, shapley_values
from sim.experiments.statistics import mean_interval
from sim.firms.sizes import SIZES
from sim.policies import get
from sim.tables import catalogue
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import CityTables

ALL, PACKAGE = "all", "package"  # rows of what all instruments paid, and of what they did together
REST_OF_CITY = "rest_of_city"  # cluster of what is paid outside the modelled firms


def effects() -> tuple[str, ...]:
    """Return the outcomes whose effect is shared among instruments."""
    return catalogue.names(catalogue.EFFECTS)


def split_table(values: Values) -> pd.DataFrame:
    """Return yuan and share by instrument and class, with intervals over worlds;
    shares of an instrument add up to one.
    """
    rows = []
    names = values[min(values)]["names"]
    for instrument in (ALL, *names):
        money = np.array([[_sum(run, instrument, name) for name in PaymentClass] for _, run in sorted(values.items())])
        total = money.sum(axis=1)
        for place, name in enumerate(PaymentClass):
            mean, low, high = mean_interval(money[:, place])
            share, share_low, share_high = _ratio_interval(money[:, place], total)
            title = "全部" if instrument == ALL else get(instrument).title_zh
            rows.append(
                (
                    instrument,
                    str(name),
                    mean,
                    low,
                    high,
                    share,
                    share_low,
                    share_high,
                    len(values),
                    f"{title}：{name.chinese}",
                )
            )
    columns = [
        "instrument",
        "class",
        "million_yuan",
        "low",
        "high",
        "share",
        "share_low",
        "share_high",
        "worlds",
        "name_zh",
    ]
    return pd.DataFrame(rows, columns=columns)


def _sum(run: Any, instrument: str, name: str) -> float:
    return math.fsum(row[5] for row in run["money"] if instrument in (ALL, row[0]) and row[2] == name)


def _ratio_interval(part: np.ndarray, total: np.ndarray) -> tuple[float, float, float]:
    """Ratio of sums over worlds and its interval by linearisation (a ratio estimator)."""
    if total.sum() <= 0.0:
        return math.nan, math.nan, math.nan
    ratio = float(part.sum() / total.sum())
    _, low, high = mean_interval((part - ratio * total) / total.mean())
    return ratio, max(ratio + low, 0.0), min(ratio + high, 1.0)


def group_table(values: Values, city_tables: CityTables) -> pd.DataFrame:
    """Return mean million yuan of each class by instrument, clause, cluster and size class."""
    sums: defaultdict[tuple[Any, ...], float] = defaultdict(float)
    for _, run in sorted(values.items()):
        for instrument, clause, name, cluster, size, amount in run["money"]:
            sums[instrument, clause, name, cluster, size] += amount / len(values)
    rows = [
        (i, c, n, city_tables.identifiers[k] if k >= 0 else REST_OF_CITY, SIZES[s] if s >= 0 else "-", amount)
        for (i, c, n, k, s), amount in sorted(sums.items())
    ]
    return pd.DataFrame(rows, columns=["instrument", "clause", "class", "cluster", "size", "million_yuan"])


def _worths(values: Values) -> list[Worth]:
    return [
        {frozenset(members): np.array(found) for members, found in run["coalitions"]}
        for _, run in sorted(values.items())
    ]


def exact_table(values: Values) -> pd.DataFrame:
    """Return each instrument's share of the package's effect from all coalitions, with intervals over worlds."""
    names = values[min(values)]["names"]
    worths = _worths(values)
    return _shapley_table(names, worths, [shapley_values(worth, names) for worth in worths])


def sampled_table(values: Values, orders: Mapping[int, Sequence[Order]]) -> pd.DataFrame:
    """Return the same from the orders of joining drawn in each world;
    the interval holds the luck of orders and of worlds.
    """
    worths = _worths(values)
    per_world = [sampled_values(worth, orders[number]) for worth, number in zip(worths, sorted(values), strict=True)]
    return _shapley_table(values[min(values)]["names"], worths, per_world)


def _shapley_table(
    names: Sequence[str], worths: Sequence[Worth], per_world: Sequence[Mapping[str, np.ndarray]]
) -> pd.DataFrame:
    package = np.array([worth[frozenset(names)] - worth[frozenset()] for worth in worths])
    rows = []
    for place, effect in enumerate(effects()):
        columns = {name: np.array([world[name][place] for world in per_world]) for name in names}
        for name, found in (*columns.items(), (PACKAGE, package[:, place])):
            mean, low, high = mean_interval(found)
            title = "全部政策" if name == PACKAGE else get(name).title_zh
            rows.append((effect, outcomes()[effect].unit, name, mean, low, high, len(worths), title))
    return pd.DataFrame(rows, columns=["outcome", "unit", "instrument", "effect", "low", "high", "worlds", "name_zh"])


def interaction_table(values: Values) -> pd.DataFrame:
    """Return what each pair of instruments brings together beyond what each brings, with intervals over worlds."""
    names = values[min(values)]["names"]
    per_world = [interactions(worth, names) for worth in _worths(values)]
    rows = []
    for place, effect in enumerate(effects()):
        for a, b in itertools.combinations(names, 2):
            mean, low, high = mean_interval(np.array([world[a, b][place] for world in per_world]))
            rows.append((effect, outcomes()[effect].unit, a, b, mean, low, high))
    return pd.DataFrame(rows, columns=["outcome", "unit", "first", "second", "interaction", "low", "high"])
