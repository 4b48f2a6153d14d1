"""An instrument over time: every lever a path, in force from one quarter until another.

Instruments know nothing of it: their rules read plain values, those in force in the quarter, and this is the one place
that chooses them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Field, GetCoreSchemaHandler, ValidationError, create_model, model_validator
from pydantic_core import CoreSchema, core_schema

from sim import policies as registry
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule, read_quarter
from sim.calendar.year import earned
from sim.policies.instrument import Instrument, View
from sim.tables.milestones import Kind
from sim.treasury.claims import Basis, Claim, Spending
from sim.treasury.terms import Terms

_SCALARS = (float, int, bool, str, type(None))
_MOST_KNOWN = 4096  # programmes; a search tries points without end


@dataclass(frozen=True)
class Programme:
    """One instrument of a scenario.

    Attributes:
        kind: the instrument. in_force: whether it is there, by quarter. levers: its fields by name; paths where they
            are single values.
    """

    kind: type[Instrument]
    in_force: Schedule[bool]
    levers: Mapping[str, Any]

    def at(self, quarter: Quarter) -> Instrument | None:
        """Return the instrument with the values in force in a quarter, or nothing where it is not in force."""
        return self._steady or (self._stages.at(quarter) if self.in_force.at(quarter) else None)

    def claim(self, view: View) -> list[Claim]:
        """Return the awards to be paid this quarter.

        What an event earns, here or in the rest of the city, is paid on the terms of the quarter in which it was
        earned, whatever holds when it is paid, and what spending earns on those of the quarter before, in which it was
        made; money that nothing earns is paid on the terms of this quarter. An instrument that `honours` its promises
        pays for events after it has ended too.
        """
        if self._steady:
            return self._steady.claim(view)
        earned_in, before, now = earned(view.quarter + -1), self.at(view.quarter + -1), self.at(view.quarter)
        then = (self._stages if self.kind.honours else self).at(earned_in)
        if then is before is now:
            return now.claim(view) if now else []
        claims = {id(terms): terms.claim(view) if terms else [] for terms in (then, before, now)}
        return [
            *(c for c in claims[id(then)] if isinstance(c.earned_by, Kind) or c.earned_by is Basis.OUTSIDE),
            *(c for c in claims[id(before)] if isinstance(c.earned_by, Spending)),
            *(c for c in claims[id(now)] if c.earned_by is Basis.UNCONDITIONAL),
        ]

    def settle(self, view: View, terms: Terms) -> None:
        """Add to the terms what its payments bought and what firms have to give back, whether it is in force or not."""
        terms_of_now = self._steady or self._stages.at(view.quarter)
        terms_of_now.deliver(view, terms)
        terms_of_now.collect(view, terms)

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what the instrument knows of the quarter, in force or not: what it owes may be paid later."""
        return self._stages.at(view.quarter).measure(view, terms, paid)

    def stages(self) -> list[Instrument]:
        """Return the instrument with each set of values that it ever has."""
        return [stage for _, stage in self._stages.steps]

    def plain(self) -> dict[str, Any]:
        """Return what a file would say."""
        values = {name: value.plain() if isinstance(value, Schedule) else value for name, value in self.levers.items()}
        return {"in_force": self.in_force.plain(), **values}

    @cached_property
    def _steady(self) -> Instrument | None:
        """The instrument if it is always there and no lever moves, as most are: asked many times a quarter."""
        always = self.in_force == Schedule.constant(True)
        return self._stages.steps[0][1] if always and len(self._stages.steps) == 1 else None

    @cached_property
    def _stages(self) -> Schedule[Instrument]:
        """The instrument with plain values, anew where a lever moves."""
        moves = {since for path in self.levers.values() if isinstance(path, Schedule) for since, _ in path.steps}
        stages = Schedule.of({since: self._stage(since) for since in sorted(moves | {FIRST})})
        for _, stage in stages.steps:
            stage.remember(stages)
        return stages

    def _stage(self, since: Quarter) -> Instrument:
        values = {
            name: value.at(since) if isinstance(value, Schedule) else value for name, value in self.levers.items()
        }
        try:
            return self.kind.model_validate(values)
        except ValidationError as error:
            problems = "; ".join(str(e.get("ctx", {}).get("error", e["msg"])) for e in error.errors())
            raise ValueError(problems if since == FIRST else f"from {since} on: {problems}") from None

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Hold a programme as it is; say it as a file would."""
        return core_schema.is_instance_schema(
            cls, serialization=core_schema.plain_serializer_function_ser_schema(cls.plain)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        """`schema.py` says more, by instrument."""
        return {"type": "object"}


class _Written(BaseModel):
    """An instrument as a scenario writes it; each instrument's own fields come beside these."""

    start: str | None = Field(
        None, alias="from", description="first quarter in force, or a year 起始季度（写年份即该年第一季度）"
    )
    until: str | None = Field(
        None,
        description="last quarter in force, or a year: its last quarter; what was earned by then is still paid "
        "结束季度（写年份即该年第四季度）；此前应得的奖励照付",
    )
    in_force: Schedule[bool] = Field(
        Schedule.constant(True),
        description="whether the instrument is there, by quarter; from and until are short for it 是否生效（按季度）",
    )

    @model_validator(mode="before")
    @classmethod
    def _read_from_and_until(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not data.keys() & {"from", "until"}:
            return data
        if "in_force" in data:
            raise ValueError("in_force stands beside from or until, which are short for it; write one of the two")
        kept = {key: value for key, value in data.items() if key not in ("from", "until")}
        return {**kept, "in_force": _between(data.get("from", FIRST), data.get("until"))}

    @model_validator(mode="after")
    def _begin_in_time(self) -> _Written:
        _begins("in_force", self.in_force, FIRST)
        start = next((since for since, there in self.in_force.steps if there), FIRST)
        for name, path in self:
            if isinstance(path, Schedule) and name != "in_force":
                _begins(name, path, start)
        return self


def _begins(name: str, path: Schedule[Any], start: Quarter) -> None:
    try:
        path.checked_from(start)
    except ValueError as error:
        raise ValueError(f"{name} {error}") from None


def _between(start: Any, until: Any) -> Schedule[bool]:
    first = _edge("from", start, 1)
    steps = {FIRST: first == FIRST, first: True}
    if until is not None:
        last = _edge("until", until, 4)
        if last < first:
            raise ValueError(f"until: {last} lies before from: {first}; write a later quarter")
        steps[last + 1] = False
    return Schedule.of(steps)


def _edge(key: str, text: Any, season: int) -> Quarter:
    try:
        return read_quarter(text, season=season)
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


@cache
def written(name: str) -> type[BaseModel]:
    """Return what a scenario may write for an instrument:
    its fields, paths over time allowed where they are single values.

    Raises:
        KeyError: if there is no such instrument.
    """
    kind = registry.get(name)
    fields = {field: _over_time(info, f"{name}.{field}") for field, info in kind.model_fields.items()}
    return create_model(
        kind.__name__, __base__=_Written, __doc__=kind.__doc__, __cls_kwargs__=dict(kind.model_config), **fields
    )


def _over_time(info: Any, lever: str) -> Any:
    """Return annotation and field of a lever that may be a path, or as they are."""
    if not _is_scalar(info.annotation):
        return (info.annotation, info)
    # The lever's name is among the marks: to typing, choices in another order are the same type, and it would hand out
    # the first one made.
    value: Any = Annotated[(info.annotation, *info.metadata, lever)]
    default = Schedule.constant(info.get_default(call_default_factory=True)) if not info.is_required() else ...
    return (Schedule[value], Field(default, description=info.description, json_schema_extra=info.json_schema_extra))


def _is_scalar(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (Union, UnionType):
        return all(_is_scalar(part) for part in get_args(annotation))
    return annotation in _SCALARS or origin is Literal


# Those read before, by what was written: a scenario is read anew for each variant, twin and change, most of which leave
# an instrument as it is, and a programme never changes.
_KNOWN: dict[tuple[type[Instrument], str], Programme] = {}


def read(name: str, data: Any) -> Programme:
    """Read an instrument as a scenario writes it.

    Raises:
        KeyError: if there is no such instrument.
        pydantic.ValidationError: if a value is wrong.
        ValueError: if values that hold at one time do not go together.
    """
    alike = registry.get(name), repr(data)
    if alike not in _KNOWN:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        _KNOWN[alike] = _read(alike[0], written(name).model_validate(data))
    return _KNOWN[alike]


def _read(kind: type[Instrument], fields: Any) -> Programme:
    values = dict(fields)
    programme = Programme(kind, values["in_force"], {field: values[field] for field in kind.model_fields})
    programme._stages  # noqa: B018  # every stage is sound before the first run
    return programme
