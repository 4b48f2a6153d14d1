"""`attribute`: what every award yuan bought, and which instrument deserves how much of the package's effect.

For each instrument there is a twin world without it. A payment is *deadweight* when the same firm reaches the same
event there by the same time, *timing* when it does so later, *relabelled* when its real revenue is below the line,
*displaced* when another local firm had the event there and has lost it, *additional* otherwise. For co-investment the event is
the firm's own investment. The package's effect is shared among instruments by Shapley value over all coalitions.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from sim import catalogue
from sim.catalogue import outcomes
from sim.clusters import CLUSTERS
from sim.experiments.experiment import Experiment, Findings, Tables, Values, conduct
from sim.experiments.statistics import mean_interval
from sim.policies import get
from sim.scenario import Scenario
from sim.scenario_file import ScenarioError
from sim.sizes import SIZES

CLASSES = ("deadweight", "timing", "relabelled", "displaced", "additional")
CLASSES_ZH = ("无谓支出", "提前实现", "走账冲线", "挤出他企", "真正新增")
EFFECTS = catalogue.names(catalogue.EFFECTS)
MOST_INSTRUMENTS = 6  # 64 coalitions; of more, the rarest are held together
_FEN = 1e8


@dataclass(frozen=True)
class Attribution(Experiment):
    """Worlds in which every coalition of instruments runs.

    Attributes:
        worlds: how many. shapley: run all coalitions, not only the twins.
    """

    kind: ClassVar[str] = "attribute"
    worlds: int = 30
    shapley: bool = True

    def wanted(self, values: Values) -> int:
        """Return the number of worlds."""
        return self.worlds

    def payloads(self, numbers: Sequence[int], values: Values) -> list[Any]:
        """Return the numbers of the worlds."""
        return list(numbers)

    def task(self) -> Callable[[Any], Any]:
        """Return the function that splits the money of one world."""
        return partial(split_world, self.base, self.seed, self.fixed, self.shapley)

    def tables(self, values: Values) -> Tables:
        """Return the split by instrument, by group, and the Shapley shares."""
        tables = {"attribution": _split_table(values), "attribution_groups": _group_table(values)}
        if self.shapley:
            tables |= {"shapley": _shapley_table(values), "interactions": _interaction_table(values)}
        return tables


def split_world(base: Scenario, seed: int, fixed: bool, shapley: bool, number: int) -> dict[str, Any]:
    """Return payments of one world by instrument, clause, class, cluster and size, million yuan, and coalition outcomes."""
    from sim.experiments.watch import watch

    names = list(base.policies)
    full = watch(base, seed, number, fixed=fixed)
    coalitions = {tuple(names): full.outcomes}
    money: defaultdict[Part, float] = defaultdict(float)
    for name in names:
        twin = watch(base.without(name), seed, number, fixed=fixed)
        coalitions[tuple(n for n in names if n != name)] = twin.outcomes
        for part, share in split(full, twin, name).items():
            money[part] += share
    if shapley:
        for size in range(len(names) - 1):
            for members in itertools.combinations(names, size):
                coalitions[members] = watch(only(base, members), seed, number, fixed=fixed).outcomes
    return {
        "money": [[*part, amount] for part, amount in sorted(money.items())],
        "coalitions": [[list(members), [found[e] for e in EFFECTS]] for members, found in sorted(coalitions.items())] if shapley else [],
        "names": names,
    }


def only(base: Scenario, members: Sequence[str]) -> Scenario:
    """Return the scenario with some of its instruments."""
    spec = base
    for name in base.policies:
        spec = spec if name in members else spec.without(name)
    return spec


Part = tuple[str, str, str, int, int]  # instrument, clause, class, cluster (-1 the rest of the city), size class


def split(full: Any, twin: Any, instrument: str) -> dict[Part, float]:
    """Return the payments of one instrument by clause, class, cluster and size, million yuan; they add up to all it paid.

    Args:
        full, twin: worlds with and without the instrument, as `watch` gives them.
    """
    parts: defaultdict[Part, float] = defaultdict(float)
    for clause, payments in full.payments.get(instrument, {}).items():
        classed = _investments(full, twin, payments) if payments[0].form == "investment" else _events(full, twin, clause, payments)
        for payment, shares in zip(payments, classed, strict=True):
            for name, share in shares.items():
                if share:
                    parts[instrument, clause, name, payment.cluster, payment.size] += payment.fen * share / _FEN
    return parts


def _events(full: Any, twin: Any, clause: str, payments: Sequence[Any]) -> list[Mapping[str, float]]:
    """Class each award by its event in the twin; firms that lost the event to an award's winner make awards displaced."""
    kind = "above_scale" if clause == "industry" else clause
    there, here = twin.events.get(kind, {}), full.events.get(kind, {})
    classed: list[Mapping[str, float]] = []
    for payment in payments:
        if payment.key == 0:  # the rest of the city is exogenous: it would have been there anyway
            classed.append({"deadweight": 1.0})
        elif payment.key in there:
            classed.append({"deadweight" if min(there[payment.key])[0] <= payment.quarter else "timing": 1.0})
        elif here.get(payment.key, [(0, False)])[0][1]:
            classed.append({"relabelled": 1.0})
        else:
            classed.append({})
    lost = sum(1 for key in there if key not in here)
    won = sum(1 for shares in classed if not shares)
    share = min(lost / won, 1.0) if won else 0.0
    return [shares or {"displaced": share, "additional": 1.0 - share} for shares in classed]


