"""What the tables of a city must say together: every number that is needed, within its reach; inputs of every cluster;
projects of firms that exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.tables.city_cells import is_number, reach
from sim.tables.city_folder import CityFolder, declared_columns
from sim.tables.city_measured import mistaken_measures, roles_in
from sim.tables.city_names import mistaken_names
from sim.tables.city_sheet import TableRow
from sim.tables.city_sums import mistaken_sums
from sim.tables.clusters import SUPPLIED
from sim.tables.inputs import goods_bought_outside
from sim.tables.nearest import did_you_mean, near_to, write_one_like
from sim.tables.numbers import CITY, CLUSTER, FIRM, GRADES, PLANT, Number, declared, nation, number_of

_MOST_CLUSTERS = 50  # more than any city reports; every table and every quarter grows with their square
_VALUES = ("value", "low", "high")
_MOVES = "relocation"  # kind of project that needs a length


def mistakes_between(folder: CityFolder) -> list[str]:
    """Return what is wrong between cells that are sound one by one."""
    numbers, wrong = read_numbers(folder)
    told = [*_city(folder), *mistaken_names(folder), *wrong]
    if folder.whole("clusters", "named_firms", "announced", "parameters"):
        told += _missing(folder)
    if folder.whole("clusters", "named_firms", "announced"):
        told += _projects(folder)
    if folder.whole("clusters", "input_output"):
        told += _inputs(folder)
    return [*told, *mistaken_measures(folder), *mistaken_sums(folder, numbers)]


def levels(folder: CityFolder) -> dict[str, str]:
    """Return what each scope is: cluster, firm or plant; nothing is the city."""
    found = {"": CITY}
    for table, level in (("clusters", CLUSTER), ("named_firms", FIRM), ("announced", PLANT)):
        found |= {name: level for name in folder.names(table) or () if name not in found}
    return found


def read_numbers(folder: CityFolder) -> tuple[dict[str, Number], list[str]]:
    """Return the numbers of the city's own table, and what is wrong with them."""
    sheet, known = folder.sheets["parameters"], levels(folder)
    numbers: dict[str, Number] = {}
    wrong: list[str] = []
    for place, row in enumerate(sheet.rows if folder.whole("parameters") else ()):
        if row["scope"] in known and row["name"]:
            wrong += [f"{sheet.at(place)}: {problem}" for problem in _add(row, known[row["scope"]], numbers)]
    return numbers, wrong


def _add(row: TableRow, level: str, numbers: dict[str, Number]) -> list[str]:
    """Add the number of a row; return what is wrong with it."""
    name, said = row["name"], _declaration(level, row["name"])
    if said is None:
        names = [n for known, n in declared() if known == level] + (list(nation()) if level == CITY else [])
        hint = did_you_mean(name, names) or write_one_like(name, names)
        return [f"name: '{name[:60]}' is no number of a {level}{hint}; docs/reference/cities.md lists all"]
    if row["unit"] and row["unit"] != said["unit"]:
        return [f"unit: '{row['unit'][:60]}' is another unit than that of {name}; write {said['unit']}"]
    problems = _out_of_reach(row, said)
    full = f"{row['scope']}.{name}" if row["scope"] else name
    if full in numbers:
        return [*problems, f"name: {full} stands twice; keep one"]
    if not problems and _readable(row):
        numbers[full] = number_of({**said, **{column: text for column, text in row.items() if text}}, row["scope"])
    return problems


def _readable(row: TableRow) -> bool:
    """Tell whether all cells that make a number are sound; what is wrong with them is told where cells are read."""
    needed = (name for name, said in declared_columns()["parameters"].items() if said["needed"] == "1")
    written = all(row[column] for column in needed) and row["grade"] in GRADES
    return written and all(is_number(row[column]) for column in _VALUES if row[column])


def _out_of_reach(row: TableRow, said: Mapping[str, str]) -> list[str]:
    """Return what is wrong with a value and its range, where they are numbers."""
    name, least, most = row["name"], float(said["lowest"]), float(said["highest"])
    held = {column: float(row[column]) for column in _VALUES if is_number(row[column])}
    problems = [
        f"{column}: {row[column]} is out of reach of {name}; write {reach(least, most)} ({said['unit']})"
        + ", which holds any real city" * (value > most and name not in nation())
        for column, value in held.items()
        if not least <= value <= most
    ]
    if bool(row["low"]) != bool(row["high"]):
        there, lacking = ("low", "high") if row["low"] else ("high", "low")
        return [*problems, f"{lacking}: is empty beside {there} {row[there]}; write both ends of {name}, or neither"]
    if not problems and len(held) == len(_VALUES) and not held["low"] <= held["value"] <= held["high"]:
        problems.append(
            f"low: the range of {name} is wrong, {row['low']} to {row['high']} round {row['value']}; write low at most "
            "the value and high at least the value"
        )
    return problems


