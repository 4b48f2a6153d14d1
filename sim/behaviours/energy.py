"""Energy: what the city's cap leaves becomes firm quotas; whoever is cut is cut alike.

Quotas ration what a market without a cap would make (`wanted_output`), so a cap above what is wanted moves nothing.
Under `key-users` the use of a firm up to the line is free, and what key users want above it is cut. Under
`proportional` clusters have budgets by their use of 2021; small users are served first, but all are cut when they
alone exceed it.
"""

from __future__ import annotations

import numpy as np

from sim.firms.costs import efficiency, per_unit
from sim.firms.table import Firms
from sim.luck.compiled import kernel, rows_of
from sim.setting import Setting
from sim.treasury.terms import KEY_USERS, EnergyBudget

WRITES = ("energy_quota", "energy_price_shadow")


def allocate(firms: Firms, setting: Setting) -> None:
    """Write quotas (tce a quarter, infinite for firms under none) and shadow prices (million yuan per tce)."""
    technology, now, budget = setting.technology, setting.conditions, setting.terms.energy
    if budget is None:
        firms.energy_quota[:] = np.inf
        firms.energy_price_shadow[:] = 0.0
        return
    by_line = budget.rule == KEY_USERS
    covered, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(
        firms.start,
        firms.stop,
        firms.wanted_output,
        firms.energy_intensity,
        firms.expected_demand,
        budget.coverage,
        by_line,
        covered,
        free,
    )
    covered_share, free_share = (_key_users if by_line else _alike)(covered, free, budget)
    _ration(
        firms.start,
        firms.stop,
        firms.active,
        firms.wanted_output,
        firms.energy_intensity,
        firms.expected_demand,
        firms.productivity,
        firms.digital_effect,
        budget.coverage,
        by_line,
        covered_share,
        free_share,
        now.output_price,
        now.input_price * technology.materials,
        now.energy_price,
        firms.energy_quota,
        firms.energy_price_shadow,
    )


def unreachable(firms: Firms, budget: EnergyBudget) -> float:
    """Return tce by which what the rule leaves free and the least that key users keep exceed the cap this quarter."""
    if budget.rule != KEY_USERS:
        return 0.0
    above, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(
        firms.start,
        firms.stop,
        firms.wanted_output,
        firms.energy_intensity,
        firms.expected_demand,
        budget.coverage,
        True,
        above,
        free,
    )
    kept = np.minimum(key_user_budgets(above, free, budget), above)
    return max(float(free.sum() + kept.sum()) - budget.cap, 0.0)


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
    roomy = alike >= 1.0
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


@kernel
def _wanted_use(start, stop, wanted, intensity, expected, line, by_line, covered, free):  # noqa: ANN001, ANN202
    """Sum wanted use that the rule may cut and that it leaves free:
    above and below the line, or of covered firms and others.
    """
    for c in range(start.size):
        under, beside = 0.0, 0.0
        for i in rows_of(c, start, stop):
            use = wanted[i] * intensity[i]
            if by_line:
                under += max(use - line / 4.0, 0.0)
                beside += min(use, line / 4.0)
            elif expected[i] * 4.0 * intensity[i] >= line:
                under += use
            else:
                beside += use
        covered[c], free[c] = under, beside


@kernel
def _ration(
    start,
    stop,
    active,
    wanted,
    intensity,
    expected,
    productivity,
    digital_effect,
    line,
    by_line,
    covered_share,
    free_share,
    price,
    materials,
    energy_price,
    quota,
    shadow,
):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            use = wanted[i] * intensity[i]
            exempt = min(use, line / 4.0) if by_line else 0.0
            covered = use > exempt if by_line else expected[i] * 4.0 * intensity[i] >= line
            share = covered_share[c] if covered else free_share[c]
            quota[i] = exempt + share * (use - exempt) if share < np.inf else np.inf
            shadow[i] = 0.0
            if share < 1.0:
                earned = price[c] - per_unit(materials[c], efficiency(productivity[i], digital_effect[i]))
                shadow[i] = max(earned / intensity[i] - energy_price[c], 0.0)
            else:
                quota[i] = max(quota[i], use)  # where there is enough, no rounding may cut anybody
