"""Points of the unit cube, from which designs, searches and studies of sensitivity make theirs."""

from __future__ import annotations

import numpy as np

LHS, SOBOL = "lhs", "sobol"


def unit_points(design: str, points: int, dimensions: int, seed: int) -> np.ndarray:
    """Return points of the unit cube, (points, dimensions): `lhs` or `sobol` (scrambled)."""
    rng = np.random.default_rng(seed)
    if design == LHS:  # two lines, where importing scipy.stats would cost a long sweep's parent 60 MB
        strata = np.stack([rng.permutation(points) for _ in range(dimensions)], axis=1)
        return (strata + rng.random((points, dimensions))) / points
    from scipy.stats import qmc

    sampler = qmc.Sobol(dimensions, rng=rng)
    power = max(int(np.ceil(np.log2(max(points, 1)))), 0)
    return np.asarray(sampler.random_base2(power))[:points]
