"""How the answer of a search is told, on the screen, on a page and in what may be quoted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.report.quoted import between, number
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
_DIGITS = 4  # of a lever's value; the table holds all


def shown(answer: pd.DataFrame) -> Any:
    """Return the row of `answer.csv` that is told: the cheapest package certified, else the likeliest."""
    certified = answer[answer["verdict"] == "certified"]
    return certified.iloc[0] if len(certified) else answer.sort_values("probability", ascending=False).iloc[0]


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
