"""What a behaviour is given besides the firms: the quarter, the world outside, the terms of policy, numbers, luck."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

import numpy as np

from sim.calendar.quarter import Quarter
from sim.calendar.year import DAYS_A_QUARTER
from sim.firms.announced import Announced
from sim.firms.costs import Prices
from sim.firms.ground import FREE
from sim.firms.land import PlotRules, plot_rules
from sim.firms.signings import Signings
from sim.firms.swap import Bank
from sim.firms.technology import Technology
from sim.luck import randomness
from sim.outside.world import Conditions
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms

_NOTHING = np.zeros(0)  # stands for one nought per cluster


def _nothing() -> np.ndarray:
    return _NOTHING


@dataclass(frozen=True, slots=True)
class Setting:
    """The circumstances of one quarter; behaviours read it and write only firm columns.

    Attributes:
        years_passed: from the middle of 2021 to the middle of this quarter.
        rivals: log competitiveness that firms outside the city gained in the last quarter, per cluster.
        turnover: log growth that a firm owes to customers and firms that others lose, less openings, per cluster.
        progress: log efficiency that firms usually gained since the start, per cluster.
        imitation: share of the gap to the frontier that laggards close in a quarter, per cluster.
        local_pull: log growth that local buyers add to each cluster's demand beyond the outlook.
        smallest: revenue from which firms are simulated, million yuan a year.
            reservoir: smaller firms over those of 2021.
        announced: what was under way or announced in February 2022, with its dates.
        signings: plants that newcomers may have signed for since.
        bank: credits for capacity that closed.
    """

    quarter: Quarter
    conditions: Conditions
    terms: Terms
    numbers: Parameters
    technology: Technology
    seed: int
    years_passed: float
    rivals: np.ndarray = field(default_factory=_nothing)
    turnover: np.ndarray = field(default_factory=_nothing)
    progress: np.ndarray = field(default_factory=_nothing)
    imitation: np.ndarray = field(default_factory=_nothing)
    local_pull: np.ndarray = field(default_factory=_nothing)
    smallest: float = 0.0
    reservoir: float = 1.0
    announced: Announced = Announced()
    signings: Signings = field(default_factory=Signings.none)
    bank: Bank = field(default_factory=lambda: Bank(0))

    def __post_init__(self) -> None:
        for each in fields(self):
            if getattr(self, each.name) is _NOTHING:
                object.__setattr__(self, each.name, np.zeros(self.numbers.city_tables.count))

    def prices(self) -> Prices:
        """Return what a unit of output sells for and takes this quarter."""
        now, technology = self.conditions, self.technology
        materials, wages = now.input_price * technology.materials, now.wage_index * technology.wages
        return Prices(now.output_price, materials, wages, now.energy_price)

    def building_time(self) -> float:
        """Return the mean quarters from spending to capacity, with the days that service saves; at least one."""
        return max(self.numbers.delivery_quarters - self.terms.days_saved / DAYS_A_QUARTER, 1.0)

    def plots(self) -> PlotRules:
        """Return what plots of this quarter are sized by."""
        return plot_rules(self.numbers, self.technology, self.terms.land or FREE)

    def title_expiry(self) -> int:
        """Return the number of the quarter in which a title given now ends."""
        return self.quarter.number + round(4 * self.numbers.title_years)

    def luck(self, decision: str) -> np.uint64:
        """Return the stream of a decision this quarter; rules read it at firm keys."""
        return randomness.stream(self.seed, decision, self.quarter.number)

    def yearly_luck(self, decision: str) -> np.uint64:
        """Return the stream of a decision that is drawn once a calendar year."""
        return randomness.stream(self.seed, decision, Quarter.of(self.quarter.year).number)
