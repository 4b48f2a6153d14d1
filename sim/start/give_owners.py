"""Owners, age and listing of the starting firms."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import FIRST
from sim.firms.table import FOREIGN, PRIVATE, STATE
from sim.start.sized import Sized

_WHOLE_YEAR = 5  # quarters: a firm of the start opened by the end of 2020 and made a whole year of output in 2021
_OWNERS = {"private": PRIVATE, "state": STATE, "foreign": FOREIGN}


def give_owners(sized: Sized) -> None:
    """Write owners, whether the group is led from here, the quarter of founding and who is listed."""
    firms, numbers, rows, luck = sized.firms, sized.numbers, sized.rows, sized.luck
    draw = luck.uniform("owner")
    away = draw < numbers.foreign_share
    state = (draw >= numbers.foreign_share) & (draw < numbers.foreign_share + numbers.state_share)
    firms.ownership[rows] = np.select([away, state], [FOREIGN, STATE], PRIVATE)
    firms.local_headquarters[rows] = ~away
    firms.founded[rows] = (
        FIRST.number - _WHOLE_YEAR - (4.0 * numbers.age_mean * luck.exponential("age")).astype(np.int64)
    )
    _name_owners(sized)
    _list(sized)


def _name_owners(sized: Sized) -> None:
    firms = sized.firms
    for firm in sized.numbers.city_tables.named_firms:
        if firm["firm"] in sized.named:
            row = sized.named[firm["firm"]]
            firms.ownership[row] = _OWNERS[firm["ownership"]]
            firms.local_headquarters[row] = firm["local_headquarters"] == "1"
            firms.listed[row] = firm["listed"] == "1"


def _list(sized: Sized) -> None:
    """List as many firms as were listed in 2021, larger ones more often."""
    firms, rows = sized.firms, sized.rows
    open_ = rows[firms.above_scale[rows] & firms.local_headquarters[rows] & ~sized.is_named]
    wish = sized.luck.uniform("listing")[np.searchsorted(rows, open_)] ** (1.0 / np.maximum(sized.annual[open_], 1.0))
    count = max(sized.part_of(sized.numbers.listed_2021) - int(np.count_nonzero(firms.listed)), 0)
    firms.listed[open_[np.argsort(-wish, kind="stable")[:count]]] = True
