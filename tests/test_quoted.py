"""What stands on a screen can be quoted alone: it is what the tables hold, and says of what kind and of when it is."""

import math
import re
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.experiments import compare as comparing
from sim.experiments import sweep as sweeping
from sim.experiments.run import run
from sim.experiments.unit_cost import Found
from sim.inference.distributions import sides
from sim.report import comparison_console, experiment_figures, sweep_console
from sim.report.console import describe
from sim.report.quoted import between, effect_unit, few_worlds, level, number, opposed, period
from sim.report.seldom import seldom
from sim.scenario.reading import load
from sim.tables.catalogue import COST, COUNT, MAIN, RUN, listed, names, outcomes
from sim.tables.units import LEAST_SHOWN
from tests.conftest import small

TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2023Q4"}
CAP_ONLY = {f"policies.{name}": None for name in load("baseline-2022").policies if name != "energy_budget"}


@pytest.fixture(scope="module")
def package():
    return small("baseline-2022", **TINY)


@pytest.fixture(scope="module")
def cap_only(package):
    return package.with_changes(CAP_ONLY | {"policies.energy_budget.extra_tightening": 0.3})


@pytest.fixture(scope="module")
def made(package):
    return run(package, replications=6, seed=3)


@pytest.fixture(scope="module")
def compared(package, cap_only):
    base = small("no-policy", **TINY)
    return comparing.compare(package, {"none": base, "cap": cap_only}, pairs=4, seed=3)


@pytest.fixture(scope="module")
def swept(package):
    return sweeping.sweep(package, ["policies.policy_fund.amount_a_year=0:200亿元:3"], replications=3, seed=3)


def figures(line):
    """Return the numbers that stand after the colon of a line, before any other sentence of it."""
    text = line.partition(": ")[2].partition(";")[0]
    return [
        float(word.replace(",", "")) for word in re.findall(r"[-+]?[\d,]*\.?\d+", text.split(" 亿")[0].split(" (")[0])
    ]


def line_of(screen, outcome):
    (line,) = [line for line in screen if line.startswith(f"  {outcome.english} {outcome.chinese}, ")]
    return line


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_a_number_is_read_back_to_three_digits_and_never_in_powers_of_ten(value):
    text = number(value)
    assert "e" not in text and text not in ("-0", "+0")
    read = float(text.replace(",", ""))
    if abs(value) < LEAST_SHOWN:
        assert text == "0"
    else:
        assert read == pytest.approx(value, rel=0.006, abs=LEAST_SHOWN) or abs(read - value) <= 0.5 <= abs(value)


def test_rounding_dust_is_nought():
    assert number(-3e-12) == number(2e-13, signed=True) == "0"
    assert number(float("nan")) == "-"


def test_every_level_of_a_run_is_the_median_of_its_table_with_its_period_and_counts_are_whole(made):
    screen, summary = describe(made), made.summary.query("year == 2023").set_index("outcome")
    told = [o for o in listed(RUN) if not o.against and o.name in summary.index]
    assert len(told) > 15
    for outcome in told:
        line, row = line_of(screen, outcome), summary.loc[outcome.name]
        if np.isnan(row["median"]):
            continue
        found = figures(line)
        assert found == pytest.approx(
            [row[k] * outcome.read_factor for k in ("median", "p5", "p95")], rel=6e-3, abs=0.5
        )
        assert outcome.kind != COUNT or all(value == int(value) for value in found)
        english, chinese = period(outcome, 2022, 2023)
        prices = ", at 2021 prices 2021年价" * outcome.unit.endswith("at 2021 prices")
        assert f", {english} {chinese}{prices}: " in line
    header = next(line for line in screen if line.startswith("Main outcomes"))
    assert "median, range of 90 % of worlds" in header and "中位数" in header


def test_every_effect_of_a_run_is_the_mean_of_its_table_with_the_interval_of_the_mean(made):
    screen, summary = describe(made), made.summary.query("year == 2023").set_index("outcome")
    told = [o for o in listed(RUN) if o.against]
    assert len(told) >= 6
    for outcome in told:
        line, row = line_of(screen, outcome), summary.loc[outcome.name]
        if rare := seldom(row, row["mean_low"], 6):
            assert " ".join(rare) in line
            continue
        wanted = [row[k] * outcome.read_factor for k in ("mean", "mean_low", "mean_high")]
        text = line.partition(": ")[2]
        found = [float(word.replace(",", "")) for word in re.findall(r"[-+]?[\d,]*\.?\d+", text)[:3]]
        assert found == pytest.approx(wanted, rel=6e-3, abs=1e-6), line
    assert any("mean over worlds, 95 % interval of the mean" in line for line in screen)
    assert any("各世界均值，均值的95%区间" in line for line in screen)


