"""Units of outcomes in both languages, as axes and sentences of the page write them."""

from __future__ import annotations

from functools import cache
from typing import Any

from sim.pages.said import Said
from sim.report.quoted import one_unit
from sim.report.reference import unit_zh
from sim.scenario.changed import short
from sim.scenario.quantities import in_lever_unit, lever_at
from sim.tables.catalogue import Outcome
from sim.tables.files import read

MONEY = Said("100 million yuan", "亿元")
_PRICES = " at 2021 prices"
_SHOWN_ONLY = {"元/吨标准煤": "yuan per tce", "万亩": "10,000 mu", "%": "%"}  # no table is in these


def unit_of(outcome: Outcome) -> Said:
    """Return the unit in which people read an outcome."""
    if outcome.read_factor == 1.0:
        return Said(outcome.unit, outcome.read_unit)
    english = _english()[outcome.read_unit]
    if outcome.unit.endswith(_PRICES):
        return Said(english + _PRICES, f"{outcome.read_unit}（2021年价）")
    return Said(english, outcome.read_unit)


def effect_unit_of(outcome: Outcome) -> Said:
    """Return the unit of a difference: that of two shares is in percentage points."""
    english, chinese = one_unit(outcome)
    return unit_of(outcome) if chinese == outcome.read_unit else Said(f"{english}s", chinese)


@cache
def _english() -> dict[str, str]:
    """Return what the Chinese unit that people read is called in English; where a table has several, the first."""
    found = dict(_SHOWN_ONLY)
    for row in read("units"):
        found.setdefault(row["unit_zh"], row["unit"])
    return found


def lever_value(path: str, value: Any) -> Said:
    """Return a value of a lever with its unit, in each language its own."""
    text, lever = str(in_lever_unit(path, value)), lever_at(path)
    unit = lever.unit if lever else ""
    if not unit or not text.endswith(f" {unit}"):
        return Said(text, text)
    return Said(text, text.removesuffix(unit) + unit_zh(unit))


def valued(path: str, value: Any) -> Said:
    """Return a lever with its value."""
    told = lever_value(path, value)
    return Said(f"{short(path)} = {told.en}", f"{short(path)} = {told.zh}")


def lever_range(path: str, low: Any, high: Any) -> Said:
    """Return the ends between which a lever lies."""
    least, most = lever_value(path, low), lever_value(path, high)
    return Said(f"{least.en} to {most.en}", f"{least.zh}至{most.zh}")
