"""Where memory is short the program ends, by itself or when it is told to, and says so in a line."""

import os
import resource
import signal
import subprocess
import sys
import time

import pytest

from sim.commands import errors
from sim.luck.threads import ONE_THREAD
from tests.test_store import ROOT

_ASKED = ("run", "no-policy", "-n", "2", "-j", "1", "-q", "--until", "2022Q4")
_SMALL = ("--set", "population.above_scale=200", "--set", "population.below_scale=50")


def test_memory_that_runs_out_is_told_in_a_line_with_what_is_saved(capsys):
    error = MemoryError()
    error.saved = "3 of 9 runs ended and are saved in x"
    with pytest.raises(SystemExit) as ended:
        errors.end(error)
    assert ended.value.code == errors.INTERNAL
    assert capsys.readouterr().err == (
        "error: memory ran out; 3 of 9 runs ended and are saved in x; free memory, or use fewer --jobs, and run the "
        "same command again\n"
    )


def test_linear_algebra_keeps_to_one_thread_unless_somebody_says_otherwise(monkeypatch):
    import cli

    for name in ONE_THREAD:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(ONE_THREAD[1], "3")
    monkeypatch.setattr(cli, "main", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    cli.entry()
    signal.signal(signal.SIGTERM, before)
    assert [os.environ[name] for name in ONE_THREAD] == ["1", "3", "1"]


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [450, 550, 600, 650, 700, 750])
def test_a_process_under_a_memory_limit_ends_when_it_is_told_to(megabytes, tmp_path):
    limit = megabytes * 1_000_000
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *_ASKED, *_SMALL, "--out", str(tmp_path / "x")],
        cwd=tmp_path,
        env=dict(os.environ, PYTHONPATH=str(ROOT)),
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    try:
        process.wait(20.0)
    except subprocess.TimeoutExpired:
        told = time.monotonic()
        process.terminate()
        process.wait(10.0)
        assert time.monotonic() - told < 5.0
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
