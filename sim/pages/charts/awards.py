"""What the money bought: every award yuan by class, of all instruments with intervals and of each instrument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.attribution_tables import ALL
from sim.experiments.payment_classes import PaymentClass
from sim.pages.bought import Portion, portions
from sim.pages.charts import Chart
from sim.pages.drawing.marks import INK, Style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.folder import Folder
from sim.pages.said import Said, joined
from sim.pages.sentences import effect_is, named
from sim.pages.units import MONEY
from sim.policies import get
from sim.report.quoted import between, number, since
from sim.tables.rounded import percent
from sim.tables.units import YI_PER_MILLION

ORDER = 50
# From waste to gain, then what is not asked; each is lighter or darker than its neighbours, so that grey reads.
_COLOURS: dict[PaymentClass | None, str] = dict(
    zip(
        (*PaymentClass, None),
        ("#d55e00", "#f0c987", "#8c5a2b", "#e7a3c8", "#0072b2", "#b9b9b9", "#6e6e6e"),
        strict=True,
    )
)
_INTERVAL = Style(INK)
_MOST = 12  # instruments that get a bar


def draw(folder: Folder) -> Iterator[Chart]:
    """Yield what all money bought, and what that of each instrument did, where any was paid."""
    table = folder.table("attribution")
    if table is None:
        return
    paid = table[table.groupby("instrument")["million_yuan"].transform("sum") > 0.0]
    if not paid.empty:
        years = years_of(folder.scenario)
        yield _together(folder, paid[paid["instrument"] == ALL], Said(*since(years[0], years[-1])))
        yield _apart(folder, paid[paid["instrument"] != ALL], Said(*since(years[0], years[-1])))


def _together(folder: Folder, rows: pd.DataFrame, period: Said) -> Chart:
    title = Said(f"What each yuan of public money bought, {period.en}", f"每一元财政资金换来了什么，{period.zh}")
    found = portions(folder, ALL)
    picture = Picture()
    draw_rows(picture, [_strip(portion) for portion in found], MONEY)
    worlds, total = int(rows["worlds"].iloc[0]), _total(rows.iloc[0])
    told = joined(named(p.name, p.both_said()) for p in found)
    kind = effect_is(worlds)
    said = Said(
        f"Public money paid by all instruments, {period.en}: {total} {MONEY.en}. Of it {told.en} (shares are of all "
        f"this money; {kind.en}; each payment judged against the same world without its instrument).",
        f"全部政策支付的财政资金，{period.zh}：{total}{MONEY.zh}。其中{told.zh}（占比均为占全部资金；{kind.zh}；每笔支付与"
        "同一世界中没有该项政策时比较）。",
    )
    return Chart("awards", title, picture.done("awards", title, said), said)


def _strip(portion: Portion) -> Strip:
    middle, low, high = (_yi(value) for value in portion.paid)
    ends = {"low": low, "high": high} if portion.whole else {}
    figures = f"{_money(portion)}, {_share(portion)}"
    return Strip(portion.name, figures, _INTERVAL, parts=[(middle, _COLOURS[portion.kind])], **ends)


def _apart(folder: Folder, rows: pd.DataFrame, period: Said) -> Chart:
    title = Said(f"What the money of each instrument bought, {period.en}", f"各项政策的资金换来了什么，{period.zh}")
    drawn, told, told_zh, seen = [], [], [], set()
    totals = rows.groupby("instrument", sort=False)["total"].first().sort_values(ascending=False, kind="stable")
    for name in totals.index[:_MOST]:
        known, found = get(str(name)), portions(folder, str(name))
        total = _total(rows[rows["instrument"] == name].iloc[0])
        parts = [(_yi(portion.paid[0]), _COLOURS[portion.kind]) for portion in found]
        seen |= {portion.kind for portion in found}
        drawn.append(Strip(Said(known.title_en, known.title_zh), total, _INTERVAL, parts=parts))
        told.append(
            f"{known.title_en} {total}: {', '.join(f'{_named(p.kind).en} {percent(p.share[0], 1)}' for p in found)}"
        )
        told_zh.append(
            f"{known.title_zh}{total}：{'，'.join(f'{_named(p.kind).zh}{percent(p.share[0], 1)}' for p in found)}"
        )
    picture = Picture()
    draw_rows(picture, drawn, MONEY)
    picture.blocks([(colour, _named(kind)) for kind, colour in _COLOURS.items() if kind in seen])
    rest = _rest(totals)
    picture.write(rest, most=3)
    worlds = int(rows["worlds"].iloc[0])
    said = Said(
        f"Public money of each instrument, {period.en}, in {MONEY.en} with the 95 % interval of the mean, and the "
        f"share of each class in it (means over {worlds} worlds, without interval; classes are of money paid to "
        f"modelled firms, what was paid to others is told apart): {'; '.join(told)}. {rest.en}",
        f"各项政策支付的财政资金，{period.zh}，单位{MONEY.zh}，附均值的95%区间，及各类所占比重"
        f"（{worlds}个世界的均值，无区间；各类均指付给模型企业的资金，付给其他对象的另列）：{'；'.join(told_zh)}。{rest.zh}",
    )
    return Chart("awards-by-instrument", title, picture.done("awards-by-instrument", title, said), said)


def _named(kind: PaymentClass | None) -> Said:
    """Return a class in a word or two; what is paid outside the modelled firms is none."""
    return _OTHERS if kind is None else Said(str(kind), kind.chinese)


_OTHERS = Said("outside the modelled firms", "模型企业以外")


def _rest(totals: pd.Series) -> Said:
    """Say what instruments without a bar were paid."""
    others = totals.iloc[_MOST:]
    if others.empty:
        return Said("These are all instruments that paid.", "以上为全部有支付的政策。")
    paid = number(_yi(others.sum()))
    return Said(
        f"The other {len(others)} instruments paid {paid} {MONEY.en} together (mean, no interval); "
        "attribution.csv has all.",
        f"其余{len(others)}项政策合计支付{paid}{MONEY.zh}（均值，无区间），全部见 attribution.csv。",
    )


def _money(portion: Portion) -> str:
    middle, low, high = (number(_yi(value)) for value in portion.paid)
    return between(middle, low, high, worlds=1 + portion.whole)


def _share(portion: Portion) -> str:
    middle, low, high = (percent(value, 1) for value in portion.share)
    return between(middle, low, high, worlds=1 + portion.whole)


def _total(row: Any) -> str:
    return between(*(number(_yi(row[f"total{end}"])) for end in ("", "_low", "_high")))


def _yi(million: float) -> float:
    return million * YI_PER_MILLION
