"""What became of awarded crossings: how each was made, and whether the firm was below the line a year later."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from sim.firms import groups
from sim.firms.table import Firms
from sim.tables.milestones import TIERS, Kind, Unit
from sim.treasury.events import Event
from sim.treasury.ledger import Ledger, Payment

STILL_ABOVE, FELL_BACK, NOT_KNOWN = 0, 1, 2
Judged = tuple[Kind, Unit, int]  # tier, unit, and the year whose revenue crossed it


def judged(event: Event) -> Judged:
    """Return what tells crossings apart, whichever of their rows an event holds."""
    return event.kind, event.unit, event.year


def below(firms: Firms, event: Event) -> np.ndarray:
    """Return the rows of an event whose revenue of the year that closes is below its line, closed firms with them."""
    return event.rows[~groups.above_line(firms, event.unit, event.kind, event.rows)]


def awarded(ledger: Ledger, fallen: Mapping[Judged, np.ndarray]) -> dict[str, np.ndarray]:
    """Return columns of all payments for crossings: instrument, clause, year of payment, whether it is the first for
    this crossing, its class (a place in `CROSSING_CLASSES`), and what became of the firm.

    Args:
        fallen: rows that were below the line a year after they crossed it, as far as that is known.
    """
    parts = [_columns(p, p.event, fallen) for p in ledger.payments if p.event is not None and p.event.kind in TIERS]
    words = {name: [part[name] for part in parts for _ in part["how"]] for name in ("instrument", "clause")}
    numbers = {
        name: np.array([value for part in parts for value in part[name]], dtype=np.int64)
        for name in ("year", "first", "how", "after")
    }
    return {name: np.array(values, dtype=object) for name, values in words.items()} | numbers


def _columns(payment: Payment, event: Event, fallen: Mapping[Judged, np.ndarray]) -> dict[str, Any]:
    how = event.how[np.searchsorted(event.rows, payment.rows)]
    gone = fallen.get(judged(event))
    after = np.full(how.size, NOT_KNOWN) if gone is None else np.isin(payment.rows, gone).astype(np.int64)
    year, first = payment.quarter.year, payment.quarter.year == event.quarter.year
    every = np.ones(how.size, dtype=np.int64)
    named = {"instrument": payment.instrument, "clause": payment.clause}
    return named | {"year": every * year, "first": every * first, "how": how, "after": after}
