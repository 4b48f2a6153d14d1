"""Firms outside the city: they improve, lose customers, close and open as the city's firms usually do, so that only a
difference moves demand.

The outlook for a cluster already contains what is usual for its local firms. What is usual is computed from the
starting population and the numbers of the world, without policy: swapping local and outside firms would leave a
cluster unchanged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from sim.calendar.quarter import FIRST, LAST
from sim.firms.costs import variable_share
from sim.firms.table import TOP_DIGITAL_LEVEL, Firms
from sim.firms.technology import Technology
from sim.firms.usual_turnover import usual_closings, usual_openings, usual_reservoir, usual_turned_away
from sim.start.state import Funded, Start
from sim.tables.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Usual:
    """What firms of a cluster usually do; (quarters, clusters), log changes of a quarter, or one value per cluster.

    Attributes:
        competitiveness: gain in competitiveness. efficiency: gain in output per unit of inputs and labour.
        imitation: share of the gap to the frontier that laggards close a quarter: as fast as keeps the spread
            of productivity.
        saved: fall of energy used per unit of output.
            unit_cost: fall of unit cost, share of output, passed on in prices.
        turnover: growth that a firm owes to customers others did not serve and to firms that close, less openings,
            what titles bring and what the market gains beyond its mean firm.
    """

    competitiveness: np.ndarray
    efficiency: np.ndarray
    saved: np.ndarray
    unit_cost: np.ndarray
    imitation: np.ndarray
    turnover: np.ndarray


def usual(firms: Firms, numbers: Parameters, technology: Technology, quarters: int, start: Start) -> Usual:
    """Return what is usual over some quarters for the starting firms, whose frontier is known."""
    weight = np.where(firms.active, firms.demand, 0.0)
    effort = _effort(firms, numbers, technology)
    chance = numbers.success_rate * _mean(firms, weight, effort)
    success, squared = chance * numbers.success_step, chance * 2.0 * numbers.success_step**2  # of an exponential step
    retrofits = _Retrofits.ahead(firms, numbers, quarters, start.funded)
    imitation = _imitation(firms, numbers, effort, retrofits.spread)
    # In logs, like the spread: firms close their gap in levels, which is more while gaps are wide and less later, over
    # nine years as much.
    caught_up = imitation * _mean(firms, weight, np.maximum(_behind(firms), 0.0))
    each = (1.0 - numbers.quality_share) * success + caught_up + retrofits.gains[:quarters]
    saved = _energy_saved(numbers) * start.funded.energy
    share = variable_share(technology)
    competitiveness = share * each + (1.0 - share) * saved + numbers.quality_share * numbers.quality_weight * success
    # customers go to those who improve, so the market gains more than its mean firm
    gained = (1.0 - numbers.quality_share) * share**2 + numbers.quality_share * numbers.quality_weight**2
    won = numbers.demand_elasticity**2 * squared * gained / 2.0
    closed, selected = usual_closings(firms, numbers)
    efficiency = each + selected
    unit_cost = technology.variable * efficiency + technology.energy * saved
    turnover = _turnover(firms, numbers, technology, start, quarters, closed)
    turnover[1:] -= won
    return Usual(competitiveness, efficiency, np.full_like(efficiency, saved), unit_cost, imitation, turnover)


def _turnover(
    firms: Firms, numbers: Parameters, technology: Technology, start: Start, quarters: int, closed: np.ndarray
) -> np.ndarray:
    """Return growth by quarter and cluster that customers of others bring: those who were turned away, and those of
    firms that closed.

    Firms grow with their cluster and larger ones close less; entrants do not grow, so that they bring ever less of
    what there is.
    """
    trend = np.log1p(np.array(numbers.by_cluster("demand_growth"))) / 4.0
    grown = np.arange(quarters)[:, None] * trend
    closing = closed * np.exp(-numbers.exit_size_exponent * grown) + start.defaults
    opening = usual_openings(firms, numbers, start.smallest) * np.exp(-grown)
    opening *= usual_reservoir(firms, numbers, start.smallest, quarters)[:, None]
    turnover = usual_turned_away(firms, numbers, technology) + closing - opening
    turnover[0] = start.turned_away  # before the first quarter customers left, and nobody had closed or opened
    titled = _mean(firms, np.where(firms.active, firms.demand, 0.0), firms.specialised_title > 0)
    return turnover - numbers.title_growth / 4.0 * titled


def _mean(firms: Firms, weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    mean: np.ndarray = firms.cluster_sum(weight * values) / firms.cluster_sum(weight)
    return mean


def _effort(firms: Firms, numbers: Parameters, technology: Technology) -> np.ndarray:
    """Chance of success over the rate, from each firm's research stock."""
    usual_stock = technology.usual_research_stock(numbers)[firms.cluster] * 4.0 * firms.demand
    effort = np.where(firms.active, firms.research_stock, 0.0) / np.maximum(usual_stock, 1e-12)
    chance: np.ndarray = np.minimum(effort**numbers.success_concavity, numbers.talent_limit)
    return chance


