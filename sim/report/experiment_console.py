"""What experiments say on the screen: for a planner, in sentences with intervals; the tables hold the rest."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from sim.experiments.comparison_tables import TARGET_ROW
from sim.experiments.experiment import Findings
from sim.experiments.search_target import read_target
from sim.report.targets import chance
from sim.scenario.target import Target
from sim.tables.catalogue import FLOW, MAIN, MORE, names, outcomes
from sim.tables.likelihood import likelihood
from sim.tables.units import PER_CENT, YI_PER_MILLION


def closing(findings: Findings) -> list[str]:
    """Return the last lines: where the tables are."""
    files = ", ".join(f"{name}.csv" for name in findings.tables)
    return ["", f"Tables 表: {findings.folder} ({files})"]


def number(value: float) -> str:
    """Return a number as people read it."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def as_read(outcome: str, *values: float) -> tuple[str, ...]:
    known = outcomes().get(outcome)
    factor = known.read_factor if known else 1.0
    return tuple(number(value * factor) for value in values)


def describe_comparison(findings: Findings) -> list[str]:
    """Return levels, differences with paired intervals, who ranks first, and what an extra outcome costs."""
    table, experiment = findings.tables["comparison"], findings.experiment
    base, last, pairs = next(iter(experiment.arms)), table["year"].max(), int(table["pairs"].max())
    lines = [
        "",
        f"Difference from {base}, {last} (mean over {pairs} worlds in which all arms had the same luck; 95 % interval)",
        f"与{base}之差，{last}年（同一运气配对，95%区间）",
    ]
    for variant, rows in table[table["year"] == last].groupby("variant", sort=False):
        lines += ["", f"{variant}"]
        lines += [
            line
            for row in rows.itertuples()
            if row.outcome in names(MAIN) or row.outcome.startswith(TARGET_ROW)
            for line in _compared(row, experiment)
        ]
    narrow = table.loc[table["paired_over_unpaired_width"] > 0, "paired_over_unpaired_width"].median()
    if narrow > 0.0:  # nothing differs between a scenario and itself
        lines += [
            "",
            f"Paired intervals are {narrow:.0%} as wide as unpaired ones (median over outcomes). 配对区间宽度之比",
        ]
    ranking = findings.tables["ranking"]
    objective = getattr(experiment, "objective", "")
    lines += [
        f"Best by {objective}: " + ", ".join(f"{r.arm} {r.chance_best:.0%} of worlds" for r in ranking.itertuples())
    ]
    return lines + closing(findings)


def _compared(row: Any, experiment: Any) -> list[str]:
    """Return the lines of an outcome or of a target."""
    if row.outcome in outcomes():
        return [_difference(row)]
    return _chances(row, experiment.targets()[row.outcome.removeprefix(TARGET_ROW)])


def _difference(row: Any) -> str:
    known = outcomes()[row.outcome]
    level, base, difference, low, high = as_read(row.outcome, row.level, row.base, row.difference, row.low, row.high)
    text = f"  {known.english} {known.chinese}: {level} against {base}; {difference} [{low}, {high}] {known.read_unit}"
    if row.difference > 0 and row.cost_per_unit > 0 and known.better == MORE:
        text += f"; {_cost(row, known)}"
    return text


def _chances(row: Any, target: Target) -> list[str]:
    """Say how likely a target is in the variant, and how that differs from the base."""
    (english, chinese), (asked, asked_zh) = chance(row.level, row.level_low, row.level_high), target.sentence()
    points, low, high = (f"{PER_CENT * value:+.1f}" for value in (row.difference, row.low, row.high))
    return [
        f"  {english}, against {row.base:.0%}; {points} points [{low}, {high}]: {asked}",
        f"  {chinese}，基准为{row.base:.0%}；{points}个百分点 [{low}, {high}]：{asked_zh}",
    ]


def _cost(row: Any, known: Any) -> str:
    """Public money per unit that people read, in 亿元."""
    cost, low, high = (
        number(value * YI_PER_MILLION / known.read_factor) for value in (row.cost_per_unit, row.cost_low, row.cost_high)
    )
    years = " (all years together)" if known.kind == FLOW else ""
    return f"one more {known.read_unit}{years} took {cost} [{low}, {high}] 亿元 of public money"


