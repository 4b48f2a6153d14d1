"""Quotas, shadow prices and budgets under both rules, worked by hand."""

import numpy as np
import pytest

from sim.behaviours import energy
from sim.behaviours.energy import unreachable
from sim.treasury import quotas
from sim.treasury.energy import KEY_USERS, PROPORTIONAL, EnergyBudget
from sim.treasury.quotas import key_user_budgets, shared_out
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter

OUTSIDE = {
    "output_price": by_cluster(2.0, 4.0),
    "input_price": by_cluster(1.5, 3.0),
    "energy_price": by_cluster(0.04, 0.1),
}
TECHNOLOGY = {"materials": by_cluster(0.8, 0.4)}
LINE = 400.0  # tce a year: 100 a quarter


def planned(first, second):
    """Plans of the first two clusters; the others want nothing and are planned nothing."""
    return by_cluster(first, second, 0.0)


def using():
    """10 tce a unit: 300 and 50 in the first cluster, 200 in the second, 550 in all."""
    return firms_with(
        wanted_output=[30.0, 5.0, 0.0, 20.0],
        energy_intensity=10.0,
        expected_demand=[10.0, 5.0, 0.0, 10.0],
        productivity=[1.25],
        digital_effect=[1.6],
    )


def allocated(firms, budget):
    terms = Terms(firms.rows)
    if budget is not None:
        terms.set_energy(budget)
    energy.allocate(firms, quarter(outside=OUTSIDE, technology=TECHNOLOGY, terms=terms))
    return firms


def key_users(cap, plan=(350.0, 200.0), hand_on=True, squeeze=1.0, line=LINE):
    return EnergyBudget(cap, planned(*plan), line, hand_on, KEY_USERS, squeeze)


def proportional(cap, plan=(350.0, 200.0), hand_on=True, line=LINE):
    return EnergyBudget(cap, planned(*plan), line, hand_on, PROPORTIONAL, 1.0)


def quota(firms, *rows):
    return [pytest.approx(firms.energy_quota[i], rel=1e-12) for i in rows]


def shadow(firms, *rows):
    return [pytest.approx(firms.energy_price_shadow[i], rel=1e-12, abs=1e-12) for i in rows]


def test_without_a_budget_nobody_has_a_quota():
    firms = using()
    firms.energy_quota[:], firms.energy_price_shadow[:] = 7.0, 8.0
    allocated(firms, None)
    assert np.isinf(firms.energy_quota).all() and not firms.energy_price_shadow.any()


def test_key_users_are_cut_above_the_line_alike():
    # above the line 200 and 100, below it 250; a cap of 430 leaves 180 of 300: 0.6 of each
    firms = allocated(using(), key_users(430.0))
    assert [220.0, np.inf, np.inf, 160.0] == quota(firms, 0, 1, 2, 3)
    # 2 - 1.2 / 2 = 1.4 a unit of 10 tce, less 0.04; 4 - 1.2 = 2.8 less 0.1
    assert shadow(firms, 0, 1, 2, 3) == [0.1, 0.0, 0.0, 0.18]


def test_a_plan_counts_where_slack_is_not_handed_on():
    # planned above the line 350 x 200 / 350 and 100 x 100 / 200: shares 200 : 50 of the 180 left
    firms = allocated(using(), key_users(430.0, plan=(350.0, 100.0), hand_on=False))
    assert quota(firms, 0, 3) == [100.0 + 144.0, 100.0 + 36.0]


def test_others_beyond_plan_are_made_room_for_to_the_deepest_squeeze():
    # plans of 175 and 100 leave 125 for others, who use 250; of 200 - 125 = 75 key users keep at least nine tenths
    firms = allocated(using(), key_users(200.0, plan=(175.0, 100.0), squeeze=0.1))
    assert quota(firms, 0, 3) == [100.0 + 67.5 * 2 / 3, 100.0 + 67.5 / 3]
    firms = allocated(
        using(), key_users(100.0, plan=(175.0, 100.0), squeeze=0.1)
    )  # a cap that others alone would use up
    assert quota(firms, 0, 3) == [100.0, 100.0]


def test_who_is_not_cut_has_a_quota_of_what_it_wants_or_more_and_no_shadow_price():
    firms = allocated(using(), key_users(560.0))
    assert [100.0 + 310.0 * 2 / 3, np.inf, np.inf, 100.0 + 310.0 / 3] == quota(firms, 0, 1, 2, 3)
    assert not firms.energy_price_shadow.any()


def test_use_of_just_the_line_is_free():
    firms = firms_with(wanted_output=[10.0, 10.1, 0.0, 20.0], energy_intensity=10.0)
    allocated(firms, key_users(250.0, plan=(201.0, 200.0)))
    assert np.isinf(firms.energy_quota[0]) and np.isfinite(firms.energy_quota[1])


