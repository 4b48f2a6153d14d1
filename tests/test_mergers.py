"""Mergers: who buys whom, what it costs, what joins a group, and what a purchase never moves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.behaviours import market, mergers
from sim.calendar.quarter import Quarter
from sim.experiments.replicate import worlds
from sim.firms import groups, holdings
from sim.model import ClusterModel
from sim.policies.merger_support import MergerSupport
from sim.tables.milestones import MERGED, REAL
from sim.treasury.claims import Spending
from sim.treasury.terms import Terms
from tests.conftest import small
from tests.hand import firms_with, quarter
from tests.policy_bench import look, paid, plain_firms
from tests.test_recognition_claims import events, judged, large


def of_groups(firms, values):
    """Sum over reporting heads of what their groups hold of a column."""
    return float(groups.total(firms, values)[groups.reporting_heads(firms)].sum())


COLUMNS = ("value_added", "revenue", "energy_use", "cash", "year_group_extra", "outside_capacity")
KEPT = ("key", "cluster", "active", "founded", "productivity", "demand", "capital", "cash", "debt", "revenue")


@settings(max_examples=60, deadline=None)
@given(deals=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=12), seed=st.integers(0, 2**16))
def test_any_sequence_of_purchases_keeps_every_sum_and_leaves_establishments_as_they_were(deals, seed):
    firms, luck = plain_firms(), np.random.default_rng(seed)
    firms.key[:] = np.arange(30, dtype=np.uint64) + np.uint64(7)
    for name in COLUMNS:
        getattr(firms, name)[:] = luck.uniform(0.0, 9.0, firms.rows)
    before = {name: of_groups(firms, getattr(firms, name)) for name in COLUMNS}
    was = firms.copy()
    for buyer, head in deals:
        if firms.leads[buyer] and firms.leads[head] and buyer != head:
            mergers.join(firms, buyer, head, 0.02)
    for name in COLUMNS:
        assert of_groups(firms, getattr(firms, name)) == pytest.approx(before[name], rel=1e-12)
    for name in KEPT:
        np.testing.assert_array_equal(getattr(firms, name), getattr(was, name))
    assert firms.leads[firms.group].all(), "every firm belongs to a group with a head"
    assert (firms.leads == (firms.group == np.arange(firms.rows))).all()


def busy(**changes):
    """A small city whose groups of 200 million yuan and more buy whenever they may."""
    often = {"merger_offers": 1.0, "merger_refusal": 0.0, "merger_buyer_floor": 200.0, "merger_efficiency": 0.0}
    return small("no-policy").with_changes(
        {f"parameters.{name}": value for name, value in (often | changes).items()} | {"horizon.until": "2023Q4"}
    )


def years(model, number):
    for _ in range(4 * number):
        model.step()
    return model.firms


def test_a_purchase_in_the_city_moves_the_sellers_to_the_buyers_group_and_books_no_value_added():
    """Paired with a world in which nobody buys: what buyers do not build for it is all that is missing."""
    arms = {"buying": busy(merger_local_share=1.0, merger_minority=0.0), "alone": busy(merger_offers=0.0)}
    found = dict(worlds(arms, 5))
    buying, alone = found["buying"], found["alone"]
    assert buying.years["mergers"][0] > 0 and alone.years["mergers"].sum() == 0
    for name in ("gdp", "industrial_output", "energy_use"):
        assert 0.9999 * alone.years[name][0] < buying.years[name][0] <= alone.years[name][0]
    assert buying.years["concentration"][0] == pytest.approx(alone.years["concentration"][0], rel=1e-4)
    assert buying.years["concentration"][1] > alone.years["concentration"][1]


def test_the_price_is_paid_out_of_own_money_and_loans_on_the_firm_bought_before_capacity_is_added():
    model = ClusterModel(busy(), seed=5)
    years(model, 1)
    firms = model.firms
    buyers = np.flatnonzero(firms.merger_spending > 0.0)
    assert buyers.size
    np.testing.assert_allclose(firms.merger_spending[buyers], firms.wanted_merger[buyers])
    np.testing.assert_allclose(firms.holdings[buyers], firms.merger_spending[buyers])
    poor = np.setdiff1d(np.flatnonzero(firms.wanted_merger > 0.0), buyers)
    assert (firms.merger_spending[poor] == 0.0).all() and (firms.holdings[poor] == 0.0).all()


def test_a_firm_bought_outside_brings_its_customers_and_plants_in_the_next_quarter_and_adds_nothing_here():
    model = ClusterModel(busy(merger_local_share=0.0, merger_minority=0.0), seed=5)
    years(model, 1)
    before = model.firms.copy()
    buyers = np.flatnonzero(before.outside_bought > 0.0)
    assert buyers.size
    price = model.world.at(Quarter.read("2022Q4")).output_price[before.cluster[buyers]]
    np.testing.assert_allclose(before.outside_bought[buyers] * price * 4.0, before.merger_revenue[buyers])
    model.step()
    after = model.firms
    grown = after.outside_capacity[buyers] - before.outside_capacity[buyers]
    assert (grown > before.outside_bought[buyers]).all()  # with the spare capacity that is usual there
    assert (after.outside_revenue[buyers] > 0.0).all() and (after.outside_bought == 0.0).all()


def test_a_stake_brings_income_and_no_revenue():
    model = ClusterModel(busy(merger_minority=1.0), seed=5)
    firms = years(model, 1)
    buyers = np.flatnonzero(firms.merger_spending > 0.0)
    assert buyers.size and firms.leads[np.flatnonzero(firms.merger_target[buyers])].all()
    assert not firms.bought.any() and not firms.outside_bought.any() and not firms.merged_revenue.any()
    paid_out = firms.merger_share * firms.merger_profit * model.numbers.payout / 4.0
    np.testing.assert_allclose(firms.stake_income[buyers], paid_out[buyers])
    model.step()
    assert model.firms.leads.sum() >= firms.leads.sum() and not model.firms.merged_revenue.any()


def test_an_owner_gets_what_all_firms_of_the_group_it_bought_paid_out_and_a_closed_one_nothing():
    """Row 4 heads row 6: 3 from each, beside half a million from outside."""
    firms = plain_firms()
    firms.dividends[:], firms.stake_income[0] = 3.0, 0.5
    firms.group[6], firms.leads[6] = 4, False
    mergers.join(firms, 0, 4, 0.0)
    mergers.join(firms, 1, 5, 0.0)
    firms.active[1] = False
    assert holdings.income(firms)[:7].tolist() == [6.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]


def test_a_buyer_of_a_group_with_plants_outside_gets_what_these_earn_and_of_the_rest_what_it_pays_out():
    """Two fifths of its 390 are sold outside, and its margin is 5 %: 0.4 x 19.5 of profit lie there."""
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 11.7])
    firms.last_revenue[1] = 234.0
    assert planned(firms, **HERE) == {0: (1, 195.0)}
    assert firms.merger_profit[0] == pytest.approx(0.4 * 19.5)
    assert planned(firms, **HERE, merger_minority=1.0)[0][0] == 1
    assert firms.merger_profit[0] == pytest.approx(19.5)  # a stake is paid out of the whole


def test_a_firm_that_was_paid_for_joins_when_the_year_of_purchase_has_been_judged():
    model = ClusterModel(busy(merger_local_share=1.0, merger_minority=0.0), seed=5)
    years(model, 1)
    firms = model.firms
    buyers = np.flatnonzero(firms.merger_spending > 0.0)
    heads = firms.merger_target[buyers] - 1
    assert buyers.size and firms.leads[heads].all() and not firms.merged_revenue.any() and not firms.bought.any()
    bought = firms.merger_revenue[buyers].copy()
    model.step()
    there = firms.active[buyers] & firms.active[heads]
    assert (firms.group[heads[there]] == buyers[there]).all() and firms.bought[heads[there]].all()
    np.testing.assert_allclose(firms.merged_revenue[buyers[there]], bought[there])
    assert not firms.merger_target.any() and not firms.merger_share.any()


def test_a_purchase_for_which_money_is_missing_is_forgotten():
    model = ClusterModel(busy(merger_local_share=1.0, merger_multiple=48.0), seed=5)
    years(model, 1)
    firms = model.firms
    assert (firms.wanted_merger > 0.0).any()
    for name in ("merger_target", "merger_share", "merger_revenue", "merger_profit"):
        assert not getattr(firms, name)[firms.merger_spending == 0.0].any(), name
    leads = firms.leads.copy()
    poor = np.flatnonzero(firms.wanted_merger > firms.merger_spending)
    model.step()
    assert leads.sum() - model.firms.leads.sum() <= (firms.wanted_merger > 0.0).size - poor.size


def test_spare_plants_of_a_firm_that_was_bought_take_over_what_a_cap_cuts_at_its_buyer():
    """Quota 2 of 10: 8 are lost, 0.6 of it may leak; the former head, row 1, has 3 to spare, the buyer none."""
    firms = firms_with(
        wanted_output=[10.0, 0.0],
        energy_quota=[2.0, np.inf],
        energy_intensity=[1.0, 1.0],
        outside_capacity=[0.0, 4.0],
        outside_demand=[0.0, 2.0],
        keeps_outside=[False, True],
    )
    numbers, outside = {"leakage_share": 0.6, "target_utilisation": 0.75}, {"season": 0.5}
    market.sell(firms, quarter(outside=outside, **numbers))
    assert firms.output_leaked[0] == 0.0
    mergers.join(firms, 0, 1, 0.0)
    market.sell(firms, quarter(outside=outside, **numbers))
    assert firms.output_leaked[0] == 3.0
    assert 0 in groups.outside_rows(firms), "what leaks is booked on the row of the head"


def test_the_largest_group_of_a_cluster_is_told_by_what_it_sells_there_wherever_its_head_is():
    """Row 3 and 4 (second cluster) belong to row 0 (first): 5 + 6 there is more than the 9 of row 5, 1 + 2 here."""
    firms = firms_with(revenue=[1.0, 2.0, 2.5, 5.0, 6.0, 9.0])
    mergers.join(firms, 0, 1, 0.0)
    assert groups.largest(firms, firms.revenue)[:3].tolist() == [3.0, 9.0, 0.0]
    mergers.join(firms, 0, 3, 0.0)
    mergers.join(firms, 0, 4, 0.0)
    assert groups.largest(firms, firms.revenue)[:3].tolist() == [3.0, 11.0, 0.0]
    firms.active[4] = False
    assert groups.largest(firms, firms.revenue)[:2].tolist() == [3.0, 9.0]


# who buys what, at what price

ALWAYS = {"merger_offers": 1.0, "merger_refusal": 0.0, "merger_minority": 0.0, "merger_size_high": 1.0}
USUAL = {"merger_multiple": 10.0, "merger_asset_floor": 0.5, "safety_margin": 0.0}


def market_of(*, revenue, profit, **columns):
    """Firms of the first cluster that earned and own what is given; capital of 100 each."""
    firms = firms_with(last_revenue=revenue, reported_revenue=revenue, last_profit=profit, **columns)
    firms.active[len(revenue) :] = False
    firms.above_scale[:], firms.capital[:], firms.net_worth[:] = True, 100.0, 1.0
    firms.key[:] = np.arange(30, dtype=np.uint64)
    return firms


def planned(firms, *, terms=None, label="2023Q4", lines=1e9, **numbers):
    """{buyer: (what it would buy, price)} after the step that plans."""
    setting = quarter(label, terms=terms, **(ALWAYS | USUAL | {"merger_same_field": 1.0} | numbers))
    mergers.want(firms, setting, lambda year: np.full(4, lines))
    rows = np.flatnonzero(firms.wanted_merger > 0.0)
    return {int(i): (int(firms.merger_target[i]) - 1, round(float(firms.wanted_merger[i]), 9)) for i in rows}


HERE = {"merger_local_share": 1.0, "merger_size_low": 0.2, "merger_size_high": 0.2000001}


def test_a_buyer_takes_the_firm_nearest_to_the_size_it_looks_for_and_pays_a_multiple_of_its_profit():
    """It looks for 400: 390 is nearest; ten times a profit of 30, above half of the capital of 100."""
    firms = market_of(revenue=[2000.0, 900.0, 390.0, 100.0], profit=[0.0, 0.0, 30.0, 0.0])
    assert planned(firms, **HERE) == {0: (2, 300.0)}
    assert firms.merger_revenue[0] == 390.0 and firms.merger_share[0] == 1.0


def test_a_firm_that_earns_little_costs_a_share_of_its_capital():
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, -30.0])
    assert planned(firms, **HERE) == {0: (1, 50.0)}


def test_a_firm_with_plants_outside_costs_as_much_more_as_it_sells_there():
    """Half of its 390 is sold elsewhere: 15 earned here are taken for 30."""
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 15.0])
    firms.last_revenue[1] = 195.0
    assert planned(firms, **HERE) == {0: (1, 300.0)}


def test_where_nobody_is_for_sale_nobody_is_found():
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 30.0])
    firms.above_scale[:] = False
    assert planned(firms, **HERE) == {}


@pytest.mark.parametrize("largest", [0.25, 0.9, 1.0])
def test_nobody_buys_itself_however_large_a_firm_it_may_take_on(largest):
    for buyer in (2000.0, 60.0):
        firms = market_of(revenue=[buyer, 100.0], profit=[1.0, 1.0])
        firms.key[:] += np.uint64(round(buyer))
        sizes = {"merger_size_low": 0.9 * largest, "merger_size_high": largest, "merger_buyer_floor": 50.0}
        assert all(buyer != what for buyer, (what, _) in planned(firms, merger_local_share=1.0, **sizes).items())


def test_nobody_buys_itself_a_larger_firm_or_a_plant_of_a_group_led_from_elsewhere():
    assert planned(market_of(revenue=[2000.0], profit=[1.0]), **HERE) == {}
    assert planned(market_of(revenue=[2000.0, 1990.0], profit=[1.0, 1.0]), **HERE) == {}
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 30.0])
    firms.local_headquarters[1] = False
    assert planned(firms, **HERE) == {}


def test_a_firm_is_sold_once():
    found = planned(market_of(revenue=[2000.0, 2000.0, 400.0], profit=[0.0, 0.0, 30.0]), **HERE)
    assert [what for what, _ in found.values()] == [2]


def test_a_group_that_is_sold_does_not_buy_so_that_a_large_firm_stays_for_sale_when_all_buy():
    """The first looks for 400 and finds the second, of 390, which would itself have bought the third, of 78."""
    firms = market_of(revenue=[2000.0, 390.0, 78.0], profit=[0.0, 30.0, 2.0])
    assert planned(firms, **HERE, merger_buyer_floor=300.0) == {0: (1, 300.0)}


def test_owners_who_refuse_do_not_sell_and_without_offers_nothing_is_bought():
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 30.0])
    assert planned(firms, **HERE, merger_refusal=1.0) == {}
    assert planned(firms, **HERE, merger_offers=0.0) == {}


def test_only_sound_groups_from_the_floor_on_buy_and_only_in_the_last_quarter():
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 30.0])
    assert planned(firms, **HERE, merger_buyer_floor=2001.0) == {}
    assert planned(firms, label="2023Q3", **HERE) == {}
    firms.net_worth[0] = 0.0
    assert planned(firms, **HERE) == {}


def test_plans_are_forgotten_at_the_turn_of_the_year():
    firms = market_of(revenue=[2000.0, 390.0], profit=[0.0, 30.0])
    assert planned(firms, **HERE)
    assert planned(firms, label="2024Q1", **HERE) == {}
    mergers.conclude(firms, quarter("2024Q1"))
    assert not firms.merger_target.any() and not firms.merger_revenue.any()


def test_support_that_pays_a_tenth_of_the_price_makes_offers_as_much_likelier_as_the_response_says():
    """Chance 0.3 x exp(2 x 0.1) = 0.366: of a thousand buyers' draws those between 0.3 and 0.366 are won by it."""
    won, plain = 0, 0
    for label in (f"{year}Q4" for year in range(2022, 2031)):
        for supported in (False, True):
            firms = market_of(revenue=[2000.0] * 29 + [390.0], profit=[0.0] * 29 + [30.0])
            firms.active[:], firms.local_headquarters[:] = True, True
            terms = Terms(firms.rows)
            terms.support(Spending.MERGER, "someone", "a clause", 0.1 * supported)
            outside = {"merger_local_share": 0.0, "merger_offers": 0.3, "merger_response": 2.0}
            found = len(planned(firms, terms=terms, label=label, **outside))
            won, plain = (won + found, plain) if supported else (won, plain + found)
    assert plain < won < 1.5 * plain
    assert won / plain == pytest.approx(np.exp(0.2), abs=0.15)


