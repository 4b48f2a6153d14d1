"""Leaving and joining: default, a hazard that falls with size, productivity and age, and entry of potential entrants.

The one behaviour that may write any column, but only in rows that enter or leave, whole or in part.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calendar.quarter import FIRST
from sim.firms import land
from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import UnitCost, efficiency
from sim.firms.entrants import Entrants, luck, sizes
from sim.firms.ground import left
from sim.firms.newcomers import drawn_to
from sim.firms.signings import Plants, comes, potential
from sim.firms.swap import capacity
from sim.firms.table import Firms, cleared
from sim.firms.turnover import Hazard, closing_chance, is_safe, quarterly
from sim.luck import keys
from sim.luck.compiled import kernel
from sim.luck.randomness import lognormal, uniform, uniforms
from sim.setting import Setting
from sim.tables.milestones import Kind
from sim.tables.units import DUST
from sim.treasury.events import Event, reached


class Closing(NamedTuple):
    """What decides whether a firm stays."""

    active: PerFirm
    key: PerFirm
    short_of_cash: PerFirm
    net_worth: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    demand: PerFirm
    founded: PerFirm
    reported_revenue: PerFirm
    last_revenue: PerFirm
    ramp_demand: PerFirm


class ClosingRules(NamedTuple):
    """Luck, frontier (log efficiency), the quarter, demand below which a firm is no longer simulated, the hazard of a
    quarter at the reference, and the quarters without cash after which an insolvent firm defaults.
    """

    luck: np.uint64
    frontier: PerCluster
    now: int
    smallest: float
    hazard: float
    patience: int


@declared(reads=(Closing, "cluster", "land"), writes=(cleared, "vacant_land"))
def leave(firms: Firms, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Close firms that default or that the hazard takes, and return firms too small to be simulated to the reservoir.

    Return the rows of firms that closed, and of those returned, which cannot close any more. The hazard takes no group
    above 10 billion yuan, which is sold rather than closed, and no plant that is still starting up.
    """
    numbers = setting.numbers
    closed, small = np.empty((2, int((firms.stop - firms.start).sum())), dtype=np.int64)
    given = ClosingRules(
        luck=setting.luck("exit"),
        frontier=firms.frontier,
        now=setting.quarter.number,
        smallest=setting.smallest * numbers.returning_share / 4.0,
        hazard=quarterly(numbers.exit_hazard),
        patience=round(numbers.default_quarters),
    )
    rows, hazard = rows_in(firms), bundle(Hazard, numbers)
    closing, shrinking = _leaving(rows, bundle(Closing, firms), hazard, given, closed, small)
    closed, small = closed[:closing], small[:shrinking]
    if setting.terms.has("closure") or setting.terms.swap is not None:
        closed = _close(firms, setting, closed, small)
    firms.vacant_land[closed] = firms.land[closed]
    firms.clear(np.concatenate([closed, small]))
    return closed, small


def _close(firms: Firms, setting: Setting, closed: np.ndarray, small: np.ndarray) -> np.ndarray:
    """Close what is ordered to close, credit all that closes (`sim.firms.swap`); return the rows that close whole."""
    share = np.where(firms.active, setting.terms.column("closure"), 0.0)
    share[closed], share[small] = 1.0, 0.0
    if (rule := setting.terms.swap) is not None:
        gone = share * rule.deposits() * capacity(firms, firms.capital, setting.technology.capital_output)
        setting.bank.deposit(setting.quarter.number, firms.cluster_sum(gone))
    firms.capital *= 1.0 - share
    return np.concatenate([closed, np.setdiff1d(np.flatnonzero(share > 1.0 - DUST), closed)])


