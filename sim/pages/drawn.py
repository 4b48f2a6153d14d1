"""The assumed numbers that a page names, each with the range that worlds draw from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.pages.folder import Folder
from sim.pages.parts import SaidRow, Table
from sim.pages.said import Said, alike
from sim.report.reference import unit_zh
from sim.tables.numbers import Number

_HEAD = (Said("Number", "参数"), Said("Range", "取值范围"), Said("What the range rests on", "依据"))


def ranges(folder: Folder, names: Iterable[str]) -> tuple[Table, ...]:
    """Return a table of numbers with meaning, range and source; nothing where none of the names is a number's."""
    rows = tuple(_rows(folder, names))
    title = Said("The numbers named here, and the range from which they are drawn", "上述参数及其取值范围")
    return (Table(title, _HEAD, rows),) if rows else ()


def _rows(folder: Folder, names: Iterable[str]) -> Iterator[SaidRow]:
    known = folder.scenario.city_tables.numbers
    for name in names:
        if name in known:
            yield _name(known[name]), _range(known[name]), alike(f"{known[name].source} ({known[name].grade})")


def _name(number: Number) -> Said:
    return Said(f"{number.meaning} ({number.name})", f"{number.meaning_zh}（{number.name}）")


def _range(number: Number) -> Said:
    """Return the range, with the value that stands for it."""
    figures = f"{number.value:g} [{number.low:g}, {number.high:g}]"
    return Said(f"{figures} {number.unit}", f"{figures}{unit_zh(number.unit)}")
