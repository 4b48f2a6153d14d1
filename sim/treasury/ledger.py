"""Every yuan of public money: who, when, under which clause, why, from which payer. The only way it moves.

Amounts are whole fen (int64), so that treasury out, ledger and firms in are equal to the fen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from sim.calendar.quarter import Quarter
from sim.calendar.schedule import Schedule, mean_of_year
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import INVESTMENT, Claim, Earner, Purchase
from sim.treasury.events import Event


@dataclass(frozen=True, slots=True)
class Envelope:
    """Public money a calendar year may pay out, million yuan, and what to do when it runs short.

    `prorate` cuts all claims made at one time alike and drops the rest. `in_order` pays instrument after instrument,
    cuts the claims of the first that does not fit alike and drops the rest. `queue` pays whole payments in order while
    they fit and keeps the others, oldest first; a payment larger than a whole year's envelope waits for ever. `order`
    names instruments, those not named come after, by the alphabet. It ranks claims made at one time: awards of a
    quarter and what is bought directly are paid before its offers.
    """

    amount_a_year: float | Schedule[float] = np.inf
    when_short: str = "prorate"
    order: tuple[str, ...] = ()

    def of_year(self, year: int) -> float:
        """Return what a calendar year holds, from its first day: the mean of its quarters where the amount changes
        within it.
        """
        amount = self.amount_a_year
        return mean_of_year(amount, year) if isinstance(amount, Schedule) else amount

    def rank(self, claim: Claim) -> tuple[int, str]:
        """Return what claims of one time are sorted by."""
        name = claim.instrument
        return (self.order.index(name) if name in self.order else len(self.order), name)


@dataclass(slots=True)
class Payment:
    """Payments made under one clause in one quarter: firm rows and fen, what earned them, and fen in all."""

    quarter: Quarter
    instrument: str
    clause: str
    trigger: str
    form: str
    rows: np.ndarray
    fen: np.ndarray
    earned_by: Earner
    event: Event | None
    total: int = field(init=False)  # asked for many times a quarter

    def __post_init__(self) -> None:
        self.total = int(self.fen.sum())


@dataclass(slots=True)
class Ledger:
    """All payments of one replication.

    Attributes:
        by_quarter: payments in the order in which they were made. waiting: claims kept for later.
        dropped_fen: what was asked for and neither paid nor kept. cut: the same by quarter, instrument and clause.
        waits: fen that wait after a quarter, by instrument and clause. bought: what instruments bought in a quarter.
    """

    envelope: Envelope = field(default_factory=Envelope)
    by_quarter: dict[Quarter, list[Payment]] = field(default_factory=dict)
    waiting: list[Claim] = field(default_factory=list)
    dropped_fen: int = 0
    cut: dict[tuple[Quarter, str, str], int] = field(default_factory=dict)
    waits: dict[Quarter, dict[tuple[str, str], int]] = field(default_factory=dict)
    bought: dict[tuple[str, Quarter], list[Purchase]] = field(default_factory=dict)
    _year: int = -1
    _left_this_year: float = 0.0  # fen

    @property
    def payments(self) -> list[Payment]:
        """All payments, in the order in which they were made."""
        return [payment for batch in self.by_quarter.values() for payment in batch]

    def left(self, quarter: Quarter) -> float:
        """Return what the envelope still holds this calendar year, million yuan."""
        return self._left_fen(quarter) / FEN_PER_MILLION

    def pay(self, quarter: Quarter, claims: list[Claim]) -> None:
        """Pay waiting claims first, then new ones in the envelope's order, as far as it reaches."""
        queue, self.waiting = [*self.waiting, *sorted(claims, key=self.envelope.rank)], []
        asked = [np.rint(claim.amounts * FEN_PER_MILLION).astype(np.int64) for claim in queue]
        for claim, fen, granted in zip(queue, asked, self._grant(quarter, queue, asked), strict=True):
            self._post(quarter, claim, granted)
            if claim.buys is not None:
                self.bought.setdefault((claim.instrument, quarter), []).append(claim.bought(fen, granted))
            if granted is not fen:
                self._keep_or_drop(quarter, claim, fen - granted)
        self.waits[quarter] = self._waiting()

    def pay_offers(self, quarter: Quarter, claims: list[Claim]) -> None:
        """Pay what firms took up: first the stakes that they have counted on and spent, which were offered out of what
        the envelope then held, then support for what they spent.

        Raises:
            ValueError: if a claim buys something: what is bought works in the quarter that begins with its payment.
        """
        for claim in claims:
            if claim.buys is not None:
                raise ValueError(f"{claim.instrument}: clause '{claim.clause}' buys something: ask for it in `claim`")
        for counted_on in (True, False):
            self.pay(quarter, [claim for claim in claims if (claim.form == INVESTMENT) is counted_on])

    def _left_fen(self, quarter: Quarter) -> float:
        year = quarter.year
        if year != self._year:
            self._year, self._left_this_year = year, float(np.rint(self.envelope.of_year(year) * FEN_PER_MILLION))
        return self._left_this_year

    def _grant(self, quarter: Quarter, queue: list[Claim], asked: list[np.ndarray]) -> list[np.ndarray]:
        left = self._left_fen(quarter)
        if _total(asked) <= left:
            return asked
        if self.envelope.when_short == "queue":
            return _whole_payments(asked, left)
        if self.envelope.when_short == "in_order":
            return _by_instrument([claim.instrument for claim in queue], asked, left)
        return _cut_alike(asked, left)

    def _post(self, quarter: Quarter, claim: Claim, fen: np.ndarray) -> None:
        paid = fen > 0
        if not paid.any():
            return
        what = claim.instrument, claim.clause, claim.trigger, claim.form
        payment = Payment(quarter, *what, claim.rows[paid], fen[paid], claim.earned_by, claim.event)
        self._left_this_year -= payment.total
        self.by_quarter.setdefault(quarter, []).append(payment)

    def _waiting(self) -> dict[tuple[str, str], int]:
        fen: dict[tuple[str, str], int] = {}
        for claim in self.waiting:
            kind = claim.instrument, claim.clause
            fen[kind] = fen.get(kind, 0) + int(np.rint(claim.amounts * FEN_PER_MILLION).sum())
        return fen

    def _keep_or_drop(self, quarter: Quarter, claim: Claim, unpaid: np.ndarray) -> None:
        short = unpaid > 0
        if not short.any():
            return
        if self.envelope.when_short == "queue":
            self.waiting.append(replace(claim.only(short), amounts=unpaid[short] / FEN_PER_MILLION))
        else:
            kind = quarter, claim.instrument, claim.clause
            self.cut[kind] = self.cut.get(kind, 0) + int(unpaid.sum())
            self.dropped_fen += int(unpaid.sum())

    def received(self, quarter: Quarter, form: str, rows: int) -> np.ndarray:
        """Return million yuan received in one quarter per firm row, for one form of payment."""
        paid = [payment for payment in self._of(quarter) if payment.form == form]
        if not paid:
            return np.zeros(rows)
        to, each = (np.concatenate(parts) for parts in zip(*((p.rows, p.fen) for p in paid), strict=True))
        fen, inside = np.zeros(rows, dtype=np.int64), to >= 0
        np.add.at(fen, to[inside], each[inside])
        return fen / FEN_PER_MILLION

    def paid(self, quarter: Quarter, counts: Callable[[Payment], bool] = lambda payment: True) -> float:
        """Return million yuan paid in one quarter, of the payments that count."""
        return sum(payment.total for payment in self._of(quarter) if counts(payment)) / FEN_PER_MILLION

    def paid_by(self, instrument: str, quarter: Quarter) -> float:
        """Return million yuan that one instrument paid in one quarter."""
        return self.paid(quarter, lambda payment: payment.instrument == instrument)

    def payments_of(self, instrument: str, quarter: Quarter) -> list[Payment]:
        """Return what one instrument paid in one quarter."""
        return [payment for payment in self._of(quarter) if payment.instrument == instrument]

    def bought_by(self, instrument: str, quarter: Quarter) -> list[Purchase]:
        """Return what payments of one instrument bought in one quarter."""
        return self.bought.get((instrument, quarter), [])

    def waiting_of(self, instrument: str) -> list[Claim]:
        """Return the claims of one instrument that wait."""
        return [claim for claim in self.waiting if claim.instrument == instrument]

    def _of(self, quarter: Quarter) -> list[Payment]:
        return self.by_quarter.get(quarter, [])

    def total_fen(self) -> int:
        """Return all public money paid so far, fen."""
        return sum(payment.total for payment in self.payments)


