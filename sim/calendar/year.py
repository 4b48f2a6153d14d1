"""The year on one page: which quarter does what, in which order and on the figures of which year.

Rows stand in the order in which a quarter runs; behaviours and instruments do what a row says, under its name.

| quarter | what happens | on the figures of | done in | name |
| --- | --- | --- | --- | --- |
| 1 | the sums of the year start again, yearly luck is drawn, sizes and the frontier are looked at anew | the quarter | accounts, demand, mergers, model, year_books | `NEW_YEAR` |
| 1 | tiers and the above-scale line are judged | the year before | missed, recognition | `JUDGE_TIERS` |
| 2 | awards for firms that came above scale are paid, those to services with them | the year before | scale_up | `PAY_ABOVE_SCALE` |
| 2 | the books of the new year open: what was pulled into the old one is missing from it | the year before | thresholds | `OPEN_BOOKS` |
| 3 | new products of the last four quarters are recognised as first sets | the last four quarters | first_sets | `FIRST_SETS` |
| 3 | lists are judged | the year before | missed, recognition | `JUDGE_LISTS` |
| 3 | firms apply for titles, which are renewed and granted | the year before | give_titles, high_tech, high_tech_ladder, missed, nurturing_pool, smart_titles, specialised_enterprise, titles | `TITLE_ROUND` |
| 3 | firms go public | the year before | listing, listing_support, missed | `GO_PUBLIC` |
| 4 | leaders agree to buy firms; those that were paid for join their groups a quarter later | the year before | merger_support, mergers | `MERGE` |
| 4 | firms hear what a line brings, and pull revenue forward or book trade | this year | leading_enterprise, peak_climbing, thresholds | `REACH_LINES` |
| 4 | the year is closed and measured | this year | instrument, model, recognition, watch | `CLOSE_YEAR` |

An award is paid a quarter after what earned it was judged. The years of the economic census are numbers of the world
(`census_year`, `census_interval`), and `sim.city.city_luck` alone reads them.
"""

from __future__ import annotations

from sim.calendar.quarter import Quarter

QUARTERS = 4  # of a year
DAYS_A_QUARTER = 91.25

NEW_YEAR = 1
JUDGE_TIERS = 1
PAY_ABOVE_SCALE = JUDGE_TIERS + 1
OPEN_BOOKS = 2
FIRST_SETS = 3
JUDGE_LISTS = 3
TITLE_ROUND = 3
GO_PUBLIC = 3
MERGE = 4
REACH_LINES = 4
CLOSE_YEAR = 4

SEASONS: tuple[str, ...] = tuple(f"season_q{season}" for season in range(1, QUARTERS + 1))
"""Numbers that hold each quarter's activity over the mean of the year, in order."""


def closed_year(quarter: Quarter) -> int:
    """Return the year whose figures are judged in a quarter: the last one that was closed before it."""
    return quarter.year - 1


def aimed_at(quarter: Quarter) -> int:
    """Return the year of the lists that will read the figures of this quarter's year."""
    return quarter.year + 1


def last_closed(quarter: Quarter) -> int:
    """Return the last year that is closed by the end of a quarter."""
    return quarter.year if quarter.season == CLOSE_YEAR else closed_year(quarter)


def earned(judged: Quarter) -> Quarter:
    """Return the quarter in which what is judged in `judged` was earned: what is judged first in a year is the year
    that has ended.
    """
    return judged + -1 if judged.season == JUDGE_TIERS else judged
