"""What a person may quote of an experiment: at most five sentences, each true by itself, at the end of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.attribution_tables import ALL, REST_OF_CITY
from sim.experiments.experiment import Findings
from sim.experiments.payment_classes import PaymentClass
from sim.report.quotable_designs import level_told, search, sensitivity, sweep
from sim.report.quote import Quote, Side, bracketed, held, paired, place, unknown
from sim.report.quoted import NO_INTERVAL_OF_ONE, number, since
from sim.report.targets import chance, holds_in_one
from sim.scenario.answer import AGAINST, OF, arms_of
from sim.tables.catalogue import PUBLIC_MONEY, outcomes
from sim.tables.files import read
from sim.tables.rounded import percent, points
from sim.tables.units import LEAST_SHOWN, YI_PER_MILLION

MOST = 5  # sentences, each in two languages
_GDP, _MORE_GDP = "gdp", "additional_gdp"
_WITHOUT = ("the same worlds without any policy", "相同世界无任何政策时")


def to_quote(findings: Findings) -> list[str]:
    """Return the lines with their heading; nothing of an experiment without tables, or of a kind of one's own."""
    told = _OF.get(findings.experiment.kind)
    quotes = list(islice(told(findings), MOST)) if told and findings.tables else []
    return ["", "To quote 可引用", *(f"  - {line}" for quote in quotes for line in quote)] if quotes else []


def _run(findings: Findings) -> Iterator[Quote]:
    """Yield the answer, each target, and else what the main outcome and public money come to."""
    tables, experiment = findings.tables, findings.experiment
    answer, spec = tables.get("answer", pd.DataFrame()), experiment.base
    for row in answer.tail(1).itertuples():
        arms, first = arms_of(spec), int(answer["year"].iloc[0])
        names: Any = row
        sides = Side(names.variant, arms.get(OF, spec)), Side(names.against, arms.get(AGAINST, spec))
        yield paired(experiment, row, outcomes()[names.outcome], first, sides)
    targets = tables["targets"]
    for row in targets[targets["asked"] == 1].itertuples():
        yield _target(findings, row)
    yield from _outcomes(findings)


def _target(findings: Findings, row: Any) -> Quote:
    """Return how likely a target is, beside the same worlds without policy where these were run."""
    experiment, worlds = findings.experiment, int(row.replications)
    (here, here_zh), name = place(experiment), experiment.base.name
    if worlds < 2:
        (holds, holds_zh), (kind, kind_zh) = holds_in_one(row), bracketed([NO_INTERVAL_OF_ONE, *held(experiment)])
        return Quote(
            f"{here}: {row.sentence}: {holds} with {name}{kind}",
            f"{here_zh}：{row.sentence_zh}：{name}{holds_zh}{kind_zh}",
        )
    english, chinese = chance(row.probability, row.low, row.high)
    if not unknown(row.without_policy):
        before, (change, low, high) = percent(row.without_policy), _points(row)
        english += f", without any policy {before}, difference {change} percentage points [{low}, {high}]"
        chinese += f"，无任何政策时{before}，相差{change}个百分点 [{low}, {high}]"
    kind, kind_zh = bracketed(
        [(f"shares of {worlds} worlds, 95 % intervals", f"{worlds}个世界中的占比，附95%区间"), *held(experiment)]
    )
    return Quote(
        f"{here}: {row.sentence}: {name} {english}{kind}", f"{here_zh}：{row.sentence_zh}：{name} {chinese}{kind_zh}"
    )


def _points(row: Any) -> tuple[str, ...]:
    return tuple(map(points, (row.difference, row.difference_low, row.difference_high)))


def _outcomes(findings: Findings) -> Iterator[Quote]:
    """Yield GDP, beside that of the same worlds without policy, and public money, in the last year."""
    experiment, summary, worlds = findings.experiment, findings.tables["summary"], len(findings.values)
    spec, first = experiment.base, years_of(experiment.base)[0]
    rows = {row.outcome: row for row in summary[summary["year"] == summary["year"].max()].itertuples()}
    if spec.policies and _MORE_GDP in rows:
        yield paired(experiment, _against_nothing(rows, worlds), outcomes()[_GDP], first, _twins(spec))
    for name in (PUBLIC_MONEY,) if spec.policies else (_GDP,):
        if name in rows:
            yield level_told(experiment, outcomes()[name], rows[name], first, spec.name, worlds)


