"""What the money bought: every award yuan by class, of all instruments with intervals and of each instrument."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from sim.experiments.arms import years_of
from sim.experiments.attribution_tables import ALL
from sim.experiments.payment_classes import PaymentClass
from sim.pages.charts import Chart
from sim.pages.drawing.marks import INK, Style
from sim.pages.drawing.picture import Picture
from sim.pages.drawing.rows import Strip, draw_rows
from sim.pages.folder import Folder
from sim.pages.said import Said
from sim.pages.units import MONEY
from sim.policies import get
from sim.report.quoted import EFFECT, between, number, since
from sim.tables.rounded import percent
from sim.tables.units import YI_PER_MILLION

ORDER = 50
# From waste to gain; each is lighter or darker than its neighbours, so that grey reads.
_COLOURS = dict(zip(PaymentClass, ("#d55e00", "#f0c987", "#8c5a2b", "#e7a3c8", "#0072b2", "#b9b9b9"), strict=True))
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
        yield _together(paid[paid["instrument"] == ALL], Said(*since(years[0], years[-1])))
        yield _apart(paid[paid["instrument"] != ALL], Said(*since(years[0], years[-1])))


def _together(rows: pd.DataFrame, period: Said) -> Chart:
    title = Said(f"What each yuan of public money bought, {period.en}", f"每一元财政资金换来了什么，{period.zh}")
    found = [(_class(row), row) for row in rows.to_dict("records") if row["million_yuan"] > 0.0]
    drawn = [
        Strip(
            Said(str(kind), kind.chinese),
            f"{_money(row)}, {_share(row)}",
            _INTERVAL,
            parts=[(_yi(row["million_yuan"]), _COLOURS[kind])],
            low=_yi(row["low"]),
            high=_yi(row["high"]),
        )
        for kind, row in found
    ]
    picture = Picture()
    draw_rows(picture, drawn, MONEY)
    worlds, total = int(rows["worlds"].iloc[0]), _money(rows.iloc[0], "total")
    figures = [(kind, f"{_money(row)} ({_share(row)})") for kind, row in found]
    said = Said(
        f"Public money paid by all instruments, {period.en}: {total} {MONEY.en}. Of it "
        f"{'; '.join(f'{kind} {text}' for kind, text in figures)} ({EFFECT[0]}; {worlds} worlds; each payment judged "
        "against the same world without its instrument).",
        f"全部政策支付的财政资金，{period.zh}：{total}{MONEY.zh}。其中"
        f"{'；'.join(f'{kind.chinese}{text}' for kind, text in figures)}（{EFFECT[1]}；{worlds}个世界；每笔支付与"
        "同一世界中没有该项政策时比较）。",
    )
    return Chart("awards", title, picture.done("awards", title, said), said)


def _apart(rows: pd.DataFrame, period: Said) -> Chart:
    title = Said(f"What the money of each instrument bought, {period.en}", f"各项政策的资金换来了什么，{period.zh}")
    drawn, told, told_zh = [], [], []
    totals = rows.groupby("instrument", sort=False)["total"].first().sort_values(ascending=False, kind="stable")
    for name in totals.index[:_MOST]:
        own = rows[rows["instrument"] == name]
        known, classes = get(str(name)), own.to_dict("records")
        total = _money(classes[0], "total")
        parts = [(_yi(row["million_yuan"]), _COLOURS[_class(row)]) for row in classes]
        bought = [row for row in classes if row["share"] > 0.0]
        drawn.append(Strip(Said(known.title_en, known.title_zh), total, _INTERVAL, parts=parts))
        told.append(f"{known.title_en} {total}: {', '.join(f'{_class(row)} {_percent(row)}' for row in bought)}")
        told_zh.append(f"{known.title_zh}{total}：{'，'.join(_class(row).chinese + _percent(row) for row in bought)}")
    picture = Picture()
    draw_rows(picture, drawn, MONEY)
    picture.blocks([(_COLOURS[kind], Said(str(kind), kind.chinese)) for kind in _seen(rows)])
    rest = _rest(totals)
    picture.write(rest, most=3)
    worlds = int(rows["worlds"].iloc[0])
    said = Said(
        f"Public money of each instrument, {period.en}, in {MONEY.en} with the 95 % interval of the mean, and the "
        f"share of each class in it (means over {worlds} worlds): {'; '.join(told)}. {rest.en}",
        f"各项政策支付的财政资金，{period.zh}，单位{MONEY.zh}，附均值的95%区间，及各类所占比重"
        f"（{worlds}个世界的均值）：{'；'.join(told_zh)}。{rest.zh}",
    )
    return Chart("awards-by-instrument", title, picture.done("awards-by-instrument", title, said), said)


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


def _seen(rows: pd.DataFrame) -> list[PaymentClass]:
    seen = set(rows.loc[rows["million_yuan"] > 0.0, "class"])
    return [kind for kind in PaymentClass if kind in seen]


def _class(row: Any) -> PaymentClass:
    return next(kind for kind in PaymentClass if kind == row["class"])


def _money(row: Any, name: str = "million_yuan") -> str:
    ends = ("low", "high") if name == "million_yuan" else (f"{name}_low", f"{name}_high")
    return between(*(number(_yi(row[column])) for column in (name, *ends)))


def _percent(row: Any) -> str:
    return f"{percent(row['share'], 1)}"


def _share(row: Any) -> str:
    return f"{percent(row['share'], 1)} [{percent(row['share_low'], 1)}, {percent(row['share_high'], 1)}]"


def _yi(million: float) -> float:
    return million * YI_PER_MILLION
