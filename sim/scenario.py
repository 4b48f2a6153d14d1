"""A scenario: what is asked, under which outlook, with which policies, against which targets. Read, checked, frozen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from sim import policies as registry
from sim.asking import ask, read_bound
from sim.catalogue import TARGET, outcomes
from sim.nearest import unknown
from sim.parameters import crossed, table
from sim.programme import Programme
from sim.programme import read as read_programme
from sim.programme import written as written_programme
from sim.quarter import FIRST, LAST, Quarter
from sim.scenario_errors import explain
from sim.scenario_file import SUFFIXES, Places, ScenarioError, read_file
from sim.schedule import Schedule, continued, is_steps, mean_of_year
from sim.technology import without_room
from sim.units import Money, PlainNumber, Rate

SHIPPED = Path(__file__).parent.parent / "scenarios"
LATEST_CALM = Quarter.of(2060, 4)
NAME = re.compile(r"^[\w一-鿿][\w一-鿿.-]{0,63}$")
_LONGEST_CHAIN = 5


_Value = TypeVar("_Value")
OverTime = Annotated[Schedule[_Value], AfterValidator(lambda path: path.checked_from(FIRST))]
_Shift = Annotated[Rate, Field(ge=-0.2, le=0.2)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True)


class Text(_Part):
    """A sentence in English and in Chinese."""

    en: str = Field(min_length=1, max_length=500)
    zh: str = Field(min_length=1, max_length=500)


class Outlook(_Part):
    """What is expected of the world outside."""

    thresholds: Literal["ex-ante", "as-known"] = Field(
        "ex-ante", description="list lines: expected in 2022, or as published since 榜单门槛：按2022年预期，或按其后公布"
    )
    calm: bool = Field(False, description="no growth, shocks or noise 平静世界：无增长、冲击和噪声")
    announced: bool = Field(True, description="what was under way or announced in early 2022 comes to pass 在建和已公布项目按期推进")
    demand_shift: OverTime[_Shift] = Field(
        Schedule.constant(0.0), description="points of growth a year added to every cluster, from a quarter on where it is a path 需求增速平移"
    )


class Horizon(_Part):
    """First and last quarter."""

    start: str = Field("2022Q1", alias="from", description="first quarter; the starting state is the end of 2021 起始季度；初始状态为2021年末")
    until: str = Field("2025Q4", description="last quarter, at most 2030Q4 结束季度，最晚2030Q4")

    @model_validator(mode="after")
    def _in_range(self) -> Horizon:
        if Quarter.read(self.start) != FIRST:
            raise ValueError(f"from: the starting state is the end of 2021, so a run starts in {FIRST}")
        if Quarter.read(self.until) < FIRST:
            raise ValueError(f"until: {self.until} lies before {FIRST}")
        return self


class Population(_Part):
    """Numbers of firms at the start."""

    above_scale: int = Field(5000, ge=100, le=50_000, json_schema_extra={"unit": "firms"},
                             description="firms of at least 20 million yuan 规上企业数（营收2000万元及以上）")
    below_scale: int = Field(10_000, ge=10, le=100_000, json_schema_extra={"unit": "firms"}, description="smaller firms in the pool 规下企业数")


def _known_instrument(name: str) -> str:
    if name not in registry.names():
        raise ValueError(unknown("instrument", name, registry.names()))
    return name


def _each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        raise ValueError(f"instrument '{twice[0]}' stands twice; keep one")
    return names


_Order = Annotated[
    tuple[Annotated[str, AfterValidator(_known_instrument)], ...],
    BeforeValidator(lambda names: tuple(names) if isinstance(names, list) else names),
    AfterValidator(_each_once),
]


class PublicEnvelope(_Part):
    """Public money of a calendar year."""

    amount_a_year: OverTime[Money] = Field(
        Schedule.constant(10_000.0),
        description="all instruments together; a year in which it changes holds the mean of its quarters 每年财政盘子，年内变动按四季平均 (article p03)",
    )
    when_short: Literal["prorate", "in_order", "queue"] = Field(
        "prorate",
        description="cut the claims of a quarter alike, pay instrument by instrument and cut the last, or keep whole claims for later "
        "不足时同比例削减、按工具顺序兑付或整笔排队",
    )
    order: _Order = Field(
        registry.ANNOUNCED,
        description="instruments in the order in which they are paid under in_order and queue; those not named come after, by the "
        "alphabet; awards of a quarter always come before its offers "
        "按顺序兑付时的政策工具先后（默认按公布顺序）；未列出者随后；每季先兑付奖励、再投放资金",
    )


    def of_year(self, year: int) -> float:
        """Return what a calendar year holds, million yuan."""
        return mean_of_year(self.amount_a_year, year)


class Target(_Part):
    """An outcome with a threshold and a date, asked for with a probability."""

    name: str = Field(pattern=r"^[\w-]{1,64}$")
    title: Text
    metric: str
    at_least: PlainNumber | None = None
    at_most: PlainNumber | None = None
    by: int = Field(ge=2022, le=2030)
    probability: PlainNumber = Field(0.5, gt=0, lt=1)

    @model_validator(mode="before")
    @classmethod
    def _read_units(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        metric = str(data.get("metric"))
        texts = [bound for bound in ("at_least", "at_most") if isinstance(data.get(bound), str) and metric in outcomes()]
        return {**data, **{bound: read_bound(metric, data[bound]) for bound in texts}}

    @model_validator(mode="after")
    def _one_bound_and_known(self) -> Target:
        ask(self.metric, TARGET, "metric", twins=True)
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("write either at_least or at_most")
        read_bound(self.metric, self.threshold)
        return self

    @property
    def threshold(self) -> float:
        """The bound, in the outcome's unit."""
        bound = self.at_least if self.at_least is not None else self.at_most
        assert bound is not None
        return bound

    def met(self, value: float) -> bool:
        """Tell whether a value of the outcome meets the target."""
        return value >= self.threshold if self.at_least is not None else value <= self.threshold


