"""What is measured of who came since 2022 and of who is to come."""

from __future__ import annotations

import numpy as np

from sim.firms.signings import comes
from sim.firms.table import Firms
from sim.setting import Setting
from sim.tables.clusters import Role


def counted(firms: Firms, setting: Setting) -> dict[str, float]:
    """Return how many newcomers' plants were signed in the quarter and are under way, as clusters weigh in the city
    now, and the value added of firms founded since 2022 where fields of the future lie, million yuan.
    """
    signings, numbers = setting.signings, setting.numbers
    under_way = comes(signings.waiting, firms, numbers)
    signed = np.count_nonzero(under_way & (signings.waiting.signed == setting.quarter.number))
    fields = numbers.city_tables.with_role(Role.FUTURE)
    made = sum(float(firms.value_added[firms.first_entrant[c] : firms.stop[c]].sum()) for c in fields)
    return {
        "projects_signed": float(signed),
        "projects_under_way": float(np.count_nonzero(under_way)),
        "new_industry_value_added": float(made),
    }
