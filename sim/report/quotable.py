"""What a person may quote of an experiment: at most five lines, each true by itself, at the end of the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.attribution_tables import ALL
from sim.experiments.experiment import Findings
from sim.experiments.payment_classes import PaymentClass
from sim.experiments.search_target import read_target
from sim.report.answer import sentences
from sim.report.package_told import lever_value, levers_of, shown
from sim.report.quoted import (
    as_read,
    between,
    effect,
    effect_unit,
    effects_are,
    level,
    levels_are,
    named,
    nowhere,
    number,
    since,
    titled,
    units,
)
from sim.report.targets import chance
from sim.scenario.changed import beyond_policy, short
from sim.scenario.quantities import in_lever_unit
from sim.tables.catalogue import PUBLIC_MONEY, Outcome, outcomes
from sim.tables.likelihood import likelihood
from sim.tables.units import YI_PER_MILLION, counted

MOST = 5
_LONGEST_LIST = 4  # levers that a line names


def to_quote(findings: Findings) -> list[str]:
    """Return the lines with their heading; nothing of an experiment without tables, or of a kind of one's own."""
    told = _OF.get(findings.experiment.kind)
    lines = list(islice(told(findings), MOST)) if told and findings.tables else []
    return ["", "To quote 可引用", *(f"  - {line}" for line in lines)] if lines else []


def _run(findings: Findings) -> Iterator[str]:
    """Yield the answer, each target, and else what the main outcome comes to."""
    tables, spec, worlds = findings.tables, findings.experiment.base, len(findings.values)
    answer = tables.get("answer", pd.DataFrame())
    for row in answer.tail(1).itertuples():
        yield from sentences(row, outcomes()[row.outcome], int(answer["year"].iloc[0]))
    targets = tables["targets"]
    for row in targets[targets["asked"] == 1].itertuples():
        for words, sentence, colon in zip(
            chance(row.probability, row.low, row.high), (row.sentence, row.sentence_zh), (": ", "："), strict=True
        ):
            yield f"{sentence}{colon}{words}"
    yield from _levels(tables["summary"], years_of(spec)[0], worlds, "gdp", PUBLIC_MONEY)


def _levels(table: pd.DataFrame, first: int, worlds: int, *wanted: str) -> Iterator[str]:
    """Yield levels of the last year."""
    rows = table[(table["year"] == table["year"].max()) & table["outcome"].isin(wanted) & table["median"].notna()]
    for row in rows.to_dict("records"):
        known = outcomes()[row["outcome"]]
        yield f"{named(known, first, row['year'])}: {_level(known, row, worlds)}"


def _level(known: Outcome, row: Mapping[str, Any], worlds: int) -> str:
    """Return a level with its range and unit, and what kind of figure it is."""
    figures = between(*level(known, row["median"], row["low"], row["high"]), worlds=worlds)
    return f"{figures} {known.read_unit} ({' '.join(levels_are(worlds))})"


def _comparison(findings: Findings) -> Iterator[str]:
    """Yield how each arm differs from the base in the objective, then in public money."""
    experiment: Any = findings.experiment
    table, first = findings.tables["comparison"], years_of(experiment.base)[0]
    year = getattr(experiment, "by", 0) or table["year"].max()
    rows = table[(table["year"] == year) & table["difference"].notna()]
    for outcome in dict.fromkeys((experiment.objective, PUBLIC_MONEY)):
        for row in rows[rows["outcome"] == outcome].itertuples():
            yield from _difference(row, outcomes()[outcome], first, experiment)


_BEYOND = ("; not policy alone, the outlook or numbers of the model differ too", "；并非政策单独作用，前景或参数亦不同")


def _difference(row: Any, known: Outcome, first: int, experiment: Any) -> Iterator[str]:
    """Yield the difference of an arm from the base, in English and in Chinese."""
    base, spec = next(iter(experiment.arms.items()))
    alike = nowhere(row, row.pairs)
    kind, kind_zh = alike or effects_are(row.pairs)
    figures = "0" if alike else between(*effect(known, row.difference, row.low, row.high), worlds=row.pairs)
    beyond, beyond_zh = _BEYOND if beyond_policy(spec, experiment.arms[row.variant]) else ("", "")
    (title, title_zh), (unit, unit_zh) = titled(known, first, row.year), units(known)
    worlds = counted(row.pairs, "world")
    yield f"{title}, {row.variant} minus {base}: {figures} {unit} ({kind}; {worlds}{beyond})"
    yield f"{title_zh}，{row.variant}减{base}：{figures}{unit_zh}（{kind_zh}；{row.pairs}个世界{beyond_zh}）"


