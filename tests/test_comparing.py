"""Compare, attribute, sweep, search, sensitivity on a small city: what they must always say."""

import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim.calendar.quarter import FIRST
from sim.experiments import attribute as attribution
from sim.experiments import compare as comparing
from sim.experiments import designs, search, sensitivity, sweep
from sim.experiments.choosing import scaled, snapped
from sim.experiments.experiment import conduct
from sim.experiments.kinds import rebuild
from sim.experiments.package_cost import cost_of
from sim.experiments.payment_classes import split
from sim.experiments.verdicts import Judging, verdict_table
from sim.inference.sequence import OF_MEAN, share_sequence
from sim.report.attribution_console import describe_attribution
from sim.report.comparison_console import describe_comparison
from sim.report.experiment_figures import draw
from sim.report.quoted import as_read, between
from sim.report.search_console import describe_search
from sim.report.sensitivity_console import describe_sensitivity
from sim.report.sweep_console import describe_sweep
from sim.report.verdict_console import verdict_said
from sim.scenario.files import ScenarioError
from sim.tables.city_tables import read_city
from sim.tables.milestones import Kind
from sim.tables.numbers import WHOLE
from sim.treasury.claims import Spending
from tests.attribution_bench import at, award, by_class, free, world
from tests.conftest import of_announced_amounts, small
from tests.toys import FailingSearch, ToySearch

TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2023Q4"}


@pytest.fixture(scope="module")
def announced_tiny():
    return of_announced_amounts(small("baseline-2022", **TINY))


@pytest.fixture(scope="module")
def compared(announced_tiny, tmp_path_factory):
    base = small("no-policy", **TINY)
    folder = tmp_path_factory.mktemp("compare") / "x"
    return comparing.compare(base, {"announced": announced_tiny, "again": base}, pairs=8, folder=folder, draw=draw)


def test_an_arm_equal_to_the_base_differs_by_exactly_nothing(compared):
    rows = compared.comparison.query("variant == 'again' and not outcome.str.startswith('target')", engine="python")
    assert (rows["difference"].dropna() == 0.0).all()
    assert compared.ranking["chance_best"].sum() == pytest.approx(1.0)


def test_common_luck_narrows_the_interval(compared):
    rows = compared.comparison.query("variant == 'announced' and outcome in ('gdp', 'local_tax', 'active_firms')")
    assert (rows["paired_over_unpaired_width"] < 0.9).all()


def test_winners_are_told_by_cluster_and_by_size(compared):
    assert set(compared.winners["level"]) == {"cluster", "size"}
    clusters = compared.winners.query("variant == 'announced' and level == 'cluster' and outcome == 'profit'")[
        "base"
    ].sum()
    sizes = compared.winners.query("variant == 'announced' and level == 'size' and outcome == 'profit'")["base"].sum()
    assert clusters == pytest.approx(sizes, rel=0.02)  # firms that closed during the year count by cluster only


def test_who_gains_is_a_paired_difference_from_a_named_base_with_its_pairs_and_shares_of_worlds(compared):
    base = next(iter(compared.experiment.arms))
    assert set(compared.winners["against"]) == {base}
    row = compared.winners.query("variant == 'announced' and level == 'cluster' and outcome == 'profit'").iloc[0]
    place = compared.experiment.base.city_tables.identifiers.index(row["group"])
    before, after = (
        np.array([v[arm]["clusters"]["profit"][-1][place] for v in compared.values.values()])
        for arm in (base, "announced")
    )
    assert row["pairs"] == len(compared.values) == before.size
    assert row["difference"] == pytest.approx((after - before).mean()) and row["base"] == pytest.approx(before.mean())
    assert row["above_zero"] == pytest.approx((after > before).mean())
    assert (compared.winners[["above_zero", "below_zero"]].sum(axis=1) <= 1.0 + 1e-12).all()