class Scenario(_Part):
    """One scenario; change it only through `with_changes`, `variant` and `without`, which check again."""

    name: str
    title: Text
    question: Text
    sources: tuple[str, ...] = Field(min_length=1)
    outlook: Outlook = Outlook()
    horizon: Horizon = Horizon()
    population: Population = Population()
    parameters: dict[str, PlainNumber] = {}
    envelope: PublicEnvelope = PublicEnvelope()
    policies: dict[str, Programme] = {}
    targets: tuple[Target, ...] = ()
    variants: dict[str, dict[str, Any]] = {}

    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _horizon_has_rows(self) -> Scenario:
        limit = LATEST_CALM if self.outlook.calm else LAST
        if self.until > limit:
            raise ValueError(f"horizon.until: {self.horizon.until} lies after {limit}, the last quarter the model has rows for")
        return self

    @property
    def until(self) -> Quarter:
        """Last quarter simulated."""
        return Quarter.read(self.horizon.until)

    def variant(self, name: str) -> Scenario:
        """Return the scenario with a named variant's changes.

        Raises:
            ScenarioError: if there is no such variant.
        """
        if name not in self.variants:
            raise ScenarioError(f"{self.name}: {unknown('variant', name, self.variants)}")
        return _check(_merge(self._raw, {**self.variants[name], "name": f"{self.name}-{name}"}), {}, self.name)

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with values changed by path (`policies.energy_budget.extra_tightening`), checked like a file.

        Raises:
            ScenarioError: if a path or a value is wrong.
        """
        raw = self._raw
        for path, value in changes.items():
            raw = _merge(raw, _nested(path, value))
        return _check(raw, {}, "--set")

    def steps(self, path: str) -> tuple[str, ...]:
        """Return the quarters, as written, of a value that is a path over time; nothing for one value."""
        value: Any = self._raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return tuple(value) if is_steps(value) else ()

    def with_parameters(self, numbers: Mapping[str, float]) -> Scenario:
        """Return the scenario with more numbers of the table held; for experiments, which draw from the table's own ranges."""
        changed = self.model_copy(update={"parameters": {**self.parameters, **numbers}})
        changed._raw = {**self._raw, "parameters": changed.parameters}
        return changed

    def without(self, instrument: str) -> Scenario:
        """Return the scenario without one instrument."""
        kept = {k: v for k, v in self._raw.get("policies", {}).items() if k != instrument}
        return _check({**self._raw, "policies": kept}, {}, self.name)

    def without_policies(self) -> Scenario:
        """Return the twin world of the scenario that has no policy."""
        return _check({**self._raw, "policies": {}}, {}, self.name)

    def resolved(self) -> dict[str, Any]:
        """Return every value of the scenario, defaults included, as plain data that reads back to the same scenario."""
        data: dict[str, Any] = self.model_dump(by_alias=True, mode="json", exclude_none=True)
        return data


