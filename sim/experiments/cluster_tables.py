"""What policies change in each cluster, year by year, in the same worlds: paired differences in value added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.experiments.arms import stack
from sim.experiments.experiment import Tables, Values
from sim.experiments.winners_table import winners_table
from sim.inference.distributions import sides, spread
from sim.inference.of_outcome import effect_band
from sim.tables.catalogue import VALUE_ADDED, outcomes
from sim.tables.city_tables import CityTables

if TYPE_CHECKING:
    from sim.measure.outcomes import Result


def effects_of_twins(results: Sequence[Result], city_tables: CityTables) -> pd.DataFrame:
    """Return what the policies of a run change, by `against`: the rules before, where it names any, and no policy.
    Columns as of `effects_of_arms`; empty without policies.
    """
    effects = {
        against: np.array([r.cluster_years[VALUE_ADDED] - r.twin_clusters[against] for r in results])
        for against in results[0].twin_clusters
    }
    return _table("against", effects, results[0].year_labels, city_tables)


def by_cluster(values: Values, arms: Sequence[str], years: Sequence[int], city_tables: CityTables) -> Tables:
    """Return the tables of a comparison by cluster: who gains in the last year, and what changes year by year."""
    return {
        "winners": winners_table(values, arms, years, city_tables),
        "cluster_effects": effects_of_arms(values, arms, years, city_tables),
    }


def effects_of_arms(values: Values, arms: Sequence[str], years: Sequence[int], city_tables: CityTables) -> pd.DataFrame:
    """Return what each arm changes against the first, by `variant`: the difference in each cluster's value added by
    year, million yuan, as median and 90 % range of worlds, mean with its 95 % interval, and the shares of worlds in
    which it is above and below zero, over so many `pairs`.
    """
    base, *others = (stack(values, arm, "clusters")[VALUE_ADDED] for arm in arms)
    effects = {arm: found - base for arm, found in zip(arms[1:], others, strict=True)}
    return _table("variant", effects, years, city_tables)


def _table(
    column: str, effects: Mapping[str, np.ndarray], years: Sequence[int], city_tables: CityTables
) -> pd.DataFrame:
    """Return differences, (worlds, years, clusters) by name, as a table whose first column holds the names."""
    blocks = []
    for name, values in effects.items():
        parts = spread(values) | effect_band(values) | sides(values)
        for c, cluster in enumerate(city_tables.clusters):
            words = {column: name, "cluster": cluster.identifier, "outcome": VALUE_ADDED}
            own = {part: value[:, c] for part, value in parts.items()}
            unit = outcomes()[VALUE_ADDED].unit
            figures = {"unit": unit, "year": years, **own, "pairs": len(values)}
            blocks.append(pd.DataFrame({**words, **figures, "name_zh": cluster.chinese}))
    return pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
