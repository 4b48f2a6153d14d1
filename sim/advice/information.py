"""What knowing one number would add for whoever must choose an arm, told from what chance alone would give.

The gain of each arm over the first is regressed on one number (cubic, orthonormal); what choosing by the fitted curve
adds to choosing by the mean is the expected value of partial perfect information (Strong, Oakley and Brennan 2014).
Luck and all other numbers stay in the residual: nobody can know them. A curve through noise seems worth something too,
so results are shuffled against the numbers many times, and the largest seeming worth of any number in each shuffle is
the bar for all of them (Westfall and Young 1993): in at most one study of twenty does a number without effect pass.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DEGREE = 3  # of the curve
_SHUFFLES = 499
_RESAMPLES = 199
_LEVEL = 0.025  # share of studies in which a number without effect passes: half of what is promised
_ENDS = 0.05, 0.95  # of the 90 % interval


@dataclass(frozen=True)
class Information:
    """Worth of knowing each number, in units of the objective.

    Attributes:
        value: what the curve says. chance: share of shuffles, the study itself counted, in which any number seems worth
            as much. passes: whether it is told from chance.
    """

    value: np.ndarray
    chance: np.ndarray
    passes: np.ndarray


def information(points: np.ndarray, worth: np.ndarray, rng: np.random.Generator) -> Information:
    """Return what knowing each number is worth.

    Args:
        points: (runs, numbers), in the unit cube. worth: (runs, arms), more is better. rng: of the shuffles.

    Raises:
        ValueError: if there are fewer than two arms, or too few runs for the curve.
    """
    gains = _gains(points, worth)
    runs, numbers = points.shape
    bases = [np.linalg.qr(_terms(points[:, place]))[0] for place in range(numbers)]
    value = np.array([_worth(basis, gains[:, :, None])[0] for basis in bases])
    orders = np.stack([rng.permutation(runs) for _ in range(_SHUFFLES)])
    shuffled = np.moveaxis(gains[orders], 0, 2)  # (runs, arms - 1, shuffles)
    bar = np.max([_worth(basis, shuffled) for basis in bases], axis=0)
    chance = (1.0 + (bar[None, :] >= value[:, None]).sum(axis=1)) / (_SHUFFLES + 1.0)
    return Information(value, chance, (chance <= _LEVEL) & (value > 0.0))


def intervals(points: np.ndarray, worth: np.ndarray, value: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return low and high ends of each worth, (2, numbers): 90 %, basic bootstrap, never below 0. What a curve through
    noise adds to a worth it adds to the resampled ones again, so the basic interval takes it off.
    """
    gains = _gains(points, worth)
    runs, numbers = points.shape
    times = rng.multinomial(runs, np.full(runs, 1.0 / runs), size=_RESAMPLES).astype(float)
    drawn = np.stack([_resampled(_terms(points[:, place]), gains, times) for place in range(numbers)], axis=1)
    low, high = np.quantile(drawn, _ENDS, axis=0)
    return np.maximum(np.stack([2.0 * value - high, 2.0 * value - low]), 0.0)


def _gains(points: np.ndarray, worth: np.ndarray) -> np.ndarray:
    least = 2 * (DEGREE + 2)
    if worth.shape[1] < 2 or len(points) < least:
        raise ValueError(f"two arms or more and {least} runs or more are needed")
    return worth[:, 1:] - worth[:, :1]


def _terms(column: np.ndarray) -> np.ndarray:
    """Return the terms of a curve through a number, (runs, DEGREE + 1): Legendre polynomials."""
    return np.polynomial.legendre.legvander(2.0 * column - 1.0, DEGREE)


def _worth(basis: np.ndarray, gains: np.ndarray) -> np.ndarray:
    """Return what choosing by the curve adds to choosing by the mean, of each set of gains (runs, arms - 1, sets)."""
    runs = len(basis)
    fitted = (basis @ (basis.T @ gains.reshape(runs, -1))).reshape(gains.shape)
    informed = np.maximum(fitted.max(axis=1), 0.0).mean(axis=0)
    return np.asarray(np.maximum(informed - np.maximum(gains.mean(axis=0).max(axis=0), 0.0), 0.0))


def _resampled(terms: np.ndarray, gains: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the same of each resample, in which runs stand so many `times`, (resamples, runs)."""
    runs = len(terms)
    squares = np.einsum("rn,ni,nj->rij", times, terms, terms, optimize=True) + 1e-9 * runs * np.eye(terms.shape[1])
    sums = np.einsum("rn,ni,na->ria", times, terms, gains, optimize=True)
    fitted = np.einsum("ni,ria->rna", terms, np.linalg.solve(squares, sums), optimize=True)
    informed = (times * np.maximum(fitted.max(axis=2), 0.0)).sum(axis=1) / runs
    mean = np.maximum((times @ gains).max(axis=1) / runs, 0.0)
    return np.asarray(np.maximum(informed - mean, 0.0))
