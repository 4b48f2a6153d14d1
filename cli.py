"""The command line of clustersim: the door to `sim.commands`, where each command stands in a file."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import Any

import click

from sim.commands.errors import INTERNAL, Door, Terminated, end
from sim.luck.threads import ONE_THREAD


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CLUSTERSIM"})
@click.version_option(package_name="clustersim")
def main() -> None:
    """Simulate a city's industrial clusters under subsidy policies and energy caps."""


def _terminate(*_: Any) -> None:
    raise Terminated


def entry() -> None:
    """Start the command line: a termination is told like an interrupt, a closed pipe ends quietly."""
    signal.signal(signal.SIGTERM, _terminate)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    os.environ["MPLBACKEND"] = "Agg"  # pictures go into files, whatever a notebook around it has chosen
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign gets another, not a traceback
    try:
        main()
    except Terminated as error:  # before or after a command
        end(error)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except MemoryError:  # too little even to tell it well
        os.write(2, b"error: memory ran out; what ended is saved: free memory, or use fewer --jobs\n")
        sys.exit(INTERNAL)


if __name__ == "__main__":
    entry()
