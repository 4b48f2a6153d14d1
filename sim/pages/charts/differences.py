"""What policies change, year by year: paired differences in the same worlds, against the rules before and against no
policy; of a comparison, of each arm from the base; and the difference that a scenario's answer is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from sim.pages.cautions import not_policy_alone
from sim.pages.chances import ONE_WORLD
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import FAR, NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said, alike, explained
from sim.pages.sentences import effect_is, named
from sim.pages.units import effect_unit_of
from sim.report.quoted import between, effect
from sim.scenario.answer import AGAINST, OF, arms_of
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import BEFORE, CITY, DIFFERENCES, NO_POLICY, OF_THE_YEAR, Outcome, listed, outcomes

ORDER = 20
_MOST_PANELS = 4  # of more arms the last year alone is drawn and said
_Cell = tuple[Said | None, pd.DataFrame]
_ENDS = ("mean", "mean_low", "mean_high")
_PAIRED = ("difference", "low", "high")
_RANGE = ("p5", "p95")
_FEW = (" A dash stands where too few worlds differ for a mean.", "“-”表示有差别的世界过少，不列均值。")
_MEAN = Said("mean and its 95 % interval", "均值及其95%区间")
_WORLDS = Said("range of 90 % of worlds", "90%的世界所在范围")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield a chart for each outcome that differs in any world."""
    summary, answer, comparison = (folder.table(name) for name in ("summary", "answer", "comparison"))
    if answer is not None and "against" in answer:
        yield from _answer(folder.scenario, answer)
    if summary is not None:
        yield from _of_run(folder, summary)
    if comparison is not None:
        yield from _of_arms(folder, comparison)


def _answer(spec: Scenario, table: pd.DataFrame) -> Iterator[Chart]:
    row = table.iloc[-1]
    known = outcomes()[row["outcome"]]
    if _moves(table, _PAIRED):
        title = Said(
            f"{known.english}: {row['variant']} minus {row['against']}",
            f"{known.chinese}：{row['variant']}减{row['against']}",
        )
        cautions = tuple(not_policy_alone(*(arms_of(spec).get(side, spec) for side in (OF, AGAINST))))
        yield _chart(
            "answer", title, known, [(None, table)], _PAIRED, (), int(row["pairs"]), what=title, cautions=cautions
        )


def _of_run(folder: Folder, summary: pd.DataFrame) -> Iterator[Chart]:
    before = folder.scenario.before
    references = {
        BEFORE: Said(f"against the rules before ({before})", f"与原有规则（{before}）相比"),
        NO_POLICY: Said("against no policy", "与无政策相比"),
    }
    told: dict[str, list[_Cell]] = {}
    for against, reference in references.items():
        for outcome in listed(CITY):
            rows = summary[summary["outcome"] == outcome.name]
            if outcome.against == against and _moves(rows, (*_ENDS, *_RANGE)):
                told.setdefault(outcome.part, []).append((reference, rows))
    for part, cells in told.items():
        known = outcomes()[part]
        title = Said(f"What the policies change: {known.english}", f"政策带来的变化：{known.chinese}")
        first = outcomes()[cells[0][1]["outcome"].iloc[0]]
        yield _chart(
            f"effect-{part.replace('_', '-')}",
            title,
            first,
            cells,
            _ENDS,
            _RANGE,
            folder.worlds,
            what=Said(known.english, known.chinese),
        )


def _of_arms(folder: Folder, table: pd.DataFrame) -> Iterator[Chart]:
    base = next(iter(folder.arms))
    cautions = tuple(
        named(alike(name), told)
        for name, spec in folder.arms.items()
        for told in not_policy_alone(spec, folder.scenario)
    )
    for known in listed(DIFFERENCES):
        rows = table[table["outcome"] == known.name]
        cells: list[_Cell] = [(Said(str(arm), str(arm)), own) for arm, own in rows.groupby("variant", sort=False)]
        if _moves(rows, _PAIRED):
            title = Said(f"{known.english}: difference from {base}", f"{known.chinese}：与{base}之差")
            name, pairs = f"difference-{known.name.replace('_', '-')}", int(rows["pairs"].max())
            yield _chart(name, title, known, cells, _PAIRED, (), pairs, what=title, cautions=cautions)


