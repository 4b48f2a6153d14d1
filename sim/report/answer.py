"""What a run says of its scenario's answer: one sentence in English and one in Chinese, each true by itself."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.report.quoted import between, effect, opposed, titled, units
from sim.report.seldom import seldom
from sim.scenario.answer import AGAINST, OF, arms_of
from sim.scenario.changed import NOTHING, beyond_policy, said_at
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import Outcome, outcomes

UNTOLD = "this cannot be told from no difference", "尚不能与无差别区分"


def describe_answer(table: pd.DataFrame, spec: Scenario) -> list[str]:
    """Return the lines of `answer.csv`: what its last row says, and where the two sides differ in more than policy."""
    if table.empty:
        return []
    row, known = last_of(table)
    both = (known.english, known.chinese)
    return [
        "Answer 回答",
        *(f"  {sentence}" for sentence in sentences(row, known, int(table["year"].iloc[0]))),
        *opposed(both, row.difference, row.difference_median, row.above_zero, row.below_zero),
        *two_worlds(*(arms_of(spec).get(side, spec) for side in (OF, AGAINST))),
    ]


def last_of(table: pd.DataFrame) -> tuple[Any, Outcome]:
    """Return the row that answers, the last, and what it is of."""
    row: Any = next(table.tail(1).itertuples())
    return row, outcomes()[row.outcome]


def two_worlds(of: Scenario, against: Scenario) -> list[str]:
    """Say in what the two sides differ beside policy, with the values of both; nothing where they do not."""
    told = "; ".join(
        f"{path} ({' / '.join(' '.join(dict.fromkeys(usual(value))) for value in both)})"
        for path, both in differing(of, against).items()
    )
    if not told:
        return []
    if same_policy(of, against):
        return [f"  No policy differs between the two, but 两者政策相同，不同在于: {told}"]
    return [f"  Not policy alone: the two differ also in 并非政策单独作用，两者另有不同: {told}"]


def differing(of: Scenario, against: Scenario) -> dict[str, tuple[str, str]]:
    """Return in what the two sides differ beside policy: by path, the values of both."""
    paths = tuple(beyond_policy(against, of))
    one, other = (said_at(side, paths) for side in (of, against))
    return {path: (one[path], other[path]) for path in one}


def same_policy(of: Scenario, against: Scenario) -> bool:
    """Tell whether no policy differs between the two sides."""
    return (of.policies, of.envelope) == (against.policies, against.envelope)


def usual(value: str) -> tuple[str, str]:
    """Return a value that a side has, in English and in Chinese: of what it does not say, that it is the usual one."""
    return ("usual", "惯用值") if value == NOTHING else (value, value)


def sentences(row: Any, known: Outcome, first: int) -> tuple[str, str]:
    """Return what a row of the answer says, in English and Chinese.

    Args:
        first: first year of the run, from which outcomes that add up are counted.
    """
    (title, title_zh), (unit, unit_zh) = titled(known, first, row.year), units(known)
    if rare := seldom(row, row.low, row.pairs):
        return (
            f"{title}, {row.variant} minus {row.against}: {rare[0]}; the same luck in both",
            f"{title_zh}，{row.variant}减{row.against}：{rare[1]}，两者运气相同",
        )
    figures, (kind, kind_zh) = _figures(row, known), _kind(row)
    return (
        f"{title}, {row.variant} minus {row.against}: {figures} {unit} ({kind})",
        f"{title_zh}，{row.variant}减{row.against}：{figures}{unit_zh}（{kind_zh}）",
    )


def _figures(row: Any, known: Outcome) -> str:
    """Return the difference with its interval; where no world differs there is no spread to make one from."""
    figures = effect(known, row.difference, row.low, row.high)
    return between(*figures, worlds=1 if _alike(row) else row.pairs)


def _alike(row: Any) -> bool:
    return bool(row.above_zero == row.below_zero == 0.0)


def _kind(row: Any) -> tuple[str, str]:
    """Say what kind of figure it is, and whether it can be told from no difference."""
    if row.pairs < 2:
        return "of the one world, the same luck in both", "仅一个世界的数值，两者运气相同"
    if _alike(row):
        return f"the two are alike in each of {row.pairs} worlds", f"{row.pairs}个世界中两者均无差别"
    told = f"mean of {row.pairs} worlds, in each of which both had the same luck, and its 95 % interval"
    told_zh = f"{row.pairs}个世界的均值及其95%区间，各世界中两者运气相同"
    if row.low <= 0.0 <= row.high:
        return f"{told}; {UNTOLD[0]}", f"{told_zh}；{UNTOLD[1]}"
    return told, told_zh
