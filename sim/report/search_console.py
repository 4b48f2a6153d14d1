"""What a search says on the screen: the cheapest package, how likely it reaches the target, and what it costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.experiments.search_target import read_target
from sim.report.heading import about, closing
from sim.report.quoted import EFFECT, since
from sim.report.rows import PrintedRow
from sim.report.search_told import ANSWERS, as_told, chance_of, money_of, shown
from sim.scenario.quantities import in_lever_unit
from sim.tables.rounded import percent

NOT_COMPLETE = ("The search is not complete.", "搜索尚未完成。")


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
    lines += [_lever(path, row[path]) for path in experiment.levers]
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


def _lever(path: str, value: float) -> PrintedRow:
    told = str(in_lever_unit(path, as_told(value)))
    return PrintedRow(f"  {path} = {told}", (path, told), ("lever 政策参数", "value 取值"))


def _ties(answer: pd.DataFrame, row: Any) -> list[str]:
    """Say how many checked packages of the same verdict cost the same: which of them stands first means nothing."""
    alike = answer[(answer["verdict"] == row["verdict"]) & (answer["million_yuan"] == row["million_yuan"])]
    return [
        f"  {len(alike)} packages that were checked cost the same; the first is shown, all are in answer.csv. "
        f"检验过的方案中有{len(alike)}个支出相同；所示为第一个，全部见answer.csv。"
    ] * (len(alike) > 1)


def _horizon(experiment: Any) -> str:
    years = years_of(experiment.base)
    return " ".join(since(years[0], years[-1]))
