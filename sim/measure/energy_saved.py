"""Energy saving apart from who makes how much: intensities at the weights of 2021."""

from __future__ import annotations

import numpy as np

from sim.calendar.year import QUARTERS
from sim.firms.table import Firms


def for_output_of_2021(firms: Firms, start: Firms) -> np.ndarray:
    """Return energy of a quarter that clusters would take for their output of 2021 at each firm's intensity of today,
    tce, (clusters,); firms that left count as the others of their cluster, and of a cluster that nobody is left in
    the energy of 2021 stands.

    Args:
        start: the firms at the end of 2021.
    """
    made, stay = start.last_revenue / QUARTERS, firms.active & start.active & (firms.key == start.key)
    kept = np.where(stay, made, 0.0)
    whole, left, first, used = start.cluster_sums(
        [made, kept, made * start.energy_intensity, kept * firms.energy_intensity]
    )
    none = left <= 0.0
    found: np.ndarray = np.where(none, first, whole * used / np.where(none, 1.0, left))
    return found
