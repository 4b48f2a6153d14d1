"""Land: what plants stand on, who gets plots where they are short, and what idle land comes to."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviours import construction, entry_exit, investment
from sim.behaviours import land as behaviour
from sim.calendar.quarter import Quarter
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.firms import land, plots
from sim.firms.ground import OUTPUT, PRICE, QUEUE, TAX, Ground, LandBudget
from sim.firms.land import PlotRules
from sim.firms.plots import PlotCosts
from sim.firms.technology import Technology
from sim.model import ClusterModel
from sim.policies.land_budget import LandBudgetManagement
from sim.scenario.reading import load
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import look, paid, plain_firms

RULES = (PRICE, OUTPUT, TAX, QUEUE)
EVEN = PlotRules(usual=0.5, spread=0.0, new=0.4, density=1.0, most=np.inf)  # a new plot takes 0.2 mu a million yuan
CHEAP = PlotCosts(dense=0.0, most=10.0)
PLENTY = {"supply_a_year": 1e6, "to_the_line": 1e6}
NO_RULES = {"floor_area_ratio": 0, "least_investment": 0, "taken_back_after": 0}
SCARCE = {"supply_a_year": 4_000, "newcomers": 0.2}
OWN = {"land_left", "land_sold", "land_revenue", "land_price", "land_used", "land_productivity", "land_years"}
OWN |= {"vacant_land"}


def under(policy, **changes):
    return small("no-policy", **changes).with_changes({"policies.land_budget": policy})


def until(label):
    return {"horizon__until": label}


def ordering(asked, worth, *, land_each=10.0, deflator=1.0):
    """Return firms whose plots are full: capital 20 on 10 mu, wanted spending and its worth by firm."""
    firms = firms_with(capital=20.0, land=land_each, land_capacity=20.0, active=True)
    firms.wanted_expansion[: len(asked)], firms.expansion_worth[: len(worth)] = np.array(asked) * deflator, worth
    return firms


def allotted(firms, most, rule, *, newcomers=0.0, rules=EVEN, costs=CHEAP, deflator=1.0):
    """Allot what is left of `most` mu beyond the thirty firms' 300, and return the firms."""
    plots.allot(firms, LandBudget(300.0 + most, rule, newcomers), rules, deflator, costs, 1, np.uint64(7))
    return firms


# how much there is


def test_land_of_the_start_is_the_taxes_of_the_clusters_over_tax_per_mu():
    """Twice the tax per mu is half the land; a tenth of a yuan of tax per yuan of value added too."""
    plain = Parameters()
    of = {per_mu: land.land_2021(n := plain.replace({"tax_per_mu": per_mu}), Technology.of(n)) for per_mu in (0.1, 0.2)}
    assert of[0.1] == pytest.approx(2.0 * of[0.2])
    ratio = np.array(plain.by_cluster("value_added_ratio")) * plain.value_added_scale
    taxes = plain.tax_rate * float((np.array(plain.by_cluster("output_2021")) * 100.0 * ratio).sum())
    assert of[0.1] == pytest.approx(taxes / 0.1)


def test_the_starting_firms_stand_on_their_part_of_the_citys_land_each_by_its_capital():
    start = ClusterModel(load("no-policy"), seed=2, fixed=True).start
    firms, numbers = start.firms, Parameters()
    assert start.ground.mu == pytest.approx(firms.land.sum()) and start.ground.part == pytest.approx(1.0, abs=0.02)
    assert 1.0 < start.ground.mu / land.land_2021(numbers, Technology.of(numbers)) < 1.4  # spare plants, small firms
    per = firms.land[firms.active] / (firms.capital + firms.pipeline)[firms.active]
    assert per.std() > 0.0 and per.max() <= per.mean() * 1.6  # half-width of the spread is a half
    part = ClusterModel(small("no-policy"), seed=2, fixed=True).start.ground
    assert part.part < 0.5 and part.mu / part.part == pytest.approx(start.ground.mu, rel=0.2)


