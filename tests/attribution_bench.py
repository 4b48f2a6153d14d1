"""Worlds set by hand for attribution: what was reached, spent and paid, in the full world or in a twin."""

import numpy as np

from sim.experiments.payment_classes import PaymentClass, split
from sim.experiments.watch import Paid, Reached, Watched
from sim.tables.milestones import Unit
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import Spending

QUARTER = 8100


def award(key, fen=100, *, quarter=QUARTER, cluster=0, unit=Unit.GROUP, on_paper=False):
    """Return an award for what a firm reached in a quarter."""
    return Paid(key, cluster, 1, fen, Reached(unit, quarter, on_paper))


def free(key, fen=100, *, cluster=0):
    """Return a payment that no event earned; key 0 is the rest of the city."""
    return Paid(key, cluster if key else -1, 1 if key else -1, fen)


def world(reached=None, payments=None, spent=None, *, unit=Unit.GROUP, years=2, held=None):
    """Return a watched world.

    Args:
        reached: kind -> firm key -> quarter numbers. payments: instrument -> (clause, what earned it) -> payments.
        spent: firm key -> cumulative expansion by year; or spending -> firm key -> the same.
        held: kind -> quarter number -> firm keys.
    """
    events = {(kind, unit): found for kind, found in (reached or {}).items()}
    books = spent or {}
    if not all(isinstance(name, Spending) for name in books):
        books = {Spending.EXPANSION: books}
    paths = {name: {key: np.array(path) for key, path in book.items()} for name, book in books.items()}
    there = {kind: {quarter: np.array(keys) for quarter, keys in found.items()} for kind, found in (held or {}).items()}
    supported = {}
    for (_, earner), paid in ((clause, p) for clauses in (payments or {}).values() for clause, p in clauses.items()):
        for payment in paid if isinstance(earner, Spending) else ():
            book = supported.setdefault(earner, {})
            book[payment.key] = book.get(payment.key, 0.0) + payment.fen / FEN_PER_MILLION
    return Watched(years, events, paths, payments or {}, held=there, supported=supported)


def at(*keys, quarter=QUARTER):
    """Return firms that reached something in one quarter, once."""
    return {key: [quarter] for key in keys}


def by_class(full, twin, instrument, unit=1.0):
    """Return million yuan by class over some unit, classes that got nothing left out."""
    sums = dict.fromkeys(PaymentClass, 0.0)
    for (_, _, name, _, _), amount in split(full, twin, instrument).items():
        sums[name] += amount / unit
    return {str(name): amount for name, amount in sums.items() if amount}
