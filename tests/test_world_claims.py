"""The world outside: demand, prices, plans and list lines with figures worked by hand; luck is what the test says."""

import math
from statistics import NormalDist
from types import SimpleNamespace

import numpy as np
import pytest

from sim.calendar.quarter import FIRST, Quarter
from sim.firms.technology import Technology
from sim.luck import keys
from sim.outside import shocks
from sim.outside import world as world_module
from sim.outside.list_lines import ListLines
from sim.outside.shocks import WARM_UP, persistent
from sim.outside.world import Progress, World, _passed, past
from sim.tables.milestones import LISTS
from sim.tables.parameters import Parameters
from tests.changzhou import COUNT, IDENTIFIERS

UNTIL = Quarter.read("2026Q4")
FIRST_TWO = IDENTIFIERS[:2]
STILL = {"common_shock_spread": 0.0, "commodity_spread": 0.0} | {f"{c}.cycle_spread": 0.0 for c in IDENTIFIERS}


def of_clusters(name, first, second, others=0.0):
    return {
        f"{c}.{name}": value for c, value in zip(IDENTIFIERS, (first, second, *[others] * (COUNT - 2)), strict=True)
    }


def world(technology=None, until=UNTIL, seed=1, numbers=None, **options):
    held = Parameters().replace(STILL | (numbers or {}))
    return World(held, technology or Technology.of(held), seed, until, **options)


def draws(monkeypatch, values):
    """Give {(decision, quarter, entity): normal draw}; nought where none is named."""

    def given(seed, quarters, decision, entity):
        return np.array([values.get((decision, str(q), entity), 0.0) for q in quarters])

    for module in (world_module, shocks):
        monkeypatch.setattr(module, "normals", given)


def at(outside, label):
    return outside.at(Quarter.read(label))


# demand


def test_demand_grows_by_the_outlook_a_quarter_of_it_each_quarter():
    found = world(numbers=of_clusters("demand_growth", 0.1, -0.05), demand_shift=0.02)
    now = at(found, "2023Q2")
    expected = [math.log(1.12) / 4.0, math.log(0.97) / 4.0, math.log(1.02) / 4.0]
    np.testing.assert_allclose(now.trend_growth[:3], expected)
    np.testing.assert_allclose(now.demand_growth, now.trend_growth)
    np.testing.assert_array_equal(found.growth(Quarter.read("2023Q2")), now.demand_growth)


def test_the_outlooks_demand_is_that_of_the_middle_of_2021_grown_since():
    found = world(numbers=of_clusters("demand_growth", 0.1, -0.05))
    # from the middle of 2021 to that of 2022Q1 are two and a half quarters, to that of 2023Q1 six and a half
    np.testing.assert_allclose(found.real_trend(FIRST)[:2], [1.1**0.625, 0.95**0.625])
    np.testing.assert_allclose(found.real_trend(Quarter.read("2023Q1"))[:2], [1.1**1.625, 0.95**1.625])
    assert (found.years_passed(FIRST), found.years_passed(Quarter.read("2023Q2"))) == (0.625, 1.875)


def test_a_common_shock_reaches_each_cluster_by_its_exposure_and_is_centred(monkeypatch):
    draws(monkeypatch, {("common demand", "2022Q2", 0): 2.0, ("common demand", "2022Q3", 0): -1.0})
    found = world(
        numbers={"common_shock_spread": 0.1}
        | of_clusters("cycle_exposure", 1.5, 0.5, 1.0)
        | of_clusters("demand_growth", 0.0, 0.0)
    )
    grown = [at(found, label).demand_growth for label in ("2022Q1", "2022Q2", "2022Q3")]
    np.testing.assert_allclose([g[0] for g in grown], [-0.01125, 0.3 - 0.01125, -0.15 - 0.01125])
    np.testing.assert_allclose([g[1] for g in grown], [-0.00125, 0.1 - 0.00125, -0.05 - 0.00125])
    exposure = np.array([1.5, 0.5])
    for label, shock, passed in (("2022Q1", 0.0, 1), ("2022Q2", 0.2, 2), ("2022Q3", 0.1, 3)):
        expected = np.exp(exposure * shock - (exposure * 0.1) ** 2 / 2.0 * passed)
        np.testing.assert_allclose(found.common_shock(Quarter.read(label), exposure), expected)


