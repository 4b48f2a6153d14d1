"""Announced projects come on their dates and in their size;
newcomers' plants take their building time and start up slowly.
"""

import numpy as np
import pytest

from sim.behaviours import investment, projects
from sim.calendar.quarter import FIRST, Quarter
from sim.firms import announced
from sim.firms.announced import Announced, Expansion, NewPlant, Relocation
from sim.luck import keys
from sim.model import ClusterModel
from sim.scenario.reading import load
from sim.tables.parameters import Parameters
from tests.changzhou import CHANGZHOU, COUNT, table
from tests.conftest import small
from tests.test_same_luck import advance, fingerprint

NEV = 3


def calm_model(schedule):
    """A calm world without local purchases, with a schedule of its own: whatever moves in it is announced."""
    spec = small("no-policy", outlook__calm=True, parameters__local_purchase_share=0)
    model = ClusterModel(spec, seed=2, fixed=True)
    model.announced = schedule
    return model


def test_each_project_of_the_table_has_its_numbers_source_and_named_firm():
    firms, sources = {firm["firm"] for firm in CHANGZHOU.named_firms}, {row["source"] for row in CHANGZHOU.sources}
    for row, project in zip(CHANGZHOU.announced, announced.projects(CHANGZHOU), strict=True):
        lag, share = table()[f"{project.plant}.lag_quarters"], table()[f"{project.plant}.realised_share"]
        assert lag.uncertain and share.uncertain
        assert row["source"] in sources and row["note"] and row["name_zh"]
        assert not project.group or project.group in firms
        assert project.start + round(lag.low) >= FIRST, "what came before 2022 is inside the output of 2021"


def test_a_phase_brings_its_capital_in_equal_parts_from_its_date():
    phase = Expansion(0, 800.0, Quarter.read("2022Q3"), 4)
    came = [phase.arriving(FIRST + i) for i in range(8)]
    assert came == [0.0, 0.0, 200.0, 200.0, 200.0, 200.0, 0.0, 0.0]
    # a year ahead, this quarter included: two parts in sight at the start, then three, then all four
    assert [phase.due(FIRST + i) for i in range(7)] == [400.0, 600.0, 800.0, 600.0, 400.0, 200.0, 0.0]


def test_the_dates_of_a_world_are_start_plus_lag_and_the_capital_is_the_realised_share():
    numbers = Parameters().replace(
        {"svolt_phase_4.lag_quarters": 8, "svolt_phase_4.realised_share": 0.5, "start_up_quarters": 4}
    )
    (phase,) = announced.schedule(numbers.replace({"svolt_phases_1_3.realised_share": 0}), {"svolt": 7}).expansions
    assert (phase.row, phase.capital, str(phase.begins), phase.quarters) == (7, 7_500.0, "2023Q4", 4)


def test_a_share_of_nought_is_no_project_and_a_city_without_the_firm_has_none_of_its_phases():
    nothing = Parameters().replace({f"{p.plant}.realised_share": 0 for p in announced.projects(CHANGZHOU)})
    assert announced.schedule(nothing, {"svolt": 7}) == Announced()
    assert not announced.schedule(Parameters(), {}).expansions


def test_a_phase_is_equity_from_the_group_and_neither_costs_the_firm_cash_nor_is_built_twice():
    row = int(ClusterModel(small("no-policy", outlook__calm=True), seed=2, fixed=True).start.named["svolt"])
    plain, growing = calm_model(Announced()), calm_model(Announced(expansions=(Expansion(row, 800.0, FIRST + 1, 2),)))
    for model in (plain, growing):
        advance(model, 2)
    gained = {
        name: getattr(growing.firms, name)[row] - getattr(plain.firms, name)[row]
        for name in ("capital", "net_worth", "cash", "expansion")
    }
    assert growing.firms.capital_moved[row] == pytest.approx(400.0)
    saved = (
        plain.firms.capital[row] + 400.0 - growing.firms.capital[row]
    )  # wear that need not be replaced, for capacity is coming
    assert 0.0 < saved <= 2 * plain.firms.wanted_replacement[row]
    assert 400.0 - saved <= gained["net_worth"] <= 400.0  # what is saved on wear is in part paid out
    assert gained["cash"] >= -1e-9
    assert gained["expansion"] <= 0.0


def test_a_firm_that_lacks_capacity_builds_less_by_what_is_announced():
    model = advance(ClusterModel(load("no-policy"), seed=1, fixed=True), 1)
    firms, setting = model.firms, model._begin()
    investment.want(firms, setting)
    row = int(np.argmax(firms.wanted_expansion))
    wanted, firms.capital_due[row] = firms.wanted_expansion[row], 10.0
    investment.want(firms, setting)
    less = setting.numbers.expansion_speed * 10.0 * setting.conditions.deflator
    assert wanted - firms.wanted_expansion[row] == pytest.approx(less)


def test_a_new_plant_opens_on_its_date_and_fills_up_over_four_quarters():
    plant = NewPlant(np.uint64(12_345), NEV, 4_000.0, False, FIRST + 2)
    model, sold = calm_model(Announced(plants=(plant,))), []
    for _ in range(8):
        model.step()
        row = np.flatnonzero(model.firms.key == plant.key)
        sold.append(float(model.firms.output[row].sum()))
    assert sold == pytest.approx([0.0, 0.0, 250.0, 500.0, 750.0, 1_000.0, 1_000.0, 1_000.0])
    assert model.firms.major[row[0]] and not model.firms.local_headquarters[row[0]]
    assert model.firms.expected_demand[row[0]] == pytest.approx(1_000.0)
    assert model.firms.ramp_demand[row[0]] == pytest.approx(0.0)


