"""Size and growth keep their known shapes without policy, at the default population."""

import math
from functools import cache

import numpy as np
import pytest

from sim.behaviours.demand import _factor as factor
from sim.calendar.quarter import FIRST
from sim.measure.measures import rank_slope
from sim.model import ClusterModel
from sim.scenario.reading import load
from tests.changzhou import IDENTIFIERS


def subbotin_shape(growth):
    """Maximum-likelihood shape b of a Subbotin (exponential power) density: 1 is Laplace, 2 is normal."""
    centred = np.abs(growth - np.median(growth))
    centred = centred[centred > 0]

    def loss(shape):
        scale = (shape * (centred**shape).mean()) ** (1 / shape)
        return math.log(2 * scale * shape ** (1 / shape) * math.gamma(1 + 1 / shape)) + (centred**shape).mean() / (
            shape * scale**shape
        )

    shapes = np.linspace(0.4, 2.5, 106)
    return float(shapes[np.argmin([loss(s) for s in shapes])])


@pytest.fixture(scope="module")
def decade():
    """No policy to 2030 in one world: above-scale revenue of each year by firm."""
    return revenues(1)


@cache
def revenues(seed):
    model, years = ClusterModel(load("no-policy").with_changes(PLAIN), seed=seed), {}
    for _ in range(36):
        model.step()
        if model.quarter.season == 4:
            years[model.quarter.year] = np.where(
                model.firms.active & model.firms.above_scale, model.firms.last_revenue, 0.0
            )
    return years


PLAIN = {
    "horizon.until": "2030Q4",
    "outlook.announced": False,
    "parameters.major_projects": 0,
}  # the firms' own dynamics


@pytest.mark.parametrize("count", [2, pytest.param(6, marks=pytest.mark.slow)])
def test_the_revenue_tail_stays_pareto_like_and_drifts_little_to_2030(count):
    worlds = [revenues(seed) for seed in range(1, count + 1)]
    slopes = np.mean([[rank_slope(years[year]) for year in (2022, 2025, 2030)] for years in worlds], axis=0)
    assert ((slopes >= 0.9) & (slopes <= 1.3)).all(), slopes
    assert abs(slopes[2] - slopes[0]) <= 0.15, slopes


@pytest.mark.parametrize("year", [2025, 2030])
def test_annual_growth_rates_are_tent_shaped(decade, year):
    before, now = decade[year - 1], decade[year]
    both = (before > 0) & (now > 0)
    assert 0.8 <= subbotin_shape(np.log(now[both] / before[both])) <= 1.4


def test_the_shape_estimator_knows_laplace_from_normal():
    uniform = (np.arange(20_000) + 0.5) / 20_000
    laplace = np.where(uniform < 0.5, np.log(2 * uniform), -np.log(2 * (1 - uniform)))
    assert abs(subbotin_shape(laplace) - 1.0) <= 0.04


# No shocks, unserved customers, entry, exit or tight credit; many small successes instead of few large (the same mean,
# less luck).
FREE = {
    "customers_leave": 0.0,
    "exit_hazard": 0.0,
    "entry_rate": 0.0,
    "major_projects": 0.0,
    "common_shock_spread": 0.0,
    "commodity_spread": 0.0,
    "credit_pace": 1.0,
    "credit_limit": 5.0,
    "cash_buffer": 0.0,
    "research_squeeze": 0.0,
    "success_rate": 0.24,
    "success_step": 0.0075,
} | {f"{cluster}.{spread}": 0.0 for cluster in IDENTIFIERS for spread in ("shock_spread", "cycle_spread")}


def growth_beyond_outlook(spec, seed):
    """Log growth a year of the starting firms' demand less the outlook's, per cluster."""
    model = ClusterModel(spec, seed=seed, fixed=True)
    start = model.firms.cluster_sum(model.firms.demand)
    for _ in range(16):
        model.step()
    demand = model.firms.cluster_sum(model.firms.demand) / start
    quarters = 16
    trend = model.world.real_trend(model.quarter) / model.world.real_trend(FIRST)
    return (np.log(demand) - np.log(trend) * quarters / (quarters - 1)) / (
        quarters / 4
    )  # the start is a quarter before the first


@pytest.mark.parametrize("count", [3, pytest.param(8, marks=pytest.mark.slow)])
def test_cluster_demand_before_constraints_grows_as_the_outlook_says_within_half_a_point_a_year(count):
    changes = {f"parameters.{name}": value for name, value in FREE.items()} | {"outlook.announced": False}
    spec = load("no-policy").with_changes(changes)
    beyond = np.mean([growth_beyond_outlook(spec, seed) for seed in range(1, count + 1)], axis=0)
    assert np.abs(beyond).max() <= 0.005


def test_a_firms_shock_leaves_expected_demand_where_it_is():
    """The mean factor is 1: over a fine grid of draws, for a calm and a wild cluster."""
    draws = (np.arange(200_000) + 0.5) / 200_000
    for scale in (0.05, 0.15, 0.3):
        assert abs(np.mean([factor(0.0, u, scale) for u in draws]) - 1.0) < 0.001
