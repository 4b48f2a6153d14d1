"""How a number is rounded wherever somebody reads it, so that a screen, made from what a command has at hand, and a
page, made from the tables that it wrote, end in the same digit.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal

from sim.tables.units import PER_CENT

WRITTEN_DIGITS = 10  # of a number in a table
_SURE_DIGITS = WRITTEN_DIGITS - 1  # the last digit of a table is rounded itself
_ROOM = Context(prec=330, rounding=ROUND_HALF_UP)  # digits of the largest float


def sure(value: float) -> float:
    """Return a number as far as it is the same at hand and in a table: without the noise behind an exact half."""
    written = float(f"{value:.{WRITTEN_DIGITS}g}")  # rounded twice, as who reads a table does
    return float(f"{written:.{_SURE_DIGITS}g}")


def fixed(value: float, digits: int, *, signed: bool = False) -> str:
    """Return a number with so many digits after the point and commas between thousands; halves go away from zero, as
    people and spreadsheets round.
    """
    if not math.isfinite(value):
        return str(value)
    told = Decimal(f"{sure(value):.{_SURE_DIGITS}g}").quantize(Decimal(1).scaleb(-digits), context=_ROOM)
    told = told if told else abs(told)  # no minus before nought
    return f"{told:{'+' if signed else ''},f}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share of one in per cent; `nan%` where it is unknown."""
    return f"{fixed(share * PER_CENT, digits)}%"


def points(share: float) -> str:
    """Return a difference of two shares in percentage points, with its sign."""
    return fixed(share * PER_CENT, 1, signed=True)
