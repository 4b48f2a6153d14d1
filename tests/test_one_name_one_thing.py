"""A name of the package means one thing: no two classes share one,
and no behaviour is called like an experiment's function.
"""

import ast
from pathlib import Path

import sim
from tests.parsed import tree_of

ROOT = Path(sim.__file__).parent


def classes_and_types(root: Path) -> dict[str, set[str]]:
    """What each public class name or type alias of a package stands for: a class is its file, an alias its text."""
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name, set()).add(path.relative_to(root).as_posix())
            elif (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id[:1].isupper()
            ):
                name = node.targets[0].id
                if not name.isupper():
                    found.setdefault(name, set()).add(ast.unparse(node.value))
    return {name: meanings for name, meanings in found.items() if not name.startswith("_")}


def functions(folder: Path) -> set[str]:
    found = (node for path in folder.rglob("*.py") for node in tree_of(path).body)
    return {node.name for node in found if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


def test_no_two_classes_share_a_name():
    found = classes_and_types(ROOT)
    assert {"View", "City", "CityAccounts", "Number", "PlainNumber"} <= set(found)  # the scan sees classes and aliases
    assert {name: meanings for name, meanings in found.items() if len(meanings) > 1} == {}


def test_the_scan_sees_two_classes_a_class_and_an_alias_and_two_unlike_aliases(tmp_path):
    (tmp_path / "one.py").write_text(
        "class City: ...\nNumber = float\nMoney = float\nclass Rate: ...\n", encoding="utf-8"
    )
    (tmp_path / "two.py").write_text(
        "class City: ...\nclass Number: ...\nMoney = int\nRate = float\n", encoding="utf-8"
    )
    assert {name for name, meanings in classes_and_types(tmp_path).items() if len(meanings) > 1} == {
        "City",
        "Number",
        "Money",
        "Rate",
    }


def test_behaviours_and_experiments_share_no_name_of_a_function():
    behaviours, experiments = functions(ROOT / "behaviours"), functions(ROOT / "experiments")
    assert {"want", "settle"} <= behaviours and "plan" in experiments
    assert behaviours & experiments == set()  # `demand` has one still; to be renamed there, then this set is empty
