"""The starting state against the published facts of 2021: input, closed by a residual, calibrated, or emergent.

All numbers stand in `facts.csv` of the city (`sim.report.fact_table`): the fact itself, its tolerance and, as `given`,
what its measure needs besides the model. Every row is measured (`sim.report.start_measures`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.history import build
from sim.model import build_start
from sim.report.compared import Compared, legend, tally, told
from sim.report.fact_table import Fact, facts
from sim.report.start_measures import measures
from sim.report.started import Started
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.city_tables import CityTables
from sim.tables.parameters import Parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRow(Compared):
    """One fact with the model's value; `status` is PASS, WARN (a proxy or a wider notion, see note) or FAIL."""

    fact: str
    value: float
    tolerance: float
    grade: str


def check_facts(city_tables: CityTables, seed: int = 1) -> list[FactRow]:
    """Build the city's own population with table values and compare it with every fact."""
    return check_start(city_tables, seed)[1]


def check_start(city_tables: CityTables, seed: int = 1, spec: Scenario | None = None) -> tuple[Start, list[FactRow]]:
    """Build the city's own population, or that of a scenario, with table values where none are held, and compare it
    with every fact.
    """
    numbers = Parameters(city_tables)
    if spec is None:
        start = build(numbers, city_tables.above_scale, city_tables.below_scale, seed)
    else:
        numbers = numbers.replace(spec.parameters)
        start = build_start(spec, numbers, seed)
    measured = measure(start, numbers)
    return start, [_compare(fact, measured[name]) for name, fact in facts(city_tables).items()]


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
    """Return the model's value of every fact of the city, in the fact's unit."""
    asked, of = facts(numbers.city_tables), Started(start, numbers)
    return {name: value(of) for name, value in measures(numbers.city_tables).items() if name in asked}


def describe_facts(rows: list[FactRow], city_tables: CityTables) -> list[str]:
    """Return the table of facts as lines for the screen."""
    lines = [
        f"The starting state of {city_tables.english} (end of 2021) against published facts",
        f"{city_tables.chinese}起始状态（2021年末）对照公布事实",
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
