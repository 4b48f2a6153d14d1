"""A scenario as an annotated file: every section and lever with its value, and beside it unit, range,
default and meaning.

A line of words begins with `# `; a setting that is switched off begins with `#` alone, and taking the `#` away
switches it on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from sim import policies as registry
from sim.report.reference import NOTHING, number, plain, unit
from sim.scenario.cities import POPULATION, population_of
from sim.scenario.levers import Lever, levers, sections, titles
from sim.scenario.quantities import in_unit, with_units
from sim.scenario.scenario import Scenario
from sim.scenario.shipped import shipped
from sim.scenario.writing import to_yaml
from sim.tables.catalogue import FUND
from sim.tables.city_tables import CityTables

_WORDS = {
    "top": (
        "Begin a run with: clustersim run {name}.yaml  Check with: clustersim check {name}.yaml",
        "运行：clustersim run {name}.yaml；检查：clustersim check {name}.yaml",
    ),
    "off": (
        "Settings behind a # without a blank are switched off; take the # away to switch one on.",
        "# 后无空格的行是未启用的设置，去掉 # 即启用。",
    ),
    "title": ("What it is and what it asks; both languages are needed.", "情景是什么、问什么；须有中英文。"),
    "sources": ("What it rests on.", "依据。"),
    "city": (
        "City whose tables are used: one that comes with clustersim, or a folder beside this file.",
        "所用城市表：自带城市名，或本文件旁的文件夹。",
    ),
    "horizon": ("First and last quarter.", "起止季度。"),
    "population": ("Numbers of firms at the start.", "初始企业数。"),
    "firms": (
        "A register of real firms, like firms: register.xlsx; 'clustersim city template{city}' writes an empty one. "
        "firms: none does without that of the city.",
        "企业名录，写作 firms: register.xlsx；clustersim city template{city} 可写出空白表。"
        "firms: none 表示不用城市自带的名录。",
    ),
    "outlook": ("What is expected of the world outside.", "对外部环境的预期。"),
    "envelope": ("Public money of a calendar year.", "每年的公共资金盘子。"),
    "parameters": (
        "Numbers held instead of drawn; 'clustersim numbers{city}' lists all.",
        "固定而不抽样的数；clustersim numbers{city} 列出全部。",
    ),
    "policies": (
        "Instruments in force, with every lever; take one out to do without it.",
        "生效的政策工具及其全部参数；删去一个即不采用。",
    ),
    "before": (
        "A shipped scenario whose rules held before; what these policies add is told beyond them first.",
        "原有规则：自带情景名；结果先与之比较。",
    ),
    "targets": (
        "Outcomes to reach: when: in a year, by it (in any year up to it) or throughout (each year up to it); "
        "a verdict only with a probability. 'clustersim outcomes --for target' lists what may be asked.",
        "要达到的结果：when 取 in（当年）、by（截至该年任一年）或 throughout（截至该年每一年）；"
        "写明 probability 才作判定。clustersim outcomes --for target 列出可用者。",
    ),
    "answer": (
        "What a run answers in one sentence: metric and year, and whose effect (of) against whom (against): a variant, "
        "or the scenario itself where left out.",
        "运行后用一句话回答：metric 与 year，以及 of（谁的效应）与 against（与谁相比）：变体名，不写则为情景本身。",
    ),
    "parts": (
        "Instruments that attribute takes together when it shares the package's effect; the others stand alone.",
        "归因时合并计算的政策组；未列出者各自计算。",
    ),
    "variants": ("Named changes, for --variant and for compare.", "命名的改动，供 --variant 和 compare 使用。"),
}
_TARGET = {
    "name": "my_target",
    "title": {"en": "Real GDP of 900 billion yuan by 2024", "zh": "2024年实际地区生产总值达到9000亿元"},
    "metric": "gdp_real",
    "at_least": "9000 亿元",
    "when": "by",
    "by": 2024,
    "probability": 0.5,
}
_ANSWER = {"metric": "gdp_real", "year": 2025, "of": "my-variant"}
_PARTS = {"my-part": {"title": {"en": "The fund", "zh": "政策性资金"}, "policies": [FUND]}}
_VARIANTS: dict[str, Any] = {
    "my-outlook": {"outlook": {"demand_shift": 0.01}},
    "my-variant": {"policies": {FUND: None}},
}
_HELD = "hurdle_rate"


def annotated(scenario: Scenario, name: str) -> str:
    """Return the text of a file that means the same as the scenario, under another name."""
    data = with_units(scenario.resolved())
    parts = (
        _head(data, name),
        *(_section(key, data[key], scenario.city_tables) for key in sections()),
        _register(data.get("firms"), scenario.city_tables),
        _parameters(data["parameters"], scenario.city_tables),
        _before(data.get("before")),
        _policies(data["policies"]),
        _targets(data["targets"]),
        _answer(data.get("answer")),
        _parts(data["parts"]),
        _variants(data["variants"]),
    )
    return "\n".join(line for part in parts for line in (*part, "")).rstrip("\n") + "\n"


def _head(data: dict[str, Any], name: str) -> Iterator[str]:
    yield from (*_say("top", name=name), *_say("off"))
    yield _setting("name", name)
    yield from _say("title")
    for key in ("title", "question"):
        yield from (f"{key}:", *(f"  {_setting(language, data[key][language])}" for language in ("en", "zh")))
    yield from (*_say("sources"), _setting("sources", data["sources"]), *_say("city"), _setting("city", data["city"]))


def _section(key: str, values: dict[str, Any], city_tables: CityTables) -> Iterator[str]:
    of_city = population_of(city_tables) if key == POPULATION else {}
    yield from (*_say(key), f"{key}:", *_levers(key, values, "  ", of_city=of_city))


def _register(firms: dict[str, str] | str | None, city_tables: CityTables) -> Iterator[str]:
    said = firms["file"] if isinstance(firms, dict) else firms
    yield from (*_say("firms", city=city_tables.option), *([_setting("firms", said)] if said else []))


def _parameters(held: dict[str, float], city_tables: CityTables) -> Iterator[str]:
    yield from (*_say("parameters", city=city_tables.option), "parameters:" if held else "#parameters:")
    for name in held or [_HELD]:
        row = city_tables.numbers[name]
        yield f"  # {row.meaning} {row.meaning_zh}"
        yield f"  # {unit(row.unit)}; {number(row.least)} .. {number(row.most)}; default 默认 {number(row.value)}"
        yield f"{'' if held else '#'}  {_setting(name, held.get(name, row.value))}"


def _before(name: str | None) -> Iterator[str]:
    """Say the rules that held before; switched off where the scenario names none."""
    yield from _say("before")
    yield _setting("before", name) if name else f"#{_setting('before', shipped()[0])}"


def _policies(values: dict[str, Any]) -> Iterator[str]:
    yield from (*_say("policies"), "policies:")
    for name in registry.names():
        path, off = f"policies.{name}", "" if name in values else "#"
        yield f"  # {titles(path)}"
        yield f"{off}  {name}:"
        yield from _levers(path, values.get(name, {}), "    ", off)


def _levers(
    group: str, values: dict[str, Any], indent: str, off: str = "", of_city: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[str]:
    """Yield a group's levers, then whatever else its values say; `of_city` are defaults that the city says."""
    known = {
        lever.name: replace(lever, default=of_city.get(lever.name, lever.default))
        for lever in levers().values()
        if lever.group == group
    }
    for name, lever in known.items():
        yield f"{indent}# {lever.meaning} {lever.meaning_zh}".rstrip()
        yield f"{indent}# {_particulars(lever)}"
        value = values.get(name, in_unit(lever.default, lever.unit))
        yield f"{off}{indent}{_setting(name, value)}" if value is not None else f"{indent}# {name}: not set 未设"
    yield from (f"{indent}{_setting(name, value)}" for name, value in values.items() if name not in known)


