"""The rules of the energy budget in whole worlds: what a tonne costs under each, trade, a hard quarter, leakage."""

import numpy as np
import pytest

from sim import model as model_module
from sim.experiments.replicate import worlds
from sim.luck import keys
from sim.model import ClusterModel
from sim.policies.energy_budget import EnergyBudgetManagement
from sim.treasury.energy import ALL, GRANDFATHERED, INCREMENTS, RULES, TRADABLE, EnergyBudget
from sim.treasury.terms import Terms
from tests.changzhou import COUNT
from tests.conftest import small
from tests.hand import firms_with
from tests.policy_bench import look

TIGHT = {"extra_tightening": 0.15, "coverage": 5_000.0}


def capped(spec, **fields):
    return spec.with_changes({"policies.energy_budget": TIGHT | fields})


# what a tonne costs


def lost_per_tonne(arms, seed):
    """Value added lost per tce saved against the world without a cap, by arm, million yuan."""
    found = {
        name: (result.quarters["value_added"].sum(), result.quarters["energy_use"].sum())
        for name, result in worlds(arms, seed)
    }
    value, use = found.pop("free")
    return {name: (value - made) / (use - used) for name, (made, used) in found.items()}


def test_traded_quotas_never_cost_more_value_added_a_tonne_than_all_alike_do():
    """Within half a per cent, in each world and at each tightness; the ratios are printed."""
    for tightening, line in ((0.05, 50_000.0), (0.15, 5_000.0), (0.3, 5_000.0)):
        free = small("no-policy", horizon__until="2023Q4")
        both = {"extra_tightening": tightening, "coverage": line}
        arms = {
            "free": free,
            "alike": capped(free, rule="proportional", **both),
            INCREMENTS: capped(free, rule=TRADABLE, **both),
            ALL: capped(free, rule=TRADABLE, trade=ALL, **both),
        }
        for world in range(3):
            lost = lost_per_tonne(arms, keys.replication_seed(3, world))
            ratios = {trade: lost[trade] / lost["alike"] for trade in (INCREMENTS, ALL)}
            print(f"tightening {tightening}, line {line:.0f} tce, world {world}: {ratios}")
            assert max(ratios.values()) <= 1.005, (tightening, world, ratios)


def test_under_every_rule_a_tighter_cap_leaves_less_energy_and_less_value_added():
    free = small("no-policy", horizon__until="2022Q4")
    for rule in RULES:
        arms = {t: capped(free, rule=rule, extra_tightening=t, shortfall=0.0) for t in (0.05, 0.15, 0.3)}
        found = {t: result.years for t, result in worlds(arms, 5)}
        for name in ("energy_use", "industrial_value_added"):
            assert found[0.05][name][0] > found[0.15][name][0] > found[0.3][name][0], (rule, name)


# trade


def test_the_largest_holder_is_the_group_that_holds_most_after_trade():
    firms = firms_with(
        energy_quota=[300.0, 200.0, 50.0, 900.0],
        energy_bought=[-30.0, 20.0, 10.0],
        quota_trade=[6.0, -4.0, -2.0],
        expected_demand=[25.0, 25.0, 25.0, 1.0],
        energy_intensity=10.0,
    )
    firms.group[1] = 2  # the second and the third are one group; the fourth is small
    terms = Terms(firms.rows)
    terms.set_energy(EnergyBudget(550.0, np.ones(COUNT), 1_000.0, True, TRADABLE, 0.1))
    told = EnergyBudgetManagement(rule=TRADABLE).measure(look(firms), terms, 0.0)
    assert told == {
        "energy_traded": 30.0,
        "energy_trade_value": 6.0,
        "energy_held": 550.0,
        "energy_largest_holding": 300.0,
    }


