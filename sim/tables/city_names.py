"""What the names of a city must be: each of one thing alone, and none of them a word that tables use for another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from sim.tables.city_folder import CityFolder, declared_columns
from sim.tables.clusters import OUTSIDE, SUPPLIED
from sim.tables.files import read
from sim.tables.nearest import plain

SCOPES: Mapping[str, str] = {"clusters": "cluster", "named_firms": "named firm", "announced": "project"}
_CALLED = ("key", "code", "name")  # kinds of columns by which a row is called, in a register or by a reader
_ALONE = ("word", "input")  # kinds of columns in which nothing stands twice


def mistaken_names(folder: CityFolder) -> list[str]:
    """Return what is wrong between names: two of one name, a name of two things, a reserved word."""
    told = [line for table in folder.sheets for line in _twice(folder, table)]
    return [*told, *_scopes(folder), *_reserved(folder)]


@cache
def reserved_words() -> dict[str, tuple[str, str]]:
    """Return the words that no cluster, firm or project may be called, with what they stand for in tables, in English
    and in Chinese.
    """
    return {
        **dict.fromkeys(declared_columns()["input_output"], ("column of input_output.csv", "投入产出表的列")),
        **dict.fromkeys((*SUPPLIED, *OUTSIDE), ("good from outside", "集群外购入品")),
        **{row["word"]: (row["meaning"], row["meaning_zh"]) for row in read("reserved_words")},
    }


def _twice(folder: CityFolder, table: str) -> Iterator[str]:
    """Yield names that stand in two rows, in whichever columns; case, width and _ make no other name."""
    sheet, kinds = folder.sheets[table], {name: said["kind"] for name, said in declared_columns()[table].items()}
    for family in (_CALLED, *((kind,) for kind in _ALONE)):
        first: dict[str, tuple[int, str]] = {}
        for place, row in enumerate(sheet.rows):
            words = {plain(row[column]): column for column in sheet.columns if kinds.get(column) in family}
            for column in (column for word, column in words.items() if word):
                before, there = first.setdefault(plain(row[column]), (place, column))
                if before != place:
                    also = f"{sheet.lines[before]} too{'' if there == column else f' as {there}'}"
                    text = f"'{row[column][:60]}' stands in row {also}; keep one, or write another"
                    yield f"{sheet.at(place, column)}: {text}"


def _scopes(folder: CityFolder) -> Iterator[str]:
    """Yield identifiers of two things: a number has one scope."""
    first: dict[str, str] = {}
    for table, what in SCOPES.items():
        sheet = folder.sheets[table]
        for place, name in enumerate(folder.names(table) or ()):
            before = first.setdefault(name, what)
            if before != what:
                where = sheet.at(place, next(iter(sheet.columns)))
                yield f"{where}: '{name[:60]}' is a {before} too, and a number has one scope; write another identifier"


def _reserved(folder: CityFolder) -> Iterator[str]:
    for table, what in SCOPES.items():
        sheet, column = folder.sheets[table], next(iter(declared_columns()[table]))
        for place, row in enumerate(sheet.rows):
            if meaning := reserved_words().get(row.get(column, "")):
                yield (
                    f"{sheet.at(place, column)}: '{row[column]}' is a word of its own in tables ({meaning[0]}); write "
                    f"another identifier, like {row[column]}_{what.split()[-1]}"
                )
