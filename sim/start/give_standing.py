"""Where the starting firms stand: tiers crossed by 2021 and lists of 2021, so that 2022 brings no burst of awards."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import BASE_YEAR
from sim.firms import disclosure
from sim.start.sized import Sized
from sim.tables.inputs import list_thresholds
from sim.tables.milestones import IN_DOLLARS, LISTS, TIER_LINES


def give_standing(sized: Sized) -> None:
    """Write the highest tiers, and the lists that hold or know a group; lists of 2021 read revenue of 2020."""
    firms, lines = sized.firms, np.array(TIER_LINES)
    firms.highest_tier[:] = firms.highest_real_tier[:] = np.searchsorted(lines, firms.last_revenue, side="right")
    reported = np.searchsorted(lines, firms.reported_revenue, side="right")
    firms.group_highest_tier[:] = firms.group_highest_real_tier[:] = reported
    _lists(sized)


def _lists(sized: Sized) -> None:
    firms, numbers, rows = sized.firms, sized.numbers, sized.rows
    before = firms.reported_revenue[rows] / (1.0 + numbers.growth_2021)
    known = list_thresholds(BASE_YEAR)
    for bit, name in enumerate(LISTS):
        line = known[name, BASE_YEAR] * (numbers.exchange_rate_2020 if name in IN_DOLLARS else 1.0)
        met = (before >= line) & firms.local_headquarters[rows] & disclosure.may_enter(firms, rows, name)
        shown = sized.luck.uniform(f"disclosure {name}") < disclosure.usual_share(numbers, name)
        on_list = met & (shown | disclosure.by_rule(firms, rows))
        firms.lists_met[rows] |= disclosure.mark(met, bit)
        firms.lists_now[rows] |= disclosure.mark(on_list, bit)
    firms.lists_ever[:] = firms.discloses[:] = firms.lists_now
