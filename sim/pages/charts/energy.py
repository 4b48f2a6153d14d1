"""What the energy cap leaves, and how likely it is to bind: headroom by year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.units import unit_of
from sim.report.quoted import between, effect
from sim.report.targets import chance
from sim.tables.catalogue import outcomes
from sim.tables.rounded import percent
from sim.tables.units import PER_CENT

ORDER = 40
_CHANCE = ("chance_binding", "chance_binding_low", "chance_binding_high")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield the headroom of a run with a cap."""
    table = folder.table("headroom")
    if table is None:
        return
    known, years = outcomes()["energy_cap"], table["year"].tolist()
    worlds, unit = int(table["replications"].iloc[0]), unit_of(known)
    left = Said("what the cap leaves (median, range of 90 % of worlds)", "用能余量（中位数，90%的世界所在范围）")
    chance = Said("chance that the cap binds (95 % interval)", "上限起约束作用的概率（95%区间）")
    room = Series(left, style(0), years, *((table[c] * known.read_factor).tolist() for c in ("median", "p5", "p95")))
    binds = Series(chance, style(1), years, *((table[c] * PER_CENT).tolist() for c in _CHANCE))
    picture = Picture()
    draw_cells(picture, [Cell([room])], Axes(Said(f"cap less use, {unit.en}", f"上限减用能，{unit.zh}"), also=(0.0,)))
    picture.legend([(room.look, left)], shade=NEAR)
    draw_cells(picture, [Cell([binds])], Axes(Said("probability, %", "概率，%"), also=(0.0, PER_CENT)))
    picture.legend([(binds.look, chance)], shade=NEAR)
    title = Said("Energy: what the cap leaves, and how likely it binds", "用能：上限余量与起约束作用的概率")
    said = _said(table, worlds, unit)
    yield Chart("headroom", title, picture.done("headroom", title, said), said)


def _said(table: pd.DataFrame, worlds: int, unit: Said) -> Said:
    known, rows = outcomes()["energy_cap"], table.to_dict("records")
    left = each(f"{r['year']} {between(*effect(known, r['median'], r['p5'], r['p95']))}" for r in rows)
    binds = each(
        f"{r['year']} {percent(r[_CHANCE[0]])} [{percent(r[_CHANCE[1]])}, {percent(r[_CHANCE[2]])}]" for r in rows
    )
    word, word_zh = chance(*(rows[-1][column] for column in _CHANCE))
    year = rows[-1]["year"]
    return Said(
        f"The energy cap less the energy used in the same world, {unit.en}, median and range of 90 % of {worlds} "
        f"worlds; below zero more is used than the cap: {left.en}. Share of worlds in which quotas cut output in a "
        f"year, with its 95 % interval: {binds.en}. In {year}: {word}.",
        f"同一世界中用能上限减用能量，单位{unit.zh}，{worlds}个世界的中位数及90%的世界所在范围，负值为超过上限："
        f"{left.zh}。当年因用能指标而减产的世界所占比重及其95%区间：{binds.zh}。{year}年：{word_zh}。",
    )
