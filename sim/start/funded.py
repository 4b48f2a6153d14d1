"""Retrofits that firms wanted in the past and those that found money."""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.start.state import Funded


class Projects:
    """Retrofits that firms wanted and those that found money, million yuan and number of digital ones."""

    def __init__(self, clusters: int) -> None:
        self._wanted, self._granted = np.zeros(3), np.zeros(3)
        self._able = np.zeros(clusters)
        self._begun = np.zeros(clusters)

    def count(self, firms: Firms) -> None:
        """Add a quarter."""
        for total, digital, energy_saving in (
            (self._wanted, firms.wanted_digital, firms.wanted_energy_saving),
            (self._granted, firms.digital_spending, firms.energy_saving_spending),
        ):
            total += firms.cluster_sum(digital).sum(), np.count_nonzero(digital), firms.cluster_sum(energy_saving).sum()
        begun, able = firms.digital_spending > 0.0, np.log(np.where(firms.active, firms.productivity, 1.0))
        mean = firms.cluster_sum(able) / firms.cluster_sum(firms.active.astype(float))
        self._able += firms.cluster_sum(np.where(begun, able - mean[firms.cluster], 0.0))
        self._begun += firms.cluster_sum(begun.astype(float))

    def funded(self) -> Funded:
        """Return the shares; all where nobody wanted any."""
        digital, digital_firms, energy = np.divide(
            self._granted, self._wanted, out=np.ones(3), where=self._wanted > 0.0
        )
        return Funded(
            float(digital),
            float(digital_firms),
            float(energy),
            np.divide(self._able, self._begun, out=np.zeros(self._begun.size), where=self._begun > 0.0),
        )
