"""Intervals against hand-worked numbers and known truth."""

import math
from statistics import NormalDist

import numpy as np
import pytest

from sim.experiments.choosing import failure_box, value_of_knowing
from sim.experiments.comparison_tables import ranking_table
from sim.experiments.shapley import interactions, shapley_values
from sim.inference.confidence import student
from sim.inference.distributions import sides, spread
from sim.inference.means import mean_band, mean_interval, unpaired_interval
from sim.inference.paired_shares import paired_share
from sim.inference.ratios import fieller
from sim.inference.shares import (
    clopper_pearson,
    clopper_pearson_high,
    clopper_pearson_low,
    share_interval,
    verdict,
    wilson,
)
from tests.changzhou import table

UNDEFINED = pytest.approx(math.nan, nan_ok=True)


def test_wilson_intervals_by_hand():
    """z = 1.95996. Of 8 in 10: (0.8 + 0.19207 -+ 1.95996 sqrt(0.016 + 0.0096037)) / 1.38415 (Wilson 1927); of none and
    of all the other end is z^2 / (n + z^2) away.
    """
    assert wilson(8, 10) == pytest.approx((0.49016, 0.94332), abs=1e-5)
    assert wilson(0, 20) == (0.0, pytest.approx(3.84146 / 23.84146, abs=1e-6))
    assert wilson(20, 20) == (pytest.approx(20.0 / 23.84146, abs=1e-6), 1.0)
    assert wilson(1, 1) == (pytest.approx(1.0 / 4.84146, abs=1e-6), 1.0)
    assert wilson(8, 10, 0.9) == pytest.approx((0.54079, 0.93145), abs=1e-5)  # z = 1.64485
    with pytest.raises(ValueError, match="at least one trial"):
        wilson(0, 0)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.51, 0.9, "as likely as asked"),
        (0.5, 0.9, "as likely as asked"),
        (0.1, 0.49, "less likely than asked"),
        (0.1, 0.5, "undecided"),
        (0.4, 0.6, "undecided"),
    ],
)
def test_a_verdict_needs_the_whole_interval_on_one_side_and_what_is_required_is_enough(low, high, said):
    assert verdict(low, high, 0.5) == said


def test_the_spread_leaves_out_what_is_undefined_and_is_undefined_where_nothing_is():
    hundred = np.arange(101.0)
    some = np.where(hundred < 50.0, hundred, np.nan)  # 0 ... 49
    found = spread(np.stack([hundred, some, np.full(101, np.nan)], axis=1))
    assert {name: part[:2].tolist() for name, part in found.items()} == {
        "median": [50.0, 24.5],
        "p5": [pytest.approx(5.0), pytest.approx(2.45)],
        "p95": [pytest.approx(95.0), pytest.approx(46.55)],
        "mean": [50.0, 24.5],
    }
    assert all(math.isnan(part[2]) for part in found.values())


def test_quantiles_of_students_t_are_those_of_the_tables():
    assert (student(2), student(10, 0.9)) == (pytest.approx(4.30265, abs=1e-5), pytest.approx(1.81246, abs=1e-5))


def test_the_interval_of_a_mean_is_that_of_one_column_and_keeps_within_what_can_be():
    values = np.array([[0.0, 1.0, np.nan], [np.nan, 3.0, np.nan], [2.0, 2.0, 7.0]])
    found = mean_band(values)
    for column in (0, 1):
        ends = mean_interval(values[:, column])[1:]
        assert (found["mean_low"][column], found["mean_high"][column]) == pytest.approx(ends)
    assert math.isnan(found["mean_low"][2]) and math.isnan(found["mean_high"][2])  # of one value there is none
    kept = mean_band(values, 0.0, 5.0)
    assert kept["mean_low"][0] == 0.0 and kept["mean_high"][0] == 5.0


def test_the_sides_of_an_effect_are_counted_over_worlds_in_which_it_is_defined():
    found = sides(np.array([[1.0, np.nan], [-2.0, np.nan], [0.0, np.nan], [np.nan, np.nan]]))
    assert found["above_zero"][0] == found["below_zero"][0] == pytest.approx(1.0 / 3.0)
    assert math.isnan(found["above_zero"][1]) and math.isnan(found["below_zero"][1])


