"""Keyed draws, compiled: (stream, entity key) -> uniform, and other distributions by inverse CDF.

A stream comes from `keys.stream(seed, decision, quarter)`; see there for why luck is keyed.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from sim.luck import keys
from sim.luck.compiled import array_rule, rule

_GOLDEN = np.uint64(keys.GOLDEN)
_PART = np.uint64(1 << keys.PART)
_FIRST = np.uint64(keys.FIRST_MULTIPLIER)
_SECOND = np.uint64(keys.SECOND_MULTIPLIER)
_S30, _S27, _S31, _S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)


def stream(seed: int, decision: str, quarter: int = 0) -> np.uint64:
    """Return the stream of one decision in one quarter, as the compiled rules want it."""
    return np.uint64(keys.stream(seed, decision, quarter))


def streams(seed: int, decision: str, quarters: np.ndarray) -> np.ndarray:
    """Return the stream of one decision in each of many quarters, given by number, most of them alike."""
    known, place = np.unique(quarters, return_inverse=True)
    return np.array([stream(seed, decision, quarter) for quarter in known.tolist()], dtype=np.uint64)[place]


@rule
def uniform(stream_key: np.uint64, entity: np.uint64) -> float:
    """Return the uniform draw, strictly between 0 and 1, of one entity in a stream."""
    bits = stream_key + entity * _GOLDEN
    bits = (bits ^ (bits >> _S30)) * _FIRST
    bits = (bits ^ (bits >> _S27)) * _SECOND
    bits = bits ^ (bits >> _S31)
    return (np.float64(bits >> _S11) + 0.5) / 9007199254740992.0


@rule
def part_of(entity: np.uint64, part: int) -> np.uint64:
    """Return the key of one of several things that a firm has (`keys.PARTS` at most), in which it has luck of its own:
    the first has the firm's.
    """
    return entity + np.uint64(part) * _PART


@rule
def laplace(draw: float) -> float:
    """Return the standard Laplace quantile (scale 1, variance 2) of a uniform draw."""
    distance = math.log(2.0 * min(draw, 1.0 - draw))  # one logarithm: with one in each branch, both are computed
    return distance if draw < 0.5 else -distance


def laplace_share(value: np.ndarray, scale: np.ndarray) -> np.ndarray:
    """Return the share of Laplace draws of a scale (positive or zero) that lie below a value."""
    tail = np.exp(-np.abs(value) / np.maximum(scale, 1e-12)) / 2.0
    share: np.ndarray = np.where(value < 0.0, tail, 1.0 - tail)
    return share


@rule
def exponential(draw: float) -> float:
    """Return the exponential quantile (mean 1) of a uniform draw."""
    return -math.log(1.0 - draw)


def pareto_share(size: float, exponent: float, lowest: float, highest: float) -> float:
    """Return the share of a Pareto distribution cut off at both ends that lies below `size`."""
    return (1.0 - (size / lowest) ** -exponent) / (1.0 - (highest / lowest) ** -exponent)


def pareto(draws: np.ndarray, exponent: float, lowest: float, highest: float) -> np.ndarray:
    """Return quantiles of a Pareto distribution cut off at both ends, from `lowest` to `highest`."""
    end = (highest / lowest) ** -exponent
    sizes: np.ndarray = lowest * (1.0 - draws * (1.0 - end)) ** (-1.0 / exponent)
    return sizes


def lognormal(draws: np.ndarray, spread: float) -> np.ndarray:
    """Return quantiles of a log-normal distribution of mean one;
    `spread` is the standard deviation of the logarithm.
    """
    values: np.ndarray = np.exp(spread * ndtri(draws) - spread * spread / 2.0)
    return values


@array_rule
def uniforms_of(streams: np.ndarray, entities: np.ndarray) -> np.ndarray:
    """Return one uniform draw for each pair of a stream and an entity key (uint64 arrays of one length)."""
    draws = np.empty(entities.size)
    for i in range(entities.size):
        draws[i] = uniform(streams[i], entities[i])
    return draws


@array_rule
def uniforms(stream_key: np.uint64, entities: np.ndarray) -> np.ndarray:
    """Return one uniform draw for each entity key (uint64 array), same shape."""
    draws = np.empty(entities.size)
    for i in range(entities.size):
        draws[i] = uniform(stream_key, entities[i])
    return draws
