"""Titles that the starting firms hold: as many as the city had at the end of 2021, with the best first."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import FIRST
from sim.calendar.year import QUARTERS, TITLE_ROUND
from sim.firms.table import CHAMPION, NATIONAL, PROVINCIAL
from sim.start.sized import Sized
from sim.tables.milestones import TITLES

HIGH_TECH = "high_tech"  # its word in a register
NUMBERS = {  # of the city, from the highest title down
    CHAMPION: "champions_2021",
    NATIONAL: "national_little_giants_2021",
    PROVINCIAL: "provincial_little_giants_2021",
}
_TITLE_YEARS = 3  # titles held at the end of 2021 were given in the three years before, a third in each


def give_titles(sized: Sized) -> None:
    """Write specialised titles and high-tech status, with the quarter in which each ends."""
    firms, numbers, rows, annual, luck = sized.firms, sized.numbers, sized.rows, sized.annual, sized.luck
    effort = firms.research_propensity[rows] + luck.uniform("title luck")
    middling = firms.above_scale[rows] & (annual[rows] <= numbers.title_size_limit)
    large = firms.above_scale[rows] & (annual[rows] >= numbers.champion_size_floor)
    left = ~np.isin(rows, sized.given.titled())
    for title, name in NUMBERS.items():
        known = _holding(sized, title)
        firms.specialised_title[known] = firms.highest_title[known] = title
        candidates = np.flatnonzero((large if title == CHAMPION else middling) & left)
        number = max(sized.part_of(numbers[name]) - known.size, 0)
        best = candidates[np.argsort(-effort[candidates], kind="stable")[:number]]
        firms.specialised_title[rows[best]] = firms.highest_title[rows[best]] = title
        left[best] = False
    # titles are judged in their round of the year, so that is where they end
    ends = FIRST.number - 1 + TITLE_ROUND + QUARTERS * (luck.uniform("title age") * _TITLE_YEARS).astype(np.int64)
    firms.specialised_expiry[rows] = np.where(firms.specialised_title[rows] > 0, ends, 0)
    _high_tech(sized, ends)


def _holding(sized: Sized, title: int) -> np.ndarray:
    """Return the rows of which a register says that this is their highest specialised title."""
    higher = [sized.given.holding(TITLES[above - 1]) for above in range(title + 1, CHAMPION + 1)]
    return np.setdiff1d(sized.given.holding(TITLES[title - 1]), np.concatenate([np.zeros(0, dtype=np.int64), *higher]))


def _high_tech(sized: Sized, ends: np.ndarray) -> None:
    """High-tech status goes to firms whose research reaches the line: those with most of it first, above scale before
    the pool.
    """
    firms, numbers, rows = sized.firms, sized.numbers, sized.rows
    intensity = np.array(numbers.by_cluster("research_norm"))[sized.cluster] * firms.research_propensity[rows]
    merit = intensity * (1.0 + sized.luck.uniform("high-tech start")) * (1.0 + firms.above_scale[rows])
    merit[(intensity < numbers.high_tech_research_line) | np.isin(rows, sized.given.titled())] = 0.0
    known = np.searchsorted(rows, sized.given.holding(HIGH_TECH))
    number = max(sized.part_of(numbers.high_tech_2021) - known.size, 0)
    best = np.append(np.argsort(-merit, kind="stable")[: min(number, int(np.count_nonzero(merit)))], known)
    firms.high_tech_title[rows[best]] = firms.ever_high_tech[rows[best]] = True
    firms.high_tech_expiry[rows[best]] = ends[best]