def _behind(firms: Firms) -> np.ndarray:
    """Log gap to the cluster's frontier, negative beyond it."""
    behind: np.ndarray = firms.frontier[firms.cluster] - np.log(
        np.where(firms.active, firms.productivity * firms.digital_effect, 1.0)
    )
    return behind


def _imitation(firms: Firms, numbers: Parameters, effort: np.ndarray, retrofits: np.ndarray) -> np.ndarray:
    """Share of its gap a laggard closes a quarter: what undoes the spread that luck,
    unequal research and retrofits add.

    Where each firm stands then has a steady spread: twice what catching up takes from it equals the variance that
    successes and retrofits add and twice the covariance of what a firm gains with where its gains have brought it,
    which is the variance of unequal gains over the rate: a quadratic equation in the rate.
    """
    each = np.where(firms.active, 1.0, 0.0)
    chance = numbers.success_rate * (1.0 - numbers.quality_share) * effort
    gained, standing = chance * numbers.success_step, -_behind(firms)
    added = retrofits + _mean(firms, each, 2.0 * chance * numbers.success_step**2)
    unequal = 2.0 * _covariance(firms, each, gained, gained)
    undone = -2.0 * _covariance(firms, each, np.maximum(-standing, 0.0), standing)
    root = added + np.sqrt(added**2 + 4.0 * undone * unequal)
    rate: np.ndarray = np.clip(np.divide(root, 2.0 * undone, out=np.zeros_like(added), where=undone > 0.0), 0.0, 1.0)
    return rate


