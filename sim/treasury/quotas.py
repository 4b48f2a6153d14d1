"""Who may use how much: the arithmetic of energy quotas, on plain arrays.

An array holds one value per cluster or per covered firm. Energy is in tce a quarter, what it brings in million yuan
per tce.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.tables.units import DUST
from sim.treasury.energy import (
    ALL,
    BENCHMARK,
    GRANDFATHERED,
    KEY_USERS,
    LARGEST,
    PROPORTIONAL,
    RATIONING,
    TRADABLE,
    EnergyBudget,
)
from sim.treasury.sharing import until

ENOUGH = 1.0 - DUST  # a share that only rounding keeps below one cuts nobody
_NOTHING = 1e-12  # stands for nought below a fraction line


class Asking(NamedTuple):
    """Firms that ask for a quota: energy wanted, use of 2021 by which it is shared, value added that a tce brings and
    what the firm keeps of it after wages and tax, and the number of their cluster.
    """

    wanted: np.ndarray
    past: np.ndarray
    worth: np.ndarray
    kept: np.ndarray
    cluster: np.ndarray


def shares(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use, per cluster, of what the rule may cut and of the rest.

    Args:
        covered: tce that is wanted and may be cut: above the line, or of covered firms. free: of all others.
    """
    return BY_CLUSTER.get(budget.rule, _small_first)(covered, free, budget)


class QuotasHeld(NamedTuple):
    """What firms hold in the end, what of it they bought (tce, below nought sold), the price at which quotas changed
    hands (million yuan per tce), and whether firms may sell all they hold.
    """

    quotas: np.ndarray
    bought: np.ndarray
    price: float
    all_for_sale: bool


def held(asking: Asking, left: float, budget: EnergyBudget) -> QuotasHeld:
    """Return what each covered firm holds of what is left to them together, tce, by a rule under which each has a quota
    of its own.
    """
    if budget.rule == TRADABLE:
        first, whole = by_past(asking, left), budget.trade == ALL
        after, price = by_merit(asking, first, whole)
        return QuotasHeld(after, traded(first, after), price, whole)
    return QuotasHeld(_RULES[budget.rule](asking, left, budget), np.zeros(asking.wanted.size), 0.0, False)