def _declaration(level: str, name: str) -> Mapping[str, str] | None:
    """Return what a number of the city may leave unsaid; the nation's numbers may be said anew for the city."""
    if level == CITY and name in nation():
        known = nation()[name]
        ends = {"least": repr(known.least), "most": repr(known.most)}
        said = {**ends, "lowest": ends["least"], "highest": ends["most"], "unit": known.unit, "meaning": known.meaning}
    elif (level, name) in declared():
        said = declared()[level, name]
        said = {**said, "lowest": said["least"] or said["lowest"], "highest": said["most"] or said["highest"]}
    else:
        return None
    return {"low": "", "high": "", "meaning_zh": "", **said}


def _city(folder: CityFolder) -> Iterator[str]:
    sheet = folder.sheets["city"]
    if sheet.columns and len(sheet.rows) != 1:
        yield f"{sheet.path}: has {len(sheet.rows)} rows; a city has one"
    sheet = folder.sheets["clusters"]
    if sheet.columns and not sheet.rows:
        yield f"{sheet.path}: has no rows; a city has at least one cluster"
    if len(sheet.rows) > _MOST_CLUSTERS:
        yield f"{sheet.path}: has {len(sheet.rows)} rows; write {_MOST_CLUSTERS} clusters at most"


def _missing(folder: CityFolder) -> Iterator[str]:
    there = {(row.get("scope"), row.get("name")) for row in folder.rows("parameters")}  # sound or not
    path, moves = (
        folder.sheets["parameters"].path,
        {row.get("plant") for row in folder.rows("announced") if row.get("kind") == _MOVES},
    )
    for scope, level in levels(folder).items():
        needed = {
            name: said
            for (known, name), said in declared().items()
            if known == level and (said["needed"] == "1" or scope in moves)
        }
        lacking = [name for name in needed if (scope, name) not in there]
        others = [name for of, name in there if of == scope and name and _declaration(level, name) is None]
        misspelt = {near for name in others for near in near_to(name, lacking)[:1]}  # told where they stand
        if len(lacking) == len(needed) > 1:
            yield f"{path}: {scope or 'the city'} has no numbers; write rows of {', '.join(lacking)}"
            continue
        for name in (name for name in lacking if name not in misspelt):
            yield (
                f"{path}: {scope or 'the city'} lacks {name}; write a row '{name},{scope},VALUE,...' in "
                f"{needed[name]['unit']}: {needed[name]['meaning']}"
            )


def _projects(folder: CityFolder) -> Iterator[str]:
    sheet = folder.sheets["announced"]
    clusters = {row.get("firm"): row.get("cluster") for row in folder.rows("named_firms")}
    needs = {"plant": "capacity", "expansion": "capital"}
    for place, row in enumerate(sheet.rows):
        kind, group = row.get("kind", ""), row.get("group", "")
        if (kind == "plant") == bool(group):
            instead = "leave it empty" if group else "write the firm's identifier"
            yield f"{sheet.at(place, 'group')}: a {kind} belongs to {'no' if group else 'a'} named firm; {instead}"
        elif group and clusters.get(group) not in (None, row.get("cluster")):
            yield f"{sheet.at(place, 'cluster')}: {group} is of {clusters[group]}; write that"
        if kind in needs and not row.get(needs[kind]):
            yield f"{sheet.at(place, needs[kind])}: is empty; a {kind} needs it, in 100 million yuan"


def _inputs(folder: CityFolder) -> Iterator[str]:
    """Every cluster has a row, and every good that no cluster makes."""
    sheet, rows = folder.sheets["input_output"], {row.get("input") for row in folder.rows("input_output")}
    roles = roles_in(folder)
    for name in (*(folder.names("clusters") or ()), *goods_bought_outside(roles)):
        if name not in rows:
            yield f"{sheet.path}: row '{name}' is missing; write what each cluster buys of it, share of output"
    for good, role in SUPPLIED.items():
        if role in roles and good in rows:
            yield (
                f"{sheet.path}: row '{good}' stands beside the clusters with the role {role}, whose goods they are; "
                "take it out"
            )
