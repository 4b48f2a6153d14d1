"""Who stands on a published list: a list knows a group only once the group has shown it its consolidated revenue.

Disclosure is a state of a group for each list. Listed and state-owned groups disclose by rule. Fortune learns of nearly
every private group above its line, but often late; the Chinese lists rest on application.
Who has disclosed once stays known.
"""

from __future__ import annotations

import numpy as np

from sim.firms.table import PRIVATE, STATE, Firms
from sim.tables.milestones import BY_FORTUNE, LISTS, PRIVATE_ONLY
from sim.tables.parameters import Parameters


def private(firms: Firms, rows: np.ndarray | slice = slice(None)) -> np.ndarray:
    """Return a mask of rows, or of all, with private owners."""
    return firms.ownership[rows] == PRIVATE


def may_enter(firms: Firms, rows: np.ndarray, name: str) -> np.ndarray:
    """Return a mask of rows whose owners a list admits: the private list asks for private ones."""
    return private(firms, rows) if name in PRIVATE_ONLY else np.ones(rows.size, dtype=bool)


def chance(firms: Firms, numbers: Parameters, rows: np.ndarray, name: str) -> np.ndarray:
    """Return the probability that each group (head row) is known to a list of this year whose line it meets."""
    bit = LISTS.index(name)
    first, later = hazards(numbers, name)
    known = by_rule(firms, rows) | has(firms.discloses[rows], bit)
    found: np.ndarray = np.where(known, 1.0, np.where(has(firms.lists_met[rows], bit), later, first))
    return np.where(may_enter(firms, rows, name), found, 0.0)


def by_rule(firms: Firms, rows: np.ndarray) -> np.ndarray:
    """Return a mask of rows that publish consolidated accounts whether they want to or not."""
    rule: np.ndarray = firms.listed[rows] | (firms.ownership[rows] == STATE)
    return rule


def hazards(numbers: Parameters, name: str) -> tuple[float, float]:
    """Return the chance of becoming known in the first year above the line of a list, and in each later one."""
    family = "fortune" if name in BY_FORTUNE else "voluntary"
    return numbers[f"{family}_disclosure_first"], numbers[f"{family}_disclosure_later"]


def usual_share(numbers: Parameters, name: str) -> float:
    """Return the share of private groups above a line that are known, when a share `list_turnover` is new each year.

    Of members k years above the line, (1 - first) x (1 - later)^k are unknown; their ages are geometric.
    """
    first, later = hazards(numbers, name)
    new = numbers.list_turnover
    return 1.0 - (1.0 - first) * new / (1.0 - (1.0 - new) * (1.0 - later))


def has(bits: np.ndarray, bit: int | np.ndarray) -> np.ndarray:
    """Return a mask of values in which the bit of a list (its place in `LISTS`) is set."""
    return (bits >> bit) & 1 == 1


def mark(on_list: np.ndarray, bit: int) -> np.ndarray:
    """Return values in which the bit of a list is set where the mask is: what `has` reads."""
    marked: np.ndarray = on_list.astype(np.int64) << bit
    return marked
