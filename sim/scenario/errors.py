"""What is wrong with a scenario, in one line: where, what, and what to write instead."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from pydantic import BaseModel

from sim.calendar.schedule import BRANCHES, Schedule, marks
from sim.scenario.asking import UNITS
from sim.scenario.problem import Places
from sim.tables.nearest import did_you_mean, unknown
from sim.tables.printable import shortened

_EXAMPLES = {
    "name": ", like name: my-scenario",
    "title": ", like title: {en: A greener city, zh: 更绿的城市}",
    "question": ", like question: {en: What would it cost?, zh: 代价多大？}",
    "sources": ", like sources: [article p31] or sources: [own assumption]",
    "en": " in English",
    "zh": " in Chinese",
    "outlook": ", like outlook: {demand_shift: 0.01}",
    "horizon": ", like horizon: {until: 2025Q4}",
    "population": ", like population: {above_scale: 5000}",
    "envelope": ", like envelope: {amount_a_year: 100 亿元}",
    "order": ", like order: [peak_climbing, scale_up]",
    "parameters": ", like parameters: {hurdle_rate: 0.1}",
    "policies": ", like policies: {scale_up: {rate: 0.5}}",
    "targets": ", like targets: [{name: gdp, title: {en: GDP, zh: 产值}, metric: gdp, at_least: 1 万亿元, by: 2025}]",
    "answer": ", like answer: {metric: gdp_real, year: 2025, of: no-fund}",
    "parts.*.policies": ", like policies: [merger_support], or leave the part out",
    "parts": ", like parts: {divide: {title: {en: Divide, zh: 除法}, policies: [merger_support]}}",
    "variants": ", like variants: {no-fund: {policies: {policy_fund: null}}}",
    "metric": ", like metric: gdp",
    "by": ", like by: 2025",
    "year": ", like year: 2025",
    "from": ", like from: 2022Q1",
    "until": ", like until: 2025Q4",
}
_IN_TIME = ("from", "until")
_KINDS = {list: "a list", tuple: "a list", dict: "a mapping", type(None): "null"}
_WANTED = {  # by the kind of a value that is of another kind: what is asked for
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
}
# as YAML once was, and as people write
_TRUE, _FALSE = ("true", "yes", "y", "on", "1", "是"), ("false", "no", "n", "off", "0", "否")


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
        return f"is missing; write it{_example(path)}"
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
        near = did_you_mean(str(error.get("input")), words)
        return f"{got} is not one of {', '.join(words)}{near or '; write one of them'}"
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    if kind == "string_too_short":
        return f"is empty; write text{_example(path)}"
    if kind == "string_too_long":
        return f"has {len(error['input']):,} signs; write at most {context['max_length']}"
    if kind == "string_pattern_mismatch":
        return f"{got} cannot be a name; use letters, digits, - and _, at most 64, like gdp-2025"
    if kind == "too_short":
        return f"is empty; write at least one{_example(path)}"
    if kind in _WANTED:
        return f"{got} is not {_WANTED[kind]}; write {_instead(error, path, model)}"
    return f"{error['msg'][:1].lower()}{error['msg'][1:]}, got {got}"


def _instead(error: Any, path: tuple[Any, ...], model: type[BaseModel] | None) -> str:
    """Return what to write where a value of another kind stands."""
    kind, word = error["type"], str(error.get("input")).casefold()
    if kind == "bool_type" and isinstance(known := truth(word), bool):
        return str(known).lower()
    usual = ", like 0.05" if kind == "float_type" else _example(path)
    return f"{_WANTED[kind]}{_range(model, path) or usual}"


def _example(path: tuple[Any, ...]) -> str:
    """Return what stands at a path, by the section in which it stands, else by its name; a lever is no section."""
    section, name = str(path[-3]) if len(path) > 2 else "", str(path[-1])
    if section == "policies" and name not in _IN_TIME:
        return ""
    return _EXAMPLES.get(f"{section}.*.{name}") or _EXAMPLES.get(name, "")


def truth(word: Any) -> Any:
    """Return what a word for yes or no means, whatever its language; anything else as it is."""
    plain = str(word).strip().casefold()
    return True if plain in _TRUE else False if plain in _FALSE else word


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
    """Return from where to where a number may lie, and in which unit it is written where it is money or energy."""
    metadata = _metadata(model, path)
    low = max((m.ge for m in metadata if hasattr(m, "ge")), default=None)
    high = min((m.le for m in metadata if hasattr(m, "le")), default=None)
    extras = [getattr(mark, "json_schema_extra", None) or {} for mark in metadata]
    unit = next((f" ({extra['unit']})" for extra in extras if extra.get("unit") in UNITS), "")
    return f"{f', from {low:g} to {high:g}' if low is not None and high is not None else ''}{unit}"


def _metadata(model: type[BaseModel] | None, path: tuple[Any, ...]) -> list[Any]:
    """Return what bounds the value at a path of a model; behind the name of a lever may stand a quarter."""
    if model is None:
        return []
    for length in range(len(path), 0, -1):
        fields = _model_at(model, path[: length - 1]).model_fields
        named = [field for name, field in fields.items() if path[length - 1] in (name, field.alias)]
        if named:
            return [*named[0].metadata, named[0], *_value_metadata(named[0].annotation)]
    return []


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
    if isinstance(value, bool):
        return str(value).lower()
    plain = isinstance(value, (str, float)) or (isinstance(value, int) and abs(value) < 10**60)
    return shortened(repr(value) if plain else _KINDS.get(type(value), type(value).__name__), 60)