def _total(asked: list[np.ndarray]) -> int:
    return sum(int(fen.sum()) for fen in asked)


def _cut_alike(asked: list[np.ndarray], left: float) -> list[np.ndarray]:
    """Return all of it if it fits, else each payment cut by the same share, in whole fen."""
    total = _total(asked)
    if total <= left:
        return asked
    # Python integers: the products are too large for int64
    return [(fen.astype(object) * int(left) // total).astype(np.int64) for fen in asked]


def _by_instrument(names: list[str], asked: list[np.ndarray], left: float) -> list[np.ndarray]:
    """Return what is paid of claims sorted by instrument: in full while they fit, then cut alike, then nothing."""
    granted: list[np.ndarray] = []
    for _, claims in groupby(zip(names, asked, strict=True), key=lambda pair: pair[0]):
        own = [fen for _, fen in claims]
        granted += _cut_alike(own, left)
        left = max(left - _total(own), 0)
    return granted


def _whole_payments(asked: list[np.ndarray], left: float) -> list[np.ndarray]:
    """Return what is paid of each claim when each is served in order, payment by payment, until one does not fit."""
    granted = []
    for fen in asked:
        granted.append(np.where(np.cumsum(fen) <= left, fen, 0))
        left -= float(granted[-1].sum())
    return granted
