"""How a command ends: one line for each expected failure, and its exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any, NoReturn

import click

from sim.commands import commands, find
from sim.commands.say import say

INTERNAL, BAD_INPUT, IN_USE, RUNS_FAILED, CANNOT_WRITE, CLUSTER_LOST = range(1, 7)
INTERRUPTED, TERMINATED = 130, 143
# by name, so that nothing heavy is imported before it is needed
_CODES = {
    "ScenarioError": BAD_INPUT,
    "TableError": BAD_INPUT,
    "CannotWrite": CANNOT_WRITE,
    "FolderInUse": IN_USE,
    "ClusterLost": CLUSTER_LOST,
}
_HELP = getattr(click.exceptions, "NoArgsIsHelpError", ())  # nothing is asked for, so all that can be is shown

# click shows help, ends a command or tells its own errors; a closed pipe ends quietly
_CLICKS = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


class Terminated(BaseException):
    """The process was asked to end."""


def fail(problems: Iterable[str], code: int) -> NoReturn:
    """Say what is wrong, a line each, and end."""
    from sim.tables.printable import of_readable_words

    for problem in problems:
        say(f"error: {of_readable_words(' '.join(problem.splitlines()))}", err=True)
    sys.exit(code)


def end(error: BaseException, command: str = "") -> None:
    """End with the lines and the code of a failure of a command: an expected one says what to do, of any other there
    is a report; return from what click ends itself.
    """
    if isinstance(error, (KeyboardInterrupt, Terminated)):
        left = (getattr(error, name, "") for name in ("saved", "next"))
        fail(
            ["; ".join(("stopped", *filter(None, left)))],
            INTERRUPTED if isinstance(error, KeyboardInterrupt) else TERMINATED,
        )
    if isinstance(error, click.UsageError) and not isinstance(error, _HELP):
        from sim.commands.usage import told

        fail([told(error, command)], BAD_INPUT)
    code = next((_CODES[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in _CODES), None)
    if code is not None:
        fail(getattr(error, "problems", (str(error),)), code)
    if isinstance(error, MemoryError):
        saved = getattr(error, "saved", "no run was saved")
        fail([f"memory ran out; {saved}; free memory, or use fewer --jobs, and run the same command again"], INTERNAL)
    if isinstance(error, Exception) and not isinstance(error, _CLICKS):
        from sim.commands.unexpected import told as told_of

        fail([told_of(error)], INTERNAL)


class Door(click.Group):
    """All commands, each of which ends an expected failure with one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(commands())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name."""
        return find(cmd_name)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options of the program itself."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            end(error)
            raise

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for; of an unknown one say which is nearest."""
        if args and not args[0].startswith("-") and find(args[0]) is None:
            from sim.tables.nearest import unknown

            fail([unknown("command", args[0], commands())], BAD_INPUT)
        command = find(args[0]) if args else None
        if command is not None:
            from sim.commands.usage import twice

            if told := twice(command, args[1:]):
                fail(told, BAD_INPUT)
        if "" in args or any(word.endswith("=") for word in args):
            from sim.commands.usage import empty_words

            if told := empty_words(args):
                fail(told, BAD_INPUT)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BaseException as error:
            end(error, ctx.invoked_subcommand or "")
            raise
