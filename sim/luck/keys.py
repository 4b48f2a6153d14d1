"""Keyed luck in plain Python: the same hash that `randomness` compiles, for parameters and set-up.

One draw belongs to (seed, decision, entity key, quarter), never to the order in which draws are made, so a
firm has the same luck in every variant of a scenario.
The hash is the finaliser of splitmix64 (Steele, Lea and Flood 2014).
"""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import blake2b
from statistics import NormalDist

import numpy as np

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
FIRST_MULTIPLIER = 0xBF58476D1CE4E5B9
SECOND_MULTIPLIER = 0x94D049BB133111EB
_NORMAL = NormalDist()


def mix(value: int) -> int:
    """Return `value` (64 bits, unsigned) with its bits thoroughly stirred."""
    value = ((value ^ (value >> 30)) * FIRST_MULTIPLIER) & MASK
    value = ((value ^ (value >> 27)) * SECOND_MULTIPLIER) & MASK
    return value ^ (value >> 31)


@cache
def name_key(name: str) -> int:
    """Return the 64-bit key of a name; the same on every machine and in every Python."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")


@lru_cache(maxsize=4096)
def stream(seed: int, decision: str, quarter: int = 0) -> int:
    """Return the stream of one decision in one quarter; `uniform` reads it at an entity key."""
    return mix((_timeless(seed, decision) + quarter * GOLDEN) & MASK)


@lru_cache(maxsize=1024)
def _timeless(seed: int, decision: str) -> int:
    return mix((seed & MASK) ^ name_key(decision))


def uniform(stream_key: int, entity: int) -> float:
    """Return the uniform draw, strictly between 0 and 1, of one entity in a stream."""
    bits = mix((stream_key + ((entity & MASK) * GOLDEN & MASK)) & MASK)
    return ((bits >> 11) + 0.5) / 9007199254740992.0


def normal(stream_key: int, entity: int) -> float:
    """Return the standard normal draw of one entity in a stream."""
    return _NORMAL.inv_cdf(uniform(stream_key, entity))


def replication_seed(seed: int, replication: int) -> int:
    """Return the seed of one replication of an experiment that was given `seed`."""
    return mix((mix(seed & MASK) + (replication + 1) * GOLDEN) & MASK) >> 1


# A firm key holds, from the top: cluster, quarters since the start, place in the list; plus one, so that no firm has
# key 0.
_CLUSTER, _QUARTER = 48, 32  # first bit of each
# a run ends before its 256th quarter: the bits above number the things that a firm has several of (`part_of`)
PART, PARTS = 40, 1 << _CLUSTER - 40
_MAJOR_PLACES = 1 << 16  # places of major projects are numbered apart from those of ordinary entrants
_ANNOUNCED_PLACES = 1 << 24  # places of announced plants lie above those of starting firms


def firm_keys(cluster: np.ndarray | int, quarter: np.ndarray | int, places: np.ndarray) -> np.ndarray:
    """Return firm keys (uint64) from cluster, quarters since the start (0 for starting firms) and place in the list."""
    number = (np.uint64(cluster) << np.uint64(_CLUSTER)) | np.uint64(quarter << _QUARTER) | places.astype(np.uint64)
    return number + np.uint64(1)


def major_plant_keys(cluster: np.ndarray, quarter: np.ndarray | int, places: np.ndarray) -> np.ndarray:
    """Return keys of plants that newcomers signed for, see `firm_keys`."""
    return firm_keys(cluster, quarter, places + _MAJOR_PLACES)


def announced_plant_key(cluster: int, name: str) -> np.uint64:
    """Return the key of an announced plant: from its name alone, so that it has the same luck whoever else enters."""
    place = np.array([_ANNOUNCED_PLACES + name_key(name) % _ANNOUNCED_PLACES])
    return np.uint64(firm_keys(cluster, 0, place)[0])


def parts_of_key(key: int) -> tuple[int, int, int]:
    """Return cluster, quarters since the start and place of a firm: what `firm_keys` was given."""
    number = key - 1
    return number >> _CLUSTER, (number >> _QUARTER) & (1 << _CLUSTER - _QUARTER) - 1, number & (1 << _QUARTER) - 1


def may_enter(quarter: int, place: int) -> bool:
    """Tell whether a key with these parts may be that of a firm that enters, given what `parts_of_key` returns: an
    announced plant has that of its name.
    """
    return quarter > 0 or place >= _ANNOUNCED_PLACES
