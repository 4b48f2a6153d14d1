"""Building the start is one way down: each file calls those below it, and each part reads what those
before it wrote.
"""

import ast
from pathlib import Path

import pytest

import sim
from tests.changzhou import NAMES
from tests.parsed import tree_of

ROOT = Path(sim.__file__).parent
# From top to bottom; files of one line do not know one another.
WAY = (
    ("history",),
    ("endowment", "keep_given"),
    ("give_*",),
    ("sized",),
    ("population",),
    ("state", "sizing", "room"),
    ("given", "places", "shares"),
    ("sizes", "register"),
    ("table",),
    ("technology",),
    ("parameters",),
)


def floors():
    """{file: its floor, 0 at the top}."""
    found = {}
    for floor, names in enumerate(WAY):
        for name in names:
            found |= {path.stem: floor for path in ROOT.rglob(f"{name}.py")}
    return found


def imported(tree):
    """Names of files of the package that a file imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "sim":
            is_room = (ROOT.parent / Path(*node.module.split("."))).is_dir()
            yield from [alias.name for alias in node.names] if is_room else [node.module.split(".")[-1]]


def climbs(name, text, floor):
    """Return files on the same floor or above that a file imports."""
    return sorted({other for other in imported(ast.parse(text)) if other in floor and floor[other] <= floor[name]})


FLOORS = floors()


@pytest.mark.parametrize("name", FLOORS)
def test_no_file_of_the_start_imports_one_above_or_beside_it(name):
    assert climbs(name, (next(ROOT.rglob(f"{name}.py"))).read_text(encoding="utf-8"), FLOORS) == []


def test_the_scan_sees_a_climb_and_one_inside_a_function():
    assert climbs("population", "def f():\n    from sim.start.endowment import endow", FLOORS) == ["endowment"]
    assert climbs("give_titles", "from sim.start import give_owners, sized", FLOORS) == ["give_owners"]
    assert climbs("technology", "from sim.firms.table import Firms", FLOORS) == ["table"]


def parts():
    """(file, function) of each part, in the order in which `endow` calls them."""
    tree = ast.parse((ROOT / "start" / "endowment.py").read_text(encoding="utf-8"))
    origin = {
        a.name: n.module.split(".")[-1]
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.module
        for a in n.names
    }
    calls = [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id.startswith("give_")
    ]
    return [(origin[call.func.id], call.func.id) for call in sorted(calls, key=lambda call: call.lineno)]


def test_every_part_is_called_once_and_every_file_of_the_start_is_a_part():
    assert len(set(parts())) == len(parts())
    assert {file for file, _ in parts()} == {path.stem for path in (ROOT / "start").glob("give_*.py")}
    public = {
        (path.stem, node.name)
        for path in (ROOT / "start").glob("give_*.py")
        for node in tree_of(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert public == set(parts())


def columns(tree, function):
    """(read, written) columns of firms of a function with those of its own file that it calls."""
    bodies = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    todo, seen, read, written = [function], set(), set(), set()
    while todo:
        name = todo.pop()
        if name in seen or name not in bodies:
            continue
        seen.add(name)
        body = bodies[name]
        targets = {
            id(column)
            for node in ast.walk(body)
            if isinstance(node, ast.Assign)
            for target in node.targets
            for column in ast.walk(target.value if isinstance(target, ast.Subscript) else target)
        }
        for node in ast.walk(body):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in NAMES
                and ast.unparse(node.value) in ("firms", "sized.firms")
            ):
                (written if id(node) in targets else read).add(node.attr)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                todo.append(node.func.id)
    return read, written


def test_no_part_reads_what_a_later_part_writes():
    found = [(function, *columns(tree_of(ROOT / "start" / f"{file}.py"), function)) for file, function in parts()]
    assert sum(len(written) for _, _, written in found) > 30  # the scan sees columns
    early = [
        (function, column, later)
        for i, (function, read, own) in enumerate(found)
        for later, _, written in found[i + 1 :]
        for column in (read - own) & written
    ]
    assert early == []


def test_no_two_parts_write_one_column():
    writers = {}
    for file, function in parts():
        for column in columns(tree_of(ROOT / "start" / f"{file}.py"), function)[1]:
            writers.setdefault(column, set()).add(function)
    assert {column: by for column, by in writers.items() if len(by) > 1} == {}