def test_a_buyer_below_a_line_that_pays_looks_for_a_firm_that_takes_it_past():
    """It sold 750 in three quarters, so 1,000 in the year; the line asks for 1,300: 295, nearest, would not do."""
    firms = market_of(revenue=[1000.0, 320.0, 60.0, 295.0], profit=[0.0, 3.0, 3.0, 3.0])
    firms.year_revenue[0] = 750.0
    size = {"merger_local_share": 1.0, "merger_size_low": 0.0001, "merger_size_high": 0.5}
    seasons = {f"season_q{season}": 1.0 for season in (1, 2, 3, 4)}
    terms = Terms(firms.rows)
    assert planned(firms, terms=terms, lines=1300.0, **size, **seasons)[0][0] == 2
    firms = market_of(revenue=[1000.0, 320.0, 60.0, 295.0], profit=[0.0, 3.0, 3.0, 3.0])
    firms.year_revenue[0], firms.discloses[:] = 750.0, 15
    terms.add("world_500", 30.0)
    assert planned(firms, terms=terms, lines=1300.0, **size, **seasons)[0][0] == 1


# support


def supported(price, *, revenue=2000.0, label="2023Q4", stacking="highest", **levers):
    """{clause: million yuan} that one buyer of the first row gets for a price."""
    firms = market_of(revenue=[revenue, 390.0], profit=[0.0, 30.0])
    instrument, terms = MergerSupport(**levers), Terms(firms.rows, stacking)
    instrument.announce(look(firms, label), terms)
    firms.merger_spending[0] = price
    return {claim.clause: paid([claim]) for claim in instrument.take_up(look(firms, label), terms)}


