"""A world watched firm by firm: events and spending by firm key, payments by instrument.
What attribution compares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.calendar.quarter import FIRST
from sim.calendar.year import CLOSE_YEAR
from sim.experiments.replicate import forget_mesa_models
from sim.firms import disclosure
from sim.firms.sizes import size_classes
from sim.firms.table import Firms
from sim.luck import keys
from sim.measure.adding_up import together
from sim.model import ClusterModel
from sim.scenario.scenario import Scenario
from sim.start.state import Start
from sim.tables.catalogue import CITY, listed
from sim.tables.milestones import LISTS, PULLED_FORWARD, RELABELLED, SMART_TITLES, TITLES, Kind, Unit
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import Earner, Spending
from sim.treasury.events import Event
from sim.treasury.ledger import Ledger, Payment


@dataclass(frozen=True, slots=True)
class Reached:
    """The event that earned a payment: who reached it, the quarter number, and whether real revenue was below the
    line.
    """

    unit: Unit
    quarter: int
    on_paper: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """One payment: firm key (0 the rest of the city), cluster, size class, fen, and the event that earned it."""

    key: int
    cluster: int
    size: int
    fen: int
    reached: Reached | None = None


_NOBODY = np.zeros(0, dtype=np.uint64)
Events = dict[tuple[Kind, Unit], dict[int, list[int]]]


@dataclass(slots=True)
class Watched:
    """What happened in one world.

    Attributes:
        events: kind and unit -> firm key -> quarter numbers, in order.
        held: kind -> quarter number -> keys of firms that are on the list or hold the title at its end.
        spent: spending -> firm key -> cumulative spending at the end of each year, and of the run, million yuan.
        supported: spending -> firm key -> public money for it from all instruments, million yuan.
        payments: instrument -> (clause, what earned it) -> payments.
        outcomes: city outcomes of the last year. together: the same of all years together (`adding_up.together`).
        paid: instrument -> million yuan paid in these years, where payments are listed.
    """

    years: int
    events: Events = field(default_factory=lambda: defaultdict(dict))
    spent: dict[Spending, dict[int, np.ndarray]] = field(default_factory=dict)
    payments: dict[str, dict[tuple[str, Earner], list[Paid]]] = field(default_factory=lambda: defaultdict(dict))
    outcomes: dict[str, float] = field(default_factory=dict)
    together: dict[str, float] = field(default_factory=dict)
    paid: dict[str, float] = field(default_factory=dict)
    held: dict[Kind, dict[int, np.ndarray]] = field(default_factory=lambda: defaultdict(dict))
    supported: dict[Spending, dict[int, float]] = field(default_factory=dict)

    def spent_by(self, spending: Spending, key: int) -> np.ndarray:
        """Return a firm's cumulative spending of one kind by year, zeros if it spent nothing so here."""
        return self.spent.get(spending, {}).get(key, np.zeros(self.years))

    def own(self, spending: Spending, key: int) -> float:
        """Return what a firm put up for spending of one kind beside public money for it, million yuan."""
        return float(self.spent_by(spending, key)[-1]) - self.supported.get(spending, {}).get(key, 0.0)

    def holds(self, kind: Kind, key: int, quarter: int) -> bool:
        """Tell whether a firm is on a list, or holds a title, at the end of a quarter, whenever it came to it."""
        return bool((self.held.get(kind, {}).get(quarter, _NOBODY) == key).any())


def paid_for(spec: Scenario) -> tuple[Spending, ...]:
    """Return the kinds of spending that instruments of a scenario pay for."""
    earners = {clause.earned_by for programme in spec.policies.values() for clause in programme.kind.clauses}
    return tuple(spending for spending in Spending if spending in earners)


def watch(
    spec: Scenario,
    seed: int,
    replication: int,
    *,
    fixed: bool = False,
    start: Start | None = None,
    payments: bool = True,
    spending: Sequence[Spending] = (),
) -> Watched:
    """Run one world and remember what attribution asks about.

    Args:
        start: the world's starting firms, to save building them again. payments: list them, which takes as long as the
            run itself when every small firm is paid every quarter. spending: kinds to follow firm by firm.
    """
    own_seed = keys.replication_seed(seed, replication)
    return watched(ClusterModel(spec, own_seed, fixed=fixed, start=start), payments=payments, spending=spending)


