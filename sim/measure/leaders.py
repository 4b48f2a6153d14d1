"""What large groups buy in the city, and what their suppliers make of it: how far leaders drive their chains."""

from __future__ import annotations

import numpy as np

from sim.firms.table import Firms
from sim.tables.milestones import TIER_LINES
from sim.tables.parameters import Parameters


def suppliers(firms: Firms, numbers: Parameters) -> dict[str, float]:
    """Return what groups above 10 billion yuan led from here buy in the city for what they made there in the year, and
    the value added of their suppliers in it, million yuan.

    bought_i = sum over clusters c of share bought here x input of i in a unit of c x sales of large groups in c
    """
    heads = firms.leads & firms.active & firms.local_headquarters & (firms.reported_revenue >= TIER_LINES[0])
    sold = firms.cluster_sum(np.where(heads[firms.group] & firms.active, firms.year_revenue, 0.0))
    bought = numbers.local_purchase_share * (numbers.city_tables.input_output.between @ sold)
    added = np.array(numbers.by_cluster("value_added_ratio")) * numbers.value_added_scale
    return {
        "leaders_local_purchases": float(bought.sum()),
        "leaders_suppliers_value_added": float((added * bought).sum()),
    }
