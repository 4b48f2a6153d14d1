"""Smart titles: each year a quota of workshops and factories is recognised among firms of the digital level.

The province and the city recognise them with or without an award. A title is kept while its holder is in business.
"""

from __future__ import annotations

import numpy as np

from sim.calendar.year import TITLE_ROUND
from sim.firms import smart
from sim.firms.bundles import declared
from sim.firms.table import Firms
from sim.luck.randomness import uniforms
from sim.setting import Setting
from sim.tables.milestones import SMART_TITLES
from sim.treasury.events import Event, reached


@declared(reads=("key", smart.Standing), writes=("smart_title",))
def judge(firms: Firms, setting: Setting) -> list[Event]:
    """In the third quarter, recognise the year's factories and workshops; return an event for each title."""
    if setting.quarter.season != TITLE_ROUND:
        return []
    return [_round(firms, setting, rank) for rank in reversed(range(len(SMART_TITLES)))]


def _round(firms: Firms, setting: Setting, rank: int) -> Event:
    rows, title = smart.candidates(firms, rank), SMART_TITLES[rank]
    weight = smart.odds(firms.last_revenue[rows], setting.numbers)
    luck = uniforms(setting.luck(title), firms.key[rows])
    winners = np.sort(rows[smart.drawn(weight, luck, smart.quota(setting.numbers, rank))])
    firms.smart_title[winners] = rank + 1
    return reached(title, setting.quarter, winners)
