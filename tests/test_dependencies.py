"""What is imported is declared: a module that happens to be installed here may be missing for whoever installs us."""

import ast
import re
import sys
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from tests.parsed import nodes_of
from tests.test_house import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OURS = {"cli", "sim", "scenarios", "tools", "tests", "benchmarks"}
RUNTIME = [ROOT / "cli.py", *(ROOT / "sim").rglob("*.py")]
WORKSHOP = [path for folder in ("tests", "tools", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
FOR_OTHERS = {"networkx"}  # mesa imports it without declaring it


def plain(name):
    """The name of a distribution, as indexes compare them."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras):
    """Distributions that an installation with these extras asks for."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    names = {plain(re.match(r"[\w.-]+(\[[\w,-]+\])?", line)[0]) for line in lines}
    return names - {"clustersim[cluster]", "clustersim[test,cluster]"}


def imported(source):
    """Top names of the modules of others that a source imports, wherever in it."""
    nodes = nodes_of(source)
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names} - OURS - sys.stdlib_module_names


def modules_of(name):
    """Top names of the modules that a distribution brings; none where it is not installed."""
    try:
        found = distribution(name.partition("[")[0])
    except PackageNotFoundError:
        return set()
    said = (found.read_text("top_level.txt") or "").split()
    return set(said) or {path.parts[0].removesuffix(".py") for path in found.files or ()}


@cache
def brought():
    """Modules of each distribution that is declared: of the others no list of files is read, which takes seconds."""
    return {name: modules_of(name) for name in declared(*PROJECT["optional-dependencies"])}


def distributions(module):
    """Names of what is declared and brings a module; the module's own name where nothing does."""
    return {name for name, modules in brought().items() if module in modules} or {plain(module)}


def undeclared(paths, asked):
    return sorted(
        f"{path.relative_to(ROOT)}: {name}"
        for path in paths
        for name in imported(path)
        if not distributions(name) & asked
    )


def test_the_program_imports_only_what_it_declares():
    assert undeclared(RUNTIME, declared("cluster", "slurm")) == []


def test_tests_tools_and_benchmarks_import_only_what_the_test_extra_brings():
    assert undeclared(WORKSHOP, declared("test", "cluster")) == []


def test_everything_declared_for_running_is_imported():
    found = {name for path in RUNTIME for module in imported(path) for name in distributions(module)}
    assert declared() - found == FOR_OTHERS


def test_the_scan_sees_an_import_inside_a_function_and_knows_a_distribution_by_its_modules():
    source = "def f():\n    import yaml.nodes\n    from ruamel.yaml import YAML\n    from . import own\n    import json"
    assert imported(source) == {"yaml", "ruamel"}
    assert "ruamel-yaml" in distributions("ruamel") and distributions("no_such") == {"no-such"}
    assert Path(ROOT / "cli.py") in RUNTIME
