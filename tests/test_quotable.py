"""What may be quoted is read aloud by who has nothing else before them: city, outlook, both sides, year, worlds."""

from types import SimpleNamespace

import pandas as pd
import pytest

from sim.experiments import compare as comparing
from sim.experiments.payment_classes import PaymentClass
from sim.report.answer import UNTOLD
from sim.report.quotable import _attribution, _class, _target
from sim.report.quotable_designs import level_told
from sim.report.quote import Side, listed, paired, place
from sim.report.quoted import NO_INTERVAL_OF_ONE
from sim.report.targets import by_year, likely
from sim.scenario.reading import load
from sim.tables.catalogue import outcomes
from tests.test_cities_are_data import FENGHE

BASE, OTHER = load("no-policy"), load("baseline-2022")
EXPERIMENT = comparing.plan(BASE, {"package": OTHER}, pairs=2)
SIDES = (Side("package", OTHER), Side("no-policy", BASE))
HERE = "Changzhou, simulated with the outlook of February 2022"
HERE_ZH = "常州，按2022年2月的前景判断模拟"


def row(**changes):
    usual = {"year": 2024, "level": 1_030_000.0, "base": 1_000_000.0, "difference": 30_000.0, "pairs": 9}
    return SimpleNamespace(
        **usual | {"low": 10_000.0, "high": 50_000.0, "above_zero": 1.0, "below_zero": 0.0} | changes
    )


def quote(sides=SIDES, experiment=EXPERIMENT, **changes):
    return paired(experiment, row(**changes), outcomes()["gdp"], 2022, sides)


def test_a_difference_is_quoted_with_both_sides_its_interval_its_year_and_its_worlds():
    assert quote() == (
        f"{HERE}: GDP in 2024: package 10,300 亿元, no-policy 10,000 亿元, difference +300 [+100, +500] 亿元 "
        "(means over 9 worlds, in each of which both drew the same luck; of the difference the 95 % interval of its "
        "mean)",
        f"{HERE_ZH}：地区生产总值，2024年，package为10,300亿元，no-policy为10,000亿元，相差+300 [+100, +500]亿元"
        "（9个世界的均值，各世界中两者抽取的运气相同；差值附其均值的95%区间）",
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"low": -1.0}, UNTOLD),
        ({"pairs": 1, "low": float("nan"), "high": float("nan")}, NO_INTERVAL_OF_ONE),
        ({"above_zero": 0.0, "difference": 0.0, "low": 0.0, "high": 0.0}, ("in each of 9 worlds", "9个世界均无差别")),
    ],
)
def test_a_quotation_says_what_keeps_it_from_being_an_effect(changes, told):
    assert all(words in said for words, said in zip(told, quote(**changes), strict=True))
    assert ("[" in quote(**changes).english) is (changes.keys() == {"low"})


def test_a_difference_that_is_not_of_policy_alone_says_so_with_the_values_of_both_sides():
    world = OTHER.with_changes({"outlook.demand_shift": 0.05, "parameters.boom_size": 2.0})
    english, chinese = quote((Side("package", world), SIDES[1]))
    assert (
        "not policy alone: they differ also in outlook.demand_shift (0.05 / 0.0), parameters.boom_size (2.0 / us"
        in english
    )
    assert (
        "并非政策单独作用，另有不同：outlook.demand_shift (0.05 / 0.0), parameters.boom_size (2.0 / 惯用值)" in chinese
    )
    same = quote((Side("other", OTHER.with_changes({"outlook.demand_shift": 0.05})), Side("package", OTHER)))
    assert "no policy differs, but outlook.demand_shift" in same.english and "两者政策相同" in same.chinese


def test_a_figure_of_another_outlook_or_city_or_of_numbers_held_says_so():
    known = OTHER.with_changes({"outlook.thresholds": "as-known", "horizon.until": "2024Q4"})
    changed = comparing.plan(known, {"x": known.without_policies()}, pairs=2, fixed=True)
    here = place(changed)
    assert here.english.startswith(f"{HERE}, written over in outlook.thresholds = as-known; changed by options: ")
    assert here.chinese.startswith(f"{HERE_ZH}（改写outlook.thresholds = as-known）；由选项改动：")
    assert "assumed numbers are held" in quote(experiment=changed).english
    city = load("no-policy", FENGHE)
    there = place(comparing.plan(city, {"x": city.with_changes({"envelope.amount_a_year": 1.0})}, pairs=2))
    assert there.english.startswith("Fenghe, ") and there.chinese.startswith("枫河，")


