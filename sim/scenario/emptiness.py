"""Keys of a YAML file with nothing behind them: what stood there may have been switched off line by line, so nobody can
tell whether it is to be taken out or left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_SWITCHED_OFF = "policies"  # of a file that extends nothing: every instrument below it stands behind a #


def is_nothing(text: str) -> bool:
    """Tell whether a text for one value says nothing at all: not even null."""
    return not text.strip() or text.lstrip().startswith("#")


def empties(node: Any, name: str) -> Iterator[str]:
    """Yield one line for each key, and each item of a list, that has nothing behind it; `node` is the file's."""
    pairs = node.value if type(node).__name__ == "MappingNode" else []
    extends = any(key.value == "extends" for key, _ in pairs)
    for key, value in pairs:
        if extends or key.value != _SWITCHED_OFF or not _is_empty(value):
            yield from _below(key, value, (), name)


def _below(key: Any, value: Any, path: tuple[str, ...], name: str) -> Iterator[str]:
    path = (*path, str(key.value))
    if _is_empty(value):
        where = f"{_place(key, name)}: {'.'.join(path)}"
        yield f"{where}: is empty; write its value, null to take it out, or leave the line out"
    elif type(value).__name__ == "MappingNode":
        for inner, item in value.value:
            yield from _below(inner, item, path, name)
    elif type(value).__name__ == "SequenceNode":
        for number, item in enumerate(value.value):
            yield from _in_list(item, (*path, str(number)), name)


def _in_list(item: Any, path: tuple[str, ...], name: str) -> Iterator[str]:
    if _is_empty(item):
        yield f"{_place(item, name)}: {'.'.join(path)}: is empty; write its value, or leave it out"
    elif type(item).__name__ == "MappingNode":
        for inner, value in item.value:
            yield from _below(inner, value, path, name)


def _place(node: Any, name: str) -> str:
    return f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"


def _is_empty(node: Any) -> bool:
    return str(node.tag).endswith(":null") and not str(node.value)
