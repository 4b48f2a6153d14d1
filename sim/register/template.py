"""An empty register to fill in: a workbook with a sheet for the firms and one that explains each column."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sim.register.columns import CHOICE, EITHER, REQUIRED, RegisterColumn, choices, columns
from sim.register.headers import SHEETS
from sim.register.register import NamedCluster, PublicFirm
from sim.tables.spreadsheet import SUFFIXES, SpreadsheetError, excel, letters

_EXPLAINED, _CLUSTERS, _NAMED = "columns 各列说明", "clusters 产业集群", "named firms 公开企业"
_REQUIRED = {REQUIRED: "required 必填", EITHER: "name or code 名称或代码", "": "", "no": "optional 选填"}
_EXPLANATION = (
    "column 列",
    "fill in 是否必填",
    "units 可用单位",
    "values 可填内容",
    "least 下限",
    "most 上限",
    "example 示例",
    "meaning",
    "含义",
)
_TEXT, _LAST_ROW = "@", 100_000
_WIDTH, _WIDE = 16, 60
_LONGEST_LIST = 250  # what Excel lets a list in a rule hold, its quotes left out
_AS_TEXT = ("code", "text", "group")  # kinds whose digits must not become numbers


def template(path: Path, clusters: Sequence[NamedCluster], public: Sequence[PublicFirm] = ()) -> bytes:
    """Return the file as bytes: a workbook, or a header alone for .csv.

    Raises:
        SpreadsheetError: if the name of the file ends in neither, or the library for workbooks is missing.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise SpreadsheetError(f"{path}: a register is an .xlsx or .csv file; write a name that ends so")
    return _csv() if kind == ".csv" else _workbook(path, clusters, public)


def _csv() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([column.header for column in columns().values()])
    return text.getvalue().encode("utf-8-sig")


def _workbook(path: Path, clusters: Sequence[NamedCluster], public: Sequence[PublicFirm]) -> bytes:
    book = excel(path).Workbook()
    sheet = book.active
    sheet.title = SHEETS[0]
    _sheet(sheet, [[column.header for column in columns().values()]])
    for place, column in enumerate(columns().values()):
        _prepare(sheet, letters(place), column, clusters)
    _sheet(book.create_sheet(_EXPLAINED), [list(_EXPLANATION), *(_explained(c) for c in columns().values())], wide=True)
    rows = [[c.identifier, c.code, c.english, c.chinese] for c in clusters]
    _sheet(book.create_sheet(_CLUSTERS), [["identifier 标识", "code 代码", "English 英文名", "Chinese 中文名"], *rows])
    named = [[firm.chinese, firm.english, clusters[firm.cluster].chinese] for firm in public]
    _sheet(book.create_sheet(_NAMED), [["Chinese 中文名", "English 英文名", "cluster 集群"], *named])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet(sheet: Any, rows: list[list[str]], *, wide: bool = False) -> None:
    """Write rows below a bold header that stays in sight."""
    from openpyxl.styles import Alignment, Font

    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        long = wide and cell.column > len(_EXPLANATION) - 2
        sheet.column_dimensions[cell.column_letter].width = _WIDE if long else _WIDTH
    sheet.freeze_panes = "A2"


def _prepare(sheet: Any, letter: str, column: RegisterColumn, clusters: Sequence[NamedCluster]) -> None:
    """Keep codes and names as text, and offer the words of a choice."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if column.kind in _AS_TEXT:
        sheet.column_dimensions[letter].number_format = _TEXT
    offered = {"cluster": [c.chinese for c in clusters], CHOICE: [c.shown for c in choices(column.name)]}.get(
        column.kind
    )
    if offered and len(",".join(offered)) < _LONGEST_LIST:
        rule = DataValidation(type="list", formula1=f'"{",".join(offered)}"', allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")


def _explained(column: RegisterColumn) -> list[str]:
    """Return the row of the explanation sheet."""
    values = "; ".join(choice.shown for choice in choices(column.name)) or _offered(column)
    units = ", ".join(column.units)
    return [
        column.header,
        _REQUIRED[column.required],
        units,
        values,
        _end(column.low, column),
        _end(column.high, column),
        column.example,
        column.meaning,
        column.meaning_zh,
    ]


def _offered(column: RegisterColumn) -> str:
    return "see the sheet of clusters 见集群表" if column.kind == "cluster" else ""


def _end(value: float, column: RegisterColumn) -> str:
    """Return an end in the unit that the template asks for."""
    if not column.units or math.isinf(value):
        return ""
    return f"{value / column.units[column.unit.casefold()]:,.12g}"
