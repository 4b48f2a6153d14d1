"""Year books: what a firm and its group made in the year so far, quarter by quarter, and what groups earn elsewhere."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import NEW_YEAR
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting

WRITES = (
    "season_revenue",
    "year_revenue",
    "year_profit",
    "year_local_tax",
    "outside_revenue",
    "trading_revenue",
    "year_group_extra",
    "year_real",
    "year_ago_revenue",
)


def add_up(firms: Firms, setting: Setting) -> None:
    """Add the quarter's flows, million yuan, to those of the year; the accounts are settled."""
    numbers = setting.numbers
    _year_to_date(
        firms.start,
        firms.stop,
        setting.quarter.season,
        firms.revenue,
        firms.profit,
        firms.tax,
        firms.output,
        numbers.local_tax_share,
        firms.season_revenue,
        firms.year_ago_revenue,
        firms.year_revenue,
        firms.year_profit,
        firms.year_local_tax,
        firms.year_real,
    )
    _book_beyond(firms, setting)


def _book_beyond(firms: Firms, setting: Setting) -> None:
    """Book what groups earn outside the city and in trade, and what cut firms' sisters outside made for them."""
    rows, now = firms.beyond, setting.conditions
    price = now.output_price[firms.cluster[rows]]
    firms.outside_revenue[rows] = firms.active[rows] * firms.outside_demand[rows] * now.season * price
    if setting.terms.energy is not None:
        leaked = np.flatnonzero(firms.output_leaked)
        np.add.at(
            firms.outside_revenue,
            firms.group[leaked],
            firms.output_leaked[leaked] * now.output_price[firms.cluster[leaked]],
        )
    firms.trading_revenue[rows] = firms.active[rows] * firms.trading_base[rows] * now.season * price
    extra = firms.outside_revenue[rows] + firms.trading_revenue[rows]
    before = 0.0 if setting.quarter.season == NEW_YEAR else firms.year_group_extra[rows]
    firms.year_group_extra[rows] = before + extra
    firms.year_real[rows] += extra / price


@kernel
def _year_to_date(
    start,
    stop,
    season,
    revenue,
    profit,
    tax,
    output,
    local_share,
    seasons,
    year_ago,
    year_revenue,
    year_profit,
    year_tax,
    year_real,
):  # noqa: ANN001, ANN202
    kept = 0.0 if season == NEW_YEAR else 1.0
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            year_ago[i] = seasons[i, season - 1]
            seasons[i, season - 1] = revenue[i]
            year_revenue[i] = kept * year_revenue[i] + revenue[i]
            year_profit[i] = kept * year_profit[i] + profit[i]
            year_tax[i] = kept * year_tax[i] + local_share * tax[i]
            year_real[i] = kept * year_real[i] + output[i]
