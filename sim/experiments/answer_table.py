"""The answer of a scenario as a table: the difference between its two sides in the same worlds, year by year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.experiments.comparison_tables import comparison_table
from sim.scenario.answer import AGAINST, OF, asked_of
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import PUBLIC_MONEY

if TYPE_CHECKING:
    from sim.measure.outcomes import Result


def answer_table(spec: Scenario, results: Sequence[Result]) -> pd.DataFrame:
    """Return one row per year up to the one that is asked of, the last; columns as of `comparison_table`, for the same
    pairs. `variant` is the side whose effect is told, `against` the other. Empty where a scenario answers nothing.
    """
    asked = asked_of(spec)
    if asked is None:
        return pd.DataFrame()
    arms = {side: _side(side, asked.metric, results) for side in (AGAINST, OF)}
    table = comparison_table(arms, results[0].year_labels, {OF: {}})
    table = table[(table["outcome"] == asked.metric) & (table["year"] <= asked.year)].reset_index(drop=True)
    of, against = asked.sides(spec.name)
    table["variant"] = of
    table.insert(1, "against", against)
    return table


def _side(side: str, metric: str, results: Sequence[Result]) -> dict[str, np.ndarray]:
    return {name: np.array([r.answer_years[f"{side}.{name}"] for r in results]) for name in (metric, PUBLIC_MONEY)}