def test_supply_adds_up_quarter_by_quarter_to_the_warning_line_under_paths_too():
    """12,000 mu a year are 3,000 by March and 15,000 by the next; half a city is supplied a half; the line ends it."""
    budget = LandBudgetManagement(supply_a_year=12_000.0, to_the_line=20_000.0)
    for label, mu in (("2022Q1", 3_000.0), ("2023Q1", 15_000.0), ("2023Q4", 20_000.0), ("2030Q4", 20_000.0)):
        view = replace(look(plain_firms(), label), ground=Ground(100.0, 0.5))
        assert budget.supplied(view) == pytest.approx(mu)
        terms = Terms(30)
        budget.announce(view, terms)
        assert terms.land.most == pytest.approx(100.0 + 0.5 * mu)
    path = under({"supply_a_year": {2022: 12_000, 2023: 4_000}}, **until("2024Q4")).policies["land_budget"]
    view = look(plain_firms(), "2023Q2")
    assert path.at(Quarter.read("2023Q2")).supplied(view) == pytest.approx(12_000.0 + 2_000.0)


def test_a_land_budget_pays_nothing_and_two_of_them_are_refused():
    terms, view = Terms(30), look(plain_firms())
    assert paid(LandBudgetManagement().claim(view)) == {}
    LandBudgetManagement().announce(view, terms)
    with pytest.raises(ValueError, match="two instruments set a land budget"):
        LandBudgetManagement().announce(view, terms)


# who gets plots


def test_an_order_needs_land_only_for_what_its_plots_do_not_carry():
    """Of 10 million a plot with room for 4 carries 4; the other 6 take 0.2 mu each."""
    firms = ordering([10.0, 10.0], [2.0, 2.0])
    firms.land_capacity[0] = 24.0
    allotted(firms, 100.0, OUTPUT)
    np.testing.assert_allclose(firms.land_allotted[:2], [1.2, 2.0])
    assert not firms.land_short.any() and not firms.plot_cost.any()


@pytest.mark.parametrize(
    ("rule", "served"), [(PRICE, [2.0, 1.0, 0.0]), (OUTPUT, [0.0, 2.0, 1.0]), (TAX, [1.0, 0.0, 2.0])]
)
def test_each_rule_serves_its_first_whole_the_next_in_part_and_leaves_the_last_without(rule, served):
    """Three mu for three orders of 2 mu each: bids fall, sales per mu peak in the middle, taxes per mu at the ends."""
    firms = ordering([10.0, 10.0, 10.0], [3.0, 2.0, 1.5])
    firms.last_revenue[:3], firms.last_local_tax[:3] = [10.0, 30.0, 20.0], [2.0, 1.0, 3.0]
    allotted(firms, 3.0, rule)
    np.testing.assert_allclose(firms.land_allotted[:3], served)
    np.testing.assert_allclose(firms.land_short[:3], 2.0 - np.array(served))
    assert firms.land_waited[:3].tolist() == [int(mu < 2.0) for mu in served]


def test_who_has_waited_longest_is_first_in_the_queue_and_who_is_served_waits_no_more():
    firms = ordering([10.0, 10.0, 10.0], [2.0, 2.0, 2.0])
    firms.land_waited[:3] = [1, 3, 2]
    allotted(firms, 2.0, QUEUE)
    assert firms.land_waited[:3].tolist() == [2, 0, 3]


def test_land_costs_the_bid_of_the_last_who_is_served_and_the_order_pays_for_it():
    """A worth of 2 pays 1 million for the land of a million: 5 a mu. At 5 the first pays 10 for 2 mu beside 10."""
    firms = allotted(ordering([10.0, 10.0], [3.0, 2.0]), 3.0, PRICE)
    np.testing.assert_allclose(firms.land_price[:2], 5.0)
    np.testing.assert_allclose(firms.wanted_expansion[:2], [20.0, 10.0])
    np.testing.assert_allclose(firms.plot_cost[:2], 0.5)
    few = allotted(ordering([10.0, 10.0], [3.0, 2.0]), 4.0, PRICE)
    assert not few.land_price.any() and few.wanted_expansion[:2].tolist() == [10.0, 10.0]


