"""What public money bought, apart from the money of which that is not asked: what was paid outside the modelled firms,
whom the model takes as given, belongs to no class of what a payment to a firm bought.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.experiments.attribution_tables import ALL, REST_OF_CITY
from sim.experiments.payment_classes import PaymentClass
from sim.pages.folder import Folder
from sim.pages.said import Said, noted
from sim.report.quoted import between, number
from sim.tables.rounded import percent
from sim.tables.units import LEAST_SHOWN, YI_PER_MILLION

OUTSIDE = Said(
    "paid outside the modelled firms, where what it bought is not asked", "付给模型企业以外，未考察换来了什么"
)
NO_INTERVAL = Said("mean, no interval", "均值，无区间")
_NAMES = {
    PaymentClass.DEADWEIGHT: Said("deadweight, to modelled firms", "无谓支出（付给模型企业）"),
    PaymentClass.UNCONDITIONAL: Said(
        "unconditional, to modelled firms (no event earns it, so no payment bought one)",
        "无条件发放（付给模型企业，不与任何事件挂钩）",
    ),
}
_Ends = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Portion:
    """A part of public money.

    Attributes:
        kind: class of the payments; None of what was paid outside the modelled firms. name: in both languages.
        paid: million yuan, mean and ends of its interval. share: of all money of the instrument, likewise. The ends are
            nothing where the portion is part of a figure that has an interval only as a whole.
    """

    kind: PaymentClass | None
    name: Said
    paid: _Ends
    share: _Ends

    @property
    def whole(self) -> bool:
        """Whether it has an interval."""
        return pd.notna(self.share[1]) and pd.notna(self.share[2])

    def money_said(self) -> Said:
        """Return the money in 亿元, with its interval."""
        return self._with(*(number(value * YI_PER_MILLION) for value in self.paid))

    def share_said(self) -> Said:
        """Return the share in all money of the instrument, with its interval."""
        return self._with(*(percent(value, 1) for value in self.share))

    def both_said(self) -> Said:
        """Return money and share."""
        money, share = self.paid, self.share
        ends = [between(*(number(v * YI_PER_MILLION) for v in money), worlds=1 + self.whole)]
        ends.append(between(*(percent(value, 1) for value in share), worlds=1 + self.whole))
        text, text_zh = ", ".join(ends), "，".join(ends)
        return Said(text, text_zh) if self.whole else noted(Said(text, text_zh), NO_INTERVAL)

    def _with(self, middle: str, low: str, high: str) -> Said:
        if self.whole:
            text = between(middle, low, high)
            return Said(text, text)
        return noted(Said(middle, middle), NO_INTERVAL)


def portions(folder: Folder, instrument: str) -> list[Portion]:
    """Return the parts of an instrument's money, or of all, that were paid: by class, those outside the firms last."""
    table = folder.frame("attribution")
    rows = table[table["instrument"] == instrument].to_dict("records")
    outside = _outside(folder, instrument)
    found = [portion for row in rows if (portion := _inside(row, outside.get(row["class"], 0.0)))]
    return [*found, *_apart(rows, outside)]


def _outside(folder: Folder, instrument: str) -> dict[str, float]:
    """Return million yuan paid outside the modelled firms, by class."""
    groups = folder.frame("attribution_groups")
    rows = groups[groups["cluster"] == REST_OF_CITY]
    rows = rows if instrument == ALL else rows[rows["instrument"] == instrument]
    return {str(name): float(money) for name, money in rows.groupby("class")["million_yuan"].sum().items()}


def _inside(row: dict[str, Any], outside: float) -> Portion | None:
    """Return what was paid to modelled firms of a class; nothing where that is none."""
    (kind,) = (kind for kind in PaymentClass if kind == row["class"])
    paid = row["million_yuan"] - outside
    if paid <= LEAST_SHOWN:
        return None
    name = _NAMES.get(kind, Said(str(kind), kind.chinese))
    if not outside:
        return Portion(kind, name, _ends(row, _PAID), _ends(row, _SHARE))
    return Portion(kind, name, (paid, *_NONE), (paid / row["total"], *_NONE))


def _apart(rows: list[dict[str, Any]], outside: dict[str, float]) -> Iterator[Portion]:
    """Yield what was paid outside; with an interval where it is all that one class holds."""
    money = sum(outside.values())
    if money <= LEAST_SHOWN:
        return
    own = [row for row in rows if outside.get(row["class"])]
    if len(own) == 1 and abs(own[0]["million_yuan"] - money) <= LEAST_SHOWN:
        yield Portion(None, OUTSIDE, _ends(own[0], _PAID), _ends(own[0], _SHARE))
        return
    yield Portion(None, OUTSIDE, (money, *_NONE), (money / rows[0]["total"], *_NONE))


def _ends(row: dict[str, Any], columns: tuple[str, str, str]) -> _Ends:
    middle, low, high = (float(row[name]) for name in columns)
    return middle, low, high


_PAID, _SHARE = ("million_yuan", "low", "high"), ("share", "share_low", "share_high")
_NONE = (float("nan"), float("nan"))
