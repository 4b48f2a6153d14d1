"""Ownership: a large group may be sold to one led from elsewhere. Its plants stay;
lists and tiers no longer count it.
"""

from __future__ import annotations

import numpy as np

from sim.firms import groups
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.firms.turnover import quarterly
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.tables.milestones import TIER_LINES


@declared(reads=("key", "group", "leads", "active", "reported_revenue"), writes=("local_headquarters",))
def sell(firms: Firms, setting: Setting) -> np.ndarray:
    """Sell groups above 10 billion yuan of consolidated revenue that a buyer finds; return the rows of their heads.

    chance = hazard of a quarter x (1 - retention x service to the head)
    """
    heads = groups.large_heads(firms, TIER_LINES[0])
    numbers, service = setting.numbers, "entrepreneur_service"
    chance = np.full(heads.size, quarterly(numbers.group_sale_hazard))
    if setting.terms.has(service):
        chance *= 1.0 - numbers.card_retention * setting.terms.column(service)[heads]
    sold: np.ndarray = heads[uniforms(setting.luck("group sale"), firms.key[heads]) < chance]
    if sold.size:
        firms.local_headquarters[np.isin(firms.group, sold)] = False
    return sold
