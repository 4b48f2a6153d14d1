"""The commands of the command line: whatever click command stands in a file of this package. Heavy imports wait until
a command runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import click


def commands() -> dict[str, click.Command]:
    """Return every command by name; a file may hold several.

    Raises:
        ValueError: if two commands have one name.
    """
    found: dict[str, click.Command] = {}
    for file in _files():
        for name, command in _defined_in(import_module(f"{__name__}.{file}")):
            if name in found:
                raise ValueError(f"{__name__}.{file}: another file has a command '{name}' too")
            found[name] = command
    return found


def find(name: str) -> click.Command | None:
    """Return a command, or nothing where there is none;
    a file of its name alone is read first, which is quicker than all.
    """
    own = dict(_defined_in(import_module(f"{__name__}.{name}"))) if name in _files() else {}
    return own.get(name) or commands().get(name)


@cache
def _files() -> tuple[str, ...]:
    return tuple(file.name for file in iter_modules(__path__))


def _defined_in(module: ModuleType) -> Iterator[tuple[str, click.Command]]:
    """Yield what the module defines itself; what it imports is listed where it stands, a group lists its own."""
    inner = [
        command
        for value in vars(module).values()
        if isinstance(value, click.Group)
        for command in value.commands.values()
    ]
    for value in vars(module).values():
        if (
            isinstance(value, click.Command)
            and value not in inner
            and value.callback is not None
            and value.callback.__module__ == module.__name__
        ):
            yield value.name or "", value
