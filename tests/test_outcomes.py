"""Outcomes are declared whole: each is measured once, adds up as its kind says,
and is asked for only where it can answer.
"""

import dataclasses
import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim import policies as registry
from sim.experiments import compare, search, sensitivity, sweep
from sim.experiments.arms import measure
from sim.experiments.comparison_tables import comparison_table, ranking_table
from sim.experiments.replicate import replicate
from sim.experiments.run import run
from sim.experiments.variance import sobol_indices
from sim.measure.adding_up import together
from sim.model import ClusterModel
from sim.report import comparison_console
from sim.report.comparison_console import _difference
from sim.report.experiment_figures import _sweep
from sim.report.figures import close
from sim.report.quoted import NO_VALUE, changed, counted
from sim.scenario.asking import ask, may_be_asked, read_bound
from sim.scenario.files import ScenarioError
from sim.tables import catalogue, files
from sim.tables.catalogue import (
    BEFORE,
    CITY,
    CLUSTER,
    COST,
    NEITHER,
    OBJECTIVE,
    QUOTIENTS,
    SHOWN,
    SIZE,
    TARGET,
    listed,
    names,
    outcomes,
)
from tests.changzhou import CHANGZHOU, NAMES
from tests.conftest import small

TINY = {"population__above_scale": 150, "population__below_scale": 150, "horizon__until": "2022Q4"}
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def package():
    return small("baseline-2022", **TINY)


@pytest.fixture(scope="module")
def nothing():
    return small("no-policy", **TINY)


# rows


def test_a_name_that_a_row_joins_to_exists():
    for o in outcomes().values():
        assert {o.part, o.whole, o.less} - {""} <= set(outcomes()), o.name
        assert o.column in ("", *NAMES), o.name
        assert o.needs in ("", *registry.names()), o.name


def test_a_row_is_whole():
    for o in outcomes().values():
        assert CHINESE.search(o.chinese) and CHINESE.search(o.meaning_zh) and CHINESE.search(o.read_unit + "中"), o.name
        assert o.english and o.meaning and o.unit and not CHINESE.search(o.english + o.meaning + o.unit), o.name
        assert (o.sign != 0.0) == (o.better != NEITHER)
        assert o.kind != "flow" or o.period != "at the end", f"{o.name}: a flow takes time"
        assert o.kind != "stock" or o.period == "at the end", f"{o.name}: a stock is what is there"
        assert not (o.whole and o.kind not in QUOTIENTS), f"{o.name}: only a quotient has a whole"
        assert o.kind not in QUOTIENTS or CLUSTER not in o.levels or (o.part and o.whole), (
            f"{o.name}: by cluster, so of what over what?"
        )
        assert not o.against or o.part, f"{o.name}: beyond a twin, so of what?"
        assert o.levels or not (o.uses or set(o.places)), f"{o.name}: is told nowhere, so nobody can ask for it"


def test_what_may_be_asked_is_told_for_the_city_and_a_rank_has_a_better_end():
    for o in outcomes().values():
        assert not o.uses or CITY in o.levels, o.name
        assert OBJECTIVE not in o.uses or (not o.against and o.better != NEITHER), o.name
        assert COST not in o.uses or not o.against, o.name


def test_places_in_a_list_that_is_shown_are_numbered_once():
    for place in (CLUSTER, SIZE, *(s for s in SHOWN if s != "run")):
        assert [o.places[place] for o in listed(place)] == list(range(1, len(listed(place)) + 1)), place
    assert all(CITY in o.levels for place in SHOWN for o in listed(place))


def test_the_lists_people_know_stand_in_their_order():
    assert names("effects") == (
        "gdp_real",
        "investment_since_start",
        "energy_use",
        "crossings_real",
        "world_500_firms",
        "national_little_giants",
    )
    assert names("curves") == ("gdp_real", "energy_use", "public_cost", "world_500_firms")
    assert names(SIZE) == ("revenue", "profit", "firms", "awards")


# measured, both ways


