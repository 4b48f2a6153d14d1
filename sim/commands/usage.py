"""What is wrong with a command line that click cannot read, as one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import click

_RANGE = re.compile(r"is not in the range \S+")  # click's words; what may be written is said after them
_WORDS = {"integer": "whole number", "whole number range": "whole number", "float range": "number"}  # click's and ours


def told(error: click.UsageError, command: str) -> str:
    """Return what is wrong, where, and what to write instead or which command lists that; `command` is empty before
    one is known.
    """
    from sim.tables.nearest import lists_all, unknown

    command = _path(error.ctx) or command
    kind = "option" if command else "command"  # options of the program itself are listed with its commands
    if isinstance(error, click.NoSuchOption):
        return unknown(kind, error.option_name, _options(error.ctx), what="option", within=command)
    return f"{_what(error, command or 'clustersim')}{lists_all(kind, command)}"


def _path(ctx: click.Context | None) -> str:
    """Return the words of the command that was read last, the program's own name left out: `city template`."""
    words: list[str] = []
    while ctx is not None and ctx.parent is not None:
        words.insert(0, ctx.info_name or "")
        ctx = ctx.parent
    return " ".join(words)


def _options(ctx: click.Context | None) -> list[str]:
    parameters = [] if ctx is None else ctx.command.get_params(ctx)
    return [name for parameter in parameters for name in parameter.opts if name.startswith("-")]


def _what(error: click.UsageError, command: str) -> str:
    parameter = error.param if isinstance(error, click.BadParameter) else None
    if parameter is None:
        return f"{command}: {_sentence(error.format_message())}"
    name = parameter.human_readable_name if isinstance(parameter, click.Argument) else "/".join(parameter.opts)
    if isinstance(error, click.MissingParameter):
        return f"{command}: {name} is missing"
    return f"{command} {name}: {_sentence(error.message)}{_instead(parameter.type)}"


def _sentence(message: str) -> str:
    """Return click's sentence as a part of ours; what it calls a range is a number to whoever reads it."""
    part = " ".join(message.split()).removesuffix(".")
    part = _RANGE.sub("is out of range", part)
    for theirs, ours in _WORDS.items():
        part = part.replace(f"is not a valid {theirs}", f"is not a valid {ours}")
    return part[:1].lower() + part[1:]


def _instead(kind: click.ParamType) -> str:
    """Return what a number may be; of other kinds click's sentence says it."""
    if not isinstance(kind, (click.IntRange, click.FloatRange)):
        return ""
    number = "a whole number" if isinstance(kind, click.IntRange) else "a number"
    low = "" if kind.min is None else f" {'above' if kind.min_open else 'of at least'} {kind.min:,}"
    high = "" if kind.max is None else f" {'below' if kind.max_open else 'at most'} {kind.max:,}"
    return f"; write {number}{low}{' and' * bool(low and high)}{high}"


def empty_words(words: list[str]) -> list[str]:
    """Return what is wrong with options of a command that have no value: whoever wrote one meant something by it."""
    options = [before for before, word in pairwise(words) if word == "" and before.startswith("-")]
    options += [word[:-1] for word in words if word.startswith("--") and word.find("=") == len(word) - 1]
    return [f"{words[0]} {option}: is empty; write a value, or leave it out" for option in options]


def twice(command: click.Command, words: Sequence[str]) -> list[str]:
    """Return what to say of options that stand twice where one value counts: the first would be dropped unseen."""
    said = [word.partition("=")[0] for word in words if word.startswith("-")]
    return [
        f"{option.opts[0]}: stands {found} times, and one value counts; write it once"
        for option in command.params
        if isinstance(option, click.Option) and not option.multiple and not option.count
        if (found := sum(said.count(name) for name in (*option.opts, *option.secondary_opts))) > 1
    ]
