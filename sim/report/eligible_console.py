"""What `eligible` says: one page on a typed-in firm, and the same as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from sim.calendar.quarter import FIRST
from sim.experiments.eligible import ClauseAnswer, Status
from sim.experiments.probing import AT_LEAST, AT_MOST, MORE_THAN, ONE_OF, Need
from sim.experiments.typed_firm import CHOICES, TypedFirm, fields, in_chinese
from sim.policies import get
from sim.report.explained import plain_data
from sim.report.heading import changes_of
from sim.report.life_console import named_earner, reasons
from sim.report.quoted import number
from sim.scenario.changed import changed
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.tables.rounded import percent
from sim.tables.units import WAN_PER_MILLION, YI_PER_MILLION
from sim.treasury.claims import SERVICE
from sim.treasury.support import Stacking

FORMAT = 1  # of the data; another where a key is renamed or leaves
_HEADS = {
    Status.GETS: ("Would get", "可得"),
    Status.MAY_WIN: ("Meets the rule; others or chance decide", "符合条件，尚须评选或视机会"),
    Status.SHARE: ("Gets a share of what it spends", "按投入比例可得"),
    Status.LACKS: ("Would get too, if", "若满足以下条件还可得"),
    Status.PASSED: ("Not to be earned any more, and why", "已不能再得及原因"),
    Status.CLOSES: ("Would be closed and paid for it", "将被关停并获补偿"),
    Status.UNTOLD: ("Not for it, or not to be told, and why", "不适用或无法判断及原因"),
}
_HOW = {AT_LEAST: "至少", AT_MOST: "至多", MORE_THAN: "大于"}
_MONEY = ("revenue", "lacks_capacity", "tax_rise")


def eligible_data(spec: Scenario, firm: TypedFirm, answers: Sequence[ClauseAnswer]) -> dict[str, Any]:
    """Return the answers as plain data, for JSON."""
    typed = firm.model_dump(mode="json", by_alias=True)
    return plain_data(
        {
            "format": FORMAT,
            "scenario": spec.name,
            "city": spec.city,
            "firm": typed,
            "answers": [asdict(answer) for answer in answers],
        }
    )


def describe_eligible(spec: Scenario, firm: TypedFirm, answers: Sequence[ClauseAnswer]) -> list[str]:
    """Return the page, in both languages."""
    tables = spec.city_tables
    cluster = tables.clusters[tables.identifiers.index(firm.cluster)]
    lines = [
        "",
        f"{cluster.english} {cluster.chinese}, revenue 营收 {_yi(firm.revenue)} 亿元",
        f"  {spec.title.en} {spec.title.zh} ({spec.name}), as of {FIRST} 按{FIRST}",
        *changes_of(spec, changed(spec)),
        "  What was not typed is as usual in the cluster, or none. 未填各项按集群通常水平或按无计。",
        "  Amounts are what each instrument's rule gives this firm at a time, before any cut for lack of money. "
        "金额为各项政策按规则每次给予它的数额，未计资金不足时的削减。",
    ]
    if not answers:
        lines += _pays_nobody(spec)
    for status, group in groupby(answers, key=lambda answer: answer.status):
        lines += ["", " ".join(_HEADS[status])]
        lines += [_stacked(spec)] if status is Status.SHARE else []
        for answer in group:
            lines += _told(answer)
    return lines


def _pays_nobody(spec: Scenario) -> list[str]:
    """Say that a scenario has no instrument that pays anybody, and which of those that come along have one."""
    clauses = {name: [p.kind.clauses for p in load(name).policies.values()] for name in shipped() if name != spec.name}
    paying = ", ".join(name for name, each in clauses.items() if any(each))
    return [
        "",
        "No instrument of this scenario pays anybody. Write --scenario with one that has some that do:",
        "本情景没有付款的政策。请用 --scenario 指定有此类政策的情景：",
        f"  {paying}",
    ]


def _told(answer: ClauseAnswer) -> Iterator[str]:
    kind = get(answer.instrument)
    paid = _amount(answer)
    yield (
        f"  {kind.title_en} {kind.title_zh}, {answer.clause} (article {answer.article}): "
        f"{'; '.join(filter(None, (paid, _earned(answer))))}"
    )
    for need in answer.needs:
        yield f"    {_need(need)}"
    if answer.because:
        yield f"    {' '.join(reasons()[answer.because])}"


def _amount(answer: ClauseAnswer) -> str:
    if answer.rate is not None:
        return _share(answer)
    if answer.amount is None:
        return ""
    each = " at a time 每次" if not answer.first_only else ""
    (form,) = (clause.form for clause in get(answer.instrument).clauses if clause.name == answer.clause)
    service = " as a service, not in money 以服务而非资金给予" if form == SERVICE else ""
    return f"{_wan(answer.amount)} 万元{each}{service}"


def _share(answer: ClauseAnswer) -> str:
    parts = [f"up to 至多 {percent(answer.rate or 0.0, 2)} of what it spends 投入额"]
    if answer.beyond:
        parts.append(f"of what is above 仅计超出部分 {_wan(answer.beyond)} 万元 a quarter 每季")
    if answer.floor:
        parts.append(f"from 起补 {_wan(answer.floor)} 万元 on")
    if answer.cap is not None:
        parts.append(f"at most 至多 {_wan(answer.cap)} 万元 in a quarter 每季")
    return ", ".join(parts)


def _stacked(spec: Scenario) -> str:
    """Return what a firm gets of several shares of one thing."""
    if spec.envelope.stacking == Stacking.HIGHEST:
        return "  of several for one thing the largest alone is paid 同一事项就高不重复"
    share = f"{percent(spec.envelope.most_public)}"
    return f"  several for one thing add up, to {share} of it at most 同一事项可叠加，合计至多{share}"


def _earned(answer: ClauseAnswer) -> str:
    first = ", once for a firm 每家仅一次" if answer.first_only else ""
    return f"for 因 {' '.join(named_earner(answer.earned_by))}{first}"


def _need(need: Need) -> str:
    """Return one thing that it lacks, and of an amount how much is missing."""
    name = f"{need.field} {field_names()[need.field]}: {_value(need, need.has)}"
    if need.how == ONE_OF:
        return f"{name}; one of 须为 {', '.join(_value(need, value) for value in need.wants)}"
    wanted = f"{name}; {need.how} {_HOW[need.how]} {_value(need, need.wants)}"
    if need.how == MORE_THAN:
        return wanted
    apart = "short 尚差" if need.how == AT_LEAST else "too much 超出"
    return f"{wanted}: {_value(need, abs(need.wants - need.has))} {apart}"


def _value(need: Need, value: Any) -> str:
    if need.field in _MONEY:
        return f"{_yi(value)} 亿元"
    if isinstance(value, bool):
        return ("no 否", "yes 是")[value]
    if need.field == "energy":
        return f"{number(value)} tce 吨标准煤"
    if need.field in CHOICES:
        return " ".join(filter(None, (str(value), in_chinese(value))))
    return f"{percent(value, 2)}" if isinstance(value, float) else str(value)


def field_names() -> dict[str, str]:
    """Return what every field of a typed firm is called in Chinese."""
    return {name: re.split("[：，（]", said.rpartition(" ")[2])[0] for name, said, _ in fields()}


def field_lines() -> list[str]:
    """Return what may be typed, a line each: field, default, meaning."""
    lines = ["field 字段  default 默认  meaning 含义"]
    for name, said, default in fields():
        usual = "to be typed 必填" if default is ... else "not typed 未填" if default is None else str(default).lower()
        lines.append(f"{name}  {usual}  {said}")
    return lines


def _yi(value: float) -> str:
    return number(value * YI_PER_MILLION)


def _wan(value: float) -> str:
    return number(value * WAN_PER_MILLION)
