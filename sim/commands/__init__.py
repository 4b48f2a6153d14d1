"""The commands of the command line: whatever click command stands in a file of this package. Heavy imports wait until a command runs."""

from __future__ import annotations

from collections.abc import Iterator
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
    for module in (import_module(f"{__name__}.{file.name}") for file in iter_modules(__path__)):
        for name, command in _defined_in(module):
            if name in found:
                raise ValueError(f"{module.__name__}: another file has a command '{name}' too")
            found[name] = command
    return found


def _defined_in(module: ModuleType) -> Iterator[tuple[str, click.Command]]:
    """Yield what the module defines itself; what it imports is listed where it stands."""
    for value in vars(module).values():
        if isinstance(value, click.Command) and value.callback is not None and value.callback.__module__ == module.__name__:
            yield value.name or "", value
