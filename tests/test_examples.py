"""Every worked example runs."""

import runpy
from pathlib import Path

import pytest

import sim
from sim.scenario.reading import load
from tests.conftest import of_announced_amounts

EXAMPLES = sorted((Path(__file__).parent.parent / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_says_something(path, whole, capsys, monkeypatch):
    """By default with few instruments: each more is a twin of every world."""
    if not whole:
        monkeypatch.setattr(sim, "load", lambda name: of_announced_amounts(load(name)), raising=False)
    runpy.run_path(str(path), run_name="__main__")
    assert "deadweight" in capsys.readouterr().out
