"""What a firm earns from the firms that it bought, wholly or in part."""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms


def income(firms: Firms) -> np.ndarray:
    """Return what each firm gets in a quarter, million yuan: what firms of the city that it bought paid out in the last
    one, and its part of what stakes and firms outside pay out.
    """
    got: np.ndarray = firms.stake_income.copy()
    bought = np.flatnonzero(firms.bought)
    bought = bought[firms.active[firms.group[bought]]]
    np.add.at(got, firms.group[bought], firms.dividends[bought])
    return got
