"""One cell of a register: what it says, in base units, or why it cannot be read."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from sim.register.columns import Choice, RegisterColumn, choices, words
from sim.register.headers import KnownColumn
from sim.tables.nearest import did_you_mean, plain
from sim.tables.spreadsheet import is_empty

_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(,\d{3})+(\.\d*)?$")
_POWER_OF_TEN = re.compile(r"^\d(\.\d+)?E\+?\d+$")
_EXACT_DIGITS = 15  # what Excel keeps of a number
_CODE_LENGTH = 18
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # of the unified social credit code, GB 32100-2015
_CODE_BASE = 3
_BETWEEN = re.compile(r"[;；、，,/|\n]+")
NONE = "none"
_LOST = (
    "is a code that Excel stored as a number, its last digits are gone; format the column as text and enter the code "
    "again"
)


class Unreadable(ValueError):
    """A cell that cannot be read, with why and what to write instead."""


def amount(cell: Any, known: KnownColumn) -> float:
    """Return an amount in the base unit, rounded once.

    Raises:
        Unreadable: if it is no number, or beyond what the column may hold.
    """
    value = _number(cell)
    if value < 0:
        raise Unreadable("is negative; write a number of 0 or more, or leave the cell empty")
    found = float(value * Decimal(repr(known.factor)))
    if not known.column.low <= found <= known.column.high:
        raise Unreadable(_out_of_range(found, known))
    return found


def _number(cell: Any) -> Decimal:
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    try:
        if isinstance(cell, bool):
            raise InvalidOperation
        value = Decimal(text.replace(",", "") if _THOUSANDS.match(text) else text)
    except InvalidOperation:
        raise Unreadable("is not a number; write digits alone, or leave the cell empty where it is not known") from None
    if not value.is_finite() or math.isinf(float(value)):
        raise Unreadable("is not a finite number; write one, or leave the cell empty")
    return value


def _out_of_range(found: float, known: KnownColumn) -> str:
    column = known.column
    low, high = f"{column.low / known.factor:,.12g}", f"{column.high / known.factor:,.12g}"
    if found > column.high:
        return f"is more than any firm has ({high} in this unit); see whether the unit in the header is right"
    if column.required == "yes":
        return (
            f"is below the line of above-scale firms ({low} in this unit); leave the firm out (smaller ones are "
            "drawn), or mend the unit in the header"
        )
    return f"is less than any above-scale firm has ({low} in this unit); mend it, or leave the cell empty"


def code(cell: Any) -> str:
    """Return a code as text.

    Raises:
        Unreadable: if its last digits were lost.
    """
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if abs(cell) >= 10**_EXACT_DIGITS:
            raise Unreadable(_LOST)
        if cell != int(cell) or cell < 0:
            raise Unreadable("is no code; write it as text")
        return str(int(cell))
    text = unicodedata.normalize("NFKC", str(cell)).strip().lstrip("'").upper()
    if _POWER_OF_TEN.match(text) or _cut_off(text):
        raise Unreadable(_LOST)
    return text


def _cut_off(text: str) -> bool:
    """Tell whether an 18-digit code ends in the zeros that Excel puts in place of what it cannot keep."""
    zeros = "0" * (_CODE_LENGTH - _EXACT_DIGITS)
    is_number = len(text) == _CODE_LENGTH and text.isascii() and text.isdigit() and not text.startswith("0")
    return is_number and text.endswith(zeros) and check_sign(text) != text[-1]


def check_sign(text: str) -> str:
    """Return the last sign of a unified social credit code, worked out from the others (GB 32100-2015)."""
    base = len(_CODE_SIGNS)
    total = sum(_CODE_SIGNS.index(sign) * pow(_CODE_BASE, i, base) for i, sign in enumerate(text[: _CODE_LENGTH - 1]))
    return _CODE_SIGNS[-total % base]


def text(cell: Any) -> str:
    """Return a name."""
    return str(cell).strip()


def choice(cell: Any, column: RegisterColumn) -> str:
    """Return the value of a word.

    Raises:
        Unreadable: if the column does not know it.
    """
    word = plain(str(cell))
    found = words(column.name).get(word)
    if found is None:
        raise Unreadable(_not_one_of(word, column.name))
    return found


@lru_cache(maxsize=1024)  # a word that is wrong may stand in many rows
def _not_one_of(word: str, column: str) -> str:
    shown = ", ".join(choice.shown for choice in choices(column))
    return f"is not one of {shown}{did_you_mean(word, words(column))}"


def several(cell: Any, column: RegisterColumn) -> frozenset[str]:
    """Return the values of words with semicolons between them.

    Raises:
        Unreadable: if the column does not know one, or none stands beside another.
    """
    found = frozenset(choice(word, column) for word in _BETWEEN.split(str(cell)) if not is_empty(word))
    if NONE in found and len(found) > 1:
        raise Unreadable(f"says {_shown(column, NONE)} beside others; keep one or the other")
    return found


def _shown(column: RegisterColumn, value: str) -> str:
    found: Choice = next(c for c in choices(column.name) if c.value == value)
    return found.shown
