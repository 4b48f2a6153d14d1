"""What a run says on the screen, for a planner: targets, levels, effects of the policies, and public money."""

from __future__ import annotations

from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.experiment import Findings, Tables
from sim.report.answer import describe_answer
from sim.report.heading import heading
from sim.report.quotable import to_quote
from sim.report.quoted import (
    NO_INTERVAL_OF_ONE,
    between,
    changed,
    effects_are,
    few_worlds,
    level,
    levels_are,
    named,
    number,
    opposed,
    since,
)
from sim.report.rows import PrintedRow
from sim.report.targets import PROBABILITY, describe_targets
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import BEFORE, FUND, NO_FUND, NO_POLICY, RUN, Outcome, listed
from sim.tables.units import YI_PER_MILLION


def describe(findings: Findings) -> list[str]:
    """Return the lines of a run's summary."""
    spec, tables, worlds = findings.experiment.base, findings.tables, len(findings.values)
    lines = [*heading(findings.experiment), "", *few_worlds(worlds)]
    lines += [f"Targets 目标 ({' '.join(PROBABILITY if worlds > 1 else NO_INTERVAL_OF_ONE)})"]
    lines += describe_targets(tables["targets"], spec)
    if "answer" in tables:
        lines += ["", *describe_answer(tables["answer"], spec)]
    lines += ["", *_levels(spec, tables, worlds), "", *_effects(spec, tables, worlds)]
    lines += [*_money(spec, tables, worlds), *to_quote(findings)]
    return [*lines, "", f"Tables and pictures 表与图: {findings.folder}"]


def last_rows(summary: pd.DataFrame) -> list[tuple[Outcome, Any]]:
    """Return the outcomes that a run shows, each with its row of the last year, where it is defined."""
    rows = {row.outcome: row for row in summary[summary["year"] == summary["year"].max()].itertuples()}
    return [(o, rows[o.name]) for o in listed(RUN) if o.name in rows and pd.notna(rows[o.name].median)]


def _levels(spec: Scenario, tables: Tables, worlds: int) -> list[str]:
    years = years_of(spec)
    english, chinese = levels_are(worlds)
    lines = [f"Main outcomes 主要结果 ({english} {chinese}; n = {worlds})"]
    for outcome, row in last_rows(tables["summary"]):
        if not outcome.against:
            figures = between(*level(outcome, row.median, row.p5, row.p95), worlds=worlds)
            told = f"{figures} {outcome.read_unit}{_announced(tables, outcome)}"
            lines.append(_row(named(outcome, years[0], years[-1]), told))
    return lines


def _row(name: str, figures: str) -> PrintedRow:
    return PrintedRow(f"  {name}: {figures}", (name, figures))


def _announced(tables: Tables, outcome: Outcome) -> str:
    """Return what was announced of an outcome, where something was."""
    if "leverage" not in tables:
        return ""
    rows = tables["leverage"].set_index("outcome")
    if outcome.name not in rows.index:
        return ""
    return f" (announced 宣布 {number(rows.loc[outcome.name, 'announced'] * outcome.read_factor)})"


def _effects(spec: Scenario, tables: Tables, worlds: int) -> list[str]:
    """What all policies together change, those that cost nothing included, against the twin of each world."""
    years = years_of(spec)
    if not spec.policies:
        return [" ".join(NO_COMPARISON)]
    lines = []
    if spec.before:
        lines += [*beyond_before(spec, worlds), *_told(tables, years, worlds, BEFORE)]
    lines += [*beyond_nothing(worlds), *_told(tables, years, worlds, NO_POLICY, NO_FUND)]
    if FUND in spec.policies:
        lines.append("  Additional investment holds the fund's own money too. 新增投资包含政策资金本身。")
    return lines


WITHOUT_FUND = ("against the same worlds without the fund", "与无基金时相比")
NO_COMPARISON = (
    "There is no policy in this scenario, so nothing to compare with.",
    "本情景没有政策，无从比较。",
)


def beyond_before(spec: Scenario, worlds: int) -> tuple[str, str]:
    """Return what effects against the rules that held before are, in English and Chinese."""
    mean, mean_zh = effects_are(worlds)
    return (
        f"What these policies add to the rules that held before ({spec.before}), against the same worlds under "
        f"those ({mean})",
        f"现行政策在原有规则（{spec.before}）之外的作用，与同一世界沿用原有规则时相比（{mean_zh}）",
    )


