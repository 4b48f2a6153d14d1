"""What a run says of its targets: each reading year by year, beside the twin without policy and the numbers drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.experiments.separation import separation
from sim.inference.paired_shares import paired_share
from sim.inference.shares import verdict, wilson
from sim.luck import keys
from sim.scenario.drawn import world_numbers
from sim.scenario.scenario import Scenario
from sim.scenario.target import Target
from sim.tables.catalogue import CITY, listed, outcomes
from sim.tables.likelihood import likelihood, verdicts_zh

if TYPE_CHECKING:
    from sim.measure.outcomes import Result

COLUMNS = [
    "target",
    "metric",
    "unit",
    "bound",
    "threshold",
    "when",
    "since",
    "year",
    "asked",
    "probability",
    "low",
    "high",
    "likelihood",
    "replications",
    "required",
    "verdict",
    "without_policy",
    "difference",
    "difference_low",
    "difference_high",
    "differs",
    "number",
    "median_with",
    "median_without",
    "pairs_higher",
    "sentence",
    "sentence_zh",
    "likelihood_zh",
    "verdict_zh",
    "name_zh",
]
_UNKNOWN = math.nan


def target_table(spec: Scenario, results: Sequence[Result], drawn: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return one row per target and year that counts, the year asked of last (`asked` is 1).

    Args:
        drawn: as of `drawn_numbers`, for the same worlds.
    """
    labels = results[0].year_labels
    rows = [row for t in spec.targets if t.by in labels for row in _rows(t, results, labels, drawn)]
    return pd.DataFrame(rows, columns=COLUMNS)


def drawn_numbers(spec: Scenario, seed: int, worlds: Sequence[int], *, fixed: bool) -> dict[str, np.ndarray]:
    """Return what each world drew for the numbers that are drawn, by name; nothing if all are held."""
    if fixed or spec.outlook.calm:
        return {}
    found = [world_numbers(spec, keys.replication_seed(seed, world), fixed=fixed) for world in worlds]
    names = [n.name for n in spec.city_tables.numbers.values() if n.uncertain and n.name not in spec.parameters]
    return {name: np.array([numbers[name] for numbers in found]) for name in names}


def _rows(
    target: Target, results: Sequence[Result], labels: Sequence[int], drawn: Mapping[str, np.ndarray]
) -> list[tuple[Any, ...]]:
    holds = target.holds(np.array([r.years[target.metric] for r in results]), labels)
    twins = [r.twin_years[target.metric] for r in results if target.metric in r.twin_years]
    plain = target.holds(np.array(twins), labels) if twins else None
    lines = _outside(target, results, labels)
    return [
        (
            *_asked(target, year),
            *_probability(target, year, holds[:, y]),
            *_against(None if plain is None else plain[:, y], holds[:, y]),
            *_decided(holds[:, y], {**drawn, **{n: v for (n, of), v in lines.items() if of <= year}}),
            *_in_words(target, year, holds[:, y]),
        )
        for y, year in enumerate(target.years(labels))
    ]


def _outside(target: Target, results: Sequence[Result], labels: Sequence[int]) -> dict[tuple[str, int], np.ndarray]:
    """Return what each world drew for prices set outside, as `outcome.year`, with the year; but for that asked for."""
    return {
        (f"{o.name}.{year}", year): np.array([r.years[o.name][y] for r in results])
        for o in listed(CITY)
        if o.outside and o.name != target.metric
        for y, year in enumerate(labels)
    }


def _asked(target: Target, year: int) -> tuple[Any, ...]:
    bound = "at_least" if target.at_least is not None else "at_most"
    unit = outcomes()[target.metric].unit
    asked = int(year == target.by)
    return target.name, target.metric, unit, bound, target.threshold, target.when, target.first, year, asked


def _probability(target: Target, year: int, holds: np.ndarray) -> tuple[Any, ...]:
    low, high = wilson(int(holds.sum()), holds.size)
    required = target.probability if target.probability is not None else _UNKNOWN
    return float(holds.mean()), low, high, likelihood(low, high)[0], holds.size, required, _verdict(target, year, holds)


def _verdict(target: Target, year: int, holds: np.ndarray) -> str:
    """Return the verdict on the year asked of, where a probability is asked for."""
    if target.probability is None or year != target.by:
        return ""
    return verdict(*wilson(int(holds.sum()), holds.size), target.probability)


def _against(plain: np.ndarray | None, holds: np.ndarray) -> tuple[float, ...]:
    """Return the probability without policy, the paired difference with its interval, and the share that differs."""
    if plain is None:
        return (_UNKNOWN,) * 5
    return float(plain.mean()), *paired_share(plain.astype(int), holds.astype(int)), float((plain != holds).mean())


def _decided(holds: np.ndarray, drawn: Mapping[str, np.ndarray]) -> tuple[Any, ...]:
    found = separation(holds, drawn)
    if found is None:
        return "", _UNKNOWN, _UNKNOWN, _UNKNOWN
    return found.number, found.median_with, found.median_without, found.pairs_higher


def _in_words(target: Target, year: int, holds: np.ndarray) -> tuple[str, ...]:
    word_zh = likelihood(*wilson(int(holds.sum()), holds.size))[1]
    verdict_zh = verdicts_zh().get(_verdict(target, year, holds), "")
    return *target.sentence(year), word_zh, verdict_zh, target.title.zh
