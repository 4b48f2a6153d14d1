"""What the tables of a city must say together: every number that is needed, within its reach; inputs of every cluster;
projects of firms that exist.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.tables.city_cells import PARTED, is_number
from sim.tables.city_folder import CityFolder, TableRow
from sim.tables.city_sums import mistaken_sums
from sim.tables.clusters import SUPPLIED
from sim.tables.inputs import goods_bought_outside
from sim.tables.milestones import FEWEST_ABOVE_SCALE
from sim.tables.nearest import did_you_mean
from sim.tables.numbers import CITY, CLUSTER, FIRM, PLANT, Number, declared, nation, number_of

_LEAST_FIRMS = {"above_scale": FEWEST_ABOVE_SCALE, "below_scale": 10}  # as a scenario asks for
_MOVES = "relocation"  # kind of project that needs a length


def mistakes_between(folder: CityFolder) -> list[str]:
    """Return what is wrong between cells that are sound one by one."""
    numbers, wrong = read_numbers(folder)
    told = [*_city(folder), *wrong, *_missing(folder), *_projects(folder), *_inputs(folder)]
    return told + mistaken_sums(folder, numbers)


def levels(folder: CityFolder) -> dict[str, str]:
    """Return what each scope is: cluster, firm or plant; nothing is the city."""
    found = {"": CITY}
    for level, table, column in ((CLUSTER, "clusters", "cluster"), (FIRM, "named_firms", "firm")):
        found |= {row.get(column, ""): level for row in folder.rows(table)}
    return {**found, **{row.get("plant", ""): PLANT for row in folder.rows("announced")}, "": CITY}


def read_numbers(folder: CityFolder) -> tuple[dict[str, Number], list[str]]:
    """Return the numbers of the city's own table, and what is wrong with them."""
    sheet, known = folder.sheets["parameters"], levels(folder)
    numbers: dict[str, Number] = {}
    wrong: list[str] = []
    for place, row in enumerate(sheet.rows):
        if row.get("scope") in known and row.get("name"):
            problem = _add(row, known[row["scope"]], numbers)
            wrong += [f"{sheet.at(place)}: {problem}"] if problem else []
    return numbers, wrong


def _add(row: TableRow, level: str, numbers: dict[str, Number]) -> str:
    """Add the number of a row; return what is wrong with it, or nothing."""
    name, said = row["name"], _declaration(level, row["name"])
    if said is None:
        names = [n for known, n in declared() if known == level] + (list(nation()) if level == CITY else [])
        return f"name: '{name}' is no number of a {level}{did_you_mean(name, names)}; city_numbers.csv lists all"
    if row.get("unit") != said["unit"]:
        return f"unit: '{row.get('unit')}' is another unit than that of {name}; write {said['unit']}"
    if not all(is_number(text) for text in (row.get(column, "") for column in ("value", "low", "high")) if text):
        return ""  # told where cells are read
    try:
        number = number_of({**said, **{column: text for column, text in row.items() if text}}, row["scope"])
    except ValueError as error:
        return str(error)
    except KeyError as error:
        return f"column {error} is missing"
    if number.name in numbers:
        return f"name: {number.name} stands twice; keep one"
    numbers[number.name] = number
    return ""


def _declaration(level: str, name: str) -> Mapping[str, str] | None:
    """Return what a number of the city may leave unsaid; the nation's numbers may be said anew for the city."""
    if level == CITY and name in nation():
        known = nation()[name]
        said = {"unit": known.unit, "least": repr(known.least), "most": repr(known.most), "meaning": known.meaning}
    elif (level, name) in declared():
        said = declared()[level, name]
    else:
        return None
    return {"low": "", "high": "", "meaning_zh": "", **said}


def _city(folder: CityFolder) -> Iterator[str]:
    sheet = folder.sheets["city"]
    if sheet.columns and len(sheet.rows) != 1:
        yield f"{sheet.path}: has {len(sheet.rows)} rows; a city has one"
    for place, row in enumerate(sheet.rows):
        for column, least in _LEAST_FIRMS.items():
            if row.get(column, "").isdigit() and int(row[column]) < least:
                yield f"{sheet.at(place, column)}: {row[column]} are too few firms to simulate; write at least {least}"
    if folder.sheets["clusters"].columns and not folder.rows("clusters"):
        yield f"{folder.sheets['clusters'].path}: has no rows; a city has at least one cluster"


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
        if len(lacking) == len(needed) > 1:
            yield f"{path}: {scope or 'the city'} has no numbers; write rows of {', '.join(lacking)}"
            continue
        for name in lacking:
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
    roles = {role for row in folder.rows("clusters") for role in row.get("roles", "").split(PARTED)}
    clusters = [row.get("cluster", "") for row in folder.rows("clusters")]
    for name in (*clusters, *goods_bought_outside(roles)):
        if name not in rows:
            yield f"{sheet.path}: row '{name}' is missing; write what each cluster buys of it, share of output"
    for good, role in SUPPLIED.items():
        if role in roles and good in rows:
            yield (
                f"{sheet.path}: row '{good}' stands beside the clusters with the role {role}, whose goods they are; "
                "take it out"
            )