def test_of_many_changes_the_first_are_named_and_the_rest_counted():
    assert listed(list("abcd")) == ("a, b, c, d",) * 2
    assert listed(list("abcdef")) == ("a, b, c, d and 2 more", "a, b, c, d等6项")


def target(**changes):
    asked = {
        "sentence": "World 500 firms on the list: 1 or more in 2025",
        "sentence_zh": "在榜世界500强：2025年不低于1家",
    }
    usual = {
        "probability": 0.5,
        "low": 0.3,
        "high": 0.7,
        "replications": 40,
        "without_policy": 0.25,
        "difference": 0.25,
    }
    ends = {"difference_low": 0.125, "difference_high": 0.375}
    return _target(SimpleNamespace(experiment=EXPERIMENT), SimpleNamespace(**asked | usual | ends | changes))


def test_a_chance_is_quoted_beside_that_without_policy_with_its_worlds_and_of_one_world_no_chance_is_quoted():
    english, chinese = target()
    assert (
        "no-policy 50% [30%, 70%]" in english
        and "without any policy 25%, difference +25.0 percentage points" in english
    )
    assert english.endswith("[+12.5, +37.5] (shares of 40 worlds, 95 % intervals)") and "无任何政策时25%" in chinese
    one = target(replications=1, probability=1.0)
    assert "%" not in one.english and one.english.endswith("reached with no-policy (one world: no interval)")
    assert "without" not in target(without_policy=float("nan")).english


def test_the_screen_of_one_world_says_whether_a_target_is_reached_and_no_probability():
    rows = [
        SimpleNamespace(year=y, replications=1, probability=p, low=0.2, high=1.0) for y, p in ((2024, 0), (2025, 1))
    ]
    rows[1].sentence, rows[1].sentence_zh = "asked", "所问"
    assert likely(rows[1]) == ("reached (one world: no interval): asked", "达到（仅一个世界，无区间）：所问")
    assert by_year(rows) == "2024 not reached 未达到; 2025 reached 达到"


def test_a_level_of_one_world_has_no_range():
    levels = SimpleNamespace(year=2025, median=1e6, p5=9e5, p95=2e6)
    many, one = (level_told(EXPERIMENT, outcomes()["gdp"], levels, 2022, "x", n) for n in (5, 1))
    assert "[9,000, 20,000]" in many.english and "5 worlds" in many.english and "5个世界" in many.chinese
    assert one.english.endswith("x 10,000 亿元 (one world: no interval)")


def test_what_the_money_bought_is_one_sentence_of_all_classes_which_says_what_is_paid_outside_the_clusters():
    shares = {"deadweight": 0.6, "unconditional": 0.3, "additional": 0.1}
    table = pd.DataFrame(
        [
            {"instrument": "all", "class": name, "million_yuan": 1000 * share, "share": share, "share_low": share / 2}
            | {"share_high": share, "total": 1000.0, "worlds": 7}
            for name, share in shares.items()
        ]
    )
    groups = pd.DataFrame({"cluster": ["rest_of_city", "textiles"], "million_yuan": [200.0, 400.0]})
    tables = {"attribution": table, "attribution_groups": groups}
    ((english, chinese),) = _attribution(SimpleNamespace(experiment=EXPERIMENT, tables=tables))
    assert (
        "of 10 亿元 of public money that no-policy paid, 2022-2025 together: 60.0% [30.0%, 60.0%] deadweight" in english
    )
    assert "counted in it 20.0% of all money, paid to firms outside the modelled clusters" in english
    assert "30.0% [15.0%, 30.0%] unconditional, money that no event earns" in english and "7 worlds" in english
    assert "无条件发放（不与任何事件挂钩的资金）占30.0%" in chinese and "占全部资金的20.0%" in chinese


@pytest.mark.parametrize("name", list(PaymentClass))
def test_every_class_of_money_has_its_meaning_in_a_quotation(name):
    english, chinese = _class({"class": str(name), "share": 0.5, "share_low": 0.4, "share_high": 0.6}, 0.0)
    assert english.startswith(f"50.0% [40.0%, 60.0%] {name}, money ") and chinese.startswith(f"{name.chinese}（")
    assert "outside" not in english