def shipped() -> tuple[str, ...]:
    """Return the names of the scenarios that come with clustersim."""
    return tuple(sorted(p.stem for p in SHIPPED.glob("*.yaml")))


OWN_WORDS = ("name", "title", "question", "sources")  # a scenario that extends another still says itself what it is


def load(scenario: str | Path) -> Scenario:
    """Read a scenario by shipped name or file.

    Raises:
        ScenarioError: if it cannot be read or something in it is wrong; one line for each problem.
    """
    path = _find(str(scenario), Path())
    raw, places = _read_chain(path, ())
    found = _check(raw, places, str(path))
    _try_variants(found, places, str(path))  # of the file as it stands: a twin without an instrument has no room for some
    return found


def from_resolved(data: dict[str, Any]) -> Scenario:
    """Return the scenario that `resolved` gave as plain data."""
    return _check(data, {}, str(data.get("name", "scenario")))


def combined(base: Scenario, parts: Sequence[str]) -> Scenario:
    """Return a scenario by name: a variant of `base`, a shipped one or a file; several join their changes on `base`.

    Of a scenario that is joined, what its policies change in those of `base` counts; a later part wins over an earlier one.

    Raises:
        ScenarioError: if a part is unknown or the whole is not sound.
    """
    raw = base._raw
    for part in parts:
        if part in base.variants:
            raw = _merge(raw, base.variants[part])
        elif len(parts) == 1:
            return _other(base, part)
        else:
            raw = _merge(raw, {"policies": _differences(base._raw.get("policies", {}), _other(base, part)._raw.get("policies", {}))})
    return _check({**raw, "name": f"{base.name}-{'-'.join(Path(part).stem for part in parts)}"[:64]}, {}, "+".join(parts))


