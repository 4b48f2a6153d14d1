"""The starting state against the published facts of 2021: input, closed by a residual, calibrated, or emergent.

All numbers stand in `facts.csv` (`sim.report.fact_table`): the fact itself, its tolerance and, as `given`, what its
measure needs besides the model. What is measured here has a row there, and every row is measured.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.firms.costs import UnitCost
from sim.firms.table import CHAMPION, NATIONAL
from sim.firms.technology import Technology
from sim.history import build
from sim.measure.measures import rank_slope
from sim.model import build_start
from sim.report.compared import Compared, legend, tally, told
from sim.report.fact_table import Fact, facts, given_for, value_of
from sim.scenario.fields import Population
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.clusters import IDENTIFIERS
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.units import MILLION_PER_YI, TCE_PER_WAN

_COUNTS = ("firms_20m", "firms_100m", "firms_5bn", "firms_10bn")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Compared):
    """One fact with the model's value; `status` is PASS, WARN (a proxy or a wider notion, see note) or FAIL."""

    fact: str
    value: float
    tolerance: float
    grade: str


def check_facts(seed: int = 1) -> list[FactRow]:
    """Build the default population with table values and compare it with every fact.

    Raises:
        ValueError: if a fact has no measure or a measure no fact.
    """
    numbers = Parameters()
    return compare_all(measure(build(numbers, Population().above_scale, Population().below_scale, seed), numbers))


def check_start(spec: Scenario, seed: int = 1) -> tuple[Start, list[FactRow]]:
    """Build the population of a scenario, with table values where it holds none, and compare it with every fact."""
    numbers = Parameters().replace(spec.parameters)
    start = build_start(spec, numbers, seed)
    return start, compare_all(measure(start, numbers))


def compare_all(measured: dict[str, float]) -> list[FactRow]:
    """Return one row per fact.

    Raises:
        ValueError: if a fact has no measure or a measure no fact.
    """
    unmatched = set(measured) ^ set(facts())
    if unmatched:
        raise ValueError(f"facts.csv and the facts that are measured differ in {', '.join(sorted(unmatched))}")
    return [_compare(fact, measured[name]) for name, fact in facts().items()]


def _compare(fact: Fact, model: float) -> FactRow:
    off, half = abs(model / fact.value - 1.0), fact.tolerance / 2.0
    status = (
        "FAIL"
        if off > fact.tolerance
        else "WARN"
        if fact.says["note"] and off > half and fact.says["kind"] != "input"
        else "PASS"
    )
    return FactRow(
        fact=fact.name,
        model=model,
        value=fact.value,
        tolerance=fact.tolerance,
        grade=fact.grade,
        status=status,
        **fact.says,
    )


def measure(start: Start, numbers: Parameters) -> dict[str, float]:
    """Return the model's value of every fact, in the fact's unit."""
    return _sizes(start) | _energy(start, numbers) | _accounts(start, numbers) | _firms(start)


def _sizes(start: Start) -> dict[str, float]:
    firms = start.firms
    above = np.where(firms.last_revenue >= ABOVE_SCALE_LINE, firms.last_revenue, 0.0)
    output = firms.cluster_sum(above) / MILLION_PER_YI
    found = {f"output_{c}": float(output[i]) for i, c in enumerate(IDENTIFIERS)}
    rest = value_of("output_city") - float(start.output_2021.sum()) / MILLION_PER_YI  # outside the ten clusters
    found["output_city"] = float(output.sum()) + rest
    found |= {name: float(np.count_nonzero(above >= given_for(name))) for name in _COUNTS}
    published = {firm: row for firm, row in start.named.items() if f"revenue_{firm}" in facts()}
    found |= {f"revenue_{firm}": float(firms.reported_revenue[row]) / MILLION_PER_YI for firm, row in published.items()}
    found["rank_slope"] = rank_slope(above, given_for("rank_slope"))
    found["invoiced_sales"] = float(firms.last_revenue.sum() + firms.trading_base.sum() * 4.0) / MILLION_PER_YI + rest
    return found


