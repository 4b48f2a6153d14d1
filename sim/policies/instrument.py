"""What every instrument is: a frozen set of checked fields that adds to the terms and claims payments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, PrivateAttr

from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule
from sim.calendar.year import CLOSE_YEAR
from sim.firms.ground import Ground
from sim.firms.swap import Bank
from sim.firms.table import Firms
from sim.tables.city_tables import CityTables
from sim.tables.clusters import Role
from sim.tables.parameters import Parameters
from sim.treasury.claims import REST_OF_CITY, Claim, Clause, Purchase, Spending
from sim.treasury.events import Event
from sim.treasury.ledger import Payment
from sim.treasury.terms import Sole, Terms


def _none(*asked: object) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class View:
    """What an instrument may look at.

    Attributes:
        quarter: the quarter that begins.
        firms: the firm table, read-only, as the last quarter left it.
        numbers: the numbers of this world.
        events: what firms reached in the last quarter.
        energy_2021: tce used by each cluster in 2021.
        planned_gdp: planned real GDP (`gdp_real`) of this year over that of 2021.
        planned_growth: each cluster's planned size of this year over that of 2021.
        season: share of a year's activity in this quarter times four.
        envelope_left: million yuan that the envelope of the year still holds.
        payments: what an instrument paid in a quarter.
        deflator: price of capital over that of 2021. ground: land of the starting firms.
        bought: what an instrument bought in a quarter. waiting: its claims that wait.
        bank: credits for capacity that closed.
    """

    quarter: Quarter
    firms: Firms
    numbers: Parameters
    events: tuple[Event, ...]
    energy_2021: np.ndarray
    planned_gdp: float
    planned_growth: np.ndarray
    season: float
    envelope_left: float
    payments: Callable[[str, Quarter], Sequence[Payment]] = _none
    deflator: float = 1.0
    ground: Ground = Ground()
    bought: Callable[[str, Quarter], Sequence[Purchase]] = _none
    waiting: Callable[[str], Sequence[Claim]] = _none
    bank: Bank = field(default_factory=lambda: Bank(0))

    def with_role(self, *roles: Role) -> np.ndarray:
        """Return a mask of firm rows in clusters that have one of some roles."""
        mask, firms = np.zeros(self.firms.rows, dtype=bool), self.firms
        for place in (place for role in roles for place in self.numbers.city_tables.with_role(role)):
            mask[firms.start[place] : firms.end[place]] = True
        return mask


def reported(firms: Firms, spending: Spending) -> np.ndarray:
    """Return what firms report as spent on one thing, million yuan: what they spent, and what goes by the name of
    research.
    """
    spent: np.ndarray = getattr(firms, spending)
    return spent + firms.research_on_paper if spending is Spending.RESEARCH else spent


class Instrument(BaseModel):
    """Base of all instruments; a file of this folder holds one, named like the file.

    A subclass states its levers as fields, in `aims` the outcomes that it is meant to move (`attribute` tells what an
    extra one costs), in `clauses` what it may pay for, in `sole` what of the terms it alone may set, in `outcomes` what
    it measures, in `apart` whether any money would buy its whole effect, since both are assumed without a link (then
    no cost is told), in `honours` whether an event is paid after it has ended, since firms acted on its promise, in
    `announced` which levers hold what was announced of an outcome (told beside what is measured, and moving nothing),
    and overrides what it needs of the steps. A scenario may make any lever a path over time; rules read plain values,
    those in force in the quarter.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    name: ClassVar[str]
    title_en: ClassVar[str]
    title_zh: ClassVar[str]
    aims: ClassVar[tuple[str, ...]] = ()
    clauses: ClassVar[tuple[Clause, ...]] = ()
    sole: ClassVar[Sole | None] = None
    outcomes: ClassVar[tuple[str, ...]] = ()
    announced: ClassVar[Mapping[str, str]] = {}
    apart: ClassVar[bool] = False
    honours: ClassVar[bool] = False

    _stages: Schedule[Instrument] | None = PrivateAttr(None)

    def lacks(self, city_tables: CityTables) -> Mapping[str, str]:
        """Return by lever what its value asks of the city that the city has not, and what to write instead."""
        return {}

    def remember(self, stages: Schedule[Instrument]) -> None:
        """Know how the levers move over time."""
        self._stages = stages

    def by_year(self, quarter: Quarter) -> list[Self]:
        """Return the instrument at the end of each year since 2022, that of `quarter` as it stands in it: for what
        adds up over years.
        """
        ends = [min(Quarter.of(year, CLOSE_YEAR), quarter) for year in range(FIRST.year, quarter.year + 1)]
        stages = self._stages or Schedule.constant(self)
        return [stages.at(end) for end in ends]  # type: ignore[misc]

    def announce(self, view: View, terms: Terms) -> None:
        """Add to the terms that firms face this quarter; what they read in one quarter of the year only
        (`sim.calendar.year`), then alone.
        """

    def deliver(self, view: View, terms: Terms) -> None:
        """Add to the terms what money that was paid bought (`bought`); asked of an instrument that has ended too, since
        what waits may be paid later.
        """

    def collect(self, view: View, terms: Terms) -> None:
        """Add to the terms what firms have to give back this quarter; asked of an instrument that has ended too."""

    def claim(self, view: View) -> list[Claim]:
        """Return the awards that last quarter's events earn, and the price of what the instrument buys directly, to be
        paid this quarter.
        """
        return []

    def bought(self, view: View, past: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Return what was bought this quarter and in the `past` ones before it: firm rows, and how much for each in the
        unit of the claims' `buys`.
        """
        had = [p for back in range(past, -1, -1) for p in view.bought(self.name, view.quarter + -back)]
        rows = np.concatenate([np.zeros(0, dtype=np.int64), *(p.rows for p in had)])
        return rows, np.concatenate([np.zeros(0), *(p.amounts for p in had)])

    def awaited(self, view: View) -> np.ndarray:
        """Return a mask of firm rows for which something waits to be paid."""
        mask = np.zeros(view.firms.rows, dtype=bool)
        for claim in view.waiting(self.name):
            mask[claim.rows[claim.rows >= 0]] = True
        return mask

    def take_up(self, view: View, terms: Terms) -> list[Claim]:
        """Return the offers of this quarter that firms took up, after they decided: by default what is due of all that
        was promised for spending.
        """
        return [claim for clause in self.clauses if (claim := self._support_due(clause, view, terms)) is not None]

    def _support_due(self, clause: Clause, view: View, terms: Terms) -> Claim | None:
        """Return what a clause owes for this quarter's spending (`Terms.support`), nothing where it owes nothing."""
        if not isinstance(clause.earned_by, Spending):
            return None
        spent = partial(reported, view.firms, clause.earned_by)
        rows, owed = terms.due(clause.earned_by, self.name, clause.name, spent)
        return self.ask(clause.name, str(clause.earned_by), rows, owed) if rows.size else None

    def measure(self, view: View, terms: Terms, paid: float) -> dict[str, float]:
        """Return what the instrument alone knows of the quarter by outcome, all of `outcomes`, each a row of
        `outcomes.csv`; flows of the quarter, in their units.

        Args:
            paid: million yuan that it paid this quarter.
        """
        return {}

    def ask(
        self,
        clause: str,
        trigger: str,
        rows: np.ndarray,
        amounts: np.ndarray | float,
        event: Event | None = None,
        buys: float | None = None,
    ) -> Claim:
        """Return a claim under one of the instrument's clauses, million yuan to firm rows.

        Args:
            amounts: per row, or one for all. event: what earned it, where the clause says a kind of event. buys: what
                each of them buys directly, in the instrument's own unit: `deliver` finds in `bought` what was paid for.

        Raises:
            KeyError: if the instrument does not declare the clause.
            ValueError: if the claim is not what the clause says.
        """
        declared = next((c for c in self.clauses if c.name == clause), None)
        if declared is None:
            raise KeyError(f"{self.name}: no clause '{clause}' in its clauses; declare it with what earns it")
        each = np.full(rows.size, amounts) if np.ndim(amounts) == 0 else np.asarray(amounts)
        had = None if buys is None else np.full(rows.size, buys)
        return Claim(self.name, declared.name, trigger, rows, each, declared.form, declared.earned_by, event, had)

    def ask_outside(self, clause: str, trigger: str, amount: float, buys: float | None = None) -> Claim:
        """Return a claim of million yuan for who is outside the modelled firms; the rest as of `ask`."""
        return self.ask(clause, trigger, np.array([REST_OF_CITY]), amount, buys=buys)