def own_shocks(monkeypatch, values, persistence, spread, until=UNTIL):
    draws(monkeypatch, values)
    changes = (
        {"cluster_shock_persistence": persistence}
        | of_clusters("cycle_spread", spread, 0.0)
        | of_clusters("demand_growth", 0.0, 0.0)
    )
    found = world(until=until, numbers=changes)
    return np.array([found.growth(FIRST + i) for i in range(until - FIRST + 1)])


def test_a_clusters_shock_fades_by_its_persistence(monkeypatch):
    quiet = own_shocks(monkeypatch, {}, 0.6, 0.1)
    shaken = own_shocks(
        monkeypatch, {("cluster demand", "2022Q3", 0): 1.0, ("cluster demand", "2022Q1", 1): 5.0}, 0.6, 0.1
    )
    np.testing.assert_allclose((shaken - quiet)[:6, 0], [0.0, 0.0, 0.1, 0.06, 0.036, 0.0216], atol=1e-15)
    np.testing.assert_array_equal(
        shaken[:, 1:], quiet[:, 1:]
    )  # no spread, no shock; and it is the first cluster's alone


def test_shocks_are_remembered_for_six_years_before_the_start(monkeypatch):
    quiet = own_shocks(monkeypatch, {}, 0.9, 0.1)[0, 0]
    felt = [
        own_shocks(monkeypatch, {("cluster demand", str(FIRST + -back), 0): 1.0}, 0.9, 0.1)[0, 0] - quiet
        for back in (1, 24, 25)
    ]
    np.testing.assert_allclose(felt, [0.09, 0.1 * 0.9**24, 0.0], atol=1e-15)


def test_the_level_of_demand_is_expected_on_the_trend(monkeypatch):
    """Half the variance of the sum of n shocks of an autoregression is taken off: sums of its covariances."""
    grown = own_shocks(monkeypatch, {}, 0.7, 0.1)[:, 0].cumsum()
    for n in (1, 2, 3, 10):
        apart = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
        variance = (0.7**apart).sum() * 0.1**2 / (1.0 - 0.7**2)
        assert grown[n - 1] == pytest.approx(-variance / 2.0, rel=1e-7)


def test_luck_is_keyed_by_decision_quarter_and_entity():
    quarters = [Quarter.read("2022Q1"), Quarter.read("2023Q4")]
    found = world_module.normals(9, quarters, "cluster demand", 3)
    np.testing.assert_allclose(
        found, [NormalDist().inv_cdf(keys.uniform(keys.stream(9, "cluster demand", q.number), 3)) for q in quarters]
    )


def test_a_longer_horizon_shares_its_beginning_with_a_shorter_one():
    long, short = (
        World(Parameters(), Technology.of(Parameters()), 4, Quarter.read(label)) for label in ("2028Q4", "2023Q1")
    )
    for label in ("2022Q1", "2023Q1"):
        for name in ("demand_growth", "input_price", "output_price", "energy_price"):
            np.testing.assert_allclose(getattr(at(long, label), name), getattr(at(short, label), name), rtol=1e-12)


def test_activity_has_seasons():
    found = world(numbers={f"season_q{i}": float(i) for i in (1, 2, 3, 4)})
    assert [at(found, f"2023Q{i}").season for i in (1, 2, 3, 4)] == [1.0, 2.0, 3.0, 4.0]


# prices


def made_of(metals=0.2, coal=0.1, materials=0.5, energy=0.125):
    """A technology that buys metals and coal and little else; the order is metals, ores, electricity,
    chemicals, coal.
    """
    commodities = np.zeros((5, COUNT))
    commodities[0], commodities[4] = metals, coal
    return SimpleNamespace(
        commodities=commodities, materials=np.full(COUNT, materials), energy=np.full(COUNT, energy), energy_price=0.004
    )


DOUBLED = {
    "metals_price_drift": math.log(2.0) / 2.0,
    "coal_price_drift": math.log(1.5) / 2.0,
}  # after two years, and so they stay
AT_ONCE = {"price_adjustment": 1.0, "margin_recovery": 1.0}


