"""What a search says on the screen: the cheapest package, how likely it reaches the target, and what it costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.experiments.search_target import read_target
from sim.report.heading import about, closing
from sim.report.quoted import EFFECT, between, number, since
from sim.scenario.quantities import in_lever_unit
from sim.tables.likelihood import likelihood
from sim.tables.rounded import percent
from sim.tables.units import YI_PER_MILLION

ANSWERS = {
    "certified": (
        "Least public money among the packages certified in fresh worlds (lost output and tax are not counted)",
        "在新的世界中通过检验的方案中财政支出最少的（未计产出与税收损失）",
    ),
    "infeasible": ("Infeasible in this box, as far as the search could see", "就搜索所及，此范围内不可行"),
    "undecided": ("Undecided: more --checks would tell", "未定：增大 --checks 可分辨"),
}
NOT_COMPLETE = ("The search is not complete.", "搜索尚未完成。")
_DIGITS = 4  # of a lever's value; the table holds all


def describe_search(findings: Findings) -> list[str]:
    """Return the answer in words, with the bounds that show it."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer", pd.DataFrame())
    asked, asked_zh = read_target(experiment.target).sentence()
    wanted = f"{percent(experiment.probability)}"
    lines = [
        *about(experiment),
        f"Target, to be reached with a probability of at least {wanted} 目标，要求达到的概率不低于{wanted}:",
        f"  {asked}",
        f"  {asked_zh}",
    ]
    if not len(answer):
        return [*lines, f"  {' '.join(NOT_COMPLETE)}", *closing(findings)]
    row = shown(answer)
    lines.append(" ".join(ANSWERS[row["verdict"]]))
    lines += _ties(answer, row)
    lines += [f"  {path} = {in_lever_unit(path, as_told(row[path]))}" for path in experiment.levers]
    lines += [
        *(f"  {line}" for line in chance_of(row)),
        f"  public money 财政投入, {_horizon(experiment)}: {money_of(row)} 亿元 ({' '.join(EFFECT)})",
    ]
    return [*lines, *(_FURTHEST if row["verdict"] == "infeasible" else ()), *closing(findings)]


_FURTHEST = (
    "  It is the one with the highest probability among the packages that were checked in fresh worlds; the bounds "
    "hold for it, not for others.",
    "  这是在新的世界中检验过的方案中概率最高的一个；界限只对它成立，不适用于其他方案。",
)


def shown(answer: pd.DataFrame) -> Any:
    """Return the row of `answer.csv` that is told: the cheapest package certified, else the likeliest."""
    certified = answer[answer["verdict"] == "certified"]
    return certified.iloc[0] if len(certified) else answer.sort_values("probability", ascending=False).iloc[0]


def _ties(answer: pd.DataFrame, row: Any) -> list[str]:
    """Say how many checked packages of the same verdict cost the same: which of them stands first means nothing."""
    alike = answer[(answer["verdict"] == row["verdict"]) & (answer["million_yuan"] == row["million_yuan"])]
    return [
        f"  {len(alike)} packages that were checked cost the same; the first is shown, all are in answer.csv. "
        f"检验过的方案中有{len(alike)}个支出相同；所示为第一个，全部见answer.csv。"
    ] * (len(alike) > 1)


def chance_of(row: Any) -> tuple[str, str]:
    """Say how likely the package reaches the target, between the bounds that fresh worlds show."""
    word, word_zh = likelihood(row["lower_bound"], row["upper_bound"])
    chance, low, high = (row[name] for name in ("probability", "lower_bound", "upper_bound"))
    worlds = int(row["fresh_worlds"])
    ends = [end for end in (("above", "高于", low), ("below", "低于", high)) if 0.0 < end[2] < 1.0]
    lies, lies_zh = (
        (f"{end[0]} {percent(end[2], 1)}" for end in ends),
        (f"{end[1]}{percent(end[2], 1)}" for end in ends),
    )
    return (
        f"{word}: probability {percent(chance, 1)} in {worlds} fresh worlds; it lies {' and '.join(lies)} (one-sided "
        "Clopper-Pearson, 95 % over all candidates)",
        f"{word_zh}：{worlds}个新世界中的概率为{percent(chance, 1)}；{'、'.join(lies_zh)}"
        "（Clopper-Pearson单侧界限，对全部候选方案合计95%）",
    )


def as_told(value: float) -> float:
    """Return a lever's value with as many digits as are told."""
    return float(f"{value:.{_DIGITS}g}")


def money_of(row: Any) -> str:
    """Return the public money of a package with its interval, in 亿元."""
    low = max(row["low"], 0.0) if pd.notna(row["low"]) else row["low"]  # what is paid is never below nothing
    return between(*(number(value * YI_PER_MILLION) for value in (row["million_yuan"], low, row["high"])))


def _horizon(experiment: Any) -> str:
    years = years_of(experiment.base)
    return " ".join(since(years[0], years[-1]))
