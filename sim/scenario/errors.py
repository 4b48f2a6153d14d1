"""What is wrong with a scenario, in one line: where, what, and what to write instead."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sim.calendar.schedule import BRANCHES, Schedule, marks
from sim.tables.nearest import did_you_mean, unknown
from sim.tables.printable import shortened

_EXAMPLES = {
    "name": ", like name: my-scenario",
    "title": ", like title: {en: A greener city, zh: 更绿的城市}",
    "question": ", like question: {en: What would it cost?, zh: 代价多大？}",
    "sources": ", like sources: [article p31] or sources: [own assumption]",
    "en": " in English",
    "zh": " in Chinese",
}
Places = dict[tuple[Any, ...], tuple[str, int, int]]


def explain(
    path: tuple[Any, ...], problem: str | Any, places: Places, where: str, model: type[BaseModel] | None = None
) -> str:
    """Return one line for a problem: `file:line:column: key.path: what, and what to write instead`."""
    path = tuple(part for part in path if part not in ("float", "int", "str", "constrained-float", *BRANCHES))
    text = problem if isinstance(problem, str) else _from_pydantic(problem, path, model)
    key = ".".join(shortened(str(part), 60) for part in path)
    return f"{_place(path, places, where)}: {key + ': ' if key else ''}{text}"


def _place(path: tuple[Any, ...], places: Places, where: str) -> str:
    """File, line and column of the nearest key that stands in a file."""
    for length in range(len(path), 0, -1):
        if path[:length] in places:
            return stands(places[path[:length]])
    return where


def stands(place: tuple[str, int, int]) -> str:
    """Return a place as it is told: with line and column where they are known."""
    file, line, column = place
    return f"{file}:{line}:{column}" if line else file


def _from_pydantic(error: Any, path: tuple[Any, ...], model: type[BaseModel] | None) -> str:
    context, kind = error.get("ctx", {}), error["type"]
    got = _short(error.get("input"))
    if kind == "extra_forbidden":
        return _unknown_key(path, model)
    if kind == "missing":
        return f"is missing; write it{_EXAMPLES.get(str(path[-1]), '')}"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        bound = next(iter(context.values()))
        side = {
            "greater_than_equal": "at least",
            "greater_than": "more than",
            "less_than_equal": "at most",
            "less_than": "less than",
        }
        return f"{got} is out of range; write a number of {side[kind]} {bound:g}{_range(model, path)}"
    if kind == "literal_error":
        expected = str(context.get("expected"))
        words = expected.replace("'", "").replace(" or ", ", ").split(", ")
        return f"{got} is not one of {', '.join(words)}{did_you_mean(str(error.get('input')), words)}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    return f"{error['msg'].lower()}, got {got}"


def _unknown_key(path: tuple[Any, ...], model: type[BaseModel] | None) -> str:
    """Levers are keys too; they are listed by their instrument or section, which also says what they mean."""
    known = [*_fields(model, path[:-1]), *(["extends"] if len(path) == 1 else [])]
    if model is not None and path[0] == "policies":
        return unknown("lever", str(path[-1]), known, what="key", within=str(path[1]))
    if model is not None and describes_itself(model, path[:-1]):
        return unknown("lever", str(path[-1]), known, what="key", within=str(path[0]))
    return unknown("key", str(path[-1]), known)


def describes_itself(model: type[BaseModel], path: tuple[Any, ...]) -> bool:
    """Tell whether the keys at a path of a model are levers: all of them are described."""
    inner = _model_at(model, path)
    return inner is not model and all(field.description for field in inner.model_fields.values())


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
    return (
        [field.alias or name for name, field in _model_at(model, path).model_fields.items()]
        if model is not None
        else []
    )


def _model_at(model: type[BaseModel], path: tuple[Any, ...]) -> type[BaseModel]:
    """Return the innermost model on the way down a path."""
    for part in path:
        annotation = model.model_fields[part].annotation if part in model.model_fields else None
        inner = [
            kind
            for kind in (annotation, *get_args(annotation))
            if isinstance(kind, type) and issubclass(kind, BaseModel)
        ]
        model = inner[0] if inner else model
    return model


def _short(value: Any) -> str:
    plain = isinstance(value, (str, float, bool, type(None))) or (isinstance(value, int) and abs(value) < 10**60)
    return shortened(repr(value) if plain else type(value).__name__, 60)