def test_nobody_bids_more_than_the_most_that_is_paid_for_land_over_what_is_built():
    """At most a fifth of what is built: 1 a mu, though a worth of 3 would pay 10."""
    firms = allotted(ordering([10.0, 10.0], [3.0, 3.0]), 3.0, PRICE, costs=PlotCosts(0.0, 0.2))
    np.testing.assert_allclose(firms.land_price[:2], 1.0)


def test_building_densely_saves_land_and_costs_its_share():
    """Half of 2 mu, at a tenth for all of it: 1 mu, and 0.5 million more on 10; who earns less does not build."""
    dense = EVEN._replace(density=0.5)
    firms = allotted(ordering([10.0, 10.0], [2.0, 1.02]), 100.0, OUTPUT, rules=dense, costs=PlotCosts(0.1, 10.0))
    np.testing.assert_allclose(firms.land_allotted[:2], [1.0, 0.0])
    np.testing.assert_allclose(firms.wanted_expansion[:2], [10.5, 0.0])
    np.testing.assert_allclose(firms.plot_cost[:2], [0.5 / 10.5, 0.0])


def test_a_floor_area_and_an_investment_per_mu_make_plots_smaller_and_never_larger():
    """1.2 over 1.5 is four fifths of the land; 10 million a mu leave a tenth of a mu for a million."""
    numbers = Parameters().replace({"usual_floor_area": 1.2, "new_plant_land": 0.4, "land_spread": 0.0})
    technology, key = Technology.of(numbers), np.ones(1, dtype=np.uint64)
    usual = 0.4 * land.usual_land(numbers, technology)
    for ratio, least, per in ((0.0, 0.0, usual), (1.0, 0.0, usual), (1.5, 0.0, 0.8 * usual), (0.0, 10.0, 0.1)):
        rules = land.plot_rules(numbers, technology, LandBudget(np.inf, floor_area=ratio, least_investment=least))
        np.testing.assert_allclose(land.new_plots(key, 1, rules), per)


_ORDERS = st.lists(st.tuples(st.floats(0.1, 50.0), st.floats(-1.0, 10.0)), min_size=1, max_size=8)


@given(_ORDERS, st.floats(0.0, 100.0), st.sampled_from(RULES))
def test_land_goes_round_once_and_a_price_clears_it(orders, there, rule):
    """No more than there is, nothing left while somebody who would pay the price lacks land, no one above the price
    kept short, and no one below it served."""
    need, bid = (np.array(column) for column in zip(*orders, strict=True))
    granted, price = plots.shared_out(need, bid, bid, there, rule)
    assert (granted >= 0.0).all() and (granted <= need + 1e-9).all() and granted.sum() <= there * (1.0 + 1e-8) + 1e-9
    wanting = np.where(bid > 0.0, need, 0.0)
    assert granted.sum() == pytest.approx(min(there, wanting.sum()), rel=1e-6, abs=1e-9)
    assert rule == PRICE or price == 0.0
    if rule == PRICE and price > 0.0:
        np.testing.assert_allclose(granted[bid > price], need[bid > price])
        assert not granted[bid < price].any()


def test_newcomers_find_what_they_need_in_their_turn_and_a_large_plant_leaves_room_for_small_ones():
    """By their draws 5, 8 and 2 mu ask for 7: the first takes 5, the second finds too little, the third takes 2."""
    need, draws = np.array([8.0, 5.0, 2.0]), np.array([0.5, 0.1, 0.9])
    assert land.finding_land(need, draws, 7.0).tolist() == [False, True, True]
    assert land.finding_land(need, draws, 15.0).all()


# what land does


def taking(firms, terms=None, label="2023Q2", **numbers):
    """Let a quarter of land pass in which a new plot takes 0.2 mu a million yuan."""
    held = {"land_spread": 0.0, "new_plant_land": 0.4, "vacant_land_resold": 0.3} | numbers
    setting = quarter(label, terms=terms, **held)
    behaviour.take(firms, setting)
    return setting


