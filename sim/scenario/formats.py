"""YAML, TOML and JSON as plain values, with the line and column of every key.

What a scenario never needs is refused before anything is built of it: anchors, aliases, tags, repeated and endless
keys, depth, more values than a page holds, numbers that are none.
"""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from sim.scenario.emptiness import empties
from sim.scenario.hints import to_mend
from sim.scenario.limits import DEEPEST, MOST_NODES, MOST_WORDS, SHORT
from sim.scenario.problem import Places, ScenarioError
from sim.tables.printable import shortened

_LONGEST_KEY = 200
_PARTS = re.compile(r"[^\s,:\[\]{}]+|[\n,\[{]")  # a parser written in Python takes its time for each


def yaml(text: str, name: str) -> tuple[Any, Places]:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    _refuse_endless(text, name)
    try:
        node = _composed(text, name)
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
        place = getattr(error, "position", None)  # of a character that is not allowed
        line = 0 if place is None else text[:place].count("\n") + 1
        where = f"{name}:{line}" if line else name
        raise ScenarioError(f"{where}: {to_mend(f'not valid YAML: {first}', text, line)}") from None


@lru_cache(maxsize=32)
def _composed(text: str, name: str) -> Any:
    """Return the nodes of a page that is plain: a parser written in Python, and the files that others extend are read
    again and again. Whoever reads them makes values of its own.
    """
    from sim.scenario.plain_yaml import composed

    node = composed(text, name)
    if told := list(empties(node, name)):
        raise ScenarioError(*told)
    return node


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
        _refuse_key(key, mapping, f"{file}:{line}:{column}")
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
    if not is_finite(number):
        raise ScenarioError(f"{where}: {text} is too large to be a number; write a finite one")
    return number


def is_finite(number: float) -> bool:
    """Tell whether a number, whole ones of any length included, is one that can be computed with."""
    try:
        return math.isfinite(number)
    except OverflowError:
        return False


def _refuse_key(key: str, there: dict[str, Any], where: str) -> None:
    if len(key) > _LONGEST_KEY:
        raise ScenarioError(f"{where}: a key of {len(key):,} characters; keys are short words")
    if key in there:
        raise ScenarioError(f"{where}: key '{key}' stands twice; keep one")


def _refuse_endless(text: str, name: str) -> None:
    """Refuse more words, lines and brackets than are read in a moment, comments included."""
    if sum(1 for _ in zip(_PARTS.finditer(text), range(MOST_WORDS + 1), strict=False)) > MOST_WORDS:
        raise ScenarioError(f"{name}: more than {MOST_WORDS:,} words and lines; {SHORT}")


def _toml(text: str, name: str) -> tuple[Any, Places]:
    _refuse_endless(text, name)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise _too_deep(name) from None
    except ValueError as error:
        raise ScenarioError(f"{name}: {to_mend(f'not valid TOML: {shortened(str(error))}', text)}") from None
    return _checked(values, name), _somewhere(values, name)


def _json(text: str, name: str) -> tuple[Any, Places]:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key, value in items:
            _refuse_key(key, mapping, name)
            mapping[key] = value
        return mapping

    try:
        values = json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        where, said = f"{name}:{error.lineno}:{error.colno}", f"not valid JSON: {error.msg}"
        raise ScenarioError(f"{where}: {to_mend(said, text, error.lineno)}") from None
    except RecursionError:
        raise _too_deep(name) from None
    except ScenarioError:
        raise
    except ValueError:  # Python reads no whole number of thousands of digits
        raise ScenarioError(f"{name}: holds a number too large to be one; write a finite one") from None
    return _checked(values, name), _somewhere(values, name)


def _too_deep(name: str) -> ScenarioError:
    return ScenarioError(f"{name}: nested deeper than {DEEPEST} levels; {SHORT}")


def _somewhere(values: Any, name: str, path: tuple[Any, ...] = ()) -> Places:
    """Return the file as the place of every key, where a parser tells none."""
    inside = values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    below = (_somewhere(value, name, (*path, key)).items() for key, value in inside)
    return {path: (name, 0, 0), **dict(chain.from_iterable(below))}


def _checked(values: Any, name: str) -> Any:
    """Refuse what the other formats can hold and a scenario cannot: depth, length, dates, infinite numbers."""
    for number, (value, depth) in enumerate(_inside(values)):
        if depth > DEEPEST:
            raise _too_deep(name)
        if number >= MOST_NODES:
            raise ScenarioError(f"{name}: more than {MOST_NODES:,} values; {SHORT}")
        for key in value if isinstance(value, dict) else ():
            _refuse_key(key, {}, name)
        if isinstance(value, (int, float)) and not is_finite(value):
            said = "a number too large to be one" if isinstance(value, int) else f"{value}, which is no number"
            raise ScenarioError(f"{name}: holds {said}; write a finite one")
        if not isinstance(value, (dict, list, str, int, float, bool, type(None))):
            raise ScenarioError(f"{name}: '{value}' is a {type(value).__name__}; write text or a number")
    return values


def _inside(values: Any) -> Iterator[tuple[Any, int]]:
    """Yield a value and all below it, each with its depth."""
    waiting = [(values, 0)]
    while waiting:
        value, depth = waiting.pop()
        yield value, depth
        below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(item, depth + 1) for item in below]


PARSERS = {".yaml": yaml, ".yml": yaml, ".toml": _toml, ".json": _json}
