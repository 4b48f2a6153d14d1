"""The levers: every field of every instrument, and of the sections that say in which world it stands, as a scenario
may write them.

A field's description is its manual: English, Chinese, and in brackets the clause or source.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim import policies as registry
from sim.scenario.errors import describes_itself
from sim.scenario.outlook import OrWord
from sim.scenario.programme import written
from sim.scenario.scenario import Scenario

_DESCRIPTION = re.compile(r"^(?P<en>.*?) (?P<zh>[^ ]*[一-鿿].*?)(?: \((?P<source>[^()]*)\))?$")


@dataclass(frozen=True, slots=True)
class Lever:
    """One lever.

    Attributes:
        path: as a scenario and `--set` write it. unit: of a number; what else it is of other values.
        reach: what may be written, in signs that need no translation. default: the announced value, as plain data;
            None where there is none.
        meaning, meaning_zh: what it does. source: clause or source, or nothing.
    """

    path: str
    unit: str
    reach: str
    default: Any
    meaning: str
    meaning_zh: str
    source: str

    @property
    def name(self) -> str:
        """Its own name, the last part of the path."""
        return self.path.rpartition(".")[2]

    @property
    def group(self) -> str:
        """Path of the instrument or section it belongs to."""
        return self.path.rpartition(".")[0]


@cache
def levers() -> dict[str, Lever]:
    """Return every lever by its path: instruments by name, their fields as declared, then the sections."""
    groups: list[tuple[str, Any]] = [(f"policies.{name}", written(name)) for name in registry.names()]
    groups += [(name, Scenario.model_fields[name].annotation) for name in sections()]
    return {lever.path: lever for group, model in groups for lever in _of(group, model)}


def sections() -> tuple[str, ...]:
    """Return the sections of a scenario whose keys are levers: those that describe them."""
    return tuple(name for name in Scenario.model_fields if describes_itself(Scenario, (name,)))


def titles(group: str) -> str:
    """Return the name of an instrument in both languages."""
    kind = registry.get(group.rpartition(".")[2])
    return f"{kind.title_en} {kind.title_zh}"


def _of(group: str, model: type[BaseModel]) -> Iterator[Lever]:
    defaults = model.model_construct().model_dump(mode="json", by_alias=True)
    for field_name, field in model.model_fields.items():
        name = field.alias or field_name
        meaning, meaning_zh, source = _said(field.description or "")
        kind, marks = _value(field)
        unit = next(
            (extra["unit"] for mark in marks if "unit" in (extra := getattr(mark, "json_schema_extra", None) or {})), ""
        )
        yield Lever(
            f"{group}.{name}", unit or _unit(kind), _reach(kind, marks), defaults.get(name), meaning, meaning_zh, source
        )


def _said(description: str) -> tuple[str, str, str]:
    """Return English, Chinese and source of a description; one that is not written so is told as it is."""
    said = _DESCRIPTION.match(description)
    return (said["en"], said["zh"], said["source"] or "") if said else (description, "", "")


def _value(field: FieldInfo) -> tuple[Any, list[Any]]:
    """Return the type of one value and what is said beside it; a path over time says it inside its own brackets."""
    marks: list[Any] = [*field.metadata, field]
    kind: Any = field.annotation
    while get_origin(kind) not in (None, Literal, tuple):
        marks += [part for mark in getattr(kind, "__metadata__", ()) for part in (mark, *getattr(mark, "metadata", ()))]
        kind = get_args(kind)[1 if get_origin(kind) is dict else 0]  # of a mapping, what it holds
    return kind, marks


def _unit(kind: Any) -> str:
    words = {bool: "yes or no", str: "quarter", Literal: "choice", tuple: "list"}
    return words.get(get_origin(kind) or kind, "")


def _reach(kind: Any, marks: list[Any]) -> str:
    if get_origin(kind) is Literal:
        return ", ".join(get_args(kind))
    if kind is bool:
        return "true, false"
    ends = {
        sign: [getattr(m, sign) for m in marks if getattr(m, sign, None) is not None]
        for sign in ("ge", "gt", "le", "lt")
    }
    low, high = max(ends["ge"], default=-math.inf), min(ends["le"], default=math.inf)
    words = [", ".join(mark.words) for mark in marks if isinstance(mark, OrWord)]
    if not (ends["gt"] or ends["lt"]) and math.isfinite(low) and math.isfinite(high):
        return ", ".join([*words, f"{low:g} .. {high:g}"])
    said = (
        [f"> {v:g}" for v in ends["gt"]]
        + [f">= {low:g}"] * math.isfinite(low)
        + [f"< {v:g}" for v in ends["lt"]]
        + [f"<= {high:g}"] * math.isfinite(high)
    )
    return ", ".join(said)
