"""What of a city can be compared with its facts and flows: `sim/data/measured.csv` declares the names, the unit
in which each is measured, and what its measure reads of the table besides the model.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from sim.tables.city_cells import PARTED, is_number
from sim.tables.city_folder import CityFolder
from sim.tables.city_sheet import TableRow
from sim.tables.clusters import ENERGY_ROLES
from sim.tables.files import read
from sim.tables.nearest import did_you_mean, write_one_like

_ANY = "*"
COMPARED = {"facts": "fact", "flows": "flow"}  # tables of what is compared, and what a row is


@cache
def measured() -> tuple[TableRow, ...]:
    """Return every measure: its table, its name (`*` stands for a cluster, a firm, a role, or anything), its units."""
    return tuple(read("measured"))


def switched_off(roles: Collection[str]) -> dict[str, str]:
    """Return the roles that no cluster has, by the name of the fact that is switched off for it."""
    return {f"energy_share_{role}": role for role in ENERGY_ROLES if role not in roles}


def roles_in(folder: CityFolder) -> set[str]:
    """Return the roles that clusters have."""
    return {role for row in folder.rows("clusters") for role in row.get("roles", "").split(PARTED) if role}


def mistaken_measures(folder: CityFolder) -> list[str]:
    """Return what is wrong with rows that are compared: nothing measures them, or only in another unit, or with a row
    or a number that is not there.
    """
    if not folder.whole("clusters", "named_firms"):
        return []
    return [line for table in COMPARED if folder.whole(table) for line in _of_table(folder, table)]


def _of_table(folder: CityFolder, table: str) -> Iterator[str]:
    sheet, what = folder.sheets[table], COMPARED[table]
    asked = {row[what]: row for row in sheet.rows}
    known = _known(folder, table)
    for place, row in enumerate(sheet.rows):
        name = row[what]
        if name not in known:
            if name:
                near = did_you_mean(name, known)
                near = f"{near}; write that" if near else write_one_like(name, known)
                yield f"{sheet.at(place, what)}: '{name[:60]}' is not measured{near}, or take the row out"
            continue
        for column in ("unit", "unit_zh"):
            if row[column] and row[column] != known[name][column]:
                yield f"{sheet.at(place, column)}: '{row[column][:60]}' is not the unit of {name}; write " + (
                    f"{known[name][column]}, with the figure in it"
                )
        yield from _share(row, sheet.at(place, "value"))
        reads, given = (_several(known[name][column], name) for column in ("reads", "given"))
        for other in (other for other in dict.fromkeys([*reads, *given]) if other not in asked):
            yield f"{sheet.at(place)}: {name} is measured with {other}, which is missing; write that row too"
        if name in given and not row["given"]:
            yield f"{sheet.at(place, 'given')}: is empty; the measure of {name} needs it; write a number"


def _several(text: str, name: str) -> list[str]:
    return [name if _ANY in part else part for part in text.split(PARTED) if part]


def _share(row: TableRow, where: str) -> Iterator[str]:
    text = row.get("value", "")
    if row["unit"] == "share" and is_number(text) and float(text) > 1.0:
        yield f"{where}: {text} is more than the whole; write a share from 0 to 1"


def _known(folder: CityFolder, table: str) -> Mapping[str, TableRow]:
    """Return the measures of a table by the names that they have in this city; a role that no cluster has is known."""
    found: dict[str, TableRow] = {}
    within = {
        "cluster": folder.names("clusters") or (),
        "named firm": folder.names("named_firms") or (),
        "role": ENERGY_ROLES,
    }
    for row in (row for row in measured() if row["table"] == table):
        if row["of"]:
            names = [row["name"].replace(_ANY, part) for part in within[row["of"]]]
        elif _ANY in row["name"]:
            stem, what = row["name"].removesuffix(_ANY), COMPARED[table]
            names = [other[what] for other in folder.rows(table) if other[what].startswith(stem)]
        else:
            names = [row["name"]]
        found |= {name: row for name in names if name not in found or not row["of"]}
    return found
