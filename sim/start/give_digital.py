"""Digital levels of the starting firms, and retrofits that are running in."""

from __future__ import annotations

import numpy as np

from sim.firms.table import TOP_DIGITAL_LEVEL
from sim.start.sized import Sized


def give_digital_levels(sized: Sized) -> None:
    """Give digital levels to the known share of firms, large ones first but not only; higher levels to fewer."""
    firms, numbers, rows = sized.firms, sized.numbers, sized.rows
    for above, share in ((True, numbers.digital_share_2021), (False, numbers.digital_pool_share_2021)):
        members = rows[firms.above_scale[rows] == above]
        if members.size == 0:
            continue
        draw = sized.luck.uniform("digital start")[np.searchsorted(rows, members)]
        order = np.argsort(-(np.argsort(np.argsort(sized.annual[members])) / members.size + draw), kind="stable")
        place = np.empty(members.size)
        place[order] = (np.arange(members.size) + 0.5) / members.size
        firms.digital_level[members] = (place < share).astype(np.int64) + (place < share * share) + (place < share**3)
    _running_in(sized)


def _running_in(sized: Sized) -> None:
    """Some firms stand in the middle of a retrofit:
    as many as usual, so that the first years see neither a dip nor a jump.
    """
    firms, numbers, rows, luck = sized.firms, sized.numbers, sized.rows, sized.luck
    pays = (
        np.exp(-numbers.digital_cost / (numbers.digital_payback_years * numbers.digital_gain))
        if numbers.digital_gain
        else 0.0
    )
    begun = numbers.digital_consider * (1.0 + numbers.digital_peer_weight * numbers.digital_share_2021) * pays
    busy = begun * numbers.digital_dip_quarters / (1.0 + begun * numbers.digital_dip_quarters)
    adapting = (firms.digital_level[rows] < TOP_DIGITAL_LEVEL) & (luck.uniform("running in") < busy)
    left = 1 + (luck.uniform("running in left") * round(numbers.digital_dip_quarters)).astype(np.int64)
    firms.adapting[rows] = np.where(adapting, left, 0)
    firms.digital_effect[rows] = np.where(adapting, np.exp(-numbers.digital_dip), 1.0)
