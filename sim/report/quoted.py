"""How a figure stands on a screen, so that it can be quoted alone: its unit, its period, and what kind of figure it is.

Levels are medians with the range of 90 % of worlds, effects means of paired differences with the 95 % interval of the
mean. Counts of a level are whole numbers, means of differences are not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sim.report.seldom import seldom
from sim.tables.catalogue import AT_THE_END, COUNT, OF_THE_YEAR, Outcome, outcomes
from sim.tables.rounded import fixed, percent, sure
from sim.tables.units import LEAST_SHOWN, PER_CENT

LEVEL = ("median, range of 90 % of worlds", "中位数，90%的世界所在范围")
ONE_WORLD = ("of the one world", "仅一个世界的数值")
EFFECT = ("mean over worlds, 95 % interval of the mean", "各世界均值，均值的95%区间")
PERCENTAGE_POINT = "percentage point"
NO_VALUE = (
    "not comparable: it has no value on one side, or in some world",
    "无法比较：一方或某些世界中无此数值",
)
NO_INTERVAL_OF_ONE = ("one world: no interval", "仅一个世界，无区间")
NO_INTERVAL = ("no interval", "无区间")
AT_2021_PRICES = "at 2021 prices"
_PRICES = (f", {AT_2021_PRICES}", "，2021年价")
MOST_DIGITS = 4  # after the point
FEW = 30  # worlds; with fewer, one or none lies beyond either end of a range of 90 %


def number(value: float, *, signed: bool = False) -> str:
    """Return a number with three digits and at most four after the point, or whole from a hundred on."""
    if math.isnan(value):
        return "-"
    value = sure(value)
    if abs(value) < LEAST_SHOWN:
        return "0"
    digits = 0 if abs(value) >= PER_CENT else min(2 - math.floor(math.log10(abs(value))), MOST_DIGITS)
    text = fixed(value, digits, signed=signed)
    return text.rstrip("0").rstrip(".") if "." in text else text


def level(outcome: Outcome, *values: float) -> tuple[str, ...]:
    """Return levels as people read them, in `read_unit`; counts are whole."""
    read = (value * outcome.read_factor for value in values)
    return tuple(_whole(value) if outcome.kind == COUNT else number(value) for value in read)


def _whole(value: float) -> str:
    return number(value) if math.isnan(value) else fixed(value, 0)


def effect(outcome: Outcome, *values: float) -> tuple[str, ...]:
    """Return effects as people read them, in `read_unit`, with their signs."""
    return tuple(number(value * outcome.read_factor, signed=True) for value in values)


def effect_unit(outcome: Outcome) -> str:
    """Return the unit of an effect, in both languages where these differ."""
    return " ".join(dict.fromkeys(units(outcome)))


def units(outcome: Outcome) -> tuple[str, str]:
    """Return the unit of an effect, in English and Chinese: of what is read in %, the difference of two is in
    percentage points.
    """
    english, chinese = one_unit(outcome)
    return english + "s" * (english == PERCENTAGE_POINT), chinese


def one_unit(outcome: Outcome) -> tuple[str, str]:
    """Return what one unit of an effect is called, in English and Chinese."""
    return (PERCENTAGE_POINT, "个百分点") if outcome.read_unit == "%" else (outcome.read_unit, outcome.read_unit)


def as_read(outcome: str, *values: float) -> tuple[str, ...]:
    """Return values of an outcome in its `read_unit`; of another name as they are."""
    known = outcomes().get(outcome)
    factor = known.read_factor if known else 1.0
    return tuple(number(value * factor) for value in values)


def between(middle: str, low: str, high: str, *, worlds: int = 2) -> str:
    """Return a figure with its interval or range; of one world, or where there is none, the figure alone."""
    if worlds < 2:
        return middle
    nothing = "-" in (low, high) and middle != "-"
    return f"{middle} ({' '.join(NO_INTERVAL)})" if nothing else f"{middle} [{low}, {high}]"


def levels_are(worlds: int) -> tuple[str, str]:
    """Return what the levels of so many worlds are, in English and in Chinese."""
    return LEVEL if worlds > 1 else ONE_WORLD


def effects_are(worlds: int) -> tuple[str, str]:
    """Return what the effects of so many worlds are, in English and in Chinese."""
    return EFFECT if worlds > 1 else ONE_WORLD


def changed(outcome: Outcome, row: Any, figures: tuple[float, float, float], worlds: int) -> str:
    """Return the mean of an effect with its interval and unit. Where no world differs there is no spread to make an
    interval from: it is said in how many.

    Args:
        row: with `above_zero` and `below_zero`. figures: mean and the ends of its interval.
    """
    if rare := seldom(row, figures[1], worlds):
        return " ".join(rare)
    if math.isnan(figures[0]):
        return " ".join(NO_VALUE)
    if told := nowhere(row, worlds):
        return f"0 {effect_unit(outcome)} ({' '.join(told)})"
    return f"{between(*effect(outcome, *figures))} {effect_unit(outcome)}"


def nowhere(row: Any, worlds: int) -> tuple[str, str] | None:
    """Return words for an effect that is nothing in every world; None where it is not.

    Args:
        row: with `above_zero` and `below_zero`.
    """
    if not row.above_zero == row.below_zero == 0.0:
        return None
    return (
        (f"in each of {worlds} worlds", f"{worlds}个世界均无差别") if worlds > 1 else ("no difference in it", "无差别")
    )


def since(first: int, last: int) -> tuple[str, str]:
    """Return words for several years together."""
    return (f"{first}-{last} together", f"{first}—{last}年累计") if last > first else (f"in {last}", f"{last}年")


def period(outcome: Outcome, first: int, last: int) -> tuple[str, str]:
    """Return what the figure of the last year is of: the year, its end, or all years since the first."""
    if outcome.period == OF_THE_YEAR:
        return f"in {last}", f"{last}年"
    return (f"end of {last}", f"{last}年末") if outcome.period == AT_THE_END else since(first, last)


def counted(outcome: Outcome, first: int, last: int) -> tuple[str, str]:
    """Return what a figure of all years together is of (`adding_up.together`): where years can be added all of them."""
    return since(first, last) if outcome.adds_up else period(outcome, first, last)


def named(outcome: Outcome, first: int, last: int) -> str:
    """Return name and period in both languages, and the prices where they are not those of the year."""
    english, chinese = period(outcome, first, last)
    prices = ", at 2021 prices 2021年价" if outcome.unit.endswith(AT_2021_PRICES) else ""
    return f"{outcome.english} {outcome.chinese}, {english} {chinese}{prices}"


def titled(outcome: Outcome, first: int, last: int) -> tuple[str, str]:
    """Return the same, whole in each language."""
    english, chinese = period(outcome, first, last)
    prices, prices_zh = _PRICES if outcome.unit.endswith(AT_2021_PRICES) else ("", "")
    return f"{outcome.english} {english}{prices}", f"{outcome.chinese}，{chinese}{prices_zh}"


def few_worlds(worlds: int) -> list[str]:
    """Return what to say of few worlds: one has no interval, a handful a poor one."""
    if worlds == 1:
        return [
            "One world: its figures are one possible course, without interval or range; give -n 100 or so.",
            "仅一个世界：所示只是一种可能走向，没有区间或范围；请用 -n 100 左右。",
        ]
    if worlds < FEW:
        return [
            f"Only {worlds} worlds: intervals are wide, and the ends of a range rest on one or two worlds; give more.",
            f"仅{worlds}个世界：区间较宽，范围两端只取决于一两个世界；请增加世界数。",
        ]
    return []


def opposed(name: Sequence[str], mean: float, median: float, above: float, below: float) -> list[str]:
    """Return why mean and median of an effect differ in sign, where they do.

    Args:
        name: of the effect, in English and Chinese. above, below: shares of worlds in which it is above zero and below.
    """
    if not mean * median < 0.0 or min(abs(mean), abs(median)) < LEAST_SHOWN:
        return []
    (side, side_zh), (other, other_zh) = (("above", "高于"), ("below", "低于"))[:: 1 if median > 0.0 else -1]
    share = above if median > 0.0 else below
    return [
        f"    {name[0]}: {side} zero in {percent(share)} of worlds, yet its mean is {other} zero, since the worlds "
        f"{other} zero lie farther from it.",
        f"    {name[1]}：{percent(share)}的世界{side_zh}零，但均值{other_zh}零，因为{other_zh}零的世界离零更远。",
    ]
