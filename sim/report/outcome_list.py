"""The catalogue of outcomes as people read it: what each means, how it adds up, and what it may be asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sim.catalogue import USES, Outcome, outcomes
from sim.scenario_errors import unknown
from sim.scenario_file import ScenarioError

_ZH = {
    "flow": "流量", "stock": "存量", "count": "个数", "ratio": "比率", "share": "占比", "price": "价格",
    "of the year": "当年", "since the start": "2022年以来", "at the end": "年末",
    "no-policy": "无政策", "no-fund": "无政策资金",
    "more": "越多越好", "less": "越少越好", "neither": "无所谓多少",
    "city": "全市", "cluster": "集群", "size": "规模",
    "objective": "目标函数", "target": "达标目标", "cost": "单位成本",
}
_BETTER = {"more": "more is better", "less": "less is better", "neither": "neither more nor less is better"}


def describe_outcomes(words: Sequence[str] = (), use: str | None = None) -> list[str]:
    """Return three lines for each outcome whose name holds one of the words and that may be asked for the use; all without either.

    Raises:
        ScenarioError: if a word is in no name.
    """
    told = [o for o in outcomes().values() if o.levels]
    for word in words:
        if not any(word in o.name for o in told):
            raise ScenarioError(f"{unknown('outcome', word, [o.name for o in told])}; 'clustersim outcomes' lists all")
    chosen = [o for o in told if (not words or any(word in o.name for word in words)) and (use is None or use in o.uses)]
    return [line for o in chosen for line in _lines(o)]


def _lines(outcome: Outcome) -> list[str]:
    parts = [f"{outcome.kind} {outcome.period} {_ZH[outcome.period]}{_ZH[outcome.kind]}", _both(outcome.levels)]
    if outcome.against:
        parts.append(f"against the {outcome.against} twin 对照{_ZH[outcome.against]}的孪生世界")
    if outcome.needs:
        parts.append(f"needs 需要 {outcome.needs}")
    if math.isfinite(outcome.low):
        parts.append(f"at least 不低于 {outcome.low:g}" if math.isinf(outcome.high) else f"from 范围 {outcome.low:g} to 至 {outcome.high:g}")
    parts += [f"{_BETTER[outcome.better]} {_ZH[outcome.better]}", f"may be asked as 可作为 {_both([u for u in USES if u in outcome.uses]) or '-'}"]
    return [f"{outcome.name}: {outcome.english} {outcome.chinese} ({outcome.read_unit}; in files 文件中 {outcome.unit})",
            f"    {outcome.meaning} {outcome.meaning_zh}", f"    {'; '.join(parts)}"]


def _both(words: Sequence[str]) -> str:
    return ", ".join(f"{word} {_ZH[word]}" for word in words)
