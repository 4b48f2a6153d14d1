"""What the folder of a search says: the cheapest package that reaches a target."""

from __future__ import annotations

from typing import Any

from sim.experiments.package_cost import COSTS
from sim.experiments.search_tables import CERTIFIED, NOT_FOUND
from sim.experiments.search_target import read_target
from sim.pages import elsewhere
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.said import Said, alike, figures, joined, noted, said
from sim.pages.sentences import effect_is, named
from sim.pages.units import lever_range, valued
from sim.report.package_told import as_told, levers_of, shown
from sim.report.quoted import since
from sim.report.search_console import NOT_COMPLETE
from sim.report.search_told import ANSWERS, COST, GAINS, chance_of, money_of, without_policy
from sim.scenario.changed import short
from sim.tables.rounded import percent

_VERDICT, _PACKAGE = Said("Verdict", "判断"), Said("Package", "方案")
_SEARCHED = Said("Searched over these values", "搜索的取值")
_VERDICTS = {
    CERTIFIED: Said("certified", "通过检验"),
    NOT_FOUND: Said("not certified", "未通过检验"),
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
    return Body(
        (target, _without(folder, row), verdict, said(chance_of(row))),
        (),
        (_table(folder),),
    )


def anyway(folder: Folder) -> Body:
    """Return how likely the target is reached without any policy."""
    row = _shown(folder)
    return elsewhere.anyway(folder) if row is None else Body((_without(folder, row),))


def _without(folder: Folder, row: Any) -> Said:
    experiment: Any = folder.experiment
    asked = said(read_target(experiment.target).sentence())
    return named(asked, said(without_policy(row, folder.settings["probability"])))


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
    kind = effect_is(int(row["fresh_worlds"]))
    counted, told = said(COSTS[folder.settings["cost"]]), figures(money_of(row, COST))
    whole = Said(
        f"Cost of the package above, {together.en}: {told.en} 亿元", f"上述方案的成本，{together.zh}：{told.zh}亿元"
    )
    gains = []
    for gain, words in GAINS.items():
        (what, what_zh), gained = words, figures(money_of(row, gain))
        told_gain = Said(f"{what}, {together.en}: {gained.en} 亿元", f"{what_zh}，{together.zh}：{gained.zh}亿元")
        gains.append(noted(told_gain, kind))
    return Body((noted(noted(whole, counted), kind), noted(sentence, kind), *gains))


def groups(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.groups(folder)


def decides(folder: Folder) -> Body:
    """Return the levers with the range that was searched."""
    listed = [
        named(_SEARCHED, joined(valued(path, value) for value in values))
        for path, values in folder.settings["listed"].items()
    ]
    told = [
        named(_SEARCHED, named(alike(short(path)), lever_range(path, low, high)))
        for path, (low, high) in folder.settings["levers"].items()
    ]
    told += listed
    return Body(tuple(told[:3]), (*told[3:], elsewhere.more_of_deciding(folder)))


def _shown(folder: Folder) -> Any:
    table = folder.table("answer")
    return None if table is None or table.empty else shown(table)


def _package(experiment: Any, row: Any) -> Said:
    return joined(valued(path, as_told(row[path])) for path in levers_of(experiment))


def _table(folder: Folder) -> Table:
    rows = folder.frame("answer")
    cells = tuple(
        (_package(folder.experiment, row), said(chance_of(row)), _VERDICTS[row["verdict"]])
        for _, row in rows.iterrows()
    )
    return Table(
        Said("Packages checked in fresh worlds", "在新的世界中检验过的方案"), (_PACKAGE, _CHANCE, _VERDICT), cells
    )
