"""What a run says on the screen, for a planner: verdicts, main outcomes, and what public money really added."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.catalogue import RUN, Outcome, listed
from sim.experiments.fiscal import describe_fiscal
from sim.experiments.run import RunResult

_ZH = {"reached": "达到", "missed": "未达到", "undecided": "未定"}


def describe(result: RunResult, folder: Path, figures: list[Path]) -> list[str]:
    """Return the lines of a run's summary."""
    spec = result.spec
    lines = ["", f"{spec.title.en} {spec.title.zh}", f"  {spec.question.en}", f"  {spec.question.zh}", ""]
    lines += ["Targets 目标 (probability with its 95 % interval)"]
    lines += [_target(row, spec) for row in result.targets.itertuples()] or ["  none"]
    lines += ["", f"Main outcomes 主要结果, {result.results[0].year_labels[-1]} (median, 90 % interval over {len(result.results)} worlds)"]
    lines += [_outcome(o, result.summary, result.results[0].year_labels[-1]) for o in listed(RUN) if _has(result, o)]
    lines += ["", *_honest(result), "", f"Tables 表: {folder}", f"Pictures 图: {', '.join(str(f.name) for f in figures)}"]
    return lines


def _has(result: RunResult, outcome: Outcome) -> bool:
    rows = result.summary[result.summary["outcome"] == outcome.name]
    return len(rows) > 0 and bool(rows["median"].notna().iloc[-1])


def _target(row: object, spec: object) -> str:
    title = next(t.title for t in spec.targets if t.name == row.target)  # type: ignore[attr-defined]
    required = next(t.probability for t in spec.targets if t.name == row.target)  # type: ignore[attr-defined]
    return (
        f"  {title.en} {title.zh}: {row.probability:.0%} [{row.low:.0%}, {row.high:.0%}] "  # type: ignore[attr-defined]
        f"-> {row.verdict} {_ZH[row.verdict]} (asked for {required:.0%})"  # type: ignore[attr-defined]
    )


def _outcome(outcome: Outcome, summary: pd.DataFrame, year: int) -> str:
    row = summary[(summary["outcome"] == outcome.name) & (summary["year"] == year)].iloc[0]
    median, low, high = (_number(row[k] * outcome.read_factor) for k in ("median", "low", "high"))
    return f"  {outcome.english} {outcome.chinese}: {median} [{low}, {high}] {outcome.read_unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.2f}"


def _honest(result: RunResult) -> list[str]:
    """What the money bought that would not have happened anyway."""
    if not result.spec.policies:
        return ["No public money is spent in this scenario. 本情景没有财政投入。"]
    year = result.results[0].year_labels[-1]
    spent = sum(r.years["public_cost"].sum() for r in result.results) / len(result.results)
    added = sum(r.years["additional_investment"][-1] for r in result.results) / len(result.results)
    entered = sum(r.years["additional_world_500_firms"][-1] for r in result.results) / len(result.results)
    crossed = sum(r.years["additional_crossings"][-1] for r in result.results) / len(result.results)
    return [
        f"What the money bought 钱买到了什么 (mean, 2022-{year}, against the same worlds without policy)",
        f"  {spent * 0.01:,.0f} 亿元 paid 投入; {added * 0.01:+,.0f} 亿元 investment that would not have happened 新增投资 "
        f"(it includes the public part); {crossed:+.2f} real crossings 真实跨档; {entered:+.3f} World 500 firms 世界500强",
        describe_fiscal(result.fiscal),
    ]
