"""Business groups: sums over members, kept on the row of the group's head."""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms


def total(firms: Firms, values: np.ndarray) -> np.ndarray:
    """Return the sum of a column over each group's active members, on head rows (zeros elsewhere)."""
    sums: np.ndarray = np.where(firms.active, values, 0.0)
    own = sums[firms.members]
    sums[firms.members] = 0.0
    np.add.at(sums, firms.group[firms.members], own)
    return sums


def reporting_heads(firms: Firms) -> np.ndarray:
    """Return the rows of heads of groups led from the city that are in business."""
    return np.flatnonzero(firms.leads & firms.active & firms.local_headquarters)


def large_heads(firms: Firms, line: float) -> np.ndarray:
    """Return the reporting heads whose group revenue of last year, million yuan, meets a line."""
    rows = np.flatnonzero(firms.reported_revenue >= line)
    return rows[firms.leads[rows] & firms.active[rows] & firms.local_headquarters[rows]]


def reported(firms: Firms) -> np.ndarray:
    """Return the group revenue of the year so far as it would be reported, million yuan, on head rows."""
    own = firms.year_revenue + firms.year_group_extra + firms.pulled_forward - firms.pulled_back + firms.booked_trading
    return total(firms, own)
