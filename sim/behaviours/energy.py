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
from sim.firms.costs import Prices, efficiency, own_tax_rate, per_unit, unit_margin
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting
from sim.treasury import quotas
from sim.treasury.energy import KEY_USERS, EnergyBudget, past_use, rows_covered
from sim.treasury.quotas import ENOUGH, Asking, key_user_budgets


class EnergyWanted(NamedTuple):
    """What firms would make and the energy it takes; who is small is told by the demand it plans for."""

    wanted_output: PerFirm
    energy_intensity: PerFirm
    expected_demand: PerFirm


class EnergyUsers(NamedTuple):
    """Who is in business, how efficiently it works, and who pays less tax."""

    active: PerFirm
    productivity: PerFirm
    digital_effect: PerFirm
    high_tech_title: PerFirm


class QuotaShares(NamedTuple):
    """Quota over wanted use, of what may be cut and of the rest."""

    covered: PerCluster
    free: PerCluster


class Quotas(NamedTuple):
    """Energy that firms may use, tce a quarter, what a tce more is worth to them, and the value added that it would
    bring, million yuan per tce.
    """

    energy_quota: PerFirm
    energy_price_shadow: PerFirm
    energy_worth: PerFirm


class Rates(NamedTuple):
    """Tax over value added, the part of it that the high-tech title saves, and the share of wages that does not move
    with output.
    """

    tax: float
    tax_cut: float
    fixed_wages: float


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
        given.energy_price_shadow[:] = given.energy_worth[:] = 0.0
        return
    _share_out(firms, setting, budget, given, trade)


def worth_of_the_cap(firms: Firms, setting: Setting, budget: EnergyBudget) -> float:
    """Return million yuan of value added that one more tce of the cap would bring this quarter, as the rule shares it
    out.
    """
    if not firms.energy_worth.any():
        return 0.0
    more = Quotas(*(np.zeros(firms.rows) for _ in Quotas._fields))
    trade = QuotaTrade(*(np.zeros(firms.rows) for _ in QuotaTrade._fields))
    _share_out(firms, setting, replace(budget, cap=budget.cap + 1.0), more, trade)
    wanted = firms.wanted_output * firms.energy_intensity
    gained = np.minimum(more.energy_quota, wanted) - np.minimum(firms.energy_quota, wanted)
    return float((firms.energy_worth * gained).sum())


def _share_out(firms: Firms, setting: Setting, budget: EnergyBudget, given: Quotas, trade: QuotaTrade) -> None:
    rows, use, by_line = rows_in(firms), bundle(EnergyWanted, firms), budget.rule == KEY_USERS
    wanted = _wanted(firms, budget)
    shares, users = QuotaShares(*quotas.shares(*wanted, budget)), bundle(EnergyUsers, firms)
    _ration(rows, use, users, budget.coverage, by_line, shares, setting.prices(), given)
    if budget.rule not in quotas.BY_CLUSTER:
        _by_firm(firms, setting, budget, max(budget.cap - float(wanted[1].sum()), 0.0), given, trade)


def _by_firm(
    firms: Firms, setting: Setting, budget: EnergyBudget, left: float, given: Quotas, trade: QuotaTrade
) -> None:
    """Share what is left, tce, among covered firms, of each of which `energy_worth` tells what it makes of a tce."""
    rows = rows_covered(firms, budget.coverage)
    if not rows.size:
        return
    wanted, kept = firms.wanted_output[rows] * firms.energy_intensity[rows], np.zeros(firms.rows)
    numbers, users = setting.numbers, bundle(EnergyUsers, firms)
    rates = Rates(setting.technology.tax_rate, numbers.high_tech_tax_cut, numbers.fixed_wage_share)
    _kept(rows_in(firms), users, firms.energy_intensity, rates, setting.prices(), kept)
    asking = Asking(wanted, past_use(firms)[rows], given.energy_worth[rows], kept[rows], firms.cluster[rows])
    held = quotas.held(asking, left, budget)
    trade.energy_bought[rows], trade.quota_trade[rows] = held.bought, -held.price * held.bought
    full = quotas.served(wanted, held.quotas)
    given.energy_quota[rows] = np.where(full, np.maximum(held.quotas, wanted), held.quotas)
    # What a tce more is worth: its price to who may sell it or need not buy it, else what the firm would make of it.
    given.energy_price_shadow[rows] = np.where(full | held.all_for_sale, held.price, asking.worth)
    given.energy_worth[rows[full]] = 0.0


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
            worth = 0.0
            if share < ENOUGH:
                able = efficiency(users.productivity[i], users.digital_effect[i])
                earned = prices.output[c] - per_unit(prices.materials[c], able)
                worth = max(earned / intensity - prices.energy[c], 0.0)
            else:
                quota = max(quota, wanted)  # where there is enough, no rounding may cut anybody
            quotas.energy_quota[i] = quota
            quotas.energy_price_shadow[i], quotas.energy_worth[i] = worth, worth


@kernel
def _kept(rows: Rows, users: EnergyUsers, intensity: PerFirm, rates: Rates, prices: Prices, kept: PerFirm) -> None:
    """Say what firms keep of what a tce more brings, million yuan: margin of a unit / intensity, after tax and the
    wages that move with output, not below zero.
    """
    for c in clusters(rows):
        wages = (1.0 - rates.fixed_wages) * prices.wages[c]
        for i in rows_of(c, rows):
            if users.active[i]:
                able = efficiency(users.productivity[i], users.digital_effect[i])
                tax, bill = own_tax_rate(rates.tax, users.high_tech_title[i], rates.tax_cut), prices.energy[c]
                margin = unit_margin(prices.output[c], prices.materials[c], wages, bill * intensity[i], tax, able)
                kept[i] = max(margin / intensity[i], 0.0)
