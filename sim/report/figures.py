"""Pictures of a run: the largest group against the World 500 line, GDP, public money and what it added, energy."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.tables.catalogue import outcomes
from sim.tables.units import MONEY, WAN_PER_TCE, YI_PER_MILLION

if TYPE_CHECKING:
    from sim.experiments.experiment import Experiment, Tables

os.environ.setdefault("MPLBACKEND", "Agg")

_CHINESE = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
_FIRST_CHINESE = 0x2E80
_CAP = "energy_cap"
BLUE, RED = "#1f5a8c", "#b5482a"
_STYLE = {
    "svg.hashsalt": "clustersim",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    "axes.unicode_minus": False,
}


def run_figures(experiment: Experiment, tables: Tables) -> dict[str, Any]:
    """Return the figures of a run by file name."""
    summary, policies = tables["summary"], experiment.base.policies
    figures = {
        "top_group.png": _top_group(summary),
        "gdp.png": _gdp(summary),
        "energy.png": _energy(summary, capped=outcomes()[_CAP].needs in policies),
    }
    return figures | ({"public_money.png": _public_money(tables["money"])} if policies else {})


def close(figure: Any) -> None:
    """Let go of a figure."""
    from matplotlib import pyplot as plt

    plt.close(figure)


def has_chinese_font() -> bool:
    """Tell whether a font with Chinese characters is installed; without one, figures are labelled in English."""
    return bool(_installed())


def _installed() -> list[str]:
    return _known() or _known_now()


def _known() -> list[str]:
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return [name for name in _CHINESE if name in known]


@cache
def _known_now() -> list[str]:
    """Return the same once matplotlib has seen fonts that were installed after it made its list, which it keeps."""
    from matplotlib import font_manager

    seen = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in seen:
            with suppress(OSError, RuntimeError):  # a broken font is no font
                font_manager.fontManager.addfont(path)
    return _known()


def readable(name: str, otherwise: str) -> str:
    """Return a name that a user wrote, or another where no font has its signs."""
    return name if has_chinese_font() or all(ord(sign) < _FIRST_CHINESE for sign in name) else otherwise


def style() -> Any:
    """Return matplotlib settings of all pictures, with a Chinese font if there is one."""
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # which weight it takes is no news
    return _STYLE | {"font.family": ["DejaVu Sans", *_installed()]}


def both(english: str, chinese: str) -> str:
    """Return a label in both languages, or in English when no font has Chinese."""
    return f"{english}\n{chinese}" if has_chinese_font() else english


def _band(axis: Any, summary: pd.DataFrame, outcome: str, factor: float, colour: str, label: str) -> None:
    rows = summary[summary["outcome"] == outcome]
    years = rows["year"].to_numpy()
    axis.fill_between(years, rows["p5"] * factor, rows["p95"] * factor, color=colour, alpha=0.2, linewidth=0)
    axis.plot(years, rows["median"] * factor, color=colour, marker="o", markersize=4, label=label)
    axis.set_xticks(years)


def frame(title: str, unit: str) -> tuple[Any, Any]:
    """Return a figure and its axes with a title and a unit."""
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7.0, 4.2))
    axis.set_title(title, loc="left", fontsize=11)
    axis.set_ylabel(unit)
    return figure, axis


def _unit() -> str:
    return "亿元" if has_chinese_font() else "100 million yuan"


def _top_group(summary: pd.DataFrame) -> Any:
    figure, axis = frame(
        both(
            "Largest local group and the World 500 line (median, 90 %)",
            "最大本土集团营收与世界500强门槛（中位数、90%区间）",
        ),
        _unit(),
    )
    _band(axis, summary, "top_group_revenue", YI_PER_MILLION, BLUE, both("revenue of the year", "当年营收"))
    _band(
        axis,
        summary,
        "world_500_threshold",
        YI_PER_MILLION,
        RED,
        both("line of that year's list (reads the year before)", "当年榜单门槛（看上年营收）"),
    )
    axis.legend(frameon=False, fontsize=8)
    return figure


def _gdp(summary: pd.DataFrame) -> Any:
    figure, axis = frame(both("GDP (median, 90 %)", "地区生产总值（中位数、90%区间）"), _unit())
    _band(axis, summary, "gdp", YI_PER_MILLION, BLUE, "GDP")
    axis.axhline(
        MONEY["万亿元"] * YI_PER_MILLION,
        color=RED,
        linestyle="--",
        linewidth=1,
        label=both("a trillion yuan", "万亿元"),
    )
    axis.legend(frameon=False, fontsize=8)
    return figure


def _energy(summary: pd.DataFrame, *, capped: bool) -> Any:
    figure, axis = frame(
        both("Energy of the clusters and its cap (median, 90 %)", "各集群用能与上限（中位数、90%区间）"),
        "万吨标准煤" if has_chinese_font() else "10,000 tce",
    )
    _band(axis, summary, "energy_use", WAN_PER_TCE, "#2f7d4f", both("used", "用能"))
    if capped:
        _band(axis, summary, _CAP, WAN_PER_TCE, RED, both("cap", "上限"))
    axis.legend(frameon=False, fontsize=8)
    return figure


def _public_money(table: pd.DataFrame) -> Any:
    figure, axis = frame(
        both(
            "Public money (median, 90 %) and investment above the twin (mean, 95 %), since 2022",
            "累计财政投入（中位数、90%范围）与比无政策多出的投资（均值、95%区间）",
        ),
        _unit(),
    )
    for item, colour, label, parts in (
        ("public_money", "#8a6d1d", both("public money paid", "财政投入"), ("p5", "median", "p95")),
        (
            "additional_investment",
            BLUE,
            both("investment above the no-policy twin", "比无政策多出的投资"),
            ("mean_low", "mean", "mean_high"),
        ),
    ):
        rows = table[table["item"] == item]
        years = rows["year"].to_numpy()
        low, middle, high = (rows[part] * YI_PER_MILLION for part in parts)
        axis.fill_between(years, low, high, color=colour, alpha=0.2, linewidth=0)
        axis.plot(years, middle, color=colour, marker="o", markersize=4, label=label)
    axis.axhline(0, color="black", linewidth=0.6)
    axis.set_xticks(years)
    axis.legend(frameon=False, fontsize=8)
    return figure
