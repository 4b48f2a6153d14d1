"""The one way from a command to the screen: texts of users, whatever they hold, arrive as text."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from shutil import get_terminal_size

import click


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text; what is not seen and would act on a terminal is written out."""
    from sim.tables.printable import printable

    click.echo(printable(text), err=err, nl=nl)


def say_all(lines: Sequence[str]) -> None:
    """Print what came out: rows as a table that fits the terminal, into a pipe as they are."""
    if sys.stdout.isatty():
        from sim.report.rows import for_terminal

        lines = for_terminal(lines, get_terminal_size().columns)
    say("\n".join(lines))
