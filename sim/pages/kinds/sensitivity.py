"""What the folder of a study of sensitivity says: which assumed numbers decide."""

from __future__ import annotations

from typing import Any

from sim.pages import elsewhere
from sim.pages.drawn import ranges
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.said import Said, alike, figures, joined, said
from sim.pages.sentences import named
from sim.report.quoted import as_read, between, titled, units
from sim.report.sensitivity_console import NOTHING_CHANGES, SCREENING, WORTH, worth_knowing
from sim.tables.catalogue import Outcome, outcomes

_MOST, _ROWS = 3, 15


def answer(folder: Folder) -> Body:
    """Return the numbers that move the outcome most."""
    table = folder.frame("screening")
    of = list(dict.fromkeys(table["of"]))
    tables = tuple(_table(folder, name) for name in of)
    strongest = joined(_moved(folder, row) for row in table[table["of"] == of[0]].head(_MOST).itertuples())
    title, unit = said(titled(_outcome(folder), *folder.years)), Said(*units(_outcome(folder)))
    what = said(SCREENING)
    sentence = Said(
        f"{title.en}: {strongest.en} {unit.en}. {what.en}", f"{title.zh}：{strongest.zh}{unit.zh}。{what.zh}"
    )
    return Body((sentence,), (), tables)


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
    names = list(dict.fromkeys(table["number"]))[:_ROWS]
    deciding = worth_knowing(folder.table("value_of_knowing"))
    if deciding is None or deciding.empty:
        return Body((said(NOTHING_CHANGES),), (), ranges(folder, names))
    known = _outcome(folder)
    unit = Said(*units(known))
    told = joined(
        named(_number(folder, row.number), figures(between(*as_read(known.name, row.value, row.low, row.high))))
        for row in deciding.head(_MOST).itertuples()
    )
    sentence = named(said(WORTH), Said(f"{told.en} {unit.en}", f"{told.zh}{unit.zh}"))
    return Body((sentence,), (), ranges(folder, [*deciding["number"], *names]))


def _outcome(folder: Folder) -> Outcome:
    return outcomes()[str(folder.settings["objective"])]


def _number(folder: Folder, name: str) -> Said:
    known = folder.scenario.city_tables.numbers.get(name)
    return Said(f"{known.meaning} ({name})", f"{known.meaning_zh}（{name}）") if known else alike(name)


def _moved(folder: Folder, row: Any) -> Said:
    ends = (row.mean_absolute_effect, row.mean_absolute_low, row.mean_absolute_high)
    return named(_number(folder, row.number), figures(between(*as_read(str(folder.settings["objective"]), *ends))))


def _table(folder: Folder, of: str) -> Table:
    table = folder.frame("screening")
    title = Said(f"{of}: {SCREENING[0]}", f"{of}：{SCREENING[1]}")
    unit = Said(*units(_outcome(folder)))
    cells = []
    for row in table[table["of"] == of].head(_ROWS).itertuples():
        ends = (row.mean_absolute_effect, row.mean_absolute_low, row.mean_absolute_high)
        cells.append((_number(folder, str(row.number)), figures(between(*as_read(_outcome(folder).name, *ends)))))
    return Table(title, (Said("Number", "参数"), unit), tuple(cells))
