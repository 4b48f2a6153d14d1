"""Smart workshops and factories that the starting firms hold: as many as the city had at the end of 2021."""

from __future__ import annotations

from sim.firms import smart
from sim.start.sized import Sized

NUMBERS = ("smart_workshops_2021", "smart_factories_2021")


def give_smart_titles(sized: Sized) -> None:
    """Draw the holders as they are drawn in a year, factories first: digital firms, large ones rather than small."""
    firms, luck = sized.firms, sized.luck.uniform("smart start")
    for rank in reversed(range(len(NUMBERS))):
        rows = smart.candidates(firms, rank)
        weight = smart.odds(sized.annual[rows], sized.numbers)
        drawn = smart.drawn(weight, luck[sized.rows.searchsorted(rows)], sized.part_of(sized.numbers[NUMBERS[rank]]))
        firms.smart_title[rows[drawn]] = rank + 1
