"""What the folder of a search says: the cheapest package that reaches a target."""

from __future__ import annotations

from typing import Any

from sim.experiments.search_target import read_target
from sim.pages import elsewhere
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.said import Said, alike, figures, joined, noted, said
from sim.pages.sentences import effect_is, named
from sim.pages.units import lever_range, valued
from sim.report.quoted import since
from sim.report.search_console import NOT_COMPLETE
from sim.report.search_told import ANSWERS, as_told, chance_of, money_of, shown
from sim.scenario.changed import short
from sim.tables.rounded import percent

_VERDICT, _PACKAGE = Said("Verdict", "判断"), Said("Package", "方案")
_SEARCHED = Said("Searched over these values", "搜索的取值")
_VERDICTS = {
    "certified": Said("certified", "通过检验"),
    "infeasible": Said("infeasible, as far as seen", "就搜索所及不可行"),
    "undecided": Said("undecided", "未定"),
}
_CHANCE = Said("Probability in fresh worlds, between its bounds", "新世界中的概率及界限")


def answer(folder: Folder) -> Body:
    """Return the package that is told, with the verdict on it and how likely it reaches the target."""
    row, experiment = _shown(folder), folder.experiment
    wanted, (asked, asked_zh) = folder.settings["probability"], read_target(folder.settings["target"]).sentence()
    target = Said(
        f"To be reached with at least {percent(wanted)}: {asked}", f"要求概率不低于{percent(wanted)}：{asked_zh}"
    )
    if row is None:
        return Body((target, said(NOT_COMPLETE)))
    verdict = named(said(ANSWERS[row["verdict"]]), _package(experiment, row))
    return Body((target, verdict, said(chance_of(row))), (), (_table(folder),))


def anyway(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.anyway(folder)


def cost(folder: Folder) -> Body:
    """Return the public money of the package that is told."""
    row = _shown(folder)
    if row is None:
        return Body((said(NOT_COMPLETE),))
    together = said(since(*folder.years))
    money = figures(money_of(row))
    sentence = Said(
        f"Public money of the package above, {together.en}: {money.en} 亿元",
        f"上述方案的财政投入，{together.zh}：{money.zh}亿元",
    )
    return Body((noted(sentence, effect_is(int(row["fresh_worlds"]))),))


def groups(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.groups(folder)


def decides(folder: Folder) -> Body:
    """Return the levers with the range that was searched."""
    told = [
        named(_SEARCHED, named(alike(short(path)), lever_range(path, low, high)))
        for path, (low, high) in folder.settings["levers"].items()
    ]
    return Body(tuple(told[:3]), (*told[3:], elsewhere.more_of_deciding(folder)))


def _shown(folder: Folder) -> Any:
    table = folder.table("answer")
    return None if table is None or table.empty else shown(table)


def _package(experiment: Any, row: Any) -> Said:
    return joined(valued(path, as_told(row[path])) for path in experiment.levers)


def _table(folder: Folder) -> Table:
    rows = folder.frame("answer")
    cells = tuple(
        (_package(folder.experiment, row), said(chance_of(row)), _VERDICTS[row["verdict"]])
        for _, row in rows.iterrows()
    )
    return Table(
        Said("Packages checked in fresh worlds", "在新的世界中检验过的方案"), (_PACKAGE, _CHANCE, _VERDICT), cells
    )
