"""What worlds tell of all worlds, against hand-worked numbers and known truth: means, bets, verdicts, discoveries."""

import math

import numpy as np
import pytest

from sim.experiments.winners_table import winners_table
from sim.firms.sizes import SIZES
from sim.inference.betting import betting_interval
from sim.inference.differing import share_of_worlds, too_few
from sim.inference.discoveries import chance_of_none, discovered
from sim.inference.means import mean_interval
from sim.inference.of_outcome import effect_mean, level_mean, mean_columns
from sim.inference.sequence import OF_MEAN, OF_WORLDS, judge, log_capital, share_sequence
from sim.inference.shares import clopper_pearson
from sim.tables.catalogue import CLUSTER, COUNT, SIZE, VALUE_ADDED, names, outcomes
from sim.tables.likelihood import ARM_VERDICTS, BETTER, EQUAL, UNDECIDED, WORSE, arm_verdicts_zh
from tests.changzhou import CHANGZHOU

GDP, LISTED = outcomes()["gdp"], outcomes()["world_500_firms"]


def test_the_interval_of_a_skewed_mean_by_hand():
    """Nine noughts and a ten: mean 1, deviation sqrt(10), skewness 1000 x (0.1 x 0.9^3 - 0.9 x 0.1^3) / 10^1.5 =
    2.27684, enlarged by 1.853 + 0.2157 x 5.18400 = 2.97119 to 6.76492. The tail is t(9) at 98.5 %, 2.57381, over
    sqrt(10): 0.81391. Above: 3 (cbrt(1 - 6.76492 (0.81391 + 0.11275)) - 1) / 6.76492 = -1.21513 deviations; below it
    is 3 (cbrt(1 + 6.76492 x 0.70116) - 1) / 6.76492 = 0.35070, less than Student's 2.26216 / sqrt(10).
    """
    _, low, high = mean_interval(np.array([0.0] * 9 + [10.0]))
    assert low == pytest.approx(1.0 - 2.26216, abs=1e-4)
    assert high == pytest.approx(1.0 + 1.21513 * math.sqrt(10.0), abs=1e-4)


def test_the_interval_of_even_values_is_at_most_a_fifth_wider_than_students():
    luck = np.random.default_rng(3)
    for size in (30, 100, 200):
        values = luck.normal(size=(400, size))
        wide = [np.subtract(*mean_interval(row)[:0:-1]) for row in values]
        student = (
            2.0 * values.std(axis=1, ddof=1) / math.sqrt(size) * (2.04523, 1.98422, 1.97196)[(30, 100, 200).index(size)]
        )
        assert 1.0 <= np.mean(wide / student) <= 1.2


@pytest.mark.parametrize(
    ("values", "few"),
    [
        ([0.0] * 30, True),  # nothing was met, which is not to say that there is nothing
        ([0.0] * 29 + [1.0], True),
        ([1.0] * 29 + [0.0], True),  # as little is known of the other side
        ([0.0] * 184 + [1.0] * 16, False),
        ([0.0] * 185 + [1.0] * 15, True),
        ([500.0] * 30, False),  # a sum laid down by a rule
        ([1.0, 2.0, 3.0], False),
        ([1.0], False),
        ([0.0], False),
        ([math.nan] * 3, False),
        ([0.0] * 29 + [math.nan], True),
        ([1e-12] * 15 + [-1e-12] * 15, True),  # what rounding left
    ],
)
def test_the_mean_of_worlds_of_which_few_differ_is_not_told(values, few):
    assert bool(too_few(np.array(values))) is few
    assert list(too_few(np.array([values, values]).T)) == [few, few]


def test_of_thirty_worlds_without_a_difference_at_most_a_tenth_of_all_have_one():
    assert share_of_worlds(0, 30) == (0.0, pytest.approx(1.0 - 0.05 ** (1.0 / 30.0)))  # 9.5 %
    assert share_of_worlds(30, 30) == (pytest.approx(0.05 ** (1.0 / 30.0)), 1.0)
    assert share_of_worlds(2, 200) == clopper_pearson(2, 200)


def test_a_betting_interval_is_that_of_the_paper():
    """As ville 0.1.0 has it on its grid of ten thousandths: 0.40874 to 0.60196, and -0.21222 to 0.24262."""
    values = np.array([0.2, 0.4, 1.0, 0.6, 0.3, 0.9, 0.1, 0.5] * 10)
    assert betting_interval(values, 0.0, 1.0, looks=True) == pytest.approx((0.40880, 0.60188), abs=1e-5)
    rare = np.zeros(60)
    rare[30] = 1.0
    assert betting_interval(rare, -2.0, 2.0, looks=True) == pytest.approx((-0.21194, 0.24225), abs=1e-5)


def test_a_betting_interval_of_one_value_by_hand():
    """Of 1 in 0 to 1 the stake is sqrt(2 log 40 / 0.25) = 5.43, so that 1 becomes 6.43 at the most: not 40."""
    assert betting_interval(np.array([1.0]), 0.0, 1.0) == (0.0, 1.0)
    with pytest.raises(ValueError, match="leave their bounds 0 to 1"):
        betting_interval(np.array([1.5]), 0.0, 1.0)


