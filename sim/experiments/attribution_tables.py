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
from sim.experiments.payment_classes import PaymentClass, possible
from sim.experiments.shapley import Order, Worth, interactions, sampled_values, shapley_values
from sim.firms.sizes import SIZES
from sim.inference.means import mean_interval
from sim.inference.shares import share_interval
from sim.policies import get
from sim.scenario.parts import members_of
from sim.scenario.scenario import Scenario
from sim.tables import catalogue
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import CityTables
from sim.treasury.claims import Clause, Spending

ALL, PACKAGE = "all", "package"  # rows of what all instruments paid, and of what they did together
REST_OF_CITY = "rest_of_city"  # cluster of what is paid outside the modelled firms


def effects(base: Scenario) -> tuple[str, ...]:
    """Return the outcomes whose effect is shared among instruments: those of every package, and what it asks of."""
    asked = () if base.answer is None else (base.answer.metric,)
    return tuple(dict.fromkeys([*catalogue.names(catalogue.EFFECTS), *asked]))


_MONEY = ["million_yuan", "low", "high", "share", "share_low", "share_high"]
_ENDS = ("", "_low", "_high")
_TOTAL = [f"total{end}" for end in _ENDS]
_PRIVATE = [f"private_{word}{end}" for word in ("added", "saved") for end in _ENDS]


def split_table(values: Values) -> pd.DataFrame:
    """Return yuan and share by instrument and class, with intervals over worlds; shares of an instrument add up to one.

    Beside what was additional stands the private money that paid firms added to it, beside deadweight what they saved
    by it; these are empty for money that is not paid for spending.
    """
    rows: list[tuple[Any, ...]] = []
    names = values[min(values)]["names"]
    for instrument in (ALL, *names):
        within = names if instrument == ALL else [instrument]
        clauses = [clause for name in within for clause in get(name).clauses]
        title = "全部" if instrument == ALL else get(instrument).title_zh
        money = _by_class(values, within)
        added, saved = _private(values, within, clauses)
        for name, figures in _figures(money, clauses).items():
            beside = added + _EMPTY if name is PaymentClass.ADDITIONAL else _EMPTY * 2
            beside = _EMPTY + saved if name is PaymentClass.DEADWEIGHT else beside
            rows.append((instrument, str(name), *figures, *beside, len(values), f"{title}：{name.chinese}"))
    return pd.DataFrame(rows, columns=["instrument", "class", *_MONEY, *_TOTAL, *_PRIVATE, "worlds", "name_zh"])


def clause_table(values: Values) -> pd.DataFrame:
    """Return the same by clause, for every clause that paid in some world, and in how many it did."""
    rows: list[tuple[Any, ...]] = []
    paid = sorted({(row[0], row[1]) for run in values.values() for row in run["money"]})
    for instrument, clause in paid:
        declared = [c for c in get(instrument).clauses if c.name == clause]
        money = _by_class(values, [instrument], clause)
        worlds = sum(sum(found[k] for found in money.values()) > 0.0 for k in range(len(values)))
        for name, figures in _figures(money, declared).items():
            title = f"{get(instrument).title_zh}：{name.chinese}"
            rows.append((instrument, clause, str(name), *figures, worlds, len(values), title))
    columns = ["instrument", "clause", "class", *_MONEY, *_TOTAL, "worlds_paid", "worlds", "name_zh"]
    return pd.DataFrame(rows, columns=columns)


def _by_class(values: Values, instruments: Sequence[str], clause: str | None = None) -> dict[PaymentClass, np.ndarray]:
    """Return million yuan of each class by world, of some instruments or of one clause."""
    rows = [
        [row for row in run["money"] if row[0] in instruments and clause in (None, row[1])]
        for _, run in sorted(values.items())
    ]
    return {
        name: np.array([math.fsum(row[5] for row in found if row[2] == name) for found in rows])
        for name in PaymentClass
    }


def _figures(
    money: Mapping[PaymentClass, np.ndarray], clauses: Sequence[Clause]
) -> dict[PaymentClass, tuple[float, ...]]:
    """Return the columns of `_MONEY` and `_TOTAL` of each class. What clauses rule in or out by what they say is known,
    not estimated: money that nothing earns is unconditional in every world.
    """
    total = np.sum(list(money.values()), axis=0)
    classes = {name for clause in clauses for name in possible(clause.earned_by)}
    figures: dict[PaymentClass, tuple[float, ...]] = {}
    for name, part in money.items():
        share, low, high = share_interval(part, total)
        if (name not in classes or len(classes) == 1) and total.any():
            low = high = share
        figures[name] = (*_amount(part), share, low, high, *_amount(total))
    return figures


