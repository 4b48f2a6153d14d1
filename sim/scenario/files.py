"""Reading a scenario file: YAML, TOML or JSON into plain values, with the line and column of every key.

A file from a stranger must not hurt: size, depth and number of nodes are capped, and anchors, aliases, tags and
repeated keys are refused before anything is built.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from sim.scenario.emptiness import empties, is_nothing
from sim.scenario.hints import to_mend

LARGEST_BYTES, DEEPEST, MOST_NODES = 1_000_000, 20, 10_000
SUFFIXES = (".yaml", ".yml", ".toml", ".json")

Places = dict[tuple[Any, ...], tuple[str, int, int]]  # line and column 0: somewhere in the file


class ScenarioError(ValueError):
    """One or more things wrong with a scenario, one line each."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Document:
    """A file's plain values and where each key path stands: (file, line, column), counted from one."""

    values: dict[str, Any]
    places: Places
    path: Path


def read_file(path: Path) -> Document:
    """Read a scenario file.

    Raises:
        ScenarioError: if it cannot be read or is not a plain mapping.
    """
    text, name = _text(path), str(path)
    values, places = _PARSERS[path.suffix](text, name)
    if not isinstance(values, dict):
        raise ScenarioError(f"{name}:1:1: a scenario is a mapping of keys to values; begin with 'name:'")
    return Document(values, places, path)


def _text(path: Path) -> str:
    if path.suffix not in _PARSERS:
        raise ScenarioError(f"{path}: a scenario file ends in .yaml, .toml or .json")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise ScenarioError(f"{path}: cannot be read ({error.strerror}); write the path of a scenario file") from None
    if len(data) > LARGEST_BYTES:
        raise ScenarioError(f"{path}: larger than 1 MB; a scenario is a few kilobytes")
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


def _yaml(text: str, name: str) -> tuple[Any, Places]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    yaml = YAML(typ="safe", pure=True)
    try:
        _check_events(yaml, text, name)
        node = yaml.compose(text)
        if told := list(empties(node, name)):
            raise ScenarioError(*told)
        places: Places = {}
        return (_value(node, (), places, name) if node is not None else None), places
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where, line = (f"{name}:{mark.line + 1}:{mark.column + 1}", mark.line + 1) if mark else (name, 0)
        said = f"not valid YAML: {error.problem or error.context}"
        raise ScenarioError(f"{where}: {to_mend(said, text, line)}") from None
    except (YAMLError, RecursionError, ValueError, AttributeError, TypeError, KeyError, IndexError) as error:
        if isinstance(error, ScenarioError):
            raise
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ScenarioError(f"{name}: not valid YAML: {first}") from None


def _check_events(yaml: Any, text: str, name: str) -> None:
    """Refuse what a plain scenario never needs, before anything is built."""
    depth = nodes = documents = 0
    for event in yaml.parse(text):
        kind = type(event).__name__
        where = f"{name}:{event.start_mark.line + 1}:{event.start_mark.column + 1}"
        documents += kind == "DocumentStartEvent"
        if kind == "AliasEvent" or getattr(event, "anchor", None):
            raise ScenarioError(
                f"{where}: anchors and aliases (& and *) are not allowed; write the values out, or use 'extends:'"
            )
        if getattr(event, "tag", None) and kind != "DocumentStartEvent":
            raise ScenarioError(f"{where}: tags (!) are not allowed; write a plain value")
        nodes += kind in ("ScalarEvent", "MappingStartEvent", "SequenceStartEvent")
        depth += kind in ("MappingStartEvent", "SequenceStartEvent")
        depth -= kind in ("MappingEndEvent", "SequenceEndEvent")
        if depth > DEEPEST or nodes > MOST_NODES or documents > 1:
            what = "nested deeper than 20 levels" if depth > DEEPEST else "more than 10,000 values"
            raise ScenarioError(
                f"{where}: {'more than one document' if documents > 1 else what}; a scenario is one short file"
            )


def _value(node: Any, path: tuple[Any, ...], places: Places, name: str) -> Any:
    kind = type(node).__name__
    if kind == "SequenceNode":
        items = []
        for i, item in enumerate(node.value):
            places[(*path, i)] = _place(item, name)
            items.append(_value(item, (*path, i), places, name))
        return items
    return _mapping(node, path, places, name) if kind == "MappingNode" else _scalar(node, path, name)


