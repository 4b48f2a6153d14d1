"""What a scenario writes over the central outlook: worked by hand, refused in one line, nothing where it is absent."""

import math
from pathlib import Path

import numpy as np
import pytest

from sim import ClusterModel
from sim.calendar.quarter import FIRST, Quarter
from sim.calendar.schedule import Schedule
from sim.experiments.replicate import worlds
from sim.firms.commodities import COMMODITIES
from sim.outside.list_lines import ListLines
from sim.outside.pressure import SWINGS, Pressure
from sim.outside.shocks import spread_of_a_year
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.notes import notes
from sim.scenario.outlook import Outlook
from sim.scenario.reading import load
from sim.scenario.scenario import Scenario
from sim.scenario.schema import scenario_schema
from sim.tables.parameters import Parameters
from tests.changzhou import CHANGZHOU, IDENTIFIERS, table
from tests.conftest import small
from tests.lever_walk import OUTLOOK, OUTLOOK_NOT_WALKED
from tests.test_world_claims import at, draws, made_of, of_clusters, world

ONE, TWO = IDENTIFIERS[:2]
BOOM_AND_BUST = {"2022": "boom", "2024": "slump"}
CALM_PRICES = {f"{name}_price_drift": 0.0 for name in COMMODITIES} | {"deflator_growth": 0.0}
TINY = {"population__above_scale": 200, "population__below_scale": 40, "horizon__until": "2023Q4"}


def path(**steps):
    """A path from steps named q2022Q1 and so on."""
    return Schedule.of({Quarter.read(name.removeprefix("q")): value for name, value in steps.items()})


def grown(pressure, **numbers):
    """Growth of demand by quarter of 2022 to 2026 and cluster, without luck."""
    found = world(numbers=of_clusters("demand_growth", 0.1, -0.05) | numbers, pressure=pressure)
    return np.array([found.growth(FIRST + i) for i in range(20)])


# demand


def test_a_boom_is_as_many_standard_deviations_of_four_quarters_of_luck_as_the_number_says():
    """Four neighbours of an autoregression of 0.7: variance 4 + 2 x (3 x 0.7 + 2 x 0.49 + 0.343) of the level's own,
    which is 1 / 0.51 of the shock's.
    """
    size = 2.0 * 0.02 * math.sqrt(10.846 / 0.51)
    numbers = {
        "boom_size": 2.0,
        "cluster_shock_persistence": 0.7,
        f"{ONE}.cycle_spread": 0.02,
        f"{TWO}.cycle_spread": 0.1,
    }
    written = Pressure(demand={ONE: Schedule.constant("boom"), TWO: Schedule.constant("slump")})
    expected = [(math.log(1.1) + size) / 4.0, (math.log(0.95) - 5.0 * size) / 4.0, 0.0]
    trend = at(
        world(numbers=of_clusters("demand_growth", 0.1, -0.05) | numbers, pressure=written), "2025Q3"
    ).trend_growth
    np.testing.assert_allclose(trend[:3], expected)


@pytest.mark.parametrize("persistence", [0.0, 0.5, 0.9])
def test_the_spread_of_a_year_is_that_of_four_shocks_in_a_row(persistence):
    apart = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    variance = (persistence**apart).sum() / (1.0 - persistence**2)
    np.testing.assert_allclose(spread_of_a_year(np.array([0.03]), persistence), 0.03 * math.sqrt(variance))


def test_a_figure_is_points_of_growth_on_top_of_the_trend_and_of_what_all_clusters_are_shifted_by():
    written = Pressure(demand={ONE: path(q2022Q1=0.0, q2023Q3=0.05), TWO: path(q2022Q1="central")})
    found = world(numbers=of_clusters("demand_growth", 0.1, -0.05), demand_shift=0.02, pressure=written)
    growths = [at(found, label).demand_growth[:3] * 4.0 for label in ("2023Q2", "2023Q3", "2026Q4")]
    before, after = np.log([1.12, 0.97, 1.02]), np.log([1.17, 0.97, 1.02])
    np.testing.assert_allclose(growths, [before, after, after])


