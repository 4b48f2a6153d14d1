"""Year books: what a firm and its group made in the year so far, quarter by quarter, and what groups earn elsewhere."""

from __future__ import annotations

from typing import NamedTuple

from sim.calendar.year import NEW_YEAR
from sim.firms import groups
from sim.firms.bundles import PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting


class Booked(NamedTuple):
    """Flows of the quarter, million yuan; output is a quantity."""

    revenue: PerFirm
    profit: PerFirm
    tax: PerFirm
    output: PerFirm
    research: PerFirm
    research_on_paper: PerFirm


class Books(NamedTuple):
    """Flows of the year so far, million yuan, and research of each season's last quarter; `year_real` is a quantity."""

    year_revenue: PerFirm
    year_profit: PerFirm
    year_local_tax: PerFirm
    year_real: PerFirm
    season_research: PerFirm


_ELSEWHERE = ("active", "cluster", "group", "outside_demand", "trading_base", "output_leaked", "keeps_outside")


@declared(reads=(Booked, *_ELSEWHERE), writes=(Books, "outside_revenue", "trading_revenue", "year_group_extra"))
def add_up(firms: Firms, setting: Setting) -> None:
    """Add the quarter's flows, million yuan, to those of the year; the accounts are settled."""
    season, local_share = setting.quarter.season, setting.numbers.local_tax_share
    _year_to_date(rows_in(firms), bundle(Booked, firms), season, local_share, bundle(Books, firms))
    _book_beyond(firms, setting)


def _book_beyond(firms: Firms, setting: Setting) -> None:
    """Book what groups earn outside the city and in trade, and what cut firms' sisters outside made for them."""
    rows, now = groups.outside_rows(firms), setting.conditions
    price = now.output_price[firms.cluster[rows]]
    firms.outside_revenue[rows], firms.trading_revenue[rows] = groups.beyond(firms, now.output_price, now.season)
    extra = firms.outside_revenue[rows] + firms.trading_revenue[rows]
    before = 0.0 if setting.quarter.season == NEW_YEAR else firms.year_group_extra[rows]
    firms.year_group_extra[rows] = before + extra
    firms.year_real[rows] += extra / price


@kernel
def _year_to_date(rows: Rows, made: Booked, season: int, local_share: float, books: Books) -> None:
    """Add up: sum of the year = sum so far (none in the first quarter) + flow of the quarter, million yuan or quantity;
    of taxes the local share. Research is kept by season, as it was reported.
    """
    kept = 0.0 if season == NEW_YEAR else 1.0
    for c in clusters(rows):
        for i in rows_of(c, rows):
            books.year_revenue[i] = kept * books.year_revenue[i] + made.revenue[i]
            books.year_profit[i] = kept * books.year_profit[i] + made.profit[i]
            books.year_local_tax[i] = kept * books.year_local_tax[i] + local_share * made.tax[i]
            books.year_real[i] = kept * books.year_real[i] + made.output[i]
            books.season_research[i, season - 1] = made.research[i] + made.research_on_paper[i]
