"""Plants that newcomers may have signed for and not opened yet: who they would be, what they were promised when they
signed, and how much delay lies before each.

A quarter has a number of places in each cluster. Whose plant comes is settled when it opens, by the weight of its
cluster in the city's demand; what stands here is drawn once, by firm key, whoever else comes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.calendar.quarter import FIRST, Quarter
from sim.firms.newcomers import Newcomers, Promise
from sim.firms.table import Firms
from sim.luck import keys, randomness
from sim.luck.randomness import pareto, streams, uniforms, uniforms_of
from sim.tables.parameters import Parameters


class Plants(NamedTuple):
    """Plants by key, cluster and number of the quarter of signing.

    `luck` is below the chance of those that come; `usual` is the number of the quarter in which it opens where nothing
    hastens it; `delay` is in quarters and passes once the shortest building time is over, or begins before its end
    where it is below zero; `award` is promised, million yuan; `drawn` plants come for the promise alone, `pull` is how
    many of them for each that comes anyway; `swap` is what a unit of their capacity takes of closed capacity
    (`sim.firms.swap`), by the rule under which they sign.
    """

    key: np.ndarray
    cluster: np.ndarray
    signed: np.ndarray
    luck: np.ndarray
    usual: np.ndarray
    delay: np.ndarray
    award: np.ndarray
    pull: np.ndarray
    drawn: np.ndarray
    swap: np.ndarray

    def only(self, kept: np.ndarray) -> Plants:
        """Return some of them (a mask)."""
        return Plants(*(column[kept] for column in self))

    def before(self, others: Plants) -> Plants:
        """Return them and others behind them."""
        return Plants(*(np.concatenate(both) for both in zip(self, others, strict=True)))


def nobody() -> Plants:
    """Return no plants."""
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    none = np.zeros(0, dtype=bool)
    return Plants(np.zeros(0, dtype=np.uint64), whole, whole, real, whole, real, real, real, none, real)


@dataclass(slots=True)
class Signings:
    """The potential plants of one world; newest first, those of a quarter in the order of their places.

    Attributes:
        waiting: those still to be built. due: those built at the end of this quarter, to sell from the next on.
    """

    waiting: Plants
    due: Plants

    @classmethod
    def none(cls) -> Signings:
        """Return those of the end of 2021: who signed before is announced."""
        return cls(nobody(), nobody())

    def turn(
        self, now: Quarter, places: np.ndarray, numbers: Parameters, seed: int, terms: Newcomers, price: float
    ) -> None:
        """Let this quarter's plants sign and a quarter of building pass.

        Args:
            places: of the firm table. price: of capital over that of 2021.
        """
        plants = _sign(now, places, numbers, seed, terms, price).before(self.waiting)
        shortest = max(
            round(numbers.signing_to_production_shortest) - 1, 1
        )  # none opens in the quarter in which it signs
        early = np.minimum(np.floor(plants.delay), 0.0)  # quarters that service takes off the shortest time
        built = now.number >= plants.signed + np.maximum(shortest + early, 1.0)
        plants.delay[built] -= terms.pace
        due = built & (plants.delay < 0.0)
        self.waiting, self.due = plants.only(~due), plants.only(due)


def comes(plants: Plants, firms: Firms, numbers: Parameters) -> np.ndarray:
    """Return a mask of those that come, as clusters weigh in the city's demand now.

    chance = signed a quarter x weight of the cluster / places, for those drawn x pull
    """
    output = firms.cluster_sum(firms.expected_demand)
    signed = numbers.major_projects / 4.0 * numbers.major_project_new_plant_share * output / max(output.sum(), 1e-12)
    anyway, drawn = signed / np.maximum(firms.places[1:], 1)
    chance = np.where(plants.drawn, drawn[plants.cluster] * plants.pull, anyway[plants.cluster])
    mask: np.ndarray = plants.luck < chance
    return mask


def potential(places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return cluster and place of each potential entrant of a quarter, by cluster."""
    cluster = np.repeat(np.arange(places.size), places)
    return cluster, np.arange(cluster.size) - (np.cumsum(places) - places)[cluster]


def _sign(now: Quarter, places: np.ndarray, numbers: Parameters, seed: int, terms: Newcomers, price: float) -> Plants:
    """Return the plants that may sign in a quarter, each with a delay and luck of its own: none where none may be
    built.
    """
    shortest, longest = round(numbers.signing_to_production_shortest), round(numbers.signing_to_production_longest)
    cluster, place = potential(places[1] + places[2])
    key = keys.major_plant_keys(cluster, now - FIRST + 1, place)
    luck = uniforms(randomness.stream(seed, "entry", now.number), key)
    delay = uniforms(randomness.stream(seed, "building time"), key) * (longest + 1 - shortest)
    usual = now.number + shortest - 1 + delay.astype(np.int64)
    award, pull = _promised(key, usual, numbers, seed, terms.promise, price)
    signed, swap = np.full(key.size, now.number), np.broadcast_to(terms.swap, places[1].shape)[cluster]
    early = delay - terms.forward
    plants = Plants(key, cluster, signed, luck, usual, early, award, pull, place >= places[1][cluster], swap)
    return plants if np.isfinite(swap).all() else plants.only(np.isfinite(swap))


def _promised(
    key: np.ndarray, usual: np.ndarray, numbers: Parameters, seed: int, promise: Promise, price: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the award that each is promised, million yuan, and how many more come for it, over those that come anyway.

    award = min(rate x investment, cap); pull = response x award / investment
    """
    if promise.rate <= 0.0 or promise.cap <= 0.0:
        return np.zeros(key.size), np.zeros(key.size)
    luck = streams(seed, "entrant size", usual)
    low, high = numbers.major_project_low, numbers.major_project_high
    investment = price * pareto(uniforms_of(luck, key), numbers.major_project_exponent, low, high)
    award = np.minimum(promise.rate * investment, promise.cap)
    most = numbers.major_project_drawn_most
    return award, np.minimum(numbers.major_project_response * award / investment, most)