@kernel
def _leaving(
    rows: Rows, firms: Closing, rules: Hazard, given: ClosingRules, closed: np.ndarray, small: np.ndarray
) -> tuple[int, int]:
    """Write rows of firms that close and of firms that are too small, and return how many; chances are of a quarter.

    A firm closes that lacks cash for `patience` quarters with negative net worth, or whose draw is below its chance
    and the ceiling (see `closing_chance`).
    """
    closing, shrinking = 0, 0
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not firms.active[i]:
                continue
            demand = firms.demand[i]
            if demand < given.smallest:
                small[shrinking] = i
                shrinking += 1
                continue
            closed[closing] = i
            if firms.short_of_cash[i] >= given.patience and firms.net_worth[i] < 0.0:
                closing += 1
                continue
            draw = uniform(given.luck, firms.key[i])
            # no chance is above the ceiling, so most firms need no further look
            if draw >= rules.exit_hazard_ceiling or given.hazard <= 0.0:
                continue
            if not is_safe(firms.reported_revenue[i], firms.last_revenue[i], firms.ramp_demand[i]):
                lag = given.frontier[c] - math.log(efficiency(firms.productivity[i], firms.digital_effect[i]))
                if draw < closing_chance(given.hazard, lag, (given.now - firms.founded[i]) / 4.0, demand, rules):
                    closing += 1
    return closing, shrinking


_WHO = ("key", "major", "local_headquarters", "founded", "active")
_ABLE = ("capital", "productivity", "digital_effect", "energy_intensity", "research_propensity", "research_stock")
_MARKET = ("demand", "expected_demand", "ramp_demand", "competitiveness")
_OWNS = ("debt", "cash", "promised_award", "land", "land_capacity")


@declared(reads=("cluster", "revenue", "profit", "vacant_land"), writes=(*_WHO, *_ABLE, *_MARKET, *_OWNS))
def join(firms: Firms, setting: Setting) -> tuple[np.ndarray, Event]:
    """Open the firms among this quarter's potential entrants that decide to enter, then plants that are due; return
    their rows, and the event of newcomers' plants that open.
    """
    due = setting.announced.opening(setting.quarter + 1)
    announced = np.array([p.cluster for p in due], dtype=np.int64), np.array([p.key for p in due], dtype=np.uint64)
    built = setting.signings.due
    ordinary, plants = _ordinary(firms, setting), built.only(comes(built, firms, setting.numbers))
    ordinary, plants = _admitted(firms, setting, ordinary, plants)
    parts = ordinary, (plants.cluster, plants.key), announced
    cluster, key = (np.concatenate(part) for part in zip(*parts, strict=True))
    rows = firms.take_rows(cluster)
    major, known = rows[ordinary[0].size :], rows[rows.size - len(due) :]
    signed = major[: plants.key.size]
    firms.key[rows], firms.major[major], firms.promised_award[signed] = key, True, plants.award
    when = np.full(rows.size, setting.quarter.number)
    when[ordinary[0].size : ordinary[0].size + signed.size] = plants.usual
    annual = _sizes(Entrants(cluster, key, firms.major[rows], when), setting)
    annual[rows.size - len(due) :] = [plant.annual for plant in due]
    _open(firms, setting, rows, annual, when)
    firms.local_headquarters[known] = [plant.local_headquarters for plant in due]
    _start_slowly(firms, setting, major)
    return rows, reached(Kind.PROJECT_OPENED, setting.quarter, np.sort(signed))


def _admitted(
    firms: Firms, setting: Setting, ordinary: tuple[np.ndarray, np.ndarray], plants: Plants
) -> tuple[tuple[np.ndarray, np.ndarray], Plants]:
    """Return those newcomers that find land where a budget limits it, and closed capacity where a rule asks for it."""
    budget, rule, small = setting.terms.land, setting.terms.swap, ordinary[0].size
    if budget is None and rule is None:
        return ordinary, plants
    cluster, key = (np.concatenate(pair) for pair in zip(ordinary, (plants.cluster, plants.key), strict=True))
    when = np.concatenate([np.full(small, setting.quarter.number), plants.usual])
    annual = _sizes(Entrants(cluster, key, np.arange(key.size) >= small, when), setting)
    now = np.broadcast_to(setting.terms.newcomers.swap, setting.bank.clusters)
    ratio = np.concatenate([now[ordinary[0]], plants.swap]) if rule is not None else np.zeros(key.size)
    opens = np.isfinite(ratio)  # who may not open at all looks for no land
    if budget is not None:
        need = annual * setting.technology.capital_output[cluster] * land.new_plots(key, setting.seed, setting.plots())
        draws = uniforms(setting.luck("land"), key)
        opens[opens] = land.finding_land(need[opens], draws[opens], left(firms, budget))
    if rule is not None:
        opens |= np.isinf(ratio)
        opens[opens] = setting.bank.admit(annual[opens], ratio[opens], cluster[opens])
    return (ordinary[0][opens[:small]], ordinary[1][opens[:small]]), plants.only(opens[small:])


