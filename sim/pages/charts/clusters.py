"""Who gains and who loses: what is changed in the value added of each cluster, one small panel for each."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from sim.pages.cautions import not_policy_alone
from sim.pages.chances import ONE_WORLD
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import FAR, NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.folder import Folder
from sim.pages.said import Said, explained, figures, joined
from sim.pages.sentences import effect_is
from sim.pages.units import effect_unit_of
from sim.report.quoted import between, effect
from sim.tables.catalogue import BEFORE, NO_POLICY, VALUE_ADDED, outcomes

ORDER = 60
_MOST = 2  # arms with a chart; cluster_effects.csv has all
_MEAN, _RANGE = ("mean", "mean_low", "mean_high"), ("p5", "p95")
_WORDS = Said("mean and its 95 % interval", "均值及其95%区间")
_WORLDS = Said("range of 90 % of worlds", "90%的世界所在范围")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield a chart for each reference of a run, or for each arm of a comparison."""
    table = folder.table("cluster_effects")
    if table is None:
        return
    column = str(table.columns[0])
    others = table[column].nunique() - _MOST
    for place, (name, rows) in enumerate(table.groupby(column, sort=False)):
        if place < _MOST and rows[list(_MEAN)].fillna(0.0).to_numpy().any():
            reference = _reference(folder, column, str(name))
            cautions = not_policy_alone(folder.arms[str(name)], folder.scenario) if column != "against" else ()
            yield _chart(f"clusters-{place + 1}", reference, rows, folder, tuple(cautions), others)


def _reference(folder: Folder, column: str, name: str) -> Said:
    if column == "against":
        before = folder.scenario.before
        return {
            BEFORE: Said(f"against the rules before ({before})", f"与原有规则（{before}）相比"),
            NO_POLICY: Said("against no policy", "与无政策相比"),
        }[name]
    base = next(iter(folder.arms))
    return Said(f"{name} minus {base}", f"{name}减{base}")


def _chart(
    name: str, reference: Said, rows: pd.DataFrame, folder: Folder, cautions: tuple[Said, ...], others: int
) -> Chart:
    known, english = outcomes()[VALUE_ADDED], {c.identifier: c.english for c in folder.scenario.city_tables.clusters}
    cells, told, worlds = [], [], _worlds(folder)
    for cluster, own in rows.groupby("cluster", sort=False):
        title = Said(english[str(cluster)], str(own["name_zh"].iloc[0]))
        values = ((own[column] * known.read_factor).tolist() for column in (*_MEAN, *_RANGE))
        cells.append(Cell([Series(_WORDS, style(0), own["year"].tolist(), *values)], title))
        last = own.iloc[-1]
        value = figures(between(*effect(known, *(last[column] for column in _MEAN)), worlds=worlds))
        told.append(Said(f"{title.en} {value.en}", f"{title.zh} {value.zh}"))
    picture, year, unit = Picture(), int(rows["year"].max()), effect_unit_of(known)
    draw_cells(picture, cells, Axes(unit, also=(0.0,)), columns=2)
    picture.legend([(style(0), _WORDS if worlds > 1 else ONE_WORLD)], shade=NEAR)
    if worlds > 1:
        picture.blocks([(style(0).colour, _WORLDS)], shade=FAR)
    title = Said(f"Value added of each cluster, {reference.en}", f"各集群增加值，{reference.zh}")
    more, kind = _more(others), effect_is(worlds)
    said = Said(
        f"Paired difference in value added of each cluster in {year}, {reference.en}, {unit.en} "
        f"({kind.en}): {joined(told).en}.{more.en}",
        f"{year}年各集群增加值的配对差异，{reference.zh}，单位{unit.zh}（{kind.zh}）：{joined(told).zh}。{more.zh}",
    )
    told_whole = explained(said, *cautions)
    return Chart(name, title, picture.done(name, title, told_whole), told_whole)


def _worlds(folder: Folder) -> int:
    """Return how many pairs of worlds the differences are of."""
    comparison = folder.table("comparison")
    return folder.worlds if comparison is None else int(comparison["pairs"].max())


def _more(others: int) -> Said:
    """Say how many arms have no chart here."""
    if others <= 0:
        return Said("", "")
    arms = f"{others} more arms are" if others > 1 else "One more arm is"
    return Said(f" {arms} in cluster_effects.csv alone.", f"其余{others}个方案仅见 cluster_effects.csv。")
