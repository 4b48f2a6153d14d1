"""Unit costs of a firm: scalar rules that several behaviours read, all per unit of output at 2021 prices."""

from __future__ import annotations

from sim.compiled import rule


@rule
def efficiency(productivity: float, digital_effect: float) -> float:
    """Return output per unit of bought inputs and labour, 1 = cluster norm of 2021."""
    return productivity * digital_effect


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
    value_added = price - material_cost / firm_efficiency - energy_cost
    return value_added - tax_rate * max(value_added, 0.0) - wage_cost / firm_efficiency
