"""The first year's flows without policy against what was known by early 2022: means over worlds, with an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import FIRST
from sim.experiments.replicate import forget_mesa_models
from sim.experiments.statistics import CONFIDENCE, mean_interval
from sim.luck import keys
from sim.measure.outcomes import Result
from sim.model import ClusterModel
from sim.report.compared import Compared, tally, told, words
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import NO_POLICY
from sim.tables.clusters import IDENTIFIERS
from sim.tables.files import read
from sim.tables.milestones import TITLES
from sim.tables.units import MILLION_PER_YI, PER_CENT

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
    worlds: int = WORLDS, seed: int = 1, progress: Callable[[int, int], None] | None = None
) -> list[FlowRow]:
    """Run the first year without policy, numbers drawn, and compare it with every reference.

    Args:
        worlds: worlds to run, at least two. seed: fixes all luck. progress: told after each world.

    Raises:
        ValueError: if a flow has no reference or a reference no flow.
    """
    spec = load(NO_POLICY).with_changes({"horizon.until": f"{YEAR}Q4"})
    found = []
    for world in range(worlds):
        found.append(_one_year(spec, keys.replication_seed(seed, world)))
        if progress is not None:
            progress(world + 1, worlds)
    rows = read("flows")
    unmatched = {row["flow"] for row in rows} ^ set(found[0])
    if unmatched:
        raise ValueError(f"flows.csv and the flows that are measured differ in {', '.join(sorted(unmatched))}")
    return [_compare(row, np.array([world[row["flow"]] for world in found])) for row in rows]


def _one_year(spec: Scenario, own_seed: int) -> dict[str, float]:
    model = ClusterModel(spec, own_seed)
    result = model.run()
    forget_mesa_models()
    return measure(model, result)


def _compare(row: dict[str, str], values: np.ndarray) -> FlowRow:
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


def measure(model: ClusterModel, result: Result) -> dict[str, float]:
    """Return every flow of a model's first year, in the unit of its row of `flows.csv`."""
    first = {name: float(values[0]) for name, values in result.years.items()}
    return (
        _counts(model, first)
        | _titles(model, first)
        | _growth(model, result)
        | {
            "loss_making_share": PER_CENT * first["loss_making_share"],
            "investment": first["investment"] / MILLION_PER_YI,
            "real_gdp_growth": PER_CENT * (first["gdp_real"] / model.numbers.gdp_2021 - 1.0),
            "research_share": PER_CENT * first["research"] / first["gdp"],
        }
    )


def _counts(model: ClusterModel, first: dict[str, float]) -> dict[str, float]:
    firms = model.start.firms
    before = float(np.count_nonzero(firms.active & firms.above_scale))
    return {
        "promotions": first["promotions"],
        "above_scale_entry": PER_CENT * first["promotions"] / before,
        "above_scale_exit": PER_CENT * (first["demotions"] + first["above_scale_exits"]) / before,
        "above_scale_growth": PER_CENT * (first["above_scale_firms"] / before - 1.0),
        "listed_added": first["listed_firms"] - float(np.count_nonzero(firms.active & firms.listed)),
    }


def _titles(model: ClusterModel, first: dict[str, float]) -> dict[str, float]:
    firms = model.start.firms
    added = {f"new_{title}s": first[f"new_{title}s"] for title in TITLES}
    return added | {
        "high_tech_added": first["high_tech_firms"] - float(np.count_nonzero(firms.active & firms.high_tech_title))
    }


def _growth(model: ClusterModel, result: Result) -> dict[str, float]:
    """Output of the year over that of 2021, less the demand path of this world: the outlook and its shocks; points."""
    before = model.start.firms.cluster_sum(model.start.firms.last_revenue)
    output, path = result.cluster_years["output"][0], demand_path(model)
    gaps = PER_CENT * (output / before - path)
    together = PER_CENT * (float(output.sum()) - float((before * path).sum())) / float(before.sum())
    return {"growth_gap": together} | {f"growth_gap_{c}": float(gaps[i]) for i, c in enumerate(IDENTIFIERS)}


def demand_path(model: ClusterModel) -> np.ndarray:
    """Return the first year's mean demand of each cluster in this world, 2021 = 1, shocks included."""
    shocks, levels = np.zeros(len(IDENTIFIERS)), []
    for season in range(4):
        quarter = FIRST + season
        now = model.world.at(quarter)
        shocks = shocks + now.demand_growth - now.trend_growth
        levels.append(model.world.real_trend(quarter) * np.exp(shocks) * now.season)
    mean: np.ndarray = np.mean(levels, axis=0)
    return mean


def describe_flows(rows: list[FlowRow], worlds: int) -> list[str]:
    """Return the table of flows as lines for the screen."""
    lines = [
        "",
        f"Flows of {YEAR} without policy, mean of {worlds} worlds with its {CONFIDENCE:.0%} interval, against what "
        f"was known or assumed in early {YEAR}",
        f"{YEAR}年无政策流量：{worlds}个世界的均值及{CONFIDENCE:.0%}置信区间，对照{YEAR}年初已知或假定的范围",
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