def test_every_row_is_measured_or_made_and_every_measure_has_a_row(package):
    model = ClusterModel(package, seed=1)
    result = model.run()
    by_level = {
        CLUSTER: set(model.record.clusters[-1]),
        CITY: set(model.record.city[-1]) | set(model.record.years[-1]),
        SIZE: set(result.size_years),
    }
    measured = set().union(*by_level.values())
    assert measured <= set(outcomes()), f"no row for {measured - set(outcomes())}"
    made = {o.name for o in outcomes().values() if o.part}
    assert set(outcomes()) - measured <= made, f"nothing measures {set(outcomes()) - measured - made}"
    used = {name for o in outcomes().values() for name in (o.part, o.whole, o.less)}
    for level, found in by_level.items():
        idle = {name for name in found if level not in outcomes()[name].levels and name not in used}
        assert not idle, f"{idle} are measured by {level}, and nobody is told"
    twice = {o.name for o in listed(CITY) if o.part and o.name in by_level[CITY]}
    assert not twice, f"{twice} are measured for the city and made of others too"
    assert set(result.size_years) == set(names(SIZE))


def test_the_tables_of_a_run_hold_every_outcome_and_no_other(package):
    found = run(package, replications=2)
    assert list(dict.fromkeys(found.summary["outcome"])) == list(names(CITY))
    assert tuple(dict.fromkeys(found.clusters["outcome"])) == names(CLUSTER)
    assert tuple(found.quarters["outcome"].cat.categories) == names(CLUSTER)


def test_the_tables_of_experiments_hold_every_outcome_that_needs_no_twin(package, nothing):
    alone = {o.name for o in listed(CITY) if not o.against}
    compared = compare.compare(nothing, {"package": package}, pairs=2)
    assert set(compared.comparison["outcome"][~compared.comparison["outcome"].str.startswith("target:")]) == alone
    for level in (CLUSTER, SIZE):
        assert tuple(dict.fromkeys(compared.winners.query(f"level == '{level}'")["outcome"])) == names(level)
    swept = sweep.sweep(package, ["policies.energy_budget.extra_tightening=0,0.1"], replications=1)
    assert set(swept.points["outcome"]) == alone and alone <= set(swept.sweep.columns)


def test_every_value_lies_within_the_bounds_of_its_row(package, nothing):
    for spec in (package, nothing):
        result = replicate(spec, 1, 0)
        for values in (result.years, result.cluster_years, result.size_years, result.quarters):
            for name in values.keys() & outcomes().keys():
                o = outcomes()[name]
                inside = (values[name] >= o.low - 1e-9) & (values[name] <= o.high + 1e-9)
                assert (inside | np.isnan(values[name])).all(), name


@pytest.fixture
def more_rows(monkeypatch):
    """Return a function that adds a row to a copy of the table for the length of a test."""
    whole = files.read("outcomes")

    def add(**cells):
        rows = list(whole)
        given = {
            "unit": "million yuan",
            "read_unit": "亿元",
            "read_factor": "0.01",
            "kind": "flow",
            "period": "of the year",
            "better": "more",
        }
        row = {name: (given | cells).get(name, "") for name in rows[0]}
        rows.append(row)
        monkeypatch.setattr(catalogue, "read", lambda table: list(rows))
        outcomes.cache_clear()
        listed.cache_clear()

    yield add
    monkeypatch.undo()
    outcomes.cache_clear()
    listed.cache_clear()


def test_one_row_is_all_that_a_new_flow_of_firms_takes(more_rows, package, nothing):
    more_rows(
        outcome="interest_paid",
        name_en="Interest",
        name_zh="利息",
        column="interest",
        part="interest_paid",
        city="1",
        cluster="16",
        objective="1",
        meaning="interest of firms",
        meaning_zh="企业利息",
    )
    result = replicate(package, 1, 0)
    assert result.cluster_years["interest_paid"].sum() > 0.0
    np.testing.assert_allclose(result.years["interest_paid"], result.quarters["interest_paid"].sum())
    assert compare.plan(nothing, {"p": package}, objective="interest_paid").objective == "interest_paid"
    assert "利息" in CliRunner().invoke(cli.main, ["outcomes", "interest"]).output


def test_a_row_that_nothing_measures_gives_no_zeros(more_rows, package):
    more_rows(outcome="dreams", name_en="Dreams", name_zh="梦", cluster="16", meaning="none", meaning_zh="无")
    with pytest.raises(KeyError, match="dreams"):
        ClusterModel(package, seed=1).run()