def _particulars(lever: Lever) -> str:
    parts = [unit(lever.unit), lever.reach, f"default 默认 {plain(lever.default)}", lever.source]
    return "; ".join(part for part in parts if part and part != NOTHING)


def _targets(targets: list[Any]) -> Iterator[str]:
    yield from (*_say("targets"), "targets:" if targets else "#targets:")
    yield from (line for target in targets for line in _item(target))
    yield from (f"#{line}" for line in _item(_TARGET))


def _item(target: dict[str, Any]) -> Iterator[str]:
    for place, (key, value) in enumerate(target.items()):
        yield f"  {'  ' if place else '- '}{_setting(key, value)}"


def _answer(answer: dict[str, Any] | None) -> Iterator[str]:
    yield from _say("answer")
    yield f"{'' if answer else '#'}{_setting('answer', answer or _ANSWER)}"


def _parts(parts: dict[str, Any]) -> Iterator[str]:
    yield from (*_say("parts"), "parts:" if parts else "#parts:")
    yield from (f"{'' if parts else '#'}  {_setting(name, part)}" for name, part in (parts or _PARTS).items())


def _variants(variants: dict[str, Any]) -> Iterator[str]:
    yield from (*_say("variants"), "variants:" if variants else "#variants:")
    yield from (f"  {_setting(name, changes)}" for name, changes in variants.items())
    yield from (f"#  {_setting(name, changes)}" for name, changes in _VARIANTS.items() if name not in variants)


def _say(part: str, **words: str) -> list[str]:
    return [f"# {sentence.format(**words)}" for sentence in _WORDS[part]]


def _setting(key: str, value: Any) -> str:
    """Return one line of YAML."""
    return to_yaml({key: value}, on_one_line=True)
