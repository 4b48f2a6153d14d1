"""What a firm is called in tables."""

from __future__ import annotations

from sim.luck.keys import parts_of_key
from sim.tables.city_tables import CityTables


def firm_label(key: int, city_tables: CityTables) -> str:
    """Return the name of a firm in tables: cluster code, quarters since the start, place;
    key 0 is the rest of the city.
    """
    if key == 0:
        return "rest of city"
    cluster, quarter, place = parts_of_key(key)
    return f"{city_tables.clusters[cluster].code}-{quarter}-{place}"
