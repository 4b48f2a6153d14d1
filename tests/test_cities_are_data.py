"""A city is data: no rule knows a cluster or a firm by name, nothing is read before somebody asks for a city, and what
the tables declare is what the code reads.
"""

import ast
import csv
import re
from pathlib import Path

import pytest

import sim
from sim.report.start_measures import measures as of_the_start
from sim.report.year_measures import measures as of_the_year
from sim.start.give_owners import _OWNERS
from sim.tables.city_folder import declared_columns
from sim.tables.city_tables import default_city, read_city, shipped_cities
from sim.tables.clusters import Role
from sim.tables.numbers import GRADES, declared, nation
from tests.changzhou import CHANGZHOU
from tests.parsed import nodes_of, tree_of
from tests.throw_away import python

HOUSE = Path(sim.__file__).parent
FILES = sorted(HOUSE.rglob("*.py"))
FENGHE = HOUSE.parent / "tests" / "cities" / "fenghe"
OWN = {
    *CHANGZHOU.identifiers,
    *(row["firm"] for row in CHANGZHOU.named_firms),
    *(row["plant"] for row in CHANGZHOU.announced),
    *shipped_cities(),
}


def texts(tree):
    """(line, text) of every string of a file that is no docstring; the parts of an f-string are strings too."""
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def names_in(tree):
    words = [(line, word) for line, text in texts(tree) for word in re.findall(r"[a-z][a-z0-9_]*", text)]
    return [(line, word) for line, word in words if word in OWN or any(word == f"{n}_" for n in OWN)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_no_string_of_the_program_names_a_cluster_a_firm_a_plant_or_a_city(path):
    assert names_in(tree_of(path)) == []


def test_the_scan_sees_a_name_in_a_string_and_not_in_a_docstring():
    text = '"""About textiles."""\nx = "textiles"\ny = f"output_{a} calb"\nz = "new textiles.growth"\n'
    assert sorted(names_in(ast.parse(text))) == [(2, "textiles"), (3, "calb"), (4, "textiles")]


READS = """
import sys
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
import pkgutil, importlib, sim
for module in pkgutil.walk_packages(sim.__path__, "sim."):
    importlib.import_module(module.name)
print([path for path in opened if path.endswith(".csv")])
"""


def test_no_module_reads_a_table_when_it_is_imported():
    assert python(HOUSE.parent, "-c", READS).strip() == "[]"


def calls(name):
    """Files in which a function is called without saying of which city."""
    return {
        path.relative_to(HOUSE).as_posix()
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
        if not node.args and not node.keywords
    }


def test_nothing_below_the_scenario_falls_back_on_the_default_city():
    assert calls("Parameters") == set()
    assert calls("read_city") == {"tables/parameters.py", "scenario/fields.py"}  # a default that is asked for by name
    assert default_city() in shipped_cities()


def by_cluster():
    """Names of numbers that the code reads for each cluster."""
    for path in FILES:
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "by_cluster" and node.args:
                yield node.args[0].value


def test_the_numbers_of_a_cluster_that_are_declared_are_those_that_are_read():
    assert {name for level, name in declared() if level == "cluster"} == set(by_cluster())


@pytest.mark.parametrize("city", [CHANGZHOU, read_city(FENGHE)], ids=lambda city: city.english)
def test_a_city_has_the_numbers_that_are_declared_and_those_of_the_nation(city):
    scopes = {c: "cluster" for c in city.identifiers}
    scopes |= {row["firm"]: "firm" for row in city.named_firms} | {row["plant"]: "plant" for row in city.announced}
    found = {}
    for name in set(city.numbers) - set(nation()):
        scope, _, last = name.rpartition(".")
        found.setdefault((scopes[scope] if scope else "city", last), 0)
    needed = {key for key, said in declared().items() if said["needed"] == "1"}
    assert needed <= set(found) <= set(declared())
    assert set(nation()) <= set(city.numbers)


def test_words_of_a_column_are_those_that_the_code_knows():
    from sim.firms.announced import EXPANSION, PLANT, RELOCATION
    from sim.report.compared import KINDS

    def words(table, column):
        return set(declared_columns()[table][column]["kind"].removeprefix("one of: ").split("; "))

    assert words("named_firms", "ownership") == set(_OWNERS)
    assert words("announced", "kind") == {EXPANSION, PLANT, RELOCATION}
    assert words("facts", "kind") == words("flows", "kind") == set(KINDS)
    for table in ("parameters", "named_firms", "announced", "input_output", "facts"):
        assert words(table, "grade") == set(GRADES), table
    assert set(Role) == {role for cluster in CHANGZHOU.clusters for role in cluster.roles}


def test_every_declared_column_is_in_the_shipped_tables_and_has_a_meaning_in_both_languages():
    for table, columns in declared_columns().items():
        with (CHANGZHOU.folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
            there = next(csv.reader(file))
        assert [c for c in there if c in columns] == list(columns), table
        assert all(said["meaning"] and re.search("[一-鿿]", said["meaning_zh"]) for said in columns.values()), table


def test_the_measures_of_a_city_bear_the_names_of_its_own_clusters_and_firms():
    city = read_city(FENGHE)
    start, year = set(of_the_start(city)), set(of_the_year(city))
    assert {"output_porcelain", "revenue_lotus_toys", "firms_300m", "gdp"} <= start
    assert not {"energy_share_steel", "energy_share_cement", "firms_5bn"} & start
    assert {"growth_gap_toys", "growth_gap", "new_champions"} <= year
    assert {"energy_share_steel", "energy_share_cement"} <= set(of_the_start(CHANGZHOU))


def test_the_package_ships_every_table():
    import tomllib

    setup = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = setup["tool"]["setuptools"]["package-data"]["sim"]
    shipped = {path for pattern in patterns for path in HOUSE.glob(pattern)}
    assert set((HOUSE / "data").rglob("*.csv")) <= shipped
