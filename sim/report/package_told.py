"""Which package of a search is told, and how its levers are."""

from __future__ import annotations

from numbers import Real
from typing import Any

import pandas as pd

from sim.experiments.search_tables import CERTIFIED
from sim.scenario.quantities import in_lever_unit

_DIGITS = 4  # of a lever's value; the table holds all


def shown(answer: pd.DataFrame) -> Any:
    """Return the row of `answer.csv` that is told: the cheapest package certified, else the likeliest."""
    certified = answer[answer["verdict"] == CERTIFIED]
    return certified.iloc[0] if len(certified) else answer.sort_values("probability", ascending=False).iloc[0]


def levers_of(experiment: Any) -> list[str]:
    """Return the paths of all levers."""
    return [*experiment.levers, *getattr(experiment, "listed", {})]


def lever_value(path: str, value: Any) -> Any:
    """Return a lever's value as it is told, with its unit."""
    return in_lever_unit(path, as_told(value))


def as_told(value: Any) -> Any:
    """Return a lever's value with as many digits as are told; a word or yes and no as they are."""
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, Real) and not isinstance(value, bool) else value
