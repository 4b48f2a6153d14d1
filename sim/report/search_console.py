"""What a search says on the screen: the cheapest package, how likely it reaches the target, and what it costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.experiments.package_cost import COSTS
from sim.experiments.search_tables import NOT_FOUND
from sim.experiments.search_target import read_target
from sim.report.heading import about, closing
from sim.report.package_told import lever_value, levers_of, shown
from sim.report.quoted import EFFECT, since
from sim.report.rows import PrintedRow
from sim.report.search_told import ANSWERS, COST, GAINS, chance_of, money_of, tried, without_policy
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
    lines += [f"  {line}" for line in without_policy(row, experiment.probability)]
    lines.append(" ".join(ANSWERS[row["verdict"]]))
    if row["verdict"] == NOT_FOUND:
        lines += [f"  {line}" for line in tried(findings.tables.get("search_points", pd.DataFrame()), row)]
    lines += [_lever(path, row[path]) for path in levers_of(experiment)]
    lines += [
        *(f"  {line}" for line in chance_of(row)),
        f"  cost 成本, {_horizon(experiment)}: {money_of(row, COST)} 亿元: {COSTS[experiment.cost][0]}; "
        f"{COSTS[experiment.cost][1]}",
        f"  public money 财政投入, {_horizon(experiment)}: {money_of(row)} 亿元 ({' '.join(EFFECT)})",
        *(f"  {en} {zh}, {_horizon(experiment)}: {money_of(row, gain)} 亿元" for gain, (en, zh) in GAINS.items()),
    ]
    return [*lines, *lost(findings), *closing(findings)]


def _lever(path: str, value: Any) -> PrintedRow:
    told = str(lever_value(path, value))
    return PrintedRow(f"  {path} = {told}", (path, told), ("lever 政策参数", "value 取值"))


def lost(findings: Any) -> list[str]:
    """Say how many runs failed and are left out."""
    failed = len(getattr(findings, "failed", None) or ())
    return [f"  {failed} runs failed and are left out (failed.csv). {failed}次运行失败，未计入（见failed.csv）。"] * (
        failed > 0
    )


def _horizon(experiment: Any) -> str:
    years = years_of(experiment.base)
    return " ".join(since(years[0], years[-1]))
