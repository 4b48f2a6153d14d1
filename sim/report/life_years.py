"""The years of a firm, as data and as lines of a page: flows of each year in both worlds, and how it stood."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from sim.experiments.explain import Life
from sim.firms import disclosure
from sim.firms.columns import columns
from sim.report.quoted import number
from sim.tables.kinds import kind_names
from sim.tables.milestones import LISTS, SMART_TITLES, TIERS, TITLES, Kind
from sim.tables.units import WAN_PER_MILLION, WAN_PER_TCE, YI_PER_MILLION, YUAN_PER_MILLION

Years = Sequence[Mapping[str, Any]]

CODED: Mapping[str, tuple[Kind, ...]] = {
    "specialised_title": TITLES,
    "smart_title": SMART_TITLES,
    "group_highest_tier": TIERS,
}
"""Columns whose numbers are ranks of these, from one."""
_COLUMNS = (
    "revenue",
    "value_added",
    "profit",
    "energy_use",
    "research",
    "replacement",
    "expansion",
    "digital_spending",
    "energy_saving_spending",
    "merger_spending",
    "awards",
    "subsidies",
)
STANDING = ("reported_revenue", "above_scale", "digital_level", "listed", "high_tech_title", *CODED, "lists_now")
"""Columns that are told as they stand at the end of a year."""
PRICE = "quota_price"
_OF_2021 = " (2021 prices 2021年价)"
_READ = {
    "million yuan": ((YI_PER_MILLION, "亿元"), (WAN_PER_MILLION, "万元")),
    "million yuan, 2021 prices": ((YI_PER_MILLION, f"亿元{_OF_2021}"), (WAN_PER_MILLION, f"万元{_OF_2021}")),
    "tce": ((WAN_PER_TCE, "万吨标准煤"), (1.0, "吨标准煤")),
    "million yuan per tce": ((YUAN_PER_MILLION, "元/吨标准煤"),),
}
"""Units as people read them, factor and name, the larger first: the smaller for what is less than one of them."""
_ABSENT = "-"


class Flow(NamedTuple):
    """What of the quarters of a firm adds up to the figure of a year: what it is called, its unit, its quarter."""

    english: str
    chinese: str
    unit: str
    of: Callable[[Mapping[str, Any]], float]


@cache
def flows() -> Mapping[str, Flow]:
    """Return what is told of every year: columns, and what trade in energy quota brought and cost."""
    known = columns()
    told = {
        name: Flow(name.replace("_", " "), known[name].meaning_zh, known[name].unit, itemgetter(name))
        for name in _COLUMNS
    }
    return told | {
        "quota_bought": Flow("energy quota bought", "购入用能指标", "tce", lambda q: max(q["energy_bought"], 0.0)),
        "quota_paid": Flow(
            "paid for energy quota", "购入指标支付", "million yuan", lambda q: max(-q["quota_trade"], 0.0)
        ),
        "quota_sold": Flow("energy quota sold", "出售用能指标", "tce", lambda q: max(-q["energy_bought"], 0.0)),
        "quota_received": Flow(
            "received for energy quota", "出售指标所得", "million yuan", lambda q: max(q["quota_trade"], 0.0)
        ),
        "output_forgone": Flow(
            "output that it chose not to make in quarters in which it sold quota",
            "出售指标的季度自愿少产",
            "million yuan, 2021 prices",
            lambda q: q["output_lost"] if q["energy_bought"] < 0.0 else 0.0,
        ),
    }


def years_of(life: Life) -> list[dict[str, Any]]:
    """Return by year the sums of its quarters, how many they are, the mean price of the quota that it traded (nothing
    where it traded none), and how the firm stood at the end of the last.
    """
    found = []
    for year, rows in groupby(life.quarters, key=lambda row: row["quarter"][:4]):
        quarters = list(rows)
        sums = {name: math.fsum(flow.of(row) for row in quarters) for name, flow in flows().items()}
        tce, yuan = (sum(sums[name] for name in names) for names in _TRADE)
        standing = {name: quarters[-1][name] for name in STANDING}
        price = {PRICE: yuan / tce if tce else None}
        found.append({"year": int(year), "quarters": len(quarters), **sums, **price, **standing})
    return found


_TRADE = ("quota_bought", "quota_sold"), ("quota_paid", "quota_received")
_FOR = dict(zip(_TRADE[1], _TRADE[0], strict=True))  # quota may change hands for nothing


def year_lines(here: Life, there: Life | None) -> Iterator[str]:
    """Yield a line for each flow that is ever anything in either world, with the years of both, then how it stood."""
    sides = years_of(here), years_of(there) if there else None
    years = sorted({row["year"] for side in sides for row in side or ()})
    yield "By year 逐年"
    price = Flow("mean price of the quota that it traded", "成交均价", "million yuan per tce", itemgetter(PRICE))
    told = {name: flow._replace(of=itemgetter(name)) for name, flow in flows().items()} | {PRICE: price}
    for name, flow in told.items():
        if any(row[_FOR.get(name, name)] for side in sides for row in side or ()):
            yield _line(flow, years, *sides)
    if any(len(side) < len(years) for side in sides if side is not None):
        yield f"  {_ABSENT}: in business at the end of no quarter of that year {_ABSENT}：该年各季末均未存续"
    yield from _standing(sides[0])


def _line(flow: Flow, years: Sequence[int], here: Years, there: Years | None) -> str:
    most = max(abs(flow.of(row) or 0.0) for side in (here, there or ()) for row in side)
    large, small = _READ[flow.unit][0], _READ[flow.unit][-1]
    factor, unit = large if most * large[0] >= 1.0 else small

    def said(side: Years) -> dict[int, str]:
        return {row["year"]: _ABSENT if flow.of(row) is None else number(flow.of(row) * factor) for row in side}

    own, beside = said(here), said(there or ())
    told = (
        f"{year} {own.get(year, _ABSENT)}{'' if there is None else f' [{beside.get(year, _ABSENT)}]'}" for year in years
    )
    return f"  {flow.english} {flow.chinese}, {unit}: {', '.join(told)}"


def _standing(years: Years) -> Iterator[str]:
    """Yield how the firm stood at the end of years, those alike together, where it ever was anything."""
    for name in STANDING:
        if any(row[name] for row in years):
            alike = [(value, list(rows)) for value, rows in groupby(years, key=itemgetter(name))]
            told = "; ".join(f"{_span(rows)} {_state(name, value)}" for value, rows in alike)
            unit = ", 亿元" if columns()[name].unit == "million yuan" else ""
            yield f"  {name.replace('_', ' ')} {columns()[name].meaning_zh}, end of year 年末{unit}: {told}"


def _span(rows: Years) -> str:
    first, last = rows[0]["year"], rows[-1]["year"]
    return str(first) if first == last else f"{first}-{last}"


def _state(name: str, value: Any) -> str:
    """Return a value as people read it: truths, ranks, lists and money by what they are called."""
    if isinstance(value, bool):
        return ("no 否", "yes 是")[value]
    if name == "lists_now":
        bits = np.arange(len(LISTS))
        named = [LISTS[bit] for bit in bits[disclosure.has(np.full(len(LISTS), value), bits)]]
        return ", ".join(" ".join(kind_names()[kind]) for kind in named) or "none 无"
    if name in CODED:
        return " ".join(kind_names()[CODED[name][value - 1]]) if value else "none 无"
    return number(value * YI_PER_MILLION) if columns()[name].unit == "million yuan" else str(value)
