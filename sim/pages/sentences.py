"""Figures as sentences of a page, made from the words and units of the screen: name, period, figure, what it is."""

from __future__ import annotations

import math
from typing import Any

from sim.pages.said import Said, figures, noted, said
from sim.report.quoted import (
    NO_INTERVAL,
    NO_VALUE,
    between,
    effect,
    effects_are,
    level,
    levels_are,
    nowhere,
    titled,
    units,
)
from sim.report.seldom import seldom
from sim.tables.catalogue import Outcome
from sim.tables.units import counted

_SEVERAL = 2  # worlds that an interval needs
Ends = tuple[float, float, float]
OUTCOME, EFFECT_HEAD = Said("Outcome", "指标"), Said("Difference", "差值")


def level_figure(outcome: Outcome, ends: Ends, worlds: int) -> Said:
    """Return a level with its range and unit."""
    text = figures(between(*level(outcome, *ends), worlds=worlds))
    return Said(f"{text.en} {outcome.read_unit}", f"{text.zh}{outcome.read_unit}")


def level_said(outcome: Outcome, ends: Ends, years: tuple[int, int], worlds: int) -> Said:
    """Return a level as a sentence; `years` are the first of the run and that of the figure."""
    return noted(named(said(titled(outcome, *years)), level_figure(outcome, ends, worlds)), level_is(worlds))


def effect_figure(outcome: Outcome, row: Any, ends: Ends, worlds: int) -> Said:
    """Return an effect with its interval and unit, or that no world differs.

    Args:
        row: with `above_zero` and `below_zero`. ends: mean and the ends of its interval.
    """
    unit, unit_zh = units(outcome)
    if rare := seldom(row, ends[1], worlds):
        return said(rare)
    if math.isnan(ends[0]):
        return said(NO_VALUE)
    if told := nowhere(row, worlds):
        return Said(f"0 {unit} ({told[0]})", f"0{unit_zh}（{told[1]}）")
    text = figures(between(*effect(outcome, *ends), worlds=worlds))
    return Said(f"{text.en} {unit}", f"{text.zh}{unit_zh}")


def effect_said(outcome: Outcome, row: Any, ends: Ends, years: tuple[int, int], worlds: int) -> Said:
    """Return an effect as a sentence, without against what."""
    return named(said(titled(outcome, *years)), effect_figure(outcome, row, ends, worlds))


def named(name: Said, figure: Said) -> Said:
    """Return a figure behind its name."""
    return Said(f"{name.en}: {figure.en}", f"{name.zh}：{figure.zh}")


def level_is(worlds: int) -> Said:
    """Return what a level is, and of how many worlds."""
    return _in_worlds(levels_are(worlds), worlds)


def effect_is(worlds: int) -> Said:
    """Return what a difference is, and of how many worlds."""
    return _in_worlds(effects_are(worlds), worlds)


def sum_is(worlds: int) -> Said:
    """Return what a sum of means is, and of how many worlds: means add up, their intervals do not."""
    if worlds < _SEVERAL:
        return level_is(worlds)
    return _in_worlds(("mean over worlds, no interval: it is a sum", "各世界均值；为合计数，无区间"), worlds)


def with_worlds(told: Said, worlds: int) -> Said:
    """Return a text that ends with what figures are, in brackets, with the number of worlds in these."""
    more = _worlds(worlds)
    return Said(f"{told.en.removesuffix(')')}; {more.en})", f"{told.zh.removesuffix('）')}；{more.zh}）")


def _in_worlds(kind: tuple[str, str], worlds: int) -> Said:
    more = _worlds(worlds)
    return Said(f"{kind[0]}; {more.en}", f"{kind[1]}；{more.zh}")


def _worlds(worlds: int) -> Said:
    """Return of how many worlds figures are; of one, that it has no interval."""
    if worlds < _SEVERAL:
        return said(NO_INTERVAL)
    return Said(counted(worlds, "world"), f"{worlds}个世界")
