"""Energy: the city's cap becomes cluster budgets, these become firm quotas; whoever is cut in a cluster is cut alike.

Quotas ration what a market without a cap would make (`wanted_output`), so a cap above what is wanted moves nothing.
Under `key-users` only firms from the line on have a quota, and the others' use comes first. Under `proportional` a
cluster's small users are served first too, but all are cut when they alone exceed its budget.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import kernel, rows_of
from sim.costs import efficiency
from sim.firms import Firms
from sim.setting import Setting
from sim.terms import KEY_USERS, EnergyBudget

WRITES = ("energy_quota", "energy_price_shadow")


def allocate(firms: Firms, setting: Setting) -> None:
    """Write quotas (tce a quarter, infinite for firms under none) and shadow prices (million yuan per tce)."""
    technology, now, budget = setting.technology, setting.conditions, setting.terms.energy
    if budget is None:
        firms.energy_quota[:] = np.inf
        firms.energy_price_shadow[:] = 0.0
        return
    covered, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(firms.start, firms.stop, firms.wanted_output, firms.energy_intensity, firms.expected_demand,
                budget.coverage, covered, free)
    covered_share, free_share = (_key_users if budget.rule == KEY_USERS else _alike)(covered, free, budget)
    _ration(firms.start, firms.stop, firms.active, firms.wanted_output, firms.energy_intensity, firms.expected_demand,
            firms.productivity, firms.digital_effect, budget.coverage, covered_share, free_share,
            now.output_price, now.input_price * technology.materials, now.energy_price,
            firms.energy_quota, firms.energy_price_shadow)


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


def key_user_budgets(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> np.ndarray:
    """Return what each cluster's key users may use together, tce: the cap less what all others want.

    Args:
        covered, free: tce that the cluster's key users and its other firms want.

    A cluster's others come out of its own budget; what they use beyond it is made room for by key users everywhere.
    """
    rest = np.maximum(_planned_budgets(covered, free, budget) - free, 0.0)
    left = max(budget.cap - free.sum(), 0.0)
    return cluster_budgets(covered, rest * (left / max(rest.sum(), left, 1.0)), budget.hand_on_slack)


def _planned_budgets(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> np.ndarray:
    """Return cluster budgets, tce: planned use, cut down to the cap where key users are, as all are cut alike."""
    total = covered + free
    of_key_users = budget.planned * covered / np.where(total > 0.0, total, 1.0)
    cut, weights = budget.planned.sum() - budget.cap, of_key_users
    if cut <= 0.0 or weights.sum() <= 0.0:
        weights = budget.planned
    budgets: np.ndarray = np.maximum(budget.planned - min(cut, weights.sum()) * weights / weights.sum(), 0.0)
    return budgets


def _key_users(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for key users and for others, per cluster; others have no quota."""
    return key_user_budgets(covered, free, budget) / np.where(covered > 0.0, covered, 1.0), np.full(free.size, np.inf)


def _alike(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for covered and for small users, per cluster; above one there is headroom."""
    total = covered + free
    budgets = cluster_budgets(total, budget.cap * budget.planned / budget.planned.sum(), budget.hand_on_slack)
    alike = budgets / np.where(total > 0.0, total, 1.0)
    rest = np.maximum(budgets - free, 0.0) / np.where(covered > 0.0, covered, 1.0)
    roomy = alike >= 1.0
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


@kernel
def _wanted_use(start, stop, wanted, intensity, expected, coverage, covered, free):  # noqa: ANN001, ANN202
    for c in range(start.size):
        under, beside = 0.0, 0.0
        for i in rows_of(c, start, stop):
            if expected[i] * 4.0 * intensity[i] >= coverage:
                under += wanted[i] * intensity[i]
            else:
                beside += wanted[i] * intensity[i]
        covered[c], free[c] = under, beside


@kernel
def _ration(start, stop, active, wanted, intensity, expected, productivity, digital_effect, coverage, covered_share,
            free_share, price, materials, energy_price, quota, shadow):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            shadow[i] = 0.0
            share = covered_share[c] if expected[i] * 4.0 * intensity[i] >= coverage else free_share[c]
            quota[i] = share * (wanted[i] * intensity[i]) if share < np.inf else np.inf
            if share < 1.0:
                per_unit = price[c] - materials[c] / efficiency(productivity[i], digital_effect[i])
                shadow[i] = max(per_unit / intensity[i] - energy_price[c], 0.0)
