"""An error that nobody foresaw: one line, a report that can be sent, and the runs that are saved."""

import re
from pathlib import Path

import click
import pytest

from sim.commands import commands, unexpected
from sim.commands.errors import INTERNAL, end
from tests.test_comparing import run as command


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """A house in which every run of an experiment meets a fault of ours."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("CLUSTERSIM_CACHE_DIR", str(tmp_path / "cache"))

    def fail(*_):
        raise AssertionError("the books do not add up\nby 3 fen")

    monkeypatch.setattr("sim.experiments.engine.execute", fail)
    return here


def test_an_unexpected_error_is_one_line_with_a_report_that_holds_all_a_maintainer_needs(broken):
    result = command("run", "no-policy", "-n", 2, "-j", 1, "-q")
    assert result.exit_code == INTERNAL
    line = result.output.splitlines()
    assert len(line) == 1 and line[0].startswith(
        "error: unexpected AssertionError: the books do not add up; please send "
    )
    report = Path(re.search(r"send (\S+),", line[0])[1]).read_text(encoding="utf-8")
    assert "by 3 fen" in report and "Traceback" in report and "command: " in report
    for name in ("clustersim", "python", "numpy", "mesa"):
        assert re.search(rf"^{name}: \S", report, re.MULTILINE)


def test_what_is_saved_is_told_beside_it(broken):
    result = command("run", "no-policy", "-n", 2, "-j", 1, "-q")
    assert result.output.rstrip().endswith("and no table; no run was saved")


def test_a_report_is_kept_apart_from_whatever_folder_the_command_was_given_in(broken):
    before = set(broken.rglob("*"))
    result = command("run", "no-policy", "-n", 2, "-q")
    report = Path(re.search(r"send (\S+),", result.output)[1])
    assert report.is_absolute() and report.parent == broken.parent / "cache" / "clustersim-errors"
    assert not [path for path in set(broken.rglob("*")) - before if "error" in path.name]


def test_a_report_goes_where_it_can_be_written(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.write_text("a file, where no folder can be made")
    monkeypatch.setenv("CLUSTERSIM_CACHE_DIR", str(gone))
    monkeypatch.setattr(unexpected.tempfile, "gettempdir", lambda: str(tmp_path))
    assert str(tmp_path) in unexpected.told(ValueError("x"))
    monkeypatch.setattr(unexpected.tempfile, "gettempdir", lambda: str(gone))
    assert "no report of it could be written" in unexpected.told(ValueError("x"))


@pytest.mark.parametrize("name", sorted(commands()))
def test_no_command_shows_a_traceback_of_any_error(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLUSTERSIM_CACHE_DIR", str(tmp_path))
    found = commands()[name]
    monkeypatch.setattr(found, "invoke", lambda context: [][1])
    monkeypatch.setattr(found, "parse_args", lambda context, words: [])  # what is missing would be told first
    result = command(name)
    assert result.exit_code == INTERNAL and result.output.count("\n") == 1 and "IndexError" in result.output


@pytest.mark.parametrize("error", [click.UsageError("x"), click.exceptions.Exit(0), click.Abort(), BrokenPipeError()])
def test_what_click_ends_itself_is_no_unexpected_error(error, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if isinstance(error, click.UsageError):
        with pytest.raises(SystemExit, match="2"):
            end(error)
    else:
        assert end(error) is None
    assert list(tmp_path.iterdir()) == []
