"""What is usual outside the city, and how firms build and pay for capacity: the numbers behind a world that neither
gains nor loses by itself.
"""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from sim.behaviours import finance, investment
from sim.calendar.quarter import Quarter
from sim.firms import turnover, usual_turnover
from sim.firms.table import Firms
from sim.firms.technology import Technology
from sim.luck.randomness import laplace_share
from sim.model import ClusterModel
from sim.outside.rivals import _Adoption, _Retrofits, usual
from sim.outside.world import World
from sim.scenario.reading import load
from sim.setting import Setting
from sim.start.funded import Projects
from sim.start.state import Funded
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.changzhou import COUNT, IDENTIFIERS
from tests.policy_bench import plain_firms

EVEN = {f"season_q{i}": 1.0 for i in range(1, 5)} | {"order_noise": 0.0, "size_spread_exponent": 0.0}
SHOCKLESS = {f"{c}.shock_spread": 0.0 for c in IDENTIFIERS}


def bench(**changes):
    numbers = Parameters().replace({name.replace("__", "."): value for name, value in changes.items()})
    firms = plain_firms()
    technology = Technology.of(numbers)
    firms.digital_effect[:] = 1.0
    firms.energy_intensity[:] = technology.energy_intensity[firms.cluster]
    return firms, numbers, technology


def less_opening(firms, numbers, smallest=5.0):
    return usual_turnover.usual_closings(firms, numbers)[0] - usual_turnover.usual_openings(firms, numbers, smallest)


def at_target(firms, technology):
    firms.capital[:] = 4.0 * technology.capital_output[firms.cluster] * firms.demand


def test_firms_that_can_serve_eight_tenths_of_their_orders_lose_a_quarter_of_the_rest():
    firms, numbers, technology = bench(**EVEN, **{c.replace(".", "__"): 0.0 for c in SHOCKLESS}, customers_leave=0.25)
    at_target(firms, technology)
    firms.capital *= 0.8 * numbers.target_utilisation / numbers.utilisation_limit
    np.testing.assert_allclose(usual_turnover.usual_turned_away(firms, numbers, technology), 0.25 * 0.2)


def test_a_busy_season_drives_away_the_share_of_customers_not_of_orders():
    firms, numbers, technology = bench(
        **(EVEN | {f"season_q{i}": 1.25 for i in range(1, 5)}),
        **{c.replace(".", "__"): 0.0 for c in SHOCKLESS},
        customers_leave=0.25,
    )
    at_target(firms, technology)
    firms.capital *= (
        numbers.target_utilisation / numbers.utilisation_limit
    )  # room for the mean quarter: 1 of 1.25 orders
    np.testing.assert_allclose(usual_turnover.usual_turned_away(firms, numbers, technology), 0.25 * 0.2)


def test_nobody_is_turned_away_where_capacity_has_no_limit():
    firms, numbers, technology = bench(utilisation_limit=1e6)
    at_target(firms, technology)
    np.testing.assert_array_equal(usual_turnover.usual_turned_away(firms, numbers, technology), np.zeros(COUNT))


def test_shocks_make_firms_with_just_enough_room_turn_customers_away():
    """Expected excess over room of a Laplace factor with mean one, room at the mean: scale x (1 - scale^2) ...
    by fine integration.
    """
    firms, numbers, technology = bench(**EVEN)
    at_target(firms, technology)
    firms.capital *= numbers.target_utilisation / numbers.utilisation_limit
    draws = (np.arange(20_000) + 0.5) / 20_000
    laplace = np.where(draws < 0.5, np.log(2 * draws), -np.log(2 * (1 - draws)))
    for c, scale in enumerate(turnover.quarterly_spreads(numbers)):
        expected = np.maximum(np.exp(scale * laplace) * (1 - scale**2) - 1.0, 0.0).mean() * numbers.customers_leave
        assert usual_turnover.usual_turned_away(firms, numbers, technology)[c] == pytest.approx(expected, rel=0.08)


def test_closings_less_openings_by_hand():
    """New firms at the frontier, of the reference size: 4 % a year close; entrants bring 2 % a year
    of what there is.
    """
    firms, numbers, _ = bench(exit_hazard=0.04, entry_rate=0.5)
    firms.demand[:], firms.founded[:] = numbers.size_reference, Quarter.read("2022Q1").number
    mean = usual_turnover.mean_entrant(numbers, 5.0)
    opening = 0.5 / 4 * mean / 4 / numbers.size_reference
    np.testing.assert_allclose(less_opening(firms, numbers), 1 - 0.96**0.25 - opening, rtol=1e-12)


