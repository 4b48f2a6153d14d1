"""The verdict on each arm of a comparison, in words that hold however often one looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.ended import MOST_FAILED
from sim.inference.sequence import MOSTLY, OF_MEAN
from sim.report.quoted import number, titled, units
from sim.tables.catalogue import Outcome, outcomes
from sim.tables.likelihood import EQUAL, NOT_JUDGED
from sim.tables.rounded import percent
from sim.tables.units import PER_CENT

HELD = (
    "Verdicts, each wrong with a chance of at most 5 % however often one looks while runs arrive",
    "判定（运行途中无论查看多少次，每项误判概率至多5%）",
)


def verdicts_told(table: pd.DataFrame, experiment: Any) -> Iterator[str]:
    """Yield the verdict on each arm, and whether the most pairs were used."""
    base, first, sign = experiment.base.name, years_of(experiment.base)[0], experiment.judged().sign
    yield f"{HELD[0]} {HELD[1]}:"
    for row in table.itertuples():
        yield from (f"  {line}" for line in verdict_said(row, base, first, less=sign < 0.0))
    if experiment.precision > 0.0:
        yield from _used(table, experiment.most())


def verdict_said(row: Any, base: str, first: int, *, less: bool) -> tuple[str, str]:
    """Return the verdict on an arm and what it rests on; `less` says that less is better."""
    known = outcomes()[row.outcome]
    (title, title_zh), (why, why_zh) = titled(known, first, row.year), _why(row, known)
    sense, sense_zh = in_which_sense(less=less)
    return (
        f"{row.variant} against {base}, {title}{sense}: {row.verdict}; {why}",
        f"{row.variant}与{base}相比，{title_zh}{sense_zh}：{row.verdict_zh}；{why_zh}",
    )


def in_which_sense(*, less: bool) -> tuple[str, str]:
    """Return what stands behind the name of what ranks arms where less of it is better, in English and Chinese."""
    return (" (less is better)", "（以少为优）") if less else ("", "")


def _why(row: Any, known: Outcome) -> tuple[str, str]:
    if row.verdict == NOT_JUDGED:
        asked = row.pairs + row.failed
        return (
            f"{row.failed} of {asked} pairs failed, more than {percent(MOST_FAILED)}, so those left are no fair sample",
            f"{asked}对中{row.failed}对运行失败，超过{percent(MOST_FAILED)}，余下各对不具代表性",
        )
    margin, (unit, unit_zh) = level_of(known, row.margin), units(known)
    counts = (
        f"in {row.worlds_better} of {row.pairs} worlds it is better by more than {margin} {unit}, in "
        f"{row.worlds_worse} worse by more",
        f"{row.pairs}个世界中{row.worlds_better}个优于基准{margin}{unit_zh}以上，{row.worlds_worse}个差于基准{margin}{unit_zh}以上",
    )
    more, more_zh = _bounds(row, known)
    return f"{counts[0]}; {more}", f"{counts[1]}；{more_zh}"


def _bounds(row: Any, known: Outcome) -> tuple[str, str]:
    """Return what the verdict goes by: bounds of the mean, or of the share of worlds."""
    if row.statistic == OF_MEAN:
        unit, unit_zh = units(known)
        ends = f"[{level_of(known, row.low)}, {level_of(known, row.high)}]"
        return f"mean difference within {ends} {unit}", f"差别均值在{ends}{unit_zh}之内"
    if row.verdict == EQUAL:
        return f"at least {percent(MOSTLY)} of all worlds lie within it", f"至少{percent(MOSTLY)}的世界在此范围之内"
    low, high = (f"{PER_CENT * end:.0f}" for end in (row.better_low, row.better_high))
    return (
        f"of all worlds that differ by more, {low} to {high} % are better",
        f"在差别超出此值的世界中，较优者占{low}%至{high}%",
    )


def level_of(known: Outcome, value: float) -> str:
    """Return a figure in the unit that people read; of a count with its decimals, for it is a mean or a margin."""
    return number(value * known.read_factor)


def _used(table: pd.DataFrame, most: int) -> Iterator[str]:
    """Say how many pairs there were, and where they are the most that may be used."""
    pairs = int((table["pairs"] + table["failed"]).max())
    if pairs >= most:
        yield f"  All {most} pairs that --pairs allows were used. 已用完--pairs允许的全部{most}对。"
    failed = int(table["failed"].max())
    if failed:
        yield f"  {failed} of {pairs} pairs failed and are left out. {pairs}对中{failed}对运行失败，未计入。"
    yield ("  The 95 % intervals above are for a number of pairs fixed beforehand. 以上95%区间按事先固定的对数计算。")