def test_a_boom_and_a_slump_as_long_leave_demand_where_it_would_have_been():
    written = Pressure(demand={ONE: Schedule.of({FIRST: "boom", FIRST + 8: "slump", FIRST + 16: "central"})})
    luck = {f"{ONE}.cycle_spread": 0.01}
    beyond = (grown(written, **luck) - grown(Pressure(), **luck)).cumsum(axis=0)
    assert beyond[7, 0] > 0.03 and abs(beyond[19, 0]) < 1e-12 and not beyond[:, 1:].any()


def test_the_path_of_the_modelled_industry_to_which_the_rest_of_the_city_answers_is_the_central_one():
    written = Pressure(demand={ONE: Schedule.constant(0.1)}, export_demand=Schedule.constant(-0.5))
    here, central = (world(demand_shift=0.01, pressure=p) for p in (written, Pressure()))
    quarter = Quarter.read("2025Q2")
    np.testing.assert_array_equal(here.central_trend(quarter), central.central_trend(quarter))
    np.testing.assert_array_equal(central.central_trend(quarter), central.real_trend(quarter))
    assert here.real_trend(quarter)[0] > central.real_trend(quarter)[0]


# exports


def test_orders_from_abroad_move_demand_by_the_share_that_is_exported_when_they_change_and_not_after():
    written = Pressure(export_demand=path(q2022Q1=0.0, q2023Q1=-0.3, q2024Q1=0.0))
    beyond = grown(written, **of_clusters("export_share", 0.2, 1.0)) - grown(Pressure())
    expected = np.zeros((20, 3))
    expected[4, :2] = np.log([0.94, 0.7])
    expected[8, :2] = -np.log([0.94, 0.7])
    np.testing.assert_allclose(beyond[:, :3], expected, atol=1e-15)


def test_a_dearer_dollar_brings_orders_from_abroad_by_the_elasticity():
    written = Pressure(exchange_rate=path(q2022Q1=0.0, q2022Q3=0.21), export_demand=Schedule.constant(-0.5))
    shares = of_clusters("export_share", 0.2, 0.4)
    beyond = (grown(written, export_elasticity=0.5, **shares) - grown(Pressure())).cumsum(axis=0)
    np.testing.assert_allclose(np.exp(beyond[[1, 2], 0]), [0.9, 0.8 + 0.2 * 0.5 * 1.1])
    np.testing.assert_allclose(np.exp(beyond[[1, 2], 1]), [0.8, 0.6 + 0.4 * 0.5 * 1.1])


def test_firms_do_not_take_a_fall_of_exports_for_the_trend():
    trends = [
        at(world(pressure=Pressure(export_demand=Schedule.constant(x))), "2022Q1").trend_growth for x in (0.0, -0.5)
    ]
    np.testing.assert_array_equal(*trends)


def test_the_exports_of_the_clusters_add_up_to_seven_tenths_of_the_trade_that_the_article_tells():
    rows = table()
    exports = sum(rows[f"{c}.export_share"].value * rows[f"{c}.output_2021"].value for c in IDENTIFIERS)
    assert exports == pytest.approx(0.7 * 3017.8, rel=0.01)


# prices


def test_a_dearer_commodity_raises_the_cost_of_who_buys_it_and_prices_follow_by_their_place_in_the_chain():
    """Metals are 0.2 of output and 0.4 of inputs; half dearer they raise cost by a tenth, of which half is passed on in
    the first quarter where `pass_through` is one.
    """
    numbers = CALM_PRICES | {"price_adjustment": 0.5, "margin_recovery": 0.0} | of_clusters("pass_through", 1.2, 0.6)
    found = world(made_of(), numbers=numbers, pressure=Pressure(prices={"metals": path(q2022Q1=0.0, q2023Q1=0.5)}))
    np.testing.assert_array_equal(at(found, "2022Q4").output_price, 1.0)
    now = at(found, "2023Q1")
    np.testing.assert_allclose(now.input_price, 1.2)
    np.testing.assert_allclose(now.output_price[:3], [1.06, 1.03, 1.0])
    np.testing.assert_allclose(at(found, "2026Q4").output_price[:2], [1.12, 1.06], atol=1e-4)


