"""Wherever a scenario may hold a number the model is defined: no division by nothing, no infinite
value, nothing lost.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.behaviours.construction import build
from sim.behaviours.entry_exit import _attraction
from sim.calendar.quarter import FIRST
from sim.experiments.replicate import replicate
from sim.firms.technology import Technology, falls_behind, without_room
from sim.outside.world import World
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.reading import load
from sim.start.population import draft
from sim.tables import parameters
from sim.tables.parameters import Parameters
from sim.treasury.terms import Terms
from tests.changzhou import CHANGZHOU, IDENTIFIERS, table
from tests.policy_bench import plain_firms
from tools import ends

ENDS = list(ends.ends())
NUMBERS = [(end.path.removeprefix(ends.NUMBERS), end.value) for end in ENDS if end.path.startswith(ends.NUMBERS)]
LEVERS = [end for end in ENDS if not end.path.startswith(ends.NUMBERS)]
ONCE_UNDEFINED = [
    ("payout", 0.0),
    *((f"{c}.energy_share", 0.0) for c in IDENTIFIERS[:2]),
    *(pytest.param(f"{c}.energy_share", 0.0, marks=pytest.mark.slow) for c in IDENTIFIERS[2:]),
]


def _kind(name, value):
    """What an end has in common with others: its number's last name, or for those of the city its unit, and which end
    it is.
    """
    row = table()[name]
    scope, _, last = name.rpartition(".")
    return last if scope else row.unit, value == row.most


def _sample():
    """One end of every twelfth kind: those the table states itself, which others are guarded by, and the
    quarters and chances. Each costs a world and its twins; `make validate` tries all ends of all.
    """
    chosen = {}
    for name, value in NUMBERS:
        if value not in (0.0, 3.0 * table()[name].high):
            chosen.setdefault(_kind(name, value), (name, value))
    return list(chosen.values())[::12]


@pytest.mark.parametrize(("name", "value"), _sample(), ids=lambda end: f"{end}")
def test_one_number_of_every_twelfth_kind_runs_at_the_ends_that_the_table_states(name, value):
    assert ends.fault(f"{ends.NUMBERS}{name}", value, 0) == ""


@pytest.mark.parametrize(("name", "value"), ONCE_UNDEFINED)
def test_what_once_gave_tables_of_nothing_is_refused_and_runs_at_the_least_that_is_offered(name, value):
    least = table()[name].least
    with pytest.raises(
        ScenarioError, match=rf"parameters\.{name}: .* is out of reach; write a number from {least:g} to "
    ):
        ends.base().with_changes({f"{ends.NUMBERS}{name}": value})
    assert least > 0.0
    assert ends.fault(f"{ends.NUMBERS}{name}", least, 0) == ""


@pytest.mark.parametrize("end", [end for end in LEVERS if isinstance(end.value, float)][::32], ids=str)
def test_one_in_thirty_of_the_levers_runs_at_their_ends(end):
    row = ends.try_out(end, [0])
    assert (row.bad, row.error, row.refused) == (False, "", "")


@pytest.mark.slow
@pytest.mark.parametrize("end", ENDS, ids=str)
def test_every_number_and_lever_runs_at_both_ends(end):
    row = ends.try_out(end)
    assert (row.bad, row.error) == (False, "")


def test_every_lever_of_every_instrument_is_tried_at_each_end_or_word_but_its_own_value():
    tried = {end.path for end in ENDS}
    assert tried >= {path for path in levers() if path.startswith(ends.POLICIES)}
    fund, rule = levers()["policies.policy_fund.co_investment"], levers()["policies.energy_budget.rule"]
    assert ends.of_lever(fund) == [1e-6, 16.0]
    rules = ["key-users", "proportional", "grandfathered", "benchmark", "tradable", "rationing"]
    assert ends.of_lever(rule) == rules
    held = ends.changes(ends.End("policies.peak_climbing.weight_green", 1.0))
    assert held == {"policies.peak_climbing": {"weight_innovation": 0.0, "weight_output": 0.0, "weight_green": 1.0}}
    paid = ends.End("policies.scale_up.cap", 1e7)
    assert ends.changes(paid) == {paid.path: 1e7, "envelope.amount_a_year": 1e7}


def test_a_row_is_bad_where_a_world_fails_or_is_undefined_and_says_so_in_a_line(monkeypatch):
    end = ends.End("parameters.payout", 0.5)
    fine = ends.try_out(end, [0])
    assert (fine.bad, fine.undefined, fine.error) == (False, 0, "")

    def broken(spec, seed, world):
        raise ZeroDivisionError("float division\nby zero")

    ends.undefined_anyway(0)
    monkeypatch.setattr(ends, "replicate", broken)
    row = ends.try_out(end, [0, 1])
    assert row.bad and row.error == "world 0: ZeroDivisionError: float division by zero"
    assert ends.line(row).startswith("BAD  parameters.payout ")
    refused = ends.try_out(ends.End("parameters.payout", 0.0), [0])
    assert not refused.bad and "out of reach" in ends.line(refused)


def test_what_is_undefined_is_found_in_any_table_but_not_over_a_whole_that_is_nothing_by_right():
    found = replicate(ends.base(), ends.SEED, 0)
    found.cluster_years["output"][1, 3] = np.inf
    found.years["fund_outlay"][:] = 0.0, 5.0
    found.years["fund_leverage_additional"][:] = np.nan
    for quarter, cut in enumerate((0.0, 5.0)):  # nobody was cut, somebody was
        found.quarters["energy_cut"][quarter, 2], found.quarters["energy_cut_price"][quarter, 2] = cut, np.nan
    new = ends.undefined(found) - ends.undefined_anyway(0)
    assert new == {
        ("cluster_years.output", 13),
        ("years.fund_leverage_additional", 1),
        ("quarters.energy_cut_price", 12),
    }


def test_a_number_beyond_its_reach_is_refused_with_the_reach():
    for name, value, reach in (
        ("energy_price", 0, "0.0001 to 0.0075"),
        ("list_common_share", 1.5, "0 to 1"),
        ("payout", 1.1, "0.01 to 1"),
        ("customers_leave", 1.2, "0 to 1"),
        ("credit_pace", 1.1, "0 to 1"),
        ("credit_limit", 6, "0 to 5.4"),
    ):
        with pytest.raises(ScenarioError, match=rf"parameters.{name}.*{reach} "):
            ends.base().with_changes({f"parameters.{name}": value})


@pytest.mark.parametrize(
    ("changes", "cluster"),
    [
        ({"quality_steel.output_2021": 10}, "quality_steel"),
        ({"high_end_equipment.output_2021": 10}, "high_end_equipment"),
        ({"energy_price": 0.0075}, "quality_steel"),
        ({"energy_price": 0.004, "industrial_energy": 4000}, "quality_steel"),  # each of them alone leaves room
    ],
)
def test_numbers_that_together_leave_nothing_for_inputs_are_refused_in_a_line(changes, cluster):
    with pytest.raises(ScenarioError) as caught:
        ends.base().with_changes({f"parameters.{name}": value for name, value in changes.items()})
    assert any(f"parameters: value added and energy leave {cluster} " in line for line in caught.value.problems)


def test_what_is_left_for_inputs_is_one_less_value_added_and_energy_at_the_high_end():
    held = {"quality_steel.output_2021": 500, "quality_steel.energy_share": 0.5, "industrial_energy": 2000}
    # 0.5 x 20 million tce x 2,500 yuan = 25 billion yuan of energy, half of output; value added is 0.206 x 1.0823
    assert without_room(CHANGZHOU, held)["quality_steel"] == pytest.approx(1.0 - 0.5 - 0.206 * 1.0823)
    assert without_room(CHANGZHOU, {}) == {}


def test_entry_answers_to_a_margin_above_the_usual_one_with_more_firms_even_in_a_trade_that_loses_money():
    usual = SimpleNamespace(profit=np.array([0.05, -0.02, 0.0]))
    setting = SimpleNamespace(numbers=Parameters(), technology=usual, terms=Terms(3))
    firms = SimpleNamespace(
        cluster_sum=lambda column: column,
        revenue=np.full(3, 100.0),
        profit=np.array([6.0, -1.0, 0.0]),
    )
    # half of the rise over the usual margin: 0.01 over 0.05, 0.01 over the lowest margin of 0.005, none
    np.testing.assert_allclose(_attraction(firms, setting, np.ones(3)), [1.1, 2.0, 1.0])


def test_prices_fall_by_no_more_than_all_that_is_bought_however_strongly_they_answer_to_cost():
    numbers = Parameters().replace(
        {
            "quality_steel.pass_through": 3.6,
            "price_adjustment": 1.0,
            "margin_recovery": 0.0,
            "commodity_spread": 0.0,
            "metals_price_drift": -0.42,
            "ores_price_drift": -0.42,
            "coal_price_drift": -0.6,
        }
    )
    technology, end = Technology.of(numbers), FIRST + 11
    steel, now = IDENTIFIERS.index("quality_steel"), World(numbers, technology, 1, end).at(end)
    # metals, ores and coal are half of output and cost three fifths less: 3.6 times that is more than the whole price
    assert now.output_price[steel] / now.deflator == pytest.approx(
        1.0 - technology.materials[steel] - technology.energy[steel]
    )


@pytest.mark.parametrize("rate", [0.09, 0.14, 0.42])
def test_there_is_a_place_for_every_firm_that_may_enter_at_any_rate_of_entry(rate):
    numbers = Parameters().replace({"entry_rate": rate})
    firms = draft(numbers, 600, 600, 1, FIRST).firms
    # twice the usual entry, out of a reservoir that grew by 2 % a year for 8.75 years
    starting = firms.first_entrant - firms.start
    np.testing.assert_array_equal(firms.places[0], np.ceil(rate / 4.0 * 2.0 * 1.02**8.75 * starting))


@pytest.mark.parametrize(
    ("held", "places"),
    [({}, 2), ({"major_project_new_plant_share": 0.15}, 2), ({"major_project_new_plant_share": 0.45}, 6)],
)
def test_a_cluster_has_places_for_its_share_of_the_plants_that_newcomers_sign(held, places):
    # 111 projects a year, 0.45 of them new plants, 0.45 of these in one cluster: 5.6 a quarter
    assert (draft(Parameters().replace(held), 600, 600, 1, FIRST).firms.places[1] == places).all()


TOGETHER = [
    (end, calm, shift) for end in ("least", "most") for calm, shift in ((False, 0.0), (True, 0.0), (False, -0.2))
]


def _tiny(changes):
    spec = load("baseline-2022").with_changes(
        {"horizon.until": "2022Q4", "population.above_scale": 200, "population.below_scale": 200} | changes
    )
    return replicate(spec, ends.SEED, 0)


@pytest.mark.slow
@pytest.mark.parametrize(("end", "calm", "shift"), TOGETHER)
def test_a_number_of_all_clusters_runs_at_its_ends_together_in_a_calm_world_and_in_one_that_shrinks(end, calm, shift):
    world = {"outlook.calm": calm, "outlook.demand_shift": shift}
    anyway, faults = ends.undefined(_tiny(world)), {}
    for name in sorted({name.split(".")[1] for name in table() if name.partition(".")[0] in IDENTIFIERS}):
        held = {
            f"parameters.{c}.{name}": getattr(table()[f"{c}.{name}"], end)
            for c in IDENTIFIERS
            if f"{c}.{name}" in table()
        }
        try:
            faults[name] = ends.undefined(_tiny(world | held)) - anyway
        except ScenarioError:
            continue
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize("changes", [{"outlook.calm": True}, {"outlook.demand_shift": -0.2}])
def test_research_that_hardly_fades_is_defined_in_a_still_and_in_a_shrinking_world(changes):
    assert ends.undefined(_tiny(changes | {"parameters.research_wear": 0.01})) <= ends.undefined(_tiny(changes))


def test_a_research_stock_falls_behind_sales_by_its_wear_and_their_growth_but_never_by_less_than_half_its_wear():
    np.testing.assert_allclose(falls_behind(0.2, np.array([0.1, -0.05, -0.3])), [0.3, 0.15, 0.1])


def test_a_distribution_whose_lower_end_lies_above_its_upper_end_is_refused_with_both_numbers():
    for changes, line in (
        (
            {"signing_to_production_shortest": 14},
            "signing_to_production_shortest (14) lies above signing_to_production_longest (11)",
        ),
        (
            {"major_project_low": 900, "major_project_high": 600},
            "major_project_low (900) lies above major_project_high (600)",
        ),
    ):
        with pytest.raises(ScenarioError) as caught:
            ends.base().with_changes({f"parameters.{name}": value for name, value in changes.items()})
        assert any(line in problem for problem in caught.value.problems)


def test_every_number_that_is_a_lower_end_has_its_upper_end_in_the_table_and_none_are_crossed_as_they_are():
    assert parameters.crossed(CHANGZHOU, {}) == []
    assert parameters.ends(CHANGZHOU)["growth_size_low"] == "growth_size_high"
    assert {name for name in table() if name.endswith(("_low", "_shortest"))} == set(parameters.ends(CHANGZHOU))
    assert {name for name in table() if name.endswith("_longest")} <= set(parameters.ends(CHANGZHOU).values())


@pytest.mark.parametrize("quarters", [1, 4])
def test_a_retrofit_costs_its_dip_while_it_runs_in_and_brings_its_gain_after_it(quarters):
    firms, held = plain_firms(), {"digital_dip_quarters": quarters, "digital_dip": 0.01, "digital_gain": 0.05}
    numbers = Parameters().replace(held)
    firms.digital_effect[:], firms.digital_spending[0] = 1.0, 1.0
    setting = SimpleNamespace(
        numbers=numbers,
        technology=Technology.of(numbers),
        conditions=SimpleNamespace(deflator=1.0),
        terms=Terms(firms.rows),
        building_time=lambda: numbers.delivery_quarters,
    )
    for _ in range(quarters):
        build(firms, setting)
        assert firms.digital_effect[0] == pytest.approx(np.exp(-0.01))
        firms.digital_spending[0] = 0.0
    build(firms, setting)
    assert firms.digital_effect[0] == pytest.approx(1.05)
    with pytest.raises(ScenarioError, match="digital_dip_quarters: 0 is out of reach; write a number from 1"):
        ends.base().with_changes({"parameters.digital_dip_quarters": 0})


def test_the_ends_that_a_message_offers_are_accepted():
    assert all(float(f"{end:g}") == end for row in table().values() for end in (row.least, row.most))
    assert (
        ends.base()
        .with_changes({"parameters.major_project_new_plant_share": 0.45})
        .parameters["major_project_new_plant_share"]
        == 0.45
    )


def test_ranges_lie_within_the_reach():
    assert all(row.least <= row.low <= row.value <= row.high <= row.most for row in table().values())
