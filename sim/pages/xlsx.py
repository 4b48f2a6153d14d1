"""Writes a workbook (Office Open XML) from rows of plain values: openpyxl takes a minute for what this writes in one or
two seconds, and puts the time of day into every file.

A text is always a text cell, marked (`quotePrefix`) where it begins like a formula, so that it stays one if somebody
edits it; what is not seen in it is written out. The same pages, the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sim.tables.printable import printable, shortened
from sim.tables.spreadsheet import letters

Value = str | int | float | None
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MADE = "2022-02-01T00:00:00Z"  # a time of its own would make it another file each time
_LONGEST_TEXT = 32_767  # signs of a cell
_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")  # read as the character of that number, so it is written out itself
_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t")
_UNIX = 3
# Styles by place: plain text, text like a formula, head, text that wraps, then the shapes of numbers.
_WORDS, _MARKED, _BOLD, _WRAPPED, _FIRST_SHAPE = range(5)
_SHAPES = ("0", "#,##0", "0.0", "0.00", "0.000", "0.00E+00")
_LEAST = ((100.0, 1), (10.0, 2), (1.0, 3), (0.001, 4))  # from which size a number is shown in which shape


@dataclass(frozen=True)
class Page:
    """One sheet.

    Attributes:
        name: as a workbook may hold it. widths: of its columns, in characters. heads: its first row, or nothing; it
            stays in sight and filters. rows: below it; a number, a text or nothing in each cell. wrapped: texts may
            take several lines. height: of the first row, in points; 0 leaves it to the reader.
    """

    name: str
    widths: Sequence[float]
    heads: Sequence[str]
    rows: Iterable[Sequence[Value]]
    wrapped: bool = False
    height: float = 0.0


def write(file: IO[bytes], title: str, pages: Sequence[Page]) -> None:
    """Write a workbook.

    Args:
        title: of the document.
    """
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in _frame(title, pages):
            archive.writestr(_entry(name), _HEAD + content)
        for number, page in enumerate(pages, 1):
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as entry:
                for piece in _sheet(page):
                    entry.write(piece.encode())


def text_of(value: str) -> str:
    """Return a text as a cell may hold it: what is not seen is written out, what is too long is cut."""
    return shortened(_ESCAPED.sub("_x005F_", printable(value)), _LONGEST_TEXT)


def _entry(name: str) -> ZipInfo:
    """Return an entry of an archive with the earliest time that one may have."""
    entry = ZipInfo(name)
    entry.compress_type, entry.create_system = ZIP_DEFLATED, _UNIX
    return entry


def _frame(title: str, pages: Sequence[Page]) -> Iterator[tuple[str, str]]:
    """Yield every part of the file but the sheets."""
    numbers = range(1, len(pages) + 1)
    parts = [("xl/workbook.xml", f"{_KIND}.sheet.main+xml"), ("xl/styles.xml", f"{_KIND}.styles+xml")]
    parts += [(f"xl/worksheets/sheet{n}.xml", f"{_KIND}.worksheet+xml") for n in numbers]
    parts += [("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml")]
    kinds = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in parts)
    usual = "application/vnd.openxmlformats-package.relationships+xml"
    yield (
        "[Content_Types].xml",
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="{usual}"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
    )
    core = f"{_PACKAGE}/relationships/metadata/core-properties"
    yield "_rels/.rels", _links([(f"{_OFFICE}/officeDocument", "xl/workbook.xml"), (core, "docProps/core.xml")])
    sheets = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield "xl/_rels/workbook.xml.rels", _links([*sheets, (f"{_OFFICE}/styles", "styles.xml")])
    yield (
        "docProps/core.xml",
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(text_of(title))}</dc:title><dc:creator>clustersim</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{_MADE}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{_MADE}</dcterms:modified></cp:coreProperties>',
    )
    named = "".join(
        f'<sheet name={quoteattr(page.name)} sheetId="{n}" r:id="rId{n}"/>' for n, page in enumerate(pages, 1)
    )
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets></workbook>'
    yield "xl/styles.xml", _styles()


def _links(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _styles() -> str:
    first = 164  # numbers below belong to shapes that every program knows
    shapes = "".join(f'<numFmt numFmtId="{first + n}" formatCode={quoteattr(s)}/>' for n, s in enumerate(_SHAPES))
    plain, top = (
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"',
        '<alignment vertical="top" wrapText="1"/>',
    )
    looks = [
        f"{plain}/>",
        f'{plain} quotePrefix="1"/>',
        f'<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" applyAlignment="1">{top}</xf>',
        f'{plain} applyAlignment="1">{top}</xf>',
        *(
            f'<xf numFmtId="{first + n}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
            for n in range(len(_SHAPES))
        ),
    ]
    font = '<sz val="11"/><name val="Calibri"/>'
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="{len(_SHAPES)}">{shapes}</numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def _sheet(page: Page) -> Iterator[str]:
    """Yield the pieces of one sheet."""
    columns = [letters(place) for place in range(len(page.widths))]
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if page.heads else ""
    widths = "".join(f'<col min="{n}" max="{n}" width="{w:g}" customWidth="1"/>' for n, w in enumerate(page.widths, 1))
    view = f'<sheetViews><sheetView workbookViewId="0">{frozen}</sheetView></sheetViews>'
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}">{view}'
    yield f"<cols>{widths}</cols><sheetData>" if widths else "<sheetData>"
    number = first = int(bool(page.heads))
    if page.heads:
        high = f' ht="{page.height:g}" customHeight="1"' if page.height else ""
        cells = "".join(_text(f"{column}1", head, _BOLD) for column, head in zip(columns, page.heads, strict=True))
        yield f'<row r="1"{high}>{cells}</row>'
    for number, row in enumerate(page.rows, first + 1):
        cells = "".join(
            _cell(f"{column}{number}", value, page.wrapped)
            for column, value in zip(columns, row, strict=False)
            if value is not None
        )
        yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData>"
    if page.heads:
        yield f'<autoFilter ref="A1:{columns[-1]}{number}"/>'
    yield "</worksheet>"


def _cell(place: str, value: str | int | float, wrapped: bool) -> str:
    if isinstance(value, str):
        return _text(place, value, _WRAPPED if wrapped else _MARKED if value.startswith(_LIKE_A_FORMULA) else _WORDS)
    return f'<c r="{place}" s="{_FIRST_SHAPE + _shape(value)}"><v>{value!r}</v></c>'


def _text(place: str, value: str, style: int) -> str:
    said = escape(text_of(value))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{said}</t></is></c>'


def _shape(value: float) -> int:
    """Return the shape in which about three digits of a number are seen; the cell holds all."""
    size = abs(value)
    if isinstance(value, int) or not size:
        return 1 if size >= 10_000 else 0  # years have no comma
    return next((shape for least, shape in _LEAST if size >= least), len(_SHAPES) - 1)
