"""The first year's flows without policy against what was known by early 2022: means over worlds, with an interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import FIRST
from sim.experiments.replicate import forget_mesa_models
from sim.inference.confidence import CONFIDENCE
from sim.inference.means import mean_interval
from sim.luck import keys
from sim.model import ClusterModel
from sim.report.compared import Compared, tally, told, words
from sim.report.year_measures import FirstYear, measures
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import NO_POLICY
from sim.tables.city_tables import CityTables
from sim.tables.rounded import percent

YEAR = FIRST.year
WORLDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow(Compared):
    """One flow of the first year: mean over worlds, its interval, and the range of the reference.

    `status` is PASS (the mean lies in the range), WARN (only its interval reaches it) or FAIL.
    """

    flow: str
    model_low: float
    model_high: float
    low: float
    high: float
    year: str


def check_flows(
    city_tables: CityTables,
    worlds: int = WORLDS,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[FlowRow]:
    """Run the first year without policy, numbers drawn, and compare it with every reference of a city.

    Args:
        worlds: worlds to run, at least two. seed: fixes all luck. progress: told at the start and after each world.
    """
    spec = load(NO_POLICY, city_tables.name).with_changes({"horizon.until": f"{YEAR}Q4"})
    found = []
    if progress is not None:
        progress(0, worlds)
    for world in range(worlds):
        found.append(_one_year(spec, keys.replication_seed(seed, world)))
        if progress is not None:
            progress(world + 1, worlds)
    return [_compare(row, np.array([world[row["flow"]] for world in found])) for row in city_tables.flows]


def _one_year(spec: Scenario, own_seed: int) -> dict[str, float]:
    model = ClusterModel(spec, own_seed)
    result = model.run()
    forget_mesa_models()
    asked, of = {row["flow"] for row in spec.city_tables.flows}, FirstYear(model, result)
    return {name: value(of) for name, value in measures(spec.city_tables).items() if name in asked}


def _compare(row: Mapping[str, str], values: np.ndarray) -> FlowRow:
    low, high = float(row["low"]), float(row["high"])
    mean, mean_low, mean_high = mean_interval(values)
    status = "PASS" if low <= mean <= high else "WARN" if mean_low <= high and mean_high >= low else "FAIL"
    return FlowRow(
        flow=row["flow"],
        model=mean,
        model_low=mean_low,
        model_high=mean_high,
        low=low,
        high=high,
        year=row["year"],
        status=status,
        **words(row),
    )


def describe_flows(rows: list[FlowRow], worlds: int) -> list[str]:
    """Return the table of flows as lines for the screen."""
    lines = [
        "",
        f"Flows of {YEAR} without policy, mean of {worlds} worlds with its {percent(CONFIDENCE)} interval, against "
        f"what was known or assumed in early {YEAR}",
        f"{YEAR}年无政策流量：{worlds}个世界的均值及{percent(CONFIDENCE)}置信区间，对照{YEAR}年初已知或假定的范围",
        f"{'status':6} {'kind':10} {'model 模型':>8} {'interval 区间':>19} {'reference 范围':>17}  {'year':9} what "
        "指标",
    ]
    beyond = sum(not r.low <= r.model_low <= r.model_high <= r.high for r in rows)
    for r in rows:
        interval, reference = f"{_short(r.model_low)} to {_short(r.model_high)}", f"{r.low:,g} to {r.high:,g}"
        lines += told(r, f"{_short(r.model):>10} {interval:>21} {reference:>19}  {r.year:9}")
    return [
        *lines,
        "PASS: the mean lies in the range; WARN: only its interval reaches it; FAIL: neither does.",
        "PASS：均值在范围内；WARN：仅区间触及；FAIL：均未触及。",
        f"In {beyond} of {len(rows)} rows the interval reaches beyond the range.",
        f"{len(rows)}行中有{beyond}行的区间超出范围。",
        tally(rows),
    ]


def _short(value: float) -> str:
    return f"{value:,.2f}" if abs(value) < 100.0 else f"{value:,.0f}"
