"""What an attribution says on the screen of the public money per extra outcome."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.cost_of_aims import Found
from sim.policies import get
from sim.report.quoted import between, counted, effect, number, since
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import COUNT, SHARE, Outcome, outcomes
from sim.tables.units import WAN_PER_MILLION, YI_PER_MILLION


def describe_costs(spec: Scenario, table: pd.DataFrame) -> list[str]:
    """Return for each instrument that paid what an extra unit of each of its aims costs, or why no cost is told."""
    table = table[table["paid"] > 0.0]
    if table.empty:
        return []
    first, last = years_of(spec)[0], years_of(spec)[-1]
    worlds, (together, together_zh) = int(table["worlds"].max()), since(first, last)
    lines = [
        "",
        f"Public money per extra outcome: what an instrument paid {together} over what the package brings beyond the "
        f"same worlds without this one instrument (means over {worlds} worlds; 95 % intervals, of the quotient "
        "Fieller's)",
        f"每多一单位成效所用的财政资金：该政策{together_zh}的支付，除以全部政策与仅缺该政策时之差"
        f"（{worlds}个世界的均值；95%区间，其商用Fieller区间）",
    ]
    for instrument, rows in table.groupby("instrument", sort=False):
        kind, paid = get(str(instrument)), rows.iloc[0]
        money = between(*(number(paid[k] * YI_PER_MILLION) for k in ("paid", "paid_low", "paid_high")))
        lines.append(f"  {kind.title_en} {kind.title_zh} (paid 支付 {money} 亿元):")
        lines += [f"    {_aim(row, first, last)}" for row in rows.to_dict("records")]
    return lines


def _aim(row: dict[str, Any], first: int, last: int) -> str:
    """Return one outcome: its effect with its period, and its cost or why there is none."""
    known = outcomes()[row["outcome"]]
    english, chinese = counted(known, first, last)
    title = f"{known.english} {known.chinese}, {english} {chinese}"
    if row["found"] == Found.NO_EFFECT:
        return f"{title}: 0 {known.read_unit}, in each of {row['worlds']} worlds {row['worlds']}个世界均无差别"
    moved = between(*effect(known, *(row[k] for k in ("effect", "effect_low", "effect_high"))))
    return f"{title}: {moved} {known.read_unit}; {_cost(row, known)}"


def _cost(row: dict[str, Any], known: Outcome) -> str:
    if row["found"] == Found.UNCERTAIN:
        return "cannot be told from zero, so no cost is given 与零无法区分，不给出单位成本"
    if row["found"] == Found.CONTRARY:
        return "against its aim, so no cost is given 与目标相反，不给出单位成本"
    factor, money = (WAN_PER_MILLION, "万元") if known.kind == COUNT else (YI_PER_MILLION, "亿元")
    costs = (row[k] * factor / known.read_factor for k in ("cost_per_unit", "cost_low", "cost_high"))
    more, more_zh = ("more", "多") if known.sign > 0.0 else ("less", "少")
    unit = "percentage point 个百分点" if known.kind == SHARE else known.read_unit
    return f"one {more} {unit} took {between(*map(number, costs))} {money} 每{more_zh}一单位所用财政资金"
