"""Groups by name: what each reached in the runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from sim.experiments.firm_label import firm_label
from sim.firms import disclosure
from sim.inference.distributions import spread
from sim.luck.keys import firm_keys, parts_of_key
from sim.measure.outcomes import Result
from sim.start.places import NAMELESS, FirmName, Place
from sim.tables.city_tables import CityTables
from sim.tables.milestones import LISTS, TIERS

MOST_FIRMS = 40


def firm_table(results: Sequence[Result], names: Mapping[Place, FirmName], city_tables: CityTables) -> pd.DataFrame:
    """Return the largest groups by median revenue of the last year, with the chance of each tier and list by then.

    Args:
        names: of the starting firms that are shown by name.
    """
    groups = [r.groups for r in results]
    known = {(int(k), int(c)) for g in groups for k, c in zip(g["key"], g["cluster"], strict=True)}
    rows = [_firm_row(key, cluster, groups, names, city_tables) for key, cluster in sorted(known)]
    columns = [
        "firm",
        "name",
        "cluster",
        "revenue",
        "revenue_p5",
        "revenue_p95",
        *(f"chance_{name}" for name in (*TIERS, *LISTS)),
        "name_zh",
        "code",
    ]
    table = pd.DataFrame(rows, columns=columns).sort_values(["revenue", "firm"], ascending=[False, True])
    shown = table.head(MOST_FIRMS).reset_index(drop=True)
    return shown if any(name.registered for name in names.values()) else shown.drop(columns="code")


def _firm_row(
    key: int,
    cluster: int,
    groups: list[dict[str, np.ndarray]],
    names: Mapping[Place, FirmName],
    city_tables: CityTables,
) -> tuple[object, ...]:
    revenue, tiers, lists = [], np.zeros(len(TIERS)), np.zeros(len(LISTS))
    for group in groups:
        place = np.flatnonzero(group["key"] == key)
        revenue.append(float(group["revenue"][place[0], -1]) if place.size else 0.0)
        if place.size:
            tiers += int(group["tier"][place[0]].max()) > np.arange(len(TIERS))
            lists += disclosure.has(np.bitwise_or.reduce(group["lists"][place[0]]), np.arange(len(LISTS)))
    parts = spread(np.array(revenue))
    _, entered, own_place = parts_of_key(key)
    name = names.get((cluster, own_place), NAMELESS) if entered == 0 else NAMELESS
    chances = (np.concatenate([tiers, lists]) / len(groups)).tolist()
    return (
        firm_label(key, city_tables),
        name.english,
        city_tables.identifiers[cluster],
        float(parts["median"]),
        float(parts["p5"]),
        float(parts["p95"]),
        *chances,
        name.chinese,
        name.code,
    )


def register_table(names: Mapping[Place, FirmName], city_tables: CityTables) -> pd.DataFrame:
    """Return the firms of a register with the number under which every other table tells of them."""
    rows = [
        (
            firm_label(int(firm_keys(cluster, 0, np.array([place]))[0]), city_tables),
            city_tables.identifiers[cluster],
            name.chinese,
            name.code,
        )
        for (cluster, place), name in sorted(names.items())
        if name.registered
    ]
    return pd.DataFrame(rows, columns=["firm", "cluster", "name", "code"])
