"""Values of one firm that cannot all be true."""

from __future__ import annotations

from sim.register.columns import AMOUNT
from sim.register.entries import Entry
from sim.register.headers import Header, KnownColumn
from sim.register.mistakes import Mistakes


def check_values(entry: Entry, header: Header, mistakes: Mistakes) -> None:
    """Add what contradicts itself in a row: at most one mistake for each value."""
    wrong = _above_whole(entry, "value_added", "output", header, mistakes)
    wrong |= _above_whole(entry, "tax", "value_added", header, mistakes)
    _absurd(entry, header, mistakes, wrong)


def _above_whole(entry: Entry, part: str, whole: str, header: Header, mistakes: Mistakes) -> set[str]:
    """A part does not exceed its whole: value added is part of output, and all taxes are paid out of value added."""
    values = entry.values
    if part not in values or whole not in values or values[part] <= values[whole]:
        return set()
    known, limit = header.known[part], header.known[whole]
    shown = f"{values[whole] / known.factor:,.12g}"
    why = (
        f"is above the {limit.column.title} of the same row ({shown} in this unit), of which it is a part; "
        "mend one of them, or leave this cell empty"
    )
    _refuse(entry, known, why, mistakes)
    return {part}


def _absurd(entry: Entry, header: Header, mistakes: Mistakes, wrong: set[str]) -> None:
    """No value is more than any firm has for each yuan of revenue."""
    revenue = entry.values.get("revenue")
    for name, known in header.known.items():
        if revenue is None or name in wrong or known.column.kind != AMOUNT or name not in entry.values:
            continue
        most = known.column.most_per_revenue * revenue
        if entry.values[name] > most:
            why = (
                f"is more than a firm with the revenue of this row can have ({most / known.factor:,.12g} in this "
                "unit); mend it, the revenue, or the unit in the header"
            )
            _refuse(entry, known, why, mistakes)


def _refuse(entry: Entry, known: KnownColumn, why: str, mistakes: Mistakes) -> None:
    mistakes.add(entry.row, known.place, why, column=known.column, value=entry.cells[known.place])
