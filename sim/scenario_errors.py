"""What is wrong with a scenario, in one line: where, what, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sim.schedule import BRANCHES, Schedule, marks

_EXAMPLES = {
    "name": ", like name: my-scenario",
    "title": ", like title: {en: A greener city, zh: 更绿的城市}",
    "question": ", like question: {en: What would it cost?, zh: 代价多大？}",
    "sources": ", like sources: [article p31] or sources: [own assumption]",
    "en": " in English", "zh": " in Chinese",
}
Places = dict[tuple[Any, ...], tuple[str, int, int]]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean 'x'?)` for the nearest known word, or nothing."""
    match = get_close_matches(str(word), list(known), n=1, cutoff=0.6)
    return f" (did you mean '{match[0]}'?)" if match else ""


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Return the message for a name that does not exist; without a near one it lists some that do."""
    known = list(known)
    hint = nearest(word, known) or f"; known are {', '.join(known[:8])}{', ...' if len(known) > 8 else ''}"
    return f"unknown {what} '{word[:60]}'{hint}"


def explain(
    path: tuple[Any, ...], problem: str | Any, places: Places, where: str, model: type[BaseModel] | None = None
) -> str:
    """Return one line for a problem: `file:line:column: key.path: what, and what to write instead`."""
    path = tuple(part for part in path if part not in ("float", "int", "str", "constrained-float", *BRANCHES))
    text = problem if isinstance(problem, str) else _from_pydantic(problem, path, model)
    key = ".".join(str(part) for part in path)
    return f"{_place(path, places, where)}: {key + ': ' if key else ''}{text}"


def _place(path: tuple[Any, ...], places: Places, where: str) -> str:
    """File, line and column of the nearest key that stands in a file."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            file, line, column = places[path[:length]]
            return f"{file}:{line}:{column}"
    return where


def _from_pydantic(error: Any, path: tuple[Any, ...], model: type[BaseModel] | None) -> str:
    context, kind = error.get("ctx", {}), error["type"]
    got = _short(error.get("input"))
    if kind == "extra_forbidden":
        return unknown("key", str(path[-1]), _fields(model, path[:-1]))
    if kind == "missing":
        return f"is missing; write it{_EXAMPLES.get(str(path[-1]), '')}"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        bound = next(iter(context.values()))
        side = {"greater_than_equal": "at least", "greater_than": "more than", "less_than_equal": "at most", "less_than": "less than"}
        return f"{got} is out of range; write a number of {side[kind]} {bound:g}{_range(model, path)}"
    if kind == "literal_error":
        expected = str(context.get("expected"))
        words = expected.replace("'", "").replace(" or ", ", ").split(", ")
        return f"{got} is not one of {', '.join(words)}{nearest(str(error.get('input')), words)}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    return f"{error['msg'].lower()}, got {got}"


def _range(model: type[BaseModel] | None, path: tuple[Any, ...]) -> str:
    fields = model.model_fields if model is not None else {}
    field = next((fields[part] for part in reversed(path) if part in fields), None)
    metadata = [*field.metadata, *_value_metadata(field.annotation)] if field is not None else []
    low = max((m.ge for m in metadata if hasattr(m, "ge")), default=None)
    high = min((m.le for m in metadata if hasattr(m, "le")), default=None)
    return f", from {low:g} to {high:g}" if low is not None and high is not None else ""


def _value_metadata(annotation: Any) -> list[Any]:
    """Return what bounds one value of a path over time."""
    return marks(*get_args(annotation)) if get_origin(annotation) is Schedule else []


def _fields(model: type[BaseModel] | None, path: tuple[Any, ...]) -> list[str]:
    """Names of the fields at a path of a model, as they are written."""
    for part in path:
        annotation = model.model_fields[part].annotation if model is not None and part in model.model_fields else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    return [field.alias or name for name, field in model.model_fields.items()] if model is not None else []


def _short(value: Any) -> str:
    text = repr(value) if isinstance(value, (str, int, float, bool, type(None))) else type(value).__name__
    return text if len(text) <= 60 else text[:57] + "..."