def test_public_money_and_the_tax_that_comes_back_are_those_of_the_treasury_tables(made):
    screen = describe(made)
    paid = made.money.query("item == 'public_money'").iloc[-1]
    peak = made.fiscal.query("year == 'peak'").iloc[0]
    back = made.fiscal.query("item == 'tax_back'").iloc[-1]
    tax = made.fiscal.query("item == 'tax_back'")["mean"].sum()
    assert back["since_start"] == pytest.approx(tax)  # all years together are the sum of the years
    for words, row, columns in (
        ("Paid 支付, 2022-2023 together 2022—2023年累计", paid, ("median", "p5", "p95")),
        ("Most paid in any one year 各年中最高的支出", peak, ("median", "p5", "p95")),
        (
            "Local tax above the twin without policy 比无政策多出的地方税收, 2022-2023 together 2022—2023年累计",
            back,
            ("since_start", "since_start_low", "since_start_high"),
        ),
    ):
        (line,) = [line for line in screen if line.startswith(f"  {words}: ")]
        assert figures(line) == pytest.approx([row[k] / 100.0 for k in columns], rel=6e-3), line
    assert "支出最高年份" not in "\n".join(screen) and "支出最高年份" not in set(made.fiscal["name_zh"])  # an amount


def test_a_difference_is_a_mean_and_both_levels_are_medians(compared):
    screen = comparison_console.describe_comparison(compared)
    rows = compared.comparison.query("variant == 'none' and year == 2023").set_index("outcome")
    block = screen[screen.index("none") : screen.index("cap")]
    for outcome in listed(MAIN):
        line, row = line_of(block, outcome), rows.loc[outcome.name]
        if rare := seldom(row, row["low"], row["pairs"]):
            assert " ".join(rare) in line and math.isnan(row["difference"])
        else:
            wanted = [row[k] * outcome.read_factor for k in ("difference", "low", "high")]
            found = re.findall(r"[-+]?[\d,]*\.?\d+", line.partition(": ")[2])[:3]
            assert [float(w.replace(",", "")) for w in found] == pytest.approx(wanted, rel=6e-3, abs=1e-6), line
        for words, name in (("level 水平", "level"), ("base 基准", "base")):
            found = re.search(rf"{words} ([-\d.,]+) \[([-\d.,]+), ([-\d.,]+)\]", line).groups()
            wanted = [row[f"{name}_{k}"] * outcome.read_factor for k in ("median", "p5", "p95")]
            found = [float(w.rstrip(",").replace(",", "")) for w in found]
            assert found == pytest.approx(wanted, rel=6e-3, abs=0.5), line
            assert outcome.kind != COUNT or all(value == int(value) for value in found)


def test_nothing_has_a_price_in_an_arm_that_spends_no_more_than_the_base(compared):
    """The base spends, both arms do not: their GDP and firms may rise by saving money, which bought nothing."""
    table = compared.comparison
    dear = table.assign(
        **{"cost_per_unit": 1.0, "cost_low": 0.5, "cost_high": 2.0, "found": "cost"},
        **{"difference": table["difference"].abs() + 1.0, "low": 0.5},
    )
    dear.loc[dear["outcome"] == "public_cost", "difference"] = table["difference"]
    found = SimpleNamespace(**{**vars(compared), "tables": {**compared.tables, "comparison": dear}})
    assert not any("of public money" in line for line in comparison_console.describe_comparison(found))
    dear.loc[(dear["outcome"] == "public_cost") & (dear["variant"] == "cap"), "difference"] = 5.0
    said = comparison_console.describe_comparison(found)
    where = said.index("cap")
    assert not any("of public money" in line for line in said[:where])
    assert any("of public money, 2022-2023 together" in line for line in said[where:])


def test_no_cost_in_a_comparison_is_negative_and_each_that_is_empty_has_its_reason(compared):
    table = compared.comparison
    table = table[[name.startswith("target:") or COST in outcomes()[name].uses for name in table["outcome"]]]
    assert (table["cost_low"].dropna() >= 0.0).all()
    assert (table["cost_per_unit"].notna() == (table["found"] == "cost")).all() and set(table["found"]) <= set(Found)


def test_a_package_that_spends_nothing_says_so_and_buys_nothing(cap_only):
    screen = "\n".join(describe(run(cap_only, replications=2, seed=3)))
    assert "This package spends no public money. 本方案不花财政资金。" in screen
    assert "Paid 支付" not in screen and "bought" not in screen
    assert "Effect of all policies together" in screen  # what a cap does is an effect, not a purchase


