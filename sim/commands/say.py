"""The one way from a command to the screen: texts of users, whatever they hold, arrive as text."""

from __future__ import annotations

import click


def say(text: str, *, err: bool = False, nl: bool = True) -> None:
    """Print a text; what is not seen and would act on a terminal is written out."""
    from sim.tables.printable import printable

    click.echo(printable(text), err=err, nl=nl)
