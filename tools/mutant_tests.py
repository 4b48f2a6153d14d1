"""Run tests on a changed copy of the package, each time in a fork of one process that has the heavy libraries loaded
(Linux, macOS).
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.mutants import Mutant

KILLED, SLOW, SURVIVED, RAISED = "killed", "too slow", "survived", "only raised"
# uncompiled kernels warn where compiled ones count on: of scalars that overflow in hashing or are divided by nothing
_WARNINGS = "filterwarnings=error\nignore:.* in scalar :RuntimeWarning\nignore:Module already imported"
_QUIET = (
    "-q",
    "--no-header",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:xdist",
    "--hypothesis-profile=mutants",
    "-o",
    _WARNINGS,
)
_SECONDS, _TIMES, _RAISES = (
    20.0,
    10.0,
    20,
)  # a mutant's time, over that of its tests; tests that only raise before it is let go
_TEST_SECONDS, _COVERAGE_SECONDS = 3.0, 1800.0  # a slower test is left to the suite


@dataclass(frozen=True, slots=True)
class Reached:
    """A test, its seconds, and the lines (file, line) that it runs."""

    name: str
    seconds: float
    lines: frozenset[tuple[str, int]]


def reach(copy: Path, tests: list[str], files: list[str]) -> list[Reached]:
    """Return what each test reaches of some files, quick tests first.

    Raises:
        RuntimeError: if a test fails before anything was changed.
    """
    answer = _forked(copy, tests, lambda: _Coverage(copy, files), _COVERAGE_SECONDS)
    if answer is None or answer["failed"]:
        raise RuntimeError(f"tests fail without any change: {answer and answer['failed']}")
    found = [Reached(name, seconds, frozenset((f, n) for f, n in lines)) for name, seconds, lines in answer["tests"]]
    return sorted(found, key=lambda test: (round(test.seconds, 1), test.name))


def judge(copy: Path, mutant: Mutant, tests: list[Reached]) -> str:
    """Return what becomes of a mutant: KILLED, SLOW, SURVIVED or RAISED."""
    places = {(mutant.file, line) for line in range(mutant.line, mutant.last + 1)}
    # what runs when a file is read belongs to no test, and any may notice it
    meant = [test for test in tests if test.lines & places] or tests
    limit = _SECONDS + _TIMES * sum(t.seconds for t in meant)
    answer = _forked(copy, [t.name for t in meant], lambda: _Judge(copy, mutant), limit)
    return SLOW if answer is None else str(answer["verdict"])


def _forked(copy: Path, tests: list[str], plugin: Callable[[], Any], limit: float) -> dict[str, Any] | None:
    """Run tests in a fork and return what the plugin answers, None when the time is over."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        _child(copy, tests, plugin, writer)
    os.close(writer)
    text, end = b"", time.monotonic() + limit
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        while select.select([pipe], [], [], max(end - time.monotonic(), 0.0))[0]:
            part = pipe.read(1 << 16)
            if not part:
                break
            text += part
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return json.loads(text) if text else None


def _child(copy: Path, tests: list[str], plugin: Callable[[], Any], writer: int) -> None:
    try:
        import pytest

        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        os.chdir(copy)
        sys.path[0] = str(copy)
        watcher = plugin()
        code = pytest.main([*_QUIET, *tests], plugins=[watcher])
        os.write(writer, json.dumps(watcher.answer(int(code))).encode())
    finally:
        os._exit(0)


@dataclass
class _Judge:
    """Stops at the first failure that is not just the changed line raising."""

    copy: Path
    mutant: Mutant
    raised: int = 0
    killed: bool = False

    def pytest_exception_interact(self, node: Any, call: Any, report: Any) -> None:
        if report.when == "collect":
            return
        if self._at_the_line(call.excinfo):
            self.raised += 1
        else:
            self.killed = True
        if self.killed or self.raised >= _RAISES:
            node.session.shouldstop = "it is known"

    def _at_the_line(self, caught: Any) -> bool:
        if caught.errisinstance(AssertionError) or caught.typename in ("Failed", "Flaky", "FlakyFailure"):
            return False
        own = [e for e in caught.traceback if str(e.path).startswith(str(self.copy / "sim"))]
        last = own[-1] if own else None
        place = self.copy / self.mutant.file
        return (
            last is not None
            and Path(str(last.path)) == place
            and self.mutant.line <= last.lineno + 1 <= self.mutant.last
        )

    def answer(self, code: int) -> dict[str, Any]:
        if self.killed:
            return {"verdict": KILLED}
        return {"verdict": SURVIVED if code == 0 else RAISED}


@dataclass
class _Coverage:
    """Notes the lines that each test runs; what a fixture of a file runs counts for all tests of the file."""

    copy: Path
    files: list[str]
    now: set[tuple[str, int]] = field(default_factory=set)
    setups: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    lines: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    began: float = 0.0
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        sys.dont_write_bytecode = False  # what is read now is read from then on, but for the file that is changed
        self._places = {str(self.copy / file): file for file in self.files}
        monitoring, tool = sys.monitoring, sys.monitoring.COVERAGE_ID
        monitoring.use_tool_id(tool, "mutants")
        monitoring.register_callback(tool, monitoring.events.LINE, self._line)
        monitoring.set_events(tool, monitoring.events.LINE)

    def _line(self, code: Any, line: int) -> Any:
        file = self._places.get(code.co_filename)
        if file is not None:
            self.now.add((file, line))
        return sys.monitoring.DISABLE

    def pytest_collection_finish(self) -> None:
        self.now = set()  # what runs when a file is read belongs to no test
        sys.monitoring.restart_events()

    def pytest_runtest_logstart(self) -> None:
        self.began = time.process_time()

    def pytest_runtest_logreport(self, report: Any) -> None:
        file = report.nodeid.partition("::")[0]
        (self.setups if report.when == "setup" else self.lines).setdefault(
            file if report.when == "setup" else report.nodeid, set()
        ).update(self.now)
        self.seconds[report.nodeid] = time.process_time() - self.began  # of the processor: others may use the machine
        if report.failed:
            self.failed.append(report.nodeid)
        self.now = set()
        sys.monitoring.restart_events()

    def answer(self, code: int) -> dict[str, Any]:
        if code not in (0, 1):
            self.failed.append(f"pytest ended with {code}")
        quick = [name for name in self.lines if self.seconds[name] < _TEST_SECONDS]
        return {"failed": self.failed, "tests": [(name, self.seconds[name], sorted(self._all(name))) for name in quick]}

    def _all(self, name: str) -> set[tuple[str, int]]:
        return self.lines[name] | self.setups.get(name.partition("::")[0], set())
