"""What an instrument asks the treasury for, and what earned it:
said once in a clause, carried by every claim and payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from typing import NamedTuple

import numpy as np

from sim.tables.milestones import Kind
from sim.treasury.events import Event

# how money arrives: as income, as a stake that the payer holds, beside what a firm spends on what lasts, or not at all
# because it buys a service for the firm
FORMS = AWARD, INVESTMENT, SUBSIDY, SERVICE = "award", "investment", "subsidy", "service"
REST_OF_CITY = -1  # row of what is paid outside the modelled firms


class Spending(StrEnum):
    """What a firm puts money into, each by the firm column that holds it: a payment for it is judged by that column."""

    RESEARCH = "research"
    REPLACEMENT = "replacement"
    EXPANSION = "expansion"
    DIGITAL = "digital_spending"
    ENERGY_SAVING = "energy_saving_spending"
    MERGER = "merger_spending"


class Basis(Enum):
    """What a payment is judged by when neither an event nor spending of a modelled firm earns it."""

    OUTSIDE = "outside"  # what happens in the rest of the city, which is exogenous: it would have happened anyway
    UNCONDITIONAL = "unconditional"  # nothing that the firm does: its effect is that of the whole instrument


Earner = Kind | Spending | Basis


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause under which an instrument may pay.

    Attributes:
        name: as it stands in the ledger. earned_by: the kind of event that earns a payment, the spending it is for,
            or what it is judged by without either.
        form: how firms book it, one of `FORMS`. closes: whether who is paid under it is ordered to close for it.

    Raises:
        TypeError: if what earns it is not declared, such as the free text of an event's name, or money arrives in
            another form, or something earns an order to close.
    """

    name: str
    earned_by: Earner
    form: str = AWARD
    closes: bool = False

    def __post_init__(self) -> None:
        _check_earner(self.name, self.earned_by)
        if self.closes and self.earned_by is not Basis.UNCONDITIONAL:
            raise TypeError(f"clause '{self.name}': nobody earns an order to close; write Basis.UNCONDITIONAL")
        if self.form not in FORMS:
            raise TypeError(f"clause '{self.name}': form is {self.form!r}; write one of {', '.join(FORMS)}")


@dataclass(frozen=True, slots=True)
class Claim:
    """Payments that one clause of one instrument asks for: firm rows and million yuan, row by row. `Instrument.ask`
    makes them.

    Attributes:
        event: what earned them, where the clause is earned by a kind of event; its rows hold those of the claim.
        buys: what the instrument gets for each of them, in a unit of its own, where they buy something directly
            (`Purchase`).

    Raises:
        TypeError: if what earns it is not declared.
        ValueError: if the event is missing, is another one or did not happen to a row; if what earns it cannot be
            told of who is paid.
    """

    instrument: str
    clause: str
    trigger: str
    rows: np.ndarray
    amounts: np.ndarray
    form: str = AWARD
    earned_by: Earner = Basis.UNCONDITIONAL
    event: Event | None = None
    buys: np.ndarray | None = None

    def __post_init__(self) -> None:
        _check_earner(self.clause, self.earned_by)
        wrong = self._wrong_event() or self._wrong_rows()
        if wrong:
            raise ValueError(f"{self.instrument}: clause '{self.clause}' is earned by {self.earned_by}, {wrong}")

    def only(self, kept: np.ndarray) -> Claim:
        """Return the claim for some of its rows (a mask)."""
        if kept.all():
            return self
        buys = None if self.buys is None else self.buys[kept]
        return replace(self, rows=self.rows[kept], amounts=self.amounts[kept], buys=buys)

    def bought(self, asked: np.ndarray, paid: np.ndarray) -> Purchase:
        """Return what was bought, given fen asked and paid row by row: of each as much as was paid of its price; what
        costs nothing is had for nothing.
        """
        share = np.divide(paid, asked, out=np.ones(asked.size), where=asked > 0)
        had = share > 0.0
        return Purchase(self.rows[had], (self.buys * share)[had])

    def to_those_in_business(self, active: np.ndarray) -> Claim:
        """Return the claim without firms that closed since they earned it: nobody is left to receive it."""
        return self.only((self.rows < 0) | active[self.rows])

    def _wrong_event(self) -> str:
        if not isinstance(self.earned_by, Kind):
            return "but carries an event; leave it out" if self.event else ""
        if self.event is None:
            return "but carries none; give the event that earned it"
        if self.event.kind is not self.earned_by:
            return f"but carries {self.event.kind}"
        missing = self.event.spared(self.rows)
        return f"which did not happen to row {missing[0]}" if missing.size else ""

    def _wrong_rows(self) -> str:
        if self.earned_by is Basis.OUTSIDE:
            return "but pays a modelled firm" if (self.rows != REST_OF_CITY).any() else ""
        if isinstance(self.earned_by, Spending):
            return "which nobody outside the modelled firms is known to do" if (self.rows < 0).any() else ""
        return ""


class Purchase(NamedTuple):
    """What the payments of one claim bought in one quarter: firm rows, and how much of what the claim `buys`."""

    rows: np.ndarray
    amounts: np.ndarray


def _check_earner(clause: str, earner: object) -> None:
    if not isinstance(earner, Earner):
        raise TypeError(
            f"clause '{clause}': earned_by is {earner!r}; write a Kind of sim/tables/milestones.py, or a Spending or a "
            "Basis of sim/treasury/claims.py"
        )
