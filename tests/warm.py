"""A Python that has imported the libraries already: what is run in it begins at once, in a process of its own.

A command of clustersim takes seconds to begin, most of them for the same libraries. Started as a program, this file
imports them and waits; for each job that it is told of it forks a child, which does what `python ARGUMENTS` in a folder
does. Nothing of clustersim is imported before, so each child reads the folder that it is told.
"""

import json
import os
import runpy
import signal
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib import import_module
from pathlib import Path

HOUSE = Path(__file__).parent.parent
WAYS = {"-c", "-m"}
LONGEST = 600  # seconds that a job may take


class Warm:
    """Starts the waiting Python and hands it jobs.

    Args:
        options: of the interpreter. environment: that of all jobs.
    """

    def __init__(self, options, environment):
        alone = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # who forks has no threads
        command = [sys.executable, *options, str(Path(__file__).resolve())]
        self._waiting = subprocess.Popen(
            command, env=environment | alone, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, folder, arguments, outputs):
        """Do what `python ARGUMENTS` does in a folder; what is said goes into two files. Return the exit code."""
        job = [str(folder), [str(a) for a in arguments], [str(path) for path in outputs]]
        print(json.dumps(job), file=self._waiting.stdin, flush=True)
        return int(self._waiting.stdout.readline())

    def end(self):
        """Let the waiting Python go."""
        self._waiting.communicate()


def _libraries():
    """Names of the libraries that the project says it needs; those of tests rewrite what is imported before them."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [line.partition(">=")[0].replace("-", "_") for line in project["dependencies"]]


def _wait():
    """Do jobs until there are no more to come."""
    sys.path.remove(str(Path(__file__).resolve().parent))
    for name in _libraries():
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _do(*json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _do(folder, arguments, outputs):
    """Be `python ARGUMENTS`, and end."""
    for stream, path in enumerate(outputs, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder)
    signal.alarm(LONGEST)
    os.environ["PYTHONPATH"] = folder
    sys.path.insert(0, folder)
    way, *others = arguments if arguments[0] in WAYS else ("", *arguments)
    sys.argv = [way or others[0], *others[1:]]
    code = 1
    try:
        if way == "-c":
            main = sys.modules["__main__"] = type(sys)("__main__")
            exec(compile(others[0], "<string>", "exec"), vars(main))
        elif way == "-m":
            runpy.run_module(others[0], run_name="__main__", alter_sys=True)
        else:
            runpy.run_path(others[0], run_name="__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    _wait()
