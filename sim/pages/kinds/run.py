"""What the folder of a run says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from sim.pages import elsewhere
from sim.pages.drawn import ranges
from sim.pages.folder import Folder
from sim.pages.parts import Part, Table
from sim.pages.said import Said, alike, joined, noted, said
from sim.pages.sentences import (
    EFFECT_HEAD,
    OUTCOME,
    effect_figure,
    effect_said,
    level_figure,
    level_said,
    named,
)
from sim.policies import get
from sim.report.answer import last_of, sentences
from sim.report.console import (
    NO_COMPARISON,
    NO_MONEY,
    PAID,
    PEAK,
    TAX_BACK,
    beyond_before,
    beyond_nothing,
    in_yi,
    last_rows,
    since_start,
)
from sim.report.quoted import effects_are, levels_are, number, since, titled
from sim.report.targets import EACH_YEAR, PROBABILITY, already, by_policy, chance, decided, judged, likely
from sim.tables.catalogue import BEFORE, NO_FUND, NO_POLICY, Outcome, outcomes
from sim.tables.units import YI_PER_MILLION

_PAYERS = ("award_cost", "support_cost", "fund_outlay")
_GROUPS = ("value_added", "profit", "awards")


def answer(folder: Folder) -> Part:
    """Return how likely the targets are, and the answer that the scenario asks for."""
    targets = _targets(folder)
    rows = [row for of in targets for row in (of[-1],)]
    lead = [noted(said(likely(row)), _worlds(row)) for row in rows[:1]]
    lead += _answered(folder)
    more = [said(likely(row)) for row in rows[1:]]
    more += [said(judged(row)) for row in rows if row.verdict]
    more += [said(already(of[0])) for of in targets if of[0] is not of[-1]]
    levels = _levels(folder)
    lead = lead or [level_said(known, ends, folder.years, folder.worlds) for known, ends in levels[:1]]
    return Part(tuple(lead), tuple(more), (*_by_year(targets), _table_of_levels(folder, levels)))


def anyway(folder: Folder) -> Part:
    """Return what the policies change, against the rules that held before and against none."""
    if not folder.scenario.policies:
        return Part((said(NO_COMPARISON),))
    worlds = folder.worlds
    against: list[tuple[Said, tuple[str, ...]]] = [(said(beyond_nothing(worlds)), (NO_POLICY, NO_FUND))]
    if folder.scenario.before:
        against.insert(0, (said(beyond_before(folder.scenario, worlds)), (BEFORE,)))
    tables = tuple(_effects(folder, title, twins) for title, twins in against)
    lead = [_first_effect(folder, title, twins) for title, twins in against]
    twin = [said(told) for of in _targets(folder) if (told := by_policy(of[-1]))]
    return Part((*twin[:1], *(line for line in lead if line)), tuple(twin[1:]), tables)


def cost(folder: Folder) -> Part:
    """Return what was paid, by whom and for which instrument, and what came back as local tax."""
    money, fiscal, summary = (folder.frame(name) for name in ("money", "fiscal", "summary"))
    paid: Any = next(money[money["item"] == "public_money"].tail(1).itertuples())
    if not paid.high > 0.0:
        return Part((said(NO_MONEY),))
    worlds, together = folder.worlds, said(since(*folder.years))
    kind, back = said(levels_are(worlds)), fiscal[fiscal["item"] == "tax_back"].iloc[-1]
    peak: Any = next(fiscal[fiscal["year"] == "peak"].itertuples())
    lead = (
        noted(_yi(PAID, together, in_yi(paid.median, paid.low, paid.high, worlds)), kind),
        noted(joined(_payers(summary, folder.years, worlds)), kind),
    )
    more = (
        noted(_yi(PEAK, None, in_yi(peak.median, peak.low, peak.high, worlds)), kind),
        noted(_yi(TAX_BACK, together, since_start(back)), said(effects_are(worlds))),
    )
    return Part(lead, more, (_spending(fiscal, worlds), *_by_instrument(folder)))


def groups(folder: Folder) -> Part:
    """Return clusters in the first and the last year; who gains against another scenario, a comparison tells."""
    table, worlds, (first, last) = folder.frame("clusters"), folder.worlds, folder.years
    tables, lead = [], []
    for known in (outcomes()[name] for name in _GROUPS):
        rows = table[table["outcome"] == known.name]
        ends = {(str(r.cluster), int(r.year)): (r.median, r.low, r.high) for r in rows.itertuples()}
        clusters = folder.scenario.city_tables.clusters
        cells = tuple(
            (
                Said(c.english, c.chinese),
                *(level_figure(known, ends[c.identifier, year], worlds) for year in dict.fromkeys((first, last))),
            )
            for c in clusters
        )
        heads = tuple(alike(year) for year in dict.fromkeys((first, last)))
        title = noted(Said(known.english, known.chinese), said(levels_are(worlds)))
        tables.append(Table(title, (Said("Cluster", "集群"), *heads), cells))
        if known.name == "value_added":
            lead.append(_most_and_least(known, rows, folder))
    return Part((*lead, *elsewhere.groups(folder).lead), (), tuple(tables))


def decides(folder: Folder) -> Part:
    """Return which drawn number separates the worlds in which each target holds from the others."""
    rows = [of[-1] for of in _targets(folder)]
    told = tuple(said(decided(row, folder.scenario)) for row in rows)
    names = list(dict.fromkeys(str(row.number) for row in rows if row.number))[:3]
    more = (*told[1:], *elsewhere.deciding(folder).lead)
    if not told:
        return elsewhere.deciding(folder)
    return Part(told[:1], more, ranges(folder, names))


def _most_and_least(known: Outcome, rows: pd.DataFrame, folder: Folder) -> Said:
    """Say which clusters are largest and smallest in the last year."""
    worlds, years = folder.worlds, folder.years
    last = rows[rows["year"] == years[1]]
    found = [next(last[last["median"] == last["median"].agg(end)].itertuples()) for end in ("max", "min")]
    clusters = {c.identifier: Said(c.english, c.chinese) for c in folder.scenario.city_tables.clusters}
    told = [
        named(clusters[str(row.cluster)], level_figure(known, (row.median, row.low, row.high), worlds)) for row in found
    ]
    most, least = told
    title = said(titled(known, *years))
    sentence = Said(f"{title.en}: most {most.en}; least {least.en}", f"{title.zh}：最高{most.zh}；最低{least.zh}")
    return noted(sentence, said(levels_are(worlds)))


def _targets(folder: Folder) -> list[list[Any]]:
    """Return the rows of each target, that of the year asked of last."""
    table = folder.frame("targets")
    return [list(rows.itertuples()) for _, rows in table.groupby("target", sort=False)]


def _worlds(row: Any) -> Said:
    return Said(f"{PROBABILITY[0]}; n = {row.replications}", f"{PROBABILITY[1]}；n = {row.replications}")


def _answered(folder: Folder) -> list[Said]:
    table = folder.table("answer")
    if table is None or table.empty:
        return []
    return [said(sentences(*last_of(table), int(table["year"].iloc[0])))]


def _by_year(targets: Iterable[list[Any]]) -> Iterator[Table]:
    """Yield the probability of each target by year."""
    head = (Said("Year", "年份"), said(PROBABILITY))
    for rows in targets:
        asked = Said(rows[-1].sentence, rows[-1].sentence_zh)
        cells = tuple((alike(r.year), said(chance(r.probability, r.low, r.high))) for r in rows)
        if len(rows) > 1:
            yield Table(noted(asked, said(EACH_YEAR)), head, cells)


def _levels(folder: Folder) -> list[tuple[Outcome, tuple[float, float, float]]]:
    found = last_rows(folder.frame("summary"))
    return [(known, (row.median, row.low, row.high)) for known, row in found if not known.against]


def _table_of_levels(folder: Folder, levels: Iterable[tuple[Outcome, tuple[float, float, float]]]) -> Table:
    worlds, years = folder.worlds, folder.years
    rows = tuple((said(titled(known, *years)), level_figure(known, ends, worlds)) for known, ends in levels)
    return Table(Said("Main outcomes", "主要结果"), (OUTCOME, said(levels_are(worlds))), rows)


def _effects(folder: Folder, title: Said, twins: tuple[str, ...]) -> Table:
    worlds, years = folder.worlds, folder.years
    rows = tuple(
        (said(titled(known, *years)), effect_figure(known, row, (row.mean, row.mean_low, row.mean_high), worlds))
        for known, row in last_rows(folder.frame("summary"))
        if known.against in twins
    )
    return Table(title, (OUTCOME, EFFECT_HEAD), rows)


def _first_effect(folder: Folder, title: Said, twins: tuple[str, ...]) -> Said | None:
    for known, row in last_rows(folder.frame("summary")):
        if known.against in twins:
            ends = (row.mean, row.mean_low, row.mean_high)
            sentence = effect_said(known, row, ends, folder.years, folder.worlds)
            return named(title, sentence)
    return None


def _yi(name: tuple[str, str], when: Said | None, figure: str) -> Said:
    title = said(name) if when is None else Said(f"{name[0]}, {when.en}", f"{name[1]}，{when.zh}")
    return named(title, Said(f"{figure} 亿元", f"{figure}亿元"))


def _payers(summary: pd.DataFrame, years: tuple[int, int], worlds: int) -> Iterator[Said]:
    """Yield what the budget and the fund pay in the last year."""
    rows = {row.outcome: row for row in summary[summary["year"] == years[1]].itertuples()}
    for name in _PAYERS:
        if name in rows and pd.notna(rows[name].median):
            row: Any = rows[name]
            known = outcomes()[name]
            yield named(said(titled(known, *years)), level_figure(known, (row.median, row.low, row.high), worlds))


def _spending(fiscal: pd.DataFrame, worlds: int) -> Table:
    rows = fiscal[(fiscal["item"] == "cash_need") & (fiscal["year"] != "peak")]
    cells = tuple((alike(r.year), alike(in_yi(r.median, r.low, r.high, worlds))) for r in rows.itertuples())
    title = noted(Said("Public money of the year, 亿元", "当年财政支出，亿元"), said(levels_are(worlds)))
    return Table(title, (Said("Year", "年份"), alike("亿元")), cells)


def _by_instrument(folder: Folder) -> Iterator[Table]:
    """Yield what each instrument paid, all years together: means of worlds add up, their intervals do not."""
    table = folder.frame("awards")
    if table.empty:
        return
    sums = table.groupby("instrument")["million_yuan_mean"].sum().sort_values(ascending=False, kind="stable")
    together = said(since(*folder.years))
    title = Said(
        f"Paid by instrument, {together.en} (mean over worlds, no interval: it is a sum)",
        f"各政策支出，{together.zh}（各世界均值；为合计数，无区间）",
    )
    cells = tuple(
        (Said(get(str(name)).title_en, get(str(name)).title_zh), alike(number(money * YI_PER_MILLION)))
        for name, money in sums.items()
        if money > 0.0
    )
    yield Table(title, (Said("Instrument", "政策"), alike("亿元")), cells)