def test_a_price_below_the_cost_of_energy_has_no_shadow():
    firms = using()
    firms.energy_intensity[0], firms.wanted_output[0] = 100.0, 3.0  # 1.4 / 100 is less than 0.04
    assert shadow(allocated(firms, key_users(430.0)), 0) == [0.0]


def test_closed_firms_keep_what_they_had():
    firms = using()
    firms.active[0] = False
    firms.energy_quota[0], firms.energy_price_shadow[0] = 7.0, 8.0
    allocated(firms, key_users(430.0))
    assert (firms.energy_quota[0], firms.energy_price_shadow[0]) == (7.0, 8.0) and firms.energy_quota[3] < 200.0


# what the rule cannot reach


def test_what_others_use_and_what_key_users_keep_beyond_the_cap_cannot_be_reached():
    assert unreachable(using(), key_users(200.0)) == pytest.approx(50.0)  # 250 free and nothing is left
    assert unreachable(using(), key_users(200.0, plan=(175.0, 100.0), squeeze=0.1)) == pytest.approx(
        250.0 + 67.5 - 200.0
    )
    assert unreachable(using(), key_users(430.0)) == 0.0
    assert unreachable(using(), key_users(900.0)) == 0.0
    assert unreachable(using(), proportional(1.0)) == 0.0
    # budgets that a cluster cannot use are not kept
    assert unreachable(using(), key_users(250.0, plan=(1.0, 2_000.0), hand_on=False)) == 0.0


# all alike


def test_a_roomy_budget_gives_all_the_same_headroom():
    # a cap of 660 by plans of 350 and 200: 420 and 240, a fifth more than wanted
    firms = allocated(using(), proportional(660.0))
    assert quota(firms, 0, 1, 2, 3) == [360.0, 60.0, 0.0, 240.0]
    assert not firms.energy_price_shadow.any()


def test_small_users_are_served_first_and_covered_firms_share_the_rest():
    # first cluster: 10 x 4 x 10 = 400 is covered, 5 x 4 x 10 = 200 is not; of 245 small users take 50: 195 of 300
    firms = allocated(using(), proportional(385.0, hand_on=False))
    assert quota(firms, 0, 1, 3) == [195.0, 50.0, 140.0]
    assert shadow(firms, 0, 1, 3) == [0.1, 0.0, 0.18]


def test_small_users_are_cut_when_they_alone_exceed_the_budget():
    firms = allocated(using(), proportional(55.0, hand_on=False))  # 35 for the first cluster
    assert quota(firms, 0, 1, 3) == [0.0, 35.0, 20.0]
    assert shadow(firms, 0, 1) == [0.1, 0.04]  # (2 - 1.2) / 10 - 0.04 for the second, which is half as efficient


def test_a_cluster_with_room_hands_it_on():
    # plans of 500 and 50 of 550: the second is 150 short, the first has 150 to give
    firms = allocated(using(), proportional(550.0, plan=(500.0, 50.0)))
    assert quota(firms, 0, 1, 3) == [300.0, 50.0, 200.0]
    firms = allocated(using(), proportional(550.0, plan=(500.0, 50.0), hand_on=False))
    assert quota(firms, 0, 1, 3) == [300.0 * 500.0 / 350.0, 50.0 * 500.0 / 350.0, 50.0]


def test_coverage_begins_at_the_line():
    firms = using()
    firms.expected_demand[0] = 9.9  # 396 a year: nobody of the first cluster is covered, and all are cut alike
    allocated(firms, proportional(385.0, hand_on=False))
    assert quota(firms, 0, 1) == [210.0, 35.0]


# budgets of clusters


def test_slack_is_handed_on_in_proportion_and_never_more_than_there_is():
    wanted, first = np.array([130.0, 50.0, 30.0, 20.0]), np.array([100.0, 65.0, 35.0, 10.0])
    # short 30 and 10, slack 15 and 5: 20 handed on, 15 and 5 of it
    np.testing.assert_allclose(shared_out(wanted, first, True), [115.0, 50.0, 30.0, 15.0])
    np.testing.assert_array_equal(shared_out(wanted, first, False), first)


def test_without_anybody_short_or_any_slack_budgets_stay():
    for wanted, first in (([50.0, 20.0], [60.0, 30.0]), ([60.0, 30.0], [50.0, 20.0]), ([50.0, 20.0], [50.0, 20.0])):
        np.testing.assert_array_equal(shared_out(np.array(wanted), np.array(first), True), first)


def test_a_budget_that_is_enough_for_all_is_at_least_what_each_wants():
    budgets = shared_out(np.array([0.3, 0.1]), np.array([0.1, 0.7]), True)
    np.testing.assert_allclose(budgets, [0.3, 0.5])
    assert (budgets >= [0.3, 0.1]).all()
    np.testing.assert_allclose(shared_out(np.array([5.0, 1.0]), np.array([1.0, 3.0]), True), [3.0, 1.0])


