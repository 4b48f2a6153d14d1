"""A value over time: the same throughout, or in steps that hold from a quarter until the next step.

The one type for every path over time: levers of instruments, the quarters in which one is in force, the envelope, the
outlook. Written as a plain value, or as a mapping from quarters to values: `{2022Q1: 0, 2024Q1: 10 %}`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Generic, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from sim.calendar.quarter import FIRST, Quarter

T = TypeVar("T")
EXAMPLE = "{2022Q1: 0, 2024Q1: 10 %}"
LATEST_STEP = Quarter.of(2060, 4)  # a later one is a slip of the pen
KEY = r"^\d{4}(Q[1-4])?$"
_QUARTER = r"(\d{4})[-/. ]?[qQ]([1-4])"  # as people write quarters, and months
_MONTH = r"(\d{4})[-/]?(0?[1-9]|1[0-2])(?:[-/]\d{1,2})?"
# Marks that pydantic puts into the path of an error; with blanks, so that no key is taken for one.
BRANCHES = ("one value", "steps by quarter")


class Schedule(Generic[T]):
    """A value over time. What holds at the first step held before it too; who reads a file asks that it begins with
    the run.

    Attributes:
        steps: first quarter and value of each step, in order of time; neighbours differ.
    """

    __slots__ = ("steps",)

    def __init__(self, steps: tuple[tuple[Quarter, T], ...]) -> None:
        self.steps = steps

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schedule) and self.steps == other.steps

    def __hash__(self) -> int:
        return hash(self.steps)

    def __repr__(self) -> str:
        return f"Schedule({self.plain()!r})"

    @classmethod
    def constant(cls, value: T) -> Schedule[T]:
        """Return the same value throughout."""
        return cls(((FIRST, value),))

    @classmethod
    def of(cls, steps: Mapping[Quarter, T]) -> Schedule[T]:
        """Return steps in order of time; a step that repeats the value before it is none."""
        ordered = sorted(steps.items(), key=lambda step: step[0])
        return cls((*ordered[:1], *(new for old, new in pairwise(ordered) if new[1] != old[1])))

    @property
    def begins(self) -> Quarter:
        """First quarter for which a value is written."""
        return self.steps[0][0]

    def at(self, quarter: Quarter) -> T:
        """Return the value in force in a quarter."""
        if len(self.steps) == 1:  # asked many times a quarter, and most never move
            return self.steps[0][1]
        past = [value for since, value in self.steps if since <= quarter]
        return past[-1] if past else self.steps[0][1]

    def plain(self) -> Any:
        """Return what a file would say: the value alone, or a mapping of quarters to values."""
        return self.steps[0][1] if len(self.steps) == 1 else {str(since): value for since, value in self.steps}

    def checked_from(self, start: Quarter) -> Schedule[T]:
        """Return the schedule if it says what holds in `start`.

        Raises:
            ValueError: if it begins later.
        """
        if self.begins > start:
            raise ValueError(
                f"begins in {self.begins}, and nothing says what holds before; write a value for {start} too, like "
                f"{EXAMPLE}"
            )
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read one value, or steps each of which is read and checked like the one value."""
        inner = handler(get_args(source)[0]) if get_args(source) else core_schema.any_schema()
        plain = core_schema.no_info_after_validator_function(cls.constant, inner)
        steps = core_schema.no_info_after_validator_function(_of_written, core_schema.dict_schema(values_schema=inner))
        written = core_schema.tagged_union_schema(
            dict(zip(BRANCHES, (plain, core_schema.no_info_before_validator_function(_keys, steps)), strict=True)),
            discriminator=lambda value: BRANCHES[isinstance(value, Mapping)],
        )
        return core_schema.no_info_wrap_validator_function(
            lambda value, read: value if isinstance(value, cls) else read(value),
            written,
            serialization=core_schema.plain_serializer_function_ser_schema(cls.plain),
            metadata={"value": get_args(source)[:1]},
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say the one value's own schema, beside a mapping of quarters to such values."""
        inner = handler(schema["schema"]["choices"][BRANCHES[0]]["schema"])
        found = marks(*schema["metadata"]["value"])
        bounds = [("minimum", max, "ge"), ("maximum", min, "le")]
        limits = {
            name: tightest(getattr(m, sign) for m in found if hasattr(m, sign))
            for name, tightest, sign in bounds
            if any(hasattr(m, sign) for m in found)
        }
        value = {key: part for key, part in inner.items() if key not in ("ge", "le")} | limits
        extra = {k: v for m in found for k, v in (getattr(m, "json_schema_extra", None) or {}).items()}
        return over_time([value]) | extra


def over_time(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the JSON Schema of a path over time each of whose values has one of the schemas `values`."""
    value = values[0] if len(values) == 1 else {"anyOf": values}
    steps = {"type": "object", "minProperties": 1, "propertyNames": {"pattern": KEY}, "additionalProperties": value}
    return {"anyOf": [*values, steps]}


def marks(value: Any = None) -> list[Any]:
    """Return what is said of a value beside its type: bounds, unit."""
    return [part for mark in getattr(value, "__metadata__", ()) for part in (mark, *getattr(mark, "metadata", ()))]


def is_steps(value: Any) -> bool:
    """Tell whether a plain value is a mapping of quarters, as files write steps."""
    return isinstance(value, Mapping) and len(value) > 0 and all(re.match(KEY, str(key)) for key in value)


def continued(value: Any, steps: Mapping[str, Any]) -> dict[str, Any]:
    """Return steps put over one value: it holds until the first of them."""
    begun = any(str(key) in (str(FIRST), str(FIRST.year)) for key in steps)
    return dict(steps) if begun else {str(FIRST): value, **steps}


def mean_of_year(schedule: Schedule[float], year: int) -> float:
    """Return the mean over a year's quarters: of money a year, what a calendar year holds when the amount changes
    within it.
    """
    values = [schedule.at(Quarter.of(year, season)) for season in range(1, 5)]
    return math.fsum(values) / len(values)  # exact, so that a constant gives itself


def read_quarter(text: Any, *, season: int = 1) -> Quarter:
    """Read a quarter (`2024Q3`), or a year (`2024`) as its quarter `season`.

    Raises:
        ValueError: if it is neither, or out of reach.
    """
    quarter = any_quarter(text, season=season)
    if not FIRST <= quarter <= LATEST_STEP:
        raise ValueError(f"{quarter} is out of reach; write a quarter from {FIRST} to {LATEST_STEP}")
    return quarter


def any_quarter(text: Any, *, season: int = 1) -> Quarter:
    """Read a quarter as `read_quarter` does, however far away.

    Raises:
        ValueError: if it is neither a quarter nor a year.
    """
    written = str(text)
    if not re.match(KEY, written):
        raise ValueError(f"'{written[:20]}' is neither a quarter nor a year; write {_meant(written)}")
    return Quarter.read(written) if "Q" in written else Quarter.of(int(written), season)


def _meant(written: str) -> str:
    """Return how a quarter or a month that is written otherwise is written, or how any quarter is."""
    quarter, month = re.fullmatch(_QUARTER, written), re.fullmatch(_MONTH, written)
    if quarter:
        return f"{quarter[1]}Q{quarter[2]}"
    return f"{month[1]}Q{(int(month[2]) + 2) // 3}" if month else "it like 2024Q1, or 2024"


def _keys(steps: Any) -> dict[str, Any]:
    """Check the quarters before the values, so that an error of a value can name its quarter."""
    if not steps:
        raise ValueError(f"has no steps; write one value, or steps like {EXAMPLE}")
    seen: dict[Quarter, str] = {}
    for key in steps:
        quarter = read_quarter(key)
        if quarter in seen:
            raise ValueError(f"{quarter} stands twice, as {seen[quarter]} and as {key}; keep one")
        seen[quarter] = str(key)
    return {str(key): value for key, value in steps.items()}


def _of_written(steps: Mapping[str, T]) -> Schedule[T]:
    return Schedule.of({read_quarter(key): value for key, value in steps.items()})