def _mapping(node: Any, path: tuple[Any, ...], places: Places, name: str) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        file, line, column = _place(key_node, name)
        key = str(key_node.value)
        if type(key_node).__name__ != "ScalarNode" or key == "<<":
            raise ScenarioError(f"{file}:{line}:{column}: a key must be a plain word")
        if key in mapping:
            raise ScenarioError(f"{file}:{line}:{column}: key '{key}' stands twice; keep one")
        places[(*path, key)] = file, line, column
        mapping[key] = _value(value_node, (*path, key), places, name)
    return mapping


def _place(node: Any, name: str) -> tuple[str, int, int]:
    return name, node.start_mark.line + 1, node.start_mark.column + 1


_NUMBER = re.compile(r"^[-+]?(\d[\d_]*(\.\d*)?|\.\d+)([eE][-+]?\d+)?$")


def _scalar(node: Any, path: tuple[Any, ...], name: str) -> Any:
    tag, text = str(node.tag).rsplit(":", 1)[-1], node.value
    if tag == "null":
        return None
    if tag == "bool":
        return text.lower() == "true"
    if tag not in ("int", "float"):
        return text
    file, line, column = _place(node, name)
    where = f"{file}:{line}:{column}: {'.'.join(map(str, path))}"
    if not _NUMBER.match(text) or len(text) > 40:
        raise ScenarioError(f"{where}: '{text[:20]}' is not a plain finite number; write digits like 0.05")
    return finite(text, where)


def finite(text: str, where: str) -> float | int:
    """Return a written number.

    Raises:
        ScenarioError: if it is not finite.
    """
    number = int(text.replace("_", "")) if re.fullmatch(r"[-+]?[\d_]+", text) else float(text.replace("_", ""))
    if math.isinf(float(number)) or math.isnan(float(number)):
        raise ScenarioError(f"{where}: {text} is too large to be a number; write a finite one")
    return number


def read_value(text: str, where: str) -> Any:
    """Return one value as a YAML file would give it.

    Raises:
        ScenarioError: if it is not plain.
    """
    if is_nothing(text):
        raise ScenarioError(f"{where}: is empty; write a value, or null to take it out")
    value, _ = _yaml(f"value: {text}", where)
    return value["value"]


def _toml(text: str, name: str) -> tuple[Any, Places]:
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        raise ScenarioError(f"{name}: {to_mend(f'not valid TOML: {error}', text)}") from None
    return _checked(values, name), _somewhere(values, name)


def _json(text: str, name: str) -> tuple[Any, Places]:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in items:
            if key in mapping:
                raise ScenarioError(f"{name}: key '{key}' stands twice; keep one")
            mapping[key] = value
        return mapping

    try:
        values = json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        where, said = f"{name}:{error.lineno}:{error.colno}", f"not valid JSON: {error.msg}"
        raise ScenarioError(f"{where}: {to_mend(said, text, error.lineno)}") from None
    except (RecursionError, ValueError) as error:
        raise error if isinstance(error, ScenarioError) else ScenarioError(f"{name}: not valid JSON: {error}") from None
    return _checked(values, name), _somewhere(values, name)


def _somewhere(values: Any, name: str, path: tuple[Any, ...] = ()) -> Places:
    """Return the file as the place of every key, where a parser tells none."""
    inside = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    below = (_somewhere(value, name, (*path, key)).items() for key, value in inside)
    return {path: (name, 0, 0), **dict(chain.from_iterable(below))}


def _checked(values: Any, name: str, depth: int = 0) -> Any:
    """Refuse what the other formats can hold and a scenario cannot: depth, dates, infinite numbers."""
    if depth > DEEPEST:
        raise ScenarioError(f"{name}: nested deeper than 20 levels; a scenario is one short file")
    for item in values.values() if isinstance(values, dict) else values if isinstance(values, list) else ():
        _checked(item, name, depth + 1)
    if isinstance(values, float) and not math.isfinite(values):
        raise ScenarioError(f"{name}: {values} is not a finite number; write a finite one")
    if not isinstance(values, (dict, list, str, int, float, bool, type(None))):
        raise ScenarioError(f"{name}: '{values}' is a {type(values).__name__}; write text or a number")
    return values


_PARSERS = {".yaml": _yaml, ".yml": _yaml, ".toml": _toml, ".json": _json}
