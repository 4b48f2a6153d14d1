"""Which of hundreds of numbers move a noisy result, told from chance in one design in which all vary at once.

A parabola in each number is fitted to the results; where it fits better than the best of all numbers fits shuffled
results (Westfall and Young 1993), the number is told. What is told is taken out of the results, and the others are
asked again until no more are told: forward selection (Freedman and Lane 1983 for the shuffles of what is left). Runs do
not grow with the numbers, only the bar does, with the logarithm of how many there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.inference.confidence import CONFIDENCE, student
from sim.tables.units import DUST

LEAST = 16  # runs of which anything is told
_SHUFFLES = 399
_LEVEL = 0.02  # of one look; a study takes two or three
_RUNS_A_NUMBER = 10  # told numbers are no more than runs over this
_DEGREE = 2
_ENDS, _MIDDLE = 2.0, -1.5  # a parabola's rise from end to end per P1, and its middle above the mean of its ends per P2


@dataclass(frozen=True)
class Screened:
    """What is told of each number, all in units of the result but the first three.

    Attributes:
        told: whether it is told from chance. chance: share of shuffles, the study itself counted, in which any number
            fits as well. share: of the result's variance that it makes by itself; below 0 is none.
        effect, bend: value, low and high end of the 95 % interval, (3, numbers): what its high end gives above its low
            end, and its middle above the mean of its ends, on average over all other numbers and luck.
    """

    told: np.ndarray
    chance: np.ndarray
    share: np.ndarray
    effect: np.ndarray
    bend: np.ndarray


def screen(points: np.ndarray, found: np.ndarray, rng: np.random.Generator) -> Screened:
    """Return what is told of each number.

    Args:
        points: (runs, numbers), spread evenly over the unit cube. found: result of each run. rng: of the shuffles.

    Raises:
        ValueError: if there are fewer than `LEAST` runs.
    """
    runs, numbers = points.shape
    if runs < LEAST:
        raise ValueError(f"{LEAST} runs or more are needed, not {runs}")
    terms = np.polynomial.legendre.legvander(2.0 * points.T - 1.0, _DEGREE)[:, :, 1:]  # (numbers, runs, 2)
    if np.ptp(found) <= DUST:
        nothing = np.zeros(numbers)
        return Screened(nothing > 0.0, nothing + 1.0, nothing, np.zeros((3, numbers)), np.zeros((3, numbers)))
    told, chance = _told(terms, found, rng)
    share, effect, bend = np.empty(numbers), np.empty((3, numbers)), np.empty((3, numbers))
    for places, others in [([k], np.setdiff1d(told, k)) for k in told] + [(np.setdiff1d(range(numbers), told), told)]:
        places = np.asarray(places, dtype=int)
        share[places], effect[:, places], bend[:, places] = _moves(terms[places], _basis(terms[others]), found)
    return Screened(np.isin(np.arange(numbers), told), chance, share, effect, bend)


def _told(terms: np.ndarray, found: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of the numbers told, and the chance of each number where it was looked at last."""
    told, chance = np.zeros(0, dtype=int), np.ones(len(terms))
    while len(told) < len(found) // _RUNS_A_NUMBER and len(told) < len(terms):
        controls, open_ = _basis(terms[told]), np.setdiff1d(range(len(terms)), told)
        left = _without(controls, found)
        fits = np.linalg.qr(_without(controls, terms[open_]))[0]
        shuffled = rng.permuted(np.tile(left, (_SHUFFLES, 1)), axis=1)
        shuffled = _without(controls, shuffled[:, :, None])[:, :, 0]
        bar = _fit(fits, shuffled).max(axis=0)
        seen = _fit(fits, left[None])[:, 0]
        chance[open_] = (1.0 + (bar[None] >= seen[:, None]).sum(axis=1)) / (_SHUFFLES + 1.0)
        new = open_[chance[open_] <= _LEVEL]
        new = new[np.argsort(-seen[chance[open_] <= _LEVEL], kind="stable")][: len(found) // _RUNS_A_NUMBER - len(told)]
        if not len(new):
            break
        told = np.concatenate([told, new])
    return told, chance


def _basis(terms: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of a constant and all terms, (runs, columns)."""
    return np.linalg.qr(
        np.column_stack([np.ones(terms.shape[1]), *np.moveaxis(terms, 2, 1).reshape(-1, terms.shape[1])])
    )[0]


def _without(controls: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return what the controls do not explain of values (runs,) or (..., runs, columns)."""
    return values - controls @ (controls.T @ values)


def _fit(bases: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the share of each row of values (sets, runs) that each number's curve explains, (numbers, sets)."""
    numbers, runs, terms = bases.shape
    along = (np.moveaxis(bases, 2, 1).reshape(-1, runs) @ values.T).reshape(numbers, terms, -1)
    return (along**2).sum(axis=1) / np.maximum((values**2).sum(axis=1), DUST**2)


def _moves(terms: np.ndarray, controls: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return share of variance, effect and bend of each number beside the controls, with intervals that hold where the
    scatter differs from place to place (HC3: MacKinnon and White 1985).
    """
    left, own = _without(controls, found), _without(controls, terms)
    inverse = np.linalg.inv(np.swapaxes(own, 1, 2) @ own)
    slopes = (inverse @ (np.swapaxes(own, 1, 2) @ left)[:, :, None])[:, :, 0]
    weights = own @ inverse
    scatter = left - (own @ slopes[:, :, None])[:, :, 0]
    leverage = (controls**2).sum(axis=1) + (weights * own).sum(axis=2)
    spread = weights * (scatter / np.maximum(1.0 - leverage, 1.0 / len(found)))[:, :, None]
    errors = np.sqrt((spread**2).sum(axis=1))
    degrees = len(found) - controls.shape[1] - terms.shape[2]
    noise = (scatter**2).sum(axis=1) / degrees
    share = ((left**2).sum() - (scatter**2).sum(axis=1) - terms.shape[2] * noise) / ((found - found.mean()) ** 2).sum()
    wide = float(student(np.array([degrees]), CONFIDENCE)[0])
    ends = np.stack([slopes, slopes - wide * errors, slopes + wide * errors])
    middle = np.stack([slopes, slopes + wide * errors, slopes - wide * errors])[:, :, 1]  # turned by the minus
    return share, _ENDS * ends[:, :, 0], _MIDDLE * middle
