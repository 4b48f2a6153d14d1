"""What each payment bought: the payments of an instrument by class,
read from the world with it and its twin without it.

An award that an event earned is *deadweight* when the same firm reaches the same event in the twin by the same time,
*timing* when it does so later, *relabelled* when its real revenue is below the line, *displaced* when another local
firm had the event there and has lost it, *additional* otherwise. Of an event that comes back, such as a return to a
list, the first time is held against the first, the second against the second; who holds there at the time what it
comes to here would have had it anyway. Money for spending is judged by what the firm itself spends so. What is paid
for the rest of the city, which is exogenous, is deadweight. Money that nothing earns is *unconditional*: the twin says
what the whole instrument did, not what one payment did.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from sim.luck.keys import parts_of_key
from sim.tables.milestones import Kind, Unit
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import Basis, Earner, Spending

if TYPE_CHECKING:
    from sim.experiments.watch import Paid, Reached, Watched


class PaymentClass(StrEnum):
    """What a payment bought, with its Chinese name."""

    chinese: str

    def __new__(cls, english: str, chinese: str) -> PaymentClass:
        """Make a word of the English name that knows the Chinese one."""
        word = str.__new__(cls, english)
        word._value_, word.chinese = english, chinese
        return word

    DEADWEIGHT = "deadweight", "无谓支出"
    TIMING = "timing", "提前实现"
    RELABELLED = "relabelled", "走账冲线"
    DISPLACED = "displaced", "挤出他企"
    ADDITIONAL = "additional", "真正新增"
    UNCONDITIONAL = "unconditional", "无条件发放"


_BY_EVENT = frozenset(PaymentClass) - {PaymentClass.UNCONDITIONAL}
_BY_SPENDING = _BY_EVENT - {PaymentClass.RELABELLED}


def possible(earned_by: Earner) -> frozenset[PaymentClass]:
    """Return the classes that a payment can fall into at all, by what earns it."""
    if isinstance(earned_by, Basis):
        return frozenset((_GIVEN[earned_by],))
    return _BY_EVENT if isinstance(earned_by, Kind) else _BY_SPENDING


_GIVEN = {Basis.OUTSIDE: PaymentClass.DEADWEIGHT, Basis.UNCONDITIONAL: PaymentClass.UNCONDITIONAL}
Part = tuple[str, str, str, int, int]  # instrument, clause, class, cluster (-1 the rest of the city), size class
Shares = Mapping[PaymentClass, float]
Time = tuple[int, Unit, int]  # firm key, unit, and how often it had reached the event before: 0 the first time


def split(full: Watched, twin: Watched, instrument: str) -> dict[Part, float]:
    """Return the payments of one instrument by clause, class, cluster and size, million yuan;
    they add up to all it paid.

    Args:
        full, twin: worlds with and without the instrument.
    """
    parts: defaultdict[Part, float] = defaultdict(float)
    for clause, payment, shares in classed(full, twin, instrument):
        for name, share in shares.items():
            if share:
                parts[instrument, clause, str(name), payment.cluster, payment.size] += (
                    payment.fen * share / FEN_PER_MILLION
                )
    return parts


def classed(full: Watched, twin: Watched, instrument: str) -> Iterator[tuple[str, Paid, Shares]]:
    """Yield every payment of one instrument with its clause and the shares of the classes that it falls into."""
    for earned_by, paid in _by_earner(full, instrument).items():
        shares = _classed(full, twin, earned_by, [payment for _, payment in paid])
        for (clause, payment), of_classes in zip(paid, shares, strict=True):
            yield clause, payment, of_classes


def _by_earner(full: Watched, instrument: str) -> dict[Earner, list[tuple[str, Paid]]]:
    """Return clause and payment by what earned it: two clauses for one thing have bought it together."""
    pools: defaultdict[Earner, list[tuple[str, Paid]]] = defaultdict(list)
    for (clause, earned_by), payments in full.payments.get(instrument, {}).items():
        pools[earned_by] += [(clause, payment) for payment in payments]
    return pools


def _classed(full: Watched, twin: Watched, earned_by: Earner, payments: Sequence[Paid]) -> list[Shares]:
    """Return the shares of the classes for each payment, by what earned it."""
    if isinstance(earned_by, Kind):
        return _events(full, twin, earned_by, payments)
    if isinstance(earned_by, Spending):
        return _spending(full, twin, earned_by, payments)
    return [{_GIVEN[earned_by]: 1.0}] * len(payments)


def private_money(full: Watched, twin: Watched, instrument: str) -> tuple[float, float]:
    """Return what the firms that an instrument paid for their spending put up of their own beyond the twin, and what
    they saved because more public money came than in the twin, from whichever instrument: million yuan, summed firm by
    firm, both from zero.

    A firm that is paid 4 and spends 5 more than in the twin added 1; one that spends 1 more saved 3, and nothing if
    another instrument pays it 4 in the twin for spending as much.
    """
    added = saved = 0.0
    for earned_by, paid in _by_earner(full, instrument).items():
        if isinstance(earned_by, Spending):
            for key in _public(payment for _, payment in paid):
                more = full.own(earned_by, key) - twin.own(earned_by, key)
                added += max(more, 0.0)
                saved += max(-more, 0.0)
    return added, saved


def _public(payments: Iterable[Paid]) -> dict[int, float]:
    """Return million yuan by firm key."""
    money: defaultdict[int, float] = defaultdict(float)
    for payment in payments:
        money[payment.key] += payment.fen / FEN_PER_MILLION
    return money


def _events(full: Watched, twin: Watched, kind: Kind, payments: Sequence[Paid]) -> list[Shares]:
    """Class each award by its event in the twin."""
    times = [_time(full, kind, payment) for payment in payments]
    classed = [_against(twin, kind, payment, time) for payment, time in zip(payments, times, strict=True)]
    won = Counter(time[1:] for time in {t for t, found in zip(times, classed, strict=True) if found is None})
    share = {times: min(_lost(full, twin, kind, *times) / number, 1.0) for times, number in won.items()}
    return [
        {PaymentClass.DISPLACED: share[time[1:]], PaymentClass.ADDITIONAL: 1.0 - share[time[1:]]}
        if found is None
        else {found: 1.0}
        for found, time in zip(classed, times, strict=True)
    ]


def _time(full: Watched, kind: Kind, payment: Paid) -> Time:
    reached = _reached(payment)
    quarters = full.events[kind, reached.unit][payment.key]
    return payment.key, reached.unit, quarters.index(reached.quarter)


def _against(twin: Watched, kind: Kind, payment: Paid, time: Time) -> PaymentClass | None:
    """Return the class of an award by when the firm reaches its event as often in the twin; nothing if it is new."""
    key, unit, before = time
    there, reached = twin.events.get((kind, unit), {}).get(key, []), _reached(payment)
    if twin.holds(kind, key, reached.quarter):  # it may never have lost there what it came back to here
        return PaymentClass.DEADWEIGHT
    if before < len(there):
        return PaymentClass.DEADWEIGHT if there[before] <= reached.quarter else PaymentClass.TIMING
    return PaymentClass.RELABELLED if reached.on_paper else None


def _reached(payment: Paid) -> Reached:
    """Return the event that earned an award."""
    if payment.reached is None:  # no claim of a clause that an event earns is without it
        raise ValueError(f"firm {payment.key}: an award without its event")
    return payment.reached


def _lost(full: Watched, twin: Watched, kind: Kind, unit: Unit, before: int) -> int:
    """Return how many firms reach the event for that time in the twin only."""
    here, there = (world.events.get((kind, unit), {}) for world in (full, twin))
    return sum(1 for key, quarters in there.items() if len(here.get(key, ())) <= before < len(quarters))


def _spending(full: Watched, twin: Watched, spending: Spending, payments: Sequence[Paid]) -> list[Shares]:
    """Class money for spending by what the same firm spent so in the twin, by the year of payment and by the end.

    What a firm spends beyond the twin is additional, at most the public money it got; what it had ahead at some time
    but not at the end is timing; local firms of its cluster that spend less make it displaced.
    """
    money = _public(payments)
    cluster = {payment.key: payment.cluster for payment in payments}
    beyond, ahead = {}, {}
    for key, paid in money.items():
        path = full.spent_by(spending, key) - twin.spent_by(spending, key)
        beyond[key] = min(max(float(path[-1]), 0.0), paid)
        ahead[key] = min(max(float(path.max()), 0.0), paid) - beyond[key]
    displaced = _displaced(full, twin, spending, beyond, cluster)
    shares = {}
    for key, paid in money.items():
        moved = beyond[key] * displaced[cluster[key]]
        shares[key] = {
            PaymentClass.ADDITIONAL: (beyond[key] - moved) / paid,
            PaymentClass.DISPLACED: moved / paid,
            PaymentClass.TIMING: ahead[key] / paid,
            PaymentClass.DEADWEIGHT: 1.0 - (beyond[key] + ahead[key]) / paid,
        }
    return [shares[payment.key] for payment in payments]


def _displaced(
    full: Watched, twin: Watched, spending: Spending, beyond: Mapping[int, float], cluster: Mapping[int, int]
) -> np.ndarray:
    """Share of each cluster's additional spending that its other firms lack compared with the twin."""
    keys = twin.spent.get(spending, {}).keys() | full.spent.get(spending, {}).keys()
    clusters = 1 + max((parts_of_key(key)[0] for key in (*beyond, *keys)), default=0)
    gained, missing = np.zeros(clusters), np.zeros(clusters)
    for key, amount in beyond.items():
        gained[cluster[key]] += amount
    for key in keys:
        if key not in beyond:
            short = float(twin.spent_by(spending, key)[-1] - full.spent_by(spending, key)[-1])
            missing[parts_of_key(key)[0]] += short
    return np.clip(np.divide(missing, gained, out=np.zeros_like(gained), where=gained > 0.0), 0.0, 1.0)
