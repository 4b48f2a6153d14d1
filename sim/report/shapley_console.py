"""What an attribution says on the screen of who brought the package's effect, and what pairs bring together."""

from __future__ import annotations

from typing import Any

from sim.experiments.arms import years_of
from sim.experiments.attribute import SAMPLED
from sim.experiments.attribution_tables import PACKAGE
from sim.experiments.experiment import Findings
from sim.policies import get
from sim.report.quoted import EFFECT, between, effect, effect_unit, named
from sim.scenario.parts import members_of
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import outcomes


def describe_shares(findings: Findings) -> list[str]:
    """Return the effect of the package on each outcome, and who brought it."""
    experiment: Any = findings.experiment
    years = years_of(experiment.base)
    each, each_zh = _who(experiment.base)
    lines = [
        "",
        f"Effect of the package and of {each}, Shapley value ({EFFECT[0]})",
        f"全部政策及{each_zh}的作用，夏普利值（{EFFECT[1]}）",
        "A 0 without interval is no effect in any of these worlds. 不附区间的0表示在这些世界中均无作用。",
        *_how(experiment),
    ]
    for name, rows in findings.tables["shapley"].groupby("outcome", sort=False):
        known = outcomes()[name]
        shares = [_effect(row, experiment.base) for row in rows.itertuples() if row.instrument != PACKAGE]
        title = f"{named(known, years[0], years[-1])} ({effect_unit(known)})"
        lines.append(f"  {title}: {_effect(rows.iloc[-1], experiment.base)}; of which 其中 " + ", ".join(shares))
    return lines + _together(findings)


def _who(spec: Scenario) -> tuple[str, str]:
    """Return who shares the effect, in both languages."""
    sharing = members_of(spec.parts, spec.policies)
    alone = [name for name in sharing if name not in spec.parts]
    if len(alone) == len(sharing):
        return "each instrument", "各政策"
    return ("each part of it and each other instrument", "各组政策及其余各政策") if alone else ("each part", "各组政策")


def _together(findings: Findings) -> list[str]:
    """Return what pairs bring together beyond what each brings, where that can be told from nothing."""
    if "interactions" not in findings.tables:
        return []
    spec = findings.experiment.base
    years, table = years_of(spec), findings.tables["interactions"]
    lines = [
        "",
        f"What two bring together beyond what each brings, Shapley interaction index ({EFFECT[0]})",
        f"两者一并实施、超出各自作用之和的部分，夏普利交互指数（{EFFECT[1]}）",
        "Pairs whose interval holds 0 are left out; interactions.csv has them all. "
        "区间含0者略去，全部见 interactions.csv。",
    ]
    for name, rows in table.groupby("outcome", sort=False):
        known = outcomes()[name]
        told = [_pair(row, spec) for row in rows.itertuples() if row.low > 0.0 or row.high < 0.0]
        lines.append(
            f"  {named(known, years[0], years[-1])} ({effect_unit(known)}): "
            + (", ".join(told) or f"pairs of which that can be told 可辨者: 0 / {len(rows)}")
        )
    return lines


def _pair(row: Any, spec: Scenario) -> str:
    figures = between(*effect(outcomes()[row.outcome], row.interaction, row.low, row.high))
    first, second = (" ".join(shared_by(name, spec)) for name in (row.first, row.second))
    return f"{first} + {second} {figures}"


def _how(experiment: Any) -> list[str]:
    """Return how the effect was shared, when that was not over all coalitions."""
    if experiment.shapley != SAMPLED:
        return []
    drawn = 2 * experiment.orders
    return [
        f"from {drawn} drawn orders of joining in each world; the interval holds the luck of orders and of worlds. "
        "Interactions are not estimated from drawn orders; --shapley exact gives them.",
        f"按每个世界随机抽取的{drawn}种加入顺序估计，区间同时包含顺序与世界的偶然性。"
        "抽样时不估计政策之间的交互作用，需用 --shapley exact。",
    ]


def _effect(row: Any, spec: Scenario) -> str:
    return f"{' '.join(shared_by(row.instrument, spec))} {effect_of(row)}"


def effect_of(row: Any) -> str:
    """Return what who shares an effect brings of it, with its interval."""
    moved = bool(row.effect or row.low or row.high)
    return between(*effect(outcomes()[row.outcome], row.effect, row.low, row.high)) if moved else "0"


def shared_by(name: str, spec: Scenario) -> tuple[str, str]:
    """Return what who shares the effect is called: the package, a part of it, or an instrument."""
    if name == PACKAGE:
        return "all", "全部"
    if name in spec.parts:
        return spec.parts[name].title.en, spec.parts[name].title.zh
    return get(name).title_en, get(name).title_zh