def test_the_reservoir_shrinks_by_the_entrants_it_loses_and_grows_by_itself_and_by_firms_that_become_too_small():
    """Thirty firms, half of them entrants a year, out of 60,000 x 30 / 5,000 - 30 = 330;
    the reservoir grows by 8 % a year.
    """
    firms, numbers, _ = bench(entry_rate=0.5, reservoir_growth=0.08, returning_share=0.5, size_spread_exponent=0.0)
    firms.last_revenue[:], firms.demand[:] = 20.0, 1e9
    kept = 1.08**0.25 - 30 * 0.5 / 4 / 330
    np.testing.assert_allclose(usual_turnover.usual_reservoir(firms, numbers, 5.0, 3), [1.0, kept, kept**2], rtol=1e-9)
    firms.demand[:] = 0.5 * 5.0 / 4.0 * np.exp(0.3)  # a shock of -0.3 in logs makes them too small
    scale = turnover.quarterly_spreads(numbers)[firms.cluster]
    too_small = np.exp(-(0.3 + np.log(1 - scale**2)) / scale) / 2
    assert usual_turnover.usual_reservoir(firms, numbers, 5.0, 2)[1] == pytest.approx(kept + too_small.sum() / 330)


def test_the_share_of_laplace_draws_below_a_value_is_that_of_draws():
    draws = (np.arange(20_000) + 0.5) / 20_000
    shocks = 0.2 * np.where(draws < 0.5, np.log(2 * draws), -np.log(2 * (1 - draws)))
    for value in (-0.5, 0.0, 0.1):
        assert float(laplace_share(np.array(value), np.array(0.2))) == pytest.approx((shocks < value).mean(), abs=1e-4)


def test_the_mean_entrant_is_the_mean_of_its_distribution():
    numbers = Parameters()
    from sim.luck.randomness import pareto

    draws = (np.arange(200_000) + 0.5) / 200_000
    for exponent in (numbers.entrant_size_exponent, 1.0, 0.7):
        held = numbers.replace({"entrant_size_exponent": exponent})
        mean = pareto(draws, exponent, 3.0, numbers.entrant_size_high).mean()
        assert usual_turnover.mean_entrant(held, 3.0) == pytest.approx(mean, rel=1e-3)


def test_large_groups_and_starting_plants_are_not_counted_among_those_that_usually_close():
    firms, numbers, _ = bench()
    firms.reported_revenue[:] = 10_000.0
    assert (less_opening(firms, numbers) < 0.0).all()


def usual_of(**changes):
    """What is usual for firms of one size, one of three in each cluster at half the efficiency of the frontier."""
    firms, numbers, technology = bench(digital_consider=0.0, **changes)
    at_target(firms, technology)
    firms.productivity[::3] = 0.5
    firms.research_stock[:] = technology.usual_research_stock(numbers)[firms.cluster] * 4.0
    start = SimpleNamespace(
        funded=Funded(1.0, 1.0, 1.0, np.zeros(COUNT)),
        smallest=5.0,
        defaults=np.full(COUNT, 0.01),
        turned_away=np.zeros(COUNT),
    )
    return usual(firms, numbers, technology, 3, start), firms, numbers, technology


@pytest.mark.parametrize("rivalry", [0.1, 0.9])
def test_what_the_market_gains_beyond_its_mean_firm_is_taken_off_whole_however_many_rivals_are_local(rivalry):
    """Half of the successes of mean 0.06, 2 % a quarter, are of quality with weight 0.5;
    the market answers to the square.
    """
    changes = {
        "local_rivalry": rivalry,
        "success_rate": 0.02,
        "success_step": 0.06,
        "quality_share": 0.5,
        "quality_weight": 0.5,
    }
    found, _, _, technology = usual_of(demand_elasticity=2.0, **changes)
    without, *_ = usual_of(demand_elasticity=0.0, **changes)
    variable = technology.materials + technology.wages
    share = variable / (variable + technology.energy)
    won = 2.0**2 * 0.02 * (2 * 0.06**2) * (0.5 * share**2 + 0.5 * 0.5**2) / 2
    np.testing.assert_allclose(without.turnover[1:] - found.turnover[1:], [won, won], rtol=1e-9)
    np.testing.assert_array_equal(found.turnover[0], without.turnover[0])


