"""What the folder of a comparison says: every arm against the base, in the same worlds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.comparison_tables import TARGET_ROW
from sim.experiments.unit_cost import Found
from sim.pages import elsewhere
from sim.pages.folder import Folder
from sim.pages.parts import Body, SaidRow, Table
from sim.pages.said import Said, alike, explained, said
from sim.pages.sentences import EFFECT_HEAD, OUTCOME, effect_figure, effect_said, level_figure, level_said, named
from sim.pages.winners import VERDICTS, clusters, winners
from sim.report.comparison_console import best_by, chances, cost_of, differences_are, spends_more
from sim.report.quoted import titled
from sim.tables.catalogue import MAIN, MORE, PUBLIC_MONEY, names, outcomes
from sim.tables.rounded import percent

_GROUP = "value_added"


def answer(folder: Folder) -> Body:
    """Return for each arm how its chance of the first target, or the outcome that ranks arms, differs from the base."""
    rows, more = _rows(folder), []
    lead = []
    for arm in _arms(folder):
        of_arm = rows[rows["variant"] == arm]
        targets = [row for row in of_arm.itertuples() if str(row.outcome).startswith(TARGET_ROW)]
        told = [named(alike(arm), said(chances(row, _target(folder, row)))) for row in targets]
        objective = of_arm[of_arm["outcome"] == _objective(folder)]
        told += [named(alike(arm), _difference(folder, row)) for row in objective.itertuples()]
        lead += told[:1]
        more += told[1:]
    best = "、".join(f"{row.arm} {percent(row.chance_best)}" for row in folder.frame("ranking").itertuples())
    ranked = named(said(best_by(folder.experiment, folder.years[1])), Said(best.replace("、", ", "), best))
    return Body((*lead[:2], ranked), (*lead[2:], *more), tuple(_tables(folder)))


def anyway(folder: Folder) -> Body:
    """Return where the base stands: that is what each arm is held against."""
    base = folder.scenario
    rows = _rows(folder).drop_duplicates("outcome")
    levels = [
        (outcomes()[str(row.outcome)], (row.base_median, row.base_p5, row.base_p95))
        for row in rows.itertuples()
        if row.outcome in names(MAIN)
    ]
    pairs = _pairs(folder)
    title = Said(f"Under {base.name}, the base", f"基准（{base.name}）")
    lead = [named(title, level_said(known, ends, folder.years, pairs)) for known, ends in levels[:1]]
    cells = tuple((said(titled(known, *folder.years)), level_figure(known, ends, pairs)) for known, ends in levels)
    told = Said(f"{base.title.en}: every difference is against it", f"{base.title.zh}：各项差值均与之相比")
    return Body((*lead, told), (_what(folder),), (Table(title, (OUTCOME, title), cells),))


def cost(folder: Folder) -> Body:
    """Return how much more public money each arm takes by year, and what one more of an outcome cost, where known."""
    table, known = folder.frame("comparison"), outcomes()[PUBLIC_MONEY]
    rows = table[table["outcome"] == PUBLIC_MONEY]
    last = rows[rows["year"] == folder.years[1]]
    lead = tuple(named(alike(row.variant), _difference(folder, row)) for row in last.itertuples())
    by_year = tuple(
        (Said(f"{r.variant}, {r.year}", f"{r.variant}，{r.year}年"), _figure(folder, r)) for r in rows.itertuples()
    )
    title = Said(f"{known.english} by year", f"逐年{known.chinese}")
    head = (Said("Arm and year", "方案与年份"), EFFECT_HEAD)
    return Body(lead[:2], (*lead[2:], *_unit_costs(folder)), (Table(title, head, by_year),))


def groups(folder: Folder) -> Body:
    """Return which clusters and sizes have more value added or revenue under each arm, and which have less."""
    table = folder.frame("winners")
    lead, tables = [], []
    for arm in _arms(folder):
        rows = table[table["variant"] == arm]
        known, chosen = outcomes()[_GROUP], rows[(rows["outcome"] == _GROUP) & (rows["level"] == "cluster")]
        told = dict(zip(chosen["group"], chosen["verdict"], strict=True))
        lead.append(named(alike(arm), winners(folder, known, told)))
        for (level, name), of in rows.groupby(["level", "outcome"], sort=False):
            known = outcomes()[str(name)]
            title = Said(f"{arm}, {level}: {_t(known, folder).en}", f"{arm}：{_t(known, folder).zh}")
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


def _arms(folder: Folder) -> list[str]:
    return list(dict.fromkeys(folder.frame("comparison")["variant"]))


def _pairs(folder: Folder) -> int:
    return int(folder.frame("comparison")["pairs"].max())


def _what(folder: Folder) -> Said:
    """Return what differences are: statistic, interval, worlds, and that arms share their luck."""
    return said(differences_are(folder.experiment, folder.scenario.name, _pairs(folder)))


def _objective(folder: Folder) -> str:
    return str(folder.settings["objective"])


def _target(folder: Folder, row: Any) -> Any:
    experiment: Any = folder.experiment
    return experiment.targets()[row.outcome.removeprefix(TARGET_ROW)]


def _t(known: Any, folder: Folder) -> Said:
    return said(titled(known, *folder.years))


def _figure(folder: Folder, row: Any) -> Said:
    return effect_figure(outcomes()[row.outcome], row, (row.difference, row.low, row.high), int(row.pairs))


def _difference(folder: Folder, row: Any) -> Said:
    known, ends = outcomes()[row.outcome], (row.difference, row.low, row.high)
    sentence = effect_said(known, row, ends, (folder.years[0], int(row.year)), int(row.pairs))
    return explained(sentence, _what(folder))


def _tables(folder: Folder) -> Iterator[Table]:
    """Yield the main outcomes of each arm: level and difference."""
    rows = _rows(folder)
    for arm in _arms(folder):
        of_arm = [r for r in rows[rows["variant"] == arm].itertuples() if r.outcome in names(MAIN)]
        cells: list[SaidRow] = []
        for row in of_arm:
            known = outcomes()[str(row.outcome)]
            level = level_figure(known, (row.level_median, row.level_p5, row.level_p95), int(row.pairs))
            cells.append((_t(known, folder), level, _figure(folder, row)))
        yield Table(alike(arm), (OUTCOME, Said("Level", "水平"), EFFECT_HEAD), tuple(cells))


def _unit_costs(folder: Folder) -> Iterator[Said]:
    rows, table = _rows(folder), folder.frame("comparison")
    spending = [arm for arm in _arms(folder) if spends_more(table[table["variant"] == arm])]
    for row in rows[rows["variant"].isin(spending)].itertuples():
        known = outcomes().get(str(row.outcome))
        if known and row.found == Found.COST and row.low > 0 and known.better == MORE and row.outcome in names(MAIN):
            yield named(alike(row.variant), said(cost_of(row, known, folder.years[0])))


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