@pytest.mark.parametrize("trade", [INCREMENTS, ALL])
def test_a_run_tells_the_price_the_volume_and_the_largest_holder_of_quotas(trade):
    result = ClusterModel(capped(small("no-policy", horizon__until="2022Q4"), rule=TRADABLE, trade=trade), seed=3).run()
    years = result.years
    assert 0.0 < years["energy_traded"][0] < years["energy_cap"][0]
    assert years["energy_trade_price"][0] == pytest.approx(years["energy_trade_value"][0] / years["energy_traded"][0])
    assert 0.0 < years["energy_largest_holder"][0] < 1.0


def test_without_trade_there_is_no_price():
    years = ClusterModel(capped(small("no-policy", horizon__until="2022Q4"), rule=GRANDFATHERED), seed=3).run().years
    assert years["energy_traded"][0] == 0.0
    assert np.isnan(years["energy_trade_price"][0]) and np.isnan(years["energy_largest_holder"][0])


# a hard quarter


def test_a_hard_quarter_rations_that_quarter_alone():
    plain = capped(small("no-policy", horizon__until="2022Q4"), extra_tightening=0.0)
    hard = {"2022Q1": "key-users", "2022Q3": "rationing", "2022Q4": "key-users"}
    found = dict(worlds({"plain": plain, "hard": plain.with_changes({"policies.energy_budget.rule": hard})}, 3))
    caps = found["hard"].city["energy_cap"] / found["plain"].city["energy_cap"]
    np.testing.assert_allclose(caps, [1.0, 1.0, 0.85, 1.0])
    before = {name: table.quarters["energy_use"][:2] for name, table in found.items()}
    np.testing.assert_array_equal(before["hard"], before["plain"])
    third = {name: table.quarters["output_lost_to_cap"][2].sum() for name, table in found.items()}
    assert third["hard"] > third["plain"]


# leakage


@pytest.mark.parametrize("rule", RULES)
def test_what_leaks_fits_into_spare_plants_outside_and_groups_without_any_leak_nothing(rule, monkeypatch):
    real, leaked_at_all = model_module.market.sell, []

    def watched(firms, setting):
        room = np.maximum(firms.outside_capacity - firms.outside_demand * setting.conditions.season, 0.0)
        spare = np.bincount(firms.group, np.where(firms.keeps_outside | firms.leads, room, 0.0), firms.rows)
        plants = np.bincount(firms.group, firms.outside_capacity, firms.rows)
        real(firms, setting)
        leaked = np.bincount(firms.group, firms.output_leaked, firms.rows)
        assert (leaked <= spare * (1 + 1e-9) + 1e-9).all()
        assert not leaked[plants == 0.0].any()
        assert (firms.output_leaked <= setting.numbers.leakage_share * firms.output_lost * (1 + 1e-9)).all()
        leaked_at_all.append(float(leaked.sum()))

    model = ClusterModel(capped(small("no-policy"), rule=rule, extra_tightening=0.3), seed=3)
    monkeypatch.setattr(model_module.market, "sell", watched)
    for _ in range(6):
        model.step()
    assert sum(leaked_at_all) > 0.0, "nothing leaked, so the test could not fail"
    outside = sum(quarter["energy_outside"] for quarter in model.record.city[:4])
    years, cut = model.result().years, sum(quarter["energy_cut"].sum() for quarter in model.record.clusters[:4])
    assert outside > 0.0
    assert years["energy_cut_net"][0] == pytest.approx(cut - outside)


def test_where_no_group_has_plants_outside_nothing_leaks_and_the_saving_is_net():
    nobody_moves_or_buys = {"outlook.announced": False, "parameters.merger_offers": 0.0}
    spec = capped(small("no-policy", horizon__until="2022Q4"), extra_tightening=0.3)
    model = ClusterModel(spec.with_changes(nobody_moves_or_buys), seed=3)
    model.firms.outside_capacity[:] = model.firms.outside_demand[:] = 0.0
    years = model.run().years
    assert years["energy_outside"][0] == years["output_leaked"][0] == 0.0 < years["energy_cut"][0]
    assert years["energy_cut_net"][0] == years["energy_cut"][0]
