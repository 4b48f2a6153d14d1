"""Elimination of backward capacity: which plants close, what they are paid, and what goes with them."""

from dataclasses import replace

import numpy as np
import pytest

from sim.behaviours import entry_exit
from sim.experiments import attribute as attribution
from sim.experiments.replicate import worlds
from sim.policies.capacity_elimination import CapacityElimination
from sim.scenario.answer import arms_of
from sim.tables.city_tables import read_city
from sim.tables.clusters import Role
from sim.treasury.terms import Terms
from tests.conftest import drawn, small
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, look, paid, plain_firms
from tests.test_two_high import OWN

(STEEL,), (CEMENT,) = (read_city().with_role(role) for role in (Role.STEEL, Role.CEMENT))
ROW = 3 * STEEL


def three_mills(capacities=(10.0, 100.0, 190.0), intensities=(3.0, 2.0, 1.0)):
    """Return firms of which three mills can make something, million yuan a year, and their view."""
    firms = plain_firms()
    view = look(firms)
    firms.capital[ROW : ROW + 3] = np.array(capacities) * view.numbers.by_cluster("capital_output")[STEEL]
    firms.energy_intensity[ROW : ROW + 3] = intensities
    return firms, view


def test_the_plants_that_use_most_energy_close_first_and_the_last_one_in_part():
    """20 % a year of a capacity of 300 are 15 a quarter: all 10 of the worst mill and a twentieth of the second. At
    0.03 a yuan they are paid 0.3 and 0.15 million."""
    _, view = three_mills()
    given = CapacityElimination(share=0.2)
    rows, shares = given.chosen(view)
    assert (rows.tolist(), shares.tolist()) == ([ROW, ROW + 1], pytest.approx([1.0, 0.05]))
    assert paid(given.claim(view)) == {ROW: 0.3, ROW + 1: 0.15}
    terms = delivered(given, view)
    assert terms.column("closure")[ROW : ROW + 3].tolist() == pytest.approx([1.0, 0.05, 0.0])
    assert given.measure(view, terms, 0.45)["capacity_eliminated"] == pytest.approx(15.0)


def test_half_paid_closes_half_and_unpaid_orders_are_not_given_twice():
    _, view = three_mills()
    given = CapacityElimination(share=0.2)
    assert delivered(given, view, holds=0.225).column("closure")[ROW] == pytest.approx(0.5)
    waiting = replace(view, waiting=lambda name: given.claim(view))
    assert given.chosen(waiting)[0].tolist() == []


def test_only_plants_above_the_line_close_and_efficiency_may_be_the_measure():
    """The mean by capacity is (30 + 200 + 190) / 300 = 1.4: at twice it nobody but the worst is above the line."""
    firms, view = three_mills()
    assert CapacityElimination(share=0.2, line=2.0).chosen(view)[0].tolist() == [ROW]
    assert CapacityElimination(share=0.2, line=2.2).chosen(view)[0].tolist() == []
    firms.digital_effect[:], firms.productivity[ROW + 2] = 1.0, 0.5
    rows, shares = CapacityElimination(share=0.2, measure_by="productivity").chosen(view)
    assert (rows.tolist(), shares.tolist()) == ([ROW + 2], pytest.approx([15.0 / 190.0]))


def test_every_two_high_cluster_closes_its_own_share_and_no_other_cluster_any():
    firms = plain_firms()
    firms.capital[:] = 10.0
    rows, shares = CapacityElimination(share=0.2).chosen(look(firms))
    assert set(firms.cluster[rows].tolist()) == {STEEL, CEMENT}
    for place in (STEEL, CEMENT):
        assert shares[firms.cluster[rows] == place].sum() == pytest.approx(3 * 0.05)


def test_a_plant_ordered_to_close_leaves_with_its_debt_at_the_end_of_the_quarter_and_a_part_leaves_the_rest():
    """A quarter of capital goes; customers, debt and cash of who goes on stay. Who defaults anyway closes once."""
    terms = Terms(30)
    terms.add("closure", np.array([1.0, 0.25, 1.0]), np.array([0, 1, 2]))
    firms = firms_with(demand=1e3, capital=8.0, debt=5.0, cash=2.0, net_worth=-1.0)
    firms.short_of_cash[2] = 99
    closed, small_ones = entry_exit.leave(firms, quarter(terms=terms, exit_hazard=0.0))
    assert sorted(closed.tolist()) == [0, 2] and small_ones.size == 0
    assert not firms.active[[0, 2]].any() and not firms.debt[[0, 2]].any()
    assert (firms.capital[1], firms.demand[1], firms.debt[1], firms.cash[1]) == (6.0, 1e3, 5.0, 2.0)
    assert (firms.capital[3:] == 8.0).all()


def test_a_share_of_zero_is_the_instrument_away_bit_for_bit():
    base = small("no-policy", horizon__until="2024Q4")
    off = base.with_changes({"policies.capacity_elimination": {"share": 0}})
    absent, zero = (result for _, result in worlds({"absent": base, "zero": off}, 5))
    for table in ("years", "cluster_years", "quarters", "city"):
        for name, values in getattr(absent, table).items():
            if name not in OWN:
                np.testing.assert_array_equal(values, getattr(zero, table)[name], name)


def test_it_lowers_energy_per_output_of_steel_and_cement_and_lets_fewer_new_plants_wait_for_credits():
    base = small("no-policy", horizon__until="2025Q4")
    close = {"policies.capacity_elimination": {"share": 0.1}}
    swap = {"policies.two_high_projects": {}}
    arms = {"base": base, "close": base.with_changes(close)}
    arms |= {"swap": base.with_changes(swap), "both": base.with_changes(close | swap)}
    intensity, held, exits, paid_out = ({name: 0.0 for name in arms} for _ in range(4))
    for seed in range(1, 4):
        for name, result in worlds(arms, seed):
            use, output = (result.cluster_years[o][-1][[STEEL, CEMENT]].sum() for o in ("energy_use", "output"))
            intensity[name] += use / output
            held[name] += result.years["swap_credits"][0]
            exits[name] += result.years["exits"].sum()
            paid_out[name] += result.years["public_cost"].sum()
    assert intensity["close"] < intensity["base"] and intensity["both"] < intensity["swap"]
    assert held["both"] > held["swap"]
    assert exits["close"] > exits["base"]
    assert paid_out["close"] > 0.0 == paid_out["base"] == paid_out["swap"]


def test_compensation_is_unconditional_money():
    spec = small("no-policy", horizon__until="2023Q4").with_changes({"policies.capacity_elimination": {}})
    values = attribution.split_world(spec, 1, True, "none", 0, 0)
    assert {part[2] for part in values["money"]} == {"unconditional"}


@pytest.mark.parametrize("name", drawn(["divide", "green-steel"], 2))
def test_the_scenarios_lower_what_their_question_asks_for(name):
    spec = small(name)
    arms, changes = arms_of(spec) | {"scenario": spec}, 0.0
    for seed in range(1, 4):
        ends = {arm: result.years[spec.answer.metric][-1] for arm, result in worlds(arms, seed)}
        changes += ends["scenario"] - ends["against"]
    assert changes < 0.0
