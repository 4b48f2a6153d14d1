"""What a yuan of output buys in commodities at 2021 prices: energy once, in the energy bill; materials are the rest.

The energy bill of a cluster is its energy times the price of energy. It is split into electricity and coal as the
input-output table splits them; coal stands for coal, coke and fuels priced with them. What is left of ores and of
petroleum is material. Petroleum that is feedstock follows the general price level, like all inputs not named here.
"""

from __future__ import annotations

import numpy as np

from sim.tables.parameters import Parameters

COMMODITIES: tuple[str, ...] = ("metals", "ores", "electricity", "chemicals", "coal")
ENERGY: tuple[int, ...] = (COMMODITIES.index("electricity"), COMMODITIES.index("coal"))
MATERIALS: tuple[int, ...] = tuple(i for i in range(len(COMMODITIES)) if i not in ENERGY)


def bought(numbers: Parameters, energy: np.ndarray) -> np.ndarray:
    """Return commodities per yuan of output (in the order of COMMODITIES, by cluster); `energy` is the energy bill."""
    table = numbers.city_tables.input_output
    coal_share = np.array(numbers.by_cluster("coal_share"))
    coal = coal_share * table.ores_and_coal + np.array(numbers.by_cluster("coke_share")) * table.coke_and_petroleum
    electric = table.electricity / (table.electricity + coal)
    ores = (1.0 - coal_share) * table.ores_and_coal
    return np.array([table.metals, ores, electric * energy, table.chemicals, (1.0 - electric) * energy])


def dearer(weights: np.ndarray, prices: np.ndarray, which: tuple[int, ...]) -> np.ndarray:
    """Return by how much some commodities raise the cost of a yuan of output (time, cluster); `prices` are 1 in 2021.

    Quantities per unit of output are fixed, so the rise is the sum of each price's rise times its weight.
    """
    rise: np.ndarray = (prices[:, which] - 1.0) @ weights[which, :]
    return rise
