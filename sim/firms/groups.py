"""Business groups: sums over members, kept on the row of the group's head."""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.tables.milestones import TIER_LINES, TIERS, Kind, Unit


def total(firms: Firms, values: np.ndarray) -> np.ndarray:
    """Return the sum of a column over each group's active members, on head rows (zeros elsewhere)."""
    sums: np.ndarray = np.where(firms.active, values, 0.0)
    members = np.flatnonzero(~firms.leads)
    own = sums[members]
    sums[members] = 0.0
    np.add.at(sums, firms.group[members], own)
    return sums


def largest(firms: Firms, values: np.ndarray) -> np.ndarray:
    """Return the largest sum of a column over the active members of one group that lie in a cluster, (clusters,)."""
    sums, members = np.where(firms.active, values, 0.0), np.flatnonzero(~firms.leads)
    heads, cluster = firms.group[members], firms.cluster[members]
    beside = cluster == firms.cluster[heads]
    np.add.at(sums, heads[beside], sums[members[beside]])
    most = firms.cluster_most(sums)
    elsewhere = heads[~beside] * most.size + cluster[~beside]  # members of one group in a cluster where it has no head
    parts, place = np.unique(elsewhere, return_inverse=True)
    np.maximum.at(most, parts % most.size, np.bincount(place, sums[members[~beside]], parts.size))
    return most


def reporting_heads(firms: Firms) -> np.ndarray:
    """Return the rows of heads of groups led from the city that are in business."""
    return np.flatnonzero(firms.leads & firms.active & firms.local_headquarters)


def large_heads(firms: Firms, line: float) -> np.ndarray:
    """Return the reporting heads whose group revenue of last year, million yuan, meets a line."""
    rows = np.flatnonzero(firms.reported_revenue >= line)
    return rows[firms.leads[rows] & firms.active[rows] & firms.local_headquarters[rows]]


def outside_rows(firms: Firms) -> np.ndarray:
    """Return the rows on which groups keep what they have outside the city, plants or trade: those of heads, and of
    firms that were heads until another group bought theirs.
    """
    return np.flatnonzero(firms.keeps_outside)


def beyond(firms: Firms, prices: np.ndarray, season: float) -> tuple[np.ndarray, np.ndarray]:
    """Return what groups sell in a quarter outside the city, with what sisters there make for cut firms, and in trade,
    million yuan on the rows of `outside_rows`; the output of the quarter is known.

    Args:
        prices: of output, by cluster. season: share of a year's activity in this quarter times four.
    """
    rows = outside_rows(firms)
    price = prices[firms.cluster[rows]]
    outside = np.zeros(firms.rows)
    outside[rows] = firms.active[rows] * firms.outside_demand[rows] * season * price
    leaked = np.flatnonzero(firms.output_leaked > 0.0)
    np.add.at(outside, firms.group[leaked], firms.output_leaked[leaked] * prices[firms.cluster[leaked]])
    return outside[rows], firms.active[rows] * firms.trading_base[rows] * season * price


def shown(firms: Firms, unit: Unit) -> np.ndarray:
    """Return the revenue of the year that was closed last as the books show it, million yuan: of groups on head rows,
    or of establishments.
    """
    if unit is Unit.GROUP:
        reported: np.ndarray = firms.reported_revenue
        return reported
    own: np.ndarray = firms.last_revenue - firms.pulled_back + firms.pulled_forward + firms.booked_trading
    return own


def above_line(firms: Firms, unit: Unit, tier: Kind, rows: np.ndarray) -> np.ndarray:
    """Return a mask of rows whose revenue of the year that was closed last is at or above the line of a tier."""
    above: np.ndarray = shown(firms, unit)[rows] >= TIER_LINES[TIERS.index(tier)]
    return above


def reported(firms: Firms) -> np.ndarray:
    """Return the group revenue of the year so far as it would be reported, million yuan, on head rows."""
    own = firms.year_revenue + firms.year_group_extra + firms.pulled_forward - firms.pulled_back + firms.booked_trading
    return total(firms, own)