def test_every_table_of_a_comparison_says_of_how_many_pairs_and_of_which_outcome_and_year(compared):
    for name, table in compared.tables.items():
        assert (table["pairs"] == len(compared.values)).all(), name
        assert {"outcome", "unit", "year"} <= set(table.columns), name
    assert set(compared.ranking["outcome"]) == {compared.experiment.objective}


def test_a_comparison_is_written_described_and_made_again_from_its_folder(compared):
    names = {p.name for p in compared.folder.iterdir()}
    assert {"comparison.csv", "winners.csv", "ranking.csv", "comparison.png", "hashes.json", "journal.jsonl"} <= names
    assert (compared.folder / "comparison.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert any("Paired intervals are" in line for line in describe_comparison(compared))
    again = conduct(rebuild(compared.folder), compared.folder, draw=draw)
    pd.testing.assert_frame_equal(again.comparison, compared.comparison)


def pairs_of(found, base="no-policy"):
    """Values of a comparison: real GDP 100 in the base, and by world as said in the arm `a`."""
    return {
        n: {arm: {"years": {"gdp_real": [0.0, 100.0 + gain * (arm == "a")]}} for arm in (base, "a")}
        for n, gain in found.items()
    }


@pytest.fixture(scope="module")
def precisely(announced_tiny):
    """Return a comparison by real GDP that runs until there is a verdict."""

    def plan(precision, pairs=None):
        base = small("no-policy", **TINY)
        return comparing.plan(base, {"a": announced_tiny}, objective="gdp_real", precision=precision, pairs=pairs)

    return plan


def test_a_precision_asks_for_as_many_pairs_as_a_verdict_takes(precisely):
    """Every second world gains 1 of 100: within 5 % that is nothing, as 94 of 94 worlds are enough to say; at 1
    in a thousand 15 of 15 worlds that differ are better.
    """
    every_second = pairs_of({n: float(n % 2) for n in range(200)})
    assert precisely(0.05).wanted({}) == 30
    assert precisely(0.05).wanted(pairs_of({n: 0.0 for n in range(30)})) == 38  # a quarter more
    assert precisely(0.05).wanted(every_second) == 94
    assert precisely(0.001).wanted(every_second) == 30
    both_ways = pairs_of({n: 1.0 - 2.0 * (n % 2) for n in range(50)})
    assert precisely(0.001).wanted(both_ways) == 60  # the next look


def test_a_precision_uses_at_most_the_pairs_that_are_named(precisely):
    both_ways = pairs_of({n: 1.0 - 2.0 * (n % 2) for n in range(60)})
    assert precisely(0.001, pairs=40).wanted(both_ways) == 40
    assert (precisely(0.001).most(), precisely(0.001, pairs=40).most(), precisely(0.0).most()) == (2000, 40, 200)


def test_nothing_met_yet_is_not_that_there_is_nothing(precisely):
    """The old rule stopped at thirty pairs that do not differ, on an interval without width."""
    assert precisely(0.001).wanted(pairs_of({n: 0.0 for n in range(30)})) > 30


def test_a_failed_run_costs_a_run_and_not_the_verdict(precisely):
    found = {n: 1.0 - 2.0 * (n % 2) for n in range(30) if n != 7}
    assert precisely(0.001).wanted(pairs_of(found)) == 30  # it may have yet to come
    assert precisely(0.001).wanted_after(pairs_of(found), {7: "boom"}) == 38
    assert verdict_table(precisely(0.001).judged(), pairs_of(found))["failed"].tolist() == [1]


def test_where_more_than_one_in_twenty_failed_there_is_no_verdict(precisely):
    found, failed = {n: 5.0 for n in range(2, 30)}, {0: "boom", 1: "boom"}
    assert precisely(0.001).wanted_after(pairs_of(found), failed) == 30
    assert verdict_table(precisely(0.001).judged(), pairs_of(found))["verdict"].tolist() == ["not judged"]


def test_a_verdict_is_told_with_the_worlds_it_rests_on_in_both_languages(precisely):
    """Of 30 worlds 28 gain 1 of 100 and two lose 1: 0.1 of 100 is the margin."""
    experiment = precisely(0.0)
    table = verdict_table(experiment.judged(), pairs_of({n: 1.0 if n > 1 else -1.0 for n in range(30)}))
    row = table.iloc[0]
    ends = share_sequence(28, 30, 0.975)
    assert (row["verdict"], row["margin"], row["worlds_better"], row["worlds_worse"]) == ("better", 0.1, 28, 2)
    assert (row["better_low"], row["better_high"]) == pytest.approx(ends)
    english, chinese = verdict_said(row, "no-policy", 2022, less=False)
    assert "a against no-policy, Real GDP in 2023, at 2021 prices: better; in 28 of 30 worlds" in english
    assert "in 2 worse" in english and f", {100 * ends[0]:.0f} to {100 * ends[1]:.0f} % are better" in english
    assert "a与no-policy相比，实际地区生产总值，2023年，2021年价：更优；30个世界中28个优于基准" in chinese


def test_a_mean_of_a_bounded_outcome_is_judged_by_its_bets_whichever_way_is_better():
    judged = Judging(["base", "a"], "world_500_firms", 0, 2023, -1.0, 0.001)
    values = {n: {arm: {"years": {"world_500_firms": [float(arm == "a")]}} for arm in ("base", "a")} for n in range(60)}
    row = verdict_table(judged, values).iloc[0]
    assert (row["verdict"], row["statistic"]) == ("worse", OF_MEAN) and math.isnan(row["better_low"])
    assert 0.0 < row["low"] < 1.0 < row["high"]  # of the difference, not of what is gained


def test_arms_that_cannot_be_compared_are_refused(announced_tiny):
    with pytest.raises(ScenarioError, match="another population"):
        comparing.plan(announced_tiny, {"x": small("no-policy", horizon__until="2023Q4")})
    with pytest.raises(ScenarioError, match="runs until"):
        comparing.plan(announced_tiny, {"x": small("no-policy")})
    with pytest.raises(ScenarioError, match="did you mean 'gdp_real'"):
        comparing.plan(announced_tiny, {"x": announced_tiny}, objective="gdp_rael")


def test_variants_join_by_plus():
    base = small("world-500-2025")
    name, spec = comparing.variant_of(base, "no-world-500-award+tight-energy-cap")
    assert spec.policies["leading_enterprise"].at(FIRST).max_award_world_500 == 0.0
    assert spec.policies["energy_budget"].at(FIRST).extra_tightening > 0.0
    assert name == "no-world-500-award+tight-energy-cap"


# attribute


SHARED = ("policy_fund", "specialised_enterprise", "scale_up", "peak_climbing")


@pytest.fixture(scope="module")
def attributed(announced_tiny):
    """Four instruments, since each more doubles the worlds; one of them does nothing."""
    idle = announced_tiny.with_changes(
        {f"policies.peak_climbing.max_award_{tier}": 0 for tier in ("100bn", "50bn", "10bn")}
        | {f"policies.{name}": None for name in announced_tiny.policies if name not in SHARED}
    )
    return attribution.attribute(idle, worlds=2)


def test_every_yuan_falls_into_one_class(attributed):
    for number, run in attributed.values.items():
        paid = sum(row[5] for row in run["money"])
        assert paid > 0, number
    shares = attributed.attribution.groupby("instrument")["share"].sum()
    assert shares[["all", "policy_fund", "specialised_enterprise", "scale_up"]].to_list() == pytest.approx([1.0] * 4)


def test_the_classes_of_a_world_add_up_to_its_ledger_to_the_fen(announced_tiny):
    from sim.experiments.watch import paid_for, watch

    full, twin = (
        watch(spec, 1, 0, spending=paid_for(announced_tiny))
        for spec in (announced_tiny, announced_tiny.without("policy_fund"))
    )
    for name in ("policy_fund", "scale_up"):
        paid = sum(p.fen for clause in full.payments[name].values() for p in clause)
        parts = split(full, twin, name)
        assert round(sum(parts.values()) * 1e8) == pytest.approx(paid, abs=len(parts))


def test_an_instrument_that_does_nothing_gets_exactly_zero(attributed):
    rows = attributed.shapley.query("instrument == 'peak_climbing'")
    assert (rows[["effect", "low", "high"]].to_numpy() == 0.0).all()
    pairs = attributed.interactions.query("first == 'peak_climbing' or second == 'peak_climbing'")
    assert (pairs["interaction"] == 0.0).all()


def test_shapley_shares_add_up_to_the_package(attributed):
    table = attributed.shapley
    for _, rows in table.groupby("outcome"):
        whole = rows[rows["instrument"] == "package"]["effect"].item()
        assert rows[rows["instrument"] != "package"]["effect"].sum() == pytest.approx(whole, rel=1e-9, abs=1e-6)
    said = describe_attribution(attributed)
    assert any("deadweight 无谓支出" in line for line in said)
    assert not any("no event earns this money" in line for line in said)  # it is said when there is such money
    groups = attributed.attribution_groups
    outside = groups[(groups["cluster"] == "rest_of_city") & (groups["class"] == "deadweight")]["million_yuan"].sum()
    assert outside > 0.0
    for words in ("{} 亿元 went to firms outside the modelled clusters", "其中{}亿元付给所模拟集群以外的企业"):
        assert any(words.format(f"{outside / 100:.2f}") in line for line in said), words
    assert "attribution.png" in draw(attributed.experiment, attributed.tables)


def test_awards_are_classed_by_hand():
    """1 has the event by then, 2 later, 3 crosses by relabelling, 4 and 5 are new while 9 lost it:
    half of each is displaced.
    """
    tier = Kind.TIER_10BN
    payments = [award(key, on_paper=key == 3) for key in (1, 2, 3, 4, 5)]
    full = world({tier: at(1, 2, 3, 4, 5)}, {"prize": {("a clause of any name", tier): payments}})
    twin = world({tier: {1: [8096], 2: [8104], 9: [8100]}})
    assert by_class(full, twin, "prize", unit=1e-8) == pytest.approx(
        {"deadweight": 100, "timing": 100, "relabelled": 100, "displaced": 100, "additional": 100}
    )


def test_co_investment_is_classed_by_hand():
    """Paid 4; beyond the twin 3 after a year and 1 at the end: 1 additional, 2 timing, 1 deadweight."""
    payments = {("co", Spending.EXPANSION): [free(7, 400_000_000)]}
    full = world(payments={"fund": payments}, spent={7: [10.0, 20.0]})
    found = by_class(full, world(spent={7: [7.0, 19.0]}), "fund")
    assert found == {"additional": 1.0, "timing": 2.0, "deadweight": 1.0}


# sweep


def test_designs_by_hand():
    assert designs.make("grid", ["a.b=1,2", "c.d=0:1:3"], 0, 1) == [
        {"a.b": x, "c.d": y} for x in (1, 2) for y in (0.0, 0.5, 1.0)
    ]
    assert designs.make("zip", ["a.b=1,2", "c.d=3,4"], 0, 1) == [{"a.b": 1, "c.d": 3}, {"a.b": 2, "c.d": 4}]
    latin = np.array([p["x.y"] for p in designs.make("lhs", ["x.y=0:10"], 10, 1)])
    assert sorted((latin // 1).astype(int)) == list(range(10))  # one point in each tenth
    for bad in (["a.b"], ["a.b=3:1"], ["a.b=0:1"], ["a.b=1", "a.b=2"]):
        with pytest.raises(ScenarioError, match=r"--vary"):
            designs.make("grid", bad, 0, 1)


def test_a_sweep_meets_the_same_worlds_at_every_point(announced_tiny, tmp_path):
    found = sweep.sweep(
        announced_tiny,
        ["policies.policy_fund.amount_a_year=0,0", "parameters.hurdle_rate=0.08,0.08"],
        design="zip",
        replications=3,
        folder=tmp_path / "s",
        draw=draw,
    )
    first, second = (
        found.sweep.query(f"point == {p}").drop(columns=["run", "point"]).reset_index(drop=True) for p in (0, 1)
    )
    pd.testing.assert_frame_equal(first, second)
    kept = pd.read_parquet(tmp_path / "s" / "sweep.parquet")  # with the numbers that each run drew
    pd.testing.assert_frame_equal(kept[list(found.sweep.columns)], found.sweep)
    assert len(found.sweep) == 2 * 3 * 2
    assert describe_sweep(found)


def test_a_design_file_and_a_wrong_path(announced_tiny, tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("policies.energy_budget.extra_tightening\n0.0\n0.1\n", encoding="utf-8")
    assert len(sweep.plan(announced_tiny, [], design=str(path)).points) == 2
    with pytest.raises(ScenarioError, match="did you mean"):
        sweep.plan(announced_tiny, ["policies.energy_budget.extra_tightning=0,0.1"])
    with pytest.raises(ScenarioError, match="out of range"):
        sweep.plan(announced_tiny, ["policies.energy_budget.extra_tightening=0,0.9"])


# search


def toy(spec, **changes):
    return ToySearch({"toy": spec}, levers={"x": [0.0, 1.0], "y": [0.0, 1.0]}, target="gdp>=1亿元 by 2023", **changes)


def test_a_search_finds_the_known_optimum_of_a_toy(announced_tiny):
    found = conduct(toy(announced_tiny, points=64, rounds=6))
    best = found.answer[found.answer["verdict"] == "certified"].iloc[0]
    assert best["lower_bound"] >= 0.5
    assert best["cost"] <= 0.65  # the optimum costs 0.5; a certified one needs some margin
    assert best["y"] <= 0.05
    assert any(line.startswith("Target, to be reached") for line in describe_search(found))
    assert (found.front["probability"].diff().dropna() > 0).all()


def test_a_search_that_finds_nothing_says_in_how_many_packages_and_never_infeasible(announced_tiny):
    found = conduct(
        ToySearch(
            {"toy": announced_tiny},
            levers={"x": [0.0, 0.2], "y": [0.0, 0.1]},
            target="gdp>=1亿元 by 2023",
            points=18,
            rounds=1,
            checks=60,
        )
    )
    assert set(found.answer["verdict"]) == {"not certified"}
    assert found.answer.iloc[0]["upper_bound"] < 0.5
    screen = " ".join(describe_search(found))
    assert f"Not found in {len(found.search_points)} packages tried; best probability" in screen
    assert "nfeasible" not in screen and "不可行" not in screen


def test_a_stopped_search_repeats_nothing_and_ends_alike(announced_tiny, tmp_path):
    experiment = toy(announced_tiny, worlds=10, points=8, rounds=2, checks=20)
    whole = conduct(experiment, tmp_path / "whole")
    lines = (tmp_path / "whole" / "journal.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "experiment.json").write_bytes((tmp_path / "whole" / "experiment.json").read_bytes())
    (tmp_path / "half" / "journal.jsonl").write_bytes(b"".join(lines[: len(lines) * 2 // 3]))
    conduct(experiment, tmp_path / "half")
    assert (tmp_path / "half" / "journal.jsonl").read_bytes() == (tmp_path / "whole" / "journal.jsonl").read_bytes()
    assert (tmp_path / "half" / "answer.csv").read_bytes() == (tmp_path / "whole" / "answer.csv").read_bytes()
    assert len(whole.values) == len(lines) - 1  # the first line says which experiment it is


@pytest.mark.parametrize(("every", "told"), [(50, True), (10, False)])
def test_a_failed_run_of_a_search_costs_a_run_and_too_many_cost_the_answer(every, told, announced_tiny, tmp_path):
    levers = {"x": [0.0, 1.0], "y": [0.0, 1.0]}
    sizes = {"points": 18, "worlds": 3, "rounds": 1, "checks": 60}
    asked = FailingSearch(
        {"toy": announced_tiny}, levers=levers, target="gdp>=1亿元 by 2023", probability=0.2, every=every, **sizes
    )
    found = conduct(asked, tmp_path / "out")
    assert found.failed and ("answer" in found.tables) == told
    if told:
        assert any(f"  {len(found.failed)} runs failed and are left out" in line for line in describe_search(found))
        before = (tmp_path / "out" / "journal.jsonl").read_bytes()
        conduct(asked, tmp_path / "out")
        assert (tmp_path / "out" / "journal.jsonl").read_bytes() == before


def test_base_points_that_are_no_power_of_two_are_refused_before_any_run(announced_tiny):
    with pytest.raises(ScenarioError, match=r"^--base-points 100: .*; write 64 or 128$"):
        sensitivity.plan(announced_tiny, {}, base_points=100)


@pytest.mark.parametrize(("option", "few"), [("base_points", 4), ("screening_points", 19)])
def test_points_of_which_nothing_can_be_told_are_refused_before_any_run(option, few, announced_tiny):
    with pytest.raises(ScenarioError, match=rf"^--{option.replace('_', '-')} {few}: nothing is told of so few; write"):
        sensitivity.plan(announced_tiny, {}, **{option: few})


def test_the_usual_cost_charges_output_lost_so_that_harm_saves_nothing():
    """Awards of 10 saved by a cap that costs 50 of output: cash 90 against 100, cost 140 against 100."""
    found = np.array([[1.0, 100.0, 0.0, 0.0, 0.0], [1.0, 90.0, 0.0, -8.0, -50.0]])
    assert cost_of(found, "public-cash").tolist() == [100.0, 90.0]
    assert cost_of(found, "net-budget").tolist() == [100.0, 98.0]
    assert cost_of(found, "net-of-output").tolist() == [100.0, 140.0]


def test_targets_are_read_as_people_write_them():
    target = search.read_target("gdp>=1 trillion yuan by 2024")
    assert (target.metric, target.at_least, target.by) == ("gdp", 1_000_000.0, 2024)
    for bad in ("gdp > 3", "gpd>=1 by 2024", "gdp>=1 tce by 2024"):
        with pytest.raises(ScenarioError, match="--target"):
            search.read_target(bad)


# sensitivity


_ROUNDED = r"(?:round|_quarters)\((?:\w+\.)*numbers(?:\.(\w+)|\[f\"\{[^}]+\}\.(\w+)\"\])\)|^_QUOTAS = (\(.*\))$"


def test_what_rules_round_is_declared_whole_and_nothing_else():
    found = set()
    for path in (Path(cli.__file__).parent / "sim").rglob("*.py"):
        for plain, scoped, listed in re.findall(_ROUNDED, path.read_text(encoding="utf-8"), re.MULTILINE):
            found |= {plain, scoped, *re.findall(r'"(\w+)"', listed)} - {""}
    assert found == WHOLE


def test_a_study_tries_whole_numbers_at_whole_values_each_alike(announced_tiny):
    """From 3 to 6 are four values: of 60 points each has 15."""
    number = read_city().numbers["default_quarters"]
    assert (number.low, number.high) == (3.0, 6.0)
    unit = (np.arange(60)[:, None] + 0.5) / 60
    values = [
        scaled({number.name: number}, [number.name], u)[number.name]
        for u in snapped({number.name: number}, [number.name], unit)
    ]
    assert {value: values.count(value) for value in values} == dict.fromkeys((3.0, 4.0, 5.0, 6.0), 15)
    study = sensitivity.plan(announced_tiny, {})
    whole = [name for name in study.numbers() if read_city().numbers[name].whole]
    tried = [numbers for numbers, _ in study.payloads(range(40), {})]
    assert len(whole) >= 6 and all(run[name] == int(run[name]) for run in tried for name in whole)
    assert any(run["hurdle_spread"] != int(run["hurdle_spread"]) for run in tried)


def test_screening_and_variance_know_what_matters(announced_tiny):
    held = {
        f"parameters.{name}": row.value
        for name, row in read_city().numbers.items()
        if row.uncertain and name not in ("planned_gdp_growth", "deflator_growth", "hurdle_spread", "title_cost")
    }
    few = announced_tiny.with_changes(held)
    found = sensitivity.sensitivity(few, screening_points=32, strongest=2, base_points=8)
    screened = found.screening[found.screening["of"] == few.name].set_index("number")["effect"].abs()
    assert screened["title_cost"] == 0.0 or screened["title_cost"] < screened.max() / 10
    assert set(found.variance["number"]) <= {*screened.index, "luck"}
    assert {"screening", "variance", "value_of_knowing", "failure_box"} == set(found.tables)
    screen = describe_sensitivity(found)
    about = "Looked at 考察对象: Real GDP 实际地区生产总值, in 2023 2023年, at 2021 prices 2021年价, 亿元; luck is"
    assert any(line.startswith(about) for line in screen)
    (level, rows), *_ = found.screening.groupby("of", sort=False)
    assert level == few.name and rows["told"].iloc[0] == "yes"
    for of, rows in found.screening.groupby("of", sort=False):
        top = rows.iloc[0]
        place = next(k for k, line in enumerate(screen) if f" {of}: " in line and "assumed numbers" in line)
        if top["told"] == "no":
            assert " none is told from chance" in screen[place]
            continue
        ends = as_read("gdp_real", *top[["effect", "effect_low", "effect_high"]])
        assert screen[place + 1].startswith(f"    {top['number']} ") and screen[place + 1].endswith(between(*ends))
        assert top["effect_low"] <= top["effect"] <= top["effect_high"]
        assert (top["direction"] == "raises") == (top["effect_low"] > 0.0)


# the command line


def run(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


SMALL = ("--set", "population.above_scale=200", "--set", "population.below_scale=200", "--until", "2022Q4", "-j", "1")


def test_the_command_line_compares_tells_status_and_verifies(tmp_path):
    folder = tmp_path / "对比 one"
    result = run("compare", "baseline-2022", "no-policy", "-n", 3, *SMALL, "--out", folder)
    assert result.exit_code == 0, result.output
    assert "Difference from baseline-2022" in result.output
    assert "3 SUCCEEDED" in run("status", folder).output
    assert run("verify", folder).exit_code == 0
    assert json.loads(run("redo", folder, 1).output)["no-policy"]["years"]["gdp"]
    refused = run("compare", "baseline-2022", "no-policy", "-n", 4, *SMALL, "--out", folder)
    assert refused.exit_code == 2
    assert "settings.pairs: 3 -> 4" in refused.output


@pytest.mark.slow
def test_the_command_line_merges_shards_into_the_bytes_of_one_run(tmp_path):
    arguments = (
        "sweep",
        "baseline-2022",
        "--vary",
        "policies.energy_budget.extra_tightening=0,0.1",
        "-n",
        2,
        *SMALL,
        "-q",
    )
    assert run(*arguments, "--out", tmp_path / "one").exit_code == 0
    for part in ("1/2", "2/2"):
        assert run(*arguments, "--out", tmp_path / "parts", "--shard", part).exit_code == 0
    assert run("merge", tmp_path / "parts").exit_code == 0
    for name in ("sweep.csv", "points.csv", "response.png"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare", "baseline-2022", "no-polcy"), "did you mean 'no-policy'"),
        (("sweep", "baseline-2022"), "--vary PATH"),
        (("sweep", "baseline-2022", "--vary", "polices.x=1"), "did you mean 'policies'"),
        (("search", "baseline-2022", "--target", "gdp"), "METRIC>=VALUE by YEAR"),
        (("search", "baseline-2022", "--target", "gdp>=1亿元 by 2024"), "--lever"),
        (
            ("search", "baseline-2022", "--target", "gdp>=1亿 by 2024", "--lever", "a.b=0:1", "--shard", "1/2"),
            "--shard",
        ),
        (
            ("sweep", "baseline-2022", "--vary", "policies.scale_up.rate=0:1", "--design", "gird"),
            "--design gird: write grid, zip, lhs, sobol or a file",
        ),
        (("sweep", "baseline-2022", "--vary", "policies.scale_up.rate=0:1:0"), "rate=0:1:0: from LOW to HIGH are 2"),
        (("sweep", "baseline-2022", "--vary", "policies.scale_up.rate=0:9:3"), "error: --vary: policies.scale_up.rate"),
        (("run", "baseline-2022", "--until", "2050Q1"), "error: --until: horizon.until: 2050Q1"),
        (("run", "baseline-2022", "--until", "2023Q4", "--set", "name=a b"), "error: --until, --set: name: "),
        (("compare", "baseline-2022", "no-fund", "--until", "soon"), "error: --until: horizon"),
        (("attribute", "no-policy"), "no money to attribute"),
        (("attribute", "baseline-2022", "--shapley", "all"), "write exact, sampled or none"),
        (("compare", "baseline-2022", "no-policy", "--shard", "3/2"), "write I/N"),
        (("attribute", "baseline-2022", "--until", "2022Q2"), "needs a whole one"),
        (("run", "no-policy", "--until", "2022Q2"), "needs a whole one"),
        (("status", "nowhere"), "holds no experiment"),
        (("merge", "nowhere"), "holds no shards"),
    ],
)
def test_mistakes_on_the_command_line_are_one_line_and_write_nothing(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert said in result.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("levers", "said"),
    [
        (["policies.scale_up.rate"], "--lever policies.scale_up.rate: write PATH=LOW:HIGH, like"),
        (["policies.scale_up.rate=1"], "--lever policies.scale_up.rate=1: write PATH=LOW:HIGH, like"),
        (["policies.scale_up.rate=5:1"], "--lever policies.scale_up.rate=5:1: write two numbers, the lower first"),
        (["policies.scale_up.rate=[a:1"], "--lever policies.scale_up.rate:1:10: not valid YAML"),
        (["policies.scale_up.rate=0:9"], "--lever: policies.scale_up.rate: 9 is out of range"),
        (["policies.scale_up.rate=0:1", "policies.scale_up.rate=0:1"], "--lever policies.scale_up.rate: stands twice"),
    ],
)
def test_a_wrong_lever_is_told_as_the_option_that_was_written(levers, said):
    with pytest.raises(ScenarioError, match=f"^{re.escape(said)}"):
        search.plan(small("baseline-2022", **TINY), "gdp>=1亿元 by 2023", levers)


def test_a_design_of_unknown_name_is_not_taken_for_another():
    with pytest.raises(ScenarioError, match=r"^--design gird: write grid, zip, lhs, sobol or a file"):
        designs.make("gird", ["a.b=1,2"], 0, 1)


def test_a_dry_run_says_how_many_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(
        "sweep",
        "baseline-2022",
        "--vary",
        "parameters.hurdle_rate=0.05:0.1",
        "--design",
        "lhs",
        "--points",
        100,
        "-n",
        5,
        "--dry-run",
        *SMALL,
    )
    assert result.output.startswith("500 runs")
    assert list(tmp_path.iterdir()) == []


def test_a_scenario_compared_with_itself_is_an_arm_of_another_name():
    base = small("no-policy", **TINY)
    assert list(comparing.plan(base, {"no-policy": base}).arms) == ["no-policy", "no-policy-again"]
