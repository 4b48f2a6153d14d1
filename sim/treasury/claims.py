"""What an instrument asks the treasury for, and what earned it:
said once in a clause, carried by every claim and payment.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from sim.tables.milestones import Kind

FORMS = AWARD, INVESTMENT = "award", "investment"  # how money arrives
REST_OF_CITY = -1  # row of what is paid outside the modelled firms


class Basis(Enum):
    """What a payment is judged by when no event earns it."""

    INVESTMENT = "investment"  # what the firm itself invests
    UNCONDITIONAL = "unconditional"  # nothing that the firm does: its effect is that of the whole instrument


Earner = Kind | Basis


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause under which an instrument may pay.

    Attributes:
        name: as it stands in the ledger. earned_by: the event that earns a payment,
            or what it is judged by without one.
        form: how firms book it, `AWARD` or `INVESTMENT`.

    Raises:
        TypeError: if what earns it is not declared, such as the free text of an event's name,
            or money arrives in another form.
    """

    name: str
    earned_by: Earner
    form: str = AWARD

    def __post_init__(self) -> None:
        _check_earner(self.name, self.earned_by)
        if self.form not in FORMS:
            raise TypeError(f"clause '{self.name}': form is {self.form!r}; write one of {', '.join(FORMS)}")


@dataclass(frozen=True, slots=True)
class Claim:
    """Payments that one clause of one instrument asks for: firm rows and million yuan, row by row. `Instrument.ask`
    makes them.
    """

    instrument: str
    clause: str
    trigger: str
    rows: np.ndarray
    amounts: np.ndarray
    form: str = AWARD
    earned_by: Earner = Basis.UNCONDITIONAL

    def __post_init__(self) -> None:
        _check_earner(self.clause, self.earned_by)

    def only(self, kept: np.ndarray) -> Claim:
        """Return the claim for some of its rows (a mask)."""
        return replace(self, rows=self.rows[kept], amounts=self.amounts[kept])


def _check_earner(clause: str, earner: object) -> None:
    if not isinstance(earner, Earner):
        raise TypeError(
            f"clause '{clause}': earned_by is {earner!r}; write a Kind of sim/tables/milestones.py or a Basis of "
            "sim/treasury/claims.py"
        )