def test_the_interval_of_a_share_says_how_few_worlds_it_rests_on():
    """All of three: from 0.025^(1/3); none of thirty: up to 1 - 0.025^(1/30); worlds without money are left out."""
    three, thirty = np.ones(3), np.ones(30)
    assert share_interval(three, three) == (1.0, pytest.approx(0.025 ** (1 / 3)), 1.0)
    assert share_interval(0.0 * thirty, thirty) == (0.0, 0.0, pytest.approx(1.0 - 0.025 ** (1 / 30)))
    assert share_interval(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == (1.0, pytest.approx(0.025), 1.0)
    assert share_interval(np.array([0.3]), np.array([1.0]))[1:] == pytest.approx((0.0, 0.99), abs=0.02)
    assert all(math.isnan(end) for end in share_interval(np.zeros(4), np.zeros(4)))
    noise = np.array([1.0, 1.0 - 1e-16])
    assert share_interval(noise, np.ones(2)) == share_interval(np.ones(2), np.ones(2))


def test_a_share_of_money_counts_for_as_many_worlds_as_its_spread_and_their_number_tell():
    """Five worlds of one yuan, shares 0.4 to 0.6: error 0.001, normal over Student's quantile of four 1.96 / 2.7764."""
    part, worlds = np.array([0.4, 0.5, 0.6, 0.5, 0.5]), 0.25 / 0.001 * (1.959964 / 2.776445) ** 2
    assert share_interval(part, np.ones(5)) == pytest.approx((0.5, *clopper_pearson(worlds / 2, worlds)), abs=1e-6)


def test_the_interval_of_a_share_of_money_holds_the_truth_as_often_as_it_says():
    luck, truth, held = np.random.default_rng(2), 0.9, []
    for _ in range(400):
        share = luck.beta(9.0, 1.0, 30)  # mean 0.9
        total = luck.lognormal(0.0, 0.5, 30)
        _, low, high = share_interval(share * total, total)
        held.append(low <= truth <= high)
    assert np.mean(held) >= 0.93


def test_two_defined_values_make_an_interval_and_one_makes_none():
    assert mean_interval(np.array([0.0, np.nan, 2.0])) == pytest.approx((1.0, -11.70620, 13.70620), abs=1e-5)
    assert mean_interval(np.array([0.0, 2.0]), 0.9) == pytest.approx((1.0, 1.0 - 6.31375, 1.0 + 6.31375), abs=1e-5)
    mean, low, high = mean_interval(np.array([1.0, np.nan]))
    assert mean == 1.0 and math.isnan(low) and math.isnan(high)
    assert all(math.isnan(part) for part in mean_interval(np.array([np.nan])))


def test_paired_shares_by_hand():
    """Without a pair that differs n d = z^2 (1 - d): z^2 / (n + z^2) either way (Tango 1998); the rest as the
    likelihood of the next test has it.
    """
    base = np.array([0, 0, 0, 1, 1, 1, 1, 0, 0, 0])
    variant = np.array([1, 1, 1, 0, 1, 1, 1, 0, 0, 0])
    assert paired_share(base, variant) == pytest.approx((0.2, -0.21709, 0.55145), abs=1e-5)
    assert paired_share(variant, base) == pytest.approx((-0.2, -0.55145, 0.21709), abs=1e-5)
    end = 3.84146 / 33.84146
    assert paired_share(np.ones(30), np.ones(30)) == pytest.approx((0.0, -end, end), abs=1e-6)
    both = paired_share(np.zeros(2), np.ones(2)), paired_share(np.ones(2), np.zeros(2))
    assert [(one[0], one[2]) for one in both[:1]] == [(1.0, 1.0)] and both[1][:2] == (-1.0, -1.0)
    assert both[0][1] == pytest.approx(-both[1][2])


@pytest.mark.parametrize(
    ("gained", "lost", "pairs", "confidence"), [(3, 1, 10, 0.95), (0, 4, 30, 0.9), (7, 0, 20, 0.95)]
)
def test_an_end_of_a_paired_interval_is_where_the_likeliest_spread_puts_the_score_at_z(gained, lost, pairs, confidence):
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    base = np.repeat([0, 1, 0], [gained, lost, pairs - gained - lost])
    variant = np.repeat([1, 0, 0], [gained, lost, pairs - gained - lost])
    seen, *ends = paired_share(base, variant, confidence)
    for end in ends:
        loss = np.linspace(max(-end, 0.0), (1.0 - end) / 2.0, 400_001)[1:-1]
        chance = gained * np.log(loss + end) + lost * np.log(loss)
        likeliest = loss[np.argmax(chance + (pairs - gained - lost) * np.log(1.0 - end - 2.0 * loss))]
        spread = math.sqrt((2.0 * likeliest + end - end**2) / pairs)
        assert abs(seen - end) / spread == pytest.approx(z, rel=1e-3)


def test_an_unpaired_interval_by_hand():
    """Variances of means 4 / 3 and 12 / 3, 3.2 degrees of freedom, t(3) = 3.18245: 10 -+ 3.18245 sqrt(5.33333)."""
    base, variant = np.array([0.0, 2.0, 4.0, np.nan]), np.array([10.0, 10.0, np.nan, 16.0])
    assert unpaired_interval(base, variant) == pytest.approx((2.65045, 17.34955), abs=1e-5)
    assert unpaired_interval(base, variant, 0.9) == pytest.approx((10 - 5.43486, 10 + 5.43486), abs=1e-5)  # 2.35336
    assert unpaired_interval(np.ones(2), 3.0 * np.ones(2)) == (2.0, 2.0)
    for one, other in ((np.ones(1), variant), (base, np.ones(1))):
        assert unpaired_interval(one, other) == (UNDEFINED, UNDEFINED)
    # of unequal numbers: 2 / 2 and 12 / 3, 25 / (1 + 8) degrees of freedom, t(2) = 4.30265
    assert unpaired_interval(np.array([0.0, 2.0]), variant) == pytest.approx((1.37898, 20.62102), abs=1e-5)


def test_the_cost_of_an_effect_by_hand():
    """Means 22 and 10; of the means the variances are 4 and 1 / 3, the covariance 1; t^2 = 18.51282:
    (201.48718 -+ sqrt(201.48718^2 - 93.82906 x 409.94872)) / 93.82906.
    """
    cost, effect = np.array([20.0, 20.0, 26.0]), np.array([9.0, 10.0, 11.0])
    assert fieller(cost, effect) == pytest.approx((2.2, 1.65530, 2.63949), abs=1e-4)
    assert fieller(cost, -effect) == pytest.approx((-2.2, -2.63949, -1.65530), abs=1e-4)
    assert fieller(2.0 * effect, effect) == pytest.approx((2.0, 2.0, 2.0))  # two of each, in every world
    assert fieller(np.full(2, 6.0), np.full(2, 3.0)) == (2.0, 2.0, 2.0)  # two worlds are enough, one is not
    assert np.isnan(fieller(np.full(1, 6.0), np.full(1, 3.0))).all()


@pytest.mark.parametrize(
    ("cost", "effect"),
    [
        ([20.0, 20.0, 26.0], [-1.0, 0.0, 1.0]),  # may be nothing
        ([20.0, 20.0, 26.0], [0.0, 0.0, 0.0]),
        ([20.0], [9.0]),
        ([20.0, math.nan, 26.0], [9.0, 10.0, 11.0]),
        ([20.0, 20.0, 26.0], [9.0, 10.0, math.nan]),
    ],
)
def test_money_over_an_effect_that_may_be_nothing_or_is_not_known_has_no_price(cost, effect):
    assert fieller(np.array(cost), np.array(effect)) == (UNDEFINED, UNDEFINED, UNDEFINED)


def test_a_student_interval_by_hand():
    mean, low, high = mean_interval(np.array([1.0, 2.0, 3.0]))  # t(2) = 4.3027, s = 1
    assert mean == 2.0
    assert (low, high) == (
        pytest.approx(2 - 4.3027 / math.sqrt(3), abs=1e-3),
        pytest.approx(2 + 4.3027 / math.sqrt(3), abs=1e-3),
    )


def test_clopper_pearson_bounds_by_hand():
    assert clopper_pearson_low(10, 10) == pytest.approx(
        0.05 ** (1 / 10)
    )  # all hits: the bound is alpha to the power 1/n
    assert clopper_pearson_high(0, 10) == pytest.approx(1 - 0.05 ** (1 / 10))
    assert clopper_pearson_low(0, 10) == 0.0
    # 5 of 10: what five or more hits have a chance of one in twenty at
    low = clopper_pearson_low(5, 10)
    assert sum(math.comb(10, k) * low**k * (1 - low) ** (10 - k) for k in range(5, 11)) == pytest.approx(0.05)
    assert clopper_pearson_high(5, 10) == pytest.approx(1.0 - low)
    assert clopper_pearson_low(10, 10, 0.9) == pytest.approx(0.1 ** (1 / 10))
    assert clopper_pearson_high(0, 10, 0.9) == pytest.approx(1 - 0.1 ** (1 / 10))


def test_paired_shares_without_a_change_are_zero_with_an_honest_width():
    same = np.ones(40)
    difference, low, high = paired_share(same, same)
    assert difference == 0.0
    assert low == -high < 0.0


@pytest.mark.parametrize("draw", ["normal", "skewed"])
def test_the_paired_interval_covers_a_known_difference_in_93_to_98_of_100(draw):
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        luck = rng.normal(size=60) * 10.0
        effect = 1.5 + (rng.normal(size=60) if draw == "normal" else rng.gamma(4.0, 0.5, size=60) - 2.0)
        _, low, high = mean_interval((luck + effect) - luck)
        hits += low <= 1.5 <= high
    assert 930 <= hits <= 980


def test_paired_shares_cover_a_known_difference_in_93_to_97_of_100():
    rng = np.random.default_rng(6)
    hits = 0
    for _ in range(1000):
        draw = rng.random(200)
        base, variant = (draw < 0.5).astype(float), (draw < 0.58).astype(float)
        _, low, high = paired_share(base, variant)
        hits += low <= 0.08 <= high
    assert 930 <= hits <= 970


def test_pairs_with_common_luck_are_narrower_than_worlds_apart():
    rng = np.random.default_rng(7)
    luck = rng.normal(size=100)
    base, variant = luck, luck + 0.1 + 0.1 * rng.normal(size=100)
    _, low, high = mean_interval(variant - base)
    wide_low, wide_high = unpaired_interval(base, variant)
    assert (high - low) < 0.2 * (wide_high - wide_low)


def test_cost_per_unit_by_hand_and_undefined_when_the_effect_may_be_zero():
    cost, effect = np.array([10.0, 10.0, 10.0, 10.0]), np.array([2.0, 2.0, 2.0, 2.0])
    assert fieller(cost, effect) == (5.0, 5.0, 5.0)
    assert all(math.isnan(v) for v in fieller(cost, np.array([1.0, -1.0, 1.0, -1.0])))


def test_fieller_covers_a_known_ratio():
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(1000):
        effect = 2.0 + rng.normal(size=50)
        cost = 10.0 + 3.0 * rng.normal(size=50)
        _, low, high = fieller(cost, effect)
        hits += low <= 5.0 <= high
    assert 925 <= hits <= 975


def test_shapley_values_of_the_glove_game():
    """One left glove, two right ones; a pair is worth 1: the left glove gets 4/6, each right one 1/6."""

    def worth(members):
        return np.array([1.0 if "left" in members and ("a" in members or "b" in members) else 0.0])

    names = ["left", "a", "b"]
    game = {
        frozenset(m): worth(m) for m in ([], ["left"], ["a"], ["b"], ["left", "a"], ["left", "b"], ["a", "b"], names)
    }
    found = {name: float(value[0]) for name, value in shapley_values(game, names).items()}
    assert found == {"left": pytest.approx(4 / 6), "a": pytest.approx(1 / 6), "b": pytest.approx(1 / 6)}
    pairs = interactions(game, names)
    assert float(pairs["left", "a"][0]) == pytest.approx(0.5)  # alone together 1, with b already there 0
    assert float(pairs["a", "b"][0]) == pytest.approx(-0.5)


def test_ranks_and_regret_by_hand():
    table = ranking_table(["a", "b"], np.array([[3.0, 1.0, 2.0, 2.0], [1.0, 4.0, 2.0, 1.0]])).set_index("arm")
    assert table.loc["a", "chance_best"] == pytest.approx((1 + 0 + 0.5 + 1) / 4)
    assert table.loc["a", "largest_regret"] == 3.0
    assert table.loc["b", "mean_regret"] == pytest.approx((2 + 0 + 0 + 1) / 4)


def test_only_a_number_that_turns_the_choice_is_worth_knowing():
    rng = np.random.default_rng(9)
    points = rng.random((4000, 2))
    worth = np.stack(
        [points[:, 0], np.full(4000, 0.5)], axis=1
    )  # arm 0 is better when the first number is above a half
    worths = value_of_knowing(table(), ["decides", "idle"], points, worth, rng).set_index("number")
    assert worths.loc["decides", "value"] == pytest.approx(0.125, abs=0.01)  # E max(u, 1/2) - 1/2 = 1/8
    assert worths.loc["idle", "value"] < 0.01
    assert worths["worth_a_survey"].to_dict() == {"decides": "yes", "idle": "no"}
    assert worths.loc["decides", "low"] < 0.125 < worths.loc["decides", "high"] and worths.loc["idle", "low"] == 0.0
    box = failure_box(table(), ["decides", "idle"], points, worth + np.array([0.1, 0.0]), ["a", "b"], rng)
    row = box[box["number"] == "decides"].iloc[0]
    assert row["preferred"] == "a"
    assert row["high_share"] <= 0.45
    assert row["density"] > 0.9
