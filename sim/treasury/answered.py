"""What a firm does for support: how much it spends on what each further yuan of which is worth less than the last."""

from __future__ import annotations

import math

import numpy as np

from sim.luck.compiled import rule
from sim.treasury.support import Support
from sim.treasury.supported import cap_for, free_of, rate_for, supported

_LEAST_PRICE = 0.05  # of a yuan spent: however much is promised, nobody wants without end
_PRICE, _RATIO, _WORTH = 0, 1, 2


def no_answers(support: Support) -> np.ndarray:
    """Return room for the last answer to each scheme and to all together, each at its rate and at the limit: powers are
    slow, and most firms face the same prices as the firm before.
    """
    return np.full((2 * (support.floor.size + 1), 3), np.nan)


@rule
def answered(
    support: Support, row: int, usual: float, elasticity: float, later: float, last_answers: np.ndarray
) -> float:
    """Return what a firm spends that would spend `usual` without support, million yuan.

    The last yuan of a spending is worth (spending / usual) ^ (-1 / elasticity), so at a price p of a yuan it spends
    usual x p ^ -elasticity; support above its cap, or below what earns none, lowers no price. The firm takes what
    brings most of these: that under each scheme alone and under all together, and where each scheme begins, ends or
    meets the limit to what all may pay.

    Args:
        later: yuan of later support that a yuan spent today costs. last_answers: of `no_answers`, kept from firm to
            firm.
    """
    best, most, schemes, together = usual, 0.0, support.floor.size, 0.0
    for scheme in range(schemes):
        together += rate_for(support, scheme, row)
    if usual > 0.0 and elasticity > 0.0 and together > 0.0:
        before, furthest = supported(support, row, usual), 0.0
        prices = schemes + 1 if schemes > 1 else 1  # those at the rate of one, and that at the rate of all
        for place in range(2 * prices):  # each as it is, and at the limit where that is lower
            scheme, limited = place // 2, place % 2 == 1
            rate = together if scheme == schemes else rate_for(support, scheme, row)
            if rate > 0.0 and (rate > support.most or not limited):
                rate = support.most if limited else rate
                _answer(last_answers, place, rate, elasticity, later)
                ratio, worth = last_answers[place, _RATIO], last_answers[place, _WORTH]
                gain = _gain(support, row, usual, usual * ratio, ratio, worth, later) - before
                furthest = max(furthest, usual * ratio)
                if gain > most:
                    best, most = usual * ratio, gain
        for scheme in range(schemes):
            rate, beyond, cap = (
                rate_for(support, scheme, row),
                free_of(support, scheme, row),
                cap_for(support, scheme, row),
            )
            if rate > 0.0:
                ends, limit, capped = beyond + cap / rate, 0.0, 0.0
                if rate > support.most:  # where the limit to all begins to bind, and where the cap takes over from it
                    limit, capped = rate * beyond / (rate - support.most), cap / support.most
                # support grows at most at the rate of all: beyond what a firm wants at that rate no end is best
                for spending in (support.floor[scheme], ends if ends < furthest else 0.0, limit, capped):
                    ratio = spending / usual
                    if 1.0 < ratio < np.inf:
                        gain = _gain(support, row, usual, spending, ratio, _worth(ratio, elasticity), later) - before
                        if gain > most:
                            best, most = spending, gain
    return best


@rule
def _answer(last: np.ndarray, place: int, rate: float, elasticity: float, later: float) -> None:
    """Write a price of a yuan, spending over usual at it, price ^ -elasticity, and what that is worth over usual."""
    price = 1.0 - rate + later
    if price != last[place, _PRICE]:
        ratio = max(price, _LEAST_PRICE) ** -elasticity
        last[place, _PRICE], last[place, _RATIO], last[place, _WORTH] = price, ratio, _worth(ratio, elasticity)


@rule
def _worth(ratio: float, elasticity: float) -> float:
    """Return what spending beyond the usual is worth: the integral of z ^ (-1 / elasticity) from 1 to the ratio."""
    power = 1.0 - 1.0 / elasticity
    return math.log(ratio) if abs(power) < 1e-9 else (ratio**power - 1.0) / power


@rule
def _gain(support: Support, row: int, usual: float, spending: float, ratio: float, worth: float, later: float) -> float:
    """Return support less what spending beyond the usual costs above its worth, and later support lost, million yuan:

    support - usual x (ratio - 1 - worth) - later x usual x (ratio - 1)
    where ratio = spending / usual; nothing is gained by spending less than usual.
    """
    paid, lost = supported(support, row, spending), usual * ((1.0 + later) * (ratio - 1.0) - worth)
    return paid - lost if ratio > 1.0 else 0.0
