"""What the folder of a run says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from sim.pages import elsewhere
from sim.pages.cautions import not_policy_alone, two_signs
from sim.pages.chances import already_said, by_policy_said, chance_said, decided_said, likely_said, probability_is
from sim.pages.drawn import ranges
from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.references import rules_before_are
from sim.pages.said import Said, alike, explained, noted, said
from sim.pages.sentences import (
    EFFECT_HEAD,
    OUTCOME,
    effect_figure,
    effect_said,
    level_figure,
    level_is,
    level_said,
    named,
    with_worlds,
)
from sim.pages.spending import spending
from sim.pages.winners import VERDICTS, clusters, verdict, winners
from sim.report.answer import last_of, sentences
from sim.report.console import (
    NO_COMPARISON,
    WITHOUT_FUND,
    beyond_before,
    beyond_nothing,
    last_rows,
)
from sim.report.quoted import titled
from sim.report.targets import EACH_YEAR, judged
from sim.scenario.answer import AGAINST, OF, arms_of
from sim.tables.catalogue import BEFORE, NO_FUND, NO_POLICY, Outcome, outcomes

_GROUPS = ("value_added", "profit", "awards")


def answer(folder: Folder) -> Body:
    """Return how likely the targets are, and the answer that the scenario asks for."""
    targets = _targets(folder)
    rows = [row for of in targets for row in (of[-1],)]
    told = [noted(likely_said(row), probability_is(int(row.replications))) for row in rows]
    lead = [*told[:1], *_answered(folder)]
    more = told[1:]
    more += [said(judged(row)) for row in rows if row.verdict and row.replications > 1]
    more += [already_said(of[0]) for of in targets if of[0] is not of[-1]]
    levels = _levels(folder)
    lead = lead or [level_said(known, ends, folder.years, folder.worlds) for known, ends in levels[:1]]
    return Body(tuple(lead), tuple(more), (*_by_year(targets), _table_of_levels(folder, levels)))


def anyway(folder: Folder) -> Body:
    """Return what the policies change, against the rules that held before and against none."""
    if not folder.scenario.policies:
        return Body((said(NO_COMPARISON),))
    worlds = folder.worlds
    against: list[tuple[Said, tuple[str, ...]]] = [
        (with_worlds(said(beyond_nothing(worlds)), worlds), (NO_POLICY, NO_FUND))
    ]
    if folder.scenario.before:
        against.insert(0, (with_worlds(said(beyond_before(folder.scenario, worlds)), worlds), (BEFORE,)))
    tables = tuple(_effects(folder, title, twins) for title, twins in against)
    lead = [_first_effect(folder, title, twins[0]) for title, twins in against]
    twin = [told for of in _targets(folder) if (told := by_policy_said(of[-1]))]
    rules = rules_before_are(folder.scenario)
    return Body((*twin[:1], *(line for line in lead if line)), (*twin[1:], *([rules] if rules else [])), tables)


def cost(folder: Folder) -> Body:
    """Return what was paid, by whom and for which instrument, and what came back as local tax."""
    return spending(folder)


def groups(folder: Folder) -> Body:
    """Return which clusters the policies make larger and which smaller, where the folder has that, and where clusters
    stand in the first and the last year; who gains against another scenario, a comparison tells.
    """
    gains = list(_gains(folder))
    table, worlds, (first, last) = folder.frame("clusters"), folder.worlds, folder.years
    tables, lead = [], []
    for known in (outcomes()[name] for name in _GROUPS):
        rows = table[table["outcome"] == known.name]
        ends = {(str(r.cluster), int(r.year)): (r.median, r.p5, r.p95) for r in rows.itertuples()}
        cells = tuple(
            (name, *(level_figure(known, ends[cluster, year], worlds) for year in dict.fromkeys((first, last))))
            for cluster, name in clusters(folder).items()
        )
        heads = tuple(alike(year) for year in dict.fromkeys((first, last)))
        title = noted(Said(known.english, known.chinese), level_is(worlds))
        tables.append(Table(title, (Said("Cluster", "集群"), *heads), cells))
        if known.name == "value_added":
            lead.append(_most_and_least(known, rows, folder))
    told = tuple(line for line, _ in gains)
    if not told:  # levels are no gains: they stand below, after what tells these
        return Body(_ungained(folder), tuple(lead), tuple(tables))
    return Body(told, (*lead, *elsewhere.more_of_groups(folder)), (*(table for _, table in gains), *tables))


def _ungained(folder: Folder) -> tuple[Said, ...]:
    """Return why nobody is said to gain."""
    return elsewhere.groups(folder).lead if folder.scenario.policies else (said(NO_COMPARISON),)


def _gains(folder: Folder) -> Iterator[tuple[Said, Table]]:
    """Yield what the policies change in each cluster against each twin: a sentence, and the table behind it."""
    table, worlds = folder.table("cluster_effects"), folder.worlds
    if table is None or table.empty:
        return
    titles = {
        BEFORE: with_worlds(said(beyond_before(folder.scenario, worlds)), worlds),
        NO_POLICY: with_worlds(said(beyond_nothing(worlds)), worlds),
    }
    names = clusters(folder)
    for against, rows in table[table["year"] == folder.years[1]].groupby("against", sort=False):
        known = outcomes()[str(rows["outcome"].iloc[0])]
        told = {str(r.cluster): verdict(r.mean_low, r.mean_high, worlds) for r in rows.itertuples()}
        cells = []
        for row in rows.itertuples():
            ends = (row.mean, row.mean_low, row.mean_high)
            figure = effect_figure(known, row, ends, worlds)
            cells.append((names[str(row.cluster)], figure, VERDICTS[told[str(row.cluster)]]))
        title = titles[str(against)]
        head = (Said("Cluster", "集群"), EFFECT_HEAD, Said("Verdict", "判断"))
        yield named(title, winners(folder, known, told, worlds)), Table(title, head, tuple(cells))


def decides(folder: Folder) -> Body:
    """Return which drawn number separates the worlds in which each target holds from the others."""
    rows = [of[-1] for of in _targets(folder)]
    told = tuple(decided_said(row, folder.scenario) for row in rows)
    names = list(dict.fromkeys(str(row.number) for row in rows if row.number))[:3]
    if not told:
        return elsewhere.deciding(folder)
    return Body(told[:1], (*told[1:], elsewhere.more_of_deciding(folder)), ranges(folder, names))


def _most_and_least(known: Outcome, rows: pd.DataFrame, folder: Folder) -> Said:
    """Say which clusters are largest and smallest in the last year."""
    worlds, years = folder.worlds, folder.years
    last = rows[rows["year"] == years[1]]
    found = [next(last[last["median"] == last["median"].agg(end)].itertuples()) for end in ("max", "min")]
    names = clusters(folder)
    told = [named(names[str(row.cluster)], level_figure(known, (row.median, row.p5, row.p95), worlds)) for row in found]
    most, least = told
    title = said(titled(known, *years))
    sentence = Said(f"{title.en}: most {most.en}; least {least.en}", f"{title.zh}：最高{most.zh}；最低{least.zh}")
    return noted(sentence, level_is(worlds))


def _targets(folder: Folder) -> list[list[Any]]:
    """Return the rows of each target, that of the year asked of last."""
    table = folder.frame("targets")
    return [list(rows.itertuples()) for _, rows in table.groupby("target", sort=False)]


def _answered(folder: Folder) -> list[Said]:
    """Return the answer with all that must be known of it, in one: no list that is cut off may lose its caution."""
    table = folder.table("answer")
    if table is None or table.empty:
        return []
    row, known = last_of(table)
    sides = (arms_of(folder.scenario).get(side, folder.scenario) for side in (OF, AGAINST))
    told = said(sentences(row, known, int(table["year"].iloc[0])))
    return [explained(told, *two_signs(known, row), *not_policy_alone(*sides))]


def _by_year(targets: Iterable[list[Any]]) -> Iterator[Table]:
    """Yield the probability of each target by year."""
    for rows in targets:
        asked, worlds = Said(rows[-1].sentence, rows[-1].sentence_zh), int(rows[-1].replications)
        head = (Said("Year", "年份"), probability_is(worlds))
        cells = tuple((alike(r.year), chance_said(r.probability, r.low, r.high, worlds)) for r in rows)
        if len(rows) > 1:
            yield Table(noted(asked, said(EACH_YEAR)), head, cells)


def _levels(folder: Folder) -> list[tuple[Outcome, tuple[float, float, float]]]:
    found = last_rows(folder.frame("summary"))
    return [(known, (row.median, row.p5, row.p95)) for known, row in found if not known.against]


def _table_of_levels(folder: Folder, levels: Iterable[tuple[Outcome, tuple[float, float, float]]]) -> Table:
    worlds, years = folder.worlds, folder.years
    rows = tuple((said(titled(known, *years)), level_figure(known, ends, worlds)) for known, ends in levels)
    return Table(Said("Main outcomes", "主要结果"), (OUTCOME, level_is(worlds)), rows)


def _effects(folder: Folder, title: Said, twins: tuple[str, ...]) -> Table:
    worlds = folder.worlds
    rows = tuple(
        (_against(known, folder), effect_figure(known, row, (row.mean, row.mean_low, row.mean_high), worlds))
        for known, row in last_rows(folder.frame("summary"))
        if known.against in twins
    )
    return Table(title, (OUTCOME, EFFECT_HEAD), rows)


def _against(known: Outcome, folder: Folder) -> Said:
    """Return the name of an effect, and of one against another twin than its neighbours against which."""
    title = said(titled(known, *folder.years))
    return noted(title, said(WITHOUT_FUND)) if known.against == NO_FUND else title


def _first_effect(folder: Folder, title: Said, twin: str) -> Said | None:
    """Return the first effect against a twin as a sentence."""
    for known, row in last_rows(folder.frame("summary")):
        if known.against == twin:
            ends = (row.mean, row.mean_low, row.mean_high)
            sentence = effect_said(known, row, ends, folder.years, folder.worlds)
            return named(title, sentence)
    return None
