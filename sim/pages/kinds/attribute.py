"""What the folder of an attribution says: what the money bought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.experiments.attribution_tables import ALL, PACKAGE, REST_OF_CITY
from sim.experiments.payment_classes import PaymentClass
from sim.firms.sizes import SIZES, SIZES_ZH
from sim.pages import elsewhere
from sim.pages.folder import Folder
from sim.pages.parts import Body, SaidRow, Table
from sim.pages.said import Said, alike, explained, figures, joined, noted, said
from sim.pages.sentences import named
from sim.pages.winners import clusters
from sim.report.attribution_console import (
    NOTHING_PAID,
    amount_of,
    bought_is,
    judged,
    payer_of,
    share_of,
)
from sim.report.quoted import EFFECT, number, since, titled, units
from sim.report.shapley_console import effect_of, shared_by
from sim.tables.catalogue import outcomes
from sim.tables.units import YI_PER_MILLION

_ANYWAY = (PaymentClass.DEADWEIGHT, PaymentClass.TIMING)
_MOST = 3


def answer(folder: Folder) -> Body:
    """Return the share of the money that bought something, and the split of each instrument's."""
    rows = _of(folder, ALL)
    if not _paid(rows):
        return Body((said(NOTHING_PAID),))
    told = joined(_share(row) for row in rows if row["class"] in (PaymentClass.ADDITIONAL, PaymentClass.DEADWEIGHT))
    lead = (explained(told, _what(folder)),)
    return Body(lead, (), tuple(_splits(folder)))


def anyway(folder: Folder) -> Body:
    """Return the share of the money for what happened in the same world without the instrument, too, or later."""
    rows = _of(folder, ALL)
    told = [explained(joined(_share(r) for r in rows if r["class"] in _ANYWAY), _what(folder))] if _paid(rows) else []
    against = judged(folder.scenario)
    more = [said(against)] if against else []
    return Body(tuple(told), tuple(more)) if told else elsewhere.anyway(folder)


def cost(folder: Folder) -> Body:
    """Return what all instruments paid, and each."""
    rows = _of(folder, ALL)
    if not _paid(rows):
        return Body((said(NOTHING_PAID),))
    cells = tuple(
        (said(payer_of(name)), _yi(_of(folder, name)[0])) for name in _instruments(folder) if _paid(_of(folder, name))
    )
    title = Said(
        f"Public money, {_together(folder).en} ({EFFECT[0]})", f"财政支出，{_together(folder).zh}（{EFFECT[1]}）"
    )
    table = Table(title, (Said("Instrument", "政策"), Said("Paid", "支付")), cells)
    all_paid = named(said(payer_of(ALL)), _yi(rows[0]))
    sentence = Said(f"Paid, {_together(folder).en}: {all_paid.en}", f"支付，{_together(folder).zh}：{all_paid.zh}")
    return Body((noted(sentence, said(EFFECT)),), (), (table,))


def groups(folder: Folder) -> Body:
    """Return who was paid, by cluster and by size; who gains from the package a comparison tells."""
    table = folder.frame("attribution_groups")
    places = clusters(folder) | {REST_OF_CITY: Said("Rest of the city", "其余行业")}
    sizes = {name: Said(name, chinese) for name, chinese in zip(SIZES, SIZES_ZH, strict=True)}
    tables = [
        Table(_sums(folder, title), (title, alike("亿元")), tuple(_sum(table, column, names)))
        for column, title, names in (
            ("cluster", Said("Cluster", "集群"), places),
            ("size", Said("Size class of 2021", "2021年规模"), sizes),
        )
    ]
    first = tables[0].rows[:1]
    lead = tuple(named(_sums(folder, cell[0]), Said(f"{cell[1].en} 亿元", f"{cell[1].zh}亿元")) for cell in first)
    return Body(lead or elsewhere.groups(folder).lead, elsewhere.groups(folder).lead, tuple(tables))


def decides(folder: Folder) -> Body:
    """Return which instruments bring most of the package's effect, where it was shared."""
    table = folder.table("shapley")
    if table is None or table.empty:
        return elsewhere.told_by(folder, "attribute {} --shapley sampled")
    tables = []
    for name, rows in table.groupby("outcome", sort=False):
        known = outcomes()[str(name)]
        unit = Said(*units(known))
        cells = tuple(
            (said(shared_by(row.instrument, folder.scenario)), figures(effect_of(row)))
            for row in sorted(rows.itertuples(), key=lambda row: -abs(row.effect))
        )
        title = noted(said(titled(known, *folder.years)), Said(f"{EFFECT[0]}; {unit.en}", f"{EFFECT[1]}；{unit.zh}"))
        tables.append(Table(title, (Said("Instrument", "政策"), Said("Effect", "作用")), cells))
    known = outcomes()[str(table["outcome"].iloc[0])]
    rows = [r for r in table[table["outcome"] == known.name].itertuples() if r.instrument != PACKAGE]
    most = sorted(rows, key=lambda row: -abs(row.effect))[:_MOST]
    told = joined(named(said(shared_by(r.instrument, folder.scenario)), figures(effect_of(r))) for r in most)
    unit, title = Said(*units(known)), said(titled(known, *folder.years))
    sentence = named(
        title,
        Said(f"{told.en} ({unit.en}; Shapley value; {EFFECT[0]})", f"{told.zh}（{unit.zh}；夏普利值；{EFFECT[1]}）"),
    )
    return Body((sentence,), (), tuple(tables))


def _of(folder: Folder, instrument: str) -> list[dict[str, Any]]:
    table = folder.frame("attribution")
    return table[table["instrument"] == instrument].to_dict("records")


def _paid(rows: list[dict[str, Any]]) -> bool:
    return bool(rows) and rows[0]["total"] > 0.0


def _instruments(folder: Folder) -> list[str]:
    return list(dict.fromkeys(folder.frame("attribution")["instrument"]))


def _what(folder: Folder) -> Said:
    first, last = folder.years
    return said(bought_is([first, last], int(folder.frame("attribution")["worlds"].max())))


def _together(folder: Folder) -> Said:
    return said(since(*folder.years))


def _class(row: dict[str, Any]) -> Said:
    (name,) = (name for name in PaymentClass if name == row["class"])
    return Said(str(name), name.chinese)


def _share(row: dict[str, Any]) -> Said:
    return named(_class(row), figures(f"{share_of(row)}"))


def _yi(row: dict[str, Any]) -> Said:
    return figures(amount_of(row, "total"))


def _splits(folder: Folder) -> Iterator[Table]:
    head = (Said("What it bought", "换来了什么"), Said("Public money", "财政资金"), Said("Share", "占比"))
    for name in _instruments(folder):
        rows = _of(folder, name)
        if _paid(rows):
            cells = tuple(
                (_class(r), figures(amount_of(r, "million_yuan", "")), figures(share_of(r)))
                for r in rows
                if r["million_yuan"] > 0.0
            )
            yield Table(said(payer_of(name)), head, cells)


def _sums(folder: Folder, what: Said) -> Said:
    together = _together(folder)
    return Said(
        f"Paid to: {what.en}, {together.en} (mean over worlds, no interval: it is a sum)",
        f"支付对象：{what.zh}，{together.zh}（各世界均值；为合计数，无区间）",
    )


def _sum(table: Any, column: str, names: dict[str, Said]) -> Iterator[SaidRow]:
    sums = table.groupby(column)["million_yuan"].sum().sort_values(ascending=False, kind="stable")
    for name, money in sums.items():
        if money > 0.0:
            yield names.get(str(name), alike(name)), alike(number(money * YI_PER_MILLION))