def test_defaults_do_not_become_rarer_as_firms_grow():
    found, *_ = usual_of(exit_hazard=0.0, entry_rate=0.0, title_growth=0.0, success_rate=0.0, customers_leave=0.0)
    np.testing.assert_allclose(found.turnover[1:], 0.01, rtol=1e-12)


def test_usual_energy_saving_is_the_log_of_what_a_retrofit_leaves():
    found, _, numbers, _ = usual_of(energy_saving=0.2, rebound=0.25, energy_consider=0.1)
    pays = 1 - np.exp(-numbers.energy_payback_limit / numbers.energy_saving_payback)
    np.testing.assert_allclose(found.saved, -0.1 * pays * np.log(0.85), rtol=1e-12)


QUIET = {"entry_rate": 0, "exit_hazard": 0, "major_projects": 0, "title_growth": 0, "commodity_spread": 0}


def decade(seed, **changes):
    spec = load("no-policy").with_changes(
        {"horizon.until": "2030Q4", "outlook.announced": False}
        | {f"parameters.{name}": value for name, value in (QUIET | changes).items()}
    )
    model = ClusterModel(spec, seed=seed)
    spreads = [spread(model)]
    model.run()
    return spreads[0], spread(model), model


def spread(model):
    firms = model.firms
    rows = np.flatnonzero(firms.active & (firms.key <= firms.key[firms.first_entrant - 1].max()))
    efficiency = np.log(firms.productivity[rows] * firms.digital_effect[rows])
    return np.array([efficiency[firms.cluster[rows] == c].std() for c in range(COUNT)])


@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_the_spread_of_efficiency_neither_grows_nor_shrinks_in_nine_years(count):
    ratios = [after / before for before, after, _ in (decade(seed) for seed in range(1, count + 1))]
    assert abs(np.mean(ratios) - 1.0) <= 0.05
    assert np.abs(np.mean(ratios, axis=0) - 1.0).max() <= 0.15


def test_a_rise_of_input_cost_is_passed_on_in_part_at_once_and_whole_in_the_end():
    numbers = Parameters().replace(
        {"commodity_spread": 0.0, "deflator_growth": 0.0, "metals_price_drift": 0.1, "price_adjustment": 1.0}
        | {f"{name}_price_drift": 0.0 for name in ("ores", "electricity", "chemicals", "coal")}
    )
    technology = Technology.of(numbers)
    world = World(numbers, technology, 1, Quarter.read("2060Q4"))
    now, late = (world.at(Quarter.read(q)) for q in ("2023Q4", "2060Q4"))
    equipment = 0
    rise = technology.materials[equipment] * (now.input_price[equipment] - 1.0)  # after two years it stays where it is
    assert rise > 0.0
    passed = (now.output_price[equipment] - 1.0) / rise
    assert numbers["high_end_equipment.pass_through"] < passed < 0.95
    assert late.output_price[equipment] - 1.0 == pytest.approx(rise, rel=1e-3)


def setting_of(numbers, technology, quarter="2022Q1"):
    world = World(numbers, technology, 1, Quarter.read("2030Q4"))
    firms = plain_firms()
    return Setting(
        Quarter.read(quarter), world.at(Quarter.read(quarter)), Terms(firms.rows), numbers, technology, 1, 0.0
    )


@pytest.mark.parametrize("speed", [0.1, 0.35, 0.9])
def test_a_firm_that_grows_with_its_cluster_works_at_its_usual_use_of_capacity(speed):
    """Orders placed for the day the capacity stands: after thirty years at 20 % a year use is that of the target,
    whatever the speed.
    """
    growth, delivery = math.log(1.2) / 4, 4.0
    demand, capital, pipeline = 1.0, 1.0, 0.0
    for _ in range(120):
        demand *= math.exp(growth)
        missing = demand * float(investment.planned_for(np.array(growth), delivery, speed)) - capital - pipeline
        pipeline += speed * missing
        capital, pipeline = capital + pipeline / delivery, pipeline * (1 - 1 / delivery)
    assert capital / demand == pytest.approx(1.0, abs=1e-3)
    firms, numbers, technology = bench(expansion_speed=speed, delivery_quarters=delivery, hurdle_rate=0.0)
    setting = setting_of(numbers, technology)
    firms.expected_demand[:] = 1.0
    at_target(firms, technology)
    investment.want(firms, setting)
    vehicles = firms.cluster == IDENTIFIERS.index("new_energy_vehicles")
    ahead = float(investment.planned_for(setting.conditions.trend_growth, delivery, speed)[3]) - 1.0
    np.testing.assert_allclose(
        firms.wanted_expansion[vehicles],
        speed * ahead * firms.capital[vehicles] * setting.conditions.deflator,
        rtol=1e-9,
    )