def test_what_is_written_of_a_commodity_comes_on_top_of_its_luck(monkeypatch):
    draws(monkeypatch, {("commodity price", "2022Q1", 0): 1.0})
    numbers = CALM_PRICES | {"commodity_spread": 0.1}
    plain, dearer = (
        at(world(made_of(), numbers=numbers, pressure=Pressure(prices={"metals": Schedule.constant(x)})), "2022Q1")
        for x in (0.0, 0.5)
    )
    np.testing.assert_allclose((1.0 + (dearer.input_price - 1.0) / 0.4) / (1.0 + (plain.input_price - 1.0) / 0.4), 1.5)


def test_every_commodity_that_a_cluster_buys_has_a_price_that_may_be_written():
    assert set(Outlook().pressure.prices) == set(COMMODITIES)
    written = {f"outlook.{name}_price": 0.1 * (place + 1) for place, name in enumerate(COMMODITIES)}
    prices = load("no-policy").with_changes(written).outlook.pressure.commodities([FIRST])
    np.testing.assert_allclose(np.exp(prices[0]), [1.1, 1.2, 1.3, 1.4, 1.5])


# core parts


def test_core_parts_that_are_twice_as_dear_cost_their_share_of_inputs_until_they_are_bought_at_home():
    numbers = CALM_PRICES | {"core_parts_replaced": 0.2} | of_clusters("core_parts_share", 0.1, 0.0)
    written = Pressure(core_parts_price=path(q2022Q1=0.0, q2023Q1=1.0, q2023Q3=0.0, q2024Q1=1.0))
    found = world(made_of(), numbers=numbers, pressure=written)
    prices = [at(found, q).input_price[:2] for q in ("2022Q4", "2023Q1", "2023Q2", "2023Q3", "2024Q1")]
    # a twentieth a quarter is replaced while they are dearer, and stays so
    np.testing.assert_allclose(prices, [[1.0, 1.0], [1.1, 1.0], [1.095, 1.0], [1.0, 1.0], [1.09025, 1.0]])


def test_a_dearer_dollar_makes_core_parts_dearer_in_yuan_too():
    numbers = CALM_PRICES | of_clusters("core_parts_share", 0.1, 0.0)
    written = Pressure(core_parts_price=Schedule.constant(0.5), exchange_rate=Schedule.constant(0.1))
    np.testing.assert_allclose(
        at(world(made_of(), numbers=numbers, pressure=written), "2022Q1").input_price[:2], [1.065, 1.0]
    )


def test_dearer_core_parts_are_passed_on_like_other_inputs_and_leave_the_path_of_a_usual_firm_where_it_was():
    numbers = CALM_PRICES | {"price_adjustment": 1.0, "margin_recovery": 0.0} | of_clusters("pass_through", 1.0, 0.5)
    numbers |= of_clusters("core_parts_share", 0.1, 0.1)
    now = at(world(made_of(), numbers=numbers, pressure=Pressure(core_parts_price=Schedule.constant(1.0))), "2022Q1")
    np.testing.assert_allclose(now.output_price[:2], [1.05, 1.025])
    # the rest of the city is held against the central path, so that it answers to what the shock takes from industry
    np.testing.assert_allclose(now.usual_ratio[:2], 1.0)


# lists


