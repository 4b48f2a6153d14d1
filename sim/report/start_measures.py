"""What is measured of the starting state, in the units of the facts: one function for each fact, of its name.

A city has those whose rows stand in its table; those of its clusters, roles and named firms have their names in them.
`sim/data/measured.csv` declares their units and what they read of other rows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from sim.firms.table import CHAMPION, NATIONAL
from sim.measure.measures import rank_slope
from sim.report.fact_table import given_for
from sim.report.started import Started
from sim.tables.city_tables import CityTables
from sim.tables.clusters import ENERGY_ROLES
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.units import MILLION_PER_YI, TCE_PER_WAN

StartMeasure = Callable[[Started], float]


_PLAIN: dict[str, StartMeasure] = {}


def _fact(measure: StartMeasure) -> StartMeasure:
    """Name a function as the measure of the fact of its name."""
    _PLAIN[measure.__name__.removeprefix("_")] = measure
    return measure


def measures(city_tables: CityTables) -> dict[str, StartMeasure]:
    """Return what can be measured of a start of the city, by the name of the fact.

    A fact named `firms_...` counts the firms that reach the line its row gives.
    """
    roles = {role: city_tables.with_role(role) for role in ENERGY_ROLES}
    found: dict[str, StartMeasure] = {
        f"output_{c}": partial(_output_of, place) for place, c in enumerate(city_tables.identifiers)
    }
    found |= {f"energy_share_{role}": partial(_energy_share, places) for role, places in roles.items() if places}
    found |= {f"revenue_{row['firm']}": partial(_revenue_of, row["firm"]) for row in city_tables.named_firms}
    counted = [row["fact"] for row in city_tables.facts if row["fact"].startswith("firms_")]
    return found | {fact: partial(_firms_from, fact) for fact in counted} | _PLAIN


def _output_of(place: int, of: Started) -> float:
    return float(of.output[place])


def _firms_from(fact: str, of: Started) -> float:
    return float(np.count_nonzero(of.above >= given_for(of.city_tables, fact)))


def _energy_share(places: list[int], of: Started) -> float:
    return float(of.used[places].sum()) / of.energy


def _revenue_of(firm: str, of: Started) -> float:
    """A named firm that found no place in a small population has its revenue from the table."""
    known = of.start.named.get(firm)
    if known is None:
        return of.numbers[f"{firm}.revenue_2021"]
    return float(of.start.firms.reported_revenue[known]) / MILLION_PER_YI


@_fact
def _output_city(of: Started) -> float:
    return float(of.output.sum()) + of.rest


@_fact
def _rank_slope(of: Started) -> float:
    return rank_slope(of.above, given_for(of.city_tables, "rank_slope"))


@_fact
def _invoiced_sales(of: Started) -> float:
    firms = of.start.firms
    return float(firms.last_revenue.sum() + firms.trading_base.sum() * 4.0) / MILLION_PER_YI + of.rest


@_fact
def _energy_total(of: Started) -> float:
    outside = of.energy * (1.0 - sum(of.numbers.by_cluster("energy_share")))
    return (float(of.used.sum()) + outside) / TCE_PER_WAN


@_fact
def _energy_share_power(of: Started) -> float:
    return 1.0 - float(of.used.sum()) / of.energy


@_fact
def _value_added_above_scale(of: Started) -> float:
    above = float(of.added[of.start.firms.last_revenue >= ABOVE_SCALE_LINE].sum())
    return (above + of.rest_added) / MILLION_PER_YI


@_fact
def _manufacturing_share(of: Started) -> float:
    return (float(of.added.sum()) + of.rest_added) / of.numbers.gdp_2021


@_fact
def _gdp(of: Started) -> float:
    made = float(of.added.sum())
    closed = of.numbers.gdp_2021 - made
    return (made + closed) / MILLION_PER_YI


@_fact
def _tax(of: Started) -> float:
    rest = of.numbers.tax_2021 - of.tax
    return (of.tax + rest) / MILLION_PER_YI


@_fact
def _budget_revenue(of: Started) -> float:
    local = of.tax * of.numbers.local_tax_share
    rest = of.numbers.budget_revenue_2021 - local
    return (local + rest) / MILLION_PER_YI


@_fact
def _manufacturing_tax_share(of: Started) -> float:
    return of.tax / of.numbers.tax_2021


@_fact
def _labour_share(of: Started) -> float:
    wages = float((of.cost.wages * of.start.firms.last_revenue[of.start.firms.active]).sum())
    return wages / float(of.added.sum())


@_fact
def _research_share(of: Started) -> float:
    firms, rows = of.start.firms, of.start.firms.active
    norm = of.cost.technology.research[firms.cluster[rows]]
    return float((norm * firms.research_propensity[rows] * firms.last_revenue[rows]).sum()) / of.numbers.gdp_2021


@_fact
def _national_little_giants(of: Started) -> float:
    return float(np.count_nonzero(of.start.firms.specialised_title == NATIONAL))


@_fact
def _champions(of: Started) -> float:
    return float(np.count_nonzero(of.start.firms.specialised_title == CHAMPION))


@_fact
def _high_tech(of: Started) -> float:
    return float(np.count_nonzero(of.start.firms.high_tech_title))


@_fact
def _listed(of: Started) -> float:
    return float(np.count_nonzero(of.start.firms.listed))


@_fact
def _loss_making(of: Started) -> float:
    firms = of.start.firms
    return float((firms.last_profit[firms.last_revenue >= ABOVE_SCALE_LINE] < 0.0).mean())


@_fact
def _digital(of: Started) -> float:
    firms = of.start.firms
    return float((firms.digital_level[firms.last_revenue >= ABOVE_SCALE_LINE] > 0).mean())
