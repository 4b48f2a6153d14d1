"""Business groups of the start: sisters of larger firms, and what groups have outside the city."""

from __future__ import annotations

import numpy as np

from sim.start.shares import group_revenue, local_share
from sim.start.sized import Sized


def give_groups(sized: Sized) -> None:
    """Attach sisters to larger firms of their cluster, and give large groups plants outside the city."""
    firms, numbers, rows, annual = sized.firms, sized.numbers, sized.rows, sized.annual
    sister, parent = sized.luck.uniform("sister"), sized.luck.uniform("parent")
    known, heads = sized.given.heads(sized.named)
    firms.group[known] = heads
    grouped = np.isin(rows, known)  # a register says whose they are
    may_head = _may_head(sized)
    for c in range(firms.start.size):
        could = (sized.cluster == c) & firms.local_headquarters[rows] & ~sized.is_named
        large = rows[could & (annual[rows] >= numbers.group_outside_floor) & may_head]
        joins = could & (annual[rows] >= numbers.body_end) & ~grouped
        joins &= (annual[rows] < numbers.group_outside_floor) & (sister < numbers.sister_share)
        if large.size:
            firms.group[rows[joins]] = large[(parent[joins] * large.size).astype(np.int64)]
    _outside(sized)
    for firm, row in sized.named.items():
        _named_outside(sized, firm, row)
    firms.outside_capacity[:] = firms.outside_demand * (1.0 + numbers.outside_spare)
    firms.leads[:] = firms.group == np.arange(firms.rows)
    firms.keeps_outside[:] = (firms.outside_demand > 0.0) | (firms.trading_base > 0.0)


def _may_head(sized: Sized) -> np.ndarray:
    """Return a mask of starting firms that may head a group: of no other's, and not known to stand alone."""
    heads: np.ndarray = (sized.firms.group[sized.rows] == sized.rows) & ~np.isin(sized.rows, sized.given.alone())
    return heads


def _outside(sized: Sized) -> None:
    firms, numbers, rows, annual, luck = sized.firms, sized.numbers, sized.rows, sized.annual, sized.luck
    has = (annual[rows] >= numbers.group_outside_floor) & firms.local_headquarters[rows] & ~sized.is_named
    has &= _may_head(sized)
    has &= luck.uniform("outside") < numbers.group_outside_share
    ratio = 2.0 * numbers.group_outside_ratio * luck.uniform("outside size")
    firms.outside_demand[rows] = np.where(has, ratio * annual[rows] / 4.0, 0.0)
    firms.outside_intensity[rows] = firms.energy_intensity[rows]


def _named_outside(sized: Sized, firm: str, row: int) -> None:
    numbers, revenue = sized.numbers, group_revenue(sized.numbers, firm)
    trading = numbers.get(f"{firm}.trading_share", 0.0)
    outside = max(1.0 - local_share(numbers, firm) - trading, 0.0)
    sized.firms.outside_demand[row] = revenue * outside / 4.0
    sized.firms.trading_base[row] = revenue * trading / 4.0
