"""The race of the largest groups to the line of the World 500, and the chance of being above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.pages.chances import ONE_WORLD, chance_is, chance_said, share_said
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import BESIDE, FAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.sentences import level_is
from sim.pages.units import unit_of
from sim.report.quoted import between, level
from sim.tables.catalogue import outcomes
from sim.tables.units import PER_CENT

ORDER = 30
_REVENUE, _LINE = "top_group_revenue", "world_500_threshold"
_APART = 4.0  # units, so that intervals do not hide one another
_OF_WORLDS, _INTERVAL = ("", "_p5", "_p95"), ("", "_low", "_high")  # what is added to a column's name
_AREAS = Said(
    "areas: 90 % of worlds; thin lines: 95 % interval of the chance", "阴影：90%的世界所在范围；细线：概率的95%区间"
)
_SHARE = Said("chance of being at or above the line, %", "达到或超过门槛的概率，%")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield the race of a run of several years."""
    table = folder.table("race")
    if table is None:
        return
    factor, years = outcomes()[_REVENUE].read_factor, sorted(table["year"].unique().tolist())
    groups = [(_name(rows), rows) for _, rows in table.groupby("firm", sort=False)]
    line = groups[0][1]
    of_line = Said("the line of that year's list", "当年榜单门槛")
    revenue = [Series(of_line, BESIDE, years, *_values(line, "line", factor))]
    revenue += [
        Series(name, style(place), years, *_values(rows, "revenue", factor))
        for place, (name, rows) in enumerate(groups)
    ]
    several = int(line["replications"].iloc[0]) > 1
    chances = [
        Series(
            name,
            style(place),
            years,
            *_values(rows, "chance_above", PER_CENT, _INTERVAL),
            whiskers=several,
            shift=_APART * place,
        )
        for place, (name, rows) in enumerate(groups)
    ]
    picture, unit = Picture(), unit_of(outcomes()[_REVENUE])
    draw_cells(picture, [Cell(revenue)], Axes(Said(f"revenue, {unit.en}", f"营收，{unit.zh}")))
    draw_cells(picture, [Cell(chances)], Axes(_SHARE, also=(0.0, PER_CENT)))
    picture.legend([(series.look, series.said) for series in revenue], shade=FAR)
    worlds = int(line["replications"].iloc[0])
    picture.write(_AREAS if worlds > 1 else ONE_WORLD)
    title = Said("The race to the line of the World 500", "冲击世界500强门槛")
    said = _said(groups, worlds)
    yield Chart("race", title, picture.done("race", title, said), said)


def _name(rows: pd.DataFrame) -> Said:
    """Return what a group is called; one that has no name by its label."""
    first = rows.iloc[0]
    return Said(str(first["name"] or first["firm"]), str(first["name_zh"] or first["firm"]))


def _values(
    rows: pd.DataFrame, column: str, factor: float, ends: Sequence[str] = _OF_WORLDS
) -> tuple[list[float], list[float], list[float]]:
    middle, low, high = ((rows[f"{column}{end}"] * factor).tolist() for end in ends)
    return middle, low, high


def _said(groups: list[tuple[Said, pd.DataFrame]], worlds: int) -> Said:
    told, told_zh = [], []
    for name, rows in groups:
        chances = each(
            f"{row.year} {share_said(row.chance_above, row.chance_above_low, row.chance_above_high, worlds)}"
            for row in rows.itertuples()
        )
        told.append(f"{name.en}: {chances.en}")
        told_zh.append(f"{name.zh}：{chances.zh}")
    last = groups[0][1].iloc[-1]
    above, low, high = (float(last[f"chance_above{end}"]) for end in _INTERVAL)
    word, kind = chance_said(above, low, high, worlds), level_is(worlds)
    line, own = (
        between(*level(outcomes()[outcome], *(last[f"{column}{end}"] for end in _OF_WORLDS)), worlds=worlds)
        for outcome, column in ((_LINE, "line"), (_REVENUE, "revenue"))
    )
    unit, year, name = unit_of(outcomes()[_LINE]), int(last["year"]), groups[0][0]
    counted = chance_is(worlds)
    return Said(
        f"Chance that the revenue of the year before, which a list reads, is at or above its line, by year of the list "
        f"({counted.en}): {' · '.join(told)}. For the list of {year}: line {line}, {name.en} {own} "
        f"{unit.en} ({kind.en}), at or above it: {word.en}. A group above the line is on the list "
        "only if it discloses its accounts.",
        f"榜单所看的上年营收达到或超过当年门槛的概率，按榜单年份（{counted.zh}）：{' · '.join(told_zh)}。"
        f"{year}年榜单：门槛{line}，{name.zh} {own}{unit.zh}（{kind.zh}），"
        f"达到或超过的概率：{word.zh}。达到门槛的集团公开财务信息后方可上榜。",
    )
