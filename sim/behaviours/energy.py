"""Energy: the city's cap becomes cluster budgets, these become firm quotas, and short clusters are rationed alike.

Firms below the coverage line get what they want before the covered ones share the rest; only when a cluster's small
users alone would exceed its budget are all cut. Energy a cluster does not want is handed to clusters that are short.
"""

from __future__ import annotations

import numpy as np

from sim.compiled import kernel, rows_of
from sim.costs import efficiency
from sim.firms import Firms
from sim.setting import Setting

WRITES = ("wanted_output", "energy_quota", "energy_price_shadow")


def allocate(firms: Firms, setting: Setting) -> None:
    """Write wanted output (quantity), quotas (tce, infinite without a budget) and shadow prices."""
    numbers, technology, now = setting.numbers, setting.technology, setting.conditions
    _want(firms.start, firms.stop, firms.active, firms.orders, firms.capital, technology.capital_output,
          numbers.utilisation_limit / numbers.target_utilisation, firms.wanted_output)
    budget = setting.terms.energy
    if budget is None:
        firms.energy_quota[:] = np.inf
        firms.energy_price_shadow[:] = 0.0
        return
    covered, free = np.zeros(firms.start.size), np.zeros(firms.start.size)
    _wanted_use(firms.start, firms.stop, firms.wanted_output, firms.energy_intensity, firms.expected_demand,
                budget.coverage, covered, free)
    budgets = cluster_budgets(covered + free, budget.cap * budget.shares, budget.hand_on_slack)
    covered_share, free_share = _shares(covered, free, budgets)
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
    return first + handed * short / short.sum() - handed * slack / slack.sum()


def _shares(covered: np.ndarray, free: np.ndarray, budgets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for covered and for small users, per cluster; above one there is headroom."""
    total = covered + free
    alike = budgets / np.where(total > 0.0, total, 1.0)
    rest = np.maximum(budgets - free, 0.0) / np.where(covered > 0.0, covered, 1.0)
    roomy = alike >= 1.0
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


@kernel
def _want(start, stop, active, orders, capital, capital_output, reach, wanted):  # noqa: ANN001, ANN202
    for c in range(start.size):
        per_quarter = reach / (4.0 * capital_output[c])
        for i in rows_of(c, start, stop):
            wanted[i] = min(orders[i], capital[i] * per_quarter) if active[i] else 0.0


@kernel
def _wanted_use(start, stop, wanted, intensity, expected, coverage, covered, free):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if expected[i] * 4.0 * intensity[i] >= coverage:
                covered[c] += wanted[i] * intensity[i]
            else:
                free[c] += wanted[i] * intensity[i]


@kernel
def _ration(start, stop, active, wanted, intensity, expected, productivity, digital_effect, coverage, covered_share,
            free_share, price, materials, energy_price, quota, shadow):  # noqa: ANN001, ANN202
    for c in range(start.size):
        for i in rows_of(c, start, stop):
            if not active[i]:
                continue
            shadow[i] = 0.0
            share = covered_share[c] if expected[i] * 4.0 * intensity[i] >= coverage else free_share[c]
            quota[i] = share * wanted[i] * intensity[i]
            if share < 1.0:
                per_unit = price[c] - materials[c] / efficiency(productivity[i], digital_effect[i])
                shadow[i] = max(per_unit / intensity[i] - energy_price[c], 0.0)