def test_a_purchase_is_paid_half_of_two_years_interest_on_its_loan_or_an_award_whichever_is_more():
    """Half of the price is lent at 4.35 %: 200 x 0.5 x 0.0435 x 2 years x 0.5 = 4.35; an award of 1 % is 2."""
    assert supported(200.0) == {"merger_interest": {0: 4.35}}
    assert supported(200.0, stacking="sum") == {"merger_interest": {0: 4.35}, "merger_award": {0: 2.0}}
    assert supported(800.0) == {"merger_award": {0: 8.0}}  # interest is capped at 5
    assert supported(2000.0) == {"merger_award": {0: 10.0}}  # and the award at 10
    assert supported(200.0, interest_years=0) == {"merger_award": {0: 2.0}}


def test_smaller_groups_those_who_buy_nothing_and_other_quarters_are_paid_nothing():
    assert supported(200.0, revenue=999.0) == {}
    assert supported(200.0, revenue=999.0, buyer_floor=900.0) == {"merger_interest": {0: 4.35}}
    assert supported(0.0) == {}
    assert supported(200.0, label="2023Q3") == {}


def test_support_that_pays_nothing_is_as_if_there_were_none_and_support_makes_groups_buy_more():
    names = {"merger_response": 3.0, "merger_offers": 0.1}
    amounts = {"idle": {"interest_share": 0, "award_rate": 0}, "generous": {"award_rate": 0.5, "award_cap": 1e6}}
    arms = {"none": busy(**names)} | {
        name: busy(**names).with_changes({f"policies.merger_support.{k}": v for k, v in levers.items()})
        for name, levers in amounts.items()
    }
    bought = dict.fromkeys(arms, 0.0)
    for seed in range(4):
        found = dict(worlds(arms, seed))
        for name in found["none"].years:
            np.testing.assert_array_equal(found["none"].years[name], found["idle"].years[name], err_msg=name)
        for name, result in found.items():
            bought[name] += result.years["mergers"].sum()
    assert bought["generous"] > 1.5 * bought["none"]


# crossings


def test_a_line_passed_with_what_was_bought_is_neither_real_nor_relabelled():
    assert events(judged(large(10_100.0, real_revenue=[10_100.0])), "tier_10bn", "group") == [(0, True, REAL)]
    firms = large(10_100.0, real_revenue=[10_100.0], merged_revenue=[200.0])
    assert events(judged(firms), "tier_10bn", "group") == [(0, True, MERGED)]
    assert firms.group_highest_real_tier[0] == 0
    firms = large(12_100.0, real_revenue=[12_100.0], merged_revenue=[200.0])
    assert events(judged(firms), "tier_10bn", "group") == [(0, True, REAL)]
