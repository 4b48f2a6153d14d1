"""What the folder of a study of sensitivity says: which assumed numbers decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.experiments.screening_table import told_of
from sim.pages import elsewhere
from sim.pages.drawn import ranges
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.references import apart
from sim.pages.said import Said, alike, explained, figures, joined, said
from sim.pages.sentences import named
from sim.report.quoted import as_read, between, titled, units
from sim.report.sensitivity_console import DIRECTIONS, NOTHING_CHANGES, WORTH, how_many, screening, worth_knowing
from sim.tables.catalogue import Outcome, outcomes
from sim.tables.numbers import Number

_MOST, _ROWS, _PAIR = 3, 15, 2
_NO_CHOICE = Said(
    "One scenario alone was looked at, so there is no choice that a number could change; name another to compare.",
    "仅考察一个情景，没有可供选择的方案，谈不上哪个参数会改变选择；请另写一个情景作比较。",
)


def answer(folder: Folder) -> Body:
    """Return the numbers that move the outcome most: its level under the base, and what each other arm differs by."""
    looked = _looked_at(folder)
    sentences = [explained(_strongest(folder, of), said(screening(folder.experiment))) for of in looked]
    return Body(
        tuple(sentences[:2]), tuple(sentences[2:]), tuple(_table(folder, of) for of in looked if _any_told(folder, of))
    )


def anyway(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.anyway(folder)


def cost(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.told_by(folder, "run {}")


def groups(folder: Folder) -> Body:
    """Return which command tells it."""
    return elsewhere.groups(folder)


def decides(folder: Folder) -> Body:
    """Return which numbers could change the choice of arm, and the ranges of those that move the outcome most."""
    table = folder.frame("screening")
    names = list(dict.fromkeys(told_of(table)["number"]))[:_ROWS]
    if len(folder.arms) < _PAIR:
        return Body((_NO_CHOICE,), (), ranges(folder, names))
    deciding, arms = worth_knowing(folder.table("value_of_knowing")), _between(folder)
    if deciding is None or deciding.empty:
        return Body((explained(said(NOTHING_CHANGES), arms),), (), ranges(folder, names))
    known = _outcome(folder)
    unit, title = Said(*units(known)), said(titled(known, *folder.years))
    told = joined(
        named(_number(folder, row.number), figures(between(*as_read(known.name, row.value, row.low, row.high))))
        for row in deciding.head(_MOST).itertuples()
    )
    sentence = named(said(WORTH), Said(f"{title.en}: {told.en} {unit.en}", f"{title.zh}：{told.zh}{unit.zh}"))
    return Body((explained(sentence, arms),), (), ranges(folder, [*deciding["number"], *names]))


def _between(folder: Folder) -> Said:
    """Say between which arms the choice is, by what, and of which numbers that was asked: the strongest alone."""
    names, title = apart(folder.arms).values(), said(titled(_outcome(folder), *folder.years))
    worth = folder.table("value_of_knowing")
    strong = [] if worth is None else [str(name) for name in worth["number"] if str(name) in _numbers(folder)]
    return Said(
        f"The choice is by {title.en} between: {'; '.join(name.en for name in names)}. Asked of the strongest numbers "
        f"alone: {', '.join(strong)}",
        f"选择依据为{title.zh}，可选方案：{'；'.join(name.zh for name in names)}。"
        f"仅考察影响最大的参数：{'、'.join(strong)}",
    )


def _numbers(folder: Folder) -> Mapping[str, Number]:
    return folder.scenario.city_tables.numbers


def _looked_at(folder: Folder) -> list[str]:
    """Return what was looked at, the level of the base first."""
    found, base = list(dict.fromkeys(folder.frame("screening")["of"])), folder.scenario.name
    return sorted(found, key=lambda of: of != base)


def _of(folder: Folder, of: str) -> Said:
    """Return what is looked at: the level under the base, or what an arm differs from it by."""
    title, base, names = said(titled(_outcome(folder), *folder.years)), folder.scenario.name, apart(folder.arms)
    if of == base:
        return Said(f"{title.en}, level under {base}", f"{title.zh}，{base}的水平")
    arm = of.removesuffix(f" - {base}")
    return Said(f"{title.en}, difference of {names[arm].en} from {base}", f"{title.zh}，{names[arm].zh}与{base}之差")


def _any_told(folder: Folder, of: str) -> bool:
    table = folder.frame("screening")
    return not told_of(table[table["of"] == of]).empty


def _strongest(folder: Folder, of: str) -> Said:
    """Say which numbers move it most, and by how much."""
    rows = folder.frame("screening")
    rows = rows[rows["of"] == of]
    many = Said(*how_many(rows))
    if told_of(rows).empty:
        return named(_of(folder, of), many)
    told = joined(_moved(folder, row) for row in told_of(rows).head(_MOST).itertuples())
    unit = Said(*units(_outcome(folder)))
    return named(_of(folder, of), Said(f"{many.en}; {told.en} {unit.en}", f"{many.zh}；{told.zh}{unit.zh}"))


def _outcome(folder: Folder) -> Outcome:
    return outcomes()[str(folder.settings["objective"])]


def _number(folder: Folder, name: str) -> Said:
    known = _numbers(folder).get(name)
    return Said(f"{known.meaning} ({name})", f"{known.meaning_zh}（{name}）") if known else alike(name)


def _moved(folder: Folder, row: Any) -> Said:
    return named(_number(folder, row.number), figures(_effect(folder, row)))


def _effect(folder: Folder, row: Any) -> str:
    return between(*as_read(_outcome(folder).name, row.effect, row.effect_low, row.effect_high))


def _table(folder: Folder, of: str) -> Table:
    table, unit = folder.frame("screening"), Said(*units(_outcome(folder)))
    cells = []
    for row in told_of(table[table["of"] == of]).head(_ROWS).itertuples():
        way = Said(*DIRECTIONS[str(row.direction)])
        cells.append((_number(folder, str(row.number)), figures(_effect(folder, row)), way))
    heads = (Said("Number", "参数"), unit, Said("Direction", "方向"))
    return Table(named(_of(folder, of), said(screening(folder.experiment))), heads, tuple(cells))