def test_a_word_that_no_column_knows_is_refused(more_rows):
    more_rows(outcome="x", name_en="X", name_zh="某", kind="flux", meaning="x", meaning_zh="某")
    with pytest.raises(ValueError, match="x: kind 'flux' is none of flow, stock, count, ratio, share, price"):
        outcomes()


# adding up, in real runs; by hand in test_adding_up_claims


def test_energy_per_gdp_is_a_quotient_of_sums_in_a_real_run(package):
    model = ClusterModel(package, seed=1)
    result = model.run()
    use, real = (
        sum(np.sum(row[name]) for row in rows)
        for name, rows in (("energy_use", model.record.clusters), ("gdp_real", model.record.city))
    )
    assert result.years["energy_intensity"][0] == pytest.approx(use / real, rel=1e-12)


def test_the_second_year_sums_what_flows_takes_the_last_of_what_stands_and_goes_on_since_the_start(package):
    result = ClusterModel(package.with_changes({"horizon.until": "2023Q4"}), seed=1).run()
    for name in ("energy_use", "investment", "research"):
        assert result.years[name][1] == pytest.approx(result.quarters[name][4:].sum(), rel=1e-12), name
    for name in ("entries", "public_cost", "gdp", "energy_cap"):
        assert result.years[name][1] == pytest.approx(result.city[name][4:].sum(), rel=1e-12), name
    assert (
        result.years["above_scale_firms"][1]
        == result.quarters["above_scale_firms"][-1].sum()
        == result.cluster_years["above_scale_firms"][1].sum()
    )
    assert result.years["industrial_output"][1] == pytest.approx(result.quarters["revenue"][4:].sum(), rel=1e-12)
    private, paid = (result.city[name].sum() for name in ("fund_private", "fund_outlay"))
    assert result.years["fund_leverage_attributed"][1] == pytest.approx(private / paid, rel=1e-12)


def test_fund_money_not_taken_up_is_what_was_promised_less_what_was_paid_in_every_world(package, nothing):
    arms = {
        "nothing": nothing,
        "small": package.with_changes({"policies.policy_fund.amount_a_year": 100.0}),
        "package": package,
    }
    for world in range(2):
        found = {name: {k: v[0] for k, v in arm["years"].items()} for name, arm in measure(arms, 1, world).items()}
        assert found["nothing"]["fund_not_taken_up"] == 0.0
        assert found["package"]["fund_not_taken_up"] == 10_000.0 - found["package"]["fund_outlay"]
        assert found["small"]["fund_not_taken_up"] == pytest.approx(100.0 - found["small"]["fund_outlay"], abs=1e-9)


# what a comparison makes of it


def test_the_cost_of_a_flow_counts_all_years_and_that_of_a_ratio_its_year():
    """Paid 4 and 6. GDP 1 and 3 more: 10 for 4. Energy per GDP 0.1 and 0.2 less: 10 for 0.2 less, not for 0.3,
    and a unit less is what is wanted.
    """
    worlds = np.ones((3, 1))
    base = {"public_cost": worlds * [0.0, 0.0], "gdp": worlds * [50.0, 50.0], "energy_intensity": worlds * [1.0, 1.0]}
    more = {"public_cost": worlds * [4.0, 6.0], "gdp": worlds * [51.0, 53.0], "energy_intensity": worlds * [0.9, 0.8]}
    table = comparison_table({"base": base, "more": more}, [2022, 2023], {"base": {}, "more": {}})
    cost = table[table["year"] == 2023].set_index("outcome")["cost_per_unit"]
    assert cost["gdp"] == pytest.approx(2.5)
    assert cost["energy_intensity"] == pytest.approx(50.0)
    assert math.isnan(cost["public_cost"])


def test_the_cost_of_what_happens_in_a_year_counts_all_years_and_that_of_what_has_been_counted_its_last():
    """Paid 4 and 6. Promotions 1 and 3 more: 10 for 4. Investment since the start 8 more, and 20: 10 for 20."""
    worlds = np.ones((3, 1))
    base = {name: worlds * [0.0, 0.0] for name in ("public_cost", "promotions", "investment_since_start", "champions")}
    more = dict(zip(base, (worlds * [4.0, 6.0], worlds * [1.0, 3.0], worlds * [8.0, 20.0], worlds * 2.0), strict=True))
    more["champions"] = worlds * [1.0, 2.0]
    table = comparison_table({"base": base, "more": more}, [2022, 2023], {"base": {}, "more": {}})
    cost = table[table["year"] == 2023].set_index("outcome")["cost_per_unit"]
    assert [cost[name] for name in list(base)[1:]] == pytest.approx([2.5, 0.5, 5.0])