def test_half_of_a_works_moves_in_four_equal_steps_and_the_groups_revenue_stays():
    row = int(calm_model(Announced()).start.named["zenith_steel"])
    still, moving = calm_model(Announced()), calm_model(Announced(relocations=(Relocation(row, 0.5, FIRST + 1, 4),)))
    start, left = moving.firms.copy(), []
    for _ in range(6):
        before = moving.firms.copy()
        still.step()
        moving.step()
        left.append(moving.firms.demand[row] / start.demand[row])
        group = [m.firms.revenue[row] + m.firms.outside_revenue[row] for m in (still, moving)]
        assert group[1] == pytest.approx(group[0], rel=1e-9)
        part = 1.0 - moving.firms.demand[row] / before.demand[row]
        assert moving.firms.debt_moved[row] == pytest.approx(-part * before.debt[row])
        assert moving.firms.capital_moved[row] == pytest.approx(-part * before.capital[row])
    assert left == pytest.approx([1.0, 0.875, 0.75, 0.625, 0.5, 0.5])
    assert moving.firms.capital[row] / still.firms.capital[row] == pytest.approx(0.5, rel=0.01)
    assert moving.firms.debt[row] / still.firms.debt[row] == pytest.approx(0.5, rel=0.02)
    gain = moving.firms.outside_capacity[row] - start.outside_capacity[row]
    assert gain == pytest.approx(0.5 * start.demand[row] * (1.0 + moving.numbers.outside_spare))
    assert moving.firms.energy_use[row] == pytest.approx(0.5 * still.firms.energy_use[row])
    assert not moving.firms.wanted_expansion[row], "what has moved is not rebuilt here"


def test_net_worth_leaves_with_the_capital_less_the_debt_that_goes_along():
    row = int(calm_model(Announced()).start.named["zenith_steel"])
    still, moving = calm_model(Announced()), calm_model(Announced(relocations=(Relocation(row, 0.5, FIRST, 1),)))
    projects.advance(moving.firms, moving._begin())
    gone = -moving.firms.capital_moved[row] + moving.firms.debt_moved[row]
    assert gone == pytest.approx(0.5 * (still.firms.capital[row] - still.firms.debt[row]))


def test_the_key_of_an_announced_plant_is_its_own_and_does_not_depend_on_who_else_enters():
    plants = [p for p in announced.projects(CHANGZHOU) if p.kind == announced.PLANT]
    assert len({int(p.key) for p in plants}) == len(plants) == announced.places(CHANGZHOU).sum()
    places = np.arange(1 << 17)  # ordinary entrants and newcomers' plants of any quarter, and starting firms
    for plant in plants:
        for quarter in range(40):
            assert plant.key not in keys.firm_keys(plant.cluster, quarter, places)


def test_the_same_plant_has_the_same_luck_whether_or_not_ordinary_firms_enter():
    seen = []
    for rate in (0.0, 0.09):
        model = advance(ClusterModel(small("no-policy", parameters__entry_rate=rate), seed=4), 8)
        (row,) = np.flatnonzero(model.firms.key == model.announced.plants[0].key)
        seen.append((model.firms.productivity[row], model.firms.margin_noise[row]))
    assert seen[0][1] == seen[1][1]


def test_newcomers_plants_take_their_building_time_and_open_with_a_part_of_their_customers():
    many = {
        "parameters__major_projects": 300,
        "parameters__major_project_new_plant_share": 0.4,
        "outlook__announced": False,
    }
    model = ClusterModel(small("no-policy", **many), seed=4, fixed=True)
    for _ in range(12):
        model.step()
        new = np.flatnonzero(model.firms.major & (model.firms.founded == model.quarter.number))
        # the first signed in 2022Q1 sell five quarters later, so they open at the end of the fourth quarter after it
        assert bool(new.size) <= (model.quarter - FIRST >= 4)
        full = model.firms.demand[new] + model.firms.ramp_demand[new]
        assert model.firms.demand[new] == pytest.approx(0.25 * full)
    assert model.firms.major.sum() > 10


def test_each_signed_plant_opens_once():
    many = {
        "parameters__major_projects": 300,
        "parameters__major_project_new_plant_share": 0.4,
        "horizon__until": "2029Q4",
    }
    model = advance(ClusterModel(small("no-policy", **many), seed=4), 32)
    used = model.firms.key[model.firms.key > 0]
    assert np.unique(used).size == used.size
    assert (model.firms.stop <= model.firms.end).all()


def test_switched_off_or_calm_nothing_is_announced(no_policy):
    off = advance(ClusterModel(small("no-policy", outlook__announced=False, parameters__major_projects=0), seed=6))
    assert off.announced == Announced() and not off.firms.major.any()
    nought = {f"parameters.{p.plant}.realised_share": 0 for p in announced.projects(CHANGZHOU)}
    held = no_policy.with_changes(nought | {"parameters.major_projects": 0})
    assert fingerprint(off) == fingerprint(advance(ClusterModel(held, seed=6)))
    assert ClusterModel(small("no-policy", outlook__calm=True), seed=6).announced == Announced()


def test_room_for_plants_is_kept_in_their_clusters():
    assert announced.places(CHANGZHOU).tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert announced.places(CHANGZHOU).size == COUNT
