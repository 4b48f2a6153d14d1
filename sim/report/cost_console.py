"""What an attribution says on the screen of the public money per extra outcome."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.unit_cost import Found
from sim.policies import get
from sim.report.quoted import NO_VALUE, between, counted, effect, effect_unit, number, one_unit, since
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import COUNT, Outcome, outcomes
from sim.tables.units import LEAST_SHOWN, WAN_PER_MILLION, YI_PER_MILLION


def describe_costs(spec: Scenario, table: pd.DataFrame) -> list[str]:
    """Return for each instrument that paid or acts what an extra unit of each of its aims costs, or why no cost is
    told.
    """
    moves = table.groupby("instrument")[["effect", "effect_low", "effect_high"]].transform("any").any(axis=1)
    table = table[(table["paid"] > 0.0) | moves]
    if table.empty:
        return []
    first, last = years_of(spec)[0], years_of(spec)[-1]
    worlds, (together, together_zh) = int(table["worlds"].max()), since(first, last)
    lines = [
        "",
        f"Public money per extra outcome: what the package costs more than the same package without this one "
        f"instrument, {together}, over what it brings more (means over {worlds} worlds; 95 % intervals, of the "
        "quotient Fieller's; public money before anything of it comes back)",
        f"每多一单位成效所用的财政资金：全部政策比仅缺该政策时多付的财政资金（{together_zh}，未扣除收回的部分），"
        f"除以其多得的成效（{worlds}个世界的均值；95%区间，其商用Fieller区间）",
    ]
    for instrument, rows in table.groupby("instrument", sort=False):
        lines.append(f"  {_money(str(instrument), rows.iloc[0])}:")
        lines += [f"    {_aim(row, first, last)}" for row in rows.to_dict("records")]
    return lines


def _money(instrument: str, row: pd.Series) -> str:
    """Return what an instrument paid itself, and what the package costs more with it."""
    paid, more = (
        between(*(number(row[f"{name}{end}"] * YI_PER_MILLION, signed=signed) for end in ("", "_low", "_high")))
        for name, signed in (("paid", False), ("extra_money", True))
    )
    own = f"paid 支付 {paid} 亿元" if row["paid"] > 0.0 else "no money 没有支付"
    kind = get(instrument)
    return f"{kind.title_en} {kind.title_zh} ({own}; with it the package costs 全部政策因此多付 {more} 亿元)"


def _aim(row: dict[str, Any], first: int, last: int) -> str:
    """Return one outcome: its effect with its period, and its cost or why there is none."""
    known = outcomes()[row["outcome"]]
    english, chinese = counted(known, first, last)
    title, unit = f"{known.english} {known.chinese}, {english} {chinese}", effect_unit(known)
    ends = [row[k] for k in ("effect", "effect_low", "effect_high")]
    if not any(ends):
        return f"{title}: 0 {unit}, in each of {row['worlds']} worlds {row['worlds']}个世界均无差别"
    if row["found"] == Found.TOO_SMALL:
        return (
            f"{title}: not 0 and less than {2 * LEAST_SHOWN:g} {unit}, so no cost is given "
            "不为零而小于所示精度，不给出单位成本"
        )
    return f"{title}: {between(*effect(known, *ends))} {unit}; {_cost(row, known)}"


WHY = {
    Found.NO_VALUE: NO_VALUE,
    Found.NO_MONEY: ("no money", "没有支付财政资金"),
    Found.UNCERTAIN: ("cannot be told from zero", "与零无法区分"),
    Found.CONTRARY: ("against its aim", "与目标相反"),
    Found.APART: (
        "money and effect are assumed apart, any money would buy it",
        "资金与成效分别假定，多少资金都有同样成效",
    ),
    Found.MONEY_UNCERTAIN: ("what the package costs more cannot be told from zero", "多付的资金与零无法区分"),
    Found.CHEAPER: ("costs less and does better", "花费更少而成效更好"),
    Found.DEARER: ("costs more and does worse", "花费更多而成效更差"),
}


def no_cost(found: str) -> str:
    """Return why no cost is given, in both languages."""
    english, chinese = WHY[Found(found)]
    return f"{english}, so no cost is given {chinese}，不给出单位成本"


def _cost(row: dict[str, Any], known: Outcome) -> str:
    if row["found"] != Found.COST:
        return no_cost(row["found"])
    factor, money = (WAN_PER_MILLION, "万元") if known.kind == COUNT else (YI_PER_MILLION, "亿元")
    costs = (row[k] * factor / known.read_factor for k in ("cost_per_unit", "cost_low", "cost_high"))
    more, more_zh = ("more", "多") if known.sign > 0.0 else ("less", "少")
    unit = " ".join(dict.fromkeys(one_unit(known)))
    return f"one {more} {unit} took {between(*map(number, costs))} {money} 每{more_zh}一单位所用财政资金"
