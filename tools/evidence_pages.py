"""The text of an evidence page: the numbers of an instrument, what is published about it, what the model finds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from sim import policies as registry
from sim.report.listing import Listing
from sim.report.quoted import between, effect, effect_unit, level, number
from sim.report.reference import number_list
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import read_city
from sim.tables.units import PER_CENT
from tools.evidence_worlds import DIFFERENCE, DROPPED, LEVEL, RELATIVE

Row = Mapping[str, str]
MARK = "<!-- the table below is written by make evidence -->"
WRITTEN = "Written by `make evidence`. 由 `make evidence` 生成。"
NONE_FOUND = "No published effect size was found. 未找到已发表的效应大小。"
NOT_MEASURED = "Not measured yet 尚未测算"
GRADES = {"sourced": "有出处", "derived": "推算", "assumed": "假定"}
_HOW = {DROPPED: ("without it", "去掉该工具"), "": ("with it added", "加入该工具")}


_FINDING = (
    "finding",
    "发现",
    "published 已发表",
    "model 模型",
    "verdict 判断",
    "how they differ",
    "差别",
    "grade 等级",
    "source 出处",
)


class Verdict(StrEnum):
    """How a published figure and the model's effect compare."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    NOT_COMPARABLE = "not comparable"
    NOT_MEASURED = "not measured yet"
    NO_EVIDENCE = "no evidence"


_ZH = {
    Verdict.INSIDE: "区间内",
    Verdict.OUTSIDE: "区间外",
    Verdict.NOT_COMPARABLE: "不可比",
    Verdict.NOT_MEASURED: "尚未测算",
    Verdict.NO_EVIDENCE: "无证据",
}
_READ = {
    RELATIVE: ("change in %, of the last year", "末年变动百分比"),
    DIFFERENCE: ("difference, of the last year", "末年之差"),
    LEVEL: ("level with the instrument, last year", "有该工具时的末年水平"),
    "per public yuan": ("per public yuan, all years", "每元公共资金，各年合计"),
    "private per public yuan": ("private yuan per public yuan, all years", "每元公共资金的民间资金，各年合计"),
}


FIGURES = "value", "low", "high"
ALIKE = "alike in all worlds 各世界均相同"