def _covariance(firms: Firms, weight: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    covariance: np.ndarray = _mean(firms, weight, left * right) - _mean(firms, weight, left) * _mean(
        firms, weight, right
    )
    return covariance


def _energy_saved(numbers: Parameters) -> float:
    """Log fall of energy intensity a quarter: chance to look, times chance that a project pays back,
    times what it saves.
    """
    pays = 1.0 - math.exp(-numbers.energy_payback_limit / numbers.energy_saving_payback)
    return -numbers.energy_consider * pays * math.log1p(-numbers.energy_saving * (1.0 - numbers.rebound))


@dataclass(frozen=True, slots=True)
class _Retrofits:
    """Digital retrofits: gain by quarter and cluster, and variance of efficiency that they add a quarter to 2030."""

    gains: np.ndarray
    spread: np.ndarray

    @classmethod
    def ahead(cls, firms: Firms, numbers: Parameters, quarters: int, funded: Funded) -> _Retrofits:
        """Return what firms gain as they climb the levels as far as they find money; it fades as they reach the top."""
        whole = LAST - FIRST + 1
        by_demand = _Adoption(firms, numbers, np.where(firms.active, firms.demand, 0.0), funded.digital)
        by_number = _Adoption(firms, numbers, np.where(firms.active, 1.0, 0.0), funded.digital_firms)
        before, gains = by_number.levels.copy(), np.zeros((max(quarters, whole), firms.start.size))
        variance = np.zeros(firms.start.size)
        for quarter in range(len(gains)):
            adopters = by_number.adopters()
            gains[quarter] = by_demand.turn(adopters)
            by_number.turn(adopters)
            if quarter == whole - 1:
                gain = math.log1p(numbers.digital_gain)
                variance = _variance_of_climbs(before, by_number.climbed) * gain**2
                variance += 2.0 * funded.edge * by_number.begun * gain  # the able find money for more
        return cls(gains, variance / whole)


def _variance_of_climbs(levels: np.ndarray, climbed: np.ndarray) -> np.ndarray:
    """Return the variance of levels gained over the horizon, when each firm below the top takes steps by chance.

    Args:
        levels: shares of firms by level at the start. climbed: expected steps of a firm that never reaches the top.
    """
    mean, square = np.zeros_like(climbed), np.zeros_like(climbed)
    for level in range(TOP_DIGITAL_LEVEL):
        room, left = TOP_DIGITAL_LEVEL - level, np.ones_like(climbed)
        for steps in range(room + 1):
            chance = np.exp(-climbed) * climbed**steps / math.factorial(steps) if steps < room else left
            left = left - chance
            mean += levels[level] * chance * steps
            square += levels[level] * chance * steps**2
    variance: np.ndarray = square - mean**2
    return variance


class _Adoption:
    """Shares of a cluster's firms (or of their demand) by digital level, those that are running in apart."""

    def __init__(self, firms: Firms, numbers: Parameters, weight: np.ndarray, funded: float) -> None:
        self._numbers, self._funded = numbers, funded
        self._dip_quarters = round(numbers.digital_dip_quarters)
        size = np.maximum(firms.demand, 1e-9) / numbers.size_reference
        self._size = _mean(firms, weight, np.minimum(size**numbers.digital_size_weight, numbers.digital_size_ceiling))
        left = range(1, self._dip_quarters + 1)
        self.climbed = np.zeros(firms.start.size)
        self.begun = np.zeros(firms.start.size)
        self.levels = np.array([_mean(firms, weight, firms.digital_level == n) for n in range(TOP_DIGITAL_LEVEL + 1)])
        self._running = [
            np.array(
                [
                    _mean(firms, weight, (firms.adapting == k) & (firms.digital_level == n))
                    for n in range(TOP_DIGITAL_LEVEL + 1)
                ]
            )
            for k in left
        ]

    def adopters(self) -> np.ndarray:
        """Return the share with any level, per cluster."""
        share: np.ndarray = 1.0 - self.levels[0]
        return share

    def turn(self, adopters: np.ndarray) -> np.ndarray:
        """Start and finish a quarter's retrofits; return the log gain in efficiency per cluster."""
        numbers = self._numbers
        spread = numbers.digital_consider * (1.0 + numbers.digital_peer_weight * adopters)
        pays = (
            math.exp(-numbers.digital_cost / (numbers.digital_payback_years * numbers.digital_gain))
            if numbers.digital_gain
            else 0.0
        )
        idle = self.levels - sum(self._running, np.zeros_like(self.levels))
        finished = self._running.pop(0) if self._running else np.zeros_like(self.levels)
        begun = np.minimum(spread * self._size, 1.0) * pays * self._funded * idle[:TOP_DIGITAL_LEVEL]
        below = self.levels[:TOP_DIGITAL_LEVEL].sum(axis=0)
        self.climbed += np.divide(begun.sum(axis=0), below, out=np.zeros_like(below), where=below > 0.0)
        self.begun += begun.sum(axis=0)
        self.levels[:TOP_DIGITAL_LEVEL] -= begun
        self.levels[1:] += begun
        started = np.zeros_like(self.levels)
        started[1:] = begun
        self._running.append(started)
        gained: np.ndarray = finished.sum(axis=0) * (math.log1p(numbers.digital_gain) + numbers.digital_dip)
        return gained - begun.sum(axis=0) * numbers.digital_dip
