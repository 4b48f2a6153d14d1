"""What may be set and asked, as lists in both languages: levers, numbers, outcomes, clusters, sources."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import Any

from sim.firms.sizes import SIZES, SIZES_ZH
from sim.report.listing import Listing
from sim.scenario.levers import levers
from sim.tables.catalogue import BEFORE, NO_FUND, NO_POLICY, USES, Outcome, outcomes
from sim.tables.city_tables import CityTables
from sim.tables.clusters import ClusterName, Role
from sim.tables.files import read

_ZH = {
    "flow": "流量",
    "stock": "存量",
    "count": "个数",
    "ratio": "比率",
    "share": "占比",
    "price": "价格",
    "of the year": "当年",
    "since the start": "2022年以来",
    "at the end": "年末",
    NO_POLICY: "无政策",
    NO_FUND: "无政策资金",
    BEFORE: "原有规则",
    "more": "越多越好",
    "less": "越少越好",
    "neither": "无所谓多少",
    "city": "全市",
    "cluster": "集群",
    "size": "规模",
    "objective": "目标函数",
    "target": "达标目标",
    "cost": "单位成本",
    "sourced": "有出处",
    "derived": "推算",
    "assumed": "假定",
    "landmark": "地标",
    "steel": "钢铁",
    "chemicals": "化工",
    "cement": "建材",
    "environment": "节能环保装备",
    "future": "未来产业",
}
_BETTER = {"more": "more is better", "less": "less is better", "neither": "neither more nor less is better"}
NOTHING = "-"


def lever_list() -> Listing:
    """Return every lever of every instrument, and of the sections beside them."""
    rows = (
        (
            v.path,
            plain(v.default),
            unit(v.unit),
            v.reach or NOTHING,
            v.source or NOTHING,
            v.meaning or NOTHING,
            v.meaning_zh or NOTHING,
        )
        for v in levers().values()
    )
    return Listing(
        "lever",
        ("path 路径", "default 默认值", "unit 单位", "range 范围", "clause or source 条款或出处", "meaning", "含义"),
        tuple(rows),
        2,
    )


def number_list(city_tables: CityTables) -> Listing:
    """Return every number of the nation and of a city."""
    rows = (
        (
            n.name,
            number(n.value),
            unit(n.unit),
            f"{number(n.low)} .. {number(n.high)}" if n.uncertain else NOTHING,
            f"{number(n.least)} .. {number(n.most)}",
            _both([n.grade]),
            n.source,
            n.meaning,
            n.meaning_zh,
        )
        for n in city_tables.numbers.values()
    )
    heads = (
        "name 名称",
        "value 取值",
        "unit 单位",
        "drawn from 抽样区间",
        "may be held at 可设范围",
        "grade 等级",
        "source 出处",
        "meaning",
        "含义",
    )
    return Listing("number", heads, tuple(rows), 2, city_tables.option)


def outcome_list(use: str | None = None) -> Listing:
    """Return every outcome that is told, or those that may be asked for a use."""
    heads = (
        "name 名称",
        "unit 单位",
        "kind 类型",
        "told by 层级",
        "bounds 界限",
        "better 方向",
        "may be asked as 可作为",
        "needs 需要",
        "meaning",
        "含义",
    )
    return Listing(
        "outcome",
        heads,
        tuple(_outcome(o) for o in outcomes().values() if o.levels and (use is None or use in o.uses)),
        2,
    )


def cluster_list(city_tables: CityTables) -> Listing:
    """Return the clusters of a city and the size classes by which tables tell."""
    rows = [(c.identifier, c.code, f"{c.english} {c.chinese}{_roles(c)}") for c in city_tables.clusters]
    rows += [(size, NOTHING, f"size class {size} {zh}") for size, zh in zip(SIZES, SIZES_ZH, strict=True)]
    return Listing("cluster", ("name 名称", "code 代码", "meaning 含义"), tuple(rows), city=city_tables.option)


def _roles(cluster: ClusterName) -> str:
    """Return what a cluster is besides a cluster, in the order of the roles."""
    return "".join(f" ({role} {_ZH[role]})" for role in Role if role in cluster.roles)


def source_list(city_tables: CityTables) -> Listing:
    """Return what the sources of numbers are."""
    rows = tuple((row["source"], row["citation_en"], row["citation_zh"]) for row in city_tables.sources)
    return Listing("number", ("source 出处", "citation", "引文"), rows, 2)


def unit(name: str) -> str:
    """Return a unit in both languages."""
    return f"{name} {_units()[name]}" if name in _units() else name or NOTHING


def unit_zh(name: str) -> str:
    """Return a unit in Chinese, as it stands where the table has none."""
    return _units().get(name, name)


@cache
def _units() -> dict[str, str]:
    return {row["unit"]: row["unit_zh"] for row in read("units")}


def plain(value: Any) -> str:
    """Return a value as a scenario writes it."""
    if isinstance(value, bool) or value is None:
        return NOTHING if value is None else str(value).lower()
    return number(value) if isinstance(value, float) else ", ".join(value) if isinstance(value, list) else str(value)


def number(value: float) -> str:
    """Return a number as people write it, with all its digits."""
    return f"{value:.12g}"


def _outcome(outcome: Outcome) -> tuple[str, ...]:
    needs = [f"{outcome.against} twin {_ZH[outcome.against]}孪生世界"] if outcome.against else []
    return (
        outcome.name,
        f"{unit(outcome.unit)} ({outcome.read_unit})",
        f"{outcome.kind} {outcome.period} {_ZH[outcome.period]}{_ZH[outcome.kind]}",
        _both(outcome.levels),
        _bounds(outcome.low, outcome.high),
        f"{_BETTER[outcome.better]} {_ZH[outcome.better]}",
        _both([use for use in USES if use in outcome.uses]) or NOTHING,
        ", ".join([*needs, *[outcome.needs] * bool(outcome.needs)]) or NOTHING,
        f"{outcome.english}: {outcome.meaning}",
        f"{outcome.chinese}：{outcome.meaning_zh}",
    )


def _bounds(low: float, high: float) -> str:
    if math.isfinite(low):
        return f"{low:g} .. {high:g}" if math.isfinite(high) else f">= {low:g}"
    return f"<= {high:g}" if math.isfinite(high) else NOTHING


def _both(words: Sequence[str]) -> str:
    return ", ".join(f"{word} {_ZH[word]}" for word in words)