def _attribution(findings: Findings) -> Iterator[str]:
    """Yield what all public money bought, class by class."""
    table, years = findings.tables["attribution"], years_of(findings.experiment.base)
    together, together_zh = since(years[0], years[-1])
    rows = table[(table["instrument"] == ALL) & (table["million_yuan"] > 0.0)]
    chinese = {str(name): name.chinese for name in PaymentClass}
    for row in rows.sort_values("million_yuan", ascending=False, kind="stable").to_dict("records"):
        name, paid = row["class"], number(row["total"] * YI_PER_MILLION)
        share = f"{row['share']:.0%} [{row['share_low']:.0%}, {row['share_high']:.0%}]"
        yield (
            f"{name} {chinese[name]}: {share} of {paid} 亿元 of public money, {together} 占财政资金的比重，"
            f"{together_zh} (95 % interval 95%区间)"
        )


def _sweep(findings: Findings) -> Iterator[str]:
    """Yield where the objective and public money are lowest and highest."""
    experiment: Any = findings.experiment
    points, first = findings.tables["points"], years_of(experiment.base)[0]
    worlds = int(points["runs"].min())
    for outcome in dict.fromkeys((experiment.objective, PUBLIC_MONEY)):
        rows = points[points["outcome"] == outcome].dropna(subset="median")
        known = outcomes()[outcome]
        for end, words in (("idxmin", "lowest at 最低于"), ("idxmax", "highest at 最高于")) if len(rows) else ():
            row = rows.loc[getattr(rows["median"], end)()].to_dict()
            values = list(experiment.points[row["point"]].items())
            told = ", ".join(f"{short(path)} = {in_lever_unit(path, value)}" for path, value in values[:_LONGEST_LIST])
            more = ", ..." if len(values) > _LONGEST_LIST else ""
            yield f"{named(known, first, row['year'])}: {words} {told}{more}: {_level(known, row, worlds)}"


def _search(findings: Findings) -> Iterator[str]:
    """Yield how likely the best package checked reaches the target, and what it costs."""
    experiment: Any = findings.experiment
    answer = findings.tables.get("answer", pd.DataFrame())
    for row in [shown(answer).to_dict()] if len(answer) else []:
        values = [f"{short(path)} = {lever_value(path, row[path])}" for path in levers_of(experiment)]
        package = ", ".join(values[:_LONGEST_LIST]) + ", ..." * (len(values) > _LONGEST_LIST)
        ends = (row["lower_bound"], row["upper_bound"])
        figures = f"{row['probability']:.0%} [{ends[0]:.0%}, {ends[1]:.0%}]"
        (asked, asked_zh), (word, word_zh) = read_target(experiment.target).sentence(), likelihood(*ends)
        yield f"{asked}, with {package}: {figures} {word}, {row['fresh_worlds']} fresh worlds"
        yield f"{asked_zh}，{package}：{figures} {word_zh}，{row['fresh_worlds']}个新世界"
        years = years_of(experiment.base)
        paid = between(*(number(max(row[k], 0.0) * YI_PER_MILLION) for k in ("million_yuan", "low", "high")))
        yield f"Public money 财政投入, {' '.join(since(years[0], years[-1]))}, with 方案 {package}: {paid} 亿元"


def _sensitivity(findings: Findings) -> Iterator[str]:
    """Yield the number that moves most what is looked at."""
    experiment: Any = findings.experiment
    known, years = outcomes()[experiment.objective], years_of(experiment.base)
    for of, rows in findings.tables["screening"].groupby("of", sort=False):
        row = rows.iloc[0]
        ends = [row[f"mean_absolute_{end}"] for end in ("effect", "low", "high")]
        number_of = experiment.base.city_tables.numbers[row["number"]]
        moved = f"{between(*as_read(known.name, *ends))} {effect_unit(known)}"
        yield (
            f"{named(known, years[0], years[-1])}, {of}: most moved by 影响最大的是 {number_of.meaning} "
            f"{number_of.meaning_zh} ({number_of.name}): {moved} over its range 取值范围内"
        )


_OF: dict[str, Callable[[Findings], Iterator[str]]] = {
    "run": _run,
    "compare": _comparison,
    "attribute": _attribution,
    "sweep": _sweep,
    "search": _search,
    "sensitivity": _sensitivity,
}
