"""Funding: which firms turn public co-investment down, whatever it would bring them.

Private owners dislike the state beside them, the best of them most: what is taken up is worse than what was chosen.
"""

from __future__ import annotations

import numpy as np

from sim.firms.bundles import declared
from sim.firms.disclosure import private
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting


@declared(reads=("key", "cluster", "ownership", "productivity", "digital_effect"), writes=("fund_refused",))
def answer(firms: Firms, setting: Setting) -> None:
    """Write who refuses the co-investment on offer this quarter; an owner is of one mind for a calendar year.

    chance = refusal at the frontier x exp(-slope x log efficiency behind the frontier), of private firms
    """
    firms.fund_refused[:] = False
    if not setting.terms.has("fund_offer"):
        return
    numbers = setting.numbers
    rows = np.flatnonzero(setting.terms.column("fund_offer") > 0.0)
    rows = rows[private(firms, rows)]
    behind = firms.frontier[firms.cluster[rows]] - np.log(firms.productivity[rows] * firms.digital_effect[rows])
    chance = numbers.fund_refusal * np.exp(-numbers.fund_refusal_slope * behind)
    firms.fund_refused[rows] = uniforms(setting.yearly_luck("fund refusal"), firms.key[rows]) < chance
