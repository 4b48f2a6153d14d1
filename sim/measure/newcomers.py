"""What is measured of who came since 2022 and of who is to come."""

from __future__ import annotations

import numpy as np

from sim.firms.signings import coming
from sim.firms.table import Firms
from sim.setting import Setting
from sim.tables.clusters import Role


def counted(firms: Firms, setting: Setting) -> dict[str, float]:
    """Return how many newcomers' plants were signed in the quarter and are under way, as clusters weigh in the city
    now, and the value added of firms founded since 2022 where fields of the future lie, million yuan.
    """
    signings, now, numbers = setting.signings, setting.quarter.number, setting.numbers
    waiting, due = (coming(plants, firms, numbers).signed for plants in (signings.waiting, signings.due))
    fields = numbers.city_tables.with_role(Role.FUTURE)
    made = sum(float(firms.value_added[firms.first_entrant[c] : firms.stop[c]].sum()) for c in fields)
    return {
        "projects_signed": float(np.count_nonzero(waiting == now) + np.count_nonzero(due == now)),
        "projects_under_way": float(waiting.size),
        "new_industry_value_added": float(made),
    }