def test_wear_is_replaced_only_as_far_as_the_capacity_is_needed():
    firms, numbers, technology = bench(**{f"{c}__demand_growth": 0.0 for c in IDENTIFIERS})
    setting = setting_of(numbers, technology)
    firms.expected_demand[:] = 1.0
    at_target(firms, technology)
    needed, wear = firms.capital.copy(), technology.depreciation / 4.0
    for times, kept in ((1.0, 1.0), (1.0 + wear / 2.0, 0.5 - wear / 4.0), (1.5, 0.0)):
        firms.capital[:] = needed * times
        investment.want(firms, setting)
        share = firms.wanted_replacement / (wear * firms.capital * setting.conditions.deflator)
        np.testing.assert_allclose(share, kept, atol=0.02)


def granted(**columns):
    """Steel, unlisted above scale, no cash, no room for more debt: wants to expand by 100."""
    firms, numbers, technology = bench(
        credit_limit=0.0, small_credit_access=0.6, cash_sensitivity=0.3, quality_steel__project_capital_share=0.4
    )
    firms.wanted_expansion[:] = 100.0
    firms.net_worth[:] = 1.0
    for name, value in columns.items():
        getattr(firms, name)[:] = value
    finance.grant(firms, setting_of(numbers, technology))
    row = int(np.flatnonzero(firms.cluster == IDENTIFIERS.index("quality_steel"))[0])
    return {name: getattr(firms, name)[row] for name in ("expansion", "equity_raised", "credit_drawn", "fund_taken")}


def test_a_project_without_own_money_is_built_as_far_as_owners_and_investors_reach():
    # no own yuan, so no loan; of the 100 that are missing owners and investors put in 70
    assert granted() == {
        "expansion": pytest.approx(70.0),
        "equity_raised": pytest.approx(70.0),
        "credit_drawn": 0.0,
        "fund_taken": 0.0,
    }


def test_own_money_brings_the_loan_that_the_rule_on_project_capital_leaves():
    # access 0.8 x 0.6 lent = 0.48; own 26 carries 26 / 0.52 = 50, 24 of it lent; of the missing 50 investors bring 35
    found = granted(operating_flow=26.0)
    assert found["expansion"] == pytest.approx(85.0)
    assert found["credit_drawn"] == pytest.approx(24.0)
    assert found["equity_raised"] == pytest.approx(35.0)


def test_an_insolvent_firm_gets_neither_loan_nor_equity():
    assert granted(net_worth=-1.0, operating_flow=26.0)["expansion"] == pytest.approx(26.0)


def test_local_buyers_add_nothing_when_they_grow_as_the_world_does():
    """The common shock is in every cluster's demand already: it does not come a second time through purchases."""
    shaken = {
        "parameters.common_shock_spread": 0.04,
        "parameters.customers_leave": 0,
        "parameters.order_noise": 0,
        "parameters.utilisation_limit": 2.8,
        "parameters.exit_hazard": 0,
        "parameters.entry_rate": 0,
        "parameters.major_projects": 0,
        "outlook.announced": False,
        "parameters.demand_elasticity": 0,
        "parameters.growth_size_slope": 0,
        "parameters.title_growth": 0,
    }
    still = {f"parameters.{c}.{name}": 0 for c in IDENTIFIERS for name in ("shock_spread", "cycle_spread")}
    model = ClusterModel(load("no-policy").with_changes(shaken | still), seed=3)
    for _ in range(6):
        model.step()
    assert np.abs(model.world.growth(model.quarter)).max() > 0.01
    assert np.abs(model._pull).max() <= 0.002


def test_firms_of_the_bench_are_what_the_tests_above_say():
    firms = plain_firms()
    assert isinstance(firms, Firms) and firms.active.all() and firms.rows == 30


