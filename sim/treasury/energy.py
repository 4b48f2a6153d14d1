"""The energy budget of a quarter: how much the clusters may use, and by which rule it is shared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.firms.table import Firms

KEY_USERS, PROPORTIONAL, GRANDFATHERED, BENCHMARK, TRADABLE, RATIONING = RULES = (
    "key-users",
    "proportional",
    "grandfathered",
    "benchmark",
    "tradable",
    "rationing",
)
INCREMENTS, ALL = TRADES = ("increments", "all")
HUNGRY, LARGEST = ORDERS = ("energy-hungry", "largest")


@dataclass(frozen=True, slots=True)
class EnergyBudget:
    """Energy budget of the clusters for one quarter.

    Attributes:
        cap: tce that all clusters may use together this quarter.
        planned: tce that each cluster is planned to use this quarter, before any cut.
        coverage: tce a year: use above it is cut (`key-users`), or firms that plan to use it are covered (other rules).
        hand_on_slack: whether energy that one does not want goes to others who are short.
        rule: one of `RULES`; what each does says `docs/policies/energy.md`.
        deepest_squeeze: share of what the plan leaves them that key users give up at most
            for what others use beyond plan.
        trade: what firms may sell of their quotas under `tradable`: one of `TRADES`.
        order: who is shed first under `rationing`: one of `ORDERS`.
        deepest_shedding: share of what a firm wants that it sheds at most before others have shed as much.
    """

    cap: float
    planned: np.ndarray
    coverage: float
    hand_on_slack: bool
    rule: str
    deepest_squeeze: float
    trade: str = INCREMENTS
    order: str = HUNGRY
    deepest_shedding: float = 1.0


def rows_covered(firms: Firms, line: float) -> np.ndarray:
    """Return the rows of firms in business that plan to use as much energy as the line, tce a year, or more."""
    return np.flatnonzero(firms.active & (firms.expected_demand * 4.0 * firms.energy_intensity >= line))


def past_use(firms: Firms) -> np.ndarray:
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