def describe_sweep(findings: Findings) -> list[str]:
    """Return the ends of the design for the main outcomes."""
    points = findings.tables["points"]
    lines = [
        "",
        f"{points['point'].nunique()} points, {len(findings.values)} runs. Lowest and highest median over the "
        "design 各点中位数的最低与最高:",
    ]
    for outcome in names(MAIN):
        rows = points[points["outcome"] == outcome]
        if len(rows):
            known = outcomes()[outcome]
            low, high = as_read(outcome, rows["median"].min(), rows["median"].max())
            lines.append(f"  {known.english} {known.chinese}: {low} to {high} {known.read_unit}")
    return lines + closing(findings)


_ANSWERS = {
    "certified": "Cheapest package found that is certified 通过检验的最省方案",
    "infeasible": "Infeasible in this box, as far as the search could see 此范围内不可行",
    "undecided": "Undecided: more --checks would tell 未定",
}


def describe_search(findings: Findings) -> list[str]:
    """Return the answer in words, with the bound that shows it."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer", pd.DataFrame())
    asked, asked_zh = read_target(experiment.target).sentence()
    lines = ["", f"Target 目标, with probability 概率 {experiment.probability:.0%}:", f"  {asked}", f"  {asked_zh}"]
    if not len(answer):
        return [*lines, "  the search is not complete", *closing(findings)]
    certified = answer[answer["verdict"] == "certified"]
    row = certified.iloc[0] if len(certified) else answer.sort_values("probability", ascending=False).iloc[0]
    lines.append(_ANSWERS[row["verdict"]])
    lines += [f"  {path} = {row[path]:.4g}" for path in experiment.levers]
    word, word_zh = likelihood(row["lower_bound"], row["upper_bound"])
    lines.append(
        f"  {word} {word_zh}: probability {row['probability']:.1%} in {int(row['fresh_worlds'])} fresh worlds; it "
        f"lies above {row['lower_bound']:.1%} and below {row['upper_bound']:.1%} "
        "(one-sided Clopper-Pearson, 95 % over all candidates)"
    )
    money, low, high = (row[k] * YI_PER_MILLION for k in ("million_yuan", "low", "high"))
    lines.append(f"  public money 财政投入 {money:,.2f} [{low:,.2f}, {high:,.2f}] 亿元")
    if row["verdict"] == "infeasible":
        lines.append(
            "  It is the package with the highest probability among all that were tried; the bound holds for it, "
            "not for points never tried."
        )
    return lines + closing(findings)


def describe_sensitivity(findings: Findings) -> list[str]:
    """Return the numbers that matter, and what knowing them would be worth."""
    experiment: Any = findings.experiment
    lines = ["", f"Assumed numbers that move {experiment.objective} most 影响最大的假定参数 (Morris, per full range)"]
    for of, rows in findings.tables["screening"].groupby("of", sort=False):
        lines.append(
            f"  {of}: "
            + ", ".join(
                f"{r.number} {as_read(experiment.objective, r.mean_absolute_effect)[0]}"
                for r in rows.head(6).itertuples()
            )
        )
    if "variance" in findings.tables:
        lines.append("Share of variance 方差份额 (total Sobol index)")
        for of, rows in findings.tables["variance"].groupby("of", sort=False):
            best = rows.sort_values("total", ascending=False).head(5)
            lines.append(f"  {of}: " + ", ".join(f"{r.number} {r.total:.2f}" for r in best.itertuples()))
    if "value_of_knowing" in findings.tables:
        rows = findings.tables["value_of_knowing"]
        deciding = rows[(rows["value"] > 0) & (rows["number"] != "all together")]
        if len(deciding):
            lines.append(
                "Worth a survey, because knowing it could change the choice 值得调查的参数: "
                + ", ".join(
                    f"{r.number} ({as_read(experiment.objective, r.value)[0]} "
                    f"{outcomes()[experiment.objective].read_unit})"
                    for r in deciding.head(5).itertuples()
                )
            )
        else:
            lines.append(
                "No single number would change the choice of arm within its range. 任何单个参数都不会改变方案选择。"
            )
    return lines + closing(findings)