def test_one_world_has_no_interval_and_few_worlds_a_warning(package):
    alone = describe(run(package, replications=1, seed=3))
    numbers = [line for line in alone if any(f"  {o.english} {o.chinese}, " in line for o in listed(RUN))]
    assert len(numbers) > 20 and not any("[" in line for line in numbers)
    assert any("one possible course, without interval or range" in line for line in alone)
    assert any("没有区间或范围" in line for line in alone)
    assert few_worlds(100) == [] and "Only 7 worlds" in few_worlds(7)[0] and "仅7个世界" in few_worlds(7)[1]


def test_mean_and_median_of_an_effect_that_differ_in_sign_are_told_with_the_reason():
    values = np.array([1.0, 2.0, 1.5, -40.0, 0.0])
    share = {name: float(found) for name, found in sides(values).items()}
    assert (share["above_zero"], share["below_zero"]) == (0.6, 0.2)
    english, chinese = opposed(("GDP", "地区生产总值"), values.mean(), float(np.median(values)), *share.values())
    assert "GDP: above zero in 60% of worlds, yet its mean is below zero" in english
    assert "地区生产总值：60%的世界高于零，但均值低于零" in chinese
    english, _ = opposed(("GDP", "地区生产总值"), 3.0, -1.0, 0.2, 0.7)
    assert "below zero in 70% of worlds, yet its mean is above zero" in english
    assert opposed(("a", "b"), 1.0, 2.0, 0.9, 0.1) == [] == opposed(("a", "b"), 1.0, 0.0, 0.4, 0.1)


def test_no_table_of_a_comparison_has_a_bound_that_cannot_be(compared):
    rows = compared.comparison[~compared.comparison["outcome"].str.startswith("target:")]
    for row in rows.itertuples():
        known = outcomes()[row.outcome]
        for value in (row.level_low, row.level_high):
            assert np.isnan(value) or known.low <= value <= known.high, row.outcome


def test_shares_in_the_tables_of_a_run_lie_between_none_and_all(made):
    assert made.concentration[["low", "high"]].min().min() >= 0.0
    assert made.concentration[["low", "high"]].max().max() <= 1.0
    shares = made.summary[made.summary["unit"] == "share"]
    told = shares[["mean_low", "mean_high"]].stack().dropna()  # nobody holds traded quota where none is traded
    assert told.size and told.between(0.0, 1.0).all()
    assert made.fiscal.query("item == 'cash_need'")[["mean_low", "since_start_low"]].min().min() >= 0.0


def test_a_sweep_says_where_its_lowest_and_highest_medians_lie_with_their_ranges(swept):
    screen, points = sweep_console.describe_sweep(swept), swept.points
    ends = screen[next(k for k, line in enumerate(screen) if line.startswith("3 points, 9 runs.")) :]
    for outcome in (o for o in listed(MAIN) if o.name in set(points["outcome"])):
        rows, line = points[points["outcome"] == outcome.name], line_of(ends, outcome)
        for row in (rows.loc[rows["median"].idxmin()], rows.loc[rows["median"].idxmax()]):
            assert f"(point 点 {row['point']})" in line
        assert line.count("[") == 2
    assert set(names(MAIN)) <= set(points["outcome"])


def test_a_sweep_prints_a_row_for_each_point_with_its_values_and_figures(swept):
    screen, points = sweep_console.describe_sweep(swept), swept.points.set_index(["point", "outcome"])
    (head,) = (place for place, line in enumerate(screen) if line.startswith("Point by point 逐点: Real GDP"))
    for place, amount in enumerate(("0", "10000", "20000")):
        gdp, cost = (points.loc[(place, name)] for name in ("gdp_real", "public_cost"))
        shown = [between(*level(outcomes()[row.name[1]], row["median"], row["p5"], row["p95"])) for row in (gdp, cost)]
        assert screen[head + 1 + place] == (
            f"  {place}: policy_fund.amount_a_year = {amount} million yuan: {'; '.join(shown)}"
        )


@pytest.mark.parametrize("chinese", [True, False])
@pytest.mark.parametrize("objective", ["gdp", "digital_share"])
def test_a_picture_of_what_moves_an_outcome_is_in_the_unit_that_stands_on_it(objective, chinese, monkeypatch):
    """What moves 3 million yuan moves 0.03 亿元, and what moves a share of 3 moves 300 percentage points."""
    monkeypatch.setattr(experiment_figures, "has_chinese_font", lambda: chinese)
    rows = pd.DataFrame({"of": ["x"], "number": ["a"], "told": ["yes"], "effect": [3.0]})
    figure = experiment_figures._sensitivity(SimpleNamespace(objective=objective), {"screening": rows})["screening.png"]
    (axis,), known = figure.axes, outcomes()[objective]
    unit = effect_unit(known) if chinese else known.unit
    assert axis.patches[0].get_width() == pytest.approx(3.0 * (known.read_factor if chinese else 1.0))
    assert axis.get_xlabel() == f"{objective}, {unit}" and "%" not in axis.get_xlabel()
