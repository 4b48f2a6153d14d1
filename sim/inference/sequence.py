"""Verdicts that hold however often one looks: better, worse, practically equal, or undecided.

Of a bounded outcome they are of the mean difference (a betting sequence), of any other of the worlds: among those that
differ by more than the margin, whether more are better than worse, and in how many the difference is within it
(mixture sequences of a share: Robbins 1970).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.inference.betting import betting_interval
from sim.inference.confidence import CONFIDENCE
from sim.tables.likelihood import BETTER, EQUAL, UNDECIDED, WORSE

OF_MEAN, OF_WORLDS = STATISTICS = ("mean difference", "share of worlds that differ which are better")
MOSTLY = 0.9  # share of worlds within the margin that makes two arms practically equal


@dataclass(frozen=True)
class Verdict:
    """What may be said of an arm against the base at any time.

    Attributes:
        verdict: one of ARM_VERDICTS. statistic: one of STATISTICS, that `low` and `high` bound.
        better, worse: worlds better and worse by more than the margin. pairs: worlds compared.
        equal_low: share of worlds within the margin, at the least.
    """

    verdict: str
    statistic: str
    low: float
    high: float
    better: int
    worse: int
    pairs: int
    equal_low: float


def judge(gain: np.ndarray, margin: float, reach: float = np.inf) -> Verdict:
    """Return the verdict on an arm, wrong at whatever look with a chance of at most 5 %.

    Args:
        gain: by how much the arm is better than the base, one value per world in the order of their numbers.
        margin: what counts as no difference. reach: what no gain can exceed either way, if anything.
    """
    gain = gain[~np.isnan(gain)]
    better, worse = int((gain > margin).sum()), int((gain < -margin).sum())
    share = 1.0 - (1.0 - CONFIDENCE) / 2.0  # two sequences share the error
    equal_low = share_sequence(gain.size - better - worse, gain.size, share)[0]
    if gain.size and np.abs(gain).max() <= reach < np.inf:
        low, high = betting_interval(gain, -reach, reach, looks=True)
        equal, sides = -margin <= low and high <= margin, (low > 0.0, high < 0.0)
        return Verdict(_named(equal, sides), OF_MEAN, low, high, better, worse, gain.size, equal_low)
    low, high = share_sequence(better, better + worse, share)
    sides = (low > 0.5, high < 0.5)
    return Verdict(_named(equal_low >= MOSTLY, sides), OF_WORLDS, low, high, better, worse, gain.size, equal_low)


def _named(equal: bool, sides: tuple[bool, bool]) -> str:
    if equal:
        return EQUAL
    return BETTER if sides[0] else WORSE if sides[1] else UNDECIDED


def share_sequence(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the interval of a probability that holds after every trial: shares that a bet on all shares alike has not
    beaten by 1 / alpha.
    """
    from scipy.optimize import brentq

    goal = -np.log(1.0 - confidence)

    def left(share: float) -> float:
        return goal - float(log_capital(hits, trials, share))

    seen = hits / trials if trials else 0.5
    low = 0.0 if hits == 0 or not trials else float(brentq(left, 1e-300, seen))
    high = 1.0 if hits == trials or not trials else float(brentq(left, seen, 1.0 - 1e-16))
    return low, high


def log_capital(hits: Any, trials: Any, share: float) -> Any:
    """Return the logarithm of what a bet against a probability has made of 1: on all other probabilities alike."""
    from scipy.special import betaln, xlog1py, xlogy

    return betaln(1.0 + hits, 1.0 + trials - hits) - xlogy(hits, share) - xlog1py(trials - hits, -share)