def page(described: Row, published: Sequence[Row], effects: Sequence[Row]) -> str:
    """Return the page of an instrument."""
    kind = registry.get(described["instrument"])
    parts = (
        [f"# {kind.title_en} {kind.title_zh}"],
        [f"{described['does_en']} {described['does_zh']}"],
        [f"Levers 政策参数: `clustersim levers {kind.name}`."],
        ["## Numbers it rests on 所依据的数"],
        _numbers(described["numbers"].split("; ")),
        ["## Published effect sizes 已发表的效应"],
        [*_published(published, effects)],
        ["## The model's own effect 模型自身的效应"],
        [*_effects(effects)],
        [WRITTEN],
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def index(written: str, instruments: Sequence[tuple[Row, Sequence[Row], Sequence[Row]]]) -> str:
    """Return the page that lists all: what was written of it by hand, up to the mark, and a table.

    Raises:
        ValueError: if the mark does not stand in it once.
    """
    if written.count(MARK) != 1:
        raise ValueError(f"docs/evidence/README.md: must hold {MARK} once, where the table begins; write it there")
    rows = tuple(_line(*each) for each in instruments)
    heads = (
        "instrument 工具",
        "published figures 已发表数字",
        "verdicts 判断",
        "what it is meant to move, in the model 政策目标的模型效应",
    )
    table = "\n".join(Listing("instrument", heads, rows).page())
    return f"{written.partition(MARK)[0]}{MARK}\n\n{table}\n\n{WRITTEN}\n"


def verdict(published: Row, effects: Sequence[Row]) -> Verdict:
    """Return how a published figure compares with what was measured."""
    if not published["outcome"] or not any(published[key] for key in FIGURES):
        return Verdict.NOT_COMPARABLE  # of something else, or a sign alone
    found = _measured(published, effects)
    if found is None:
        return Verdict.NOT_MEASURED
    low, high = float(found["low"]), float(found["high"])
    if math.isnan(low) or math.isnan(high):
        return Verdict.NOT_COMPARABLE
    least, most = _range(published)
    return Verdict.INSIDE if least <= high and low <= most else Verdict.OUTSIDE


def _range(published: Row) -> tuple[float, float]:
    """Return the ends of a published range; a sign has one end, which it excludes."""
    low, high, value = (float(published[key] or "nan") for key in ("low", "high", "value"))
    if math.isnan(low) and math.isnan(high):
        return value, value
    if math.isnan(low):
        return -math.inf, math.nextafter(high, -math.inf)
    return (math.nextafter(low, math.inf), math.inf) if math.isnan(high) else (low, high)


def _measured(published: Row, effects: Sequence[Row]) -> Row | None:
    keys = ("outcome", "reading", "per")
    return next((e for e in effects if all(e[key] == published[key] for key in keys)), None)


def _numbers(names: Sequence[str]) -> list[str]:
    listed = number_list(read_city())
    return replace(listed, rows=tuple(row for row in listed.rows if row[0] in names)).page()


def _published(published: Sequence[Row], effects: Sequence[Row]) -> Iterator[str]:
    if not published:
        yield NONE_FOUND
        return
    rows = tuple(_finding(row, effects) for row in published)
    yield from Listing("finding", _FINDING, rows).page()
    known = {row["source"]: row for row in read_city().sources}
    yield ""
    for source in dict.fromkeys(row["source"] for row in published):
        yield f"- {source}: {known[source]['citation_en']}. {known[source]['citation_zh']}"


def _finding(row: Row, effects: Sequence[Row]) -> tuple[str, ...]:
    found, said = _measured(row, effects) if row["outcome"] else None, verdict(row, effects)
    return (
        row["finding_en"],
        row["finding_zh"],
        figure(row),
        _figures(found) if found else "-",
        f"{said} {_ZH[said]}",
        row["note_en"],
        row["note_zh"],
        f"{row['grade']} {GRADES[row['grade']]}",
        row["source"],
    )


def figure(row: Row) -> str:
    """Return a published figure as people read it."""
    shown = [f"{_read(row[key], row['unit'])}" for key in ("value", "low", "high") if row[key]]
    unit = {"yuan per public yuan": " yuan per public yuan 元/元公共资金"}.get(row["unit"], "")
    if not shown:
        return "-"
    if not row["value"] and len(shown) == 1:
        return f"above {shown[0]} 高于{shown[0]}" if row["low"] else f"below {shown[0]} 低于{shown[0]}"
    return (f"{shown[0]} [{shown[1]}, {shown[2]}]" if len(shown) == 3 else " .. ".join(shown)) + unit


def _read(value: str, unit: str) -> str:
    return f"{number(PER_CENT * float(value))} %" if unit == "share" else number(float(value))


def _effects(effects: Sequence[Row]) -> Iterator[str]:
    if not effects:
        yield f"{NOT_MEASURED}."
        return
    first = effects[0]
    how, how_zh = _HOW[DROPPED if first["how"] == DROPPED else ""]
    worlds, seed, year = (first[key] for key in ("worlds", "seed", "year"))
    yield (
        f"{worlds} paired worlds (seed {seed}): `baseline-2022` as it is and {how}; {year}, or all years to it; means "
        f"with the 95 % interval of the mean. {worlds}对世界（种子{seed}）：`baseline-2022` 原样与{how_zh}相比，"
        f"{year}年或至该年合计；均值及其95%区间。"
    )
    yield ""
    heads = ("outcome 指标", "read as 读法", "effect 效应", "mean without it 无该工具时均值")
    yield from Listing("effect", heads, tuple(_effect(row) for row in effects)).page()


def _effect(row: Row) -> tuple[str, ...]:
    known = outcomes()[row["outcome"]]
    per = f" (`{row['per']}`)" if row["per"] else ""
    without = float(row["without"])
    mean = "-" if math.isnan(without) else f"{number(known.read_factor * without)} {known.read_unit}"
    name = f"{known.english} {known.chinese} (`{known.name}`)"
    return name, f"{' '.join(_READ[row['reading']])}{per}", _figures(row), mean


def _figures(row: Row) -> str:
    """Return an effect with its interval and unit; where all worlds are alike there is no spread to make one from."""
    known, values = outcomes()[row["outcome"]], [float(row[key]) for key in ("effect", "low", "high")]
    if len(set(values)) == 1:
        return f"{number(values[0])} ({ALIKE})"
    if row["reading"] == RELATIVE:
        return f"{between(*(number(PER_CENT * v, signed=True) for v in values))} %"
    if row["reading"] == DIFFERENCE:
        return f"{between(*effect(known, *values))} {effect_unit(known)}"
    if row["reading"] == LEVEL:
        return f"{between(*level(known, *values))} {known.read_unit}"
    return between(*(number(v, signed=True) for v in values))


def _line(described: Row, published: Sequence[Row], effects: Sequence[Row]) -> tuple[str, ...]:
    kind = registry.get(described["instrument"])
    counts: dict[Verdict, int] = {}
    for row in published:
        said = verdict(row, effects)
        counts[said] = counts.get(said, 0) + 1
    counts = counts or {Verdict.NO_EVIDENCE: 0}
    told = ", ".join(f"{said} {_ZH[said]}{f' {number}' if number else ''}" for said, number in counts.items())
    aims = [f"{outcomes()[aim].english} {outcomes()[aim].chinese}: {_aim(aim, effects)}" for aim in kind.aims]
    return f"[{kind.title_en} {kind.title_zh}]({kind.name}.md)", str(len(published)), told, "; ".join(aims)


def _aim(outcome: str, effects: Sequence[Row]) -> str:
    found = [row for row in effects if (row["outcome"], row["reading"]) == (outcome, DIFFERENCE)]
    return _figures(found[0]) if found else NOT_MEASURED
