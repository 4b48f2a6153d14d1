"""What `explain` says: one page on one firm, and the same as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from enum import Enum
from typing import Any

from sim.experiments.explain import Explained
from sim.experiments.firm_label import firm_label
from sim.experiments.named_firm import firm_names
from sim.luck.keys import parts_of_key
from sim.report.answer import differing, two_worlds
from sim.report.heading import changes_of
from sim.report.life_console import awards_lines, missed_lines, rationed_lines
from sim.report.life_years import year_lines, years_of
from sim.scenario.changed import changed
from sim.start.places import NAMELESS
from sim.tables.printable import shortened

FORMAT = 1  # of the data; another where a key is renamed or leaves


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
                "differs": differing(found.spec, found.against) if found.against else {},
            },
            "years": {side: years_of(life) if life else None for side, life in lives.items()},
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


def describe_explained(found: Explained) -> list[str]:
    """Return the page, in both languages."""
    firm = _firm(found)
    named = " ".join(filter(None, (firm["name"], firm["name_zh"])))
    return [
        "",
        f"{named + ', ' if named else ''}{firm['label']}, {firm['cluster_en']} {firm['cluster_zh']}",
        f"  scenario 情景: {found.spec.name}; one world 单个世界: --seed {found.seed}{' --fixed' * found.fixed}",
        *changes_of(found.spec, changed(found.spec)),
        *_compared(found),
        *_group(found),
        *_came_and_went(found),
        "",
        *year_lines(found.here, found.there),
        "",
        *awards_lines(found.awards),
        "",
        *rationed_lines(found.rationed),
        "",
        *missed_lines(found.missed),
    ]


def _compared(found: Explained) -> list[str]:
    """Say what stands in brackets, and in what the two sides differ beside policy: only then they are two worlds."""
    if found.against is None:
        return []
    name, name_zh = shortened(found.against.name, 60), shortened(found.against.name, 60)
    if not found.against.policies:
        name, name_zh = "no policy at all", "无任何政策"
    beyond = two_worlds(found.spec, found.against)
    world, world_zh = ("with the same luck", "同样的运气") if beyond else ("in the same world", "同一世界")
    return [
        f"  in brackets: the same firm {world} under {name}",
        f"  方括号内：{world_zh}、同一企业在{name_zh}下的数值",
        *beyond,
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
