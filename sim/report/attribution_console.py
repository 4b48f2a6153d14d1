"""What an attribution says on the screen: what the money bought, and who brought the package's effect."""

from __future__ import annotations

import unicodedata
from typing import Any

import pandas as pd

from sim.experiments.attribute import SAMPLED
from sim.experiments.attribution_tables import ALL, PACKAGE, REST_OF_CITY
from sim.experiments.experiment import Findings
from sim.experiments.payment_classes import PaymentClass
from sim.policies import get
from sim.report.experiment_console import closing
from sim.report.quoted import as_read
from sim.tables.catalogue import outcomes
from sim.tables.units import YI_PER_MILLION


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
    return lines + closing(findings)


def _outside(groups: pd.DataFrame) -> list[str]:
    """Say how much of the deadweight was paid to firms that are not modelled."""
    known = (groups["cluster"] == REST_OF_CITY) & (groups["class"] == PaymentClass.DEADWEIGHT)
    paid = groups.loc[known, "million_yuan"].sum() * YI_PER_MILLION
    if paid <= 0.0:
        return []
    return [
        "",
        f"deadweight: of it {paid:.2f} 亿元 went to firms outside the modelled clusters, which the model takes as "
        "given: whether it moved them is not asked.",
        f"无谓支出：其中{paid:.2f}亿元付给所模拟集群以外的企业；模型视其为外生，不考察这笔钱是否改变了它们。",
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
    effect, low, high = as_read(row.outcome, row.effect, row.low, row.high)
    name = ALL if row.instrument == PACKAGE else get(row.instrument).title_en
    return f"{name} {effect} [{low}, {high}]"