def _amount(found: np.ndarray) -> tuple[float, float, float]:
    """Return the mean of amounts that cannot be negative, and its interval."""
    mean, low, high = mean_interval(found)
    return mean, max(low, 0.0), high


_EMPTY = (math.nan,) * 3


def _private(
    values: Values, within: Sequence[str], clauses: Sequence[Clause]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return what paid firms added and saved, each with its interval; nothing where none is paid for spending."""
    if not any(isinstance(clause.earned_by, Spending) for clause in clauses):
        return _EMPTY, _EMPTY
    found = [[row[1:] for row in run["private"] if row[0] in within] for _, run in sorted(values.items())]
    added, saved = np.array(found).sum(axis=1).T
    return _amount(added), _amount(saved)


def group_table(values: Values, city_tables: CityTables) -> pd.DataFrame:
    """Return mean million yuan of each class by instrument, clause, cluster and size class, with its interval."""
    sums: defaultdict[tuple[Any, ...], np.ndarray] = defaultdict(lambda: np.zeros(len(values)))
    for place, (_, run) in enumerate(sorted(values.items())):
        for instrument, clause, name, cluster, size, amount in run["money"]:
            sums[instrument, clause, name, cluster, size][place] += amount
    rows = [
        (i, c, n, city_tables.identifiers[k] if k >= 0 else REST_OF_CITY, SIZES[s] if s >= 0 else "-", *_amount(found))
        for (i, c, n, k, s), found in sorted(sums.items())
    ]
    columns = ["instrument", "clause", "class", "cluster", "size", "million_yuan", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def _worths(values: Values) -> list[Worth]:
    return [
        {frozenset(members): np.array(found) for members, found in run["coalitions"]}
        for _, run in sorted(values.items())
    ]


def exact_table(values: Values, base: Scenario) -> pd.DataFrame:
    """Return what each instrument, or each part of the package, brings of its effect from all coalitions, with
    intervals over worlds.
    """
    worths, sharing = _worths(values), _titles(base)
    return _shapley_table(base, worths, [shapley_values(worth, list(sharing)) for worth in worths])


def sampled_table(values: Values, base: Scenario, orders: Mapping[int, Sequence[Order]]) -> pd.DataFrame:
    """Return the same from the orders of joining drawn in each world;
    the interval holds the luck of orders and of worlds.
    """
    worths = _worths(values)
    per_world = [sampled_values(worth, orders[number]) for worth, number in zip(worths, sorted(values), strict=True)]
    return _shapley_table(base, worths, per_world)


def _titles(base: Scenario) -> dict[str, str]:
    """Return who shares the package's effect, by what they are called in Chinese."""
    sharing = members_of(base.parts, base.policies)
    return {name: base.parts[name].title.zh if name in base.parts else get(name).title_zh for name in sharing}


def _shapley_table(
    base: Scenario, worths: Sequence[Worth], per_world: Sequence[Mapping[str, np.ndarray]]
) -> pd.DataFrame:
    sharing = _titles(base)
    package = np.array([worth[frozenset(sharing)] - worth[frozenset()] for worth in worths])
    titles = {**sharing, PACKAGE: "全部政策"}
    rows = []
    for place, effect in enumerate(effects(base)):
        columns = {name: np.array([world[name][place] for world in per_world]) for name in sharing}
        for name, found in (*columns.items(), (PACKAGE, package[:, place])):
            mean, low, high = mean_interval(found)
            rows.append((effect, outcomes()[effect].unit, name, mean, low, high, len(worths), titles[name]))
    return pd.DataFrame(rows, columns=["outcome", "unit", "instrument", "effect", "low", "high", "worlds", "name_zh"])


def interaction_table(values: Values, base: Scenario) -> pd.DataFrame:
    """Return what each two who share bring together beyond what each brings, with intervals over worlds."""
    names = list(_titles(base))
    per_world = [interactions(worth, names) for worth in _worths(values)]
    rows = []
    for place, effect in enumerate(effects(base)):
        for a, b in itertools.combinations(names, 2):
            mean, low, high = mean_interval(np.array([world[a, b][place] for world in per_world]))
            rows.append((effect, outcomes()[effect].unit, a, b, mean, low, high))
    return pd.DataFrame(rows, columns=["outcome", "unit", "first", "second", "interaction", "low", "high"])