def test_the_line_in_dollars_and_the_exchange_rate_move_the_world_500_alone_and_no_year_that_is_known():
    written = Pressure(world_500_line=Schedule.constant(0.1), exchange_rate=path(q2022Q1=0.3, q2022Q3=0.2, q2024Q1=0.0))
    here, central = (ListLines(Parameters(), 1, "ex-ante", pressure) for pressure in (written, Pressure()))
    ratio = [here.at("world_500", year) / central.at("world_500", year) for year in (2021, 2022, 2023, 2024, 2025)]
    # the list of a year reads sales of the year before at that year's mean rate; those of 2021 are known
    np.testing.assert_allclose(ratio, [1.0, 1.1, 1.1 * 1.25, 1.1 * 1.2, 1.1])
    assert all(here.at("china_500", year) == central.at("china_500", year) for year in (2022, 2024, 2026))


# absent


def every_table(spec, seed=3):
    """Return every yearly number of a run."""
    result = ClusterModel(spec, seed=seed).run()
    return {**result.years, **{f"cluster {name}": values for name, values in result.cluster_years.items()}}


def test_an_outlook_that_says_central_at_length_is_the_one_that_says_nothing_to_the_bit():
    at_length = {name: {"2022": 0, "2023": 0.0, "2026": 0.3} for name in Outlook.model_fields if is_figure(name)}
    at_length["demand"] = {ONE: "central", TWO: {"2022": 0, "2026": "boom"}}
    plain = small("no-policy", **TINY)
    told, expected = every_table(plain.with_changes({"outlook": at_length})), every_table(plain)
    assert told.keys() == expected.keys() and {"exchange_rate", "core_parts_price", "coal_price"} <= at_length.keys()
    for name, values in expected.items():
        assert np.array_equal(values, told[name], equal_nan=True), name


def is_figure(name):
    """Whether a field of the outlook is a path of figures round a central one."""
    default = Outlook.model_fields[name].default
    return isinstance(default, Schedule) and name != "demand_shift"


# as it is written


def test_a_variant_adds_a_cluster_and_central_takes_all_back():
    spec = load("no-policy").with_changes({f"outlook.demand.{ONE}": BOOM_AND_BUST})
    both = spec.with_changes({f"outlook.demand.{TWO}": "5 %"})
    assert both.outlook.demand == {
        ONE: Schedule.of({FIRST: "boom", FIRST + 8: "slump"}),
        TWO: Schedule.constant(0.05),
    }
    assert both.with_changes({"outlook.demand": "central"}).outlook == load("no-policy").outlook
    step = both.with_changes({f"outlook.demand.{ONE}.2025": "central"})
    assert step.outlook.demand[ONE].steps[-1] == (Quarter.read("2025Q1"), "central")
    assert step.outlook.demand[ONE].at(Quarter.read("2024Q4")) == "slump"


def test_an_outlook_reads_back_as_it_was_resolved():
    changes = {f"outlook.demand.{ONE}": BOOM_AND_BUST, "outlook.coal_price": "20 %", "outlook.export_demand": -0.1}
    spec = load("no-policy").with_changes(changes)
    told = spec.resolved()["outlook"]
    assert told["demand"] == {ONE: {"2022Q1": "boom", "2024Q1": "slump"}} and told["coal_price"] == 0.2
    assert load("no-policy").with_changes({"outlook": told}).outlook == spec.outlook
    assert load("no-policy").resolved()["outlook"]["demand"] == "central"


@pytest.mark.parametrize("field", [f"demand.{ONE}", "metals_price", "demand_shift"])
def test_a_quarter_is_the_same_step_of_a_path_however_two_files_write_it(field):
    spec = load("no-policy").with_changes({f"outlook.{field}": {"2022Q1": 0.1, "2024Q1": 0.2, "2025": 0}})
    changed = spec.with_changes({f"outlook.{field}": {"2022": 0.05, "2024": 0.15}})
    assert (
        changed.outlook
        == load("no-policy").with_changes({f"outlook.{field}": {"2022": 0.05, "2024": 0.15, "2025": 0}}).outlook
    )
    assert set(changed.with_changes({f"outlook.{field}.2024": None}).steps(f"outlook.{field}")) == {"2022", "2025"}


