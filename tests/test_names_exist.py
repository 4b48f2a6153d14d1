"""A misspelt column or number is seen without running the line it stands in, and what has a file or a declaration of
its own is named in one place.
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import sim
from sim import policies as registry
from sim.firms.table import Firms
from sim.scenario.reading import load, shipped
from sim.tables.catalogue import FUND, NO_FUND, NO_POLICY, outcomes
from sim.tables.milestones import Kind
from sim.tables.parameters import Parameters
from tests.changzhou import NAMES, table
from tests.parsed import nodes_of
from tests.policy_bench import plain_firms

FIRMS = set(NAMES) | set(vars(plain_firms())) | set(dir(Firms))
NUMBERS = set(table()) | set(dir(Parameters()))
HOLDERS = {
    "firms": ("column", FIRMS),
    "_firms": ("column", FIRMS),
    "numbers": ("number", NUMBERS),
    "_numbers": ("number", NUMBERS),
}
FILES = sorted(Path(sim.__file__).parent.rglob("*.py"))
MODULES = {path.stem for path in FILES} | {"compute", "numbers"}


def holder(node):
    """Name of what an attribute is read from: `firms`, `self._numbers`, `setting.numbers`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def misspelt(found):
    """(line, what, name) of those nodes that are attributes of firms and numbers that do not exist."""
    imported = {
        alias.asname or alias.name
        for node in found
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    for node in found:
        if isinstance(node, ast.Attribute) and holder(node.value) in HOLDERS and holder(node.value) not in imported:
            what, known = HOLDERS[holder(node.value)]
            if node.attr not in known:
                yield node.lineno, what, node.attr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(Path(sim.__file__).parent)))
def test_every_column_and_number_that_code_reads_exists(path):
    assert list(misspelt(nodes_of(path))) == []


def test_the_scan_sees_what_a_type_checker_passes():
    text = "x = firms.casch\ny = setting.numbers.hurdle_rat\nz = firms.cash\nself._numbers.hurdle = 1"
    assert list(misspelt(nodes_of(text))) == [
        (1, "column", "casch"),
        (2, "number", "hurdle_rat"),
        (4, "number", "hurdle"),
    ]


def test_most_columns_and_numbers_are_read_by_name_so_the_scan_has_something_to_hold():
    read = {
        node.attr
        for path in FILES
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and holder(node.value) in HOLDERS
    }
    assert len(read & set(NAMES)) > len(NAMES) / 2
    assert len(read & set(table())) > 100


HOUSE = Path(sim.__file__).parent
CLAUSES = {clause.name for name in registry.names() for clause in registry.get(name).clauses}
DECLARED = {"instrument": set(registry.names()), "scenario": set(shipped()), "clause": CLAUSES}
# Where such a name is written outside its own file, once.
WRITTEN_IN = {
    "tables/catalogue.py": {NO_POLICY, FUND},
    "tables/milestones.py": CLAUSES & set(Kind),  # a clause has the name of the event that earns it
    "commands/options.py": {"baseline-2022"},  # a default of the command line, whose help imports nothing
}


def written_names(found):
    """Texts of those nodes that are names of instruments, scenarios or clauses; docstrings may hold them."""
    told = {id(node.value) for node in found if isinstance(node, ast.Expr)}
    words = [n.value for n in found if isinstance(n, ast.Constant) and id(n) not in told]
    return [word for word in words if isinstance(word, str) and any(word in names for names in DECLARED.values())]


def test_no_file_but_its_own_writes_the_name_of_an_instrument_a_scenario_or_a_clause():
    """Whoever means one reads the constant, or asks the catalogue what needs it: a name that is joined by its letters
    is missed when it is renamed.
    """
    found = {
        path.relative_to(HOUSE).as_posix(): sorted(names)
        for path in FILES
        if HOUSE / "policies" not in path.parents and (names := written_names(nodes_of(path)))
    }
    assert found == {path: sorted(names) for path, names in WRITTEN_IN.items()}


def test_the_scan_sees_a_name_wherever_it_is_written():
    text = '''"""no-policy"""
def f(policies):
    """energy_budget"""
    g(capped="energy_budget" in policies, spec=load("no-policy"), clause={"services": 1})
'''
    assert written_names(nodes_of(text)) == ["energy_budget", "no-policy", "services"]


def test_the_twins_lack_what_they_are_named_for():
    assert load(NO_POLICY).policies == {} and load("baseline-2022").without_policies().policies == {}
    assert {outcome.needs for outcome in outcomes().values() if outcome.against == NO_FUND} == {FUND}


# what is written is used

ROOT = Path(sim.__file__).parent.parent
READERS = [
    ROOT / "cli.py",
    *(path for room in ("sim", "tests", "tools", "benchmarks") for path in ROOT.glob(f"{room}/**/*.py")),
]


def unused(texts):
    """Functions and classes of the first texts, by name, that no text names but where they are defined; a decorated
    one is used by its decorator.
    """
    said = Counter(word for text in texts for word in re.findall(r"\w+", text))
    defined = (
        node for text in texts for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    )
    return [node.name for node in defined if not node.decorator_list and said[node.name] < 2]


def test_no_function_is_written_that_nobody_names_and_no_rule_that_nobody_registers():
    texts = [path.read_text(encoding="utf-8") for path in READERS]
    assert [name for name in unused(texts) if not name.startswith(("test_", "Test", "pytest_"))] == []


def test_the_scan_sees_a_function_that_only_its_own_line_names():
    assert unused(["def a():\n    pass\n\n\n@rule\ndef b():\n    pass\n", "def c():\n    pass\n\n\nc()\n"]) == ["a"]
