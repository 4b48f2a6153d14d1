"""The world without policy, numbers drawn, announced and newcomers' plants off: growth arrives, stocks that should be
stationary are.

Slow: `pytest -m slow`. Every figure is printed (`-s`), and stands in the message of a test that fails.
"""

import numpy as np
import pytest

from tests.world_bench import cluster_table, fill, gap_a_year, measure, plain_world, table

WORLDS, WORLDS_OF_TWIN = 100, 40
NO_TURNOVER = {"parameters.exit_hazard": 0, "parameters.entry_rate": 0}
# What is switched off is off for firms outside too, so it moves the gap only by what the city's firms do otherwise
# than usual. The limit is in points a year by 2022 and by 2025: by how much at most the gap of output to the path is
# another, in the same worlds.
ONE_AT_A_TIME = {
    "no entry": ({"parameters.entry_rate": 0}, 0.15),
    "no exit": ({"parameters.exit_hazard": 0}, 0.35),
    "no customers leave": ({"parameters.customers_leave": 0}, 0.5),  # the six years before 2022 turn nobody away either
    "money without limit": ({"parameters.cash_sensitivity": 0}, 0.1),
}
LIMIT_LATER = (
    0.5  # by 2030: what is usual outside is that of the starting population, from which the city's own has moved on
)
BY = (2022, 2025, 2030)
of_year = {year: year - 2022 for year in range(2022, 2031)}


@pytest.fixture(scope="module")
def plain():
    return measure(WORLDS, 2030)


def same_worlds(found, worlds):
    """The first worlds of what was measured: those that a measurement of fewer worlds holds."""
    return {name: values[:worlds] for name, values in found.items()}


def told(found, *more):
    return "\n" + "\n".join([*table(found), *more])


@pytest.mark.slow
def test_orders_of_firms_follow_the_demand_path_when_capacity_is_unlimited():
    found = measure(WORLDS_OF_TWIN, 2030, unlimited=True)
    gaps = gap_a_year(found, "orders")
    text = told(found, *cluster_table(found))
    print(text)
    assert all(abs(gaps[of_year[year]]) <= 0.5 for year in (2022, 2025, 2030)), text


@pytest.mark.slow
def test_output_over_orders_stays_near_that_of_2021_which_is_below_one(plain):
    fills = fill(plain)
    assert fills[0] < 100.0, fills
    assert abs(fills[1] - fills[0]) <= 1.5 and abs(fills[4] - fills[0]) <= 1.5, fills


@pytest.mark.slow
def test_output_of_the_ten_clusters_grows_with_the_path(plain):
    gaps = gap_a_year(plain, "output")
    text = told(plain, *cluster_table(plain))
    print(text)
    assert abs(gaps[of_year[2022]]) <= 1.0 and abs(gaps[of_year[2025]]) <= 1.0, text


@pytest.mark.slow
def test_output_grows_with_the_path_more_closely_without_entry_and_exit():
    found = measure(WORLDS_OF_TWIN, 2025, NO_TURNOVER)
    gaps = gap_a_year(found, "output")
    assert abs(gaps[of_year[2022]]) <= 0.5 and abs(gaps[of_year[2025]]) <= 0.5, told(found)


@pytest.mark.slow
@pytest.mark.parametrize("name", ONE_AT_A_TIME)
def test_one_thing_off_moves_the_gap_to_the_path_by_little_and_leaves_it_within_a_point(plain, name):
    changes, limit = ONE_AT_A_TIME[name]
    found = measure(WORLDS_OF_TWIN, 2030, changes)
    years, limits = [of_year[year] for year in BY], np.array([limit, limit, LIMIT_LATER])
    output = gap_a_year(found, "output")[years]
    moved = output - gap_a_year(same_worlds(plain, WORLDS_OF_TWIN), "output")[years]
    text = (
        f"{name}, points a year by {BY}: output less path {output.round(2)}, moved by {moved.round(2)} (at most "
        f"{limits}), "
        f"orders less path {gap_a_year(found, 'orders')[years].round(2)}, fill {fill(found)[[0, 1, 4, 9]].round(1)}"
    )
    print("\n" + text)
    assert np.abs(output).max() <= 1.0 and (np.abs(moved) <= limits).all(), text


@pytest.mark.slow
def test_losses_are_stationary(plain):
    share = 100.0 * plain["loss_making_share"].mean(axis=0)
    start = 100.0 * plain["loss_making_share_2021"].mean()
    assert 18.0 <= start <= 20.0, (start, share)
    assert (
        all(15.0 <= share[of_year[year]] <= 20.0 for year in range(2022, 2026)) and 15.0 <= share[of_year[2030]] <= 22.0
    ), (start, share)


@pytest.mark.slow
def test_margins_within_clusters_spread_no_wider_in_2030_than_in_2022():
    found = measure(WORLDS_OF_TWIN, 2030, {"parameters.commodity_spread": 0})
    spread = found["margin_spread"].mean(axis=0)
    assert abs(spread[of_year[2030]] / spread[of_year[2022]] - 1.0) <= 0.10, spread


@pytest.mark.slow
def test_above_scale_firms_grow_and_are_promoted(plain):
    counts = np.concatenate([[plain["above_scale_firms_2021"].mean()], plain["above_scale_firms"].mean(axis=0)])
    growth = 100.0 * np.diff(counts) / counts[:-1]
    promotions = plain["promotions"].mean(axis=0)
    assert ((growth >= 1.0) & (growth <= 4.0)).all(), (growth, promotions)
    assert ((promotions >= 400) & (promotions <= 800)).all(), (growth, promotions)


# ---- the bench itself
# ----------------------------------------------------------------------------------------------------


def test_the_bench_measures_gaps_and_fill_by_hand():
    flat = np.ones((2, 2, 10))
    found = {
        "output_2021": 10.0 * np.ones((2, 10)),
        "orders_2021": 20.0 * np.ones((2, 10)),
        "path": flat * np.array([1.1, 1.21])[None, :, None],
        "output": flat * np.array([10.0, 12.1])[None, :, None],
        "orders": 20.0 * flat,
    }
    np.testing.assert_allclose(gap_a_year(found, "output"), [-10.0, 0.0], atol=1e-9)  # flat, then caught up
    np.testing.assert_allclose(
        gap_a_year(found, "orders", 0)[1], -10.0, atol=1e-9
    )  # flat for two years against 10 % a year
    np.testing.assert_allclose(fill(found), [50.0, 50.0, 60.5])


def test_the_bench_sees_the_outputs_that_the_model_records_and_shares_the_start_of_the_unlimited_twin():
    small = {"population.above_scale": 600, "population.below_scale": 900}
    limited, unlimited = measure(1, 2022, small), measure(1, 2022, small, unlimited=True)
    from sim.luck import keys
    from sim.model import ClusterModel

    recorded = ClusterModel(plain_world(2022, small), keys.replication_seed(1, 0)).run().cluster_years["output"]
    np.testing.assert_allclose(limited["output"][0], recorded)
    for name in ("output_2021", "orders_2021", "path"):
        np.testing.assert_array_equal(limited[name], unlimited[name])
    np.testing.assert_allclose(unlimited["output"], unlimited["orders"])  # all are served
    assert limited["output"].sum() < limited["orders"].sum()