def _sizes(who: Entrants, setting: Setting) -> np.ndarray:
    return sizes(who, setting.numbers, setting.technology, setting.smallest, setting.seed)


def _start_slowly(firms: Firms, setting: Setting, rows: np.ndarray) -> None:
    """Plants open with a part of their customers and research; `projects` brings the others quarter by quarter."""
    part = 1.0 / max(round(setting.numbers.start_up_quarters), 1)
    firms.ramp_demand[rows] = (1.0 - part) * firms.demand[rows]
    for column in (firms.demand, firms.expected_demand, firms.research_stock):
        column[rows] *= part


def _ordinary(firms: Firms, setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Cluster and key of each ordinary firm that enters this quarter."""
    starting = (firms.first_entrant - firms.start).astype(float)
    expected = setting.numbers.entry_rate * starting * setting.reservoir * _attraction(firms, setting, starting) / 4.0
    cluster, place = potential(firms.places[0])
    key = keys.firm_keys(cluster, setting.quarter - FIRST + 1, place)
    enters = uniforms(setting.luck("entry"), key) < (expected / np.maximum(firms.places[0], 1))[cluster]
    return cluster[enters], key[enters]


def _attraction(firms: Firms, setting: Setting, starting: np.ndarray) -> np.ndarray:
    """Entry over its usual rate: rises with the cluster's profit margin over its margin of 2021 and with what policy
    draws, from none to the ceiling.
    """
    revenue = np.maximum(firms.cluster_sum(firms.revenue), 1e-12)
    margin = firms.cluster_sum(firms.profit) / revenue
    numbers, usual = setting.numbers, setting.technology.profit
    # a trade that usually makes losses attracts when it makes less
    relative = (margin - usual) / np.maximum(usual, numbers.margin_floor)
    without = 1.0 + numbers.entry_profit_response * relative
    return drawn_to(without, setting.terms.newcomers.entry, starting, numbers.entry_ceiling)


def _open(firms: Firms, setting: Setting, rows: np.ndarray, annual: np.ndarray, when: np.ndarray) -> None:
    """Give entrants their first state: the cluster's technology of today, a drawn size and margin."""
    numbers, technology = setting.numbers, setting.technology
    cluster, key = firms.cluster[rows], firms.key[rows]
    above = -np.log1p(-luck(setting.seed, "entrant margin", key, when))  # exponential, mean 1
    drawn = numbers.margin_floor + (technology.profit[cluster] - numbers.margin_floor) * above
    margin = np.minimum(drawn, technology.highest_margin[cluster])
    firms.active[rows] = True
    firms.founded[rows] = setting.quarter.number
    energy = technology.energy[cluster]
    propensity = lognormal(luck(setting.seed, "entrant research", key, when), numbers.research_spread)
    fitting = technology.productivity_for_margin(cluster, margin, energy, technology.research[cluster] * propensity)
    firms.productivity[rows] = fitting * np.exp(setting.progress[cluster])  # they come with the technology of today
    firms.digital_effect[rows] = 1.0
    firms.research_propensity[rows] = propensity
    firms.energy_intensity[rows] = technology.energy_intensity[cluster]
    firms.capital[rows] = firms.land_capacity[rows] = annual * technology.capital_output[cluster]
    firms.land[rows] = firms.capital[rows] * land.new_plots(key, setting.seed, setting.plots())
    firms.debt[rows] = technology.debt_ratio[cluster] * firms.capital[rows] * setting.conditions.deflator
    firms.demand[rows] = firms.expected_demand[rows] = annual / 4.0
    firms.research_stock[rows] = technology.usual_research_stock(numbers)[cluster] * propensity * annual
    firms.cash[rows] = numbers.cash_buffer * annual / 4.0 * setting.conditions.output_price[cluster]
    firms.competitiveness[rows] = -np.log(
        UnitCost(technology, cluster, firms.productivity[rows], firms.energy_intensity[rows]).total
    )
    outside = luck(setting.seed, "entrant headquarters", key, when) < numbers.major_project_outside_share
    firms.local_headquarters[rows] = ~(firms.major[rows] & outside)
