"""The text of docs/coverage.md, made from its tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.calendar.quarter import FIRST
from sim.report.listing import Listing
from sim.report.quoted import between, effect, effect_unit, named
from sim.tables.catalogue import outcomes

Row = Mapping[str, str]
KINDS = {
    "goal": ("Goals", "目标"),
    "policy": ("Policies", "政策"),
    "pressure": ("Pressures", "压力"),
    "left out": ("Not built, and why", "未建模及原因"),
}
LEFT_OUT = "left out"
SHARE = 10  # what cannot be told from nothing is at most this part of the largest effect
ENDS = ("effect", "low", "high")
_HEAD = (
    "paragraph 段落",
    "item 事项",
    "what stands for it in the model 模型中的对应机制",
    "switch 开关",
    "scenario 情景",
    "what it moves 效应",
    "real GDP 实际地区生产总值",
)
_LAST = "Written by `make coverage` from docs/coverage/items.csv and effects.csv. 由 `make coverage` 生成。\n"
ALIKE = "none in any world 各世界均无"
NOT_MEASURED = "not measured yet 尚未测算"


def page(intro: str, items: Sequence[Row], effects: Sequence[Row]) -> str:
    """Return the page: the intro with its figures, and a table for each kind of item."""
    found = {row["id"]: row for row in effects}
    first = effects[0] if effects else {"year": "-", "worlds": "-", "seed": "-"}
    figures = {key: first[key] for key in ("year", "worlds", "seed")}
    parts = [intro.format(largest=_largest(effects), **figures)]
    for kind, (english, chinese) in KINDS.items():
        rows = [row for row in items if row["kind"] == kind]
        head = _HEAD[:3] if kind == LEFT_OUT else _HEAD
        lines = tuple(tuple(_cells(row, found.get(row["id"])))[: len(head)] for row in rows)
        parts.append("\n".join([f"## {english} {chinese}", "", *Listing("row", head, lines).page(), ""]))
    return "\n".join([*parts, _LAST])


def _cells(row: Row, found: Row | None) -> Iterator[str]:
    yield row["paragraphs"].replace("; ", ", ")
    yield f"{row['item_en']} {row['item_zh']}"
    yield f"{row['how_en']} {row['how_zh']}"
    yield " less 减 ".join(f"`{said}`" for said in (row["with"], row["without"]) if said) or "-"
    yield f"`{row['scenario']}`" if row["scenario"] else "-"
    yield _moved(row, found) if row["outcome"] else "-"
    yield gdp(found) if row["outcome"] else "-"


def _moved(row: Row, found: Row | None) -> str:
    """Return what an item moves of its outcome, and of which year that is."""
    if found is None:
        return NOT_MEASURED
    known, ends = outcomes()[row["outcome"]], [float(found[end]) for end in ENDS]
    told = between(*effect(known, *ends)) if any(ends) else ALIKE
    return f"{named(known, FIRST.year, int(found['year']))}: {told} {effect_unit(known) if any(ends) else ''}".strip()


def gdp(found: Row | None) -> str:
    """Return what it moves of real GDP, or above what it moves none."""
    if found is None:
        return NOT_MEASURED
    known, ends = outcomes()["gdp_real"], gdp_ends(found)
    if not any(ends):
        return ALIKE
    if ends[1] > 0.0 or ends[2] < 0.0:
        return f"{between(*effect(known, *ends))} {effect_unit(known)}"
    above = effect(known, bound(found))[0].lstrip("+")
    return f"none above {above} {effect_unit(known)} 不超过{above}{known.read_unit}"


def gdp_ends(found: Row) -> list[float]:
    """Return the effect on real GDP with its interval, million yuan at 2021 prices."""
    return [float(found[f"gdp_{end}"]) for end in ENDS]


def bound(found: Row) -> float:
    """Return the farther end of the interval of the effect on real GDP, million yuan at 2021 prices."""
    _, low, high = gdp_ends(found)
    return max(abs(low), abs(high))


def largest(effects: Sequence[Row]) -> float:
    """Return the largest effect on real GDP of all rows, million yuan at 2021 prices, without its sign."""
    return max((abs(float(row["gdp_effect"])) for row in effects), default=0.0)


def _largest(effects: Sequence[Row]) -> str:
    known = outcomes()["gdp_real"]
    return f"{effect(known, largest(effects))[0].lstrip('+')} {known.read_unit}"
