"""What experiments say on the screen: for a planner, in sentences with intervals; the tables hold the rest."""

from __future__ import annotations

import math
import unicodedata
from typing import Any

import pandas as pd

from sim.experiments.attribute import SAMPLED
from sim.experiments.attribution_tables import ALL, PACKAGE, REST_OF_CITY
from sim.experiments.experiment import Findings
from sim.experiments.payment_classes import PaymentClass
from sim.policies import get
from sim.tables.catalogue import FLOW, MAIN, MORE, names, outcomes
from sim.tables.units import YI_PER_MILLION


def _end(findings: Findings) -> list[str]:
    files = ", ".join(f"{name}.csv" for name in findings.tables)
    return ["", f"Tables 表: {findings.folder} ({files})"]


def number(value: float) -> str:
    """Return a number as people read it."""
    if math.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _read(outcome: str, *values: float) -> tuple[str, ...]:
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
            _difference(row)
            for row in rows.itertuples()
            if row.outcome in names(MAIN) or row.outcome.startswith("target:")
        ]
    narrow = table.loc[table["paired_over_unpaired_width"] > 0, "paired_over_unpaired_width"].median()
    lines += [
        "",
        f"Paired intervals are {narrow:.0%} as wide as unpaired ones (median over outcomes). 配对区间宽度之比",
    ]
    ranking = findings.tables["ranking"]
    objective = getattr(experiment, "objective", "")
    lines += [
        f"Best by {objective}: " + ", ".join(f"{r.arm} {r.chance_best:.0%} of worlds" for r in ranking.itertuples())
    ]
    return lines + _end(findings)


def _difference(row: Any) -> str:
    known = outcomes().get(row.outcome)
    name = f"{known.english} {known.chinese}" if known else f"{row.outcome.removeprefix('target:')} 目标实现概率"
    if known is None:
        return (
            f"  {name}: {row.level:.0%} against {row.base:.0%}; {row.difference:+.1%} [{row.low:+.1%}, {row.high:+.1%}]"
        )
    level, base, difference, low, high = _read(row.outcome, row.level, row.base, row.difference, row.low, row.high)
    text = f"  {name}: {level} against {base}; {difference} [{low}, {high}] {known.read_unit}"
    if row.difference > 0 and row.cost_per_unit > 0 and known.better == MORE:
        text += f"; {_cost(row, known)}"
    return text


def _cost(row: Any, known: Any) -> str:
    """Public money per unit that people read, in 亿元."""
    cost, low, high = (
        number(value * YI_PER_MILLION / known.read_factor) for value in (row.cost_per_unit, row.cost_low, row.cost_high)
    )
    years = " (all years together)" if known.kind == FLOW else ""
    return f"one more {known.read_unit}{years} took {cost} [{low}, {high}] 亿元 of public money"


def describe_attribution(findings: Findings) -> list[str]:
    """Return the split of every instrument's money, and who brought the package's effect."""
    table, experiment = findings.tables["attribution"], findings.experiment
    titles = [f"{name} {name.chinese}" for name in PaymentClass]
    widths = [_width(title) + 2 for title in titles]
    lines = [
        "",
        f"What the money bought 每一元财政资金换来了什么 (share of the money, mean of {int(table['worlds'].max())} "
        "worlds)",
        "",
        f"  {'':26}{'亿元':>7}" + "".join(f"  {title}" for title in titles),
    ]
    for instrument, rows in table.groupby("instrument", sort=False):
        total = rows["million_yuan"].sum()
        if total > 0.0:
            shares = "".join(f"{share:>{width}.1%}" for share, width in zip(rows["share"], widths, strict=True))
            lines.append(f"  {instrument:26}{total * YI_PER_MILLION:>9.2f}{shares}")
    lines += _outside(findings.tables["attribution_groups"])
    if table.loc[table["class"] == PaymentClass.UNCONDITIONAL, "million_yuan"].sum() > 0.0:
        lines += ["", *_UNCONDITIONAL]
    if "shapley" in findings.tables:
        lines += [
            "",
            "Effect of the package and of each instrument 各政策的贡献 (Shapley value, 95 % interval)",
            *_how(experiment),
        ]
        for outcome, rows in findings.tables["shapley"].groupby("outcome", sort=False):
            known = outcomes()[outcome]
            parts = [_effect(row) for row in rows.itertuples() if row.instrument != PACKAGE]
            whole = _effect(rows.iloc[-1])
            lines += [f"  {known.english} {known.chinese} ({known.read_unit}): {whole}; of which " + ", ".join(parts)]
    return lines + _end(findings)


