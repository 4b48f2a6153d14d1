"""What a search says on the screen: the cheapest package, how likely it reaches the target, and what it costs."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings
from sim.experiments.package_cost import COSTS
from sim.experiments.search_tables import CERTIFIED, NOT_FOUND
from sim.experiments.search_target import read_target
from sim.report.heading import about, closing
from sim.report.package_told import lever_value, levers_of, shown
from sim.report.quoted import EFFECT, between, number, since
from sim.tables.likelihood import likelihood
from sim.tables.units import YI_PER_MILLION

ANSWERS = {
    CERTIFIED: (
        "Found: the cheapest of the packages certified in fresh worlds",
        "已找到：在新的世界中通过检验的方案中成本最低的",
    ),
    NOT_FOUND: (
        "Not found: no package that was checked in fresh worlds is certified; the likeliest of them",
        "未找到：在新的世界中检验过的方案均未通过；其中概率最高的",
    ),
}
NOT_COMPLETE = ("The search is not complete.", "搜索尚未完成。")


def describe_search(findings: Findings) -> list[str]:
    """Return the answer in words, with the bounds that show it."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer", pd.DataFrame())
    asked, asked_zh = read_target(experiment.target).sentence()
    wanted = f"{experiment.probability:.0%}"
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
    lines += [f"  {path} = {lever_value(path, row[path])}" for path in levers_of(experiment)]
    lines += [
        *(f"  {line}" for line in chance_of(row)),
        f"  cost 成本, {_horizon(experiment)}: {money_of(row, COST)} 亿元: {COSTS[experiment.cost][0]}; "
        f"{COSTS[experiment.cost][1]}",
        f"  public money 财政投入, {_horizon(experiment)}: {money_of(row)} 亿元 ({' '.join(EFFECT)})",
        *(f"  {en} {zh}, {_horizon(experiment)}: {money_of(row, gain)} 亿元" for gain, (en, zh) in GAINS.items()),
    ]
    return [*lines, *lost(findings), *closing(findings)]


GAINS = {
    "tax_gained": ("local tax above the same worlds without any policy", "比同一世界无政策时多得的地方税收"),
    "output_gained": (
        "real GDP at 2021 prices above the same worlds without any policy",
        "比同一世界无政策时多出的实际地区生产总值（2021年价）",
    ),
}
COST = "cost"


def without_policy(row: Any, wanted: float) -> tuple[str, str]:
    """Say how likely the target is reached without any policy, and whether that is as likely as is asked."""
    needless = bool(row[_WITHOUT[1]] >= wanted)
    worlds, ends = int(row["fresh_worlds"]), between(*(f"{row[k]:.1%}" for k in _WITHOUT))
    return (
        f"Without any policy it is reached with probability {ends} in the same {worlds} fresh worlds (95 % "
        f"Clopper-Pearson){'; so none is needed for it' * needless}",
        f"不采取任何政策时，在同样的{worlds}个新世界中达到目标的概率为{ends}"
        f"（95% Clopper-Pearson区间）{'；无需政策即可达到' * needless}",
    )


_WITHOUT = ("without", "without_low", "without_high")


def tried(points: pd.DataFrame, row: Any) -> tuple[str, str]:
    """Say among how many packages none was found: that is no proof that there is none."""
    chance, worlds = row["probability"], int(row["fresh_worlds"])
    return (
        f"Not found in {len(points)} packages tried; best probability in fresh worlds {chance:.1%} ({worlds} worlds). "
        "Others, never tried, may reach it.",
        f"试过的{len(points)}个方案中未找到；新世界中的最高概率为{chance:.1%}（{worlds}个世界）。未试过的方案仍可能达到。",
    )


def lost(findings: Any) -> list[str]:
    """Say how many runs failed and are left out."""
    failed = len(getattr(findings, "failed", None) or ())
    return [f"  {failed} runs failed and are left out (failed.csv). {failed}次运行失败，未计入（见failed.csv）。"] * (
        failed > 0
    )


def chance_of(row: Any) -> tuple[str, str]:
    """Say how likely the package reaches the target, between the bounds that fresh worlds show."""
    word, word_zh = likelihood(row["lower_bound"], row["upper_bound"])
    chance, low, high = (row[name] for name in ("probability", "lower_bound", "upper_bound"))
    worlds = int(row["fresh_worlds"])
    ends = [end for end in (("above", "高于", low), ("below", "低于", high)) if 0.0 < end[2] < 1.0]
    lies, lies_zh = (f"{end[0]} {end[2]:.1%}" for end in ends), (f"{end[1]}{end[2]:.1%}" for end in ends)
    return (
        f"{word}: probability {chance:.1%} in {worlds} fresh worlds; it lies {' and '.join(lies)} (one-sided "
        "Clopper-Pearson, 95 % over all candidates)",
        f"{word_zh}：{worlds}个新世界中的概率为{chance:.1%}；{'、'.join(lies_zh)}"
        "（Clopper-Pearson单侧界限，对全部候选方案合计95%）",
    )


def money_of(row: Any, what: str = "million_yuan") -> str:
    """Return public money of a package, or what else is told of it, with its interval, in 亿元."""
    ends = ("low", "high") if what == "million_yuan" else (f"{what}_low", f"{what}_high")
    low, high = (row[end] for end in ends)
    if what == "million_yuan" and pd.notna(low):
        low = max(low, 0.0)  # what is paid is never below nothing
    return between(*(number(value * YI_PER_MILLION) for value in (row[what], low, high)))


def _horizon(experiment: Any) -> str:
    years = years_of(experiment.base)
    return " ".join(since(years[0], years[-1]))
