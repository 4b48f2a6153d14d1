"""The public money of one firm: every payment with what earned it, and what it bought by the twin without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.calendar.quarter import Quarter
from sim.experiments.payment_classes import classed, possible
from sim.experiments.watch import Watched
from sim.treasury.claims import Basis, Earner, Spending
from sim.treasury.ledger import Payment


@dataclass(frozen=True, slots=True)
class Award:
    """One payment to a firm.

    Attributes:
        quarter: when it was paid, as text. earned_by: kind of event, spending, or basis. trigger: as it stands in the
            ledger. judged, of_year: of the event that earned it, if one did: the quarter of the judgement, and the year
            whose figures or list it is. fen: what was paid.
        classes: shares of the classes, adding up to one. twin: what the firm does without the instrument, see
            `Without`; nothing where no twin was run.
    """

    quarter: str
    instrument: str
    clause: str
    earned_by: Earner
    trigger: str
    form: str
    fen: int
    judged: str | None = None
    of_year: int | None = None
    unit: str | None = None
    classes: dict[str, float] = field(default_factory=dict)
    twin: Without | None = None


@dataclass(frozen=True, slots=True)
class Without:
    """The same firm in the same world without the instrument that paid it.

    Attributes:
        reached: quarters in which it reaches the event there, as text. spent_here, spent_there: what it spends so by
            the end of the run, million yuan; nothing for events.
    """

    reached: list[str] = field(default_factory=list)
    spent_here: float | None = None
    spent_there: float | None = None


def awards_of(payments: Sequence[Payment], row: int) -> Iterator[Award]:
    """Yield what one row was paid, in the order of the ledger."""
    for batch in payments:
        event = batch.event
        told: dict[str, Any] = (
            {} if event is None else {"judged": str(event.quarter), "of_year": event.year, "unit": str(event.unit)}
        )
        for place in np.flatnonzero(batch.rows == row).tolist():
            said = (str(batch.quarter), batch.instrument, batch.clause, batch.earned_by, batch.trigger, batch.form)
            yield Award(*said, int(batch.fen[place]), **told)


def to_be_run(awards: Sequence[Award]) -> list[str]:
    """Return the instruments whose payments are classed by a world without them."""
    return list(dict.fromkeys(a.instrument for a in awards if not isinstance(a.earned_by, Basis)))


def judged(awards: Sequence[Award], full: Watched, twins: Mapping[str, Watched], key: int) -> list[Award]:
    """Return the awards with the classes of each, and with what the firm does in the twin."""
    shares: defaultdict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
    for name, twin in twins.items():
        for clause, payment, of_classes in classed(full, twin, name):
            if payment.key == key:
                shares[name, clause].append({str(kind): share for kind, share in of_classes.items() if share})
    found = []
    for award in awards:
        if isinstance(award.earned_by, Basis):
            (only,) = possible(award.earned_by)
            found.append(replace(award, classes={str(only): 1.0}))
        else:
            own = shares[award.instrument, award.clause].pop(0)
            found.append(replace(award, classes=own, twin=_without(award, full, twins[award.instrument], key)))
    return found


def _without(award: Award, full: Watched, twin: Watched, key: int) -> Without:
    if isinstance(award.earned_by, Spending):
        here, there = (float(world.spent_by(award.earned_by, key)[-1]) for world in (full, twin))
        return Without(spent_here=here, spent_there=there)
    quarters = [
        q
        for (kind, unit), by in twin.events.items()
        for q in by.get(key, ())
        if (kind, str(unit)) == (award.earned_by, award.unit)
    ]
    return Without(reached=[str(Quarter(number)) for number in quarters])