@pytest.mark.parametrize("label", ["2023Q4", "2026Q4"])
def test_dearer_commodities_raise_what_they_weigh(label):
    now = at(world(made_of(), numbers=DOUBLED | AT_ONCE | {"deflator_growth": 0.0, "energy_price": 0.002}), label)
    # metals 0.2 dearer of 0.5, coal 0.05 dearer of 0.125, both by 40 %; a unit costs 0.25 more, and prices follow
    np.testing.assert_allclose(now.input_price, 1.4)
    np.testing.assert_allclose(now.energy_price, 0.0028)
    np.testing.assert_allclose(now.output_price, 1.25)
    np.testing.assert_allclose(now.usual_ratio, (1.0 - 0.875 / 1.25) / 0.375)


def test_drift_lasts_two_years_from_the_middle_of_2021():
    found = world(made_of(), numbers={"metals_price_drift": 0.1, "coal_price_drift": 0.0, "deflator_growth": 0.0})
    for label, years in (("2022Q1", 0.625), ("2022Q4", 1.375), ("2023Q2", 1.875), ("2023Q3", 2.0), ("2025Q1", 2.0)):
        np.testing.assert_allclose(at(found, label).input_price, 1.0 + 0.4 * math.expm1(0.1 * years), err_msg=label)


def test_the_general_level_moves_all_prices_and_wages():
    now = at(
        world(
            made_of(),
            numbers={
                "deflator_growth": 0.02,
                "energy_price": 0.002,
                "metals_price_drift": 0.0,
                "coal_price_drift": 0.0,
            },
        ),
        "2023Q1",
    )
    level = 1.02**1.625
    assert now.deflator == pytest.approx(level)
    assert now.wage_index == pytest.approx(level)
    for found, expected in (
        (now.input_price, level),
        (now.output_price, level),
        (now.energy_price, 0.002 * level),
        (now.usual_ratio, 1.0),
    ):
        np.testing.assert_allclose(found, expected)


def test_a_part_is_passed_on_soon_and_the_rest_in_time():
    # in the first quarter a cost that is 0.25 higher than in 2021 has moved prices by half of 0.6 x it and by a tenth
    # of 0.4 x it
    numbers = {"price_adjustment": 0.5, "margin_recovery": 0.1, "deflator_growth": 0.0} | of_clusters(
        "pass_through", 0.6, 1.0, 0.0
    )
    numbers |= {"metals_price_drift": math.log(2.0) / 0.625, "coal_price_drift": 0.0}
    found = world(made_of(metals=0.25), numbers=numbers)
    np.testing.assert_allclose(at(found, "2022Q1").output_price[:3], [1.0 + 0.075 + 0.01, 1.125, 1.025])
    rise = 0.25 * np.expm1(math.log(2.0) / 0.625 * np.array([0.625, 0.875]))
    soon, later = 0.5 * rise[1] + 0.25 * rise[0], 0.1 * rise[1] + 0.09 * rise[0]
    np.testing.assert_allclose(
        at(found, "2022Q2").output_price[:3], [1.0 + 0.6 * soon + 0.4 * later, 1.0 + soon, 1.0 + later]
    )


def test_usual_progress_saves_inputs_and_is_passed_on():
    shape = (UNTIL - FIRST + 1, COUNT)
    progress = Progress(np.full(shape, math.log(1.25)), np.full(shape, math.log(2.0)), np.full(shape, math.log(1.6)))
    now = at(world(made_of(), numbers=DOUBLED | AT_ONCE | {"deflator_growth": 0.0}, progress=progress), "2024Q4")
    # price 1.25 / 1.6; materials 0.7 / 1.25 and energy 0.175 / 2 are bought
    np.testing.assert_allclose(now.output_price, 0.78125)
    np.testing.assert_allclose(now.usual_ratio, (1.0 - (0.56 + 0.0875) / 0.78125) / 0.375)


