"""What a run's public money comes to: all together, who pays, by year and by instrument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.pages.folder import Folder
from sim.pages.parts import Body, Table
from sim.pages.said import Said, alike, figures, joined, noted, said
from sim.pages.sentences import effect_is, level_figure, level_is, named, sum_is
from sim.policies import get
from sim.report.console import NO_MONEY, PAID, PEAK, TAX_BACK, in_yi, since_start
from sim.report.quoted import number, since, titled
from sim.tables.catalogue import outcomes
from sim.tables.units import YI_PER_MILLION

_PAYERS = ("award_cost", "support_cost", "fund_outlay")


def spending(folder: Folder) -> Body:
    """Return what was paid, by whom and for which instrument, and what came back as local tax."""
    money, fiscal, summary = (folder.frame(name) for name in ("money", "fiscal", "summary"))
    paid: Any = next(money[money["item"] == "public_money"].tail(1).itertuples())
    if not paid.p95 > 0.0:
        return Body((said(NO_MONEY),))
    worlds, together = folder.worlds, said(since(*folder.years))
    kind, back = level_is(worlds), fiscal[fiscal["item"] == "tax_back"].iloc[-1]
    peak: Any = next(fiscal[fiscal["year"] == "peak"].itertuples())
    lead = (
        noted(_yi(PAID, together, in_yi(paid.median, paid.p5, paid.p95, worlds)), kind),
        noted(joined(_payers(summary, folder.years, worlds)), kind),
    )
    more = (
        noted(_yi(PEAK, None, in_yi(peak.median, peak.p5, peak.p95, worlds)), kind),
        noted(_yi(TAX_BACK, together, since_start(back)), effect_is(worlds)),
    )
    return Body(lead, more, (_spending(fiscal, worlds), *_by_instrument(folder)))


def _yi(name: tuple[str, str], when: Said | None, figure: str) -> Said:
    title = said(name) if when is None else Said(f"{name[0]}, {when.en}", f"{name[1]}，{when.zh}")
    told = figures(figure)
    return named(title, Said(f"{told.en} 亿元", f"{told.zh}亿元"))


def _payers(summary: pd.DataFrame, years: tuple[int, int], worlds: int) -> Iterator[Said]:
    """Yield what the budget and the fund pay in the last year."""
    rows = {row.outcome: row for row in summary[summary["year"] == years[1]].itertuples()}
    for name in _PAYERS:
        if name in rows and pd.notna(rows[name].median):
            row: Any = rows[name]
            known = outcomes()[name]
            yield named(said(titled(known, *years)), level_figure(known, (row.median, row.p5, row.p95), worlds))


def _spending(fiscal: pd.DataFrame, worlds: int) -> Table:
    rows = fiscal[(fiscal["item"] == "cash_need") & (fiscal["year"] != "peak")]
    cells = tuple((alike(r.year), alike(in_yi(r.median, r.p5, r.p95, worlds))) for r in rows.itertuples())
    title = noted(Said("Public money of the year, 亿元", "当年财政支出，亿元"), level_is(worlds))
    return Table(title, (Said("Year", "年份"), alike("亿元")), cells)


def _by_instrument(folder: Folder) -> Iterator[Table]:
    """Yield what each instrument paid, all years together: means of worlds add up, their intervals do not."""
    table = folder.frame("awards")
    if table.empty:
        return
    sums = table.groupby("instrument")["million_yuan_mean"].sum().sort_values(ascending=False, kind="stable")
    together = said(since(*folder.years))
    title = Said(
        f"Paid by instrument, {together.en}",
        f"各政策支出，{together.zh}",
    )
    cells = tuple(
        (Said(get(str(name)).title_en, get(str(name)).title_zh), alike(number(money * YI_PER_MILLION)))
        for name, money in sums.items()
        if money > 0.0
    )
    yield Table(noted(title, sum_is(folder.worlds)), (Said("Instrument", "政策"), alike("亿元")), cells)
