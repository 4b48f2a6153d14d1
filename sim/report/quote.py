"""The form of what may be quoted: a sentence whole in English and one in Chinese, each with the city, the date of the
outlook, both sides of a difference, and what keeps it from being read as more than it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sim.experiments.experiment import Experiment
from sim.report.answer import UNTOLD, differing, same_policy, usual
from sim.report.quoted import NO_INTERVAL_OF_ONE, between, effect, nowhere, number, titled, units
from sim.report.seldom import seldom
from sim.scenario.changed import said_at
from sim.scenario.merging import differences, leaves
from sim.scenario.outlook import Outlook
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import Outcome
from sim.tables.printable import shortened

_MOST, _LONGEST = 4, 60  # changes that a sentence names, and signs of a value
_HELD = ("assumed numbers are held, so intervals are too narrow", "假定参数取定值，区间偏窄")


class Quote(NamedTuple):
    """The same sentence in English and in Chinese."""

    english: str
    chinese: str


class Side(NamedTuple):
    """One side of a difference: what it is called, its scenario, and what it is called in Chinese if otherwise."""

    name: str
    spec: Scenario
    name_zh: str = ""

    @property
    def chinese(self) -> str:
        """What it is called in Chinese."""
        return self.name_zh or self.name


def place(experiment: Experiment) -> Quote:
    """Return of which city and outlook a figure is, and what the scenario and options changed in them."""
    city, outlook = experiment.base.city_tables, _outlook(experiment.base)
    options = {path: value for path, value in experiment.changed().items() if path not in outlook}
    (own, own_zh), (by, by_zh) = _changes(outlook), _changes(options)
    english, chinese = (f", written over in {own}", f"（改写{own_zh}）") if own else ("", "")
    more, more_zh = (f"; changed by options: {by}", f"；由选项改动：{by_zh}") if by else ("", "")
    return Quote(
        f"{city.english}, simulated with the outlook of February 2022{english}{more}",
        f"{city.chinese}，按2022年2月的前景判断模拟{chinese}{more_zh}",
    )


def _outlook(spec: Scenario) -> dict[str, str]:
    """Return what a scenario writes over the central outlook and the numbers of the model, by path."""
    usual = {"outlook": Outlook().model_dump(mode="json"), "parameters": {}}
    own = {"outlook": spec.outlook.model_dump(mode="json"), "parameters": dict(spec.parameters)}
    return said_at(spec, leaves(differences(usual, own)))


def _changes(changes: Mapping[str, str]) -> tuple[str, str]:
    return listed([f"{path} = {shortened(value, _LONGEST)}" for path, value in changes.items()])


def listed(told: Sequence[str]) -> tuple[str, str]:
    """Return the first of several things, and of how many more there are, in English and in Chinese."""
    shown = ", ".join(told[:_MOST])
    left = len(told) - _MOST
    return (f"{shown} and {left} more", f"{shown}等{len(told)}项") if left > 0 else (shown, shown)


def paired(experiment: Experiment, row: Any, known: Outcome, first: int, sides: tuple[Side, Side]) -> Quote:
    """Return a difference with both sides it is between.

    Args:
        row: with `year`, `level`, `base`, `difference`, `low`, `high`, `pairs`, `above_zero`, `below_zero`.
        first: first year of the run. sides: the one told of, and the one it is held against.
    """
    of, against = sides
    (title, title_zh), (unit, unit_zh) = titled(known, first, row.year), units(known)
    level, base = (number(value * known.read_factor) for value in (row.level, row.base))
    figures = between(*effect(known, row.difference, row.low, row.high), worlds=1 if _alike(row) else row.pairs)
    rare = seldom(row, row.low, row.pairs)
    difference, difference_zh = rare or (f"difference {figures} {unit}", f"相差{figures}{unit_zh}")
    kind, kind_zh = bracketed((_means(row.pairs) if rare else _kind(row), *cautions(experiment, row, sides)))
    here, here_zh = place(experiment)
    read = known.read_unit
    return Quote(
        f"{here}: {title}: {of.name} {level} {read}, {against.name} {base} {read}, {difference}{kind}",
        f"{here_zh}：{title_zh}，{of.chinese}为{level}{read}，{against.chinese}为{base}{read}，{difference_zh}{kind_zh}",
    )


def bracketed(told: Iterable[tuple[str, str]]) -> Quote:
    """Return what is said behind a figure, in brackets."""
    english, chinese = zip(*told, strict=True)
    return Quote(f" ({'; '.join(english)})", f"（{'；'.join(chinese)}）")


def _alike(row: Any) -> bool:
    return bool(row.above_zero == row.below_zero == 0.0)


def _kind(row: Any) -> tuple[str, str]:
    if row.pairs < 2:
        return NO_INTERVAL_OF_ONE
    if told := nowhere(row, row.pairs):
        return f"means; the two are alike {told[0]}", f"均值；{told[1]}"
    means, means_zh = _means(row.pairs)
    return f"{means}; of the difference the 95 % interval of its mean", f"{means_zh}；差值附其均值的95%区间"


def _means(pairs: int) -> tuple[str, str]:
    return (
        f"means over {pairs} worlds, in each of which both drew the same luck",
        f"{pairs}个世界的均值，各世界中两者抽取的运气相同",
    )


def cautions(experiment: Experiment, row: Any, sides: tuple[Side, Side]) -> list[tuple[str, str]]:
    """Return what must not be left out of a quotation of a difference."""
    told = [UNTOLD] if row.pairs > 1 and not _alike(row) and row.low <= 0.0 <= row.high else []
    return [*told, *not_policy_alone(*sides), *held(experiment)]


def not_policy_alone(of: Side, against: Side) -> list[tuple[str, str]]:
    """Say in what the two sides differ beside policy, with the values of both."""
    differ = differing(of.spec, against.spec).items()
    if not differ:
        return []
    english, chinese = (
        listed([f"{path} ({' / '.join(shortened(usual(v)[k], _LONGEST) for v in both)})" for path, both in differ])[k]
        for k in (0, 1)
    )
    if same_policy(of.spec, against.spec):
        return [(f"no policy differs, but {english}", f"两者政策相同，不同在于{chinese}")]
    return [(f"not policy alone: they differ also in {english}", f"并非政策单独作用，另有不同：{chinese}")]


def held(experiment: Experiment) -> list[tuple[str, str]]:
    """Say that assumed numbers are held, where they are."""
    return [_HELD] * experiment.fixed


def unknown(value: float) -> bool:
    """Tell whether a table says nothing in a cell."""
    return isinstance(value, float) and math.isnan(value)
