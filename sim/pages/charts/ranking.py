"""Which arm is best how often, and how much is lost by choosing another: chance of being best, and regret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.pages.charts import Chart
from sim.pages.drawing.marks import style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.units import effect_unit_of
from sim.report.quoted import number, period
from sim.report.verdict_console import in_which_sense
from sim.tables.catalogue import Outcome, outcomes
from sim.tables.rounded import percent
from sim.tables.units import PER_CENT

ORDER = 80


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield the ranking of a comparison, where any world has one."""
    table = folder.table("ranking")
    if table is None or table["chance_best"].isna().any():
        return
    experiment: Any = folder.experiment
    known, years = outcomes()[experiment.objective], years_of(folder.scenario)
    when = Said(*period(known, years[0], experiment.by or years[-1]))
    sense = Said(*in_which_sense(less=experiment.judged().sign < 0.0))
    asked = Said(f"{known.english}, {when.en}{sense.en}", f"{known.chinese}，{when.zh}{sense.zh}")
    pairs = int(folder.frame("comparison")["pairs"].max())
    yield _best(table, asked, pairs)
    yield _regret(table, asked, known, pairs)


def _best(table: pd.DataFrame, asked: Said, pairs: int) -> Chart:
    title = Said(f"Which arm is best by {asked.en}", f"按{asked.zh}，哪个方案最优")
    rows = [
        Strip(_arm(row), f"{percent(row.chance_best)}", style(0), parts=[(row.chance_best * PER_CENT, style(0).colour)])
        for row in table.itertuples()
    ]
    picture = Picture()
    draw_rows(picture, rows, Said("share of worlds, %", "占世界的比重，%"), also=(0.0, PER_CENT))
    told = each(f"{row.arm} {percent(row.chance_best)}" for row in table.itertuples())
    said = Said(
        f"Share of {pairs} worlds in which each arm is best by {asked.en}, ties split evenly, no interval: {told.en}.",
        f"各方案按{asked.zh}为最优者占{pairs}个世界的比重，并列平分，无区间：{told.zh}。",
    )
    return Chart("ranking", title, picture.done("ranking", title, said), said)


def _regret(table: pd.DataFrame, asked: Said, known: Outcome, pairs: int) -> Chart:
    title = Said("What is lost by not choosing the best arm of each world", "未选各世界最优方案的损失")
    factor, unit = known.read_factor, effect_unit_of(known)
    rows = [
        Strip(
            _arm(row),
            f"{number(row.mean_regret * factor)} ({number(row.largest_regret * factor)})",
            style(1),
            parts=[(row.mean_regret * factor, style(1).colour)],
            low=row.mean_regret * factor,
            high=row.largest_regret * factor,
        )
        for row in table.itertuples()
    ]
    picture = Picture()
    draw_rows(picture, rows, unit)
    picture.blocks(
        [
            (
                style(1).colour,
                Said("mean; the thin line ends at the largest of all worlds", "均值；细线止于各世界中最大者"),
            )
        ]
    )
    told = each(
        f"{row.arm} {number(row.mean_regret * factor)} ({number(row.largest_regret * factor)})"
        for row in table.itertuples()
    )
    said = Said(
        f"Regret by {asked.en}, in {unit.en}: how far an arm lies from the best arm of the same world, mean over "
        f"{pairs} worlds and in brackets the largest of them, no interval: {told.en}.",
        f"按{asked.zh}的遗憾值，单位{unit.zh}：与同一世界最优方案之差，{pairs}个世界的均值，括号内为其中最大者，无区间：{told.zh}。",
    )
    return Chart("regret", title, picture.done("regret", title, said), said)


def _arm(row: Any) -> Said:
    return Said(str(row.arm), str(row.arm))
