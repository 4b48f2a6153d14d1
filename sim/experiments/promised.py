"""What an instrument would pay the firm at a desk, or any other: its own rules asked, quarter by quarter of the first
year, with every firm as it stands now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.calendar.quarter import FIRST, Quarter
from sim.experiments.desk import Desk
from sim.policies.instrument import Instrument, View
from sim.scenario.scenario import Scenario
from sim.tables.milestones import Kind, Unit
from sim.treasury.claims import INVESTMENT, Claim, Clause, Spending
from sim.treasury.events import Event
from sim.treasury.ledger import Payment
from sim.treasury.terms import Terms

Facts = dict[str, float | None]  # of an answer: nothing where nothing is paid


@dataclass
class DeskOffers:
    """The instruments of a scenario, asked of the firm at a desk."""

    desk: Desk
    spec: Scenario

    def award(self, instrument: Instrument, clause: Clause, kind: Kind, first: bool) -> float:
        """Return what is claimed for the firm, a group or alone, that has reached a kind of event, million yuan."""
        return self._award(instrument, clause, kind, np.array([self.desk.row]), first)

    def offer(self, instrument: Instrument, clause: Clause, spending: Spending) -> Facts:
        """Return what is promised for spending in the first quarter of the year that promises anything."""
        return next(self._offers(instrument, clause, spending), (FIRST, {}))[1]

    def once(self, instrument: Instrument, clause: Clause, spending: Spending) -> bool:
        """Tell whether a share of spending is promised no more to who was paid it in the first quarter."""
        row, paid = np.array([self.desk.row]), np.ones(1, dtype=np.int64)
        named = instrument.name, clause.name, str(spending), clause.form
        before = (Payment(FIRST, *named, row, paid, spending, None),)
        new, had = (
            {quarter for quarter, _ in self._offers(instrument, clause, spending, payments) if quarter != FIRST}
            for payments in ((), before)
        )
        return bool(new) and not had

    def paid(self, instrument: Instrument, clause: Clause, row: int) -> float:
        """Return what a row is paid at a time, in the first quarter of the year that pays it, million yuan."""
        for view, terms in self._announced(instrument):
            if paid := _claimed([*instrument.claim(view), *instrument.take_up(view, terms)], clause, row):
                return paid
        return 0.0

    def switched_off(self, instrument: Instrument, clause: Clause) -> bool:
        """Tell whether a clause pays no firm that stands there now by the levers of the scenario, but some by its usual
        ones.
        """
        return not self._pays_anybody(instrument, clause) and self._pays_anybody(type(instrument)(), clause)

    def _pays_anybody(self, instrument: Instrument, clause: Clause) -> bool:
        earner, rows = clause.earned_by, np.flatnonzero(self.desk.firms.active)
        if isinstance(earner, Kind):
            return self._award(instrument, clause, earner, rows, True) > 0.0
        for view, terms in self._announced(instrument):
            if isinstance(earner, Spending):
                schemes = (scheme for scheme in terms.schemes(earner) if scheme.clause == clause.name)
                if any(np.any(scheme.whose & (np.asarray(scheme.cap) > 0.0)) for scheme in schemes):
                    return True
                if clause.form == INVESTMENT and terms.column("fund_offer").any():
                    return True
            elif _claimed([*instrument.claim(view), *instrument.take_up(view, terms)], clause, *rows.tolist()):
                return True
        return False

    def _award(self, instrument: Instrument, clause: Clause, kind: Kind, rows: np.ndarray, first: bool) -> float:
        view, firsts = self.desk.model.view(self.desk.quarters()[-1]), np.full(rows.size, first)
        for unit in Unit:
            how = np.zeros(rows.size, dtype=np.int64)
            event = Event(kind, unit, view.quarter + -1, FIRST.year, rows, firsts, how)
            if paid := _claimed(instrument.claim(replace(view, events=(event,))), clause, *rows.tolist()):
                return paid
        return 0.0

    def _offers(
        self, instrument: Instrument, clause: Clause, spending: Spending, before: Sequence[Payment] = ()
    ) -> Iterator[tuple[Quarter, Facts]]:
        """Yield what each quarter of the year that promises the firm anything for spending promises it."""
        row = self.desk.row
        for view, terms in self._announced(instrument, before):
            if clause.form == INVESTMENT and terms.column("fund_offer")[row] > 0.0:
                share, cap = (float(terms.column(name)[row]) for name in ("fund_share", "fund_offer"))
                yield view.quarter, {"rate": share, "cap": cap}
            for scheme in terms.schemes(spending):
                if scheme.clause != clause.name or not np.broadcast_to(scheme.whose, terms.rows)[row]:
                    continue
                beyond, most = (float(np.broadcast_to(of, terms.rows)[row]) for of in (scheme.beyond, scheme.cap))
                if most > 0.0:
                    at_most = most if most < np.inf else None
                    facts = {"rate": scheme.rate, "floor": scheme.floor, "cap": at_most, "beyond": beyond}
                    yield view.quarter, facts

    def _announced(self, instrument: Instrument, before: Sequence[Payment] = ()) -> Iterator[tuple[View, Terms]]:
        """Yield each quarter of the first year with what the instrument alone announces in it.

        Args:
            before: what it paid in the first quarter.
        """
        for quarter in self.desk.quarters():
            view, envelope = self.desk.model.view(quarter), self.spec.envelope
            if before:
                view = replace(view, payments=lambda _, asked: before if asked == FIRST else ())
            terms = Terms(view.firms.rows, envelope.stacking, envelope.most_public)
            instrument.announce(view, terms)
            yield view, terms


def _claimed(claims: Sequence[Claim], clause: Clause, *rows: int) -> float:
    """Return what claims under a clause ask for some rows, million yuan."""
    own = (claim for claim in claims if claim.clause == clause.name)
    return sum(float(claim.amounts[np.isin(claim.rows, rows)].sum()) for claim in own)
