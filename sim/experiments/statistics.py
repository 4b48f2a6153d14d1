"""Intervals and verdicts."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

from sim.tables.likelihood import AS_ASKED, LESS_THAN_ASKED, UNDECIDED
from sim.tables.units import DUST

CONFIDENCE = 0.95
_DUST = 1e-12  # of a share: what rounding leaves of none
LOW, HIGH = 0.05, 0.95  # ends of the 90 % interval of outcomes


def wilson(hits: int, trials: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Wilson score interval of a probability (Wilson 1927).

    Raises:
        ValueError: if there are no trials.
    """
    if trials <= 0:
        raise ValueError("an interval needs at least one trial")
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share = hits / trials
    centre = share + z * z / (2.0 * trials)
    half = z * math.sqrt(share * (1.0 - share) / trials + z * z / (4.0 * trials * trials))
    scale = 1.0 + z * z / trials
    low = 0.0 if hits == 0 else (centre - half) / scale
    return low, 1.0 if hits == trials else (centre + half) / scale


def verdict(low: float, high: float, required: float) -> str:
    """Return whether a probability known to lie in an interval is as high as required; what is required is enough."""
    if low >= required:
        return AS_ASKED
    return LESS_THAN_ASKED if high < required else UNDECIDED


def spread(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return median, 5 % and 95 % quantiles and mean over replications (first axis), ignoring undefined values."""
    defined = ~np.all(np.isnan(values), axis=0)
    filled = np.where(defined, values, 0.0)
    quantile = np.nanquantile if np.isnan(filled).any() else np.quantile  # the same number, place by place or at once
    low, median, high = quantile(filled, [LOW, 0.5, HIGH], axis=0)
    parts = {"median": median, "low": low, "high": high, "mean": np.nanmean(filled, axis=0)}
    return {name: np.where(defined, part, np.nan) for name, part in parts.items()}


def mean_band(values: np.ndarray, least: float = -math.inf, most: float = math.inf) -> dict[str, np.ndarray]:
    """Return the ends of the 95 % interval of the mean over replications (first axis), ignoring undefined values; nan
    where fewer than two are defined. A mean cannot leave the reach of its values.

    Args:
        least, most: reach of what is measured.
    """
    number = (~np.isnan(values)).sum(axis=0)
    enough, degrees = number >= 2, np.maximum(number - 1, 1)
    mean = np.nansum(values, axis=0) / np.maximum(number, 1)
    error = np.sqrt(np.nansum((values - mean) ** 2, axis=0) / degrees / np.maximum(number, 1))
    half = student(degrees) * error
    ends = {"mean_low": np.maximum(mean - half, least), "mean_high": np.minimum(mean + half, most)}
    return {name: np.where(enough, end, np.nan) for name, end in ends.items()}


def sides(values: np.ndarray) -> dict[str, np.ndarray]:
    """Return the shares of replications (first axis) in which an effect is above zero, and below; nan where it is
    undefined throughout.
    """
    defined = np.where(np.all(np.isnan(values), axis=0), np.nan, 1.0)
    number = (~np.isnan(values)).sum(axis=0)
    return {
        "above_zero": defined * (values > DUST).sum(axis=0) / number,
        "below_zero": defined * (values < -DUST).sum(axis=0) / number,
    }


def clopper_pearson(hits: float, trials: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the two-sided interval of a probability (Clopper and Pearson 1934); hits and trials need not be whole."""
    from scipy.special import betaincinv

    tail, missed = (1.0 - confidence) / 2.0, trials - hits
    low = 0.0 if hits < _DUST else float(betaincinv(hits, missed + 1.0, tail))
    return low, 1.0 if missed < _DUST else float(betaincinv(hits + 1.0, missed, 1.0 - tail))


def clopper_pearson_low(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided lower bound of a probability that holds
    with at least the confidence (Clopper and Pearson 1934).
    """
    from scipy.special import betaincinv

    return 0.0 if hits == 0 else float(betaincinv(hits, trials - hits + 1, 1.0 - confidence))


def clopper_pearson_high(hits: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the one-sided upper bound of a probability that holds with at least the confidence."""
    return 1.0 - clopper_pearson_low(trials - hits, trials, confidence)


def student(degrees: Any, confidence: float = CONFIDENCE) -> Any:
    """Return the two-sided quantile of Student's t, of one number of degrees of freedom or of each of an array."""
    from scipy.special import stdtrit

    return stdtrit(degrees, 0.5 + confidence / 2.0)


def mean_interval(values: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return mean and Student interval of independent values. Of one value there is no interval, of none no mean."""
    values = values[~np.isnan(values)]
    mean = float(values.mean()) if values.size else math.nan
    if values.size < 2:
        return mean, math.nan, math.nan
    half = float(student(values.size - 1, confidence)) * float(values.std(ddof=1)) / math.sqrt(values.size)
    return mean, mean - half, mean + half


def share_interval(part: np.ndarray, total: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return a share of money over all worlds and its interval (Korn and Graubard 1998): that of Clopper and Pearson
    for as many worlds as carry the same uncertainty, those that paid where all or nothing was of the kind. Few payments
    therefore leave it wide, and it never leaves 0-1.

    Args:
        part, total: money of the kind and all money, one value per world; worlds without any tell nothing.
    """
    paid = total > 0.0
    part, total = part[paid], total[paid]
    if not total.size:
        return math.nan, math.nan, math.nan
    share = min(max(float(part.sum() / total.sum()), 0.0), 1.0)
    worlds = _worth_worlds(part, total, share, confidence)
    low, high = clopper_pearson(share * worlds, worlds, confidence)
    return share, low, high


def _worth_worlds(part: np.ndarray, total: np.ndarray, share: float, confidence: float) -> float:
    """Return in how many independent worlds a share would be as uncertain as it is here (a ratio estimator)."""
    number = total.size
    uncertain = share * (1.0 - share)
    if number < 2 or uncertain < _DUST:
        return float(number)
    error = float(np.var((part - share * total) / total.mean(), ddof=1)) / number
    narrow = NormalDist().inv_cdf(0.5 + confidence / 2.0) / float(student(number - 1, confidence))
    return max(uncertain / max(error, _DUST) * narrow**2, 1.0)


def paired_share(base: np.ndarray, variant: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return the difference of two paired probabilities and its interval (Agresti and Min 2005: half a pair added to
    each cell).

    Args:
        base, variant: 0 or 1 for each pair.
    """
    pairs = base.size
    gained, lost = float(((variant == 1) & (base == 0)).sum()), float(((variant == 0) & (base == 1)).sum())
    up, down, total = gained + 0.5, lost + 0.5, pairs + 2.0
    middle = (up - down) / total
    spread = math.sqrt(up + down - (up - down) ** 2 / total)  # never below one
    half = NormalDist().inv_cdf(0.5 + confidence / 2.0) * spread / total
    return (gained - lost) / pairs, max(middle - half, -1.0), min(middle + half, 1.0)


def unpaired_interval(base: np.ndarray, variant: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the Welch interval of a difference of means, as if the arms had had different luck."""
    base, variant = base[~np.isnan(base)], variant[~np.isnan(variant)]
    if min(base.size, variant.size) < 2:
        return float("nan"), float("nan")
    a, b = base.var(ddof=1) / base.size, variant.var(ddof=1) / variant.size
    if a + b <= DUST**2:
        difference = float(variant.mean() - base.mean())
        return difference, difference
    degrees = (a + b) ** 2 / (a * a / (base.size - 1) + b * b / (variant.size - 1))
    half = float(student(int(degrees), confidence)) * math.sqrt(a + b)
    difference = float(variant.mean() - base.mean())
    return difference - half, difference + half


def fieller(cost: np.ndarray, effect: np.ndarray, confidence: float = CONFIDENCE) -> tuple[float, float, float]:
    """Return mean cost per unit of effect and its interval (Fieller 1954); nan when the effect's interval holds zero.

    Args:
        cost, effect: paired differences, one value per world.
    """
    undefined = (float("nan"), float("nan"), float("nan"))
    if cost.size < 2 or np.isnan(cost).any() or np.isnan(effect).any():
        return undefined
    _, low, high = mean_interval(effect, confidence)
    if low <= 0.0 <= high:
        return undefined
    t2 = float(student(cost.size - 1, confidence)) ** 2
    covariance = np.cov(cost, effect) / cost.size
    a, b = float(cost.mean()), float(effect.mean())
    scale = b * b - t2 * covariance[1, 1]
    centre = a * b - t2 * covariance[0, 1]
    root = math.sqrt(max(centre * centre - scale * (a * a - t2 * covariance[0, 0]), 0.0))
    return a / b, *sorted(((centre - root) / scale, (centre + root) / scale))