def test_a_commodity_walks_at_random_and_is_centred(monkeypatch):
    draws(
        monkeypatch,
        {
            ("commodity price", "2022Q1", 0): 1.0,
            ("commodity price", "2022Q2", 0): -2.0,
            ("commodity price", "2022Q2", 4): 3.0,
        },
    )
    numbers = {
        "commodity_spread": 0.1,
        "metals_price_drift": 0.0,
        "coal_price_drift": 0.0,
        "deflator_growth": 0.0,
        "energy_price": 0.002,
    }
    found = world(made_of(), numbers=numbers)
    # two and a half quarters since 2021, then one each: steps of sqrt(0.625) and sqrt(0.25)
    first, second = 0.1 * math.sqrt(0.625), 0.1 * (math.sqrt(0.625) - 1.0)
    np.testing.assert_allclose(at(found, "2022Q1").input_price, 1.0 + 0.4 * math.expm1(first - 0.005 * 0.625))
    np.testing.assert_allclose(at(found, "2022Q2").input_price, 1.0 + 0.4 * math.expm1(second - 0.005 * 0.875))
    np.testing.assert_allclose(at(found, "2022Q2").energy_price, 0.002 * (1.0 + 0.8 * math.expm1(0.15 - 0.005 * 0.875)))


# plans


def test_plans_grow_from_2021_as_they_were_made():
    found = world(numbers={"planned_gdp_growth": 0.06} | of_clusters("demand_growth", 0.1, -0.05), demand_shift=0.3)
    assert [found.planned_gdp(year) for year in (2021, 2022, 2024)] == pytest.approx([1.0, 1.06, 1.06**3])
    np.testing.assert_allclose(found.planned_growth(2021), 1.0)
    np.testing.assert_allclose(found.planned_growth(2023)[:2], [1.21, 0.9025])


# before the start


def test_the_past_grows_like_the_outlook_at_prices_of_2021(monkeypatch):
    draws(monkeypatch, {("common demand", "2021Q4", 0): 1.0})
    held = Parameters().replace(
        STILL
        | {"common_shock_spread": 0.1}
        | of_clusters("demand_growth", 0.1, -0.05)
        | of_clusters("cycle_exposure", 2.0, 1.0, 1.0)
        | {f"season_q{i}": float(i) for i in (1, 2, 3, 4)}
    )
    before = past(held, SimpleNamespace(energy_price=0.004), 1, 6)
    assert [now.season for now in before] == [3.0, 4.0, 1.0, 2.0, 3.0, 4.0]
    np.testing.assert_allclose(
        before[-1].demand_growth[:2], [math.log(1.1) / 4 + 0.2 - 0.02, math.log(0.95) / 4 + 0.1 - 0.005]
    )
    np.testing.assert_allclose(before[-2].demand_growth[:2], [math.log(1.1) / 4 - 0.02, math.log(0.95) / 4 - 0.005])
    for now in before:
        assert (now.deflator, now.wage_index) == (1.0, 1.0)
        np.testing.assert_allclose(now.trend_growth[:2], [math.log(1.1) / 4, math.log(0.95) / 4])
        for values, expected in (
            (now.input_price, 1.0),
            (now.output_price, 1.0),
            (now.energy_price, 0.004),
            (now.usual_ratio, 1.0),
        ):
            np.testing.assert_array_equal(values, np.full(COUNT, expected))


# lists


def lines(monkeypatch, luck, outlook="ex-ante", **numbers):
    """Lines under normal draws {(decision, year, entity)}; nought where none is named."""
    monkeypatch.setattr(
        ListLines, "_normal", lambda self, decision, year, entity: luck.get((decision, year, entity), 0.0)
    )
    return ListLines(Parameters().replace(numbers), 1, outlook)


def test_each_list_has_luck_of_its_own_besides_that_of_all(monkeypatch):
    numbers = {
        "list_common_share": 0.36,
        "china_500_first_growth": 0.1,
        "china_500_growth": 0.2,
        "china_500_spread": 0.05,
    }
    found = lines(
        monkeypatch,
        {
            ("all list lines", 2023, 0): 1.0,
            ("list line", 2023, LISTS.index("china_500")): -2.0,
            ("list line", 2023, 0): 9.0,
        },
        **numbers,
    )
    start = found.at("china_500", 2021)
    assert start == 39_236.0
    assert found.at("china_500", 2022) == pytest.approx(start * math.exp(0.1))
    assert found.at("china_500", 2023) == pytest.approx(start * math.exp(0.1 + 0.2 + 0.05 * (0.6 - 1.6)))
    assert found.at("china_500", 2024) == pytest.approx(start * math.exp(0.1 + 0.4 + 0.05 * (0.6 - 1.6)))


