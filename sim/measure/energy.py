"""What is measured of the energy budget in a quarter, for the city."""

from __future__ import annotations

import numpy as np

from sim.behaviours import energy
from sim.firms.table import Firms
from sim.setting import Setting
from sim.treasury.energy import EnergyBudget

_ROUNDING = 1e-9  # of sums over thousands of firms


def of_the_budget(firms: Firms, setting: Setting) -> dict[str, float]:
    """Return the cap, what the rule cannot reach and what plants outside use for output that was cut here, tce, and the
    cap at what a tce more of it would bring, million yuan.
    """
    budget = setting.terms.energy
    if budget is None:
        return {"energy_cap": np.nan, "energy_cap_value": np.nan, "energy_unreachable": 0.0, "energy_outside": 0.0}
    leaked = np.flatnonzero(firms.output_leaked > 0.0)
    outside = float((firms.output_leaked[leaked] * firms.outside_intensity[firms.group[leaked]]).sum())
    return {
        "energy_cap": budget.cap,
        "energy_cap_value": energy.worth_of_the_cap(firms, setting, budget) * budget.cap,
        "energy_unreachable": _unreachable(firms, budget),
        "energy_outside": outside,
    }


def _unreachable(firms: Firms, budget: EnergyBudget) -> float:
    beyond = energy.unreachable(firms, budget)
    return beyond if beyond > _ROUNDING * budget.cap else 0.0