def test_what_has_no_value_on_one_side_is_not_comparable_and_a_payment_of_what_is_not_there_is_nought():
    """Of every outcome, whichever side lacks it: no difference, and never that it cannot be told from zero."""
    from sim.measure.measures import _of_instruments

    known, missing = np.array([[1.0], [2.0], [4.0]]), np.full((3, 1), np.nan)
    for outcome in (o for o in listed(CITY) if o.name != "public_cost"):
        for before, after in ((missing, known), (known, missing), (missing, missing)):
            sides = {"base": {outcome.name: before}, "more": {outcome.name: after}}
            arms = {name: side | {"public_cost": known} for name, side in sides.items()}
            table = comparison_table(arms, [2022], {"base": {}, "more": {}}).set_index("outcome")
            row = table.loc[outcome.name]
            assert math.isnan(row["difference"]) and row["found"] == "not comparable", outcome.name
            figures = (row["difference"], row["low"], row["high"])
            assert changed(outcome, row, figures, 3) == " ".join(NO_VALUE)
    absent = {name: value for name, value in _of_instruments({}).items() if not outcomes()[name].needs}
    assert absent and set(absent.values()) == {0.0}


@pytest.mark.parametrize(
    ("money", "gdp", "cost", "found"),
    [
        ([4.0, 5.0, 6.0], [1.0, 1.0, 1.0], 5.0, "cost"),
        ([-4.0, -5.0, -6.0], [-1.0, -1.0, -1.0], 5.0, "cost"),
        ([-4.0, -5.0, -6.0], [1.0, 1.0, 1.0], None, "costs less and brings more"),
        ([4.0, 5.0, 6.0], [-1.0, -1.0, -1.0], None, "costs more and brings less"),
        ([0.0, 5.0, 10.0], [1.0, 1.0, 1.0], None, "money not told from zero"),
        ([4.0, 5.0, 6.0], [0.0, 5.0, 10.0], None, "not told from zero"),
        ([0.0, 0.0, 0.0], [1.0, 1.0, 1.0], None, "no money"),
        ([4.0, 5.0, 6.0], [0.0, 0.0, 0.0], None, "no effect"),
        ([4.0, 5.0, 6.0], [1e-3, 1e-3, 1e-3], None, "smaller than what is shown"),
    ],
)
def test_a_cost_per_unit_is_never_negative_and_the_table_says_why_there_is_none(money, gdp, cost, found):
    """The same of energy, of which less is better: what is less of it is more of what is wanted."""
    base = {name: np.ones((3, 1)) for name in ("public_cost", "gdp", "energy_use")}
    moved = {"public_cost": money, "gdp": gdp, "energy_use": [-1e4 * v for v in gdp]}
    more = {name: base[name] + np.array(moved[name])[:, None] for name in base}
    table = comparison_table({"base": base, "more": more}, [2022], {"base": {}, "more": {}}).set_index("outcome")
    gdp_cost, energy = table.loc["gdp"], table.loc["energy_use"]
    assert gdp_cost["found"] == found and (energy["found"] == found or found == "smaller than what is shown")
    figures = gdp_cost[["cost_per_unit", "cost_low", "cost_high"]]
    assert figures.isna().all() if cost is None else (figures > 0.0).all() and figures.iloc[0] == pytest.approx(cost)
    if cost:
        assert energy["cost_per_unit"] == pytest.approx(cost / 1e4)


@pytest.mark.parametrize(("outcome", "sign"), [("gdp", 1.0), ("energy_use", -1.0)])
def test_the_screen_says_what_costs_less_and_does_better_and_the_reverse(outcome, sign):
    no_cost = dict.fromkeys(("cost_per_unit", "cost_low", "cost_high"), math.nan)
    better, worse = ({"difference": d, "difference_median": d, **no_cost} for d in (sign, -sign))
    line = told(outcome, found="costs less and brings more", **better)
    assert "costs less and does better, so no cost is given 花费更少而成效更好，不给出单位成本" in line
    line = told(outcome, found="costs more and brings less", **worse)
    assert "costs more and does worse, so no cost is given 花费更多而成效更差，不给出单位成本" in line
    assert "2022-2025 together" in line and "of public money" not in line


