"""One workbook of all tables of a finished experiment, `tables.xlsx`: for who opens Excel and nothing else.

It is made from the folder alone, so that a command and a folder that was finished long ago give the same.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.experiments.folder import read_hashes
from sim.experiments.manifest import read_identity
from sim.pages import xlsx
from sim.pages.contents import asked_of
from sim.pages.sheets import WrittenSheet, header, sheet_names, sheets_of
from sim.pages.xlsx import Page, Value
from sim.report.listing import width
from sim.report.reference import unit as in_both_languages
from sim.scenario.files import ScenarioError
from sim.tables.written import TEXT, TitledColumn

WORKBOOK = "tables.xlsx"
CONTENTS, COLUMNS = "contents 目录", "columns 列"
_CONTENTS_WIDTHS = (30, 60, 60, 12, 26)
_NARROW, _WIDE = 10, 44  # characters
_LOOKED_AT = 200  # rows that tell how wide a column is
_HIGH = 90.0  # points: six lines


def in_a_workbook(folder: Path) -> dict[str, bytes]:
    """Return the workbook of a finished experiment by file name; the same bytes each time.

    Raises:
        ScenarioError: if the folder holds no finished experiment.
    """
    known, hashes = read_identity(folder), read_hashes(folder)
    if not hashes or not all(written for name, written in hashes.items() if name != WORKBOOK):
        raise ScenarioError(
            f"{folder}: its experiment is not finished, so it has no tables; run the same command again "
            "('clustersim status' tells how far it is)"
        )
    return {WORKBOOK: _workbook(folder, known)}


def _workbook(folder: Path, known: Mapping[str, Any]) -> bytes:
    found = sheets_of(folder, known)
    shown = [sheet for sheet in found if not sheet.left_out]
    first, *names, last = sheet_names([CONTENTS, *(sheet.table for sheet in shown), COLUMNS])
    named = dict(zip((sheet.table for sheet in shown), names, strict=True))
    contents = Page(first, _CONTENTS_WIDTHS, (), list(_contents(folder, known, found, named)), wrapped=True)
    tables = [_page(name, sheet) for name, sheet in zip(names, shown, strict=True)]
    file = io.BytesIO()
    xlsx.write(file, str(next(iter(known["scenarios"]))), [contents, *tables, _explained(last, found)])
    return file.getvalue()


def _contents(
    folder: Path, known: Mapping[str, Any], found: Sequence[WrittenSheet], names: Mapping[str, str]
) -> Iterator[Sequence[Value]]:
    """Yield what was asked, and what each sheet holds."""
    yield from asked_of(folder, known)
    yield ()
    yield "Sheet 表页", "What it holds", "内容", "Rows 行数", "File 文件"
    for sheet in found:
        yield names.get(sheet.table, "-"), *sheet.title, sheet.length, sheet.path.name
        if sheet.left_out:
            yield None, *sheet.left_out


def _page(name: str, sheet: WrittenSheet) -> Page:
    """Return one table below its heads."""
    rows = [[_value(cell, column) for cell, column in zip(row, sheet.columns, strict=True)] for row in sheet.rows()]
    heads = [header(column) for column in sheet.columns]
    return Page(name, _widths(heads, rows), heads, rows, height=_HIGH)


def _explained(name: str, found: Sequence[WrittenSheet]) -> Page:
    """Return what each column of each CSV file is."""
    heads = ("File 文件", "Column 列", "Title", "标题", "Unit 单位")
    rows = [
        (sheet.path.name, column, held.english, held.chinese, in_both_languages(held.unit))
        for sheet in found
        for column, held in zip(sheet.names, sheet.columns, strict=True)
    ]
    return Page(name, _widths(heads, rows), heads, rows)


def _widths(heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> list[int]:
    """Return how wide columns must be for their cells, and for heads that take several lines."""
    found = []
    for place, head in enumerate(heads):
        cells = max((width(_shown(row[place])) for row in rows[:_LOOKED_AT]), default=0)
        longest = max(width(line) for line in head.split("\n"))
        found.append(min(max(cells + 2, longest // 2 + 3, _NARROW), _WIDE))
    return found


def _shown(value: Value) -> str:
    return "" if value is None else f"{value:,.0f}.00" if isinstance(value, float) else str(value)


def _value(cell: str, column: TitledColumn) -> Value:
    """Return a number where the column holds numbers and the cell is one, else its text; nothing of an empty one."""
    if not cell:
        return None
    if column.unit == TEXT:
        return cell
    try:
        number = float(cell)
    except ValueError:
        return cell
    if abs(number) < float("inf"):
        return int(cell) if cell.lstrip("-").isdecimal() else number
    return cell