@pytest.mark.parametrize(
    ("where", "value", "says"),
    [
        ("demand", "boom", "outlook.demand: boom must be central, or say a cluster first, like {CLUSTER: boom}"),
        ("demand", {"2022": "boom"}, "outlook.demand: {'2022': 'boom'} must be central, or say a cluster first"),
        (
            "demand",
            {"NEV": "boom"},
            "outlook.demand.NEV: is the code of new_energy_vehicles; write new_energy_vehicles",
        ),
        (
            "demand",
            {"quality_stel": "boom"},
            "unknown cluster 'quality_stel' (did you mean 'quality_steel'?); 'clustersim clusters' lists all",
        ),
        (
            f"demand.{ONE}",
            "bust",
            f"outlook.demand.{ONE}: 'bust' is neither a number nor one of central, boom, slump; write one of them, or "
            "a number like 0.05 or 5 %",
        ),
        (
            f"demand.{ONE}",
            {"2022": "boom", "2024": "sump"},
            f"outlook.demand.{ONE}.2024: 'sump' is neither a number nor",
        ),
        (
            f"demand.{ONE}",
            {"2024": "boom"},
            f"outlook.demand.{ONE}: begins in 2024Q1, and nothing says what holds before",
        ),
        (f"demand.{ONE}", "60 %", f"outlook.demand.{ONE}: '60 %' is out of range; write a number of at most 0.5"),
        ("metals_price", 2, "outlook.metals_price: 2 is out of range; write a number of at most 1, from -0.5 to 1"),
        ("copper_price", 1, "outlook.copper_price: unknown key 'copper_price'"),
    ],
)
def test_a_mistake_is_told_in_one_line_with_its_place(where, value, says):
    with pytest.raises(ScenarioError) as told:
        load("no-policy").with_changes({f"outlook.{where}": value})
    (line,) = str(told.value).splitlines()
    assert says in line


def test_a_file_names_the_line_of_a_cluster_that_the_city_does_not_have(tmp_path):
    head = "name: x\ntitle: {en: a, zh: b}\nquestion: {en: a, zh: b}\nsources: [own]\n"
    (tmp_path / "x.yaml").write_text(f"{head}outlook:\n  demand:\n    steel: boom\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        load(tmp_path / "x.yaml")
    (line,) = str(told.value).splitlines()
    assert "x.yaml:7:5: outlook.demand.steel: unknown cluster 'steel' (did you mean 'quality_steel'?)" in line


def test_a_boom_in_a_calm_world_is_told_to_be_nothing_before_the_run():
    spec = load("no-policy").with_changes({"outlook.calm": True, f"outlook.demand.{ONE}": BOOM_AND_BUST})
    (line,) = notes(spec)
    assert line.startswith(f"outlook.demand.{ONE}: boom and slump are measured by the luck of a cluster")
    assert not notes(spec.with_changes({"outlook.calm": False}))
    assert not notes(spec.with_changes({f"outlook.demand.{ONE}": 0.05}))


def test_the_list_of_levers_and_the_schema_offer_the_words_beside_the_figures():
    assert levers()["outlook.demand"].reach == "central, boom, slump, -0.25 .. 0.5"
    assert levers()["outlook.demand"].default == "central" and levers()["outlook.demand"].unit == "share"
    field = scenario_schema()["$defs"]["Outlook"]["properties"]["demand"]
    central, by_cluster = field["anyOf"]
    words, points, text, steps = by_cluster["additionalProperties"]["anyOf"]
    assert central == {"const": "central"} and steps["additionalProperties"]["anyOf"] == [words, points, text]
    assert words == {"enum": list(SWINGS)} and (points["minimum"], points["maximum"]) == (-0.25, 0.5)


def test_another_city_writes_paths_of_its_own_clusters():
    spec = load("no-policy", "tests/cities/fenghe")
    assert spec.with_changes({"outlook.demand": {"toys": "boom"}}).outlook.demand["toys"].at(FIRST) == "boom"
    with pytest.raises(ScenarioError, match=r"unknown cluster 'textiles'.* 'clustersim clusters --city"):
        spec.with_changes({"outlook.demand": {"textiles": "boom"}})


def test_every_cluster_says_what_it_exports_and_how_much_of_its_inputs_are_core_parts():
    for name in ("export_share", "core_parts_share"):
        rows = [CHANGZHOU.numbers[f"{c}.{name}"] for c in IDENTIFIERS]
        assert all(row.uncertain and row.grade == "assumed" and row.source != "judgement" for row in rows)
    assert isinstance(load("no-policy"), Scenario)


# what it does


def last_year(arms, outcome, seeds, year=-1):
    """Return an outcome by arm and world, in the last year or another."""
    found = {name: [] for name in arms}
    for seed in seeds:
        for name, result in worlds(arms, seed):
            found[name].append(float(result.years[outcome][year]))
    return {name: np.array(values) for name, values in found.items()}


def test_every_field_of_the_outlook_says_what_it_moves_or_where_it_is_held():
    assert set(OUTLOOK) | set(OUTLOOK_NOT_WALKED) == set(Outlook.model_fields)
    assert not set(OUTLOOK) & set(OUTLOOK_NOT_WALKED)
    for why in OUTLOOK_NOT_WALKED.values():
        assert Path(why.rpartition("held in ")[2]).is_file()


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(OUTLOOK))
def test_a_field_of_the_outlook_moves_its_outcome_beyond_three_paired_standard_errors(name):
    moves, base, found = OUTLOOK[name], small("no-policy"), []
    arms = {"base": base, "top": base.with_changes({f"outlook.{name}": moves.to})}
    while len(found) < 100:
        ends = last_year(arms, moves.outcome, range(len(found) + 1, len(found) + 11))
        found += list(moves.direction * (ends["top"] - ends["base"]))
        if np.mean(found) > 3.0 * np.std(found, ddof=1) / np.sqrt(len(found)) > 0.0:
            return
    pytest.fail(f"{name}: {moves.outcome} by {moves.direction * np.mean(found):+.4g}")


