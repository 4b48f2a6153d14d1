"""Which assumed numbers move the outcome most over their whole ranges: a tornado of the screening."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.screening_table import LOWERS, RAISES, told_of
from sim.pages.charts import Chart
from sim.pages.drawing.marks import INK, Style, style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.folder import Folder
from sim.pages.said import Said, alike
from sim.pages.units import effect_unit_of
from sim.report.quoted import as_read, between, period
from sim.report.sensitivity_console import screening
from sim.tables.catalogue import outcomes

ORDER = 90
_MOST = 10
_INTERVAL = Style(INK)
_UP, _DOWN, _OTHER = ("↑", style(0).colour), ("↓", style(1).colour), ("↕", style(2).colour)
_MARKS = {RAISES: _UP, LOWERS: _DOWN}  # what is neither is told not to rise or fall from end to end
_RAISES = Said("↑ a higher number raises it, on average", "↑ 参数越大，结果平均越高")
_LOWERS = Said("↓ a higher number lowers it, on average", "↓ 参数越大，结果平均越低")
_BENDS = Said(
    "↕ it moves it, but whether the high end gives more than the low end is not told",
    "↕ 有影响，但取上限与取下限孰高孰低不明",
)
_KEYS = {_UP: _RAISES, _DOWN: _LOWERS, _OTHER: _BENDS}


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield the strongest numbers for each thing a study of sensitivity looks at, where any moves it."""
    table = folder.table("screening")
    if table is None:
        return
    for place, (of, rows) in enumerate(table.groupby("of", sort=False)):
        strongest = told_of(rows).head(_MOST)
        if not strongest.empty:
            yield _chart(f"tornado-{place + 1}", str(of), strongest, folder)


def _chart(name: str, of: str, rows: pd.DataFrame, folder: Folder) -> Chart:
    experiment: Any = folder.experiment
    known, years = outcomes()[experiment.objective], years_of(folder.scenario)
    (when, when_zh), unit = period(known, years[0], years[-1]), effect_unit_of(known)
    drawn, told, told_zh = [], [], []
    for row in rows.itertuples():
        ends = (row.effect, row.effect_low, row.effect_high)
        (mark, colour), figures = _MARKS.get(row.direction, _OTHER), between(*as_read(known.name, *ends))
        middle, low, high = (value * known.read_factor for value in ends)
        meaning = _meaning(folder, row.number)
        drawn.append(Strip(meaning, f"{mark} {figures}", _INTERVAL, parts=[(middle, colour)], low=low, high=high))
        told.append(f"{meaning.en} {mark} {figures}")
        told_zh.append(f"{meaning.zh} {mark} {figures}")
    picture = Picture()
    draw_rows(picture, drawn, unit)
    met = {_MARKS.get(way, _OTHER) for way in rows["direction"]}
    keys = [(look[1], key) for look, key in _KEYS.items() if look in met]
    picture.blocks(keys)
    marks, marks_zh = ", ".join(key.en for _, key in keys), "，".join(key.zh for _, key in keys)
    title = Said(f"Which assumed numbers move {known.english}: {of}", f"哪些假定参数左右{known.chinese}：{of}")
    what, what_zh = screening(folder.experiment)
    said = Said(
        f"{known.english} {when} of {of}, {unit.en}: {what}; the strongest {len(rows)}, {marks}: {'; '.join(told)}.",
        f"{of}的{known.chinese}，{when_zh}，单位{unit.zh}：{what_zh}；最强的{len(rows)}个，{marks_zh}："
        f"{'；'.join(told_zh)}。",
    )
    return Chart(name, title, picture.done(name, title, said), said)


def _meaning(folder: Folder, number: str) -> Said:
    known = folder.scenario.city_tables.numbers.get(number)
    return Said(f"{number}: {known.meaning}", f"{number}：{known.meaning_zh}") if known else alike(number)
