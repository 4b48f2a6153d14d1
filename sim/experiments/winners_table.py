"""Who gains and who loses in a comparison."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from sim.experiments.arms import stack
from sim.experiments.experiment import Values
from sim.firms.sizes import SIZES, SIZES_ZH
from sim.inference.discoveries import chance_of_none, discovered
from sim.inference.distributions import sides
from sim.inference.of_outcome import effect_mean
from sim.tables.catalogue import CLUSTER, SIZE, names, outcomes
from sim.tables.city_tables import CityTables

_UNCLEAR = "unclear"


def winners_table(values: Values, arms: Sequence[str], years: Sequence[int], city_tables: CityTables) -> pd.DataFrame:
    """Return who gains and who loses in the last year, each arm `against` the first in the same worlds: by cluster and
    by size class of 2021. `base` and `difference` are means over the pairs, the shares are of pairs in which the
    difference is above zero and below. Of the rows that are called gains or losses at most one in twenty is expected to
    be none (`discoveries`).
    """
    rows, chances = [], []
    base, *variants = arms
    groups = (
        ("clusters", CLUSTER, [(c.identifier, c.chinese) for c in city_tables.clusters]),
        ("sizes", SIZE, list(zip(SIZES, SIZES_ZH, strict=True))),
    )
    for part, level, members in groups:
        before = stack(values, base, part)
        for variant in variants:
            after = stack(values, variant, part)
            for outcome in names(level):
                for place, (name, chinese) in enumerate(members):
                    a, b = before[outcome][:, -1, place], after[outcome][:, -1, place]
                    difference, low, high = effect_mean(outcomes()[outcome], b - a)
                    above, below = (float(share) for share in sides(b - a).values())
                    mean = float(a.mean())
                    chances.append(chance_of_none(b - a))
                    rows.append(
                        (
                            variant,
                            base,
                            level,
                            name,
                            outcome,
                            outcomes()[outcome].unit,
                            years[-1],
                            mean,
                            difference,
                            low,
                            high,
                            difference / abs(mean) if mean else math.nan,
                            a.size,
                            above,
                            below,
                            _who(low, high, above, below),
                            chinese,
                        )
                    )
    group = ["variant", "against", "level", "group", "outcome", "unit", "year"]
    figures = ["base", "difference", "low", "high", "relative", "pairs", "above_zero", "below_zero"]
    table = pd.DataFrame(rows, columns=[*group, *figures, "verdict", "name_zh"])
    table.loc[~discovered(chances), "verdict"] = _UNCLEAR
    return table


def _who(low: float, high: float, above: float, below: float) -> str:
    """Return the side of an interval, or of most worlds that differ where too few do for one."""
    if math.isnan(low):
        low, high = above - below, above - below
    return "more" if low > 0.0 else "less" if high < 0.0 else _UNCLEAR
