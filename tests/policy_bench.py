"""A bench for instruments: three firms in each of the ten clusters, set by hand, and a view of them."""

from dataclasses import replace

import numpy as np

from sim.calendar.quarter import Quarter
from sim.firms.table import Firms
from sim.policies.instrument import View
from sim.tables.milestones import LISTS, Kind, Unit
from sim.tables.parameters import Parameters
from sim.treasury.events import Event
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.terms import Terms
from tests.changzhou import COUNT

ROWS_EACH = 3


def plain_firms():
    """Return thirty active above-scale firms led from the city, each at its cluster's norm and owning nothing."""
    start = np.arange(COUNT) * ROWS_EACH
    firms = Firms(start, start + ROWS_EACH, start + ROWS_EACH)
    firms.cluster[:] = np.repeat(np.arange(COUNT), ROWS_EACH)
    for name in ("active", "above_scale", "local_headquarters"):
        getattr(firms, name)[:] = True
    firms.discloses[:] = (1 << len(LISTS)) - 1
    for name in ("demand", "productivity", "research_propensity"):
        getattr(firms, name)[:] = 1.0
    firms.energy_intensity[:] = 100.0
    return firms


def look(
    firms, quarter="2023Q2", events=(), *, energy=100.0, planned_gdp=1.0, planned_growth=None, season=1.0, left=np.inf
):
    """Return a view; energy is that of each cluster in 2021, tce."""
    return View(
        Quarter.read(quarter),
        firms.read_only(),
        Parameters(),
        tuple(events),
        np.full(COUNT, energy),
        planned_gdp,
        np.ones(COUNT) if planned_growth is None else planned_growth,
        season,
        left,
    )


def event(kind, rows, unit=Unit.GROUP, first=None, quarter="2023Q1", year=2022):
    """Return an event of some rows, all for the first time unless told."""
    rows = np.array(rows, dtype=np.int64)
    first = np.ones(rows.size, dtype=bool) if first is None else np.array(first)
    return Event(Kind(kind), Unit(unit), Quarter.read(quarter), year, rows, first, np.zeros(rows.size, dtype=np.int64))


def delivered(instrument, view, holds=np.inf, when_short="prorate", terms=None):
    """Return the terms of a quarter (fresh ones, or those given) in which an instrument buys what an envelope of
    million yuan pays for.
    """
    ledger, terms = Ledger(Envelope(holds, when_short)), terms or Terms(view.firms.rows)
    ledger.pay(view.quarter, instrument.claim(view))
    instrument.deliver(replace(view, bought=ledger.bought_by, waiting=ledger.waiting_of), terms)
    return terms


def paid(claims):
    """Return {row: million yuan} over all claims, firms that get nothing left out."""
    sums = {}
    for claim in claims:
        for row, amount in zip(claim.rows.tolist(), claim.amounts.tolist(), strict=True):
            if amount > 0:
                sums[row] = round(sums.get(row, 0.0) + amount, 9)
    return sums
