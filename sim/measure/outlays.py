"""What firms of a cluster invest, and what the energy is worth that they use and that quotas cut."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.firms.bundles import PerCluster, PerFirm, Rows, bundle, clusters, rows_in, rows_of
from sim.firms.table import Firms
from sim.luck.compiled import kernel


class Outlays(NamedTuple):
    """What firms invest, million yuan a quarter, the energy they use, tce, what a tce more is worth to them and would
    bring in value added, million yuan, and the output that is cut, a quantity, with the energy of a unit.
    """

    replacement: PerFirm
    expansion: PerFirm
    digital_spending: PerFirm
    energy_saving_spending: PerFirm
    energy_price_shadow: PerFirm
    energy_worth: PerFirm
    energy_use: PerFirm
    energy_intensity: PerFirm
    output_lost: PerFirm


class Sums(NamedTuple):
    """What is invested by cluster, million yuan, the energy that is cut, tce, and energy used and cut at what a tce is
    worth, million yuan.
    """

    investment: PerCluster
    energy_cut: PerCluster
    energy_value_lost: PerCluster
    energy_cut_value: PerCluster


def outlays(firms: Firms) -> dict[str, np.ndarray]:
    """Return the sums of a quarter by cluster, (clusters,), each named as an outcome."""
    sums = Sums(*(np.zeros(firms.start.size) for _ in Sums._fields))
    _spent(rows_in(firms), bundle(Outlays, firms), sums)
    return sums._asdict()


@kernel
def _spent(rows: Rows, firms: Outlays, sums: Sums) -> None:
    """Sum what is invested, million yuan a quarter, energy cut = output lost x intensity, tce, and energy used or
    cut x what a tce is worth, which is million yuan too.
    """
    for c in clusters(rows):
        spent, value, cut, cut_value = 0.0, 0.0, 0.0, 0.0  # not in the arrays, which would be read again for each firm
        for i in rows_of(c, rows):
            digital, saving = firms.digital_spending[i], firms.energy_saving_spending[i]
            spent += firms.replacement[i] + firms.expansion[i] + digital + saving
            value += firms.energy_price_shadow[i] * firms.energy_use[i]
            lacking = firms.output_lost[i] * firms.energy_intensity[i]
            cut += lacking
            cut_value += firms.energy_worth[i] * lacking
        sums.investment[c], sums.energy_value_lost[c] = spent, value
        sums.energy_cut[c], sums.energy_cut_value[c] = cut, cut_value
