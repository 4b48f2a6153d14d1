"""Claims that each catch one fault which was planted once and passed unseen."""

from dataclasses import replace

import numpy as np
import pytest

from sim import history
from sim import model as model_module
from sim.behaviours import energy, entry_exit, finance, recognition
from sim.calendar.quarter import Quarter
from sim.city.city_luck import CityLuck
from sim.firms import usual_turnover
from sim.model import ClusterModel
from sim.outside import rivals
from sim.tables.parameters import Parameters
from sim.treasury.energy import KEY_USERS, PROPORTIONAL, EnergyBudget
from tests.changzhou import COUNT
from tests.conftest import small
from tests.test_usual import bench, setting_of


def test_sizes_of_2021_go_by_rank_of_what_firms_made(monkeypatch):
    seen = []
    by_rank = history._by_rank
    monkeypatch.setattr(
        history, "_by_rank", lambda plan, lived: seen.append((plan, lived.firms, by_rank(plan, lived))) or seen[0][2]
    )
    history.build(Parameters().draw(3), 600, 1_200, 3)
    plan, lived, annual = seen[0]
    for c in range(COUNT):
        rows = np.setdiff1d(np.arange(lived.start[c], lived.first_entrant[c]), list(plan.named.values()))
        by_past = rows[np.argsort(-lived.year_revenue[rows], kind="stable")]
        np.testing.assert_array_equal(annual[by_past], np.sort(plan.annual[rows])[::-1])


def test_defaults_and_the_last_quarters_unserved_are_in_outside_turnover():
    model, none = ClusterModel(small("no-policy"), seed=1), np.zeros(COUNT)

    def outside(**of_start):
        start = replace(model.start, **({"defaults": none, "turned_away": none} | of_start))
        return rivals.usual(model.firms, model.numbers, model.technology, 3, start).turnover

    by_default = 0.01 * np.stack([none, none + 1.0, none + 1.0])  # debt, not size, makes them fail
    np.testing.assert_allclose(outside(defaults=none + 0.01) - outside(), by_default, atol=1e-15)
    np.testing.assert_allclose(
        outside(turned_away=none + 0.02) - outside(), np.array([0.02, 0.0, 0.0])[:, None] + none, atol=1e-15
    )


def test_large_groups_and_starting_plants_do_not_usually_close():
    firms, numbers, _ = bench(exit_hazard=0.2, entry_rate=0.0)
    firms.founded[:] = Quarter.read("2022Q1").number
    assert (usual_turnover.usual_closings(firms, numbers)[0] > 0.0).all()
    for column, value in (("reported_revenue", 10_000.0), ("last_revenue", 10_000.0), ("ramp_demand", 1.0)):
        getattr(firms, column)[:] = value
        np.testing.assert_array_equal(usual_turnover.usual_closings(firms, numbers)[0], np.zeros(COUNT), column)
        getattr(firms, column)[:] = 0.0


def test_public_money_takes_the_place_of_own_money_of_a_rich_firm():
    firms, numbers, technology = bench()
    firms.wanted_expansion[:], firms.cash[:], firms.net_worth[:] = 100.0, 1e6, 1.0
    setting = setting_of(numbers, technology)
    setting.terms.add("fund_offer", np.full(firms.rows, 25.0))
    setting.terms.add("fund_share", np.full(firms.rows, 0.25))
    finance.grant(firms, setting)
    np.testing.assert_array_equal(firms.fund_taken, 25.0)
    np.testing.assert_allclose(firms.expansion, 100.0)


@pytest.mark.parametrize("rule", [KEY_USERS, PROPORTIONAL])
def test_a_cap_of_exactly_what_is_wanted_cuts_nobody(rule):
    draws, (firms, numbers, technology) = np.random.default_rng(1), bench()
    setting = setting_of(numbers, technology)
    for _ in range(200):
        use = draws.integers(2**28, 2**31, firms.rows).astype(float)  # sums are exact, shares are not
        firms.wanted_output[:], firms.energy_intensity[:], firms.expected_demand[:] = use, 1.0, use
        setting.terms.energy = EnergyBudget(
            use.sum() * (1.0 if rule == KEY_USERS else 1.0 + 1e-12),
            firms.cluster_sum(use),
            4.0 * 12_345_679,
            True,
            rule,
            0.1,
        )
        energy.allocate(firms, setting)
        assert (firms.energy_quota >= use).all()
        assert not firms.energy_price_shadow.any()


def test_the_part_below_the_line_and_the_part_above_make_no_less_than_the_whole():
    draws, (firms, numbers, technology) = np.random.default_rng(1), bench()
    setting, none = setting_of(numbers, technology), np.zeros(COUNT)
    firms.energy_intensity[:], firms.wanted_output[:] = 1.0, 0.0
    for use, line in draws.random((2000, 2)) * [1e5, 1e5]:
        firms.wanted_output[0] = use
        above = max(use - line / 4.0, 0.0)
        setting.terms.energy = EnergyBudget(line / 4.0 + above, none + use, line, True, KEY_USERS, 0.1)
        energy.allocate(firms, setting)
        assert firms.energy_price_shadow[0] > 0.0 or firms.energy_quota[0] >= use, (use, line, above)


def test_firms_that_close_at_the_end_of_a_quarter_are_in_its_flows(monkeypatch):
    model, seen, leave = ClusterModel(small("no-policy", parameters__exit_hazard=0.2), seed=3), {}, entry_exit.leave

    def watched(firms, setting):
        seen.update(
            revenue=firms.cluster_sum(firms.revenue),
            energy_use=firms.cluster_sum(firms.energy_use),
            value_added=firms.cluster_sum(firms.value_added),
        )
        return leave(firms, setting)

    monkeypatch.setattr(model_module.entry_exit, "leave", watched)
    model.step()
    assert model.record.city[-1]["exits"] > 0
    for name, values in seen.items():
        np.testing.assert_array_equal(model.record.clusters[-1][name], values, name)
    assert model.record.city[-1]["industrial_value_added"] == seen["value_added"].sum()


def test_entrants_come_with_the_technology_of_their_day():
    made = []
    for progress in (0.0, 0.1):
        model = ClusterModel(small("no-policy"), seed=3)
        model.step()
        setting = model._begin()
        np.testing.assert_allclose(setting.progress, model._usual.efficiency[0])
        rows, _ = entry_exit.join(model.firms, replace(setting, progress=np.full(COUNT, progress)))
        made.append(model.firms.productivity[rows].copy())
    assert made[0].size
    np.testing.assert_allclose(made[1], made[0] * np.exp(0.1), rtol=1e-12)


def test_a_firm_that_sold_for_one_quarter_is_judged_by_four():
    firms, numbers, technology = bench()
    setting = setting_of(numbers, technology, "2023Q1")
    firms.founded[:], firms.last_revenue[:], firms.above_scale[:] = Quarter.read("2022Q3").number, 6.0, False
    firms.founded[0] = Quarter.read("2022Q2").number  # two quarters: 12 a year
    reached = recognition._above_scale(firms, setting)
    assert reached.rows.tolist() == list(range(1, firms.rows))


def test_a_census_revision_stays():
    luck = CityLuck(Parameters().replace({"reporting_noise": 0.0}), 1)
    assert (
        len({luck.published(year) for year in range(2024, 2029)}) == 1 != luck.published(2024) != luck.published(2029)
    )
