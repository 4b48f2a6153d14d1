"""How likely each target is, year by year, beside the same worlds without any policy; of a comparison, arm by arm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.comparison_tables import TARGET_ROW
from sim.inference.shares import wilson
from sim.pages.chances import chance_is, chance_said, share_said
from sim.pages.charts import Chart
from sim.pages.drawing.cells import Axes, Cell, Series, draw_cells
from sim.pages.drawing.marks import BESIDE, NEAR, style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.report.targets import chance
from sim.tables.rounded import percent
from sim.tables.units import PER_CENT

ORDER = 10
_SHARE = Said("probability, %", "概率，%")


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield a chart for each target of a run, or of a comparison."""
    table = folder.table("targets")
    if table is not None:
        titles = {target.name: Said(target.title.en, target.title.zh) for target in folder.scenario.targets}
        for place, (name, rows) in enumerate(table.groupby("target", sort=False)):
            yield _by_year(f"target-{place + 1}", titles[str(name)], rows)
    comparison = folder.table("comparison")
    if comparison is not None:
        yield from _arms(folder, comparison)


def _by_year(name: str, title: Said, rows: pd.DataFrame) -> Chart:
    asked = rows.iloc[-1]
    worlds, years = int(asked["replications"]), rows["year"].tolist()
    middle, low, high, without = (
        (rows[column] * PER_CENT).tolist() for column in ("probability", "low", "high", "without_policy")
    )
    if worlds == 1:  # whether it held there: one world has no interval
        low = high = middle
    series = [Series(_probable(worlds), style(0), years, middle, low, high)]
    twin = rows["without_policy"].notna().all()
    if twin:
        series.append(
            Series(Said("the same worlds without any policy", "同样的世界，无任何政策"), BESIDE, years, without)
        )
    rules = [asked["required"] * PER_CENT] if pd.notna(asked["required"]) else []
    picture = Picture()
    draw_cells(picture, [Cell(series)], Axes(_SHARE, also=(0.0, PER_CENT), rules=rules))
    picture.legend([(series[0].look, series[0].said)], shade=NEAR)
    picture.legend([(s.look, s.said) for s in series[1:]])
    said = _said(rows, asked, twin=bool(twin))
    return Chart(name, title, picture.done(name, title, said), said)


def _probable(worlds: int) -> Said:
    if worlds == 1:
        return chance_is(worlds)
    return Said(f"probability and its 95 % interval, {worlds} worlds", f"概率及其95%区间，{worlds}个世界")


def _said(rows: pd.DataFrame, asked: Any, *, twin: bool) -> Said:
    worlds = int(asked["replications"])
    likely, kind = chance_said(asked["probability"], asked["low"], asked["high"], worlds), _probable(worlds)
    by_year = each(f"{row.year} {share_said(row.probability, row.low, row.high, worlds)}" for row in rows.itertuples())
    en = f"{asked['sentence']}: {likely.en}. The same asked of each year: {by_year.en} ({kind.en})."
    zh = f"{asked['sentence_zh']}：{likely.zh}。逐年同问：{by_year.zh}（{kind.zh}）。"
    if twin:
        without = each(f"{row.year} {percent(row.without_policy)}" for row in rows.itertuples())
        en += f" In the same worlds without any policy: {without.en}."
        zh += f"同样的世界若无任何政策：{without.zh}。"
    if asked["verdict"] and worlds > 1:
        en += f" Asked for with {percent(asked['required'])} (line across): {asked['verdict']}."
        zh += f"要求概率{percent(asked['required'])}（横线）：{asked['verdict_zh']}。"
    return Said(en, zh)


def _arms(folder: Folder, table: pd.DataFrame) -> Iterator[Chart]:
    """Yield how likely each target is in each arm."""
    experiment: Any = folder.experiment
    base = next(iter(folder.arms))
    found = table[table["outcome"].str.startswith(TARGET_ROW)]
    for place, (name, rows) in enumerate(found.groupby("outcome", sort=False)):
        target = experiment.targets()[str(name).removeprefix(TARGET_ROW)]
        pairs = int(rows["pairs"].iloc[0])
        hits = float(rows["base"].iloc[0])
        chances = [(base, hits, *wilson(round(hits * pairs), pairs))]
        chances += [(r.variant, r.level, r.level_low, r.level_high) for r in rows.itertuples()]
        title = Said(target.title.en, target.title.zh)
        yield _chart(f"target-{place + 1}", title, Said(*target.sentence()), chances, pairs)


def _chart(name: str, title: Said, sentence: Said, chances: list[tuple[str, float, float, float]], pairs: int) -> Chart:
    rows = [
        Strip(
            Said(arm, arm),
            f"{percent(middle)} [{percent(low)}, {percent(high)}]",
            style(0) if place else BESIDE,
            middle=middle * PER_CENT,
            low=low * PER_CENT,
            high=high * PER_CENT,
        )
        for place, (arm, middle, low, high) in enumerate(chances)
    ]
    picture = Picture()
    draw_rows(picture, rows, _SHARE, also=(0.0, PER_CENT))
    told = [(arm, *chance(*ends)) for arm, *ends in chances]
    kind = _probable(pairs)
    base = chances[0][0]
    said = Said(
        f"{sentence.en} ({kind.en}, the same in every arm; base: {base}): "
        f"{'; '.join(f'{a} {en}' for a, en, _ in told)}.",
        f"{sentence.zh}（{kind.zh}，各方案相同；基准为{base}）：{'；'.join(f'{a} {zh}' for a, _, zh in told)}。",
    )
    return Chart(name, title, picture.done(name, title, said), said)