def _energy(start: Start, numbers: Parameters) -> dict[str, float]:
    firms = start.firms
    used = firms.cluster_sum(
        np.where(firms.last_revenue >= ABOVE_SCALE_LINE, firms.last_revenue * firms.energy_intensity, 0.0)
    )
    total = numbers.industrial_energy * TCE_PER_WAN
    return {
        "energy_total": (float(used.sum()) + total * (1.0 - sum(numbers.by_cluster("energy_share")))) / TCE_PER_WAN,
        "energy_share_steel": float(used[IDENTIFIERS.index("quality_steel")]) / total,
        "energy_share_cement": float(used[IDENTIFIERS.index("building_materials")]) / total,
        "energy_share_power": 1.0 - float(used.sum()) / total,
    }


def _accounts(start: Start, numbers: Parameters) -> dict[str, float]:
    firms, technology = start.firms, Technology.of(numbers)
    rows = firms.active
    cluster, output = firms.cluster[rows], firms.last_revenue[rows]
    cost = UnitCost(technology, cluster, firms.productivity[rows], firms.energy_intensity[rows])
    added = np.zeros(firms.rows)
    added[rows] = (1.0 - cost.bought) * output
    above = float(added[firms.last_revenue >= ABOVE_SCALE_LINE].sum())
    rest = given_for("value_added_above_scale") * (
        value_of("output_city") * MILLION_PER_YI - float(start.output_2021.sum())
    )
    tax = float(firms.last_local_tax.sum()) / numbers.local_tax_share
    wages = float((cost.wages * output).sum())
    research = float((technology.research[cluster] * firms.research_propensity[rows] * output).sum())
    closed = numbers.gdp_2021 - float(added.sum())
    rest_tax, rest_local = numbers.tax_2021 - tax, numbers.budget_revenue_2021 - tax * numbers.local_tax_share
    return {
        "value_added_above_scale": (above + rest) / MILLION_PER_YI,
        "manufacturing_share": (float(added.sum()) + rest) / numbers.gdp_2021,
        "gdp": (float(added.sum()) + closed) / MILLION_PER_YI,
        "tax": (tax + rest_tax) / MILLION_PER_YI,
        "budget_revenue": (tax * numbers.local_tax_share + rest_local) / MILLION_PER_YI,
        "manufacturing_tax_share": tax / numbers.tax_2021,
        "labour_share": wages / float(added.sum()),
        "research_share": research / numbers.gdp_2021,
    }


def _firms(start: Start) -> dict[str, float]:
    firms = start.firms
    above = firms.last_revenue >= ABOVE_SCALE_LINE
    return {
        "national_little_giants": float(np.count_nonzero(firms.specialised_title == NATIONAL)),
        "champions": float(np.count_nonzero(firms.specialised_title == CHAMPION)),
        "high_tech": float(np.count_nonzero(firms.high_tech_title)),
        "listed": float(np.count_nonzero(firms.listed)),
        "loss_making": float((firms.last_profit[above] < 0.0).mean()),
        "digital": float((firms.digital_level[above] > 0).mean()),
    }


def describe_facts(rows: list[FactRow]) -> list[str]:
    """Return the table of facts as lines for the screen."""
    lines = [
        "The starting state (end of 2021) against published facts",
        "起始状态（2021年末）对照公布事实",
        f"{'status':6} {'kind':10} {'model 模型':>8} {'fact 事实':>8}  +-   {'grade':8} what 指标",
    ]
    for r in rows:
        lines += told(r, f"{_short(r.model):>10} {_short(r.value):>10}  {r.tolerance:<4.0%} {r.grade:8}")
    return [
        *lines,
        "PASS: within the tolerance; WARN: within it but by more than half of it off, where the fact is a proxy or "
        "a wider notion; FAIL: beyond it.",
        "PASS：在容差内；WARN：事实为代理值或口径更宽，偏差超过容差之半但未超容差；FAIL：超出容差。",
        *legend(),
        "sourced: a document was read; derived: computed from such figures; assumed: a judgement.",
        "sourced：有出处；derived：推算；assumed：假定。",
        tally(rows),
    ]


def _short(value: float) -> str:
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