def test_a_betting_interval_covers_a_rare_count_where_students_does_not():
    luck = np.random.default_rng(4)
    rare = (luck.random((300, 100)) < 0.02).astype(float)
    held = [low <= 0.02 <= high for low, high in (betting_interval(row, 0.0, 1.0) for row in rare)]
    student = [low <= 0.02 <= high for _, low, high in map(mean_interval, rare)]
    assert np.mean(held) >= 0.95 > 0.93 > np.mean(student)


def test_an_outcome_takes_the_interval_that_its_row_calls_for():
    luck = np.random.default_rng(5)
    money, some = luck.normal(100.0, 10.0, 40), np.repeat([0.0, 1.0], 20)
    assert effect_mean(GDP, money) == mean_interval(money)
    assert effect_mean(LISTED, some) == (0.5, *betting_interval(some, -5.0, 5.0))
    assert level_mean(LISTED, some) == (0.5, *betting_interval(some, 0.0, 5.0))
    assert np.isnan(effect_mean(LISTED, np.zeros(40))).all() and np.isnan(effect_mean(GDP, np.zeros(40))).all()
    assert level_mean(LISTED, np.zeros(40))[0] == 0.0 and math.isnan(level_mean(LISTED, np.zeros(40))[1])
    beyond = np.repeat([0.0, 9.0], 20)  # a bound that does not hold is none
    assert effect_mean(LISTED, beyond) == (4.5, mean_interval(beyond)[1], 5.0 + 5.0 - 5.0)


def test_the_columns_of_a_mean_are_those_of_each_year():
    years = np.stack([np.repeat([0.0, 1.0], 20), np.zeros(40)], axis=1)
    for outcome in (GDP, LISTED):
        found = mean_columns(outcome, years)
        ends = level_mean(outcome, years[:, 0])[1:]
        assert (found["mean_low"][0], found["mean_high"][0]) == pytest.approx(ends)
        assert np.isnan([found["mean_low"][1], found["mean_high"][1]]).all()


def test_only_counts_are_bounded_and_a_level_and_its_effects_alike():
    bounded = {o.name: o for o in outcomes().values() if o.bounded}
    assert bounded and all(o.kind == COUNT for o in bounded.values())
    for outcome in outcomes().values():
        if outcome.against and outcome.part in bounded:
            reach = bounded[outcome.part].high - bounded[outcome.part].low
            assert (outcome.low, outcome.high) == (-reach, reach)


def test_a_share_that_may_be_looked_at_by_hand():
    """After 10 of 10 the bet has 1 / (11 p^10): twenty at p = (1 / 220)^(1 / 10)."""
    assert share_sequence(10, 10) == (pytest.approx((1.0 / 220.0) ** 0.1), 1.0)
    assert share_sequence(0, 0) == (0.0, 1.0)
    low, high = share_sequence(32, 40)  # as ville 0.1.0 has it
    assert (low, high) == (pytest.approx(0.56662, abs=1e-5), pytest.approx(0.94367, abs=1e-5))
    assert log_capital(32, 40, low) == pytest.approx(math.log(20.0))


@pytest.mark.parametrize(
    ("gain", "margin", "reach", "said"),
    [
        (np.ones(30), 0.0, np.inf, BETTER),
        (-np.ones(30), 0.0, np.inf, WORSE),
        (np.tile([1.0, -1.0], 30), 0.0, np.inf, UNDECIDED),
        (np.tile([1.0, -1.0], 100), 2.0, np.inf, EQUAL),
        (np.zeros(30), 0.0, np.inf, UNDECIDED),  # 0 of 30: up to a tenth of all may differ yet
        (np.zeros(100), 0.0, np.inf, EQUAL),
        (np.ones(60), 0.0, 1.0, BETTER),
        (-np.ones(60), 0.0, 1.0, WORSE),
        (np.zeros(400), 0.1, 1.0, EQUAL),
        (np.zeros(400), 0.0, 1.0, UNDECIDED),  # a mean is never known to be nought
        (np.array([]), 0.0, np.inf, UNDECIDED),
    ],
)
def test_an_arm_is_better_worse_practically_equal_or_undecided(gain, margin, reach, said):
    found = judge(gain, margin, reach)
    assert found.verdict == said
    assert found.statistic == (OF_MEAN if reach < np.inf and gain.size else OF_WORLDS)


def test_every_verdict_has_its_words_in_chinese():
    assert tuple(arm_verdicts_zh()) == ARM_VERDICTS


LOOKS = np.arange(30, 2001)


def wrongly_told(values, centre=0.0):
    """Whether a verdict on the share of worlds better is given at any look though half of those that differ are."""
    hits = np.cumsum(values > centre)[LOOKS - 1]
    return bool((log_capital(hits, LOOKS, 0.5) > math.log(40.0)).any())


