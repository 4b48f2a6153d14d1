"""What must stand beside a difference: in what it is not of policy alone, and why mean and median differ in sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.pages.said import Said, said
from sim.report.answer import differing, same_policy, usual
from sim.report.quoted import opposed
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import Outcome
from sim.tables.printable import shortened

_LONGEST, _MOST = 80, 6  # signs of a value, and places that a sentence tells


def not_policy_alone(of: Scenario, against: Scenario) -> Iterator[Said]:
    """Yield in what two scenarios differ beside policy, with the values of both; nothing where they do not."""
    told = [(path, _value(one), _value(other)) for path, (one, other) in differing(of, against).items() if one != other]
    if not told:
        return
    left = len(told) - _MOST
    more, more_zh = (f"; and {left} more", f"；及其余{left}项") if left > 0 else ("", "")
    where = "; ".join(f"{path} ({one.en} against {other.en})" for path, one, other in told[:_MOST])
    where_zh = "；".join(f"{path}（{one.zh}，对照为{other.zh}）" for path, one, other in told[:_MOST])
    begin, begin_zh = (
        ("No policy differs between the two; they differ in", "两者政策相同，不同在于")
        if same_policy(of, against)
        else ("Not policy alone: the two differ also in", "并非政策单独作用，两者另有不同")
    )
    yield Said(f"{begin} {where}{more}", f"{begin_zh}：{where_zh}{more_zh}")


def two_signs(known: Outcome, row: Any) -> Iterator[Said]:
    """Yield why mean and median of a difference differ in sign, where they do.

    Args:
        row: with `difference`, `difference_median`, `above_zero` and `below_zero`.
    """
    name = (known.english, known.chinese)
    if lines := opposed(name, row.difference, row.difference_median, row.above_zero, row.below_zero):
        yield said(lines)


def _value(value: str) -> Said:
    english, chinese = (shortened(text, _LONGEST) for text in usual(value))
    return Said(english, chinese)
