"""Energy saving apart from who makes how much: intensities at the weights of 2021."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import QUARTERS
from sim.firms.table import Firms


def for_output_of_2021(firms: Firms, start: Firms) -> np.ndarray:
    """Return energy of a quarter that clusters would take for their output of 2021 at each firm's intensity of today,
    tce, (clusters,); what those who left used in 2021 changes as that of the others of their cluster did, so that it
    moves with savings and not with who leaves. Of a cluster that nobody is left in the energy of 2021 stands.

    Args:
        start: the firms at the end of 2021.
    """
    made, stay = start.last_revenue / QUARTERS, firms.active & start.active & (firms.key == start.key)
    kept = np.where(stay, made, 0.0)
    whole, before, used = start.cluster_sums(
        [made * start.energy_intensity, kept * start.energy_intensity, kept * firms.energy_intensity]
    )
    found: np.ndarray = whole * np.where(before > 0.0, used / np.where(before > 0.0, before, 1.0), 1.0)
    return found