@pytest.mark.parametrize("draw", ["normal", "lognormal"])
def test_looking_after_every_pair_tells_no_difference_where_there_is_none(draw):
    """A look after each of 30 to 2,000 pairs; lognormal of spread 1.5, centred at its median."""
    luck = np.random.default_rng(6)
    wrong = [
        wrongly_told(luck.normal(size=2000) if draw == "normal" else luck.lognormal(0.0, 1.5, 2000) - 1.0)
        for _ in range(1000)
    ]
    assert np.mean(wrong) <= 0.05


def test_what_a_look_tells_of_shares_is_told_by_the_verdict():
    luck = np.random.default_rng(7)
    for _ in range(20):
        gain = luck.normal(0.3, 1.0, 60)
        hits = int((gain > 0.0).sum())
        told = log_capital(hits, 60, 0.5) > math.log(40.0)
        assert (judge(gain, 0.0).verdict in (BETTER, WORSE)) == bool(told)


def test_looking_after_every_pair_tells_no_difference_of_a_rare_bounded_outcome():
    """One world in a hundred differs, as often up as down; what was ruled out stays so: the last look shows all."""
    luck = np.random.default_rng(8)
    wrong = []
    for _ in range(200):
        rare = luck.choice([0.0, 1.0, -1.0], size=2000, p=[0.99, 0.005, 0.005])
        low, high = betting_interval(rare, -1.0, 1.0, looks=True)
        wrong.append(not low <= 0.0 <= high)
    assert np.mean(wrong) <= 0.05


def test_an_effect_of_half_a_deviation_is_told_by_two_hundred_pairs_in_nine_of_ten():
    luck = np.random.default_rng(9)
    told = [judge(luck.normal(0.5, 1.0, 200), 0.0).verdict == BETTER for _ in range(300)]
    assert np.mean(told) >= 0.9


def test_arms_of_which_a_ninth_of_worlds_differ_are_not_called_equal():
    luck = np.random.default_rng(10)
    wrong = []
    for _ in range(300):
        within = np.cumsum(luck.random(2000) < 0.89)[LOOKS - 1]
        seen = within / LOOKS
        wrong.append(bool(((log_capital(within, LOOKS, 0.9) > math.log(40.0)) & (seen > 0.9)).any()))
    assert np.mean(wrong) <= 0.05


def test_the_chance_of_no_difference_by_hand():
    """Of 1, 2, 3: t = 2 / (1 / sqrt 3) on two degrees of freedom; three of thirty up and none down: 2 / 2^3."""
    assert chance_of_none(np.array([1.0, 2.0, 3.0])) == pytest.approx(0.07418, abs=1e-5)
    assert chance_of_none(np.array([0.0] * 27 + [1.0] * 3)) == pytest.approx(0.25)
    assert chance_of_none(np.zeros(30)) == 1.0 and chance_of_none(np.full(30, 5.0)) == 0.0
    assert chance_of_none(np.array([math.nan, 1.0])) == 1.0


def test_of_rows_that_are_named_at_most_one_in_twenty_is_none():
    """Four rows: c = 1 + 1/2 + 1/3 + 1/4 = 25/12, so the least may be 0.05 / (4 x 25/12) = 0.006 and the next 0.012."""
    assert list(discovered([0.0061, 0.5, 0.5, 0.5])) == [False] * 4
    assert list(discovered([0.0059, 0.5, 0.5, 0.5])) == [True, False, False, False]
    assert list(discovered([0.0059, 0.0119, 0.5, 0.5])) == [True, True, False, False]
    assert discovered([]).size == 0


def worlds(gain, number=40):
    """Worlds of two arms alike but for luck, and for a gain in the first cluster's value added."""
    luck = np.random.default_rng(12)

    def run(more):
        clusters = {name: luck.normal(size=(1, 10)).tolist() for name in names(CLUSTER)}
        clusters[VALUE_ADDED][0][0] += more
        sizes = {name: luck.normal(size=(1, len(SIZES))).tolist() for name in names(SIZE)}
        return {"clusters": clusters, "sizes": sizes}

    return {n: {"base": run(0.0), "arm": run(gain)} for n in range(number)}


def test_only_what_would_hardly_be_met_among_all_rows_is_called_a_winner():
    nothing = winners_table(worlds(0.0), ["base", "arm"], [2023], CHANGZHOU)
    beyond = (nothing["low"] > 0.0) | (nothing["high"] < 0.0)
    assert beyond.any() and (nothing["verdict"] == "unclear").all()  # intervals alone would have named some
    found = winners_table(worlds(3.0), ["base", "arm"], [2023], CHANGZHOU).set_index(["group", "outcome"])
    assert list(found.index[found["verdict"] == "more"]) == [(CHANGZHOU.identifiers[0], VALUE_ADDED)]
    assert found.loc[(CHANGZHOU.identifiers[0], VALUE_ADDED), "above_zero"] > 0.9


def test_a_hundred_rows_without_an_effect_make_no_winners():
    luck = np.random.default_rng(11)
    named = [discovered([chance_of_none(row) for row in luck.normal(size=(100, 40))]).any() for _ in range(60)]
    assert np.mean(named) <= 0.05
