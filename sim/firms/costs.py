"""What a unit of output costs a firm: one place for the start, the accounts, the facts and the rivals. `Technology`
holds the inverse.

Scalar rules are compiled into the behaviours of a quarter; `UnitCost` is the same for many firms at the prices of
2021. All is per unit of output at 2021 prices. The order in which a caller adds the parts up is part of its result to
the last digit, so parts are given singly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sim.firms.technology import Technology
from sim.luck.compiled import rule


class Prices(NamedTuple):
    """Price of output, materials and wages that a unit of it takes at efficiency 1, and million yuan per tce, nominal,
    one value per cluster.
    """

    output: np.ndarray
    materials: np.ndarray
    wages: np.ndarray
    energy: np.ndarray


@rule
def efficiency(productivity: float, digital_effect: float) -> float:
    """Return output per unit of bought inputs and labour, 1 = cluster norm of 2021."""
    return productivity * digital_effect


@rule
def per_unit(at_norm: float, firm_efficiency: float) -> float:
    """Return what a unit of output takes of inputs or labour, given what it takes at efficiency 1."""
    return at_norm / firm_efficiency


@rule
def unit_cost(variable: float, energy_cost: float, firm_efficiency: float) -> float:
    """Return inputs, labour and energy; `variable` is inputs and labour at efficiency 1,
    `energy_cost` the firm's own.
    """
    return per_unit(variable, firm_efficiency) + energy_cost


@rule
def unit_margin(
    price: float,
    material_cost: float,
    wage_cost: float,
    energy_cost: float,
    tax_rate: float,
    firm_efficiency: float,
) -> float:
    """Return sales less inputs, energy, wages and tax, nominal yuan per unit of output.

    `material_cost` and `wage_cost` are those of a firm at efficiency 1, `energy_cost` the firm's own.
    """
    value_added = price - per_unit(material_cost, firm_efficiency) - energy_cost
    return value_added - tax_rate * max(value_added, 0.0) - per_unit(wage_cost, firm_efficiency)


@rule
def own_tax_rate(tax_rate: float, high_tech: bool, tax_cut: float) -> float:
    """Return tax over value added of a firm: less with the high-tech title."""
    return tax_rate * (1.0 - tax_cut) if high_tech else tax_rate


def own_tax_rates(tax_rate: float, high_tech: np.ndarray, tax_cut: float) -> np.ndarray:
    """Return tax over value added of many firms, see `own_tax_rate`."""
    rates: np.ndarray = tax_rate * np.where(high_tech, 1.0 - tax_cut, 1.0)
    return rates


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Parts of unit cost of many firms at prices of 2021, one value per firm.

    Attributes:
        technology: what firms at the norm take. cluster: of each firm. efficiency: of each firm, 1 = norm.
        intensity: energy of each firm, tce per million yuan.
    """

    technology: Technology
    cluster: np.ndarray
    efficiency: np.ndarray
    intensity: np.ndarray

    @property
    def materials(self) -> np.ndarray:
        """Bought inputs but energy."""
        return self._own(self.technology.materials)

    @property
    def wages(self) -> np.ndarray:
        """Wages."""
        return self._own(self.technology.wages)

    @property
    def variable(self) -> np.ndarray:
        """Bought inputs and wages: what moves with efficiency."""
        return self._own(self.technology.variable)

    @property
    def energy(self) -> np.ndarray:
        """Energy."""
        return self.intensity * self.technology.energy_price

    @property
    def bought(self) -> np.ndarray:
        """Inputs and energy: what is not value added."""
        return self.materials + self.energy

    @property
    def total(self) -> np.ndarray:
        """Inputs, labour and energy, see `unit_cost`."""
        return self.variable + self.energy

    @property
    def value_added(self) -> np.ndarray:
        """Sales less inputs and energy."""
        added: np.ndarray = 1.0 - self.materials - self.energy
        return added

    def _own(self, norm: np.ndarray) -> np.ndarray:
        own: np.ndarray = norm[self.cluster] / self.efficiency
        return own


def variable_share(technology: Technology) -> np.ndarray:
    """Return the share of inputs and wages in the unit cost of a firm at the norm, per cluster: how far efficiency
    moves unit cost.
    """
    share: np.ndarray = technology.variable / (technology.variable + technology.energy)
    return share