def _outside(groups: pd.DataFrame) -> list[str]:
    """Say how much of the deadweight was paid to firms that are not modelled."""
    known = (groups["cluster"] == REST_OF_CITY) & (groups["class"] == PaymentClass.DEADWEIGHT)
    paid = groups.loc[known, "million_yuan"].sum() * YI_PER_MILLION
    if paid <= 0.0:
        return []
    return [
        "",
        f"deadweight: of it {paid:.2f} 亿元 went to firms outside the ten clusters, which the model takes as given: "
        "whether it moved them is not asked.",
        f"无谓支出：其中{paid:.2f}亿元付给十大集群以外的企业；模型视其为外生，不考察这笔钱是否改变了它们。",
    ]


_UNCONDITIONAL = (
    "unconditional: no event earns this money, so no payment bought one; what the instrument did is its share of "
    "the effect (Shapley value).",
    "无条件发放：这笔资金不与任何事件挂钩，无法说某一笔换来了什么；其作用见该政策的贡献（夏普利值）。",
)


def _how(experiment: Any) -> list[str]:
    """Return how the effect was shared, when that was not over all coalitions."""
    if experiment.shapley != SAMPLED:
        return []
    drawn = 2 * experiment.orders
    return [
        f"from {drawn} drawn orders of joining in each world; the interval holds the luck of orders and of worlds. "
        "Interactions are not estimated from drawn orders; --shapley exact gives them.",
        f"按每个世界随机抽取的{drawn}种加入顺序估计，区间同时包含顺序与世界的偶然性。"
        "抽样时不估计政策之间的交互作用，需用 --shapley exact。",
    ]


def _width(text: str) -> int:
    """Return the columns a text takes on a screen, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _effect(row: Any) -> str:
    effect, low, high = _read(row.outcome, row.effect, row.low, row.high)
    name = ALL if row.instrument == PACKAGE else get(row.instrument).title_en
    return f"{name} {effect} [{low}, {high}]"


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
            low, high = _read(outcome, rows["median"].min(), rows["median"].max())
            lines.append(f"  {known.english} {known.chinese}: {low} to {high} {known.read_unit}")
    return lines + _end(findings)


_ANSWERS = {
    "certified": "Cheapest package found that is certified 通过检验的最省方案",
    "infeasible": "Infeasible in this box, as far as the search could see 此范围内不可行",
    "undecided": "Undecided: more --checks would tell 未定",
}


def describe_search(findings: Findings) -> list[str]:
    """Return the answer in words, with the bound that shows it."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer", pd.DataFrame())
    lines = ["", f"Target 目标: {experiment.target}, with probability {experiment.probability:.0%}"]
    if not len(answer):
        return [*lines, "  the search is not complete", *_end(findings)]
    certified = answer[answer["verdict"] == "certified"]
    row = certified.iloc[0] if len(certified) else answer.sort_values("probability", ascending=False).iloc[0]
    lines.append(_ANSWERS[row["verdict"]])
    lines += [f"  {path} = {row[path]:.4g}" for path in experiment.levers]
    lines.append(
        f"  probability {row['probability']:.1%} in {int(row['fresh_worlds'])} fresh worlds; it lies above "
        f"{row['lower_bound']:.1%} "
        f"and below {row['upper_bound']:.1%} (one-sided Clopper-Pearson, 95 % over all candidates)"
    )
    money, low, high = (row[k] * YI_PER_MILLION for k in ("million_yuan", "low", "high"))
    lines.append(f"  public money 财政投入 {money:,.2f} [{low:,.2f}, {high:,.2f}] 亿元")
    if row["verdict"] == "infeasible":
        lines.append(
            "  It is the package with the highest probability among all that were tried; the bound holds for it, "
            "not for points never tried."
        )
    return lines + _end(findings)


def describe_sensitivity(findings: Findings) -> list[str]:
    """Return the numbers that matter, and what knowing them would be worth."""
    experiment: Any = findings.experiment
    lines = ["", f"Assumed numbers that move {experiment.objective} most 影响最大的假定参数 (Morris, per full range)"]
    for of, rows in findings.tables["screening"].groupby("of", sort=False):
        lines.append(
            f"  {of}: "
            + ", ".join(
                f"{r.number} {_read(experiment.objective, r.mean_absolute_effect)[0]}"
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
                    f"{r.number} ({_read(experiment.objective, r.value)[0]} "
                    f"{outcomes()[experiment.objective].read_unit})"
                    for r in deciding.head(5).itertuples()
                )
            )
        else:
            lines.append(
                "No single number would change the choice of arm within its range. 任何单个参数都不会改变方案选择。"
            )
    return lines + _end(findings)
