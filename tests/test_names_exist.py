"""A misspelt column or number is seen without running the line it stands in."""

import ast
from pathlib import Path

import pytest

import sim
from sim.firms.table import Firms
from sim.tables.parameters import Parameters
from tests.changzhou import NAMES, table
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


def misspelt(tree):
    """(line, what, name) of attributes of firms and numbers that do not exist."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom | ast.Import)
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and holder(node.value) in HOLDERS and holder(node.value) not in imported:
            what, known = HOLDERS[holder(node.value)]
            if node.attr not in known:
                yield node.lineno, what, node.attr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(Path(sim.__file__).parent)))
def test_every_column_and_number_that_code_reads_exists(path):
    assert list(misspelt(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_the_scan_sees_what_a_type_checker_passes():
    tree = ast.parse(
        "x = firms.casch\ny = setting.numbers.hurdle_rat\nz = firms.cash + "
        "numbers.hurdle_rate\nself._numbers.hurdle = 1"
    )
    assert list(misspelt(tree)) == [(1, "column", "casch"), (2, "number", "hurdle_rat"), (4, "number", "hurdle")]


def test_most_columns_and_numbers_are_read_by_name_so_the_scan_has_something_to_hold():
    read = {
        node.attr
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and holder(node.value) in HOLDERS
    }
    assert len(read & set(NAMES)) > len(NAMES) / 2
    assert len(read & set(table())) > 100
