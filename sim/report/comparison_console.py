"""What a comparison says on the screen: differences with intervals, levels, chances of targets, who ranks first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.comparison_tables import TARGET_ROW
from sim.experiments.experiment import Findings
from sim.experiments.unit_cost import Found
from sim.report.cost_console import no_cost
from sim.report.heading import about, closing
from sim.report.quoted import (
    EFFECT,
    between,
    changed,
    counted,
    few_worlds,
    level,
    levels_are,
    named,
    number,
    one_unit,
    opposed,
    period,
    since,
)
from sim.report.rows import PrintedRow
from sim.report.targets import chance
from sim.report.verdict_console import in_which_sense, verdicts_told
from sim.scenario.changed import beyond_policy
from sim.scenario.scenario import Scenario
from sim.scenario.target import Target
from sim.tables.catalogue import MAIN, MORE, PUBLIC_MONEY, Outcome, names, outcomes
from sim.tables.rounded import percent, points
from sim.tables.units import LEAST_SHOWN, YI_PER_MILLION


def describe_comparison(findings: Findings) -> list[str]:
    """Return differences with paired intervals, levels, who ranks first, and what an extra outcome costs."""
    table, experiment = findings.tables["comparison"], findings.experiment
    base, last, pairs = next(iter(experiment.arms)), table["year"].max(), int(table["pairs"].max())
    lines = [
        *about(experiment),
        *few_worlds(pairs),
        *differences_are(experiment, base, pairs),
        f"Levels 水平: {' '.join(levels_are(pairs))}",
    ]
    for variant, rows in table[table["year"] == last].groupby("variant", sort=False):
        lines += ["", f"{variant}", *_beyond(experiment.base, experiment.arms[variant])]
        spends = spends_more(table[table["variant"] == variant])
        lines += [
            line
            for row in rows.itertuples()
            if row.outcome in names(MAIN) or row.outcome.startswith(TARGET_ROW)
            for line in _compared(row, experiment, spends=spends)
        ]
    lines += ["", *_arms(findings, last)] if pairs > 1 else []
    return [*lines, "", *_pairing(table), *_ranking(findings, last), *_verdicts(findings), *closing(findings)]


def differences_are(experiment: Any, base: str, pairs: int) -> tuple[str, str]:
    """Return what differences from the base are, in English and Chinese."""
    english, chinese = _same_luck(experiment)
    return (
        f"Difference from {base} ({EFFECT[0]}; {pairs} worlds, in each of which {english})",
        f"与{base}之差（{EFFECT[1]}；{pairs}个世界，{chinese}）",
    )


def _same_luck(experiment: Any) -> tuple[str, str]:
    """Say what arms share in a world: all their luck, unless the outlook of one lets it act otherwise."""
    base, *others = experiment.arms.values()
    if any(beyond_policy(base, arm) for arm in others):
        return "all arms drew the same luck, which acts otherwise where an outlook or a number differs", (
            "各组抽取的运气相同，但在前景或参数不同之处作用不同"
        )
    return "all arms had the same luck", "各组运气相同"


def _beyond(base: Scenario, arm: Scenario) -> list[str]:
    """Say where an arm is another world, too, so that its difference is not that of policy."""
    told = "; ".join(f"{path} = {value}" for path, value in beyond_policy(base, arm).items())
    return [f"  Not policy alone: it differs also in 并非政策单独作用，另有不同: {told}"] if told else []


def spends_more(rows: pd.DataFrame) -> bool:
    """Whether an arm spends more public money than the base, all years together: else nothing in it has a price."""
    more: float = rows.loc[rows["outcome"] == "public_cost", "difference"].sum()
    return more * YI_PER_MILLION > LEAST_SHOWN


def _arms(findings: Findings, last: int) -> list[str]:
    """Return a row for each arm: what it changes in the objective and in public money, and how often it is best."""
    experiment: Any = findings.experiment
    table, first, year = findings.tables["comparison"], years_of(experiment.base)[0], experiment.by or last
    best = findings.tables["ranking"].set_index("arm")["chance_best"]
    shown = [outcomes()[name] for name in dict.fromkeys((experiment.objective, PUBLIC_MONEY))]
    heads = [named(outcome, first, year) for outcome in shown]
    columns = ("arm 方案", *heads, "best 最优")
    lines = [
        f"Arm by arm, difference from the base 逐组，与基准之差: {'; '.join(heads)} ({' '.join(EFFECT)}); best by the "
        "first, share of worlds 按第一项最优的世界占比"
    ]
    for variant, rows in table[table["year"] == year].groupby("variant", sort=False):
        found = {row.outcome: row for row in rows.itertuples()}
        figures = [
            changed(outcome, row, (row.difference, row.low, row.high), row.pairs)
            for outcome, row in ((outcome, found[outcome.name]) for outcome in shown)
        ]
        share = f"{percent(best[variant])}"
        lines.append(
            PrintedRow(f"  {variant}: {'; '.join((*figures, share))}", (str(variant), *figures, share), columns)
        )
    return lines


def _pairing(table: pd.DataFrame) -> list[str]:
    """Say what the same luck in all arms gains, where any interval shows it."""
    narrow = table.loc[table["paired_over_unpaired_width"] > 0, "paired_over_unpaired_width"]
    if narrow.empty:
        return []
    return [
        f"Paired intervals are {percent(narrow.median())} as wide as unpaired ones (median over outcomes). "
        "配对区间与不配对区间宽度之比（各结果的中位数）"
    ]


def _ranking(findings: Findings, last: int) -> list[str]:
    best = ", ".join(f"{row.arm} {percent(row.chance_best)}" for row in findings.tables["ranking"].itertuples())
    return [f"{' '.join(best_by(findings.experiment, last))}: {best}"]


def _verdicts(findings: Findings) -> list[str]:
    table = findings.tables["verdicts"]
    return list(verdicts_told(table, findings.experiment)) if table["pairs"].max() > 1 else []


def best_by(experiment: Any, last: int) -> tuple[str, str]:
    """Return what the shares of `ranking.csv` are, in English and Chinese."""
    objective, year = outcomes()[experiment.objective], getattr(experiment, "by", 0) or last
    english, chinese = period(objective, years_of(experiment.base)[0], year)
    sense, sense_zh = in_which_sense(less=experiment.judged().sign < 0.0)
    return (
        f"Best by {objective.english}, {english}{sense} (share of worlds, ties split evenly)",
        f"最优比例（按{objective.chinese}，{chinese}{sense_zh}，占世界的比重，并列平分）",
    )


def _compared(row: Any, experiment: Any, *, spends: bool) -> list[str]:
    """Return the lines of an outcome or of a target."""
    if row.outcome in outcomes():
        return _difference(row, years_of(experiment.base)[0], spends=spends)
    return [f"  {line}" for line in chances(row, experiment.targets()[row.outcome.removeprefix(TARGET_ROW)])]


def _difference(row: Any, first: int, *, spends: bool) -> list[str]:
    known = outcomes()[row.outcome]
    difference = changed(known, row, (row.difference, row.low, row.high), row.pairs)
    after = between(*level(known, row.level_median, row.level_p5, row.level_p95), worlds=row.pairs)
    before = between(*level(known, row.base_median, row.base_p5, row.base_p95), worlds=row.pairs)
    name, notes = named(known, first, row.year), []
    if row.found == Found.COST and spends and row.low > 0 and known.better == MORE:
        notes.append(_cost(row, known, first))
    if known.sign and row.found in (Found.CHEAPER, Found.DEARER):
        notes.append(f"{no_cost(row.found)} ({' '.join(counted(known, first, row.year))})")
    line = "; ".join((f"  {name}: {difference}", f"level 水平 {after}, base 基准 {before}", *notes))
    note = f"{known.english} {known.chinese}: {'; '.join(notes)}" if notes else ""
    text = PrintedRow(line, (name, difference, after, before), _HEADS, note)
    both = (known.english, known.chinese)
    return [text, *opposed(both, row.difference, row.difference_median, row.above_zero, row.below_zero)]


def chances(row: Any, target: Target) -> tuple[str, str]:
    """Say how likely a target is in the variant, and how that differs from the base."""
    (english, chinese), (asked, asked_zh) = chance(row.level, row.level_low, row.level_high), target.sentence()
    difference, low, high = map(points, (row.difference, row.low, row.high))
    return (
        f"{english}, against {percent(row.base)}; {difference} percentage points [{low}, {high}]: {asked}",
        f"{chinese}，基准为{percent(row.base)}；{difference}个百分点 [{low}, {high}]：{asked_zh}",
    )


_HEADS = ("", "difference 差", "level 水平", "base 基准")


def _cost(row: Any, known: Outcome, first: int) -> str:
    """Public money per unit that people read, in 亿元."""
    cost, (together, together_zh), (one, one_zh) = _yi_of_one(row, known), since(first, row.year), one_unit(known)
    years = f" ({together} {together_zh})" if known.adds_up else ""
    return (
        f"one more {one}{years} took {cost} 亿元 of public money, {together} 每多1{one_zh}，{together_zh}多用的财政资金"
    )


def _yi_of_one(row: Any, known: Outcome) -> str:
    factor = YI_PER_MILLION / known.read_factor
    return between(*(number(value * factor) for value in (row.cost_per_unit, row.cost_low, row.cost_high)))


def cost_of(row: Any, known: Outcome, first: int) -> tuple[str, str]:
    """Return the same as a sentence of its own in each language, with the outcome's name."""
    cost, (together, together_zh), (one, one_zh) = _yi_of_one(row, known), since(first, row.year), one_unit(known)
    years, years_zh = (f" ({together})", f"（{together_zh}）") if known.adds_up else ("", "")
    return (
        f"{known.english}: one more {one}{years} took {cost} 亿元 of public money, {together}",
        f"{known.chinese}：每多1{one_zh}{years_zh}，{together_zh}多用财政资金{cost}亿元",
    )