def _investments(full: Any, twin: Any, payments: Sequence[Any]) -> list[Mapping[str, float]]:
    """Class co-investment by what the same firm invested in the twin, by the year of payment and by the end.

    What a firm puts up beyond the twin's investment is additional, at most the public money it got; what it had
    ahead at some time but not at the end is timing; local firms of its cluster that invest less make it displaced.
    """
    money: defaultdict[int, float] = defaultdict(float)
    for payment in payments:
        money[payment.key] += payment.fen / _FEN
    cluster = {payment.key: payment.cluster for payment in payments}
    beyond, ahead = {}, {}
    for key, paid in money.items():
        path = full.invested_by(key) - twin.invested_by(key)
        beyond[key] = min(max(float(path[-1]), 0.0), paid)
        ahead[key] = min(max(float(path.max()), 0.0), paid) - beyond[key]
    displaced = _displaced(full, twin, beyond, cluster)
    shares = {}
    for key, paid in money.items():
        moved = beyond[key] * displaced[cluster[key]]
        shares[key] = {
            "additional": (beyond[key] - moved) / paid, "displaced": moved / paid, "timing": ahead[key] / paid,
            "deadweight": 1.0 - (beyond[key] + ahead[key]) / paid,
        }
    return [shares[payment.key] for payment in payments]


def _displaced(full: Any, twin: Any, beyond: Mapping[int, float], cluster: Mapping[int, int]) -> np.ndarray:
    """Share of each cluster's additional investment that its other firms lack compared with the twin."""
    gained, missing = np.zeros(len(CLUSTERS)), np.zeros(len(CLUSTERS))
    for key, amount in beyond.items():
        gained[cluster[key]] += amount
    for key in twin.invested.keys() | full.invested.keys():
        if key not in beyond:
            short = float(twin.invested_by(key)[-1] - full.invested_by(key)[-1])
            missing[(key - 1) >> 48] += short
    return np.clip(np.divide(missing, gained, out=np.zeros_like(gained), where=gained > 0.0), 0.0, 1.0)


def _split_table(values: Values) -> pd.DataFrame:
    """Return yuan and share by instrument and class, with intervals over worlds; shares of an instrument add up to one."""
    rows = []
    names = values[min(values)]["names"]
    for instrument in ("all", *names):
        money = np.array([[_sum(run, instrument, name) for name in CLASSES] for _, run in sorted(values.items())])
        total = money.sum(axis=1)
        for place, name in enumerate(CLASSES):
            mean, low, high = mean_interval(money[:, place])
            share, share_low, share_high = _ratio_interval(money[:, place], total)
            title = "全部" if instrument == "all" else get(instrument).title_zh
            rows.append((instrument, name, mean, low, high, share, share_low, share_high, len(values), f"{title}：{CLASSES_ZH[place]}"))
    columns = ["instrument", "class", "million_yuan", "low", "high", "share", "share_low", "share_high", "worlds", "name_zh"]
    return pd.DataFrame(rows, columns=columns)


def _sum(run: Any, instrument: str, name: str) -> float:
    return math.fsum(row[5] for row in run["money"] if instrument in ("all", row[0]) and row[2] == name)


def _ratio_interval(part: np.ndarray, total: np.ndarray) -> tuple[float, float, float]:
    """Ratio of sums over worlds and its interval by linearisation (a ratio estimator)."""
    if total.sum() <= 0.0:
        return math.nan, math.nan, math.nan
    ratio = float(part.sum() / total.sum())
    _, low, high = mean_interval((part - ratio * total) / total.mean())
    return ratio, max(ratio + low, 0.0), min(ratio + high, 1.0)