@pytest.mark.parametrize("outcome", listed(CITY), ids=lambda outcome: outcome.name)
def test_years_are_added_of_what_happens_in_a_year_and_of_nothing_else(outcome):
    """Over three years of which the last has 3: all of them, or the last alone."""
    summed = outcome.kind in ("flow", "count") and outcome.period == "of the year"
    assert together(outcome, np.array([1.0, 2.0, 3.0]))[-1] == (6.0 if summed else 3.0)
    assert (counted(outcome, 2022, 2024)[0] == "2022-2024 together") == (summed or outcome.period == "since the start")


def ranked(spec, objective, base, other):
    values = {
        n: {arm: {"years": {objective: [level]}} for arm, level in ((spec.name, base), ("other", other))}
        for n in range(2)
    }
    return (
        compare.Comparison({spec.name: spec, "other": spec}, objective=objective)
        ._ranking(values)
        .set_index("arm")["chance_best"]
    )


def test_the_best_arm_has_less_of_what_is_better_when_there_is_less(nothing):
    assert ranked(nothing, "energy_use", 2.0, 1.0)["other"] == 1.0
    assert ranked(nothing, "gdp_real", 2.0, 1.0)["other"] == 0.0
    target = {"name": "t", "title": {"en": "t", "zh": "t"}, "metric": "energy_use", "by": 2022}
    wants_more = nothing.with_changes({"targets": [{**target, "at_least": 1}]})
    assert ranked(wants_more, "energy_use", 2.0, 1.0)["other"] == 0.0  # a target says itself which end it asks for


def test_worlds_without_a_value_rank_nothing():
    nan = math.nan
    table = ranking_table(["a", "b"], np.array([[3.0, nan, 1.0], [1.0, 5.0, 2.0]])).set_index("arm")
    assert table["chance_best"].to_list() == [0.5, 0.5]
    assert table["mean_regret"].to_list() == [0.5, 1.0]
    assert ranking_table(["a", "b"], np.full((2, 3), nan)).drop(columns="arm").isna().all(axis=None)


def test_shares_of_variance_by_hand_and_their_intervals_follow_from_the_seed():
    """A 0101, B 0011 (mean 1/2, variance 1/4); with number 1 of B the value is B's, with number 2 of B A's but for the
    third, one more.

    First order of 2: (1 - 1/2) x 1 / 4 / (1/4) = 1/2; total: 1/4 / (2 x 1/4) = 1/2.
    """
    a, b = [0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0]
    found = np.array([a, b, b, [0.0, 1.0, 1.0, 1.0]]).ravel()
    once, again = (sobol_indices(found, 2, np.random.default_rng(1)) for _ in range(2))
    assert once[:, [0, 3]].tolist() == [[1.0, 1.0], [0.5, 0.5]]
    np.testing.assert_array_equal(once, again)
    assert not sobol_indices(np.ones(16), 2, np.random.default_rng(1)).any()


def told(outcome, *, spends=True, **other):
    """Return the line about an outcome of which a variant has one more, at 2 million yuan of public money."""
    row = {
        "outcome": outcome,
        "level": 3.0,
        "base": 2.0,
        "difference": 1.0,
        "low": 0.5,
        "high": 1.5,
        "cost_per_unit": 2.0,
        "cost_low": 1.0,
        "cost_high": 3.0,
        "found": "cost",
        "year": 2025,
        "pairs": 40,
        "difference_median": 1.0,
        "above_zero": 1.0,
        "below_zero": 0.0,
        **{f"{arm}_{part}": 2.0 for arm in ("level", "base") for part in ("median", "p5", "p95")},
    }
    (line,) = _difference(SimpleNamespace(**row | other), 2022, spends=spends)
    return line


def test_the_cost_of_one_more_is_told_where_more_is_better_and_of_flows_over_all_years():
    assert "one more 亿元 (2022-2025 together 2022—2025年累计) took 2 [1, 3] 亿元 of public money" in told("gdp")
    assert "one more 家 took 0.02 [0.01, 0.03] 亿元 of public money, 2022-2025 together" in told("world_500_firms")
    assert "took" not in told("gdp", spends=False)
    assert "took" not in told("energy_use")


