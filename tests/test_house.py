"""The house keeps its own rules: every room stands in the layers, files stay small, lint and import rules hold."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import sim

HOUSE = Path(sim.__file__).parent
ROOT = HOUSE.parent
MOST_LINES = 250
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