def test_capital_beyond_its_plots_takes_a_new_plot_and_worn_capital_leaves_the_land():
    firms = firms_with(capital=[25.0, 15.0], pipeline=[5.0, 0.0], land=10.0, land_capacity=20.0)
    setting = taking(firms)
    new = 0.4 * land.usual_land(setting.numbers, setting.technology)
    np.testing.assert_allclose(firms.land[:2], [10.0 + 10.0 * new, 10.0])
    np.testing.assert_allclose(firms.land_capacity[:2], [30.0, 20.0])


def test_an_order_takes_the_land_that_it_was_allotted_as_far_as_it_was_paid():
    firms = firms_with(capital=20.0, land=10.0, land_capacity=20.0)
    firms.wanted_expansion[0], firms.expansion[0], firms.land_allotted[0] = 10.0, 5.0, 2.0
    setting = taking(firms)
    new = 0.4 * land.usual_land(setting.numbers, setting.technology)
    assert firms.land[0] == pytest.approx(11.0) and firms.land_capacity[0] == pytest.approx(20.0 + 1.0 / new)


def test_plots_of_a_firm_that_closed_find_another_user_or_are_taken_back():
    """Of 10 mu 0.7 are left after a year without a budget; with one that waits a quarter more nothing is."""
    for patience, left in ((0, 7.0), (5, 7.0), (4, 0.0)):
        firms, terms = firms_with(land=0.0, vacant_land=[10.0]), Terms(30)
        firms.active[0] = False
        terms.set_land(LandBudget(np.inf, patience=patience))
        for label in ("2023Q1", "2023Q2", "2023Q3", "2023Q4"):
            taking(firms, terms, label)
        assert firms.vacant_land[0] == pytest.approx(left)


def test_a_firm_that_needs_less_than_half_its_land_for_long_gives_back_what_carries_nothing():
    """Capital of 6 on land for 20: of 10 mu 3 stay after two idle quarters; one at half use keeps all."""
    firms, terms = firms_with(capital=[6.0, 10.0], land=10.0, land_capacity=20.0, expected_demand=100.0), Terms(30)
    firms.active[2:] = False
    terms.set_land(LandBudget(np.inf, idle_below=0.5, patience=2))
    taking(firms, terms, "2023Q1")
    assert firms.idle_quarters[:2].tolist() == [1, 0] and (firms.land[:2] == 10.0).all()
    taking(firms, terms, "2023Q2")
    np.testing.assert_allclose(firms.land[:2], [3.0, 10.0])
    np.testing.assert_allclose(firms.land_capacity[:2], [6.0, 20.0])


def test_what_pays_for_land_becomes_no_capital():
    """Of 8 million half pays for land: a quarter of the other 4 stands at once."""
    firms = firms_with(capital=0.0, expansion=[8.0], plot_cost=[0.5])
    construction.deliver(firms, quarter(delivery_quarters=4.0, depreciation=0.0))
    assert firms.capital[0] == pytest.approx(1.0) and firms.pipeline[0] == pytest.approx(3.0)


def test_what_a_yuan_of_capital_is_worth_is_its_return_over_the_hurdle():
    from sim.firms.costs import unit_margin

    firms = firms_with(capital=1.0, expected_demand=1.0)
    setting = quarter(hurdle_rate=0.03, hurdle_spread=0.0)
    investment.want(firms, setting)
    prices, of, norm = setting.prices(), setting.technology, firms.energy_intensity[0]
    costs = prices.materials[0], prices.wages[0], norm * prices.energy[0], of.tax_rate, 1.0
    back = unit_margin(prices.output[0], *costs) / of.capital_output[0] - of.depreciation
    assert firms.expansion_worth[0] == pytest.approx(back / 0.03)


# whole worlds


def test_land_that_is_plenty_moves_nothing_to_the_last_bit_under_any_rule():
    policies = {rule: {"rule": rule} | PLENTY | NO_RULES for rule in RULES}
    arms = {"none": small("no-policy", **until("2024Q4"))}
    arms |= {rule: under(policy, **until("2024Q4")) for rule, policy in policies.items()}
    found = dict(worlds(arms, 5))
    for rule in RULES:
        for table in ("quarters", "city", "years"):
            plain, here = getattr(found["none"], table), getattr(found[rule], table)
            moved = [n for n in plain if n not in OWN and plain[n].tobytes() != here[n].tobytes()]
            assert not moved, (rule, table, moved)


