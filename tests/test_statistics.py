"""Intervals against hand-worked numbers and known truth."""

import math

import numpy as np
import pytest

from sim.experiments.comparison_tables import ranking_table
from sim.experiments.sensitivity import failure_box, value_of_knowing
from sim.experiments.shapley import interactions, shapley_values
from sim.experiments.statistics import (
    clopper_pearson_high,
    clopper_pearson_low,
    fieller,
    mean_interval,
    paired_share,
    unpaired_interval,
)
from tests.changzhou import table


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


def test_paired_shares_without_a_change_are_zero_with_an_honest_width():
    same = np.ones(40)
    difference, low, high = paired_share(same, same)
    assert difference == 0.0
    assert low == -high < 0.0


@pytest.mark.parametrize("draw", ["normal", "skewed"])
def test_the_paired_interval_covers_a_known_difference_in_93_to_97_of_100(draw):
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(1000):
        luck = rng.normal(size=60) * 10.0
        effect = 1.5 + (rng.normal(size=60) if draw == "normal" else rng.gamma(4.0, 0.5, size=60) - 2.0)
        _, low, high = mean_interval((luck + effect) - luck)
        hits += low <= 1.5 <= high
    assert 930 <= hits <= 970


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
    worths = value_of_knowing(table(), ["decides", "idle"], points, worth).set_index("number")
    assert worths.loc["decides", "value"] == pytest.approx(0.125, abs=0.01)  # E max(u, 1/2) - 1/2 = 1/8
    assert worths.loc["idle", "value"] < 0.01
    box = failure_box(table(), ["decides", "idle"], points, worth + np.array([0.1, 0.0]), ["a", "b"])
    row = box[box["number"] == "decides"].iloc[0]
    assert row["preferred"] == "a"
    assert row["high_share"] <= 0.45
    assert row["density"] > 0.9
