"""`eligible`: which awards of a scenario a typed-in firm would get today, and what it lacks for the others. Every
clause of every instrument is asked: what its rule says is told, and what no rule can tell is named with the reason.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial

from sim.calendar.quarter import FIRST
from sim.experiments.desk import KEPT, LINES, TOLD, Desk
from sim.experiments.probing import AMOUNTS, MORE_THAN, Need, Says, needs
from sim.experiments.promised import DeskOffers, Facts
from sim.experiments.typed_firm import CHOICES, TypedFirm
from sim.policies.instrument import Instrument
from sim.scenario.scenario import Scenario
from sim.tables.milestones import LISTS, SMART_TITLES, TITLES, Kind
from sim.treasury.claims import INVESTMENT, REST_OF_CITY, Basis, Clause, Earner, Spending

Show = Callable[[int, int], None]
_PARAGRAPHS = re.compile(r"\bp[0-9]{2}\b")


class Status(StrEnum):
    """What a clause means for the firm, from best to worst."""

    GETS = "gets"  # it meets the rule
    MAY_WIN = "may_win"  # it meets the rule, and others or chance decide
    SHARE = "pays_share"  # of what it spends
    LACKS = "lacks"
    PASSED = "passed"  # it had it, or is beyond it: not to be earned any more
    CLOSES = "would_close"  # it would be ordered to close, and paid for it: no award to be sought
    UNTOLD = "not_answerable"


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """What one clause of one instrument means for a typed-in firm.

    Attributes:
        article: paragraphs of the article that its instrument names. earned_by: kind of event, spending, or basis.
        amount: million yuan at a time, by the rule of the instrument for this firm; None where there is no such figure.
        first_only: whether it is paid once at most. rate, floor, cap, beyond: of a share of what is spent
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


_SOME_RISE = {"tax_rise": max(AMOUNTS["tax_rise"])}  # of starting firms no rise of the last year is known
Told = Callable[..., ClauseAnswer]
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
    asked = _Asked(desk, firm)
    found = [answer for each in asked.spec.policies.values() for answer in asked.of(each.at(FIRST), each.kind)]
    return sorted(found, key=lambda answer: list(Status).index(answer.status))


class _Asked:
    """A firm at a desk, and what instruments say of it.

    Attributes:
        firm: as it was typed, and what it sold before, which stays whatever else it would have.
    """

    def __init__(self, desk: Desk, firm: TypedFirm) -> None:
        self.desk, self.spec = desk, desk.model.spec
        self.firm = firm.model_copy(update={"revenue_before": firm.before()})
        self.promised = DeskOffers(desk, self.spec)

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
        if self._holds(kind):
            return told(Status.PASSED, because="holds_it")
        if self.firm.before() >= LINES.get(kind, math.inf):
            return told(Status.PASSED, because="crossed_before")
        award = partial(self.promised.award, instrument, clause, kind)

        def pays(firm: TypedFirm) -> bool:
            self.desk.seat(firm)
            return self.desk.reaches(kind) and award(True) > 0.0

        lacks = [] if pays(self.firm) else self._needs(pays)
        self._seat(lacks)
        amount, again = award(True), award(False)
        if not (self.desk.reaches(kind) and amount):
            return told(Status.UNTOLD, because=self._why_not(pays, 2, instrument, clause))
        if not self.desk.places(kind):
            return told(Status.UNTOLD, because="no_places")
        status = Status.LACKS if lacks else Status.MAY_WIN if kind in DECIDED else Status.GETS
        shown = None if any(need.how == MORE_THAN for need in lacks) else amount  # it depends on how much more
        once = not again or kind in KEPT
        return told(status, needs=lacks, because=DECIDED.get(kind), amount=shown, first_only=once)

    def _share(self, told: Told, instrument: Instrument, clause: Clause, spending: Spending) -> ClauseAnswer:
        most = 1 if clause.form == INVESTMENT else 2  # offers are ranked anew for every change that is tried
        asked = instrument, clause, spending
        answer = self._told_if_paid(told, lambda: self.promised.offer(*asked), Status.SHARE, most, instrument, clause)
        return replace(answer, first_only=self.promised.once(*asked)) if answer.rate else answer

    def _unconditional(self, told: Told, instrument: Instrument, clause: Clause) -> ClauseAnswer:
        if self.promised.paid(instrument, clause, REST_OF_CITY):
            return told(Status.UNTOLD, because="paid_to_others")

        def paid() -> Facts:
            amount = self.promised.paid(instrument, clause, self.desk.row)
            return {"amount": amount} if amount else {}

        if clause.closes:  # whoever is ordered has no choice: what it lacks for that is no advice
            self._seat(())
            if facts := paid():
                return told(Status.CLOSES, because="ordered_to_close", **facts)
            return told(Status.UNTOLD, because="not_ordered_to_close")
        return self._told_if_paid(told, paid, Status.GETS, 1, instrument, clause)

    def _told_if_paid(
        self,
        told: Told,
        paid: Callable[[], Facts],
        status: Status,
        most: int,
        instrument: Instrument,
        clause: Clause,
    ) -> ClauseAnswer:
        """Return what is paid for the firm as it is typed, or once it has what it lacks, if anything is."""

        def pays(firm: TypedFirm) -> bool:
            self.desk.seat(firm)
            return bool(paid())

        lacks = [] if pays(self.firm) else self._needs(pays, most)
        self._seat(lacks)
        facts = paid()
        if not facts:
            return told(Status.UNTOLD, because=self._why_not(pays, most, instrument, clause))
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

    def _why_not(self, says: Says, most: int, instrument: Instrument, clause: Clause) -> str:
        """Return why no changes of what was typed bring it: nobody gets any, because of the cluster alone, or for other
        reasons.
        """
        self.desk.seat(self.firm.model_copy(update=_SOME_RISE))
        if self.promised.switched_off(instrument, clause):
            return "pays_nobody"
        clusters = self.spec.city_tables.identifiers
        if any(says(self.firm.model_copy(update={"cluster": cluster})) for cluster in clusters):
            return "other_cluster"
        return "no_single_change" if most == 1 else "several_things"


def paragraphs(kind: type[Instrument]) -> str:
    """Return the paragraphs of the article that the file of an instrument names, in order."""
    return ", ".join(sorted(set(_PARAGRAPHS.findall(sys.modules[kind.__module__].__doc__ or ""))))
