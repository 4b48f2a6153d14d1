"""What a probability costs: packages that a search tried, the least cost for each probability, and those checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.package_cost import COSTS
from sim.experiments.search_target import read_target
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import GREY, Style
from sim.pages.drawing.picture import Picture
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.units import MONEY
from sim.report.quoted import between, number, since
from sim.tables.rounded import percent
from sim.tables.units import PER_CENT, YI_PER_MILLION

ORDER = 100
_TRIED, _FRONT, _CHECKED = Style(GREY), Style("#0072b2"), Style("#d55e00", shape="diamond")
_MOST_DOTS = 200


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield cost against probability of a search that has ended a round."""
    points, front = folder.table("search_points"), folder.table("front")
    if points is None or front is None:
        return
    experiment: Any = folder.experiment
    answer = folder.table("answer")
    every = -(-len(points) // _MOST_DOTS)
    few, many = int(points["worlds"].min()), int(points["worlds"].max())
    tried = Said(f"packages tried, {few} to {many} worlds each", f"试过的方案，各{few}至{many}个世界")
    fresh_each = int(front["fresh_worlds"].iloc[0])
    cheapest = Said(
        f"the least cost for each probability, {fresh_each} fresh worlds each",
        f"达到各概率的最低成本，各{fresh_each}个新世界",
    )
    series = [
        Series(tried, _TRIED, *_places(points.iloc[::every]), cloud=True),
        Series(cheapest, _FRONT, *_stairs(front)),
    ]
    picture = Picture()
    if answer is not None and len(answer):
        fresh = int(answer["fresh_worlds"].iloc[0])
        checked = Said(
            f"checked in {fresh} fresh worlds, one-sided bounds (95 % over all candidates)",
            f"在{fresh}个新世界中检验，单侧界限（对全部候选方案合计95%）",
        )
        low, high = ((answer[name] * PER_CENT).tolist() for name in ("lower_bound", "upper_bound"))
        series.append(Series(checked, _CHECKED, *_places(answer), low, high, whiskers=True, joined=False))
    period = Said(*since(*_ends(years_of(folder.scenario))))
    counted = Said(*COSTS[experiment.cost])
    money = Said(f"cost ({counted.en}), {period.en}, {MONEY.en}", f"成本（{counted.zh}），{period.zh}，{MONEY.zh}")
    asked = experiment.probability * PER_CENT
    axes = Axes(Said("probability, %", "概率，%"), also=(0.0, PER_CENT), rules=[asked], years=False, x_said=money)
    draw_cells(picture, [Cell(series)], axes)
    picture.blocks([(_TRIED.colour, tried)])
    picture.legend([(s.look, s.said) for s in series[1:]])
    title = Said("What a probability costs", "达到某一概率要花多少钱")
    said = _said(front, answer, Said(*read_target(experiment.target).sentence()), period, experiment.probability)
    yield Chart("cost-curve", title, picture.done("cost-curve", title, said), said)


def _ends(years: list[int]) -> tuple[int, int]:
    return years[0], years[-1]


def _places(rows: pd.DataFrame) -> tuple[list[float], list[float]]:
    return (rows["cost"] * YI_PER_MILLION).tolist(), (rows["probability"] * PER_CENT).tolist()


def _stairs(front: pd.DataFrame) -> tuple[list[float], list[float]]:
    """Return the front as stairs: a probability costs the same until the next package."""
    money, chance = _places(front)
    x, y = money[:1], chance[:1]
    for more, better in zip(money[1:], chance[1:], strict=True):
        x += [more, more]
        y += [y[-1], better]
    return x, y


def _said(front: pd.DataFrame, answer: pd.DataFrame | None, asked: Said, period: Said, wanted: float) -> Said:
    chances = each(f"{percent(row.probability)}: {number(row.cost * YI_PER_MILLION)}" for row in front.itertuples())
    en = (
        f"{asked.en}. Least cost ({MONEY.en}, {period.en}, mean over fresh worlds) of the packages tried that reach "
        f"it with each probability: {chances.en}. Asked for: {percent(wanted)} (line across)."
    )
    zh = (
        f"{asked.zh}。试过的方案中以各概率达到该目标的最低成本（{MONEY.zh}，{period.zh}，新世界均值）：{chances.zh}。"
        f"所要求的概率：{percent(wanted)}（横线）。"
    )
    if answer is not None and len(answer):
        checks = each(
            f"{number(row.cost * YI_PER_MILLION)}: "
            f"{between(*(percent(v, 1) for v in (row.probability, row.lower_bound, row.upper_bound)))}"
            for row in answer.itertuples()
        )
        worlds = int(answer["fresh_worlds"].iloc[0])
        en += f" Checked in {worlds} fresh worlds, with one-sided bounds: {checks.en}."
        zh += f"在{worlds}个新世界中检验，附单侧界限：{checks.zh}。"
    return Said(en, zh)
