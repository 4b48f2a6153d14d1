"""The city's smallest industrial firms: counted, not simulated.
Those that grow enter the model, those that shrink return.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.firms.sizes import above_scale_2021
from sim.firms.table import Firms
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters


@dataclass(slots=True)
class Reservoir:
    """Number of industrial firms too small to be simulated.

    Attributes:
        firms: how many there are now. start: how many there were at the end of 2021.
            growth: net births a quarter, share.
    """

    firms: float
    start: float
    growth: float

    @classmethod
    def of(cls, firms: Firms, numbers: Parameters) -> Reservoir:
        """Return the reservoir of 2021: all industrial firms less the simulated ones; a small test city has as many
        per above-scale firm.
        """
        above = float((firms.last_revenue >= ABOVE_SCALE_LINE).sum())
        number = max(numbers.industrial_firms_2021 * above / above_scale_2021(numbers) - float(firms.active.sum()), 1.0)
        return cls(number, number, (1.0 + numbers.reservoir_growth) ** 0.25 - 1.0)

    @property
    def share(self) -> float:
        """Firms in it over those of 2021: entry is in proportion."""
        return self.firms / self.start

    def turn(self, entered: int, returned: int) -> None:
        """Let a quarter pass."""
        self.firms = max(self.firms * (1.0 + self.growth) - entered + returned, 0.0)


def smallest(above: int, below: int, body_exponent: float) -> float:
    """Return the revenue, million yuan, from which firms are simulated: where as many as the pool holds lie below the
    above-scale line.

    The size distribution then goes through the line without a break.
    """
    return ABOVE_SCALE_LINE * (1.0 + below / above) ** (-1.0 / body_exponent)
