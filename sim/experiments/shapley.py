"""Who brought how much of a package's effect: Shapley values and interactions from the worth of coalitions.

Exact values need every coalition. Beyond a handful of members orders of joining are drawn, each with its reverse: what
a member adds in an order, averaged over orders, is its Shapley value, and in every order these add up to the worth of
all. An order and its reverse together give the exact value of any game whose members interact in pairs only
(antithetic pairs: Mitchell, Cooper, Frank and Holmes 2022, Journal of Machine Learning Research).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from sim.luck import keys

Worth = Mapping[frozenset[str], np.ndarray]
Order = tuple[str, ...]


def shapley_values(worth: Worth, names: Sequence[str]) -> dict[str, np.ndarray]:
    """Return each member's Shapley value: its mean contribution over all orders of joining (Shapley 1953)."""
    number = len(names)
    found = {}
    for name in names:
        others = [n for n in names if n != name]
        value = np.zeros_like(next(iter(worth.values())))
        for size in range(number):
            weight = math.factorial(size) * math.factorial(number - size - 1) / math.factorial(number)
            for members in itertools.combinations(others, size):
                value = value + weight * (worth[frozenset((*members, name))] - worth[frozenset(members)])
        found[name] = value
    return found


def drawn_orders(names: Sequence[str], number: int, seed: int) -> list[Order]:
    """Return orders of joining drawn for one world, each followed by its reverse; a member's draws do not depend on
    the others.

    Args:
        number: orders drawn. seed: of the world.
    """
    orders: list[Order] = []
    for draw in range(number):
        luck = keys.stream(seed, "order of joining", draw)
        order = tuple(sorted(names, key=lambda name: keys.uniform(luck, keys.name_key(name))))
        orders += [order, order[::-1]]
    return orders


def coalitions_of(orders: Sequence[Order]) -> list[frozenset[str]]:
    """Return every coalition that stands somewhere along the orders, each once, the smallest first."""
    found = {frozenset(order[:size]) for order in orders for size in range(len(order) + 1)}
    return sorted(found, key=lambda members: (len(members), sorted(members)))


def sampled_values(worth: Worth, orders: Sequence[Order]) -> dict[str, np.ndarray]:
    """Return what each member adds on joining, averaged over orders; the values add up to the worth of all less that
    of none.
    """
    added = {name: np.zeros_like(worth[frozenset()]) for name in orders[0]}
    for order in orders:
        for place, name in enumerate(order):
            added[name] = added[name] + (worth[frozenset(order[: place + 1])] - worth[frozenset(order[:place])])
    return {name: total / len(orders) for name, total in added.items()}


def interactions(worth: Worth, names: Sequence[str]) -> dict[tuple[str, str], np.ndarray]:
    """Return the Shapley interaction index of each pair: what two bring together beyond what each brings (Grabisch and
    Roubens 1999).
    """
    number = len(names)
    found = {}
    for a, b in itertools.combinations(names, 2):
        others = [n for n in names if n not in (a, b)]
        value = np.zeros_like(next(iter(worth.values())))
        for size in range(number - 1):
            weight = math.factorial(size) * math.factorial(number - size - 2) / math.factorial(number - 1)
            for members in itertools.combinations(others, size):
                both, first, second, none = (worth[frozenset((*members, *extra))] for extra in ((a, b), (a,), (b,), ()))
                value = value + weight * (both - first - second + none)
        found[a, b] = value
    return found
