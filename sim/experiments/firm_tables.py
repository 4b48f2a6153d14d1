"""Groups by name: what each reached in the runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.experiments.statistics import spread
from sim.firms import disclosure
from sim.luck.keys import parts_of_key
from sim.measure.outcomes import Result
from sim.tables.city_tables import CityTables
from sim.tables.milestones import LISTS, TIERS

MOST_FIRMS = 40


def firm_label(key: int, city_tables: CityTables) -> str:
    """Return the name of a firm in tables: cluster code, quarters since the start, place;
    key 0 is the rest of the city.
    """
    if key == 0:
        return "rest of city"
    cluster, quarter, place = parts_of_key(key)
    return f"{city_tables.clusters[cluster].code}-{quarter}-{place}"


def firm_table(results: Sequence[Result], city_tables: CityTables) -> pd.DataFrame:
    """Return the largest groups by median revenue of the last year, with the chance of each tier and list by then."""
    groups = [r.groups for r in results]
    known = {(int(k), int(c)) for g in groups for k, c in zip(g["key"], g["cluster"], strict=True)}
    rows = [_firm_row(key, cluster, groups, city_tables) for key, cluster in sorted(known)]
    columns = [
        "firm",
        "name",
        "cluster",
        "revenue",
        "revenue_low",
        "revenue_high",
        *(f"chance_{name}" for name in (*TIERS, *LISTS)),
        "name_zh",
    ]
    table = pd.DataFrame(rows, columns=columns).sort_values(["revenue", "firm"], ascending=[False, True])
    return table.head(MOST_FIRMS).reset_index(drop=True)


def _firm_row(
    key: int, cluster: int, groups: list[dict[str, np.ndarray]], city_tables: CityTables
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
    english, chinese = _names(city_tables).get((cluster, own_place) if entered == 0 else None, ("", ""))
    chances = (np.concatenate([tiers, lists]) / len(groups)).tolist()
    return (
        firm_label(key, city_tables),
        english,
        city_tables.identifiers[cluster],
        float(parts["median"]),
        float(parts["low"]),
        float(parts["high"]),
        *chances,
        chinese,
    )


def _names(city_tables: CityTables) -> dict[tuple[int, int] | None, tuple[str, str]]:
    """Names by (cluster, place): the first places of a cluster are its named firms, in the order of the table."""
    taken: dict[str, int] = {}
    names: dict[tuple[int, int] | None, tuple[str, str]] = {}
    for firm in city_tables.named_firms:
        place = taken.get(firm["cluster"], 0)
        taken[firm["cluster"]] = place + 1
        names[city_tables.identifiers.index(firm["cluster"]), place] = (firm["name_en"], firm["name_zh"])
    return names
