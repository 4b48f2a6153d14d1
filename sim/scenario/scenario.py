"""A scenario: what is asked, under which outlook, with which policies, against which targets. Checked, frozen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, PrivateAttr, ValidationError, model_validator

from sim.calendar.quarter import LAST, Quarter
from sim.calendar.schedule import is_steps
from sim.calendar.year import last_closed
from sim.scenario.answer import ANSWER, Answer, without_answer
from sim.scenario.checking import check_numbers, read_instruments, together, without_effect, words_of
from sim.scenario.cities import CITY, FIRMS, NO_REGISTER, city_of, null_meant, with_city
from sim.scenario.errors import explain
from sim.scenario.fields import Horizon, Population, PublicEnvelope, ScenarioPart, Text
from sim.scenario.files import Places, ScenarioError
from sim.scenario.merging import POLICIES, leaves, merge, nested, opened, undone
from sim.scenario.naming import name_of
from sim.scenario.outlook import Outlook
from sim.scenario.parts import Parts, reduced
from sim.scenario.programme import Programme
from sim.scenario.registered import RealFirms, problems_of, register_of
from sim.scenario.shipped import ShippedName
from sim.scenario.target import Target
from sim.tables.city_tables import CityTables
from sim.tables.nearest import unknown
from sim.tables.units import PlainNumber

if TYPE_CHECKING:
    from sim.register.register import Register

_WORLD = ("outlook", "horizon", "population", FIRMS, "parameters", "envelope", POLICIES)  # what a variant changes there
LATEST_CALM = Quarter.of(2060, 4)
_MOST_TOLD = 10  # mistakes at a time


class Scenario(ScenarioPart):
    """One scenario; change it only through `with_changes`, `variant` and `without`, which check again."""

    name: str
    title: Text
    question: Text
    sources: tuple[str, ...] = Field(min_length=1)
    city: str = Field(
        description="a city that comes with clustersim, or the folder of its tables 城市：自带城市名或表格文件夹"
    )
    city_hash: str = Field(description="what the tables held when the scenario was resolved 解析时城市表的摘要")
    outlook: Outlook = Outlook()
    horizon: Horizon = Horizon()
    population: Population
    real_firms: RealFirms = Field(
        None,
        alias="firms",
        description="register of real firms, an .xlsx or .csv file, its path from the scenario's folder; 'clustersim "
        "city template' writes an empty one; none: without that of the city "
        "企业名录文件（.xlsx 或 .csv），路径从情景文件夹算起；clustersim city template 可写出空白表；"
        "none 表示不用城市自带的名录",
    )
    parameters: dict[str, PlainNumber] = Field({})
    envelope: PublicEnvelope = PublicEnvelope()
    policies: dict[str, Programme] = Field({})
    before: ShippedName | None = Field(
        None,
        description="the shipped scenario whose rules held before; what these policies add is told beyond them first "
        "原有规则：自带情景名，先与之比较",
    )
    targets: tuple[Target, ...] = ()
    answer: Answer | None = Field(None, description="what a run answers in one sentence 运行后用一句话回答的问题")
    parts: Parts = Field({}, description="instruments that share an effect as one 归因时合并计算的政策组")
    variants: dict[str, dict[str, Any]] = Field({})

    _raw: dict[str, Any] = PrivateAttr(default_factory=dict)
    _city_tables: CityTables = PrivateAttr()
    _firms_at: Places = PrivateAttr(default_factory=dict)  # where the register is named
    _changed_by_options: tuple[str, ...] = PrivateAttr(())
    _changed_by_variant: tuple[str, ...] = PrivateAttr(())

    @model_validator(mode="after")
    def _horizon_has_rows(self) -> Scenario:
        limit = LATEST_CALM if self.outlook.calm else LAST
        if self.until > limit:
            raise ValueError(
                f"horizon.until: {self.horizon.until} lies after {limit}, the last quarter the model has rows for; "
                f"write {limit} or before"
            )
        return self

    @property
    def last_year(self) -> int:
        """Last whole year simulated, the last that outcomes are told of."""
        return last_closed(self.until)

    @property
    def cut_off(self) -> tuple[Target, ...]:
        """Targets of a year that the horizon never reaches: they are not asked."""
        return tuple(target for target in self.targets if target.by > self.last_year)

    @property
    def changed_by_options(self) -> tuple[str, ...]:
        """Paths of what options changed after the file was read."""
        return self._changed_by_options

    @property
    def changed_by_variant(self) -> tuple[str, ...]:
        """Paths of what a variant changes in the world, if this is one."""
        return self._changed_by_variant

    @property
    def city_tables(self) -> CityTables:
        """The tables of the city."""
        return self._city_tables

    def read_register(self) -> Register | None:
        """Return the register of real firms, if the scenario names one.

        Raises:
            SpreadsheetError: if the file is not the one that the scenario was read with.
        """
        return register_of(self)

    @property
    def until(self) -> Quarter:
        """Last quarter simulated."""
        return Quarter.read(self.horizon.until)

    def variant(self, name: str, *, settled: bool = True) -> Scenario:
        """Return the scenario with a named variant's changes; `settled` as of `check`.

        Raises:
            ScenarioError: if there is no such variant.
        """
        if name not in self.variants:
            raise ScenarioError(f"{self.name}: {unknown('variant', name, self.variants)}")
        changes = self.variants[name]
        raw = merge(self._raw, {**changes, "name": name_of(self.name, name), ANSWER: None})
        return check(reduced(raw, self.policies), self._places_under(changes), self.name, settled=settled).noting(
            self.changed_by_options, (path for path in leaves(changes) if path.partition(".")[0] in _WORLD)
        )

    def with_changes(self, changes: Mapping[str, Any], option: str = "--set") -> Scenario:
        """Return the scenario with values changed by path (`policies.energy_budget.extra_tightening`),
        checked like a file; `option` is what the user wrote them with.

        Raises:
            ScenarioError: if a path or a value is wrong.
        """
        raw = self._raw
        for path, inner in undone(changes):
            raise ScenarioError(f"{option}: {path} and {inner} say two things of one place; write one of them")
        for path, value in changes.items():
            change = null_meant(nested(path, value))
            if told := [explain(keys, problem, {}, option) for keys, problem in without_effect(raw, change)]:
                raise ScenarioError(*told)
            raw = merge(raw, change)
        return check(reduced(raw, self.policies), self._places_under(changes), option).noting(
            (*self.changed_by_options, *opened(changes, self.policies)), self.changed_by_variant
        )

    def noting(self, by_options: Iterable[str], by_variant: Iterable[str] = ()) -> Scenario:
        """Return this scenario, which from now on says that options and a variant changed these paths."""
        self._changed_by_options, self._changed_by_variant = (
            tuple(dict.fromkeys(paths)) for paths in (by_options, by_variant)
        )
        return self

    def _places_under(self, changes: Mapping[str, Any]) -> Places:
        """Return where the register is named, if changes name no other; of other values they say themselves."""
        return {} if changes.keys() & {FIRMS, CITY} else self._firms_at

    def steps(self, path: str) -> tuple[str, ...]:
        """Return the quarters, as written, of a value that is a path over time; nothing for one value."""
        value: Any = self._raw
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return tuple(value) if is_steps(value) else ()

    def with_parameters(self, numbers: Mapping[str, float]) -> Scenario:
        """Return the scenario with more numbers held; for experiments, which draw from the table's own ranges."""
        changed = self.model_copy(update={"parameters": {**self.parameters, **numbers}})
        changed._raw = {**self._raw, "parameters": changed.parameters}
        return changed

    def without(self, instrument: str) -> Scenario:
        """Return the scenario without one instrument; of that world no answer is asked."""
        kept = {k: v for k, v in self._raw.get("policies", {}).items() if k != instrument}
        return check(reduced({**without_answer(self._raw), "policies": kept}, self.policies), {}, self.name)

    def with_policies(self, policies: Mapping[str, Any]) -> Scenario:
        """Return the twin world of the scenario under other policies, as plain values, and no rules before them."""
        kept = {key: value for key, value in without_answer(self._raw).items() if key != "before"}
        return check(reduced({**kept, "policies": dict(policies)}, self.policies), {}, self.name)

    def without_policies(self) -> Scenario:
        """Return the twin world of the scenario that has no policy."""
        return self.with_policies({})

    @property
    def as_written(self) -> dict[str, Any]:
        """The plain values that the scenario was read from, without defaults."""
        return self._raw

    def resolved(self) -> dict[str, Any]:
        """Return every value of the scenario, defaults included, as plain data that reads back to the same scenario."""
        data: dict[str, Any] = self.model_dump(by_alias=True, mode="json", exclude_none=True)
        return data | ({FIRMS: NO_REGISTER} if self.real_firms is None and FIRMS in self._raw else {})


