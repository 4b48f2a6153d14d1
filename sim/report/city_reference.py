"""What the tables of a city hold, as lists in both languages: columns, numbers, what is compared, reserved words."""

from __future__ import annotations

from sim.report.listing import Listing
from sim.report.reference import NOTHING, unit
from sim.tables.city_folder import declared_columns
from sim.tables.city_measured import measured
from sim.tables.city_names import reserved_words
from sim.tables.city_sheet import TableRow
from sim.tables.numbers import declared

_NEEDED = {"1": "yes 是", "0": "no 否"}


def city_column_list() -> Listing:
    """Return every column of every table of a city."""
    heads = ("table and column 表与列", "what stands there 内容", "needed 必填", "meaning", "含义")
    rows = (
        (f"{table}.csv {column}", said["kind"], _NEEDED[said["needed"]], said["meaning"], said["meaning_zh"])
        for table, columns in declared_columns().items()
        for column, said in columns.items()
    )
    return Listing("number", heads, tuple(rows), 2)


def city_number_list() -> Listing:
    """Return every number that a city has beside those of the nation."""
    heads = ("of 所属", "name 名称", "unit 单位", "may be 可取", "needed 必填", "meaning", "含义")
    rows = (
        (level, name, unit(said["unit"]), _within(said), _NEEDED[said["needed"]], said["meaning"], said["meaning_zh"])
        for (level, name), said in declared().items()
    )
    return Listing("number", heads, tuple(rows), 2)


def _within(said: TableRow) -> str:
    return f"{said['least'] or said['lowest']} .. {said['most'] or said['highest']}"


def measured_list() -> Listing:
    """Return every fact and flow that a city may compare, in the unit in which it is measured."""
    heads = (
        "table 表",
        "name 名称",
        "for each 每个",
        "unit 单位",
        "row it needs 所需的行",
        "`given` it needs 所需的given",
    )
    rows = (
        (
            f"{row['table']}.csv",
            row["name"],
            row["of"] or NOTHING,
            f"{row['unit']} {row['unit_zh']}",
            row["reads"] or NOTHING,
            row["given"] or NOTHING,
        )
        for row in measured()
    )
    return Listing("number", heads, tuple(rows))


def reserved_list() -> Listing:
    """Return the words that no cluster, named firm or project may be called."""
    rows = tuple((word, f"{meaning} {meaning_zh}") for word, (meaning, meaning_zh) in reserved_words().items())
    return Listing("number", ("word that is no identifier 不可用作标识的词", "it stands for 所指"), rows)
