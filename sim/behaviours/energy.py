"""Energy: what the city's cap leaves becomes firm quotas, by the rule of the budget.

Quotas ration what a market without a cap would make (`wanted_output`), so a cap above what is wanted moves nothing.
Under `key-users` the use of a firm up to the line is free, and what key users want above it is cut alike. Under
`proportional` clusters have budgets by their use of 2021, and whoever is cut in a cluster is cut alike. Under the other
rules each covered firm has a quota of its own (`sim.treasury.quotas`). But for `key-users` small users are served
first, and cut alike when they alone exceed what there is.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import Prices, efficiency, per_unit
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting
from sim.tables.units import DUST
from sim.treasury import quotas
from sim.treasury.energy import KEY_USERS, PROPORTIONAL, EnergyBudget, covered
from sim.treasury.quotas import Asking, key_user_budgets, shared_out

_ENOUGH = 1.0 - DUST  # a share that only rounding keeps below one cuts nobody


class EnergyWanted(NamedTuple):
    """What firms would make and the energy it takes; who is small is told by the demand it plans for."""

    wanted_output: PerFirm
    energy_intensity: PerFirm
    expected_demand: PerFirm


class EnergyUsers(NamedTuple):
    """Who is in business, and how efficiently it works."""

    active: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm


class QuotaShares(NamedTuple):
    """Quota over wanted use, of what may be cut and of the rest."""

    covered: PerCluster
    free: PerCluster


class Quotas(NamedTuple):
    """Energy that firms may use, tce a quarter, and what a tce more would earn, million yuan."""

    energy_quota: PerFirm
    energy_price_shadow: PerFirm


class QuotaTrade(NamedTuple):
    """Quota that firms bought, tce a quarter, below zero sold, and million yuan received for it, below zero paid."""

    energy_bought: PerFirm
    quota_trade: PerFirm


@declared(reads=(EnergyWanted, EnergyUsers, "cluster", "energy_2021"), writes=(Quotas, QuotaTrade))
def allocate(firms: Firms, setting: Setting) -> None:
    """Write quotas (tce a quarter, infinite for firms under none), shadow prices (million yuan per tce) and what was
    bought and paid for quotas.
    """
    given, trade, budget = bundle(Quotas, firms), bundle(QuotaTrade, firms), setting.terms.energy
    trade.energy_bought[:] = trade.quota_trade[:] = 0.0
    if budget is None:
        given.energy_quota[:] = np.inf
        given.energy_price_shadow[:] = 0.0
        return
    _share_out(firms, setting, budget, given, trade)


def worth_of_the_cap(firms: Firms, setting: Setting, budget: EnergyBudget) -> float:
    """Return million yuan of value added that one more tce of the cap would bring this quarter, as the rule shares it
    out.
    """
    if not firms.energy_price_shadow.any():
        return 0.0
    more = Quotas(*(np.zeros(firms.rows) for _ in Quotas._fields))
    trade = QuotaTrade(*(np.zeros(firms.rows) for _ in QuotaTrade._fields))
    _share_out(firms, setting, replace(budget, cap=budget.cap + 1.0), more, trade)
    wanted = firms.wanted_output * firms.energy_intensity
    gained = np.minimum(more.energy_quota, wanted) - np.minimum(firms.energy_quota, wanted)
    return float((firms.energy_price_shadow * gained).sum())


def _share_out(firms: Firms, setting: Setting, budget: EnergyBudget, given: Quotas, trade: QuotaTrade) -> None:
    rows, use, by_line = rows_in(firms), bundle(EnergyWanted, firms), budget.rule == KEY_USERS
    wanted = _wanted(firms, budget)
    shares = _SHARES.get(budget.rule, _small_first)(*wanted, budget)
    users = bundle(EnergyUsers, firms)
    _ration(rows, use, users, budget.coverage, by_line, QuotaShares(*shares), setting.prices(), given)
    if budget.rule not in _SHARES:
        _by_firm(firms, budget, max(budget.cap - float(wanted[1].sum()), 0.0), given, trade)


def _by_firm(firms: Firms, budget: EnergyBudget, left: float, given: Quotas, trade: QuotaTrade) -> None:
    """Share what is left, tce, among covered firms, whose shadow price tells what a tce more is worth to each."""
    rows = covered(firms, budget.coverage)
    if not rows.size:
        return
    wanted = firms.wanted_output[rows] * firms.energy_intensity[rows]
    asking = Asking(wanted, _past_use(firms)[rows], given.energy_price_shadow[rows], firms.cluster[rows])
    held = quotas.held(asking, left, budget)
    trade.energy_bought[rows], trade.quota_trade[rows] = held.bought, -held.price * held.bought
    full = quotas.served(wanted, held.quotas)
    given.energy_quota[rows] = np.where(full, np.maximum(held.quotas, wanted), held.quotas)
    # What a tce more is worth: its price to who may sell it or need not buy it, else what the firm would make of it.
    given.energy_price_shadow[rows] = np.where(full | held.all_for_sale, held.price, asking.worth)


def _past_use(firms: Firms) -> np.ndarray:
    """Return use of 2021 by row, tce a year; of a firm founded since, what the firms of its cluster used per unit of
    the demand that they plan for now.
    """
    known = firms.energy_2021 > 0.0
    planned = firms.cluster_sum(np.where(known, firms.expected_demand, 0.0))
    used = firms.cluster_sum(firms.energy_2021)
    mean = np.divide(used, planned, out=np.zeros(used.size), where=planned > 0.0)[firms.cluster]
    own = 4.0 * firms.energy_intensity  # in a cluster where nobody is left who was there in 2021
    past: np.ndarray = np.where(known, firms.energy_2021, np.where(mean > 0.0, mean, own) * firms.expected_demand)
    return past


def unreachable(firms: Firms, budget: EnergyBudget) -> float:
    """Return tce by which what the rule leaves free and the least that key users keep exceed the cap this quarter."""
    if budget.rule != KEY_USERS:
        return 0.0
    above, free = _wanted(firms, budget)
    kept = np.minimum(key_user_budgets(above, free, budget), above)
    return max(float(free.sum() + kept.sum()) - budget.cap, 0.0)


def _wanted(firms: Firms, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return wanted use that the rule may cut and that it leaves free, tce a quarter, per cluster."""
    covered, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(rows_in(firms), bundle(EnergyWanted, firms), budget.coverage, budget.rule == KEY_USERS, covered, free)
    return covered, free


