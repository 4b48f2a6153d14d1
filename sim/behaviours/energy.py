"""Energy: what the city's cap leaves becomes firm quotas; whoever is cut is cut alike.

Quotas ration what a market without a cap would make (`wanted_output`), so a cap above what is wanted moves nothing.
Under `key-users` the use of a firm up to the line is free, and what key users want above it is cut. Under
`proportional` clusters have budgets by their use of 2021; small users are served first, but all are cut when they
alone exceed it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, declared, rows_in, rows_of
from sim.firms.costs import Prices, efficiency, per_unit
from sim.firms.table import Firms
from sim.luck.compiled import kernel
from sim.setting import Setting
from sim.tables.units import DUST
from sim.treasury.terms import KEY_USERS, EnergyBudget

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


@declared(reads=(EnergyWanted, EnergyUsers), writes=(Quotas,))
def allocate(firms: Firms, setting: Setting) -> None:
    """Write quotas (tce a quarter, infinite for firms under none) and shadow prices (million yuan per tce)."""
    budget = setting.terms.energy
    if budget is None:
        firms.energy_quota[:] = np.inf
        firms.energy_price_shadow[:] = 0.0
        return
    rows, use, line = rows_in(firms), bundle(EnergyWanted, firms), _line(budget)
    shares = QuotaShares(*(_key_users if budget.rule == KEY_USERS else _alike)(*_wanted(firms, budget), budget))
    _ration(rows, use, bundle(EnergyUsers, firms), *line, shares, setting.prices(), bundle(Quotas, firms))


def unreachable(firms: Firms, budget: EnergyBudget) -> float:
    """Return tce by which what the rule leaves free and the least that key users keep exceed the cap this quarter."""
    if budget.rule != KEY_USERS:
        return 0.0
    above, free = _wanted(firms, budget)
    kept = np.minimum(key_user_budgets(above, free, budget), above)
    return max(float(free.sum() + kept.sum()) - budget.cap, 0.0)


def _line(budget: EnergyBudget) -> tuple[float, bool]:
    """Return the energy that tells users apart, tce a year, and whether what a firm uses up to it is free."""
    return budget.coverage, budget.rule == KEY_USERS


def _wanted(firms: Firms, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return wanted use that the rule may cut and that it leaves free, tce a quarter, per cluster."""
    covered, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(rows_in(firms), bundle(EnergyWanted, firms), *_line(budget), covered, free)
    return covered, free


def cluster_budgets(wanted: np.ndarray, first: np.ndarray, hand_on_slack: bool) -> np.ndarray:
    """Return each cluster's budget, tce: its first share, plus slack of others in proportion to what it is short of."""
    if not hand_on_slack:
        return first
    short, slack = np.maximum(wanted - first, 0.0), np.maximum(first - wanted, 0.0)
    handed = min(short.sum(), slack.sum())
    if handed <= 0.0:
        return first
    budgets = first + handed * short / short.sum() - handed * slack / slack.sum()
    # Where there is enough for all, no rounding may cut anybody.
    return np.maximum(budgets, wanted if handed == short.sum() else 0.0)


def key_user_budgets(above: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> np.ndarray:
    """Return what each cluster's key users may use above the line together, tce.

    Args:
        above: tce that the cluster's key users want above the line. free: all other use that is wanted.

    Planned use of clusters, at today's parts above and below the line, is cut down to the cap above the line. What
    others use beyond that plan key users make room for, up to `deepest_squeeze` of what is left to them.
    """
    total = above + free
    planned = budget.planned * above / np.where(total > 0.0, total, 1.0)
    others = budget.planned.sum() - planned.sum()
    spared = (1.0 - budget.deepest_squeeze) * max(budget.cap - others, 0.0) if free.sum() > others else 0.0
    left = max(budget.cap - free.sum(), spared)
    weights = above if budget.hand_on_slack else planned
    budgets: np.ndarray = left * weights / max(weights.sum(), 1e-12)
    # Where there is enough for all, no rounding may cut anybody.
    return np.maximum(budgets, above) if budget.hand_on_slack and left >= above.sum() else budgets


def _key_users(above: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use above the line, per cluster; what lies below it has none."""
    return key_user_budgets(above, free, budget) / np.where(above > 0.0, above, 1.0), np.full(free.size, np.inf)


def _alike(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for covered and for small users, per cluster; above one there is headroom."""
    total = covered + free
    budgets = cluster_budgets(total, budget.cap * budget.planned / budget.planned.sum(), budget.hand_on_slack)
    alike = budgets / np.where(total > 0.0, total, 1.0)
    rest = np.maximum(budgets - free, 0.0) / np.where(covered > 0.0, covered, 1.0)
    roomy = alike >= _ENOUGH
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


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
