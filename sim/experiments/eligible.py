"""`eligible`: which awards of a scenario a typed-in firm would get today, and what it lacks for the others. Every
clause of every instrument is asked: what its rule says is told, and what no rule can tell is named with the reason.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

import numpy as np

from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.year import QUARTERS
from sim.experiments.desk import TOLD, Desk
from sim.experiments.probing import MORE_THAN, Need, Says, needs
from sim.experiments.typed_firm import CHOICES, TypedFirm
from sim.policies.instrument import Instrument, View
from sim.scenario.scenario import Scenario
from sim.tables.milestones import LISTS, SMART_TITLES, TITLES, Kind, Unit
from sim.treasury.claims import INVESTMENT, REST_OF_CITY, Basis, Claim, Clause, Earner, Spending
from sim.treasury.events import Event
from sim.treasury.terms import Terms

Show = Callable[[int, int], None]
_PARAGRAPHS = re.compile(r"\bp[0-9]{2}\b")


class Status(StrEnum):
    """What a clause means for the firm, from best to worst."""

    GETS = "gets"  # it meets the rule
    MAY_WIN = "may_win"  # it meets the rule, and others or chance decide
    SHARE = "pays_share"  # of what it spends
    LACKS = "lacks"
    CLOSES = "would_close"  # it would be ordered to close, and paid for it: no award to be sought
    UNTOLD = "not_answerable"


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """What one clause of one instrument means for a typed-in firm.

    Attributes:
        article: paragraphs of the article that its instrument names. earned_by: kind of event, spending, or basis.
        amount: million yuan at a time, by the rule of the instrument for this firm; None where there is no such figure.
        first_only: whether an event counts the first time only. rate, floor, cap, beyond: of a share of what is spent
            in a quarter; cap None where there is none.
        needs: what it lacks. because: why it is not answerable, or who decides; a row of `sim/data/reasons.csv`.
    """

    instrument: str
    clause: str
    article: str
    earned_by: Earner
    status: Status
    amount: float | None = None
    first_only: bool = False
    rate: float | None = None
    floor: float | None = None
    cap: float | None = None
    beyond: float | None = None
    needs: list[Need] = field(default_factory=list)
    because: str | None = None


Told = Callable[..., ClauseAnswer]
Facts = dict[str, float | None]  # of an answer: nothing where nothing is paid
DECIDED: dict[Kind, str] = {
    **dict.fromkeys(TITLES, "by_score"),
    **dict.fromkeys(SMART_TITLES, "by_draw"),
    **dict.fromkeys(LISTS, "by_disclosure"),
    Kind.HIGH_TECH: "by_coming_forward",
    Kind.LISTED: "by_coming_forward",
}
"""Who decides among those that meet the rule of an event; where nobody does, whoever meets it has it."""


def eligible(spec: Scenario, firm: TypedFirm, *, seed: int = 1, progress: Show | None = None) -> list[ClauseAnswer]:
    """Return an answer for every clause of every instrument of a scenario, by its levers of the first quarter.

    Args:
        seed: of the starting firms that it stands among. progress: called before the firms are there, and after.
    """
    told = progress or (lambda ended, wanted: None)
    told(0, 1)
    desk = Desk(spec, seed)
    told(1, 1)
    return answers(desk, firm)


def answers(desk: Desk, firm: TypedFirm) -> list[ClauseAnswer]:
    """Return the same for a firm at a desk."""
    asked = _Asked(desk, firm, desk.model.spec)
    found = [answer for each in asked.spec.policies.values() for answer in asked.of(each.at(FIRST), each.kind)]
    return sorted(found, key=lambda answer: list(Status).index(answer.status))


@dataclass
class _Asked:
    """A firm at a desk, and what instruments say of it."""

    desk: Desk
    firm: TypedFirm
    spec: Scenario

    def of(self, instrument: Instrument | None, kind: type[Instrument]) -> Iterator[ClauseAnswer]:
        """Yield the answer of every clause of an instrument."""
        for clause in kind.clauses:
            told = partial(ClauseAnswer, kind.name, clause.name, paragraphs(kind), clause.earned_by)
            if instrument is None:
                yield told(Status.UNTOLD, because="not_in_force")
            elif clause.earned_by is Basis.OUTSIDE:
                yield told(Status.UNTOLD, because="outside_the_model")
            elif isinstance(clause.earned_by, Kind):
                yield self._event(told, instrument, clause, clause.earned_by)
            elif isinstance(clause.earned_by, Spending):
                yield self._share(told, instrument, clause, clause.earned_by)
            else:
                yield self._unconditional(told, instrument, clause)

    def _event(self, told: Told, instrument: Instrument, clause: Clause, kind: Kind) -> ClauseAnswer:
        if kind not in TOLD:
            return told(Status.UNTOLD, because="no_rule")

        def pays(firm: TypedFirm) -> bool:
            self.desk.seat(firm)
            return self.desk.reaches(kind) and self._award(instrument, clause, kind, True) > 0.0

        lacks = [] if pays(self.firm) else self._needs(pays)
        self._seat(lacks)
        amount, again = (self._award(instrument, clause, kind, first) for first in (True, False))
        if not (self.desk.reaches(kind) and amount):
            return told(Status.UNTOLD, because="holds_it" if self._holds(kind) else self._why_not(pays, 2))
        status = Status.LACKS if lacks else Status.MAY_WIN if kind in DECIDED else Status.GETS
        shown = None if any(need.how == MORE_THAN for need in lacks) else amount  # it depends on how much more
        return told(status, needs=lacks, because=DECIDED.get(kind), amount=shown, first_only=not again)

    def _share(self, told: Told, instrument: Instrument, clause: Clause, spending: Spending) -> ClauseAnswer:
        most = 1 if clause.form == INVESTMENT else 2  # offers are ranked anew for every change that is tried
        return self._told_if_paid(told, lambda: self._offer(instrument, clause, spending), Status.SHARE, most)

    def _unconditional(self, told: Told, instrument: Instrument, clause: Clause) -> ClauseAnswer:
        if self._paid(instrument, clause, REST_OF_CITY):
            return told(Status.UNTOLD, because="paid_to_others")

        def paid() -> Facts:
            amount = self._paid(instrument, clause, self.desk.row)
            return {"amount": amount} if amount else {}

        if clause.closes:  # whoever is ordered has no choice: what it lacks for that is no advice
            self._seat(())
            if facts := paid():
                return told(Status.CLOSES, because="ordered_to_close", **facts)
            return told(Status.UNTOLD, because="not_ordered_to_close")
        return self._told_if_paid(told, paid, Status.GETS, 1)

    def _told_if_paid(
        self, told: Told, paid: Callable[[], dict[str, float | None]], status: Status, most: int
    ) -> ClauseAnswer:
        """Return what is paid for the firm as it is typed, or once it has what it lacks, if anything is."""

        def pays(firm: TypedFirm) -> bool:
            self.desk.seat(firm)
            return bool(paid())

        lacks = [] if pays(self.firm) else self._needs(pays, most)
        self._seat(lacks)
        facts = paid()
        if not facts:
            return told(Status.UNTOLD, because=self._why_not(pays, most))
        return told(Status.LACKS if lacks else status, needs=lacks, **facts)

    def _seat(self, lacks: Sequence[Need]) -> None:
        """Put the firm at the desk as if it had what it lacks."""
        self.desk.seat(self.firm.model_copy(update={need.field: need.taken for need in lacks}))

    def _holds(self, kind: Kind) -> bool:
        firm = self.firm
        return (
            (kind in TITLES and CHOICES["specialised_title"].index(firm.specialised_title) > TITLES.index(kind))
            or (kind in SMART_TITLES and CHOICES["smart_title"].index(firm.smart_title) > SMART_TITLES.index(kind))
            or (kind is Kind.HIGH_TECH and firm.high_tech)
            or (kind is Kind.LISTED and firm.listed)
        )

    def _needs(self, says: Says, most: int = 2) -> list[Need]:
        return needs(self.firm, self.desk.usual(self.firm), says, most)

    def _why_not(self, says: Says, most: int) -> str:
        """Return why no changes of what was typed bring it: because of the cluster alone, or for other reasons."""
        clusters = self.spec.city_tables.identifiers
        if any(says(self.firm.model_copy(update={"cluster": cluster})) for cluster in clusters):
            return "other_cluster"
        return "no_single_change" if most == 1 else "several_things"

    def _award(self, instrument: Instrument, clause: Clause, kind: Kind, first: bool) -> float:
        """Return what is claimed for the firm, a group or alone, that has reached a kind of event, million yuan."""
        row, view = np.array([self.desk.row]), self.desk.model.view(self._quarters()[-1])
        for unit in Unit:
            how = np.zeros(1, dtype=np.int64)
            event = Event(kind, unit, view.quarter + -1, FIRST.year, row, np.array([first]), how)
            if paid := _claimed(instrument.claim(replace(view, events=(event,))), clause, self.desk.row):
                return paid
        return 0.0

    def _offer(self, instrument: Instrument, clause: Clause, spending: Spending) -> Facts:
        """Return what is promised for spending in the first quarter of the year that promises anything."""
        row = self.desk.row
        for _, terms in self._announced(instrument):
            if clause.form == INVESTMENT and terms.column("fund_offer")[row] > 0.0:
                return {"rate": float(terms.column("fund_share")[row]), "cap": float(terms.column("fund_offer")[row])}
            for scheme in terms.schemes(spending):
                if scheme.clause == clause.name and np.broadcast_to(scheme.whose, terms.rows)[row]:
                    beyond, most = (float(np.broadcast_to(of, terms.rows)[row]) for of in (scheme.beyond, scheme.cap))
                    cap = most if most < np.inf else None
                    return {"rate": scheme.rate, "floor": scheme.floor, "cap": cap, "beyond": beyond}
        return {}

    def _paid(self, instrument: Instrument, clause: Clause, row: int) -> float:
        """Return what a row is paid at a time, in the first quarter of the year that pays it, million yuan."""
        for view, terms in self._announced(instrument):
            if paid := _claimed([*instrument.claim(view), *instrument.take_up(view, terms)], clause, row):
                return paid
        return 0.0

    def _announced(self, instrument: Instrument) -> Iterator[tuple[View, Terms]]:
        """Yield each quarter of the first year with what the instrument alone announces in it."""
        for quarter in self._quarters():
            view, envelope = self.desk.model.view(quarter), self.spec.envelope
            terms = Terms(view.firms.rows, envelope.stacking, envelope.most_public)
            instrument.announce(view, terms)
            yield view, terms

    def _quarters(self) -> list[Quarter]:
        return [quarter for quarter in (FIRST + past for past in range(QUARTERS)) if quarter <= self.spec.until]


def _claimed(claims: Sequence[Claim], clause: Clause, row: int) -> float:
    """Return what claims under a clause ask for a row, million yuan."""
    return sum(float(c.amounts[c.rows == row].sum()) for c in claims if c.clause == clause.name)


def paragraphs(kind: type[Instrument]) -> str:
    """Return the paragraphs of the article that the file of an instrument names, in order."""
    return ", ".join(sorted(set(_PARAGRAPHS.findall(sys.modules[kind.__module__].__doc__ or ""))))
