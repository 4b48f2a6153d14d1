"""The starting state against the published facts of 2021: input, closed by a residual, calibrated, or emergent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.clusters import IDENTIFIERS
from sim.history import build
from sim.inputs import read
from sim.outcomes import rank_slope
from sim.parameters import Parameters
from sim.population import ABOVE_SCALE, Start
from sim.report.compared import Compared, legend, tally, told, words
from sim.technology import Technology

_YI = 100.0  # million yuan in a yi (亿元)
_ABOVE, _BELOW = 5000, 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Compared):
    """One fact with the model's value; `status` is PASS, WARN (a proxy or a wider notion, see note) or FAIL."""

    fact: str
    value: float
    tolerance: float


def check_facts(seed: int = 1) -> list[FactRow]:
    """Build the default population with table values and compare it with every fact."""
    numbers = Parameters()
    start = build(numbers, _ABOVE, _BELOW, seed)
    measured = measure(start, numbers)
    return [_compare(row, measured[row["fact"]]) for row in read("facts")]


def _compare(row: dict[str, str], model: float) -> FactRow:
    value, tolerance = float(row["value"]), float(row["tolerance"])
    off = abs(model / value - 1.0)
    half = tolerance / 2.0
    status = "FAIL" if off > tolerance else "WARN" if row["note"] and off > half and row["kind"] != "input" else "PASS"
    return FactRow(fact=row["fact"], model=model, value=value, tolerance=tolerance, status=status, **words(row))


def measure(start: Start, numbers: Parameters) -> dict[str, float]:
    """Return the model's value of every fact, in the fact's unit."""
    return _sizes(start) | _energy(start, numbers) | _accounts(start, numbers) | _firms(start)


def _sizes(start: Start) -> dict[str, float]:
    firms = start.firms
    above = np.where(firms.last_revenue >= ABOVE_SCALE, firms.last_revenue, 0.0)
    output = firms.cluster_sum(above) / _YI
    found = {f"output_{c}": float(output[i]) for i, c in enumerate(IDENTIFIERS)}
    rest = 13302.8 - float(start.output_2021.sum()) / _YI  # outside the ten clusters
    found["output_city"] = float(output.sum()) + rest
    counts = {"firms_20m": 20.0, "firms_100m": 100.0, "firms_5bn": 5_000.0, "firms_10bn": 10_000.0}
    found |= {name: float(np.count_nonzero(above >= line)) for name, line in counts.items()}
    found |= {f"revenue_{firm}": float(firms.reported_revenue[row]) / _YI for firm, row in start.named.items()}
    found["rank_slope"] = rank_slope(above)
    found["invoiced_sales"] = float(firms.last_revenue.sum() + firms.trading_base.sum() * 4.0) / _YI + rest
    return found


def _energy(start: Start, numbers: Parameters) -> dict[str, float]:
    firms = start.firms
    used = firms.cluster_sum(np.where(firms.last_revenue >= ABOVE_SCALE, firms.last_revenue * firms.energy_intensity, 0.0))
    total = numbers.industrial_energy * 1e4
    return {
        "energy_total": (float(used.sum()) + total * (1.0 - sum(numbers.by_cluster("energy_share")))) / 1e4,
        "energy_share_steel": float(used[IDENTIFIERS.index("quality_steel")]) / total,
        "energy_share_cement": float(used[IDENTIFIERS.index("building_materials")]) / total,
        "energy_share_power": 1.0 - float(used.sum()) / total,
    }


def _accounts(start: Start, numbers: Parameters) -> dict[str, float]:
    firms, technology = start.firms, Technology.of(numbers)
    rows = firms.active
    cluster, output = firms.cluster[rows], firms.last_revenue[rows]
    cost = technology.materials[cluster] / firms.productivity[rows] + firms.energy_intensity[rows] * technology.energy_price
    added = np.zeros(firms.rows)
    added[rows] = (1.0 - cost) * output
    above = float(added[firms.last_revenue >= ABOVE_SCALE].sum())
    rest = 0.2273 * (13302.8 * _YI - float(start.output_2021.sum()))
    tax = float(firms.last_local_tax.sum()) / numbers.local_tax_share
    wages = float((technology.wages[cluster] / firms.productivity[rows] * output).sum())
    research = float((technology.research[cluster] * firms.research_propensity[rows] * output).sum())
    closed = numbers.gdp_2021 - float(added.sum())
    rest_tax, rest_local = numbers.tax_2021 - tax, numbers.budget_revenue_2021 - tax * numbers.local_tax_share
    return {
        "value_added_above_scale": (above + rest) / _YI,
        "manufacturing_share": (float(added.sum()) + rest) / numbers.gdp_2021,
        "gdp": (float(added.sum()) + closed) / _YI,
        "tax": (tax + rest_tax) / _YI,
        "budget_revenue": (tax * numbers.local_tax_share + rest_local) / _YI,
        "manufacturing_tax_share": tax / numbers.tax_2021,
        "labour_share": wages / float(added.sum()),
        "research_share": research / numbers.gdp_2021,
    }


def _firms(start: Start) -> dict[str, float]:
    firms = start.firms
    above = firms.last_revenue >= ABOVE_SCALE
    return {
        "national_little_giants": float(np.count_nonzero(firms.specialised_title == 2)),
        "champions": float(np.count_nonzero(firms.specialised_title == 3)),
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
        f"{'status':6} {'kind':10} {'model 模型':>8} {'fact 事实':>8}  +-    what 指标",
    ]
    for r in rows:
        lines += told(r, f"{_short(r.model):>10} {_short(r.value):>10}  {r.tolerance:<4.0%}")
    return [
        *lines,
        "PASS: within the tolerance; WARN: within it but by more than half of it off, where the fact is a proxy or a wider notion; FAIL: beyond it.",
        "PASS：在容差内；WARN：事实为代理值或口径更宽，偏差超过容差之半但未超容差；FAIL：超出容差。",
        *legend(),
        tally(rows),
    ]


def _short(value: float) -> str:
    return f"{value:,.3f}" if abs(value) < 10 else f"{value:,.1f}"
