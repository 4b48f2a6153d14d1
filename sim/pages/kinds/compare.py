"""What the folder of a comparison says: every arm against the base, in the same worlds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.comparison_tables import TARGET_ROW
from sim.experiments.unit_cost import Found
from sim.pages import elsewhere
from sim.pages.cautions import not_policy_alone, two_signs
from sim.pages.each import each
from sim.pages.folder import Folder
from sim.pages.parts import Body, SaidRow, Table
from sim.pages.references import base_is
from sim.pages.said import Said, alike, explained, noted, said
from sim.pages.sentences import (
    EFFECT_HEAD,
    OUTCOME,
    effect_figure,
    effect_is,
    effect_said,
    level_figure,
    level_is,
    named,
)
from sim.pages.winners import VERDICTS, clusters, winners
from sim.report.comparison_console import best_by, chances, cost_of, differences_are, spends_more
from sim.report.quoted import titled
from sim.tables.catalogue import MAIN, MORE, PUBLIC_MONEY, names, outcomes
from sim.tables.rounded import percent
from sim.tables.units import counted

_GROUP = "value_added"
_LEVELS = {"cluster": Said("by cluster", "分集群"), "size": Said("by size class of 2021", "按2021年规模")}


def answer(folder: Folder) -> Body:
    """Return for each arm how its chance of the first target, or the outcome that ranks arms, differs from the base."""
    asked, more = _asked(folder), []
    lead = []
    for arm in _arms(folder):
        told = [
            *_targets_of(folder, arm),
            *(_difference(folder, row) for row in asked[asked["variant"] == arm].itertuples()),
        ]
        cautions = tuple(not_policy_alone(folder.arms[arm], folder.scenario))
        lead += [explained(named(alike(arm), told[0]), *cautions)]
        more += [named(alike(arm), sentence) for sentence in told[1:]]
    best = each(f"{row.arm} {percent(row.chance_best)}" for row in folder.frame("ranking").itertuples())
    ranked = noted(named(said(best_by(folder.experiment, folder.years[1])), best), _worlds(_pairs(folder)))
    return Body((*lead[:2], ranked), (*lead[2:], *more), tuple(_tables(folder)))


def anyway(folder: Folder) -> Body:
    """Return what all arms are held against, whether that has policies of its own, and where it stands."""
    base, pairs = folder.scenario, _pairs(folder)
    rows = pd.concat((_asked(folder), _rows(folder))).drop_duplicates(["outcome", "year"])
    shown = rows[rows["outcome"].isin([_objective(folder), *names(MAIN)])]
    levels = [
        (said(titled(known, folder.years[0], int(row.year))), level_figure(known, ends, pairs))
        for row in shown.itertuples()
        for known, ends in ((outcomes()[str(row.outcome)], (row.base_median, row.base_p5, row.base_p95)),)
    ]
    title = Said(f"Under {base.name}, the base", f"基准（{base.name}）")
    lead = [named(title, noted(named(name, figure), level_is(pairs))) for name, figure in levels[:1]]
    head = (OUTCOME, noted(title, level_is(pairs)))
    return Body((base_is(base), *lead), (_what(folder),), (Table(title, head, tuple(levels)),))


def cost(folder: Folder) -> Body:
    """Return how much more public money each arm takes by year, and what one more of an outcome cost, where known."""
    table, known = folder.frame("comparison"), outcomes()[PUBLIC_MONEY]
    rows = table[table["outcome"] == PUBLIC_MONEY]
    last = rows[rows["year"] == folder.years[1]]
    lead = tuple(named(_against(folder, row.variant), _difference(folder, row)) for row in last.itertuples())
    by_year = tuple(
        (Said(f"{r.variant}, {r.year}", f"{r.variant}，{r.year}年"), _figure(folder, r)) for r in rows.itertuples()
    )
    title = noted(Said(f"{known.english} by year", f"逐年{known.chinese}"), _what(folder))
    head = (Said("Arm and year", "方案与年份"), EFFECT_HEAD)
    return Body(lead[:2], (*lead[2:], *_unit_costs(folder)), (Table(title, head, by_year),))


def groups(folder: Folder) -> Body:
    """Return which clusters and sizes have more value added or revenue under each arm, and which have less."""
    table, pairs = folder.frame("winners"), _pairs(folder)
    lead, tables = [], []
    for arm in _arms(folder):
        rows, against = table[table["variant"] == arm], _against(folder, arm)
        known, chosen = outcomes()[_GROUP], rows[(rows["outcome"] == _GROUP) & (rows["level"] == "cluster")]
        told = dict(zip(chosen["group"], chosen["verdict"], strict=True))
        lead.append(named(against, winners(folder, known, told, pairs)))
        for (level, name), of in rows.groupby(["level", "outcome"], sort=False):
            known = outcomes()[str(name)]
            by = _LEVELS[str(level)]
            title = Said(
                f"{against.en}, {by.en}: {_t(known, folder).en}", f"{against.zh}，{by.zh}：{_t(known, folder).zh}"
            )
            tables.append(
                Table(title, (Said("Group", "分组"), EFFECT_HEAD, Said("Verdict", "判断")), _cells(folder, of))
            )
    return Body(tuple(lead[:2]), (*lead[2:], _what(folder)), tuple(tables))


def decides(folder: Folder) -> Body:
    """Return which command tells which numbers decide between the arms."""
    return elsewhere.deciding(folder)


def _rows(folder: Folder) -> pd.DataFrame:
    """Return the rows of the last year."""
    table = folder.frame("comparison")
    return table[table["year"] == table["year"].max()]


def _asked(folder: Folder) -> pd.DataFrame:
    """Return the rows of the outcome that ranks arms, in the year for which it is asked."""
    table, year = folder.frame("comparison"), folder.settings.get("by") or folder.years[1]
    return table[(table["outcome"] == _objective(folder)) & (table["year"] == year)]


def _targets_of(folder: Folder, arm: str) -> Iterator[Said]:
    """Yield how likely an arm reaches each target, and the base."""
    experiment: Any = folder.experiment
    rows, base = _rows(folder), folder.scenario.name
    for row in rows[(rows["variant"] == arm) & rows["outcome"].str.startswith(TARGET_ROW)].itertuples():
        target = experiment.targets()[str(row.outcome).removeprefix(TARGET_ROW)]
        worlds = _worlds(int(row.pairs))
        what = Said(
            f"base: {base}; probability, and paired difference from the base, each with its 95 % interval; {worlds.en}",
            f"基准为{base}；概率及与基准的配对差值，各附95%区间；{worlds.zh}",
        )
        yield noted(said(chances(row, target)), what)


def _worlds(pairs: int) -> Said:
    return Said(counted(pairs, "world"), f"{pairs}个世界")


def _against(folder: Folder, arm: str) -> Said:
    """Return an arm and what it is held against, and that it is not policy alone that differs, where it is not."""
    held = Said(f"{arm} against {folder.scenario.name}", f"{arm}与{folder.scenario.name}相比")
    alone = not any(not_policy_alone(folder.arms[arm], folder.scenario))
    return held if alone else noted(held, Said("not policy alone", "并非政策单独作用"))


def _arms(folder: Folder) -> list[str]:
    return list(dict.fromkeys(folder.frame("comparison")["variant"]))


def _pairs(folder: Folder) -> int:
    return int(folder.frame("comparison")["pairs"].max())


def _what(folder: Folder) -> Said:
    """Return what differences are: statistic, interval, worlds, and that arms share their luck."""
    return said(differences_are(folder.experiment, folder.scenario.name, _pairs(folder)))


def _objective(folder: Folder) -> str:
    return str(folder.settings["objective"])


def _t(known: Any, folder: Folder) -> Said:
    return said(titled(known, *folder.years))


def _figure(folder: Folder, row: Any) -> Said:
    return effect_figure(outcomes()[row.outcome], row, (row.difference, row.low, row.high), int(row.pairs))


def _difference(folder: Folder, row: Any) -> Said:
    known, ends = outcomes()[row.outcome], (row.difference, row.low, row.high)
    sentence = effect_said(known, row, ends, (folder.years[0], int(row.year)), int(row.pairs))
    return explained(sentence, _what(folder), *two_signs(known, row))


def _tables(folder: Folder) -> Iterator[Table]:
    """Yield the main outcomes of each arm: level and difference."""
    rows, pairs = _rows(folder), _pairs(folder)
    head = (OUTCOME, noted(Said("Level", "水平"), level_is(pairs)), noted(EFFECT_HEAD, effect_is(pairs)))
    for arm in _arms(folder):
        of_arm = [r for r in rows[rows["variant"] == arm].itertuples() if r.outcome in names(MAIN)]
        cells: list[SaidRow] = []
        for row in of_arm:
            known = outcomes()[str(row.outcome)]
            level = level_figure(known, (row.level_median, row.level_p5, row.level_p95), int(row.pairs))
            cells.append((_t(known, folder), level, _figure(folder, row)))
        yield Table(_against(folder, arm), head, tuple(cells))


def _unit_costs(folder: Folder) -> Iterator[Said]:
    rows, table = _rows(folder), folder.frame("comparison")
    spending = [arm for arm in _arms(folder) if spends_more(table[table["variant"] == arm])]
    for row in rows[rows["variant"].isin(spending)].itertuples():
        known = outcomes().get(str(row.outcome))
        if known and row.found == Found.COST and row.low > 0 and known.better == MORE and row.outcome in names(MAIN):
            told = named(_against(folder, str(row.variant)), said(cost_of(row, known, folder.years[0])))
            worlds = _worlds(int(row.pairs))
            what = Said(f"mean over mean, 95 % interval; {worlds.en}", f"均值之比，95%区间；{worlds.zh}")
            yield noted(told, what)


def _cells(folder: Folder, rows: pd.DataFrame) -> tuple[SaidRow, ...]:
    pairs = _pairs(folder)
    names = clusters(folder)
    cells = []
    for row in rows.itertuples():
        ends = (row.difference, row.low, row.high)
        figure = effect_figure(outcomes()[str(row.outcome)], row, ends, pairs)
        name = names.get(str(row.group), Said(str(row.group), str(row.name_zh)))
        cells.append((name, figure, VERDICTS[str(row.verdict)]))
    return tuple(cells)