def test_the_heat_map_of_a_sweep_shows_its_objective():
    rows = [(x, y, name, x + y) for x in (0.0, 1.0) for y in (0.0, 1.0) for name in ("gdp_real", "energy_use")]
    points = pd.DataFrame(rows, columns=["a.x", "a.y", "outcome", "mean"])
    figures = _sweep(SimpleNamespace(points=[{"a.x": 0.0, "a.y": 0.0}], objective="energy_use"), {"points": points})
    assert "Energy use" in figures["heat_map.png"].axes[0].get_title(loc="left")
    for figure in figures.values():
        close(figure)


# what may be asked


@pytest.mark.parametrize(
    ("name", "use", "said"),
    [
        ("gdp_rael", OBJECTIVE, "unknown outcome 'gdp_rael' (did you mean 'gdp_real'?)"),
        ("zzz", OBJECTIVE, "unknown outcome 'zzz'; write one like"),
        (
            "additional_gdp",
            OBJECTIVE,
            "against a twin world (no-policy), and here none runs beside the arms, which are compared themselves; "
            "write one like gdp,",
        ),
        ("fund_leverage_additional", TARGET, "measured against a twin world (no-fund)"),
        ("revenue", OBJECTIVE, "is told by cluster and size, not by city; write one like industrial_output,"),
        ("energy_cap", OBJECTIVE, "is better neither high nor low, so it ranks nothing; write one like"),
        ("fund_private", TARGET, "is only a part of other outcomes; write one like fund_leverage_attributed,"),
        ("public_cost", COST, "is no cost; write one like"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_one_line_that_names_another(name, use, said):
    with pytest.raises(ScenarioError) as refused:
        ask(name, use, "--here")
    (line,) = refused.value.problems
    assert (
        line.startswith("--here: ")
        and said in line
        and line.endswith("; 'clustersim outcomes' lists all")
        and "\n" not in line
    )


def test_a_run_answers_what_needs_a_twin_and_an_experiment_does_not():
    assert "additional_gdp" in may_be_asked(TARGET, twins=True)
    assert "additional_gdp" not in may_be_asked(TARGET)
    beyond = {
        outcome.name for outcome in listed(CITY) if outcome.against == BEFORE
    }  # not every scenario names rules before
    assert set(may_be_asked(TARGET, twins=True)) == set(names(CITY)) - beyond


def test_an_outcome_is_refused_where_its_instrument_is_missing(package, nothing):
    with pytest.raises(
        ScenarioError, match="'fund_leverage_attributed' is undefined without policy_fund, which no-policy lacks"
    ):
        compare.plan(nothing, {"p": package}, objective="fund_leverage_attributed")
    assert compare.plan(package, {"p": package}, objective="fund_leverage_attributed")
    target = {
        "name": "t",
        "title": {"en": "t", "zh": "t"},
        "metric": "fund_leverage_attributed",
        "at_least": 1,
        "by": 2022,
    }
    asked = package.with_changes({"targets": [target]})
    assert compare.plan(asked, {"p": asked}).objective == "fund_leverage_attributed"
    assert compare.plan(asked, {"nothing": nothing}).objective == "gdp_published"  # the target that all arms can answer
    with pytest.raises(ScenarioError, match="undefined without energy_budget"):
        search.plan(nothing, "energy_cap<=10 million tce by 2022", ["parameters.hurdle_rate=0.05:0.1"])


def test_a_bound_is_read_in_the_outcomes_own_unit_and_must_be_in_reach():
    assert read_bound("gdp", "1 trillion yuan") == 1e6
    assert read_bound("energy_use", "10 million tce") == 1e7
    assert search.read_target("energy_use<=1000 万tce by 2022").at_most == 1e7
    for name, value, said in (
        ("loss_making_share", 12.0, "from 0 to 1"),
        ("china_500_firms", -1.0, "at 0 or above"),
        ("energy_intensity", "3 tce", "write one in tce per million yuan"),
        ("gdp", "3 tce", "does not fit here"),
    ):
        with pytest.raises(ValueError, match=said):
            read_bound(name, value)


def test_a_target_out_of_reach_is_refused_when_the_file_is_read(nothing):
    target = {"name": "t", "title": {"en": "t", "zh": "t"}, "metric": "loss_making_share", "at_most": 12, "by": 2022}
    with pytest.raises(ScenarioError, match="12 is out of reach: loss_making_share lies from 0 to 1"):
        nothing.with_changes({"targets": [target]})
    with pytest.raises(
        ScenarioError, match=r"targets\.0\.metric: 'revenue' is told by cluster and size.*industrial_output"
    ):
        nothing.with_changes({"targets": [{**target, "metric": "revenue", "at_most": 1}]})


HELD = {
    f"parameters.{name}": row.value
    for name, row in CHANGZHOU.numbers.items()
    if row.uncertain and row.grade == "assumed" and name not in ("planned_gdp_growth", "deflator_growth")
}
LEVER = "policies.energy_budget.extra_tightening"


def planned(kind, name, package, variant):
    """Return the experiment of a kind that asks for an outcome."""
    if kind == "compare":
        return compare.plan(package, {"variant": variant}, objective=name, pairs=2)
    if kind == "sensitivity":
        return sensitivity.plan(
            package.with_changes(HELD),
            {"variant": variant.with_changes(HELD)},
            objective=name,
            screening_points=20,
            strongest=1,
            base_points=8,
        )
    if kind == "sweep":
        return sweep.plan(package, [f"{LEVER}=0,0.1"], objective=name, replications=1)
    unit = "million yuan" if outcomes()[name].unit.startswith("million yuan") else ""
    return search.plan(
        package, f"{name}>=0.5{unit} by 2022", [f"{LEVER}=0:0.1"], points=2, worlds=2, rounds=0, checks=2
    )


KINDS = ("compare", "sensitivity", "sweep", "search")


@pytest.fixture(scope="module")
def variant(package):
    return package.with_changes({LEVER: 0.05, "policies.policy_fund.amount_a_year": 5_000})


@pytest.fixture(scope="module")
def few_worlds(package, variant):
    return [measure({package.name: package, "variant": variant}, 1, world, detail=True) for world in range(3)]


def test_the_arm_that_a_study_prefers_uses_less_energy(package, variant):
    """Base uses 1.5; the variant 1 where the number is in the upper 0.6 of its range, else 1.6: less on average, more
    in the lower part.
    """
    study = dataclasses.replace(planned("sensitivity", "energy_use", package, variant), base_points=64)
    first = study.screening_points
    screened = {n: {study.base.name: 1.5, "variant": 1.0 + n % 2} for n in range(first)}
    points = study._sobol_points(study.numbers()[:1])[0][:, 0]
    values = screened | {
        first + k: {study.base.name: 1.5, "variant": 1.0 if u > 0.4 else 1.6} for k, u in enumerate(points)
    }
    box = study.tables(values)["failure_box"]
    assert set(box["preferred"]) == {"variant"} and (box["high_share"] < 0.6).all() and (box["low_share"] == 0.0).all()


def better_ends():
    """Outcomes that may rank arms, each with whether less of it is better."""
    return [(name, outcomes()[name].better == "less") for name in may_be_asked(OBJECTIVE)]


@pytest.mark.parametrize(("name", "less"), better_ends())
def test_the_arm_at_the_better_end_ranks_first_whatever_ranks(name, less, package, variant):
    """In three worlds the base has 1 and the variant 3, and in a fourth both have 2: the better is best in 3.5 of 4."""
    if outcomes()[name].needs not in ("", *package.policies):
        return
    study = compare.plan(package, {"variant": variant}, objective=name, pairs=4)
    years = {"years": {name: [1.0]}}, {"years": {name: [3.0]}}, {"years": {name: [2.0]}}
    values = {world: dict(zip(study.arms, years[:2], strict=True)) for world in range(3)}
    values[3] = dict.fromkeys(study.arms, years[2])
    ranking = study._ranking(values).set_index("arm")
    best, other = (package.name, "variant") if less else ("variant", package.name)
    assert (ranking.loc[best, "chance_best"], ranking.loc[other, "chance_best"]) == (0.875, 0.125)
    assert (ranking.loc[best, "mean_regret"], ranking.loc[other, "mean_regret"]) == (0.0, 1.5)
    said = comparison_console.best_by(study, 2022)
    assert (" (less is better)" in said[0], "（以少为优）" in said[1]) == (less, less)


def test_what_is_better_low_is_said_so_in_the_table_of_outcomes():
    ends = dict(better_ends())
    assert all(ends[name] for name in ("energy_use", "public_cost", "loss_making_share"))
    assert not any(ends[name] for name in ("gdp", "gdp_real", "research"))


def may(kind):
    return may_be_asked(TARGET if kind == "search" else OBJECTIVE)


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("kind", KINDS)
def test_every_outcome_is_refused_before_the_first_run_or_answered(kind, every, package, variant, few_worlds):
    accepted, names = [], list(outcomes())[::every]
    defined = {name for name, outcome in outcomes().items() if outcome.needs in ("", *package.policies)}
    for name in names:
        try:
            experiment = planned(kind, name, package, variant)
        except ScenarioError as refused:
            (line,) = refused.problems
            assert name not in defined or any(other in line for other in may(kind)), line
            assert name not in defined or "clustersim outcomes" in line, line
            continue
        accepted.append(name)
        assert kind == "search" or experiment.objective == name
        if len(accepted) % 8 != 1:  # all run to their tables in `make validate`
            continue
        if kind == "compare":
            assert set(experiment.tables(dict(enumerate(few_worlds)))) == {
                "comparison",
                "winners",
                "ranking",
                "cluster_effects",
                "verdicts",
            }
        if kind == "sensitivity":
            last = [{arm: found[arm]["years"][name][-1] for arm in found} for found in few_worlds]
            values = {n: last[n % len(last)] for n in range(experiment.screening_points + 8 * 4)}
            assert "value_of_knowing" in experiment.tables(values)
        if kind in ("sweep", "search"):
            assert name in few_worlds[0][package.name]["years"]
    assert accepted == [name for name in names if name in may(kind) and name in defined]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_every_outcome_that_is_accepted_runs_to_its_tables(kind, package, variant, tmp_path):
    from sim.experiments.experiment import conduct
    from sim.report import (
        comparison_console,
        experiment_figures,
        search_console,
        sensitivity_console,
        sweep_console,
    )

    describe = {
        "compare": comparison_console.describe_comparison,
        "sensitivity": sensitivity_console.describe_sensitivity,
        "sweep": sweep_console.describe_sweep,
        "search": search_console.describe_search,
    }[kind]
    for name in may(kind):
        found = conduct(planned(kind, name, package, variant), tmp_path / name)
        assert not found.failed, name
        assert found.tables and describe(found) and experiment_figures.draw(found.experiment, found.tables), name


# the command line


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, list(arguments))


def test_the_command_lists_every_outcome_that_is_told_in_both_languages():
    said = clustersim("outcomes").output
    rows = [line.split("\t") for line in said.splitlines()[1:]]
    assert [cells[0] for cells in rows] == [name for name, o in outcomes().items() if o.levels]
    for o in outcomes().values():
        assert not o.levels or (o.meaning in said and o.meaning_zh in said and o.english in said and o.chinese in said)
    row = clustersim("outcomes", "additional_energy_use").output.splitlines()[1]
    assert "flow of the year 当年流量" in row and "no-policy twin" in row and "less is better 越少越好" in row
    only = clustersim("outcomes", "--for", "objective").output
    assert "\nenergy_cap\t" not in only and "\ngdp_real\t" in only


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("outcomes", "gpd"), "did you mean 'gdp'"),
        (("compare", "baseline-2022", "no-policy", "--objective", "additional_gdp"), "against a twin world"),
        (("sensitivity", "baseline-2022", "--objective", "revenue"), "industrial_output"),
        (("sweep", "baseline-2022", "--vary", f"{LEVER}=0,0.1", "--objective", "energy_cap"), "ranks nothing"),
        (
            ("search", "baseline-2022", "--target", "additional_gdp>=1亿元 by 2024", "--lever", f"{LEVER}=0:0.1"),
            "against a twin world",
        ),
        (
            ("search", "baseline-2022", "--target", "digital_share>=40 by 2024", "--lever", f"{LEVER}=0:0.1"),
            "from 0 to 1",
        ),
    ],
)
def test_a_wrong_question_on_the_command_line_ends_with_code_two_and_one_line(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = clustersim(*arguments)
    assert found.exit_code == 2 and said in found.output and found.output.count("\n") == 1, found.output
    assert list(tmp_path.iterdir()) == []
