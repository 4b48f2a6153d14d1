"""How the answer of a search is told, on the screen, on a page and in what may be quoted."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.search_tables import CERTIFIED, NOT_FOUND
from sim.report.quoted import between, number
from sim.tables.likelihood import likelihood
from sim.tables.rounded import percent
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
GAINS = {
    "tax_gained": ("local tax above the same worlds without any policy", "比同一世界无政策时多得的地方税收"),
    "output_gained": (
        "real GDP at 2021 prices above the same worlds without any policy",
        "比同一世界无政策时多出的实际地区生产总值（2021年价）",
    ),
}
COST, _MONEY = "cost", "million_yuan"
_WITHOUT = ("without", "without_low", "without_high")


def without_policy(row: Any, wanted: float) -> tuple[str, str]:
    """Say how likely the target is reached without any policy, and whether that is as likely as is asked."""
    needless = bool(row[_WITHOUT[1]] >= wanted)
    worlds, ends = int(row["fresh_worlds"]), between(*(percent(row[k], 1) for k in _WITHOUT))
    return (
        f"Without any policy it is reached with probability {ends} in the same {worlds} fresh worlds (95 % "
        f"interval, Clopper-Pearson){'; so none is needed for it' * needless}",
        f"不采取任何政策时，在同样的{worlds}个新世界中达到目标的概率为{ends}"
        f"（95% Clopper-Pearson区间）{'；无需政策即可达到' * needless}",
    )


def tried(points: pd.DataFrame, row: Any) -> tuple[str, str]:
    """Say among how many packages none was found: that is no proof that there is none."""
    chance, worlds = percent(row["probability"], 1), int(row["fresh_worlds"])
    return (
        f"Not found in {len(points)} packages tried; best probability in fresh worlds {chance} ({worlds} worlds). "
        "Others, never tried, may reach it.",
        f"试过的{len(points)}个方案中未找到；新世界中的最高概率为{chance}（{worlds}个世界）。未试过的方案仍可能达到。",
    )


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


def money_of(row: Any, what: str = _MONEY) -> str:
    """Return public money of a package, or what else is told of it, with its interval, in 亿元."""
    ends = ("low", "high") if what == _MONEY else (f"{what}_low", f"{what}_high")
    low, high = (row[end] for end in ends)
    if what == _MONEY and pd.notna(low):
        low = max(low, 0.0)  # what is paid is never below nothing
    return between(*(number(value * YI_PER_MILLION) for value in (row[what], low, high)))