def served(wanted: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return a mask of those who hold what they want, but for rounding."""
    enough: np.ndarray = held >= ENOUGH * wanted
    return enough


def shared_out(wanted: np.ndarray, first: np.ndarray, hand_on_slack: bool) -> np.ndarray:
    """Return what each may use, tce: its first share, plus slack of others in proportion to what it is short of."""
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
    budgets: np.ndarray = left * weights / max(weights.sum(), _NOTHING)
    # Where there is enough for all, no rounding may cut anybody.
    return np.maximum(budgets, above) if budget.hand_on_slack and left >= above.sum() else budgets


def _grandfathered(asking: Asking, left: float, budget: EnergyBudget) -> np.ndarray:
    return shared_out(asking.wanted, by_past(asking, left), budget.hand_on_slack)


def _key_users(above: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use above the line, per cluster; what lies below it has none."""
    return key_user_budgets(above, free, budget) / np.where(above > 0.0, above, 1.0), np.full(free.size, np.inf)


def _alike(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return quota over wanted use for covered and for small users, per cluster; above one there is headroom."""
    total = covered + free
    budgets = shared_out(total, budget.cap * budget.planned / budget.planned.sum(), budget.hand_on_slack)
    alike = budgets / np.where(total > 0.0, total, 1.0)
    rest = np.maximum(budgets - free, 0.0) / np.where(covered > 0.0, covered, 1.0)
    roomy = alike >= ENOUGH
    free_share = np.where(roomy, alike, np.minimum(budgets / np.where(free > 0.0, free, 1.0), 1.0))
    return np.where(roomy, alike, rest), free_share


def _small_first(covered: np.ndarray, free: np.ndarray, budget: EnergyBudget) -> tuple[np.ndarray, np.ndarray]:
    """Return no share for covered firms, who are then told what a tce is worth, and what small users get of what they
    want.
    """
    enough = min(budget.cap / max(float(free.sum()), DUST), 1.0)
    return np.zeros(covered.size), np.full(free.size, enough)


def by_past(asking: Asking, left: float) -> np.ndarray:
    """Return quotas in proportion to use of 2021, or to what is wanted where nobody used any, tce, which add up to
    what is left.
    """
    weights = asking.past if asking.past.any() else asking.wanted
    quotas: np.ndarray = left * weights / max(weights.sum(), _NOTHING)
    return quotas


def by_value(asking: Asking, left: float, budget: EnergyBudget) -> np.ndarray:
    """Return quotas by one benchmark of energy per value added, tce: in proportion to value added; where slack is
    handed on, the benchmark is raised until all is used, and nobody has more than it wants.
    """
    value = asking.wanted * asking.worth
    if not budget.hand_on_slack:
        quotas: np.ndarray = left * value / max(value.sum(), _NOTHING)
        return quotas
    if left >= asking.wanted.sum():
        return asking.wanted
    order = np.argsort(-asking.worth, kind="stable")
    use = np.concatenate([[0.0], np.cumsum(asking.wanted[order])])  # of the best, none to all of them, served whole
    behind = np.concatenate([np.cumsum(value[order][::-1])[::-1], [0.0]])  # value of those behind them
    least = np.maximum(asking.worth[order], _NOTHING)
    fits = (use[1:] + behind[1:] / least <= left) & (asking.worth[order] > 0.0)
    best = int(np.count_nonzero(fits))
    held = np.zeros(order.size)
    held[:best], rest = asking.wanted[order[:best]], order[best:]
    weights = value[rest] if behind[best] > 0.0 else asking.wanted[rest]  # who earns nothing is served last, all alike
    held[best:] = (left - use[best]) * weights / max(weights.sum(), _NOTHING)
    quotas = np.empty(order.size)
    quotas[order] = held
    return quotas


def by_merit(asking: Asking, first: np.ndarray, whole: bool) -> tuple[np.ndarray, float]:
    """Return what each holds after trade, tce, and the price that clears it, million yuan per tce.

    Args:
        first: quotas that they were given. whole: whether all of them are for sale, or only what is not wanted.

    What is for sale goes to those who keep most of what a tce brings, the last one served partly. The price is what he
    keeps of one more; nought where all are served.
    """
    own = np.zeros(first.size) if whole else np.minimum(first, asking.wanted)
    asked = asking.wanted - own
    order = np.argsort(-asking.kept, kind="stable")
    got = np.empty(first.size)
    got[order] = until(first.sum() - own.sum(), asked[order])
    held = np.where(got == asked, asking.wanted, own + got)
    short = asking.kept[~served(asking.wanted, held)]
    return held, float(short.max()) if short.size else 0.0


def traded(first: np.ndarray, held: np.ndarray) -> np.ndarray:
    """Return what each bought, tce, below nought what it sold; who has some over sells alike."""
    bought, over = np.maximum(held - first, 0.0), np.maximum(first - held, 0.0)
    sold = over * min(bought.sum() / max(over.sum(), _NOTHING), 1.0)
    net: np.ndarray = bought - sold
    return net


def shed(asking: Asking, left: float, budget: EnergyBudget) -> np.ndarray:
    """Return what each may use in a shortage, tce: firms shed in order, each up to `deepest_shedding` of what it wants;
    where that is not enough, all are cut alike.
    """
    wanted = asking.wanted
    lacking, most = wanted.sum() - left, budget.deepest_shedding * wanted
    if lacking <= 0.0:
        return wanted
    if most.sum() < lacking:
        alike: np.ndarray = wanted * left / wanted.sum()
        return alike
    order = _shedding_order(asking, budget.order)
    held = wanted.copy()
    held[order] -= until(lacking, most[order])
    return held


def _shedding_order(asking: Asking, order: str) -> np.ndarray:
    """Return the order in which firms shed: the largest first, or cluster by cluster from the one with most energy per
    value added, the largest of each first.
    """
    if order == LARGEST:
        return np.argsort(-asking.wanted, kind="stable")
    value = np.bincount(asking.cluster, asking.wanted * asking.worth)
    hunger = np.bincount(asking.cluster, asking.wanted) / np.maximum(value, _NOTHING)
    return np.lexsort((-asking.wanted, asking.cluster, -hunger[asking.cluster]))


_RULES = {GRANDFATHERED: _grandfathered, BENCHMARK: by_value, RATIONING: shed}
BY_CLUSTER = {KEY_USERS: _key_users, PROPORTIONAL: _alike}  # clusters have budgets, and their firms are cut alike
