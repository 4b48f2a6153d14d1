"""Figures as sentences of a page, made from the words and units of the screen: name, period, figure, what it is."""

from __future__ import annotations

from typing import Any

from sim.pages.said import Said, figures, noted, said
from sim.report.quoted import between, effect, level, levels_are, nowhere, titled, units
from sim.report.seldom import seldom
from sim.tables.catalogue import Outcome

Ends = tuple[float, float, float]
OUTCOME, EFFECT_HEAD = Said("Outcome", "指标"), Said("Difference", "差值")


def level_figure(outcome: Outcome, ends: Ends, worlds: int) -> Said:
    """Return a level with its range and unit."""
    text = figures(between(*level(outcome, *ends), worlds=worlds))
    return Said(f"{text.en} {outcome.read_unit}", f"{text.zh}{outcome.read_unit}")


def level_said(outcome: Outcome, ends: Ends, years: tuple[int, int], worlds: int) -> Said:
    """Return a level as a sentence; `years` are the first of the run and that of the figure."""
    return noted(named(said(titled(outcome, *years)), level_figure(outcome, ends, worlds)), said(levels_are(worlds)))


def effect_figure(outcome: Outcome, row: Any, ends: Ends, worlds: int) -> Said:
    """Return an effect with its interval and unit, or that no world differs.

    Args:
        row: with `above_zero` and `below_zero`. ends: mean and the ends of its interval.
    """
    unit, unit_zh = units(outcome)
    if rare := seldom(row, ends[1], worlds):
        return said(rare)
    if told := nowhere(row, worlds):
        return Said(f"0 {unit} ({told[0]})", f"0{unit_zh}（{told[1]}）")
    text = figures(between(*effect(outcome, *ends)))
    return Said(f"{text.en} {unit}", f"{text.zh}{unit_zh}")


def effect_said(outcome: Outcome, row: Any, ends: Ends, years: tuple[int, int], worlds: int) -> Said:
    """Return an effect as a sentence, without against what."""
    return named(said(titled(outcome, *years)), effect_figure(outcome, row, ends, worlds))


def named(name: Said, figure: Said) -> Said:
    """Return a figure behind its name."""
    return Said(f"{name.en}: {figure.en}", f"{name.zh}：{figure.zh}")
