"""Which firm a group finds that looks for one to buy: one of the city near in size, or one outside as usual."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms import groups
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.tables.parameters import Parameters

_OUTSIDE = -1


class Wish(NamedTuple):
    """What each buyer looks for: its row, revenue, million yuan a year, whether it takes no less, and its draws of
    place and of field.
    """

    buyers: np.ndarray
    size: np.ndarray
    no_less: np.ndarray
    place: np.ndarray
    field: np.ndarray


class Candidates(NamedTuple):
    """What each buyer finds: head row, or -1 for a firm outside the city; its revenue and profit, million yuan a
    year, its capital, million yuan at 2021 prices, and the share of it that lies outside the city.
    """

    row: np.ndarray
    revenue: np.ndarray
    profit: np.ndarray
    capital: np.ndarray
    elsewhere: np.ndarray

    @property
    def outside(self) -> np.ndarray:
        """Mask of firms outside the city."""
        return np.asarray(self.row == _OUTSIDE)


def look(firms: Firms, wish: Wish, numbers: Parameters, technology: Technology, output_price: np.ndarray) -> Candidates:
    """Return what each buyer finds: in the city the group nearest in size of its own field or of one that it buys from,
    none (of no revenue) where nobody there is for sale; outside one of its own field that is as usual there.
    """
    own, size = firms.cluster[wish.buyers], wish.size
    found = Candidates(
        np.full(size.size, _OUTSIDE),
        size.copy(),
        np.maximum(technology.profit[own], 0.0) * size,
        technology.capital_output[own] * size / output_price[own],
        np.ones(size.size),
    )
    here, field = np.flatnonzero(wish.place < numbers.merger_local_share), _fields(numbers, own, wish.field)
    for_sale = firms.leads & firms.active & firms.local_headquarters & firms.above_scale
    local, profit, capital = (groups.total(firms, v) for v in (firms.last_revenue, firms.last_profit, firms.capital))
    for c in np.unique(field[here]):
        mine = here[field[here] == c]
        sellers = firms.start[c] + np.flatnonzero(for_sale[firms.start[c] : firms.stop[c]])
        if not sellers.size:
            found.revenue[mine] = 0.0
            continue
        rows = _nearest(sellers, firms.reported_revenue[sellers], size[mine], wish.no_less[mine])
        found.row[mine], found.revenue[mine] = rows, firms.reported_revenue[rows]
        whole = firms.reported_revenue[rows] / np.maximum(local[rows], 1e-12)  # over what it makes in the city
        found.elsewhere[mine] = np.maximum(1.0 - 1.0 / np.maximum(whole, 1e-12), 0.0)
        found.profit[mine] = np.maximum(profit[rows], 0.0) * whole
        found.capital[mine] = capital[rows] * whole
    return found


def _fields(numbers: Parameters, own: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Return the cluster in which each buyer looks: its own, or one that supplies it, by what it buys from each."""
    same, tables = numbers.merger_same_field, numbers.city_tables
    bought = tables.input_output.between * (1.0 - np.eye(tables.count))
    up_to = np.cumsum(bought, axis=0) / np.maximum(bought.sum(axis=0), 1e-12)
    rest = np.clip((draws - same) / max(1.0 - same, 1e-12), 0.0, 1.0)
    supplier = np.minimum((up_to[:, own] < rest).sum(axis=0), tables.count - 1)
    return np.where((draws < same) | (bought.sum(axis=0)[own] == 0.0), own, supplier)


def _nearest(sellers: np.ndarray, revenue: np.ndarray, size: np.ndarray, no_less: np.ndarray) -> np.ndarray:
    """Return for each size the seller whose revenue is nearest to it, or the next above it where it may be no less."""
    order = np.argsort(revenue, kind="stable")
    sellers, revenue = sellers[order], revenue[order]
    above = np.minimum(np.searchsorted(revenue, size), revenue.size - 1)
    below = np.maximum(above - 1, 0)
    nearer_below = ~no_less & (size - revenue[below] < revenue[above] - size)
    return np.where(nearer_below, sellers[below], sellers[above])
