"""Every spreadsheet that a user hands in, .xlsx or .csv: its sheets as rows of plain values, nothing understood yet."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.tables.files import FileTooLarge, TableError, bytes_of
from sim.tables.units import BYTES_PER_MB

SUFFIXES = (".xlsx", ".csv")
_ENCODINGS = ("utf-8-sig", "gb18030")  # what Excel writes in China, with and without a mark
_DELIMITERS = (",", "\t", ";")
_LARGEST_MB, _LARGEST_UNPACKED_MB, _MOST_ROWS = 50, 500, 200_000
_LETTERS = 26
_SHEETS, _FORMULA = "worksheets/", re.compile(rb"<f[ />]")  # where formulas stand in an .xlsx file

Cells = list[Any]


class Unsaved(str):
    """A formula whose value the file does not hold: a program wrote it, and nothing has worked it out since."""

    __slots__ = ()


NOT_SAVED = (
    "is a formula whose value is not saved in the file; open the file in Excel and save it again, or write the value "
    "itself"
)


class SpreadsheetError(TableError):
    """One or more things wrong with a spreadsheet, one line each."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One sheet.

    Attributes:
        file: the file as the user wrote it. name: of the sheet, empty in a .csv file. rows: values by row and column,
            None where nothing stands; the first row is the sheet's row 1.
    """

    file: str
    name: str
    rows: list[Cells]

    def place(self, row: int, column: int | None = None, header: str = "") -> str:
        """Return where a value stands, as the user finds it; row and column count from 0."""
        parts = [f"sheet {self.name}"] * bool(self.name) + [f"row {row + 1}"]
        if column is not None:
            letter = letters(column) if self.name else str(column + 1)
            parts.append(f"column {letter}{f' {header}' if header else ''}")
        return f"{self.file}: {', '.join(parts)}"


def letters(column: int) -> str:
    """Return the letters of a column, counted from 0: A, B, ... Z, AA."""
    above, place = divmod(column, _LETTERS)
    return (letters(above - 1) if above else "") + chr(ord("A") + place)


def is_empty(value: Any) -> bool:
    """Tell whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_sheets(path: Path, largest_mb: int = _LARGEST_MB) -> list[Worksheet]:
    """Return the sheets of a file in their order; `largest_mb` is the size up to which it is read.

    Raises:
        SpreadsheetError: if it cannot be read, is neither kind, or is too large.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise SpreadsheetError(f"{path}: a spreadsheet ends in .xlsx or .csv; save it as one of them")
    try:
        data = bytes_of(path, int(largest_mb * BYTES_PER_MB))
    except FileTooLarge:
        raise SpreadsheetError(f"{path}: is larger than {largest_mb} MB; leave out what is no table") from None
    except OSError as error:
        raise SpreadsheetError(
            f"{path}: cannot be read ({error.strerror}); write the path of an existing file"
        ) from None
    return _csv(data, path) if path.suffix.lower() == ".csv" else _workbook(data, path)


def _csv(data: bytes, path: Path) -> list[Worksheet]:
    text = _decoded(data, path)
    delimiter = max(_DELIMITERS, key=text.split("\n", 1)[0].count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = _kept(([cell or None for cell in row] for row in reader), str(path))
    except csv.Error as error:
        raise SpreadsheetError(f"{path}: is not a table ({error}); save it again as CSV UTF-8") from None
    return [Worksheet(str(path), "", rows)]


def _decoded(data: bytes, path: Path) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SpreadsheetError(f"{path}: is neither UTF-8 nor GB 18030; save it again as CSV UTF-8")


def _workbook(data: bytes, path: Path) -> list[Worksheet]:
    openpyxl = excel(path)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            if unpacked > _LARGEST_UNPACKED_MB * BYTES_PER_MB:
                raise SpreadsheetError(
                    f"{path}: unpacks to more than {_LARGEST_UNPACKED_MB} MB; leave out what is no table"
                )
            formulas = any(_FORMULA.search(packed.read(name)) for name in packed.namelist() if _SHEETS in name)
    except zipfile.BadZipFile:
        raise SpreadsheetError(
            f"{path}: is no .xlsx workbook (an old .xls, or locked with a password?); save it again as .xlsx"
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and rules that a table does not need
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            if not formulas:
                return [_sheet(sheet, str(path), _plain(sheet)) for sheet in book.worksheets]
            written = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            pairs = zip(book.worksheets, written.worksheets, strict=True)
            return [_sheet(sheet, str(path), _worked_out(sheet, own)) for sheet, own in pairs]
    except SpreadsheetError:
        raise
    except Exception as error:  # the library raises whatever a broken part of the file makes it
        raise SpreadsheetError(
            f"{path}: cannot be read as a workbook ({type(error).__name__}); open it in Excel and save it again"
        ) from None


def excel(path: Path) -> Any:
    """Return the library that reads and writes workbooks.

    Raises:
        SpreadsheetError: if it is not installed.
    """
    try:
        import openpyxl
    except ImportError:
        raise SpreadsheetError(
            f"{path}: a workbook needs openpyxl; pip install openpyxl, or save the sheet as .csv"
        ) from None
    return openpyxl


def _sheet(sheet: Any, file: str, rows: Iterator[Cells]) -> Worksheet:
    return Worksheet(file, sheet.title, _kept(rows, file))


def _plain(sheet: Any) -> Iterator[Cells]:
    sheet.reset_dimensions()  # what a file says of its own size may be wrong
    for row in sheet.iter_rows(values_only=True):
        yield list(row)


def _worked_out(sheet: Any, written: Any) -> Iterator[Cells]:
    """Yield the rows of a sheet, in which a formula without a value is not empty; `written` is it with its formulas."""
    sheet.reset_dimensions()
    written.reset_dimensions()
    for values, formulas in zip(sheet.iter_rows(), written.iter_rows(), strict=True):
        yield [
            Unsaved(own.value) if own.data_type == "f" and _is_missing(cell) else cell.value
            for cell, own in zip(values, formulas, strict=True)
        ]


def _is_missing(cell: Any) -> bool:
    return cell.value is None and cell.data_type != "str"  # else the value is a text without signs


def _kept(rows: Any, file: str) -> list[Cells]:
    """Return the rows up to the last one that holds something."""
    kept: list[Cells] = []
    last = 0
    for row in rows:
        kept.append(row)
        if not all(is_empty(cell) for cell in row):
            last = len(kept)
        if last > _MOST_ROWS:
            raise SpreadsheetError(f"{file}: has more than {_MOST_ROWS:,} rows; leave out what is no table")
    return kept[:last]
