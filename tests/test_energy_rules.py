"""Quotas of single firms: by use of 2021, by value added, traded, and shed in a shortage; worked by hand."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.behaviours import accounts, energy, market
from sim.treasury.energy import (
    ALL,
    BENCHMARK,
    GRANDFATHERED,
    HUNGRY,
    INCREMENTS,
    KEY_USERS,
    LARGEST,
    PROPORTIONAL,
    RATIONING,
    RULES,
    TRADABLE,
    EnergyBudget,
    past_use,
)
from sim.treasury.quotas import Asking, by_merit, by_past, by_value, held, shared_out, shed, traded
from sim.treasury.terms import Terms
from tests.changzhou import COUNT
from tests.hand import by_cluster, firms_with, quarter

BY_FIRM = (GRANDFATHERED, BENCHMARK, TRADABLE, RATIONING)
VARIANTS = [
    *((rule, {}) for rule in RULES if rule != TRADABLE),
    (TRADABLE, {"trade": INCREMENTS}),
    (TRADABLE, {"trade": ALL}),
    (RATIONING, {"order": LARGEST, "deepest_shedding": 0.2}),
]
EVERY_VARIANT = pytest.mark.parametrize(("rule", "fields"), VARIANTS, ids=lambda v: str(v))


def ask(wanted=(60.0, 30.0, 10.0), past=(1.0, 1.0, 1.0), worth=(1.0, 2.0, 4.0), kept=None, cluster=(0, 0, 1)):
    kept = worth if kept is None else kept
    return Asking(*(np.array(values, dtype=float) for values in (wanted, past, worth, kept)), np.array(cluster))


def budget(rule, cap=0.0, hand_on=True, planned=None, line=0.0, **fields):
    planned = np.ones(COUNT) if planned is None else planned
    return EnergyBudget(cap, planned, line, hand_on, rule, 1.0, **fields)


def are(values, expected):
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)


# by use of 2021


def test_quotas_by_past_use_share_out_what_is_left():
    are(by_past(ask(past=(200.0, 100.0, 100.0)), 80.0), [40.0, 20.0, 20.0])
    are(by_past(ask(past=(0.0, 0.0, 0.0)), 80.0), [48.0, 24.0, 8.0])  # nobody used any: by what is wanted


def test_what_a_grandfathered_firm_does_not_want_stays_with_it_unless_slack_is_handed_on():
    asking = ask(wanted=(55.0, 25.0, 10.0), past=(2.0, 1.0, 1.0))
    are(held(asking, 80.0, budget(GRANDFATHERED, hand_on=False)).quotas, [40.0, 20.0, 20.0])
    # short 15 and 5, slack 10: three quarters of it and one
    are(held(asking, 80.0, budget(GRANDFATHERED)).quotas, [47.5, 22.5, 10.0])


def test_a_firm_founded_since_counts_as_much_as_its_cluster_used_per_unit_of_the_demand_it_plans_for_now():
    firms = firms_with(
        energy_2021=[300.0, 100.0, 0.0, 50.0],
        expected_demand=[15.0, 5.0, 2.0, 10.0, 3.0],
        energy_intensity=7.0,
    )
    # 400 tce for 20 a quarter: 20 each, so 40; in the second cluster 5 each, so 15; in the third nobody is left of 2021
    firms.expected_demand[6] = 2.0
    are(past_use(firms)[:7], [300.0, 100.0, 40.0, 50.0, 15.0, 0.0, 4.0 * 7.0 * 2.0])


# by value added


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (75.0, [35.0, 30.0, 10.0]),  # the first is cut down to the benchmark, 60 of value added for 35
        (64.0, [27.0, 27.0, 10.0]),  # a tce must bring 120 / 54: 0.45 and 0.9 of what is wanted
        (20.0, [7.5, 7.5, 5.0]),  # nobody meets the benchmark: by value added, 60 : 60 : 40
        (0.0, [0.0, 0.0, 0.0]),
        (100.0, [60.0, 30.0, 10.0]),
        (170.0, [60.0, 30.0, 10.0]),
    ],
)
def test_the_benchmark_is_raised_until_all_is_used(left, expected):
    are(by_value(ask(), left, budget(BENCHMARK)), expected)
    yuan = ask(worth=(0.001, 0.002, 0.004))  # what a tce brings is thousands of yuan, not millions
    are(by_value(yuan, left, budget(BENCHMARK)), expected)


def test_quotas_by_value_added_are_in_proportion_to_it_where_slack_is_not_handed_on():
    are(by_value(ask(), 80.0, budget(BENCHMARK, hand_on=False)), [30.0, 30.0, 20.0])


def test_who_earns_nothing_with_energy_is_served_last_and_all_of_these_alike():
    asking = ask(wanted=(40.0, 20.0, 10.0), worth=(0.0, 0.0, 4.0))
    are(by_value(asking, 40.0, budget(BENCHMARK)), [20.0, 10.0, 10.0])
    are(by_value(asking, 5.0, budget(BENCHMARK)), [0.0, 0.0, 5.0])


# trade


def test_what_firms_do_not_want_goes_to_who_keeps_most_of_a_tonne_and_the_last_one_is_served_partly():
    first = np.array([60.0, 5.0, 15.0])
    after, price = by_merit(ask(), first, whole=False)
    are(after, [60.0, 10.0, 10.0])  # the third has 5 over, and the second, short by 25, takes them
    assert price == 2.0
    are(traded(first, after), [0.0, 5.0, -5.0])


def test_where_all_is_for_sale_energy_goes_to_who_keeps_most_of_a_tonne():
    first = np.array([60.0, 5.0, 15.0])
    after, price = by_merit(ask(), first, whole=True)
    are(after, [40.0, 30.0, 10.0])
    assert price == 1.0
    are(traded(first, after), [-20.0, 25.0, -5.0])


def test_the_order_of_trade_is_what_firms_keep_and_not_what_a_tonne_brings():
    after, price = by_merit(ask(kept=(3.0, 0.5, 1.0)), np.array([30.0, 30.0, 20.0]), whole=True)
    are(after, [60.0, 10.0, 10.0])
    assert price == 0.5


def test_where_all_are_served_the_price_is_nought():
    for whole in (False, True):
        after, price = by_merit(ask(), np.array([90.0, 5.0, 5.0]), whole)
        are(after, [60.0, 30.0, 10.0])
        assert price == 0.0
    # what is over beyond that stays, from all alike who have some over
    are(traded(np.array([90.0, 25.0, 15.0]), np.array([60.0, 30.0, 10.0])), [-30.0 / 7.0, 5.0, -5.0 / 7.0])


def tenths(least, most):
    """Numbers with one decimal: no firm uses a billionth of a tonne."""
    return st.integers(10 * least, 10 * most).map(lambda whole: whole / 10.0)


USES = st.lists(
    st.tuples(tenths(0, 100), tenths(0, 100), tenths(0, 10), tenths(0, 10), st.integers(0, 3)),
    min_size=1,
    max_size=5,
)


def best_by_trying(asking, first, whole):
    """The most that firms can keep together, trying every order in which they might be served."""
    own = np.zeros(first.size) if whole else np.minimum(first, asking.wanted)
    best = -1.0
    for order in itertools.permutations(range(first.size)):
        use, left = own.copy(), first.sum() - own.sum()
        for i in order:
            more = min(asking.wanted[i] - own[i], left)
            use[i], left = use[i] + more, left - more
        best = max(best, float((use * asking.kept).sum()))
    return best


@given(USES, tenths(0, 2), st.booleans())
def test_trade_clears_where_no_other_order_of_serving_firms_would_leave_them_more(uses, tightness, whole):
    asking = ask(*zip(*uses, strict=True))
    first = by_past(asking, tightness * asking.wanted.sum())
    after, price = by_merit(asking, first, whole)
    assert float((after * asking.kept).sum()) == pytest.approx(best_by_trying(asking, first, whole), rel=1e-9)
    assert after.sum() <= first.sum() * (1 + 1e-9) and (after <= asking.wanted).all()
    short = after < asking.wanted * (1 - 1e-6)
    if whole:  # nobody above the price goes short, nobody below it has any
        assert not short[asking.kept > price].any()
        assert not price or (after[asking.kept < price] <= 1e-9).all()
    net = traded(first, after)
    assert abs(net.sum()) <= 1e-9 * (1.0 + np.abs(net).sum())
    assert (first - after + net >= -1e-9).all()  # nobody holds what it has not been given, or bought


@given(USES, tenths(0, 2))
def test_trade_of_all_quotas_never_leaves_firms_less_than_any_other_rule_does_with_the_same_energy(uses, tightness):
    asking = ask(*zip(*uses, strict=True))
    asking = asking._replace(kept=asking.worth)
    left = tightness * asking.wanted.sum()

    def made(quotas):
        return float((np.minimum(quotas, asking.wanted) * asking.worth).sum())

    best = made(held(asking, left, budget(TRADABLE, trade=ALL)).quotas)
    for rule in BY_FIRM:
        assert made(held(asking, left, budget(rule)).quotas) <= best * (1 + 1e-9) + 1e-9
    assert (
        made(asking.wanted * min(tightness, 1.0)) <= best * (1 + 1e-9) + 1e-9
    )  # all cut alike, as `proportional` does


# a shortage


def test_clusters_with_most_energy_per_value_added_shed_first_and_their_largest_firms_before_others():
    hungry_small = ask(worth=(4.0, 4.0, 1.0))
    of = budget(RATIONING, order=HUNGRY, deepest_shedding=0.25)
    # the third makes least of a tonne: a quarter of its 10, then 15 of the first, then what is still lacking of 20
    are(shed(hungry_small, 80.0, of), [45.0, 27.5, 7.5])
    are(shed(hungry_small, 80.0, replace(of, order=LARGEST)), [45.0, 25.0, 10.0])
    are(shed(ask(wanted=(30.0, 60.0, 10.0)), 80.0, of), [25.0, 45.0, 10.0])


def test_where_shedding_does_not_reach_all_are_cut_alike_and_without_a_shortage_nobody_is():
    of = budget(RATIONING, deepest_shedding=0.1)
    are(shed(ask(), 80.0, of), [48.0, 24.0, 8.0])
    are(shed(ask(), 100.0, of), [60.0, 30.0, 10.0])
    are(shed(ask(), 90.0, of), [54.0, 27.0, 9.0])  # just what it reaches


# in the quarter

OUTSIDE = {"output_price": by_cluster(2.0), "input_price": by_cluster(1.5), "energy_price": by_cluster(0.04)}
TECHNOLOGY = {"materials": by_cluster(0.8), "wages": by_cluster(0.8), "tax_rate": 0.25}
NUMBERS = {"fixed_wage_share": 0.5, "high_tech_tax_cut": 0.4}


def using():
    """300 and 40 tce in the first cluster, of which the second firm is small, and 200 in the second, 540 in all; used
    in 2021: 900 by the first, 300 by the third.
    """
    firms = firms_with(
        wanted_output=[30.0, 4.0, 0.0, 20.0],
        energy_intensity=10.0,
        expected_demand=[30.0, 4.0, 0.0, 20.0],
        productivity=[2.0, 1.0, 1.0, 4.0],
        energy_2021=[900.0, 160.0, 0.0, 300.0],
    )
    firms.high_tech_title[3] = True
    return firms


def setting(given_budget):
    terms = Terms(30)
    terms.set_energy(given_budget)
    return quarter(outside=OUTSIDE, technology=TECHNOLOGY, terms=terms, **NUMBERS)


def allocated(rule, cap, firms=None, **fields):
    firms = using() if firms is None else firms
    energy.allocate(firms, setting(budget(rule, cap, line=400.0, **fields)))
    return firms


def test_small_users_are_served_first_and_covered_firms_have_quotas_of_their_own():
    firms = allocated(GRANDFATHERED, 440.0, hand_on=False)
    are(firms.energy_quota[[0, 1, 3]], [300.0, 40.0, 100.0])  # 400 left, by 900 : 300
    # a unit brings 2 - 1.2 / 4 = 1.7 for 10 tce, less 0.04 a tce
    are(firms.energy_price_shadow[[0, 1, 3]], [0.0, 0.0, 0.13])
    are(firms.energy_worth[[0, 1, 3]], [0.0, 0.0, 0.13])


@pytest.mark.parametrize("rule", BY_FIRM)
def test_small_users_alone_beyond_the_cap_are_cut_alike_and_nothing_is_left(rule):
    firms = allocated(rule, 30.0)
    are(firms.energy_quota[[0, 1, 3]], [0.0, 30.0, 0.0])
    are(firms.energy_worth[[0, 1, 3]], [0.1, 0.04, 0.13])


def test_traded_quotas_are_priced_by_what_the_last_firm_keeps_after_wages_and_tax():
    firms = allocated(TRADABLE, 440.0, trade=ALL)
    # value added of a unit 2 - 0.6 - 0.4 = 1.0 and 2 - 0.3 - 0.4 = 1.3; less tax of 0.25 and of 0.15, and half the
    # wages, 0.2 and 0.1: the first keeps 0.55 and the third 1.005 of 10 tce, so that the third is served whole
    are(firms.energy_quota[[0, 1, 3]], [200.0, 40.0, 200.0])
    are(firms.energy_bought[[0, 1, 3]], [-100.0, 0.0, 100.0])
    are(firms.quota_trade[[0, 1, 3]], [5.5, 0.0, -5.5])
    are(firms.energy_price_shadow[[0, 1, 3]], [0.055, 0.0, 0.055])
    are(firms.energy_worth[[0, 1, 3]], [0.1, 0.0, 0.0])


def test_what_is_traded_is_forgotten_when_trade_ends():
    firms = allocated(TRADABLE, 440.0, trade=ALL)
    allocated(KEY_USERS, 440.0, firms)
    assert not firms.energy_bought.any() and not firms.quota_trade.any()


def test_a_firm_books_what_it_receives_for_quota_as_income_and_what_it_pays_as_cost():
    plain, firms = firms_with(cash=[50.0, 50.0]), firms_with(cash=[50.0, 50.0], quota_trade=[5.0, -5.0])
    for each in (plain, firms):
        accounts.settle(each, quarter())
    are((firms.profit - plain.profit)[:2], [5.0, -5.0])
    moved = firms.cash + firms.dividends - plain.cash - plain.dividends
    are(moved[:2], [5.0, -5.0])


def test_who_buys_pays_what_the_others_receive():
    firms = allocated(TRADABLE, 440.0)
    are(firms.energy_bought.sum(), 0.0)
    are(firms.quota_trade.sum(), 0.0)


@EVERY_VARIANT
def test_a_tonne_more_of_the_cap_is_worth_what_firms_would_then_add(rule, fields):
    """By what each firm makes of a tonne: 0.1, 0.04 and 0.13 million yuan."""
    for cap in (30.0, 250.0, 440.0, 520.0):
        firms, now = allocated(rule, cap, **fields), setting(budget(rule, cap, line=400.0, **fields))
        wanted, worth = np.array([300.0, 40.0, 200.0]), np.array([0.1, 0.04, 0.13])
        used = np.minimum(firms.energy_quota[[0, 1, 3]], wanted)
        more = np.minimum(allocated(rule, cap + 1.0, **fields).energy_quota[[0, 1, 3]], wanted)
        told = energy.worth_of_the_cap(firms, now, now.terms.energy)
        assert told == pytest.approx(float(((more - used) * worth).sum()), rel=1e-9, abs=1e-12), cap
        assert told > 0.0 or rule == KEY_USERS
    roomy = setting(budget(rule, 600.0, line=400.0, **fields))
    assert energy.worth_of_the_cap(allocated(rule, 600.0, **fields), roomy, roomy.terms.energy) == 0.0


# quotas nest

FIRMS = st.lists(st.tuples(tenths(0, 50), tenths(0, 50), tenths(0, 500)), min_size=30, max_size=30)


@given(FIRMS, tenths(0, 3), tenths(0, 1000), st.sampled_from(VARIANTS), st.booleans())
def test_firms_stay_within_their_quotas_quotas_within_their_clusters_and_clusters_within_the_city(
    drawn, tightness, line, variant, hand_on
):
    wanted, plans, past = (np.array([one[k] for one in drawn]) for k in range(3))
    firms = firms_with(wanted_output=wanted, expected_demand=plans, energy_2021=past, energy_intensity=10.0)
    planned, cap = firms.cluster_sum(past) + 1.0, tightness * 10.0 * float(wanted.sum())
    (rule, fields) = variant
    given_budget = budget(rule, cap, hand_on, planned, line, **fields)
    now = setting(given_budget)
    energy.allocate(firms, now)
    market.sell(firms, now)
    assert (firms.energy_use <= firms.energy_quota * (1 + 1e-9) + 1e-9).all()
    assert firms.energy_use.sum() <= cap * (1 + 1e-9) + energy.unreachable(firms, given_budget) + 1e-9
    if rule == KEY_USERS:  # who uses less than the line has no quota
        return
    of_clusters = firms.cluster_sum(firms.energy_quota)
    assert of_clusters.sum() <= cap * (1 + 1e-9) + 1e-9
    assert (firms.cluster_sum(firms.energy_use) <= of_clusters * (1 + 1e-9) + 1e-9).all()
    if rule == PROPORTIONAL:
        budgets = shared_out(10.0 * firms.cluster_sum(wanted), cap * planned / planned.sum(), hand_on)
        assert (of_clusters <= budgets * (1 + 1e-9) + 1e-9).all()
    if tightness >= 2.0 and (hand_on or rule in (TRADABLE, RATIONING)):
        np.testing.assert_array_equal(firms.output, wanted)
        assert not firms.energy_worth.any() and not firms.quota_trade.any()