def of_plan(cap, plan, hand_on=True, squeeze=1.0):
    return EnergyBudget(cap, np.array(plan), LINE, hand_on, KEY_USERS, squeeze)


def test_key_users_where_nobody_wants_anything_above_the_line_have_no_budget():
    none = np.zeros(2)
    np.testing.assert_array_equal(key_user_budgets(none, np.array([5.0, 0.0]), of_plan(10.0, [6.0, 4.0])), none)


def test_a_cluster_that_wants_nothing_plans_nothing_for_key_users():
    found = key_user_budgets(np.array([8.0, 0.0]), np.array([2.0, 0.0]), of_plan(9.0, [10.0, 5.0], hand_on=False))
    # the second cluster's plan of 5 is for others, who use 2 of 7; 9 - 2 is left
    np.testing.assert_allclose(found, [7.0, 0.0])


def test_the_squeeze_is_felt_only_where_others_use_more_than_planned():
    above, free = np.array([8.0]), np.array([2.0])
    np.testing.assert_allclose(
        key_user_budgets(above, free, of_plan(7.0, [10.0], squeeze=0.5)), [5.0]
    )  # as planned: no squeeze
    np.testing.assert_allclose(
        key_user_budgets(above, np.array([4.0]), of_plan(7.0, [9.0], squeeze=0.1)), [0.9 * 4.0]
    )  # 3 planned for others


def test_where_all_is_enough_key_users_have_at_least_what_they_want():
    above, free = np.array([0.1, 0.7]), np.array([0.3, 0.2])
    budgets = key_user_budgets(above, free, of_plan(0.5 + 0.8, [1.0, 1.0]))
    assert (budgets >= above).all()
    np.testing.assert_allclose(key_user_budgets(above, free, of_plan(2.1, [1.0, 1.0])), [0.2, 1.4])
    loose = key_user_budgets(above, free, of_plan(2.1, [0.4, 9.0], hand_on=False))
    np.testing.assert_allclose(loose, 1.6 * np.array([0.1, 7.0]) / 7.1)


def test_budgets_of_less_than_a_tonne_are_budgets_too():
    np.testing.assert_allclose(shared_out(np.array([0.5, 0.1]), np.array([0.1, 0.3]), True), [0.3, 0.1])
    for budget in (key_users(0.43, (0.35, 0.2), line=0.4), key_users(0.43, (0.35, 0.1), False, line=0.4)):
        firms = using()
        firms.wanted_output /= 1_000.0
        large = EnergyBudget(1_000.0 * budget.cap, 1_000.0 * budget.planned, LINE, budget.hand_on_slack, KEY_USERS, 1.0)
        np.testing.assert_allclose(
            1_000.0 * allocated(firms, budget).energy_quota, allocated(using(), large).energy_quota
        )
    for cap in (0.385, 0.055, 0.66):
        firms = using()
        firms.wanted_output /= 1_000.0
        firms.expected_demand /= 1_000.0
        allocated(firms, proportional(cap, (0.35, 0.2), hand_on=False, line=0.4))
        large = allocated(using(), proportional(1_000.0 * cap, hand_on=False))
        np.testing.assert_allclose(1_000.0 * firms.energy_quota, large.energy_quota)


def test_where_there_is_just_enough_no_rounding_cuts_anybody():
    draws = np.random.default_rng(1)
    for above, free in draws.random((300, 2, 2)) * 1e5:
        whole = float(np.float64(above.sum()) + free.sum())
        if whole - free.sum() == above.sum():
            assert (key_user_budgets(above, free, of_plan(whole, above + free)) >= above).all()
        covered, total = above[:1], above[:1] + free[:1]
        alike = EnergyBudget(float(total[0]), np.ones(1), LINE, False, PROPORTIONAL, 1.0)
        assert quotas._alike(covered, free[:1], alike) == (np.ones(1), np.ones(1))


def test_a_shadow_of_the_quarter_before_is_forgotten():
    firms = using()
    firms.energy_price_shadow[:] = 8.0
    assert not allocated(firms, key_users(560.0)).energy_price_shadow.any()


def test_the_part_below_the_line_and_that_above_make_no_less_than_the_whole():
    firms = firms_with(energy_intensity=1.0)
    for use, line in np.random.default_rng(1).random((200, 2)) * 1e5:
        firms.wanted_output[0] = use
        allocated(firms, key_users(line / 4.0 + max(use - line / 4.0, 0.0), plan=(use, 0.0), line=line))
        assert firms.energy_price_shadow[0] > 0.0 or firms.energy_quota[0] >= use, (use, line)