def check(raw: dict[str, Any], places: Places, where: str, *, settled: bool = True) -> Scenario:
    """Turn plain values into a scenario, or say everything that is wrong.

    Args:
        settled: hold the register against the city; where changes follow that may make room for it, only their outcome.
    """
    problems: list[str] = []
    raw = {
        key: value for key, value in null_meant(raw).items() if value is not None or key != "policies"
    }  # written with nothing below it
    city_tables = city_of(raw, places, where)
    checked = with_city(raw, city_tables)
    checked["policies"] = read_instruments(raw.get("policies"), city_tables, places, where, problems)
    check_numbers(raw.get("parameters"), city_tables, places, where, problems)
    if isinstance(raw.get("parameters"), dict):  # of an unknown number, what is wrong with its value says nothing more
        checked["parameters"] = {k: v for k, v in raw["parameters"].items() if k in city_tables.numbers}
    problems += [explain(path, problem, places, where) for path, problem in words_of(raw, city_tables)]
    for key in ("sources", "targets"):
        if isinstance(raw.get(key), list):
            checked[key] = tuple(raw[key])
    try:
        scenario = Scenario.model_validate(checked)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=True)[:_MOST_TOLD]
        problems += [
            explain(e["loc"], e, places, where, Scenario)
            for e in found
            if not (e["type"] == "too_short" and e["input"])  # a list is short when its items are wrong, which is told
        ]
    if not problems and scenario.parameters:
        problems += together(scenario.parameters, city_tables, places, where)
    if problems:
        raise ScenarioError(*dict.fromkeys(problems[:_MOST_TOLD]))
    scenario._raw, scenario._city_tables = raw, city_tables
    scenario._firms_at = {keys: place for keys, place in places.items() if keys == (FIRMS,)}
    if settled and (told := problems_of(scenario)):
        raise ScenarioError(*(explain(("firms",), problem, places, where) for problem in told))
    if scenario.real_firms is not None and raw.get("firms") is not None:  # that of the city goes with the city
        scenario._raw = {**raw, "firms": scenario.real_firms.model_dump()}
    return scenario