def test_a_budget_that_has_ended_leaves_nothing_behind():
    """Firms order what they want again, no order pays for land, and nobody is short."""
    model = ClusterModel(under(SCARCE | {"rule": PRICE, "until": "2022Q4"}, **until("2023Q4")), seed=3)
    short = []
    for _ in range(8):
        model.step()
        firms = model.firms
        short.append([float(getattr(firms, name).sum()) for name in plots.ALLOTTED])
    assert np.any(short[:4], axis=0).all() and not np.any(short[4:])


@pytest.mark.parametrize("rule", RULES)
def test_land_never_exceeds_the_budget_but_by_what_was_announced(rule):
    model = ClusterModel(under(SCARCE | {"rule": rule}, outlook__announced=False, **until("2024Q4")), seed=3)
    budget, bound = LandBudgetManagement(**(SCARCE | {"rule": rule})), 0
    for _ in range(12):
        model.step()
        firms, ground = model.firms, model.start.ground
        view = look(plain_firms(), str(model.quarter))
        most = ground.mu + ground.part * budget.supplied(view)
        assert firms.land.sum() + firms.vacant_land.sum() <= most * (1.0 + 1e-9)
        bound += int(firms.land_short.any())
    assert bound > 4, "land was never short, so the test could not fail"


def test_scarcer_land_lowers_investment_value_added_and_land():
    """It need not raise value added per mu: new capital, which it keeps out, stands more densely than old."""
    arms = {"none": small("no-policy", **until("2024Q4")), "scarce": under(SCARCE, **until("2024Q4"))}
    found = [dict(worlds(arms, seed)) for seed in (1, 2, 3)]
    moved = {
        name: [float(f["scarce"].years[name][-1] - f["none"].years[name][-1]) for f in found]
        for name in ("land_used", "investment_since_start", "industrial_value_added")
    }
    assert max(max(found) for found in moved.values()) < 0.0


def test_denser_plants_and_land_taken_back_raise_value_added_per_mu():
    arms = {"plain": under(PLENTY | NO_RULES), "dense": under(PLENTY | NO_RULES | {"floor_area_ratio": 3})}
    arms |= {"back": under(PLENTY | NO_RULES | {"taken_back_after": 1})}
    for seed in (1, 2):
        found = {name: result.years for name, result in worlds(arms, seed)}
        per_mu, vacant = (
            {name: years[o][-1] for name, years in found.items()} for o in ("land_productivity", "vacant_land")
        )
        assert per_mu["dense"] > per_mu["plain"] and per_mu["back"] > per_mu["plain"]
        assert vacant["back"] < vacant["plain"]


def test_closing_leaves_a_plot_and_shrinking_below_the_model_does_not():
    firms = firms_with(land=5.0, demand=[1e-9, 1.0], short_of_cash=[0, 99], net_worth=[1.0, -1.0])
    left, returned = entry_exit.leave(firms, replace(quarter(exit_hazard=0.0), smallest=1.0))
    assert left.tolist() == [1] and 0 in returned.tolist()
    assert firms.vacant_land[:2].tolist() == [0.0, 5.0] and firms.land[:2].tolist() == [0.0, 0.0]


def test_what_the_budget_sells_adds_up_and_its_price_is_revenue_over_land():
    (_, found), *_ = worlds({"scarce": under(SCARCE | {"rule": PRICE}, **until("2023Q4"))}, 4)
    sold, revenue = found.years["land_sold"], found.years["land_revenue"]
    assert (sold > 0.0).any() and (revenue > 0.0).any()
    np.testing.assert_allclose(found.years["land_price"][sold > 0.0], (revenue / np.maximum(sold, 1e-12))[sold > 0.0])
    made = found.cluster_years["land_productivity"][-1] > 0.0
    assert made.all()


def test_attribution_runs_with_a_land_budget():
    """It pays nothing; what it does is told beside what another instrument is paid for."""
    spec = under(SCARCE, **until("2022Q4")).with_changes({"policies.talent": {}})
    assert attribution.split_world(spec, 1, True, "exact", 0, 0)