def beyond_nothing(worlds: int) -> tuple[str, str]:
    """Return what effects against no policy are, in English and Chinese."""
    mean, mean_zh = effects_are(worlds)
    return (
        f"Effect of all policies together, against the same worlds without them ({mean})",
        f"全部政策合计的作用，与同一世界无政策时相比（{mean_zh}）",
    )


def _told(tables: Tables, years: list[int], worlds: int, *against: str) -> list[str]:
    """Return the effects against some of the twin worlds."""
    lines: list[str] = []
    for outcome, row in last_rows(tables["summary"]):
        if outcome.against in against:
            figures = changed(outcome, row, (row.mean, row.mean_low, row.mean_high), worlds)
            twin = f" ({' '.join(WITHOUT_FUND)})" if outcome.against == NO_FUND else ""
            lines.append(_row(named(outcome, years[0], years[-1]), f"{figures}{_announced(tables, outcome)}{twin}"))
            names = (outcome.english, outcome.chinese)
            lines += opposed(names, row.mean, row.median, row.above_zero, row.below_zero)
    return lines


def _money(spec: Scenario, tables: Tables, worlds: int) -> list[str]:
    """What was paid, and what of it came back as local tax: medians of levels, means of effects."""
    if not spec.policies:
        return []
    years, fiscal = years_of(spec), tables["fiscal"]
    paid = tables["money"].query("item == 'public_money'").iloc[-1]
    if not paid["p95"] > 0.0:
        return ["", " ".join(NO_MONEY), *_short(fiscal, years, worlds)]
    kind = _kind(worlds)
    together, together_zh = since(years[0], years[-1])
    peak = fiscal[fiscal["year"] == "peak"].iloc[0]
    back = fiscal[fiscal["item"] == "tax_back"].iloc[-1]
    sums = (in_yi(row["median"], row["p5"], row["p95"], worlds) for row in (paid, peak))
    return [
        "",
        "Public money 财政资金",
        f"  {' '.join(PAID)}, {together} {together_zh}: {next(sums)} 亿元 ({kind})",
        f"  {' '.join(PEAK)}: {next(sums)} 亿元 ({kind})",
        f"  {' '.join(TAX_BACK)}, {together} {together_zh}: {since_start(back)} 亿元 ({' '.join(effects_are(worlds))})",
        *_short(fiscal, years, worlds),
    ]


NO_MONEY = ("This package spends no public money.", "本方案不花财政资金。")
PAID = ("Paid", "支付")
PEAK = ("Most paid in any one year", "各年中最高的支出")
TAX_BACK = ("Local tax above the twin without policy", "比无政策多出的地方税收")


def since_start(row: Any) -> str:
    """Return the mean of all years to that of a row of `fiscal.csv`, with its interval, in 亿元."""
    ends = ("since_start", "since_start_low", "since_start_high")
    return between(*(number(row[k] * YI_PER_MILLION, signed=True) for k in ends))


def _short(fiscal: pd.DataFrame, years: list[int], worlds: int) -> list[str]:
    """Say what was asked for and cut, what waits, and what the fund could not offer; or that nothing was."""
    lines = []
    for item, english, chinese in _SHORT:
        rows = fiscal[(fiscal["item"] == item) & (fiscal["p95"] > 0.0)]
        for row in rows.to_dict("records"):
            name = f"{english} {chinese}, {_when(item, row['year'])}"
            lines.append(f"  {name}: {in_yi(row['median'], row['p5'], row['p95'], worlds)} 亿元")
    if not lines:
        together = " ".join(since(years[0], years[-1]))
        return [f"  The envelope cut nothing and let nothing wait, {together}. 财政盘子未削减或推迟任何支付。"]
    return [f"Cut or waiting for want of room in the envelope 因财政盘子不足而削减或等待 ({_kind(worlds)})", *lines]


_SHORT = (
    ("cut", "Claims cut", "被削减的申请"),
    ("waiting", "Claims waiting", "等待支付的申请"),
    ("fund_not_offered", "Fund money not offered", "未提供的政策资金"),
)


def _kind(worlds: int) -> str:
    return " ".join(levels_are(worlds))


def _when(item: str, year: str) -> str:
    return f"end of {year} {year}年末" if item == "waiting" else f"in {year} {year}年"


def in_yi(median: float, low: float, high: float, worlds: int) -> str:
    """Return million yuan with their range, in 亿元."""
    return between(*(number(value * YI_PER_MILLION) for value in (median, low, high)), worlds=worlds)