def watched(
    model: ClusterModel,
    *,
    payments: bool = True,
    spending: Sequence[Spending] = (),
) -> Watched:
    """Step a model to its end and remember the same of it; the rest as of `watch`."""
    spec = model.spec
    books = {kind: _Book(np.zeros(model.firms.rows)) for kind in spending}
    events: Events = defaultdict(dict)
    held: dict[Kind, dict[int, np.ndarray]] = defaultdict(dict)
    for now in (FIRST + past for past in range(spec.until - FIRST + 1)):
        model.step()
        for spent, book in books.items():
            book.add(getattr(model.firms, spent), now.season == CLOSE_YEAR)
        for event in model.events:
            _note(events, event, model.firms.key)
        for kind, rows in _holders(model.firms):
            held[kind][now.number] = model.firms.key[rows]
    result = model.result()
    found = Watched(len(result.year_labels) + (spec.until.season != CLOSE_YEAR), events, held=held)
    found.spent = {kind: book.by_key(model.firms.key) for kind, book in books.items()}
    found.supported = {kind: _supported(model, kind) for kind in spending}
    if payments:
        _payments(found, model)
        found.paid = _paid(model.ledger, spec)
    if result.year_labels:  # who watches less than a year is told no outcome of one
        found.outcomes = {name: float(values[-1]) for name, values in result.years.items()}
        found.together = {o.name: float(together(o, result.years[o.name])[-1]) for o in listed(CITY) if not o.against}
    forget_mesa_models()
    return found


@dataclass(slots=True)
class _Book:
    """Spending of one kind by firm row: all so far, as it stood at the end of each year, and whether this is one."""

    total: np.ndarray
    years: list[np.ndarray] = field(default_factory=list)
    closed: bool = False

    def add(self, quarter: np.ndarray, closes: bool) -> None:
        self.total += quarter
        self.closed = closes
        if closes:
            self.years.append(self.total.copy())

    def by_key(self, key: np.ndarray) -> dict[int, np.ndarray]:
        begun = [] if self.closed else [self.total]
        paths = np.array([*self.years, *begun]).T
        return {int(key[row]): paths[row] for row in np.flatnonzero(self.total)}


def _holders(firms: Firms) -> Iterator[tuple[Kind, np.ndarray]]:
    """Yield the rows that are on each list and that hold each title."""
    on_list = np.flatnonzero(firms.lists_now)
    for bit, kind in enumerate(LISTS):
        yield kind, on_list[disclosure.has(firms.lists_now[on_list], bit)]
    titled = np.flatnonzero(firms.active & (firms.specialised_title > 0))
    for rank, kind in enumerate(TITLES, 1):
        yield kind, titled[firms.specialised_title[titled] == rank]
    smart = np.flatnonzero(firms.active & (firms.smart_title > 0))
    for rank, kind in enumerate(SMART_TITLES, 1):
        yield kind, smart[firms.smart_title[smart] == rank]


def _note(events: Events, event: Event, key: np.ndarray) -> None:
    for row in event.rows.tolist():
        events[event.kind, event.unit].setdefault(int(key[row]), []).append(event.quarter.number)


def _paid(ledger: Ledger, spec: Scenario) -> dict[str, float]:
    """Return what each instrument paid in whole years, million yuan."""
    fen = dict.fromkeys(spec.policies, 0)
    for batch in ledger.payments:
        if batch.quarter.year <= spec.last_year:
            fen[batch.instrument] += int(batch.fen.sum())
    return {name: amount / FEN_PER_MILLION for name, amount in fen.items()}


def _supported(model: ClusterModel, spending: Spending) -> dict[int, float]:
    """Return public money for spending of one kind by firm key, million yuan."""
    fen = np.zeros(model.firms.rows, dtype=np.int64)
    for batch in model.ledger.payments:
        if batch.earned_by is spending:
            np.add.at(fen, batch.rows, batch.fen)
    return {int(model.firms.key[row]): fen[row] / FEN_PER_MILLION for row in np.flatnonzero(fen)}


def _payments(found: Watched, model: Any) -> None:
    classes = size_classes(model.start.firms)
    for batch in model.ledger.payments:
        clause = found.payments[batch.instrument].setdefault((batch.clause, batch.earned_by), [])
        for row, fen, reached in zip(batch.rows.tolist(), batch.fen.tolist(), _reached(batch), strict=True):
            known = row >= 0
            clause.append(
                Paid(
                    int(model.firms.key[row]) if known else 0,
                    int(model.firms.cluster[row]) if known else -1,
                    int(classes[row]) if known else -1,
                    fen,
                    reached,
                )
            )


def _reached(batch: Payment) -> list[Reached | None]:
    """Return the event of each row of some payments."""
    event = batch.event
    if event is None:
        return [None] * batch.rows.size
    how = event.how[np.searchsorted(event.rows, batch.rows)]
    on_paper = np.isin(how, (PULLED_FORWARD, RELABELLED)).tolist()
    return [Reached(event.unit, event.quarter.number, paper) for paper in on_paper]
