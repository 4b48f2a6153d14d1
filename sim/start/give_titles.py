"""Titles that the starting firms hold: as many as the city had at the end of 2021, with the best first."""

from __future__ import annotations

import numpy as np

from sim.calendar.quarter import FIRST
from sim.calendar.year import QUARTERS, TITLE_ROUND
from sim.firms.table import CHAMPION, NATIONAL, PROVINCIAL
from sim.start.sized import Sized

_TITLE_YEARS = 3  # titles held at the end of 2021 were given in the three years before, a third in each


def give_titles(sized: Sized) -> None:
    """Write specialised titles and high-tech status, with the quarter in which each ends."""
    firms, numbers, rows, annual, luck = sized.firms, sized.numbers, sized.rows, sized.annual, sized.luck
    effort = firms.research_propensity[rows] + luck.uniform("title luck")
    middling = firms.above_scale[rows] & (annual[rows] <= numbers.title_size_limit)
    large = firms.above_scale[rows] & (annual[rows] >= numbers.champion_size_floor)
    left = np.ones(rows.size, dtype=bool)
    for title, allowed, name in (
        (CHAMPION, large, "champions_2021"),
        (NATIONAL, middling, "national_little_giants_2021"),
        (PROVINCIAL, middling, "provincial_little_giants_2021"),
    ):
        candidates = np.flatnonzero(allowed & left)
        best = candidates[np.argsort(-effort[candidates], kind="stable")[: sized.part_of(numbers[name])]]
        firms.specialised_title[rows[best]] = firms.highest_title[rows[best]] = title
        left[best] = False
    # titles are judged in their round of the year, so that is where they end
    ends = FIRST.number - 1 + TITLE_ROUND + QUARTERS * (luck.uniform("title age") * _TITLE_YEARS).astype(np.int64)
    firms.specialised_expiry[rows] = np.where(firms.specialised_title[rows] > 0, ends, 0)
    _high_tech(sized, ends)


def _high_tech(sized: Sized, ends: np.ndarray) -> None:
    """High-tech status goes to firms whose research reaches the line: those with most of it first, above scale before
    the pool.
    """
    firms, numbers, rows = sized.firms, sized.numbers, sized.rows
    intensity = np.array(numbers.by_cluster("research_norm"))[sized.cluster] * firms.research_propensity[rows]
    merit = intensity * (1.0 + sized.luck.uniform("high-tech start")) * (1.0 + firms.above_scale[rows])
    merit[intensity < numbers.high_tech_research_line] = 0.0
    best = np.argsort(-merit, kind="stable")[: min(sized.part_of(numbers.high_tech_2021), int(np.count_nonzero(merit)))]
    firms.high_tech_title[rows[best]] = True
    firms.high_tech_expiry[rows[best]] = ends[best]