def _differences(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the changes that make `base` into `other`; null takes a key out."""
    changed: dict[str, Any] = {key: None for key in base if key not in other}
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            changed[key] = _differences(base[key], value)
        elif key not in base or base[key] != value:
            changed[key] = value
    return changed


def _other(base: Scenario, name: str) -> Scenario:
    if not name.endswith(SUFFIXES) and name not in shipped():
        raise ScenarioError(unknown("variant", name, [*base.variants, *shipped()], what=f"variant of {base.name} or scenario"))
    return load(name)


def _find(name: str, folder: Path) -> Path:
    if name.endswith(SUFFIXES):
        return folder / name
    if not NAME.match(name):
        raise ScenarioError(f"'{name[:70]}' is not a scenario name; use letters, digits, - and _, or a file ending in .yaml")
    if name not in shipped():
        raise ScenarioError(unknown("scenario", name, shipped()))
    return SHIPPED / f"{name}.yaml"


def _read_chain(path: Path, seen: tuple[Path, ...]) -> tuple[dict[str, Any], Places]:
    """Read a file and what it extends; the file's own values win."""
    if path.resolve() in seen or len(seen) >= _LONGEST_CHAIN:
        raise ScenarioError(f"{path}: 'extends' runs in a circle or is longer than {_LONGEST_CHAIN} files")
    document = read_file(path)
    base = document.values.get("extends")
    if base is None:
        return document.values, document.places
    place = ":".join(map(str, document.places.get(("extends",), (str(path),))))
    if not isinstance(base, str) or not NAME.match(base):
        raise ScenarioError(f"{place}: extends: '{base}' must be a shipped name or a file of the same folder, without a path")
    try:
        raw, places = _read_chain(_find(base, path.parent), (*seen, path.resolve()))
    except ScenarioError as error:
        raise ScenarioError(*(f"{place}: extends: {problem}" for problem in error.problems)) from None
    own = {key: value for key, value in document.values.items() if key != "extends"}
    inherited = {key: value for key, value in raw.items() if key not in OWN_WORDS}
    kept = {path: place for path, place in places.items() if path[0] not in OWN_WORDS}
    return _merge(inherited, own), {**kept, **document.places}



def _merge(base: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with mappings merged key by key; null takes a key out, steps over one value let it hold before them, all else replaces."""
    merged = dict(base)
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        elif is_steps(value) and isinstance(merged.get(key), (str, int, float)):
            merged[key] = _merge({}, continued(merged[key], value))
        else:
            merged[key] = _merge({}, value) if isinstance(value, dict) else value
    return merged


def _nested(path: str, value: Any) -> dict[str, Any]:
    keys = path.split(".", 1) if path.startswith("parameters.") else path.split(".")
    for key in reversed(keys):
        value = {key: value}
    nested: dict[str, Any] = value
    return nested


def _check(raw: dict[str, Any], places: Places, where: str) -> Scenario:
    """Turn plain values into a scenario, or say everything that is wrong."""
    problems: list[str] = []
    raw = {key: value for key, value in raw.items() if value is not None or key != "policies"}  # written with nothing below it
    checked = dict(raw)
    checked["policies"] = _instruments(raw.get("policies"), places, where, problems)
    _numbers(raw.get("parameters"), places, where, problems)
    if isinstance(raw.get("name"), str) and not NAME.match(raw["name"]):
        problems.append(explain(("name",), f"'{raw['name'][:70]}' cannot name a folder; use letters, digits, - and _", places, where))
    for key in ("sources", "targets"):
        if isinstance(raw.get(key), list):
            checked[key] = tuple(raw[key])
    try:
        scenario = Scenario.model_validate(checked)
    except ValidationError as error:
        problems += [explain(e["loc"], e, places, where, Scenario) for e in error.errors(include_url=False, include_input=True)]
    if not problems and scenario.parameters:
        problems += _cost_structure(scenario.parameters, places, where) + _crossed_ends(scenario.parameters, places, where)
    if problems:
        raise ScenarioError(*dict.fromkeys(problems[:10]))
    scenario._raw = raw
    return scenario


def _instruments(raw: Any, places: Places, where: str, problems: list[str]) -> Any:
    if not isinstance(raw, dict):
        return {} if raw is None else raw
    found: dict[str, Programme] = {}
    for name in sorted(raw):
        path: tuple[Any, ...] = ("policies", name)
        if name not in registry.names():
            problems.append(explain(path, unknown("instrument", name, registry.names()), places, where))
        elif not isinstance(raw[name], dict):
            problems.append(explain(path, "must be a mapping of fields; write {} for the announced ones, null to remove it", places, where))
        else:
            try:
                found[name] = read_programme(name, raw[name])
            except ValidationError as error:
                kind = written_programme(name)
                problems += [explain((*path, *e["loc"]), e, places, where, kind) for e in error.errors(include_url=False)]
            except ValueError as error:
                problems.append(explain(path, str(error), places, where))
    return found


def _numbers(raw: Any, places: Places, where: str, problems: list[str]) -> None:
    """Numbers of the table may be held wherever the model is defined."""
    for name, value in raw.items() if isinstance(raw, dict) else ():
        path = ("parameters", name)
        row = table().get(name)
        if row is None:
            problems.append(explain(path, unknown("number", name, table()), places, where))
        elif isinstance(value, (int, float)) and not isinstance(value, bool) and not row.least <= value <= row.most:
            reach = f"write a number from {row.least:g} to {row.most:g} ({row.unit})"
            problems.append(explain(path, f"{value} is out of reach; {reach}", places, where))


def _cost_structure(held: Mapping[str, float], places: Places, where: str) -> list[str]:
    """Numbers that are sound one by one may still leave a cluster nothing to buy its inputs with."""
    return [
        explain(("parameters",), f"value added and energy leave {cluster} {left:.2f} of its output for inputs, less than it needs; "
                f"write a larger {cluster}.output_2021 or less value added or energy", places, where)
        for cluster, left in without_room(held).items()
    ]


def _crossed_ends(held: Mapping[str, float], places: Places, where: str) -> list[str]:
    """The lower end of a distribution stays below its upper end."""
    numbers = table()
    return [
        explain(("parameters",), f"{lower} ({held.get(lower, numbers[lower].value):g}) lies above {upper} "
                f"({held.get(upper, numbers[upper].value):g}); write a smaller {lower} or a larger {upper}", places, where)
        for lower, upper in crossed(held)
    ]


def _try_variants(scenario: Scenario, places: Places, where: str) -> None:
    for name, changes in scenario.variants.items():
        try:
            _check(_merge(scenario._raw, changes), {}, where)
        except ScenarioError as error:
            raise ScenarioError(*(explain(("variants", name), p.removeprefix(f"{where}: "), places, where) for p in error.problems)) from None


