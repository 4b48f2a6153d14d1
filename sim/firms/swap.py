"""Capacity swap 产能置换: two-high firms may build new capacity only against old capacity that has closed.

Capacity is what a year can make, million yuan at 2021 prices. What closes becomes credits in a bank of the city, one
account per cluster, since a mill's credit builds no kiln; what is built takes the oldest first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from sim.firms.table import Firms
from sim.tables.units import DUST

_NEVER = 10**6  # quarters: no credit is so old


@dataclass(frozen=True, slots=True)
class SwapRule:
    """The rule of a quarter.

    Attributes:
        ratio: per firm row, units of closed capacity that a unit of new capacity takes: 0 where it takes none,
            infinite where none may be built.
        life: quarters for which a credit is good. bought: credits that the city bought elsewhere this quarter.
    """

    ratio: np.ndarray
    life: int
    bought: float = 0.0

    def deposits(self) -> np.ndarray:
        """Return a mask of the rows whose capacity becomes credits when it closes."""
        return (self.ratio > 0.0) & np.isfinite(self.ratio)


class Lot(NamedTuple):
    """Credits of one quarter: its number, and what is left of them per cluster."""

    quarter: int
    left: np.ndarray


@dataclass(slots=True)
class Bank:
    """The credits of one world, oldest first.

    Attributes:
        clusters: how many accounts it has. lots: credits by quarter of closing. opened: whether the stock of the
            beginning is in. refused: capacity asked for in vain this quarter, that of newcomers included.
            turned_away: newcomers that could not open with this quarter. kept_out: the capacity of each that cannot
            open with the next.
    """

    clusters: int
    lots: list[Lot] = field(default_factory=list)
    opened: bool = False
    refused: float = 0.0
    turned_away: int = 0
    kept_out: list[float] = field(default_factory=list)

    def balance(self) -> np.ndarray:
        """Return the credits held, per cluster."""
        return np.sum([lot.left for lot in self.lots], axis=0) if self.lots else np.zeros(self.clusters)

    def turn(self, now: int, life: int) -> np.ndarray:
        """Begin a quarter: return the credits per cluster that are `life` quarters old or older, which end."""
        self.refused, self.turned_away, self.kept_out = sum(self.kept_out), len(self.kept_out), []
        ended = [lot.left for lot in self.lots if now - lot.quarter >= life]
        self.lots = [lot for lot in self.lots if now - lot.quarter < life]
        return np.sum(ended, axis=0) if ended else np.zeros(self.clusters)

    def deposit(self, now: int, amounts: np.ndarray) -> None:
        """Put in what closed in a quarter, per cluster."""
        self.lots.append(Lot(now, amounts.copy()))

    def draw(self, amounts: np.ndarray) -> np.ndarray:
        """Take out credits per cluster, oldest first and at most all; return what was taken."""
        wanted = amounts.copy()
        for lot in self.lots:
            taken = np.minimum(lot.left, wanted)
            lot.left[:] -= taken
            wanted -= taken
        return amounts - wanted

    def permit(self, new: np.ndarray, ratio: np.ndarray, cluster: np.ndarray) -> np.ndarray:
        """Return the share of the capacity that each firm asks for which it may order: where the bank holds too little
        all of the cluster are cut alike.

        Args:
            new: capacity asked for, per row. ratio: as of `SwapRule`.
        """
        finite = np.isfinite(ratio)
        needed = np.bincount(cluster, new * np.where(finite, ratio, 0.0), self.clusters)
        covered = np.minimum(self.balance() / np.maximum(needed, DUST), 1.0)
        share: np.ndarray = np.where(finite, np.where(ratio > 0.0, covered[cluster], 1.0), 0.0)
        self.refused += float((new * (1.0 - share)).sum())
        return share

    def admit(self, new: np.ndarray, ratio: np.ndarray, cluster: np.ndarray) -> np.ndarray:
        """Return a mask of newcomers that may open, first come first served; those draw their credits.

        Args:
            new: capacity of each. ratio: as of `SwapRule`, of each.
        """
        opens = np.ones(new.size, dtype=bool)
        for i in np.flatnonzero(ratio > 0.0):
            needed = np.zeros(self.clusters)
            needed[cluster[i]] = new[i] * ratio[i]
            opens[i] = needed[cluster[i]] <= self.balance()[cluster[i]]
            if opens[i]:
                self.draw(needed)
        self.kept_out += new[~opens].tolist()
        return opens


def capacity(firms: Firms, capital: np.ndarray, capital_output: np.ndarray) -> np.ndarray:
    """Return what capital of each firm can make in a year, million yuan at 2021 prices, idle rows included.

    Args:
        capital: million yuan at 2021 prices by row. capital_output: per cluster, of a firm of its norm.
    """
    made: np.ndarray = capital / (1.0 + firms.capital_extra) / capital_output[firms.cluster]
    return made


def begin(
    bank: Bank, now: int, rule: SwapRule | None, firms: Firms, capital_output: np.ndarray, opening: float
) -> None:
    """Begin a quarter of the bank. Where a rule is in force, credits that are too old end, and what the city bought
    comes in, shared by capacity, the first time with the credits of earlier years; where none is, all stays as it lies.

    Args:
        opening: these credits, over the capacity that stands.
    """
    if rule is None:
        bank.turn(now, _NEVER)
        return
    bank.turn(now, rule.life)
    if bank.opened and not rule.bought:
        return
    stands = firms.cluster_sum(np.where(rule.deposits(), capacity(firms, firms.capital, capital_output), 0.0))
    if stands.any():
        share = rule.bought / stands.sum() + (0.0 if bank.opened else opening)
        bank.deposit(now, share * stands)
        bank.opened = True
