"""What the folder of an attribution says: what the money bought."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.experiments.attribution_tables import ALL, PACKAGE, REST_OF_CITY
from sim.experiments.payment_classes import PaymentClass
from sim.firms.sizes import SIZES, SIZES_ZH
from sim.pages import elsewhere
from sim.pages.bought import Portion, portions
from sim.pages.folder import Folder
from sim.pages.parts import Body, SaidRow, Table
from sim.pages.said import Said, alike, explained, figures, joined, noted, said
from sim.pages.sentences import effect_is, named, sum_is
from sim.pages.winners import clusters
from sim.report.attribution_console import (
    NOTHING_PAID,
    amount_of,
    bought_is,
    judged,
    payer_of,
)
from sim.report.quoted import EFFECT, number, since, titled, units
from sim.report.shapley_console import effect_of, shared_by
from sim.tables.catalogue import outcomes
from sim.tables.units import YI_PER_MILLION

_ANYWAY = (PaymentClass.DEADWEIGHT, PaymentClass.TIMING)
_MOST = 3


def answer(folder: Folder) -> Body:
    """Return what all money bought, class by class, and the split of each instrument's."""
    if not _paid(_of(folder, ALL)):
        return Body((said(NOTHING_PAID),))
    told = joined(_share(portion) for portion in portions(folder, ALL))
    return Body((explained(_of_all(folder, told), _what(folder)),), (), tuple(_splits(folder)))


def anyway(folder: Folder) -> Body:
    """Return the share of the money for what happened in the same world without the instrument, too, or later."""
    if not _paid(_of(folder, ALL)):
        return elsewhere.anyway(folder)
    known = portions(folder, ALL)
    told = (
        joined(_share(portion) for portion in known if portion.kind in _ANYWAY)
        if any(portion.kind in _ANYWAY for portion in known)
        else Said("none of it for what modelled firms did anyway", "其中没有为模型企业本来就会做的事支付的资金")
    )
    rest = [portion for portion in known if portion.kind in (None, PaymentClass.UNCONDITIONAL)]
    unasked = [_unasked(rest)] if rest else []
    against = judged(folder.scenario)
    return Body((explained(_of_all(folder, told), *unasked, _what(folder)),), (said(against),) if against else ())


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
    return Body((noted(sentence, effect_is(_worlds(folder))),), (), (table,))


def groups(folder: Folder) -> Body:
    """Return who was paid, by cluster and by size; who gains from the package a comparison tells."""
    table = folder.frame("attribution_groups")
    places = clusters(folder) | {REST_OF_CITY: Said("outside the modelled firms", "模型企业以外")}
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
    return Body((*lead, elsewhere.gains(folder)), (), tuple(tables))


def decides(folder: Folder) -> Body:
    """Return which instruments bring most of the package's effect, where it was shared."""
    table = folder.table("shapley")
    if table is None or table.empty:
        return elsewhere.told_by(folder, "attribute {} --shapley sampled")
    tables, what = [], _shared(folder)
    for name, rows in table.groupby("outcome", sort=False):
        known = outcomes()[str(name)]
        unit = Said(*units(known))
        cells = tuple(
            (said(shared_by(row.instrument, folder.scenario)), figures(effect_of(row)))
            for row in sorted(rows.itertuples(), key=lambda row: -abs(row.effect))
        )
        title = noted(said(titled(known, *folder.years)), Said(f"{what.en}; {unit.en}", f"{what.zh}；{unit.zh}"))
        tables.append(Table(title, (Said("Instrument", "政策"), Said("Effect", "作用")), cells))
    known = outcomes()[str(table["outcome"].iloc[0])]
    rows = [r for r in table[table["outcome"] == known.name].itertuples() if r.instrument != PACKAGE]
    most = sorted(rows, key=lambda row: -abs(row.effect))[:_MOST]
    told = joined(named(said(shared_by(r.instrument, folder.scenario)), figures(effect_of(r))) for r in most)
    unit, title = Said(*units(known)), said(titled(known, *folder.years))
    sentence = named(title, Said(f"{told.en} ({unit.en}; {what.en})", f"{told.zh}（{unit.zh}；{what.zh}）"))
    return Body((sentence,), (), tuple(tables))


def _shared(folder: Folder) -> Said:
    """Return what a shared effect is: whose, against what, and of how many worlds."""
    kind = effect_is(_worlds(folder))
    return Said(
        f"share of what all policies together bring beyond the same worlds without them, Shapley value; {kind.en}",
        f"全部政策较同一世界无政策时之作用中的份额，夏普利值；{kind.zh}",
    )


def _of(folder: Folder, instrument: str) -> list[dict[str, Any]]:
    table = folder.frame("attribution")
    return table[table["instrument"] == instrument].to_dict("records")


def _paid(rows: list[dict[str, Any]]) -> bool:
    return bool(rows) and rows[0]["total"] > 0.0


def _instruments(folder: Folder) -> list[str]:
    return list(dict.fromkeys(folder.frame("attribution")["instrument"]))


def _what(folder: Folder) -> Said:
    first, last = folder.years
    return said(bought_is([first, last], _worlds(folder)))


def _worlds(folder: Folder) -> int:
    return int(folder.frame("attribution")["worlds"].max())


def _together(folder: Folder) -> Said:
    return said(since(*folder.years))


def _share(portion: Portion) -> Said:
    return named(portion.name, portion.share_said())


def _of_all(folder: Folder, told: Said) -> Said:
    """Return shares with the money that they are of, all of it."""
    paid, together = _yi(_of(folder, ALL)[0]), _together(folder)
    return Said(
        f"Of all public money that the instruments paid, {together.en}, {paid.en}: {told.en}",
        f"全部政策{together.zh}支付的财政资金{paid.zh}，其中：{told.zh}",
    )


def _unasked(rest: list[Portion]) -> Said:
    """Say of which money it is not known what would have happened anyway."""
    told = joined(_share(portion) for portion in rest)
    return Said(f"Of this money it is not asked: {told.en}", f"未考察是否本来也会发生的资金：{told.zh}")


def _yi(row: dict[str, Any]) -> Said:
    return figures(amount_of(row, "total"))


def _splits(folder: Folder) -> Iterator[Table]:
    what = _what(folder)
    for name in _instruments(folder):
        if _paid(_of(folder, name)):
            paid = Said("Public money, 亿元", "财政资金，亿元")
            head = (Said("What it bought", "换来了什么"), paid, Said("Share of this money", "占该项资金"))
            cells = tuple((p.name, p.money_said(), p.share_said()) for p in portions(folder, name))
            yield Table(noted(said(payer_of(name)), what) if name == ALL else said(payer_of(name)), head, cells)


def _sums(folder: Folder, what: Said) -> Said:
    together = _together(folder)
    paid = Said(f"Paid to: {what.en}, {together.en}", f"支付对象：{what.zh}，{together.zh}")
    return noted(paid, sum_is(_worlds(folder)))


def _sum(table: Any, column: str, names: dict[str, Said]) -> Iterator[SaidRow]:
    sums = table.groupby(column)["million_yuan"].sum().sort_values(ascending=False, kind="stable")
    for name, money in sums.items():
        if money > 0.0:
            yield names.get(str(name), alike(name)), alike(number(money * YI_PER_MILLION))