@pytest.mark.parametrize(
    ("scenario", "outcome", "direction"),
    [("commodity-squeeze", "loss_making_share", 1), ("foreign-shock", "gdp_real", -1)],
)
def test_a_shock_moves_what_it_asks_about_in_every_world(scenario, outcome, direction):
    spec = small(scenario, horizon__until="2023Q4", policies=None)
    found = last_year({"shock": spec, "central": spec.variant("central")}, outcome, (1, 2))
    assert (direction * (found["shock"] - found["central"]) > 0.0).all()


def test_a_boom_raises_the_output_of_its_cluster_and_the_value_added_of_the_city():
    spec = small("boom-and-bust", horizon__until="2023Q4", policies=None)
    results = dict(worlds({"central": spec, "boom": spec.variant("quality-steel")}, 1))
    steel = IDENTIFIERS.index("quality_steel")
    boom, central = (results[name].cluster_years["output"][-1] for name in ("boom", "central"))
    assert boom[steel] > 1.05 * central[steel]
    assert results["boom"].years["gdp_real"][-1] > results["central"].years["gdp_real"][-1]


def test_the_family_of_booms_and_busts_has_one_variant_for_each_cluster_and_each_writes_that_alone():
    spec = load("boom-and-bust")
    assert spec.outlook.demand == {}
    own = [name for name in spec.variants if name not in load("baseline-2022").variants]
    written = [spec.variant(name).outlook.demand for name in own]
    assert written == [{cluster: Schedule.of({FIRST: "boom", FIRST + 8: "slump"})} for cluster in IDENTIFIERS]
    assert [name.replace("-", "_") for name in own] == list(IDENTIFIERS)


@pytest.mark.parametrize("scenario", ["commodity-squeeze", "foreign-shock"])
def test_a_shock_is_asked_against_the_world_in_which_nothing_is_written(scenario):
    spec = load(scenario)
    assert spec.variant(spec.answer.against).outlook == load("baseline-2022").outlook != spec.outlook
