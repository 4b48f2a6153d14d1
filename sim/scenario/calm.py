"""A calm world: no growth, no shocks, no noise, nobody discovers, enters or leaves. It must stay as it is for ever."""

from __future__ import annotations

from sim.calendar.year import SEASONS
from sim.outside.list_lines import stem
from sim.tables.milestones import LISTS
from sim.tables.parameters import Parameters

_STILL_IN_CITY = (
    "common_shock_spread",
    "commodity_spread",
    "deflator_growth",
    "order_noise",
    "cost_noise",
    "metals_price_drift",
    "ores_price_drift",
    "electricity_price_drift",
    "chemicals_price_drift",
    "coal_price_drift",
    "success_rate",
    "growth_size_slope",
    "digital_consider",
    "energy_consider",
    "exit_hazard",
    "group_sale_hazard",
    "merger_offers",
    "entry_rate",
    "major_projects",
    "title_growth",
    "high_tech_recognition",
    "exchange_rate_spread",
    "high_tech_research_line",
    "title_quota_provincial",
    "title_quota_national",
    "title_quota_champion",
    "planned_gdp_growth",
    "listing_hazard",
    "other_sectors_growth",
    "other_sectors_spread",
    "buoyancy_spread",
    "reporting_noise",
    "census_revision",
    "census_revision_spread",
)
_STILL_IN_CLUSTER = ("demand_growth", "shock_spread", "cycle_spread")
_LIST_NUMBERS = tuple(f"{stem(listed)}_{name}" for listed in LISTS for name in ("first_growth", "growth", "spread"))


def calm(numbers: Parameters) -> Parameters:
    """Return the numbers of a calm world."""
    still = dict.fromkeys((*_STILL_IN_CITY, *_LIST_NUMBERS), 0.0)
    still |= {f"{cluster}.{name}": 0.0 for cluster in numbers.city_tables.identifiers for name in _STILL_IN_CLUSTER}
    return numbers.replace(still | dict.fromkeys(SEASONS, 1.0))
