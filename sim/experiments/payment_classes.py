"""What each payment bought: the payments of an instrument by class,
read from the world with it and its twin without it.

An award that an event earned is *deadweight* when the same firm reaches the same event in the twin by the same time,
*timing* when it does so later, *relabelled* when its real revenue is below the line, *displaced* when another local
firm had the event there and has lost it, *additional* otherwise. Co-investment is judged by the firm's own investment.
Money that no event earns is *unconditional*: the twin says what the whole instrument did, not what one payment did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sim.luck.keys import parts_of_key
from sim.tables.milestones import Kind
from sim.tables.units import FEN_PER_MILLION
from sim.treasury.claims import Basis, Earner

if TYPE_CHECKING:
    from sim.experiments.watch import Paid, Watched

CLASSES = ("deadweight", "timing", "relabelled", "displaced", "additional", "unconditional")
CLASSES_ZH = ("无谓支出", "提前实现", "走账冲线", "挤出他企", "真正新增", "无条件发放")

Part = tuple[str, str, str, int, int]  # instrument, clause, class, cluster (-1 the rest of the city), size class
Shares = Mapping[str, float]


def split(full: Watched, twin: Watched, instrument: str) -> dict[Part, float]:
    """Return the payments of one instrument by clause, class, cluster and size, million yuan;
    they add up to all it paid.

    Args:
        full, twin: worlds with and without the instrument.
    """
    parts: defaultdict[Part, float] = defaultdict(float)
    for (clause, earned_by), payments in full.payments.get(instrument, {}).items():
        for payment, shares in zip(payments, _classed(full, twin, earned_by, payments), strict=True):
            for name, share in shares.items():
                if share:
                    parts[instrument, clause, name, payment.cluster, payment.size] += (
                        payment.fen * share / FEN_PER_MILLION
                    )
    return parts


def _classed(full: Watched, twin: Watched, earned_by: Earner, payments: Sequence[Paid]) -> list[Shares]:
    """Return the shares of the classes for each payment of one clause, by what earned it."""
    if isinstance(earned_by, Kind):
        return _events(full, twin, earned_by, payments)
    if earned_by is Basis.INVESTMENT:
        return _investments(full, twin, payments)
    return [{"unconditional": 1.0}] * len(payments)


def _events(full: Watched, twin: Watched, kind: Kind, payments: Sequence[Paid]) -> list[Shares]:
    """Class each award by its event in the twin; firms that lost the event
    to an award's winner make awards displaced.
    """
    there, here = twin.events.get(kind, {}), full.events.get(kind, {})
    classed: list[Shares] = []
    for payment in payments:
        if payment.key == 0:  # the rest of the city is exogenous: it would have been there anyway
            classed.append({"deadweight": 1.0})
        elif payment.key in there:
            classed.append({"deadweight" if min(there[payment.key])[0] <= payment.quarter else "timing": 1.0})
        elif here.get(payment.key, [(0, False)])[0][1]:
            classed.append({"relabelled": 1.0})
        else:
            classed.append({})
    lost = sum(1 for key in there if key not in here)
    won = sum(1 for shares in classed if not shares)
    share = min(lost / won, 1.0) if won else 0.0
    return [shares or {"displaced": share, "additional": 1.0 - share} for shares in classed]


def _investments(full: Watched, twin: Watched, payments: Sequence[Paid]) -> list[Shares]:
    """Class co-investment by what the same firm invested in the twin, by the year of payment and by the end.

    What a firm puts up beyond the twin's investment is additional, at most the public money it got; what it had
    ahead at some time but not at the end is timing; local firms of its cluster that invest less make it displaced.
    """
    money: defaultdict[int, float] = defaultdict(float)
    for payment in payments:
        money[payment.key] += payment.fen / FEN_PER_MILLION
    cluster = {payment.key: payment.cluster for payment in payments}
    beyond, ahead = {}, {}
    for key, paid in money.items():
        path = full.invested_by(key) - twin.invested_by(key)
        beyond[key] = min(max(float(path[-1]), 0.0), paid)
        ahead[key] = min(max(float(path.max()), 0.0), paid) - beyond[key]
    displaced = _displaced(full, twin, beyond, cluster)
    shares = {}
    for key, paid in money.items():
        moved = beyond[key] * displaced[cluster[key]]
        shares[key] = {
            "additional": (beyond[key] - moved) / paid,
            "displaced": moved / paid,
            "timing": ahead[key] / paid,
            "deadweight": 1.0 - (beyond[key] + ahead[key]) / paid,
        }
    return [shares[payment.key] for payment in payments]


def _displaced(full: Watched, twin: Watched, beyond: Mapping[int, float], cluster: Mapping[int, int]) -> np.ndarray:
    """Share of each cluster's additional investment that its other firms lack compared with the twin."""
    keys = (*beyond, *twin.invested, *full.invested)
    clusters = 1 + max((parts_of_key(key)[0] for key in keys), default=0)
    gained, missing = np.zeros(clusters), np.zeros(clusters)
    for key, amount in beyond.items():
        gained[cluster[key]] += amount
    for key in twin.invested.keys() | full.invested.keys():
        if key not in beyond:
            short = float(twin.invested_by(key)[-1] - full.invested_by(key)[-1])
            missing[parts_of_key(key)[0]] += short
    return np.clip(np.divide(missing, gained, out=np.zeros_like(gained), where=gained > 0.0), 0.0, 1.0)