def _twins(spec: Any) -> tuple[Side, Side]:
    return Side(spec.name, spec), Side(_WITHOUT[0], spec, _WITHOUT[1])


def _against_nothing(rows: dict[Any, Any], worlds: int) -> Any:
    """Return the mean of a level, of its twin's and of their difference, as a row of a comparison has them."""
    level, more = rows[_GDP], rows[_MORE_GDP]
    return SimpleNamespace(
        year=level.year,
        level=level.mean,
        base=level.mean - more.mean,
        difference=more.mean,
        low=more.mean_low,
        high=more.mean_high,
        pairs=worlds,
        above_zero=more.above_zero,
        below_zero=more.below_zero,
    )


def _comparison(findings: Findings) -> Iterator[Quote]:
    """Yield how each arm differs from the base in the objective, then in public money."""
    experiment: Any = findings.experiment
    table, first = findings.tables["comparison"], years_of(experiment.base)[0]
    year = getattr(experiment, "by", 0) or table["year"].max()
    rows = table[(table["year"] == year) & table[["above_zero", "level", "base"]].notna().all(axis=1)]
    base = Side(*next(iter(experiment.arms.items())))
    for outcome in dict.fromkeys((experiment.objective, PUBLIC_MONEY)):
        for row in rows[rows["outcome"] == outcome].itertuples():
            variant: Any = row.variant
            sides = Side(variant, experiment.arms[variant]), base
            yield paired(experiment, row, outcomes()[outcome], first, sides)


def _attribution(findings: Findings) -> Iterator[Quote]:
    """Yield what all public money bought, all classes in one sentence since their shares add up to it."""
    experiment, table = findings.experiment, findings.tables["attribution"]
    rows = table[(table["instrument"] == ALL) & (table["share"] > LEAST_SHOWN)]
    if rows.empty:
        return
    rows = rows.sort_values("million_yuan", ascending=False, kind="stable").to_dict("records")
    years, (here, here_zh), name = years_of(experiment.base), place(experiment), experiment.base.name
    (together, together_zh), paid = since(years[0], years[-1]), number(rows[0]["total"] * YI_PER_MILLION)
    told = [_class(row, _outside(findings, row["total"])) for row in rows]
    english, chinese = ("; ".join(t[0] for t in told), "；".join(t[1] for t in told))
    worlds = rows[0]["worlds"]
    kind, kind_zh = bracketed(
        [
            (
                f"mean over {worlds} worlds, of each share its 95 % interval; each payment is held against the same "
                "world without its policy",
                f"{worlds}个世界的均值，占比附95%区间；每笔支付均与同一世界中没有该项政策时相比",
            ),
            *held(experiment),
        ]
    )
    yield Quote(
        f"{here}: of {paid} 亿元 of public money that {name} paid, {together}: {english}{kind}",
        f"{here_zh}：{name}，{together_zh}支付财政资金{paid}亿元，其中{chinese}{kind_zh}",
    )


def _outside(findings: Findings, total: float) -> float:
    """Return what share of all that was paid went to firms that are not modelled."""
    groups = findings.tables["attribution_groups"]
    paid = groups.loc[groups["cluster"] == REST_OF_CITY, "million_yuan"].sum()
    return float(paid / total)


def _class(row: dict[str, Any], outside: float) -> tuple[str, str]:
    """Return a class with its share and what it means."""
    (name,) = (known for known in PaymentClass if known == row["class"])
    meaning, meaning_zh = next((r["meaning"], r["meaning_zh"]) for r in read("glossary") if r["term"] == name)
    share = f"{percent(row['share'], 1)} [{percent(row['share_low'], 1)}, {percent(row['share_high'], 1)}]"
    english, chinese = f"{share} {name}, {meaning}", f"{name.chinese}（{meaning_zh}）占{share}"
    if name is PaymentClass.DEADWEIGHT and outside > 0.0:
        english += (
            f" - counted in it {percent(outside, 1)} of all money, paid to firms outside the modelled clusters, of "
            "which it is not asked whether it moved them"
        )
        chinese += f"，其中含付给所模拟集群以外企业的资金（占全部资金的{percent(outside, 1)}，不考察其是否改变了企业）"
    return english, chinese


_OF: dict[str, Callable[[Findings], Iterator[Quote]]] = {
    "run": _run,
    "compare": _comparison,
    "attribute": _attribution,
    "sweep": sweep,
    "search": search,
    "sensitivity": sensitivity,
}
