"""What is measured of the firms: by cluster and for the city each quarter, by size class and for the city each year.

Every name is a row of the catalogue. Whatever can be had by adding up or dividing is not measured here (`adding_up`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sim import policies
from sim.city.city import CityTotals
from sim.firms import disclosure, groups
from sim.firms.bundles import PerCluster, PerFirm, Rows, clusters, rows_in, rows_of
from sim.firms.sizes import SIZES
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.measure import energy, newcomers, outlays
from sim.setting import Setting
from sim.tables.catalogue import outcomes
from sim.tables.milestones import APPLICATIONS, LISTS, TITLES, Kind
from sim.tables.units import HUNDRED_MU
from sim.treasury.claims import INVESTMENT, Basis, Spending
from sim.treasury.events import Event
from sim.treasury.ledger import Ledger

_COUNTED = {"promotions": Kind.ABOVE_SCALE, "first_sets": Kind.FIRST_SET, "projects_opened": Kind.PROJECT_OPENED}


@dataclass(frozen=True, slots=True)
class Moves:
    """Rows of firms that closed, entered (and the event of newcomers' plants among these), were sold (heads of groups),
    became too small to be simulated, and bought another, in one quarter.
    """

    left: np.ndarray
    joined: np.ndarray
    opened: Event
    sold: np.ndarray
    returned: np.ndarray
    merged: np.ndarray


def cluster_flows(firms: Firms) -> dict[str, np.ndarray]:
    """Return what clusters made and used in the quarter, (clusters,):
    sums of the columns that the catalogue names, and investment.
    """
    columns = {o.name: getattr(firms, o.column) for o in outcomes().values() if o.column}
    sums = dict(zip(columns, firms.cluster_sums(columns.values()), strict=True))
    own = {
        "largest_group_revenue": groups.largest(firms, firms.revenue),
        "land_years": sums["land_used"] / (4.0 * HUNDRED_MU),
    }
    return sums | outlays.outlays(firms) | own


def cluster_stocks(firms: Firms) -> dict[str, np.ndarray]:
    """Return who is there at the end of the quarter, (clusters,)."""
    there, above = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _counted(rows_in(firms), firms.active, firms.above_scale, there, above)
    return {"firms": there, "above_scale_firms": above}


@kernel
def _counted(rows: Rows, active: PerFirm, above_scale: PerFirm, there: PerCluster, above: PerCluster) -> None:
    """Count firms in business and those of them above scale."""
    for c in clusters(rows):
        firms, listed = 0, 0
        for i in rows_of(c, rows):
            firms += active[i]
            listed += active[i] & above_scale[i]
        there[c], above[c] = firms, listed


def city_flows(
    firms: Firms, setting: Setting, totals: CityTotals, ledger: Ledger, told: Mapping[str, float]
) -> dict[str, float]:
    """Return what the city made, used and paid in the quarter, and what instruments told of themselves."""
    return (
        {name: getattr(totals, name) for name in totals.__slots__}
        | energy.of_the_budget(firms, setting)
        | _money(setting, ledger)
        | _of_instruments(told)
        | newcomers.counted(firms, setting)
    )


def _money(setting: Setting, ledger: Ledger) -> dict[str, float]:
    quarter = setting.quarter
    total, stakes = ledger.paid(quarter), ledger.paid(quarter, lambda payment: payment.form == INVESTMENT)
    awards = ledger.paid(quarter, lambda payment: payment.earned_by is Basis.OUTSIDE or payment.event is not None)
    research = ledger.paid(quarter, lambda payment: payment.earned_by is Spending.RESEARCH)
    support = max(total - stakes - awards, 0.0)
    return {"public_cost": total, "award_cost": awards, "support_cost": support, "public_research": research}


def _of_instruments(told: Mapping[str, float]) -> dict[str, float]:
    """Return every outcome that an instrument measures; one that is not in the scenario brings nothing, and what is
    undefined without it has no value.

    Raises:
        ValueError: if an instrument tells what it does not declare.
    """
    declared = [outcomes()[name] for instrument in policies.names() for name in policies.get(instrument).outcomes]
    if unknown := told.keys() - {outcome.name for outcome in declared}:
        raise ValueError(f"{', '.join(sorted(unknown))}: measured by an instrument that does not declare it")
    return {o.name: told.get(o.name, np.nan if o.needs else 0.0) for o in declared}


def city_moves(
    before: np.ndarray, stakes: np.ndarray, firms: Firms, events: tuple[Event, ...], moves: Moves
) -> dict[str, float]:
    """Return who came, who left and what was reached in the quarter; `before` says who was above scale at its
    beginning, `stakes` what the policy fund held in firms before some left, million yuan.
    """
    moved = {"entries": moves.joined, "exits": moves.left, "group_sales": moves.sold, "returned_firms": moves.returned}
    moved["mergers"] = moves.merged
    kinds = {f"new_{title}s": title for title in TITLES} | _COUNTED
    return (
        {name: float(rows.size) for name, rows in moved.items()}
        | {name: _reached(events, kind) for name, kind in kinds.items()}
        | _title_rounds(events)
        | _losses(before, firms, events)
        | {"fund_written_off": float(stakes[moves.left].sum() + stakes[moves.returned].sum())}
    )


def _reached(events: tuple[Event, ...], kind: Kind) -> float:
    """Return how many firms reached one milestone."""
    return float(sum(event.rows.size for event in events if event.kind == kind))


def _losses(before: np.ndarray, firms: Firms, events: tuple[Event, ...]) -> dict[str, float]:
    """Return how many above-scale firms fell below the line and how many closed; who did both has closed."""
    lost = np.flatnonzero(before & ~firms.above_scale)
    closed = np.count_nonzero(~firms.active[lost])
    closed_at_once = sum(
        int(np.count_nonzero(~firms.active[event.rows])) for event in events if event.kind == Kind.ABOVE_SCALE
    )
    return {"demotions": float(lost.size - closed), "above_scale_exits": float(closed + closed_at_once)}


def _title_rounds(events: tuple[Event, ...]) -> dict[str, float]:
    applied = sum(event.rows.size for event in events if event.kind in APPLICATIONS)
    return {
        "title_applications": float(applied),
        "titles_granted": float(sum(e.rows.size for e in events if e.kind in TITLES)),
    }


def judged(firms: Firms, heads: np.ndarray) -> dict[str, float]:
    """Return what is judged at the end of a year: lists, titles, shares of firms, the largest group."""
    largest = {"top_group_revenue": float(firms.reported_revenue[heads].max())}
    return _lists(firms, heads) | _titles(firms) | _firm_shares(firms) | largest


def _lists(firms: Firms, heads: np.ndarray) -> dict[str, float]:
    counts, heads = {}, heads[firms.lists_ever[heads] > 0]
    for bit, name in enumerate(LISTS):
        bits = firms.lists_ever if name == Kind.WORLD_500 else firms.lists_now
        counts[f"{name}_firms"] = float(np.count_nonzero(disclosure.has(bits[heads], bit)))
    on_list = disclosure.has(firms.lists_now[heads], LISTS.index(Kind.WORLD_500))
    return counts | {"world_500_on_list": float(np.count_nonzero(on_list))}


def _titles(firms: Firms) -> dict[str, float]:
    held = np.bincount(firms.specialised_title[firms.active], minlength=4)
    smart = np.bincount(firms.smart_title[firms.active], minlength=3)
    return {
        "provincial_little_giants": float(held[1]),
        "national_little_giants": float(held[2]),
        "champions": float(held[3]),
        "smart_workshop_firms": float(smart[1]),
        "smart_factory_firms": float(smart[2]),
        "high_tech_firms": float(np.count_nonzero(firms.high_tech_title & firms.active)),
        "listed_firms": float(np.count_nonzero(firms.listed & firms.active)),
    }


def _firm_shares(firms: Firms) -> dict[str, float]:
    above = firms.active & firms.above_scale
    number = max(int(np.count_nonzero(above)), 1)
    return {
        "active_firms": float(np.count_nonzero(firms.active)),
        "loss_making_share": np.count_nonzero(above & (firms.last_profit < 0.0)) / number,
        "digital_share": np.count_nonzero(above & (firms.digital_level > 0)) / number,
        "revenue_slope": rank_slope(firms.last_revenue[above]),
    }


def rank_slope(revenue: np.ndarray, lowest: float = 100.0) -> float:
    """Return minus the slope of log(rank - 1/2)
    on log revenue above `lowest` million yuan (Gabaix and Ibragimov 2011).
    """
    top = np.sort(revenue[revenue >= lowest])[::-1]
    if top.size < 3:
        return float("nan")
    log_rank = np.log(np.arange(1, top.size + 1) - 1.0 / 2.0)
    size = np.log(top)
    centred = size - size.mean()
    return -float((centred * log_rank).sum() / (centred * centred).sum())


def by_size(firms: Firms, classes: np.ndarray) -> dict[str, np.ndarray]:
    """Return the year's outcomes by size class of 2021, (5,), but awards, which the ledger knows."""
    columns = {"revenue": firms.year_revenue, "profit": firms.year_profit, "firms": firms.active}
    return {name: np.bincount(classes, values, len(SIZES)) for name, values in columns.items()}