def _key_users(above: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use above the line, per cluster; what lies below it has none."""
    return key_user_budgets(above, free, budget) / np.where(above > 0.0, above, 1.0), np.full(free.size, np.inf)


def _alike(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for covered and for small users, per cluster; above one there is headroom."""
    total = covered + free
    budgets = shared_out(total, budget.cap * budget.planned / budget.planned.sum(), budget.hand_on_slack)
    alike = budgets / np.where(total > 0.0, total, 1.0)
    rest = np.maximum(budgets - free, 0.0) / np.where(covered > 0.0, covered, 1.0)
    roomy = alike >= _ENOUGH
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


def _small_first(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return no share for covered firms, who are then told what a tce is worth, and what small users get of what they
    want.
    """
    enough = min(budget.cap / max(float(free.sum()), DUST), 1.0)
    return np.zeros(covered.size), np.full(free.size, enough)


_SHARES = {KEY_USERS: _key_users, PROPORTIONAL: _alike}  # rules by which clusters have budgets


@kernel
def _wanted_use(
    rows: Rows, use: EnergyWanted, line: float, by_line: bool, covered: PerCluster, free: PerCluster
) -> None:
    """Sum wanted use = wanted output x intensity, tce a quarter, that the rule may cut and that it leaves free:
    above and below the line, or of covered firms and others.
    """
    for c in clusters(rows):
        under, beside = 0.0, 0.0
        for i in rows_of(c, rows):
            wanted = use.wanted_output[i] * use.energy_intensity[i]
            if by_line:
                under += max(wanted - line / 4.0, 0.0)
                beside += min(wanted, line / 4.0)
            elif use.expected_demand[i] * 4.0 * use.energy_intensity[i] >= line:
                under += wanted
            else:
                beside += wanted
        covered[c], free[c] = under, beside


@kernel
def _ration(
    rows: Rows,
    use: EnergyWanted,
    users: EnergyUsers,
    line: float,
    by_line: bool,
    shares: QuotaShares,
    prices: Prices,
    quotas: Quotas,
) -> None:
    """Ration energy, tce a quarter: quota = exempt + share x (wanted use - exempt).

    Where the share is below one by more than rounding, the shadow price is (price - inputs / efficiency) / intensity -
    energy price, million yuan per tce.
    """
    for c in clusters(rows):
        for i in rows_of(c, rows):
            if not users.active[i]:
                continue
            intensity = use.energy_intensity[i]
            wanted = use.wanted_output[i] * intensity
            exempt = min(wanted, line / 4.0) if by_line else 0.0
            large = use.expected_demand[i] * 4.0 * intensity >= line
            covered = wanted > exempt if by_line else large
            share = shares.covered[c] if covered else shares.free[c]
            quota = exempt + share * (wanted - exempt) if share < np.inf else np.inf
            quotas.energy_price_shadow[i] = 0.0
            if share < _ENOUGH:
                able = efficiency(users.productivity[i], users.digital_effect[i])
                earned = prices.output[c] - per_unit(prices.materials[c], able)
                quotas.energy_price_shadow[i] = max(earned / intensity - prices.energy[c], 0.0)
            else:
                quota = max(quota, wanted)  # where there is enough, no rounding may cut anybody
            quotas.energy_quota[i] = quota