def _moves(rows: pd.DataFrame, columns: Sequence[str]) -> bool:
    """Tell whether any world differs: a line along zero shows nothing that words do not."""
    return bool(rows[list(columns)].fillna(0.0).to_numpy().any())


def _chart(
    name: str,
    title: Said,
    known: Outcome,
    cells: Sequence[_Cell],
    ends: Sequence[str],
    outer: Sequence[str],
    worlds: int,
    *,
    what: Said,
    cautions: Sequence[Said] = (),
) -> Chart:
    look, picture, unit = style(0), Picture(), effect_unit_of(known)
    if len(cells) > _MOST_PANELS:
        _last_year(picture, known, cells, ends, unit)
    else:
        drawn = [Cell([_series(rows, known, ends, outer)], reference) for reference, rows in cells]
        draw_cells(picture, drawn, Axes(unit, also=(0.0,)), columns=min(len(drawn), 2))
    picture.legend([(look, _MEAN if worlds > 1 else ONE_WORLD)], shade=NEAR)
    if outer and worlds > 1:
        picture.blocks([(look.colour, _WORLDS)], shade=FAR)
    said = explained(_said(known, cells, ends, worlds, what), *cautions)
    return Chart(name, title, picture.done(name, title, said), said)


def _last_year(picture: Picture, known: Outcome, cells: Sequence[_Cell], ends: Sequence[str], unit: Said) -> None:
    """Draw the last year alone, an arm below another: so many small panels compare nothing."""
    drawn, year = [], int(cells[0][1]["year"].iloc[-1])
    for reference, rows in cells:
        last = rows.to_dict("records")[-1]
        if math.isnan(last[ends[0]]):
            continue
        middle, low, high = (last[column] * known.read_factor for column in ends)
        text = _figures(known, last, ends, 2)
        drawn.append(Strip(reference or unit, text, style(0), middle=middle, low=low, high=high))
    draw_rows(picture, drawn, Said(f"{unit.en}, {year}", f"{unit.zh}，{year}年"))


def _series(rows: pd.DataFrame, known: Outcome, ends: Sequence[str], outer: Sequence[str]) -> Series:
    middle, low, high, *wide = ((rows[column] * known.read_factor).tolist() for column in (*ends, *outer))
    return Series(_MEAN, style(0), rows["year"].tolist(), middle, low, high, *wide)


def _said(known: Outcome, cells: Sequence[_Cell], ends: Sequence[str], worlds: int, what: Said) -> Said:
    """Say every figure; of many arms those of the last year."""
    unit, (when, when_zh) = effect_unit_of(known), _period(known)
    told, told_zh = [], []
    for reference, rows in cells:
        shown = rows if len(cells) <= _MOST_PANELS else rows.tail(1)
        found = each(f"{row['year']} {_figures(known, row, ends, worlds)}" for row in shown.to_dict("records"))
        told.append(f"{reference.en}: {found.en}" if reference else found.en)
        told_zh.append(f"{reference.zh}：{found.zh}" if reference else found.zh)
    kind = effect_is(worlds)
    few, few_zh = _FEW if any(rows[ends[1]].isna().any() for _, rows in cells) and worlds > 1 else ("", "")
    return Said(
        f"Paired difference in {what.en}, in {unit.en}, {when} ({kind.en}): {' · '.join(told)}.{few}",
        f"{what.zh}，配对差异，单位{unit.zh}，{when_zh}（{kind.zh}）：{' · '.join(told_zh)}。{few_zh}",
    )


def _period(known: Outcome) -> tuple[str, str]:
    if known.period == OF_THE_YEAR:
        return "year by year", "逐年"
    return {"at the end": ("at the end of each year", "各年年末")}.get(
        known.period, ("all years since the start together", "自模拟首年起累计")
    )


def _figures(known: Outcome, row: dict[Any, Any], ends: Sequence[str], worlds: int) -> str:
    figures = effect(known, *(row[column] for column in ends))
    return figures[1] if math.isnan(row[ends[1]]) else between(*figures, worlds=worlds)
