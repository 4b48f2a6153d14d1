"""What the energy cap leaves, and how likely it is to bind: headroom by year."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.pages.chances import chance_is, chance_said, share_said
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said, noted
from sim.pages.sentences import level_is
from sim.pages.units import unit_of
from sim.report.quoted import between, effect
from sim.tables.catalogue import outcomes
from sim.tables.units import PER_CENT

ORDER = 40
_LEFT, _BINDS = Said("what the cap leaves", "用能余量"), Said("chance that the cap binds", "上限起约束作用的概率")
_CHANCE = ("chance_binding", "chance_binding_low", "chance_binding_high")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield the headroom of a run with a cap."""
    table = folder.table("headroom")
    if table is None:
        return
    known, years = outcomes()["energy_cap"], table["year"].tolist()
    worlds, unit = int(table["replications"].iloc[0]), unit_of(known)
    left, chance = noted(_LEFT, level_is(worlds)), noted(_BINDS, chance_is(worlds))
    room = Series(left, style(0), years, *((table[c] * known.read_factor).tolist() for c in ("median", "p5", "p95")))
    ends = _CHANCE if worlds > 1 else _CHANCE[:1]
    binds = Series(chance, style(1), years, *((table[c] * PER_CENT).tolist() for c in ends))
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
    left = each(f"{r['year']} {between(*effect(known, r['median'], r['p5'], r['p95']), worlds=worlds)}" for r in rows)
    chances = [(r["year"], *(float(r[column]) for column in _CHANCE)) for r in rows]
    binds = each(f"{year} {share_said(middle, low, high, worlds)}" for year, middle, low, high in chances)
    _, *last = chances[-1]
    word = chance_said(last[0], last[1], last[2], worlds)
    year, kind, share = rows[-1]["year"], level_is(worlds), chance_is(worlds)
    return Said(
        f"The energy cap less the energy used in the same world, {unit.en} ({kind.en}); below zero more is used than "
        f"the cap: {left.en}. Chance that quotas cut output in a year ({share.en}): {binds.en}. In {year}: {word.en}.",
        f"同一世界中用能上限减用能量，单位{unit.zh}（{kind.zh}），负值为超过上限："
        f"{left.zh}。当年因用能指标而减产的概率（{share.zh}）：{binds.zh}。{year}年：{word.zh}。",
    )
