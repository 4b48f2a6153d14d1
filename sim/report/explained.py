"""What `explain` says: one page on one firm, and the same as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from enum import Enum
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np

from sim.experiments.explain import Explained, Life
from sim.experiments.firm_label import firm_label
from sim.experiments.named_firm import firm_names
from sim.firms import disclosure
from sim.firms.columns import columns
from sim.luck.keys import parts_of_key
from sim.report.life_console import awards_lines, missed_lines, rationed_lines
from sim.report.quoted import number
from sim.start.places import NAMELESS
from sim.tables.kinds import kind_names
from sim.tables.milestones import LISTS, SMART_TITLES, TIERS, TITLES, Kind
from sim.tables.printable import shortened
from sim.tables.units import WAN_PER_TCE, YI_PER_MILLION

CODED: Mapping[str, tuple[Kind, ...]] = {
    "specialised_title": TITLES,
    "smart_title": SMART_TITLES,
    "group_highest_tier": TIERS,
}
"""Columns whose numbers are ranks of these, from one."""
FORMAT = 1  # of the data; another where a key is renamed or leaves
FLOWS = (
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
"""Columns whose quarters add up to the figure of a year."""
STANDING = ("reported_revenue", "above_scale", "digital_level", "listed", "high_tech_title", *CODED, "lists_now")
"""Columns that are told as they stand at the end of a year."""
_READ = {"million yuan": (YI_PER_MILLION, "亿元"), "tce": (WAN_PER_TCE, "万吨标准煤")}


def as_data(found: Explained) -> dict[str, Any]:
    """Return all that is known of the firm as plain data, for JSON: what is infinite or no number is null."""
    lives = {"here": found.here, "there": found.there}
    return plain_data(
        {
            "format": FORMAT,
            "firm": _firm(found),
            "world": {
                "scenario": found.spec.name,
                "seed": found.seed,
                "fixed": found.fixed,
                "city": found.spec.city,
                "until": str(found.spec.until),
                "against": _against(found),
            },
            "years": {side: _years(life) if life else None for side, life in lives.items()},
            "awards": [asdict(award) for award in found.awards],
            "rationed": [asdict(each) for each in found.rationed],
            "not_reached": [asdict(each) for each in found.missed],
            "reached": {side: life.reached if life else None for side, life in lives.items()},
            "closed": {side: life.closed if life else None for side, life in lives.items()},
            "quarters": {side: life.quarters if life else None for side, life in lives.items()},
        }
    )


def _against(found: Explained) -> str | None:
    """Return the name of the other policies, `none` where there are none; nothing where nothing is told beside."""
    if found.against is None:
        return None
    return found.against.name if found.against.policies else "none"


def plain_data(value: Any) -> Any:
    """Return a value as JSON takes it: what is infinite or no number is null."""
    if isinstance(value, Mapping):
        return {str(key): plain_data(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(item) for item in value]
    if isinstance(value, Enum):
        return str(value.value)
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _firm(found: Explained) -> dict[str, Any]:
    """Return who the firm is; of a register's no name is told."""
    tables = found.spec.city_tables
    cluster, entered, place = parts_of_key(found.key)
    name = firm_names(found.spec).get((cluster, place), NAMELESS) if entered == 0 else NAMELESS
    of = tables.clusters[cluster]
    return {
        "key": found.key,
        "label": firm_label(found.key, tables),
        "name": name.english,
        "name_zh": name.chinese,
        "cluster": of.identifier,
        "cluster_en": of.english,
        "cluster_zh": of.chinese,
        "head": firm_label(found.head, tables),
    }


def _years(life: Life) -> list[dict[str, Any]]:
    """Return by year the sums of its quarters, how many they are, and how the firm stood at the end of the last."""
    found = []
    for year, rows in groupby(life.quarters, key=lambda row: row["quarter"][:4]):
        quarters = list(rows)
        sums = {name: math.fsum(row[name] for row in quarters) for name in FLOWS}
        standing = {name: quarters[-1][name] for name in STANDING}
        found.append({"year": int(year), "quarters": len(quarters), **sums, **standing})
    return found


def describe_explained(found: Explained) -> list[str]:
    """Return the page, in both languages."""
    firm, data = _firm(found), _years(found.here)
    named = " ".join(filter(None, (firm["name"], firm["name_zh"])))
    return [
        "",
        f"{named + ', ' if named else ''}{firm['label']}, {firm['cluster_en']} {firm['cluster_zh']}",
        f"  scenario 情景: {found.spec.name}; one world 单个世界: --seed {found.seed}{' --fixed' * found.fixed}",
        *_compared(found),
        *_group(found),
        *_came_and_went(found),
        "",
        "By year 逐年",
        *(_line(name, data, _years(found.there) if found.there else []) for name in FLOWS if _any(name, found)),
        *_standing(data),
        "",
        *awards_lines(found.awards),
        "",
        *rationed_lines(found.rationed),
        "",
        *missed_lines(found.missed),
    ]


def _compared(found: Explained) -> list[str]:
    if found.against is None:
        return []
    name, name_zh = shortened(found.against.name, 60), shortened(found.against.name, 60)
    if not found.against.policies:
        name, name_zh = "no policy at all", "无任何政策"
    return [
        f"  in brackets: the same firm in the same world under {name}",
        f"  方括号内：同一世界、同一企业在{name_zh}下的数值",
    ]


def _group(found: Explained) -> list[str]:
    if found.head == found.key:
        return []
    label = firm_label(found.head, found.spec.city_tables)
    return [
        f"  part of a group led by {label}: tiers and lists are judged of the group, and paid to its head",
        f"  属于{label}牵头的集团：营收台阶和榜单按集团认定，奖励付给牵头企业",
    ]


def _came_and_went(found: Explained) -> Iterator[str]:
    sides = (("here", "本情景中", found.here), ("in brackets", "方括号情景中", found.there))
    for english, chinese, life in sides:
        if life and life.closed:
            yield f"  {english} it closes in {life.closed}, which is not told 于{chinese}{life.closed}退出，该季不列"
        if life and not life.quarters:
            yield f"  {english} it never ends a quarter in business {chinese}未曾存续一季"


def _any(name: str, found: Explained) -> bool:
    lives = [found.here, *([found.there] if found.there else [])]
    return any(row[name] for life in lives for row in life.quarters)


def _line(name: str, here: Sequence[Mapping[str, Any]], there: Sequence[Mapping[str, Any]]) -> str:
    factor, unit = _READ[columns()[name].unit]
    other = {row["year"]: row for row in there}
    told = []
    for row in here:
        beside = other.get(row["year"])
        bracket = f" [{number(beside[name] * factor)}]" if beside else ""
        told.append(f"{row['year']} {number(row[name] * factor)}{bracket}")
    return f"  {name.replace('_', ' ')} {columns()[name].meaning_zh}, {unit}: {', '.join(told)}"


def _standing(years: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield how the firm stood at the end of years, those alike together, where it ever was anything."""
    for name in STANDING:
        if any(row[name] for row in years):
            alike = [(value, list(rows)) for value, rows in groupby(years, key=itemgetter(name))]
            told = "; ".join(f"{_span(rows)} {_state(name, value)}" for value, rows in alike)
            unit = ", 亿元" if columns()[name].unit == "million yuan" else ""
            yield f"  {name.replace('_', ' ')} {columns()[name].meaning_zh}, end of year 年末{unit}: {told}"


def _span(rows: Sequence[Mapping[str, Any]]) -> str:
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
