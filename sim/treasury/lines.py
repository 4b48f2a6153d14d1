"""Lines that a group may come to stand above, and what that would bring it: of tiers, and of next year's lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.firms import disclosure
from sim.firms.table import Firms
from sim.tables.milestones import LISTS, TIER_LINES, TIERS, Unit
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms


@dataclass(frozen=True, slots=True)
class Line:
    """A line to reach: revenue asked for, benefit and whether it is still to be gained, per head; million yuan."""

    revenue: float
    benefit: np.ndarray
    open: np.ndarray

    def only(self, kept: np.ndarray) -> Line:
        """Return the same for some of the heads (a mask)."""
        return Line(self.revenue, self.benefit[kept], self.open[kept])


def group_lines(
    firms: Firms, numbers: Parameters, terms: Terms, heads: np.ndarray, list_lines: np.ndarray
) -> Sequence[Line]:
    """Return the lines that some instrument pays groups for.

    Args:
        list_lines: revenue that each list is expected to ask for, million yuan.
    """
    lines = [
        Line(line, terms.column(f"{Unit.GROUP}_{tier}")[heads], firms.group_highest_tier[heads] <= rank)
        for rank, (tier, line) in enumerate(zip(TIERS, TIER_LINES, strict=True))
        if terms.has(f"{Unit.GROUP}_{tier}")
    ]
    for bit, name in enumerate(LISTS):
        if terms.has(name):
            outside = ~disclosure.has(firms.lists_ever[heads], bit)
            aim = float(list_lines[bit]) * (1.0 + numbers.safety_margin)
            expected = terms.column(name)[heads] * disclosure.chance(firms, numbers, heads, name)
            lines.append(Line(aim, expected, outside))
    return lines


def establishment_lines(firms: Firms, terms: Terms, rows: np.ndarray) -> Sequence[Line]:
    """Return the tiers that some instrument pays establishments for."""
    return [
        Line(line, terms.column(f"{Unit.ESTABLISHMENT}_{tier}")[rows], firms.highest_tier[rows] <= rank)
        for rank, (tier, line) in enumerate(zip(TIERS, TIER_LINES, strict=True))
        if terms.has(f"{Unit.ESTABLISHMENT}_{tier}")
    ]
