"""What is measured of the first year without policy, in the units of the flows: one function each, of its name.

A city has those whose rows stand in its table; those of its clusters have their names in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from sim.calendar.quarter import FIRST
from sim.measure.outcomes import Result
from sim.model import ClusterModel
from sim.tables.city_tables import CityTables
from sim.tables.milestones import TITLES
from sim.tables.units import MILLION_PER_YI, PER_CENT


@dataclass(frozen=True)
class FirstYear:
    """A model after its first year, and what it measured."""

    model: ClusterModel
    result: Result

    @cached_property
    def first(self) -> dict[str, float]:
        """City outcomes of the year."""
        return {name: float(values[0]) for name, values in self.result.years.items()}

    def before(self, column: str) -> float:
        """Return how many active firms of the start have a mark."""
        firms = self.model.start.firms
        return float(np.count_nonzero(firms.active & getattr(firms, column)))

    @cached_property
    def output_before(self) -> np.ndarray:
        """Output of 2021 by cluster, million yuan."""
        firms = self.model.start.firms
        found: np.ndarray = firms.cluster_sum(firms.last_revenue)
        return found

    @cached_property
    def path(self) -> np.ndarray:
        """The year's mean demand of each cluster in this world, 2021 = 1."""
        return demand_path(self.model)


YearMeasure = Callable[[FirstYear], float]
_PLAIN: dict[str, YearMeasure] = {}


def _flow(measure: YearMeasure) -> YearMeasure:
    _PLAIN[measure.__name__.removeprefix("_")] = measure
    return measure


def measures(city_tables: CityTables) -> dict[str, YearMeasure]:
    """Return what can be measured of a first year of the city, by the name of the flow."""
    found = {f"growth_gap_{c}": partial(_growth_gap_of, place) for place, c in enumerate(city_tables.identifiers)}
    return found | {f"new_{title}s": partial(_reached, f"new_{title}s") for title in TITLES} | _PLAIN


def demand_path(model: ClusterModel) -> np.ndarray:
    """Return the first year's mean demand of each cluster in this world, 2021 = 1, shocks included."""
    shocks, levels = np.zeros(model.numbers.city_tables.count), []
    for season in range(4):
        quarter = FIRST + season
        now = model.world.at(quarter)
        shocks = shocks + now.demand_growth - now.trend_growth
        levels.append(model.world.real_trend(quarter) * np.exp(shocks) * now.season)
    mean: np.ndarray = np.mean(levels, axis=0)
    return mean


def _growth_gap_of(place: int, of: FirstYear) -> float:
    """Output of the year over that of 2021, less the demand path of this world: the outlook and its shocks; points."""
    output = of.result.cluster_years["output"][0]
    return float((PER_CENT * (output / of.output_before - of.path))[place])


def _reached(outcome: str, of: FirstYear) -> float:
    return of.first[outcome]


@_flow
def _growth_gap(of: FirstYear) -> float:
    output, before = of.result.cluster_years["output"][0], of.output_before
    return PER_CENT * (float(output.sum()) - float((before * of.path).sum())) / float(before.sum())


@_flow
def _promotions(of: FirstYear) -> float:
    return of.first["promotions"]


@_flow
def _above_scale_entry(of: FirstYear) -> float:
    return PER_CENT * of.first["promotions"] / of.before("above_scale")


@_flow
def _above_scale_exit(of: FirstYear) -> float:
    return PER_CENT * (of.first["demotions"] + of.first["above_scale_exits"]) / of.before("above_scale")


@_flow
def _above_scale_growth(of: FirstYear) -> float:
    return PER_CENT * (of.first["above_scale_firms"] / of.before("above_scale") - 1.0)


@_flow
def _listed_added(of: FirstYear) -> float:
    return of.first["listed_firms"] - of.before("listed")


@_flow
def _high_tech_added(of: FirstYear) -> float:
    return of.first["high_tech_firms"] - of.before("high_tech_title")


@_flow
def _loss_making_share(of: FirstYear) -> float:
    return PER_CENT * of.first["loss_making_share"]


@_flow
def _investment(of: FirstYear) -> float:
    return of.first["investment"] / MILLION_PER_YI


@_flow
def _real_gdp_growth(of: FirstYear) -> float:
    return PER_CENT * (of.first["gdp_real"] / of.model.numbers.gdp_2021 - 1.0)


@_flow
def _research_share(of: FirstYear) -> float:
    return PER_CENT * of.first["research"] / of.first["gdp"]
