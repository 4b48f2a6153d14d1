"""Owners, age and listing of the starting firms."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import FIRST
from sim.firms.table import FOREIGN, PRIVATE, STATE
from sim.start.sized import Sized

_WHOLE_YEAR = 5  # quarters: a firm of the start opened by the end of 2020 and made a whole year of output in 2021
_OWNERS = {"private": PRIVATE, "state": STATE, "foreign": FOREIGN}
_TRUTH = {"yes": True, "no": False}


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
    _register_owners(sized)
    _list(sized)


def _name_owners(sized: Sized) -> None:
    firms = sized.firms
    for firm in sized.numbers.city_tables.named_firms:
        if firm["firm"] in sized.named:
            row = sized.named[firm["firm"]]
            firms.ownership[row] = _OWNERS[firm["ownership"]]
            firms.local_headquarters[row] = firm["local_headquarters"] == "1"
            firms.listed[row] = firm["listed"] == "1"


def _register_owners(sized: Sized) -> None:
    """Write what a register gives. A firm of which it says only who owns it is led from where such owners are, and one
    of which it says only where it is led from has owners of that place.
    """
    firms, given = sized.firms, sized.given
    for name, owner in _OWNERS.items():
        rows = given.word("ownership", name)
        firms.ownership[rows] = owner
        drawn = np.setdiff1d(rows, sized.named_rows)
        firms.local_headquarters[drawn] = owner != FOREIGN
    for value in (True, False):
        rows = given.word("headquarters", "local" if value else "away")
        firms.local_headquarters[rows] = value
        unknown = np.setdiff1d(rows, [*sized.named_rows, *_said(sized, "ownership")])
        foreign = firms.ownership[unknown] == FOREIGN
        firms.ownership[unknown] = np.where(foreign, PRIVATE, firms.ownership[unknown]) if value else FOREIGN
    for word, listed in _TRUTH.items():
        firms.listed[given.word("listed", word)] = listed


def _said(sized: Sized, column: str) -> np.ndarray:
    """Return the rows of which a register says a word at all."""
    return np.setdiff1d(sized.given.rows, sized.given.word(column, ""))


def _list(sized: Sized) -> None:
    """List as many firms as were listed in 2021, larger ones more often."""
    firms, rows = sized.firms, sized.rows
    known = sized.is_named | np.isin(rows, _said(sized, "listed"))
    open_ = rows[firms.above_scale[rows] & firms.local_headquarters[rows] & ~known]
    wish = sized.luck.uniform("listing")[np.searchsorted(rows, open_)] ** (1.0 / np.maximum(sized.annual[open_], 1.0))
    count = max(sized.part_of(sized.numbers.listed_2021) - int(np.count_nonzero(firms.listed)), 0)
    firms.listed[open_[np.argsort(-wish, kind="stable")[:count]]] = True