@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.slow)])
def test_outside_firms_gain_what_the_citys_firms_gain_in_nine_years(count):
    """Efficiency of the mean yuan of output, entry and exit included, over some worlds: within a tenth of what is
    usual outside.
    """
    ratios = []
    for seed in range(1, count + 1):
        model = ClusterModel(
            load("no-policy").with_changes(
                {"horizon.until": "2030Q4", "outlook.announced": False, "parameters.major_projects": 0}
            ),
            seed=seed,
        )
        before = mean_efficiency(model.firms)
        model.run()
        ratios.append((mean_efficiency(model.firms) - before).mean() / model._usual.efficiency.sum(axis=0).mean())
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.1), ratios


def mean_efficiency(firms):
    able = np.log(np.where(firms.active, firms.productivity * firms.digital_effect, 1.0))
    weight = np.where(firms.active, firms.demand, 0.0)
    return firms.cluster_sum(weight * able) / firms.cluster_sum(weight)


def test_retrofits_outside_go_as_far_as_money_goes():
    """Half the money, half the first quarter's projects; none, none."""
    firms, numbers, _ = bench(digital_dip=0.0, digital_dip_quarters=1.0)
    gains = [
        _Retrofits.ahead(firms, numbers, 2, Funded(share, share, 1.0, np.zeros(COUNT))).gains[1]
        for share in (1.0, 0.5, 0.0)
    ]
    assert (gains[0] > 0.0).all()
    np.testing.assert_allclose(gains[1], gains[0] / 2.0)
    np.testing.assert_array_equal(gains[2], np.zeros(COUNT))


def test_able_firms_that_find_money_for_more_retrofits_widen_the_spread():
    """An edge of 0.1 in efficiency adds twice the edge times what projects bring: 2 x 0.1 x projects x log gain."""
    firms, numbers, _ = bench()
    even, uneven = (
        _Retrofits.ahead(firms, numbers, 2, Funded(1.0, 1.0, 1.0, np.full(COUNT, edge))) for edge in (0.0, 0.1)
    )
    adoption = _Adoption(firms, numbers, np.where(firms.active, 1.0, 0.0), 1.0)
    for _ in range(36):
        adoption.turn(adoption.adopters())
    expected = 2.0 * 0.1 * adoption.begun * math.log1p(numbers.digital_gain) / 36
    np.testing.assert_allclose(uneven.spread - even.spread, expected)


def test_funded_is_what_found_money_over_what_was_wanted():
    firms = plain_firms()
    rows = np.arange(3)  # three firms of one cluster
    firms.productivity[rows] = np.exp([0.2, 0.0, -0.2])
    firms.wanted_digital[rows], firms.digital_spending[rows] = (6.0, 2.0, 2.0), (6.0, 2.0, 0.0)
    firms.wanted_energy_saving[rows], firms.energy_saving_spending[rows] = (1.0, 0.0, 3.0), (1.0, 0.0, 0.0)
    projects = Projects(COUNT)
    projects.count(firms)
    found = projects.funded()
    assert (found.digital, found.digital_firms, found.energy) == pytest.approx((0.8, 2.0 / 3.0, 0.25))
    assert found.edge[0] == pytest.approx(0.1)
    assert (found.edge[1:] == 0.0).all()


def test_a_laggard_that_closes_lifts_the_mean_of_those_that_stay():
    """Two halves of demand, 0.2 apart; only the lower half closes, at 8 % a quarter: 0.08 x half x (0.2 - 0.1)."""
    firms, numbers, _ = bench(
        exit_hazard=0.5,
        exit_size_exponent=0.0,
        exit_age_weight=0.0,
        exit_productivity_weight=0.0,
        exit_hazard_ceiling=0.08,
    )
    low = np.concatenate([np.arange(firms.start[c], firms.stop[c])[1:2] for c in range(COUNT)])
    others = np.concatenate([np.arange(firms.start[c], firms.stop[c])[2:] for c in range(COUNT)])
    firms.active[others] = False
    firms.demand[:] = 1.0
    firms.productivity[:] = 1.0
    firms.productivity[low] = math.exp(-0.2)
    firms.reported_revenue[firms.start] = 1e5  # too large to vanish
    closed, gained = usual_turnover.usual_closings(firms, numbers)
    np.testing.assert_allclose(closed, 0.04)
    np.testing.assert_allclose(gained, 0.08 / 2.0 * 0.1)
