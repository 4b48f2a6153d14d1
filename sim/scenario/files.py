"""Reading a scenario file: YAML, TOML or JSON into plain values, with the line and column of every key.

A file from a stranger must not hurt: it is an ordinary file of at most 0.1 MB, or it is not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.emptiness import is_nothing
from sim.scenario.formats import PARSERS, yaml
from sim.scenario.problem import Places, ScenarioError
from sim.tables.files import FileTooLarge, bytes_of
from sim.tables.units import BYTES_PER_MB

LARGEST_BYTES = 100_000
SUFFIXES = tuple(PARSERS)


class Sort(NamedTuple):
    """What a file that somebody writes holds: what it is called, the key that it begins with, what to write where there
    is no such file.
    """

    noun: str
    begins: str
    instead: str


SCENARIO = Sort("scenario", "name:", "write the path of a scenario file")


@dataclass(frozen=True, slots=True)
class Document:
    """A file's plain values and where each key path stands: (file, line, column), counted from one."""

    values: dict[str, Any]
    places: Places
    path: Path


def read_file(path: Path, sort: Sort = SCENARIO) -> Document:
    """Read a scenario file, or one of another sort.

    Raises:
        ScenarioError: if it cannot be read or is not a plain mapping.
    """
    text = _text(path, sort)
    name = str(path)
    values, places = PARSERS[path.suffix](text, name)
    if not isinstance(values, dict):
        raise ScenarioError(f"{name}:1:1: a {sort.noun} is a mapping of keys to values; begin with '{sort.begins}'")
    return Document(values, places, path)


def _text(path: Path, sort: Sort) -> str:
    if path.suffix not in PARSERS:
        raise ScenarioError(f"{path}: a {sort.noun} file ends in .yaml, .toml or .json")
    try:
        data = bytes_of(path, LARGEST_BYTES)
    except FileTooLarge:
        most = f"{LARGEST_BYTES / BYTES_PER_MB:g} MB"
        raise ScenarioError(f"{path}: is larger than {most}; a {sort.noun} is a few kilobytes") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", error)
        raise ScenarioError(f"{path}: cannot be read ({why}); {sort.instead}") from None
    return _decode(data, path)


def _decode(data: bytes, path: Path) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise ScenarioError(f"{path}: is UTF-16; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ScenarioError(f"{path}:{line}:1: is not UTF-8 (it looks like GBK); save it as UTF-8") from None
    if "\0" in text:
        raise ScenarioError(
            f"{path}:{text[: text.index(chr(0))].count(chr(10)) + 1}:1: holds a NUL character; remove it"
        )
    return text


def read_value(text: str, where: str) -> Any:
    """Return one value as a YAML file would give it.

    Raises:
        ScenarioError: if it is not plain.
    """
    if is_nothing(text):
        raise ScenarioError(f"{where}: is empty; write a value, or null to take it out")
    value, _ = yaml(f"value: {text}", where)
    return value["value"]
