"""Every worked example runs."""

import runpy
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parent.parent / "docs" / "examples").glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_and_says_something(path, capsys):
    runpy.run_path(str(path), run_name="__main__")
    assert "deadweight" in capsys.readouterr().out
