"""Slack is free and the cap holds: nothing moves where nobody is cut, and use never exceeds what the budget allows."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import model as model_module
from sim.behaviours import energy, market
from sim.experiments.replicate import worlds
from sim.luck import keys
from sim.model import ClusterModel
from sim.scenario.reading import load
from sim.treasury.energy import ALL, KEY_USERS, PROPORTIONAL, RULES, TRADABLE, EnergyBudget
from sim.treasury.quotas import key_user_budgets, shared_out
from tests.changzhou import NAMES
from tests.conftest import drawn, small
from tests.policy_bench import plain_firms

BY_CLUSTER = (KEY_USERS, PROPORTIONAL)
OF_TRADE = {"energy_traded", "energy_trade_value", "energy_trade_price", "energy_held", "energy_largest_holding"}
# the cap's own columns; where all are served quota is handed over for nothing
OWN = {"energy_cap", "energy_cap_value", "energy_cap_price", "energy_unreachable", "energy_quota"}
OWN |= OF_TRADE | {"energy_largest_holder", "energy_bought"}


def capped(spec, **fields):
    return spec.with_changes({"policies.energy_budget": fields})


def until_2025(spec):
    return spec.with_changes({"horizon.until": "2025Q4"})


# the cap holds


@pytest.mark.parametrize("rule", RULES)
def test_use_stays_within_firm_quota_and_city_cap_every_quarter(rule):
    model = ClusterModel(capped(small("no-policy"), rule=rule, extra_tightening=0.15, coverage=5_000.0), seed=3)
    bound = 0
    for _ in range(6):
        model.step()
        firms, cap = model.firms, model.record.city[-1]["energy_cap"]
        stayed = firms.active & (firms.founded != model.quarter.number)
        assert (firms.energy_use[stayed] <= firms.energy_quota[stayed] * (1 + 1e-12)).all()
        assert firms.energy_use.sum() <= cap * (1 + 1e-9) + model.record.city[-1]["energy_unreachable"]
        if rule != KEY_USERS:
            assert firms.energy_quota[stayed].sum() <= cap * (1 + 1e-9)
        bound += np.count_nonzero(firms.energy_worth)
    assert bound > 0, "the cap never bound, so the test could not fail"


@pytest.mark.parametrize("rule", RULES)
def test_a_cap_below_what_small_users_use_prints_what_it_cannot_reach(rule):
    harsh = {"rule": rule, "extra_tightening": 0.5, "intensity_target": 0.2, "coverage": 1_000_000.0}
    model = ClusterModel(capped(small("no-policy"), **harsh), seed=3)
    for _ in range(12):
        model.step()
    firms, measured = model.firms, model.record.city[-1]
    beyond = (
        model.record.clusters[-1]["energy_use"].sum() - measured["energy_cap"]
    )  # before firms that close empty their rows
    if rule != KEY_USERS:
        assert beyond <= 1e-9 * measured["energy_cap"]
        assert measured["energy_unreachable"] == 0.0
    else:
        key_users = np.isfinite(firms.energy_quota) & (firms.wanted_output > 0.0)
        assert (firms.energy_use[key_users] <= 1_000_000.0 / 4.0 * (1 + 1e-12)).all()
        assert measured["energy_unreachable"] == pytest.approx(beyond, rel=1e-9)
        assert beyond > 0.0


def test_a_run_without_a_budget_has_nothing_to_reach(no_policy):
    model = ClusterModel(no_policy, seed=3)
    model.step()
    assert model.record.city[-1]["energy_unreachable"] == 0.0
    assert np.isnan(model.record.city[-1]["energy_cap"])


@pytest.mark.slow
@pytest.mark.parametrize("tightening", [0.0, 0.1])
def test_in_forty_worlds_use_exceeds_the_cap_by_what_cannot_be_reached_at_most(tightening):
    beyond = 0.0
    for rule in BY_CLUSTER:
        spec = until_2025(capped(load("no-policy"), rule=rule, extra_tightening=tightening))
        for world in range(40):
            ((_, result),) = worlds({"cap": spec}, keys.replication_seed(5, world))
            use, cap = result.quarters["energy_use"].sum(axis=1), result.city["energy_cap"]
            assert (use <= cap * (1 + 1e-9) + result.city["energy_unreachable"]).all(), (rule, world)
            assert rule == KEY_USERS or (result.city["energy_unreachable"] == 0.0).all(), (rule, world)
            beyond += float(result.city["energy_unreachable"].sum() / cap.sum()) / 40
    print(f"use beyond the cap that cannot be reached, tightening {tightening}: {100 * beyond:.3f} % of the cap")
    assert beyond < 0.01


# slack is free


def different(one, other):
    """Return the names of outcomes that are not the same to the last bit."""
    names = set()
    for table in ("quarters", "cluster_years", "city", "years", "size_years", "ledger", "groups"):
        a, b = getattr(one, table), getattr(other, table)
        names |= {name for name in a if not np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f")}
    return names - OWN


def columns_that_differ(one, other):
    return {
        name for name in NAMES if not np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True)
    } - OWN


@pytest.mark.parametrize("rule", drawn(RULES, 3))
def test_a_cap_of_twice_what_is_wanted_changes_no_bit(rule):
    free = small("no-policy", horizon__until="2024Q4")
    loose = capped(free, rule=rule, extra_tightening=-1.0, coverage=5_000.0)
    for seed in (1, 2):
        plain, under = ClusterModel(free, seed=seed), ClusterModel(loose, seed=seed)
        assert different(plain.run(), under.run()) == set()
        assert columns_that_differ(plain.firms, under.firms) == set()
        assert np.isfinite(under.firms.energy_quota).any()


@pytest.mark.parametrize("rule", drawn(RULES, 3))
def test_where_nobody_is_cut_clusters_that_live_on_handed_slack_change_no_bit(rule):
    """A cap just above the largest use: clusters that exceed their own budget live on handed slack,
    and nobody notices.
    """
    free = small("no-policy", horizon__until="2023Q4")
    plain = ClusterModel(free, seed=4)
    result = plain.run()
    loose = ClusterModel(capped(free, rule=rule), seed=4).run()
    # where use comes nearest to the cap, 2 % of room is left: more than what firms that close at the end of a quarter
    # used
    use = result.quarters["energy_use"].sum(axis=1)
    room = (loose.city["energy_cap"] / use).min()
    fitting = ClusterModel(capped(free, rule=rule, extra_tightening=1.0 - 1.02 / room), seed=4)
    assert different(result, fitting.run()) == set()
    assert columns_that_differ(plain.firms, fitting.firms) == set()
    tight = ClusterModel(capped(free, rule=rule, extra_tightening=1.0 - 0.98 / room), seed=4).run()
    assert tight.quarters["output_lost_to_cap"].sum() > 0.0, "a cap 4 % lower cuts nobody: the test could not fail"


@pytest.mark.slow
@pytest.mark.parametrize("rule", BY_CLUSTER)
def test_in_every_world_without_a_cut_all_tables_equal_those_without_a_cap(rule):
    free = until_2025(load("no-policy"))
    arms = {"free": free, "cap": capped(free, rule=rule), "twice": capped(free, rule=rule, extra_tightening=-1.0)}
    uncut = 0
    for world in range(40):
        found = dict(worlds(arms, keys.replication_seed(5, world)))
        assert different(found["free"], found["twice"]) == set(), world
        if found["cap"].quarters["output_lost_to_cap"].sum() == 0.0:
            uncut += 1
            assert different(found["free"], found["cap"]) == set(), world
    assert 0 < uncut < 40, uncut


# the market before and after rationing


def plant(orders, capacity, quota=np.inf):
    """Three firms of the first cluster; capacity is what they can make in the quarter; nobody else wants anything."""
    firms = plain_firms()
    firms.group[:] = np.arange(firms.rows)
    model = ClusterModel(small("no-policy"), seed=1, fixed=True)
    setting = model._begin()
    numbers, technology = setting.numbers, setting.technology
    reach = numbers.utilisation_limit / numbers.target_utilisation / (4.0 * technology.capital_output[0])
    firms.orders[:3], firms.capital[:3] = orders, np.array(capacity) / reach
    firms.energy_quota[:], firms.energy_quota[:3] = np.inf, quota
    return firms, setting


def test_neighbours_with_room_take_over_a_share_of_missing_orders_before_rationing():
    firms, setting = plant([10.0, 2.0, 4.0], [6.0, 3.0, 5.0])
    market.want(firms, setting)
    # 4 missing; local rivals have room for 1 each and are 15 % of all rivals: 0.3 for each
    assert setting.numbers.local_rivalry == 0.15
    np.testing.assert_allclose(firms.wanted_output[:3], [6.0, 2.3, 4.3])


def test_what_energy_cuts_goes_to_spare_plants_outside_and_never_to_neighbours():
    firms, setting = plant([10.0, 2.0, 4.0], [10.0, 3.0, 5.0], quota=[600.0, np.inf, np.inf])  # 100 tce per unit
    firms.outside_capacity[0] = 50.0
    market.want(firms, setting)
    market.sell(firms, setting)
    np.testing.assert_allclose(firms.output[:3], [6.0, 2.0, 4.0])
    np.testing.assert_allclose(firms.output_lost[:3], [4.0, 0.0, 0.0])
    np.testing.assert_allclose(firms.output_leaked[:3], [4.0 * setting.numbers.leakage_share, 0.0, 0.0])
    np.testing.assert_allclose(firms.energy_use[:3], [600.0, 200.0, 400.0])


def test_a_tighter_cap_cuts_output_first_and_leaves_intensity_alone_in_the_first_quarter():
    free = ClusterModel(small("no-policy"), seed=3)
    tight = ClusterModel(capped(small("no-policy"), extra_tightening=0.15), seed=3)
    free.step()
    tight.step()
    assert tight.firms.output_lost.sum() > 0
    steel = (
        (free.firms.cluster == 4) & (free.firms.founded < free.quarter.number) & free.firms.active & tight.firms.active
    )
    assert tight.firms.output[steel].sum() < free.firms.output[steel].sum()
    np.testing.assert_array_equal(tight.firms.energy_intensity[steel], free.firms.energy_intensity[steel])


# budgets of clusters


def test_slack_is_handed_to_short_clusters_by_hand():
    wanted, first = np.array([120.0, 50.0, 30.0]), np.array([100.0, 70.0, 35.0])
    # short by 20; slack 20 and 5: 20 of the 25 is handed on, 16 and 4 of it
    np.testing.assert_allclose(shared_out(wanted, first, True), [120.0, 54.0, 31.0])
    np.testing.assert_allclose(shared_out(wanted, first, False), first)


def budget(cap, planned, hand_on=True, squeeze=1.0):
    return EnergyBudget(cap, np.array(planned), 50_000.0, hand_on, KEY_USERS, squeeze)


def test_what_key_users_want_above_the_line_is_cut_alike_where_all_want_what_is_planned():
    above, free = np.array([80.0, 10.0, 0.0]), np.array([20.0, 40.0, 50.0])
    # planned 200, cap 182: 18 of the 90 above the line are lacking, a fifth
    np.testing.assert_allclose(key_user_budgets(above, free, budget(182.0, [100.0, 50.0, 50.0])), [64.0, 8.0, 0.0])


def test_key_users_make_room_for_what_others_use_beyond_plan_up_to_the_deepest_squeeze():
    above, free = np.array([80.0, 10.0, 0.0]), np.array([20.0, 40.0, 65.0])
    # as above, and the third cluster's users take 15 more than its 50: of the 72 left key users give 15, or a tenth
    expected = np.array([80.0, 10.0, 0.0]) / 90.0
    np.testing.assert_allclose(key_user_budgets(above, free, budget(182.0, [100.0, 50.0, 50.0])), 57.0 * expected)
    np.testing.assert_allclose(
        key_user_budgets(above, free, budget(182.0, [100.0, 50.0, 50.0], squeeze=0.1)), 64.8 * expected
    )


def test_what_others_do_not_use_of_their_plan_goes_to_key_users():
    above, free = np.array([80.0, 10.0]), np.array([20.0, 30.0])
    # planned parts above the line 80 and 12.5 of 150; cap 140 leaves 82.5; others use 7.5 less than their 57.5
    np.testing.assert_allclose(key_user_budgets(above, free, budget(140.0, [100.0, 50.0])), [80.0, 10.0])


def test_without_handing_on_each_cluster_keeps_to_its_plan():
    above, free = np.array([90.0, 5.0]), np.array([20.0, 45.0])
    planned = np.array(
        [100.0 * 90.0 / 110.0, 50.0 * 5.0 / 50.0]
    )  # a plan of 150, and others use 1.8 more than they should
    left = planned.sum() - (65.0 - (150.0 - planned.sum()))
    found = key_user_budgets(above, free, budget(150.0, [100.0, 50.0], hand_on=False))
    np.testing.assert_allclose(found, left * planned / planned.sum())


def test_a_firm_just_above_the_line_is_hardly_cut():
    """No cliff at the line: use up to it is free, and only the rest is cut."""
    spec = capped(small("no-policy"), extra_tightening=0.15, coverage=5_000.0)
    model = ClusterModel(spec, seed=3)
    model.step()
    firms = model.firms
    cut = np.flatnonzero(firms.output_lost > 0.0)
    wanted = firms.wanted_output[cut] * firms.energy_intensity[cut]
    share = 1.0 - firms.energy_quota[cut] / wanted
    above = 1.0 - 5_000.0 / 4.0 / wanted
    assert cut.size > 3
    np.testing.assert_allclose(share / above, (share / above)[0])  # the same share of what lies above the line


USES = st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(1, 1e6)), min_size=1, max_size=12)


@given(USES, st.floats(0.05, 3.0), st.booleans())
def test_key_users_get_what_the_cap_leaves_and_all_they_want_where_that_suffices(clusters, tightness, hand_on):
    above, free, planned = (np.array([c[i] for c in clusters]) for i in range(3))
    cap = tightness * max((above + free).sum(), 1.0)
    budgets = key_user_budgets(above, free, budget(cap, planned, hand_on))
    used = np.minimum(budgets, above)
    assert (budgets >= 0.0).all()
    assert free.sum() + used.sum() <= max(cap, free.sum()) * (1.0 + 1e-9)
    if hand_on and above.sum() > 0.0 and tightness > 1.0 + 1e-6:
        assert (budgets >= above).all(), "a rounding cut somebody"


def test_no_rounding_cuts_anybody_where_there_is_enough_for_all():
    draws = np.random.default_rng(1)
    for _ in range(1000):
        wanted = draws.pareto(1.0, 10)
        first = draws.random(10)
        first *= wanted.sum() * 1.001 / first.sum()
        assert (shared_out(wanted, first, True) >= wanted).all()


@given(st.lists(st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)), min_size=1, max_size=12))
def test_handing_on_never_changes_the_city_total_nor_takes_what_its_owner_wants(pairs):
    wanted, first = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])
    budgets = shared_out(wanted, first, True)
    assert abs(budgets.sum() - first.sum()) <= 1e-6 * max(first.sum(), 1.0)
    assert (budgets >= np.minimum(wanted, first) - 1e-6 * max(first.sum(), 1.0)).all()


# the shadow price


@pytest.mark.parametrize("rule", RULES)
def test_the_shadow_price_is_the_value_added_of_one_more_tonne(rule, monkeypatch):
    spec = capped(small("no-policy"), rule=rule, extra_tightening=0.15)
    plain = ClusterModel(spec, seed=3)
    plain.step()
    firms = plain.firms
    cut = np.flatnonzero(firms.output_lost > 0.0)
    row, real = cut[np.argmax(firms.energy_use[cut])], energy.allocate

    def generous(firms, setting):
        real(firms, setting)
        firms.energy_quota[row] += 1.0

    monkeypatch.setattr(model_module.energy, "allocate", generous)
    more = ClusterModel(spec, seed=3)
    more.step()
    gained = more.firms.value_added[row] - firms.value_added[row]
    surprise = firms.margin_noise[row] * (more.firms.revenue[row] - firms.revenue[row])  # nobody can know it before
    assert gained + surprise == pytest.approx(firms.energy_worth[row], rel=1e-6)
    assert firms.energy_worth[row] > 0.0
    served = (firms.output_lost == 0.0) & (firms.wanted_output > 0.0)
    assert (firms.energy_worth[served] == 0.0).all()
    if rule != TRADABLE:
        np.testing.assert_array_equal(firms.energy_price_shadow, firms.energy_worth)


@pytest.mark.parametrize(("rule", "trade"), [*((rule, "increments") for rule in RULES), (TRADABLE, ALL)])
def test_the_shadow_price_of_the_cap_is_the_value_added_of_one_more_tonne_of_it(rule, trade, monkeypatch):
    spec = capped(small("no-policy"), rule=rule, trade=trade, extra_tightening=0.15, coverage=5_000.0)
    plain = ClusterModel(spec, seed=3)
    plain.step()
    told, real = plain.record.city[-1], energy.allocate

    def one_more(firms, setting):
        if setting.terms.energy is not None:  # the past had none
            setting.terms.energy = replace(setting.terms.energy, cap=setting.terms.energy.cap + 1.0)
        real(firms, setting)

    monkeypatch.setattr(model_module.energy, "allocate", one_more)
    more = ClusterModel(spec, seed=3)
    more.step()
    gained = more.firms.value_added - plain.firms.value_added
    surprise = plain.firms.margin_noise * (more.firms.revenue - plain.firms.revenue)  # nobody can know it before
    assert float((gained + surprise).sum()) == pytest.approx(told["energy_cap_value"] / told["energy_cap"], rel=1e-4)
    assert told["energy_cap_value"] > 0.0


def test_the_shadow_price_in_a_cluster_is_what_its_firms_would_add_with_a_tonne_shared_by_what_was_cut():
    model = ClusterModel(capped(small("no-policy"), extra_tightening=0.15, coverage=5_000.0), seed=3)
    for _ in range(4):
        model.step()
        assert model.record.clusters[-1]["energy_cut"].sum() > 0.0
    year = model.result().cluster_years["energy_cut_price"][0]
    firms, parts = model.firms, model.record.clusters
    value, cut = (sum(quarter[name] for quarter in parts) for name in ("energy_cut_value", "energy_cut"))
    np.testing.assert_allclose(year[cut > 0.0], value[cut > 0.0] / cut[cut > 0.0])
    assert np.isnan(year[cut == 0.0]).all()
    cut = firms.wanted_output * firms.energy_intensity - firms.energy_use
    np.testing.assert_allclose(parts[-1]["energy_cut"], firms.cluster_sum(cut * firms.active), atol=1e-6)
    assert np.isfinite(year).any()