def _group_table(values: Values) -> pd.DataFrame:
    """Return mean million yuan of each class by instrument, clause, cluster and size class."""
    sums: defaultdict[tuple[Any, ...], float] = defaultdict(float)
    for run in values.values():
        for instrument, clause, name, cluster, size, amount in run["money"]:
            sums[instrument, clause, name, cluster, size] += amount / len(values)
    rows = [(i, c, n, CLUSTERS[k].identifier if k >= 0 else "rest_of_city", SIZES[s] if s >= 0 else "-", amount)
            for (i, c, n, k, s), amount in sorted(sums.items())]
    return pd.DataFrame(rows, columns=["instrument", "clause", "class", "cluster", "size", "million_yuan"])


def shapley_values(worth: Mapping[frozenset[str], np.ndarray], names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return each member's Shapley value: its mean contribution over all orders of joining (Shapley 1953)."""
    number = len(names)
    found = {}
    for name in names:
        others = [n for n in names if n != name]
        value = np.zeros_like(next(iter(worth.values())))
        for size in range(number):
            weight = math.factorial(size) * math.factorial(number - size - 1) / math.factorial(number)
            for members in itertools.combinations(others, size):
                value = value + weight * (worth[frozenset((*members, name))] - worth[frozenset(members)])
        found[name] = value
    return found


def interactions(worth: Mapping[frozenset[str], np.ndarray], names: Sequence[str]) -> dict[tuple[str, str], np.ndarray]:
    """Return the Shapley interaction index of each pair: what two bring together beyond what each brings (Grabisch and Roubens 1999)."""
    number = len(names)
    found = {}
    for a, b in itertools.combinations(names, 2):
        others = [n for n in names if n not in (a, b)]
        value = np.zeros_like(next(iter(worth.values())))
        for size in range(number - 1):
            weight = math.factorial(size) * math.factorial(number - size - 2) / math.factorial(number - 1)
            for members in itertools.combinations(others, size):
                both, first, second, none = (worth[frozenset((*members, *extra))] for extra in ((a, b), (a,), (b,), ()))
                value = value + weight * (both - first - second + none)
        found[a, b] = value
    return found


def _worths(values: Values) -> list[dict[frozenset[str], np.ndarray]]:
    return [{frozenset(members): np.array(found) for members, found in run["coalitions"]} for _, run in sorted(values.items())]


def _shapley_table(values: Values) -> pd.DataFrame:
    names = values[min(values)]["names"]
    worths = _worths(values)
    per_world = [shapley_values(worth, names) for worth in worths]
    package = np.array([worth[frozenset(names)] - worth[frozenset()] for worth in worths])
    rows = []
    for place, effect in enumerate(EFFECTS):
        columns = {name: np.array([world[name][place] for world in per_world]) for name in names}
        for name, found in (*columns.items(), ("package", package[:, place])):
            mean, low, high = mean_interval(found)
            title = "全部政策" if name == "package" else get(name).title_zh
            rows.append((effect, outcomes()[effect].unit, name, mean, low, high, len(values), title))
    return pd.DataFrame(rows, columns=["outcome", "unit", "instrument", "effect", "low", "high", "worlds", "name_zh"])


def _interaction_table(values: Values) -> pd.DataFrame:
    names = values[min(values)]["names"]
    per_world = [interactions(worth, names) for worth in _worths(values)]
    rows = []
    for place, effect in enumerate(EFFECTS):
        for a, b in itertools.combinations(names, 2):
            mean, low, high = mean_interval(np.array([world[a, b][place] for world in per_world]))
            rows.append((effect, outcomes()[effect].unit, a, b, mean, low, high))
    return pd.DataFrame(rows, columns=["outcome", "unit", "first", "second", "interaction", "low", "high"])


def plan(scenario: Scenario, *, worlds: int = 30, shapley: bool = True, seed: int = 1, fixed: bool = False) -> Attribution:
    """Return the attribution, checked.

    Raises:
        ScenarioError: if the scenario has no policies, or too many for all coalitions.
    """
    if not scenario.policies:
        raise ScenarioError(f"attribute: {scenario.name} has no policies; there is no money to attribute")
    if shapley and len(scenario.policies) > MOST_INSTRUMENTS:
        raise ScenarioError(f"attribute: {len(scenario.policies)} instruments have {2 ** len(scenario.policies)} coalitions; write --no-shapley")
    return Attribution({scenario.name: scenario}, seed=seed, fixed=fixed, worlds=worlds, shapley=shapley)


def attribute(scenario: Scenario, *, worlds: int = 30, shapley: bool = True, seed: int = 1, fixed: bool = False,
              folder: Path | None = None, **where: Any) -> Findings:
    """Split the money of a scenario's instruments and share their effect.

    Args:
        worlds: replications. shapley: run all coalitions (2 to the number of instruments) besides the twins.
        where: `workers`, `scheduler`, `shard`, `fresh`, `progress`, `draw` of `experiment.conduct`.
    """
    return conduct(plan(scenario, worlds=worlds, shapley=shapley, seed=seed, fixed=fixed), folder, **where)