def test_the_world_500_is_counted_in_dollars_at_the_rate_of_the_year_it_reads(monkeypatch):
    numbers = {
        "world_500_usd_first_growth": 0.0,
        "world_500_usd_growth": 0.0,
        "exchange_rate_2020": 7.0,
        "exchange_rate_2021": 6.0,
        "exchange_rate_spread": 0.1,
    }
    found = lines(
        monkeypatch,
        {
            ("exchange rate", 2022, 0): 1.0,
            ("exchange rate", 2023, 0): 2.0,
            ("exchange rate", 2021, 0): 50.0,
            ("exchange rate", 2024, 0): 50.0,
        },
        **numbers,
    )
    dollars = 24_000.0
    assert found.at("world_500", 2021) == pytest.approx(dollars * 7.0)  # it reads 2020
    assert found.at("world_500", 2022) == pytest.approx(dollars * 6.0)
    assert found.at("world_500", 2023) == pytest.approx(dollars * 6.0 * math.exp(0.1))
    assert found.at("world_500", 2024) == pytest.approx(dollars * 6.0 * math.exp(0.3))


def test_lines_are_the_same_in_whatever_order_they_are_asked_for():
    one, other = (ListLines(Parameters(), 2, "ex-ante") for _ in range(2))
    years = (2022, 2023, 2024, 2025)
    forward = {year: one.at("world_500", year) for year in years}
    assert {year: other.at("world_500", year) for year in reversed(years)} == forward


def test_what_firms_expect_is_the_last_line_with_its_usual_growth():
    found = world(numbers={"china_500_first_growth": 0.1, "china_500_growth": 0.2, "list_common_share": 0.5})
    assert found.expected_threshold("china_500", 2022) == pytest.approx(39_236.0 * math.exp(0.1))
    assert found.expected_threshold("china_500", 2024) == pytest.approx(
        found.threshold("china_500", 2023) * math.exp(0.2)
    )
    assert found.expected_threshold("world_500", 2023) == pytest.approx(
        found.threshold("world_500", 2022) * math.exp(0.025)
    )


def test_known_lines_are_read_and_later_ones_drawn():
    known = world(thresholds="as-known")
    assert known.threshold("china_500", 2023) == 46_998.0
    assert world(thresholds="ex-ante").threshold("china_500", 2023) != 46_998.0
    assert known.threshold("china_500", 2021) == world().threshold("china_500", 2021) == 39_236.0


def test_the_luck_of_lists_is_drawn_once_a_year_by_its_name():
    found = ListLines(Parameters(), 6, "ex-ante")
    for decision, year, entity in (("list line", 2023, 2), ("exchange rate", 2025, 0)):
        assert found._normal(decision, year, entity) == NormalDist().inv_cdf(
            keys.uniform(keys.stream(6, decision, year * 4), entity)
        )


@pytest.mark.parametrize("persistence", [0.0, 0.7, 0.99])
def test_persistent_shocks_leave_the_expected_level_on_the_trend_however_long_they_last(persistence):
    """The level is linear in independent draws: half the sum of their squared weights is what centring takes off,
    warm-up included.
    """
    spread, quarters = np.array([0.05]), 12
    still = persistent(np.zeros((WARM_UP + quarters, 1)), spread, persistence).cumsum(axis=0)[:, 0]
    weights = np.array(
        [
            persistent(draw[:, None], spread, persistence).cumsum(axis=0)[:, 0] - still
            for draw in np.eye(WARM_UP + quarters)
        ]
    )
    np.testing.assert_allclose(still, -(weights**2).sum(axis=0) / 2.0, rtol=1e-9)


def test_a_rate_that_changes_counts_for_the_time_it_held():
    """0.1 a year until the middle of the second quarter, 0.3 in the one after; then back to 0.1 for a quarter."""
    years = np.array([0.625, 0.875, 1.125, 1.375])
    passed = _passed(np.array([[0.1, 0.2], [0.1, 0.2], [0.3, 0.2], [0.1, 0.2]]), years)
    np.testing.assert_allclose(passed[:, 0], [0.0625, 0.0875, 0.0875 + 0.3 * 0.25, 0.0875 + 0.3 * 0.25 + 0.1 * 0.25])
    np.testing.assert_allclose(passed[:, 1], 0.2 * years)
