"""The house keeps its own rules: every room stands in the layers, files stay small, functions can be called without
counting their arguments, lint and import rules hold.
"""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sim
from tests.conftest import drawn
from tests.parsed import nodes_of

HOUSE = Path(sim.__file__).parent
ROOT = HOUSE.parent
MOST_LINES, MOST_ARGUMENTS = 250, 8
TOOLS = Path(sys.executable).parent
PROGRAM = sorted(path for folder in ("sim", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py"))


def layers():
    """Names that the layers of the import rules hold."""
    setup = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rules = next(c for c in setup["tool"]["importlinter"]["contracts"] if c["type"] == "layers")
    assert rules["containers"] == ["sim"] and rules["exhaustive"]
    return [name.strip() for line in rules["layers"] for name in line.split(":")]


def test_every_room_and_every_file_beside_them_stands_in_the_layers_once():
    there = {path.stem for path in HOUSE.iterdir() if (path / "__init__.py").exists() or path.suffix == ".py"}
    assert sorted(layers()) == sorted(there - {"__init__"})


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_of_the_program_is_longer_than_one_reads_at_a_sitting(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize(
    "tool", ["ruff check --no-cache", "ruff format --check --no-cache", "lint-imports --no-cache"], ids=str
)
def test_form_and_import_rules_hold(tool):
    """Types are left to `make lint`: half a minute."""
    name, *arguments = tool.split()
    done = subprocess.run([TOOLS / name, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{tool}:\n{done.stdout}{done.stderr}"


def functions(source):
    """Every function of a source, wherever it is defined."""
    return [n for n in nodes_of(source) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)]


def positional(function):
    """Names of the arguments that a function takes by position, but the object it belongs to."""
    names = [a.arg for a in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def compiled(source):
    """Functions of a source that are compiled."""
    names = {"kernel", "rule"}
    return [
        f
        for f in functions(source)
        if not isinstance(f, ast.Lambda) and any(isinstance(d, ast.Name) and d.id in names for d in f.decorator_list)
    ]


@pytest.mark.parametrize("path", PROGRAM, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_function_takes_more_than_eight_arguments_by_position(path):
    found = {f.lineno: len(positional(f)) for f in functions(path)}
    assert {line: number for line, number in found.items() if number > MOST_ARGUMENTS} == {}


def test_arguments_are_counted_in_methods_nested_functions_and_lambdas_but_not_those_named_by_keyword():
    source = "class A:\n def f(self, a, /, b, *c, d, **e):\n  def g(x, y): return lambda p, q, r: 0"
    assert [positional(f) for f in functions(source)] == [["a", "b"], ["x", "y"], ["p", "q", "r"]]


def test_every_compiled_function_says_what_it_computes_and_of_what():
    found = [(path, f) for path in PROGRAM for f in compiled(path)]
    assert len(found) > 30  # the scan sees them
    assert [f"{path.name}: {f.name}" for path, f in found if not ast.get_docstring(f)] == []
    typed = {f.name: [a.annotation for a in f.args.args] + [f.returns] for _, f in found}
    assert [name for name, types in typed.items() if None in types] == []


def test_a_walk_that_is_drawn_holds_every_step_and_all_but_one_in_so_many_are_slow():
    made = drawn(["a", ("b", 1), "c", "d"], 3)
    assert [step.values for step in made] == [("a",), ("b", 1), ("c",), ("d",)]
    assert [[mark.name for mark in step.marks] for step in made] == [[], ["slow"], ["slow"], []]
