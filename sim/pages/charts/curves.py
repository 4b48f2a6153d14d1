"""How outcomes answer to a lever: curves of a sweep over each lever that takes several numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import BESIDE, NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.points import POINTS, points_of
from sim.pages.said import Said
from sim.pages.units import unit_of
from sim.report.quoted import between, level, number, period
from sim.report.reference import unit_zh
from sim.scenario.changed import short
from sim.scenario.quantities import lever_at
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import CURVES, PUBLIC_MONEY, Outcome, names, outcomes

ORDER = 70
_MOST_LEVERS, _MOST_DOTS, _MOST_STEPS = 4, 120, 12
_BINS = 8
_ENDS = ["median", "p5", "p95"]
_ONE_A_POINT = Said("of the one world at each point: no range", "每点仅一个世界，无范围")
_SINGLE = Said("single points", "各点")


@dataclass(frozen=True, slots=True)
class _Curve:
    """A curve: its rows by value of the lever, and what line, area and dots are; `dots` of single points, or None;
    `ends` tells whether the figures have a range.
    """

    rows: pd.DataFrame
    line: Said
    dots: pd.DataFrame | None = None
    ends: bool = True


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield a chart for each lever and outcome of a sweep."""
    if POINTS not in folder.tables:
        return
    experiment: Any = folder.experiment
    points = points_of(folder)
    spans = years_of(folder.scenario)
    years = spans[0], spans[-1]
    varied = [path for path in experiment.varied() if points[path].nunique() > 1]
    levers = [path for path in varied if pd.api.types.is_numeric_dtype(points[path])][:_MOST_LEVERS]
    few = (experiment.objective, PUBLIC_MONEY)
    shown = (experiment.objective, *names(CURVES)) if len(varied) == 1 else few
    for outcome in (name for name in dict.fromkeys(shown) if name in set(points["outcome"])):
        for place, path in enumerate(levers):
            rows = points[points["outcome"] == outcome].dropna(subset="median")
            if rows[path].nunique() > 1:
                name = f"curve-{outcome.replace('_', '-')}-{place + 1}"
                curve = _curve(rows, path, alone=len(varied) == 1)
                yield _chart(name, outcomes()[outcome], _lever(folder.scenario, path), curve, years)


def _curve(rows: pd.DataFrame, path: str, *, alone: bool) -> _Curve:
    """Return what is drawn: of one lever the worlds' range, of several what the others leave open."""
    if alone:
        worlds = int(rows["runs"].min())
        line = Said(
            f"median and range of 90 % of worlds, {worlds} worlds a point",
            f"中位数及90%的世界所在范围，每点{worlds}个世界",
        )
        return _Curve(rows.sort_values(path)[[path, *_ENDS]], line if worlds > 1 else _ONE_A_POINT, ends=worlds > 1)
    if rows[path].nunique() <= _MOST_STEPS:
        of = rows[path]
        line = Said(
            "median of the points with this value, and their lowest and highest (each point a median over worlds)",
            "取该值的各点的中位数及其最低与最高（每点为各世界的中位数）",
        )
        return _Curve(_gathered(rows, of), line)
    of = pd.cut(rows[path], _BINS).map(lambda piece: piece.mid).astype(float)
    line = Said(
        "median, lowest and highest of the points in each eighth of the range (each point a median over worlds)",
        "各八分之一区段内各点的中位数、最低与最高（每点为各世界的中位数）",
    )
    every = -(-len(rows) // _MOST_DOTS)
    return _Curve(_gathered(rows, of).rename_axis(path), line, rows.iloc[::every])


def _gathered(rows: pd.DataFrame, of: pd.Series) -> pd.DataFrame:
    """Return median, lowest and highest of the points' medians by a value."""
    found = rows.groupby(of)["median"].agg(["median", "min", "max"])
    return found.rename(columns={"min": "p5", "max": "p95"}).reset_index(names=of.name)


def _lever(scenario: Scenario, path: str) -> Said:
    """Return a lever or a number of the model with its unit."""
    known = lever_at(path) or scenario.city_tables.numbers.get(short(path))
    unit = known.unit if known else ""
    return Said(*(f"{short(path)}, {text}" if text else short(path) for text in (unit, unit_zh(unit))))


def _chart(name: str, known: Outcome, lever: Said, curve: _Curve, years: tuple[int, int]) -> Chart:
    title = Said(f"{known.english} by {lever.en}", f"{known.chinese}随{lever.zh}的变化")
    path, factor = curve.rows.columns[0], known.read_factor
    middle, low, high = ((curve.rows[column] * factor).tolist() for column in _ENDS)
    drawn = [Series(curve.line, style(0), curve.rows[path].tolist(), middle, low, high)]
    if curve.dots is not None:
        dots = (curve.dots["median"] * factor).tolist()
        drawn.insert(0, Series(_SINGLE, BESIDE, curve.dots[path].tolist(), dots, cloud=True))
    picture = Picture()
    draw_cells(picture, [Cell(drawn)], Axes(unit_of(known), years=False, x_said=lever))
    picture.legend([(style(0), curve.line)], shade=NEAR)
    picture.blocks([(BESIDE.colour, _SINGLE)] * (curve.dots is not None))
    said = _said(known, lever, curve, years)
    return Chart(name, title, picture.done(name, title, said), said)


def _said(known: Outcome, lever: Said, curve: _Curve, years: tuple[int, int]) -> Said:
    """Say the curve value by value; of many values the ends and what lies between them at equal steps."""
    every = -(-(len(curve.rows) - 1) // _MOST_STEPS) or 1
    rows = curve.rows.iloc[sorted({*range(0, len(curve.rows), every), len(curve.rows) - 1})]
    values = each(
        f"{number(value)}: {between(*level(known, *ends), worlds=1 + curve.ends)}"
        for value, *ends in rows.itertuples(index=False, name=None)
    )
    (when, when_zh), unit = period(known, *years), unit_of(known)
    return Said(
        f"{known.english} {when}, {unit.en}, by {lever.en} ({curve.line.en}): {values.en}.",
        f"{known.chinese}，{when_zh}，单位{unit.zh}，随{lever.zh}（{curve.line.zh}）：{values.zh}。",
    )
