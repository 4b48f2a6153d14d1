"""What is no mistake in a scenario and yet should be known before a run: a fund larger than its envelope, a target
that the horizon cuts off, a number whose path over time stands in the outlook, a boom in a calm world.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from sim.calendar.quarter import FIRST, Quarter
from sim.outside.pressure import SWINGS
from sim.scenario.answer import problems_of, too_late
from sim.scenario.drawn import paths_of_numbers
from sim.scenario.files import ScenarioError
from sim.scenario.programme import Programme
from sim.scenario.scenario import Scenario
from sim.tables.units import YI_PER_MILLION
from sim.treasury.terms import Sole

_MONEY = "amount_a_year"  # lever of whoever makes offers; and key of the envelope
_ENVELOPE = "envelope"


def notes(spec: Scenario) -> list[str]:
    """Return one line for each fund that has more money in some year than the envelope holds, the first such year, for
    each target of a year that the run never reaches, for each number that is held and not used, and for each boom and
    slump of a world in which they are nothing.
    """
    return [*not_asked(spec), *_not_used(spec), *_no_swings(spec)] + [
        f"policies.{name}.{_MONEY}: {_yi(money)} in {year} lies above envelope.{_MONEY} ({_yi(room)}), which pays no "
        f"more; write at most {_yi(room)}, or a larger envelope "
        f"({year}年高于财政盘子，超出部分无从支付；请写不高于{_yi(room)}，或扩大盘子)"
        for name, (year, money, room) in _first_above(spec)
    ]


def not_asked(spec: Scenario) -> list[str]:
    """Return one line for each target of a year that the run never reaches, and for an answer that it does not give."""
    late = [(f"target {target.name}", target.by, "asked", "该目标不作判断") for target in spec.cut_off]
    if any(too_late(spec)) and spec.answer is not None:
        late.append(("answer", spec.answer.year, "given", "不作回答"))
    return [
        f"{what}: {year} lies after {spec.last_year}, the last whole year of the run, so it is not {done} "
        f"({year}年晚于模拟末年{spec.last_year}年，{done_zh})"
        for what, year, done, done_zh in late
    ] + [
        f"{'.'.join(keys)}: what it compares was changed, so it is not given: {said} (所比较者已被改动，不作回答)"
        for keys, said in problems_of(spec)
    ]


def _not_used(spec: Scenario) -> list[str]:
    return [
        f"parameters.{name}: outlook.{name} says what it is in every quarter, so this number is not used; leave one of "
        f"the two out (outlook.{name} 已给出各季取值，此处数值不起作用；请删去其一)"
        for name in paths_of_numbers(spec)
        if name in spec.parameters
    ]


def _no_swings(spec: Scenario) -> list[str]:
    """A calm world has no luck by which a boom is measured."""
    return [
        f"outlook.demand.{cluster}: boom and slump are measured by the luck of a cluster, and a calm world has none, "
        "so they are nothing; write figures, like 0.05 (平静世界无波动，景气与衰退不起作用；请写数值，如 0.05)"
        for cluster, path in spec.outlook.demand.items()
        if spec.outlook.calm and any(isinstance(said, str) and SWINGS[said] for _, said in path.steps)
    ]


def notes_of_levers(spec: Scenario, levers: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the same of a search, where its levers (low, high) make most of funds and least of the envelope; nothing
    where these ends do not go together.
    """
    ends = {path: low if path.partition(".")[0] == _ENVELOPE else high for path, (low, high) in levers.items()}
    try:
        furthest = spec.with_changes(ends, "--lever")
    except ScenarioError:
        return []
    known = notes(spec)
    return [f"where --lever reaches furthest, {note}" for note in notes(furthest) if note not in known]


def _first_above(spec: Scenario) -> Iterator[tuple[str, tuple[int, float, float]]]:
    for name, programme in spec.policies.items():
        if programme.kind.sole is not Sole.CO_INVESTMENT or _MONEY not in programme.levers:
            continue
        for year in range(FIRST.year, spec.until.year + 1):
            money, room = _of_year(programme, year), spec.envelope.of_year(year)
            if money > room:
                yield name, (year, money, room)
                break


def _of_year(programme: Programme, year: int) -> float:
    """Return the money that a fund has in a year, million yuan."""
    stages = (programme.at(Quarter.of(year, season)) for season in range(1, 5))
    return float(np.mean([getattr(stage, _MONEY) if stage else 0.0 for stage in stages]))


def _yi(money: float) -> str:
    return f"{money * YI_PER_MILLION:,.6g} 亿元"
