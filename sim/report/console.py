"""What a run says on the screen, for a planner: targets, main outcomes, and what public money really added."""

from __future__ import annotations

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings, Tables
from sim.experiments.fiscal import describe_fiscal
from sim.report.targets import describe_targets
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import RUN, Outcome, listed
from sim.tables.units import YI_PER_MILLION


def describe(findings: Findings) -> list[str]:
    """Return the lines of a run's summary."""
    spec, tables = findings.experiment.base, findings.tables
    summary, year, worlds = tables["summary"], years_of(spec)[-1], len(findings.values)
    lines = ["", f"{spec.title.en} {spec.title.zh}", f"  {spec.question.en}", f"  {spec.question.zh}", ""]
    lines += ["Targets 目标 (probability with its 95 % interval 概率及其95%区间)"]
    lines += describe_targets(tables["targets"], spec)
    lines += ["", f"Main outcomes 主要结果, {year} (median, 90 % interval over {worlds} worlds)"]
    lines += [_outcome(o, summary, year) for o in listed(RUN) if _has(summary, o)]
    return [*lines, "", *_honest(spec, tables), "", f"Tables and pictures 表与图: {findings.folder}"]


def _has(summary: pd.DataFrame, outcome: Outcome) -> bool:
    rows = summary[summary["outcome"] == outcome.name]
    return len(rows) > 0 and bool(rows["median"].notna().iloc[-1])


def _outcome(outcome: Outcome, summary: pd.DataFrame, year: int) -> str:
    row = summary[(summary["outcome"] == outcome.name) & (summary["year"] == year)].iloc[0]
    median, low, high = (_number(row[k] * outcome.read_factor) for k in ("median", "low", "high"))
    return f"  {outcome.english} {outcome.chinese}: {median} [{low}, {high}] {outcome.read_unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.2f}"


def _honest(spec: Scenario, tables: Tables) -> list[str]:
    """What the money bought that would not have happened anyway."""
    if not spec.policies:
        return ["No public money is spent in this scenario. 本情景没有财政投入。"]
    means = tables["summary"].groupby("outcome", sort=False)["mean"]
    spent, last = means.sum()["public_cost"] * YI_PER_MILLION, means.last()
    added = last["additional_investment"] * YI_PER_MILLION
    return [
        f"What the money bought 钱买到了什么 (mean, 2022-{years_of(spec)[-1]}, against the same worlds without policy)",
        f"  {spent:,.0f} 亿元 paid 投入; {added:+,.0f} 亿元 investment that would not have happened 新增投资 "
        f"(it includes the public part); {last['additional_crossings']:+.2f} real crossings 真实跨档; "
        f"{last['additional_world_500_firms']:+.3f} World 500 firms 世界500强",
        describe_fiscal(tables["fiscal"]),
    ]
