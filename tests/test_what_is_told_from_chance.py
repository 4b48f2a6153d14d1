"""Toys that know their answer: the search finds the optimum, and nothing is told that noise alone would give."""

import numpy as np
import pytest

from sim.advice.box import find_box, within
from sim.advice.cheapest import look
from sim.advice.effort import Effort, Stage
from sim.advice.information import information
from sim.advice.space import Space
from sim.advice.surface import Trials, fit, probability
from sim.experiments.screening_table import direction
from sim.experiments.unit_cube import unit_points
from sim.inference.screening import screen
from tests.search_toys import TOYS, solve

MOST = {"one": 1.2, "three": 1.25, "six": 1.4, "ten": 1.6, "basins": 1.3}
"""Median cost over the optimum at most."""
RUNS = 128  # of the two-armed toys: A and B of the usual 64 base points


def found(name, seeds):
    return [solve(TOYS[name], seed) for seed in range(seeds)]


def ratio(name, seeds):
    return np.median([f.cost for f in seeds if f.certified]) / TOYS[name].optimum


def test_a_search_of_one_lever_costs_at_most_a_fifth_more_than_the_optimum():
    tries = found("one", 5)
    assert sum(f.certified for f in tries) >= 4 and ratio("one", tries) <= 1.25
    assert max(f.runs for f in tries) <= Effort().most


@pytest.mark.slow
@pytest.mark.parametrize("name", MOST)
def test_a_search_finds_what_costs_little_more_than_the_optimum(name):
    tries = found(name, 80)
    assert ratio(name, tries) <= MOST[name]
    assert np.mean([f.certified for f in tries]) >= (0.9 if name == "basins" else 0.95)


@pytest.mark.slow
@pytest.mark.parametrize("name", TOYS)
def test_a_false_certificate_is_as_rare_as_is_promised(name):
    tries = found(name, 80)
    false = sum(f.certified and f.chance < TOYS[name].wanted for f in tries)
    assert false <= 8  # of 80 at 5 % each: 8 or fewer in 98 % of cases
    assert name != "no" or not any(f.certified for f in tries)


def test_what_cannot_be_reached_is_never_certified():
    assert not solve(TOYS["no"], 1).certified


def test_a_surface_through_exact_shares_gives_them_back():
    """P = 0.2 + 0.6 x at 0, 1/2 and 1: 0.2, 0.5, 0.8, whose log-odds are linear; cost 3 x."""
    x = np.array([[0.0], [0.5], [1.0]])
    many = np.full(3, 1e6)
    surface = fit(Trials(x, np.array([0.2, 0.5, 0.8]) * many, many, 3.0 * x[:, 0]), np.array([0.5]), 1.0)
    assert probability(surface.log_odds(x)[0]) == pytest.approx([0.2, 0.5, 0.8], abs=1e-3)
    assert surface.cost(x) == pytest.approx([0.0, 1.5, 3.0], abs=1e-3)


def test_a_lever_of_whole_numbers_is_tried_at_its_values_alone():
    space = Space((0, 4), (False, True))
    first = np.random.default_rng(1).random((9, 2))
    looking = look(space, 0.5, Effort(9, 2, 1, 20), lambda hits, worlds: True, first, 1)
    batch, stages = next(looking), []
    with pytest.raises(StopIteration):
        while True:
            stages.append(batch.stage)
            assert set(np.round(batch.points[:, 1] * 3, 9)) <= {0.0, 1.0, 2.0, 3.0}
            number = len(batch.points)
            worlds = np.full(number, batch.worlds)
            batch = looking.send(Trials(batch.points, worlds, worlds, batch.points.sum(axis=1)))
    assert stages[-2:] == [Stage.CHECK, Stage.FRONT]


def arms(second):
    return np.column_stack([np.zeros(len(second)), second])


def passes(numbers, decides, studies):
    """Return in which studies any number without effect passes, and in which the deciding one does."""
    idle, told = [], []
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        points = rng.random((RUNS, numbers))
        noise = rng.normal(size=RUNS)
        worth = arms(points[:, 0] - 0.5 + 0.29 * noise if decides else noise)
        passed = information(points, worth, rng).passes
        idle.append(passed[1 if decides else 0 :].any())
        told.append(passed[0])
    return np.mean(idle), np.mean(told)


def test_a_number_without_effect_is_rarely_worth_a_survey_and_the_deciding_one_is():
    assert passes(8, False, 12)[0] <= 2 / 12
    assert passes(8, True, 6)[1] == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("numbers", [8, 200])
@pytest.mark.parametrize("decides", [False, True])
def test_in_at_most_one_study_of_twenty_is_a_number_without_effect_worth_a_survey(numbers, decides):
    idle, told = passes(numbers, decides, 200)
    assert idle <= 0.05 and (not decides or told >= 0.95)


def boxes(studies, low, high, inside=1.0, outside=0.0):
    """Boxes found of 128 points of eight numbers: it happens with one chance inside a box and with another outside."""
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        points = rng.random((RUNS, 8))
        yield find_box(points, rng.random(RUNS) < np.where(within(points, low, high), inside, outside), rng)


OPEN = np.zeros(8), np.ones(8)
ONE_END = np.array([0.6, *[0.0] * 7]), np.array([1.0, 0.5, *[1.0] * 6])
BOTH_ENDS = np.array([0.3, 0.2, *[0.0] * 6]), np.array([0.7, 0.7, *[1.0] * 6])


def same(box, low, high):
    """Tell whether a box is found: its sides are the true ones, and what both boxes share is half or more of what
    either holds.
    """
    if box is None or set(box.sides) != {0, 1}:
        return False
    both = np.prod(np.clip(np.minimum(high, box.high) - np.maximum(low, box.low), 0.0, None))
    return both >= 0.5 * (np.prod(high - low) + np.prod(box.high - box.low) - both)


def test_from_noise_comes_no_box_and_a_true_box_has_its_sides():
    assert sum(box is not None for box in boxes(4, *OPEN, 0.3)) <= 1
    assert all(same(box, *ONE_END) and box.low[0] == pytest.approx(0.6, abs=0.05) for box in boxes(3, *ONE_END))


def test_a_box_that_happens_always_inside_and_never_outside_is_told_with_its_whole_density():
    """x below a half: 64 of 128 hits, all inside; each fifth is counted in the box of the other four, whose end may lie
    one run aside."""
    points = np.column_stack([np.arange(RUNS) / RUNS, np.resize([0.1, 0.6, 0.3], RUNS)])
    box = find_box(points, points[:, 0] < 0.5, np.random.default_rng(1))
    assert box.sides == (0,) and box.low[0] == 0.0 and box.high[0] == pytest.approx(63.5 / RUNS)
    assert 62 <= box.hits <= 64 and box.hits <= box.inside <= box.hits + 2
    assert (box.low[1], box.high[1]) == (0.0, 1.0) and box.chances == (1 / 100,)


def test_what_never_or_always_happens_has_no_box():
    points = np.random.default_rng(1).random((RUNS, 2))
    assert all(find_box(points, np.full(RUNS, told), np.random.default_rng(1)) is None for told in (False, True))


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_noise_gives_a_box_in_at_most_one_of_twenty_studies(share):
    assert np.mean([box is not None for box in boxes(200, *OPEN, share)]) <= 0.05


@pytest.mark.slow
@pytest.mark.parametrize("ends", [ONE_END, BOTH_ENDS])
@pytest.mark.parametrize(("inside", "outside"), [(1.0, 0.0), (0.9, 0.1)])
def test_a_true_box_is_found_in_nine_of_ten_studies_and_its_density_is_not_overstated(ends, inside, outside):
    found = list(boxes(100, *ends, inside, outside))
    assert np.mean([same(box, *ends) for box in found]) >= 0.9
    assert np.mean([box.density for box in found if box is not None]) <= inside + 0.01


def screened(seed, points, numbers=338, matter=8):
    """A study of which so many numbers matter alike, by turns up and down, and luck makes as much variance as they."""
    rng = np.random.default_rng(seed)
    spots = unit_points("lhs", points, numbers, seed)
    signal = (2.0 * spots[:, :matter] - 1.0) @ np.resize([1.0, -1.0], matter)
    return screen(spots, signal + np.sqrt(matter / 3.0 or 1.0) * rng.normal(size=points), rng)


def test_a_parabola_has_the_effect_and_the_bend_that_it_was_given():
    """y = 3 x - 4 (x - 1/2)^2: its high end is 3 above the low one, its middle 1 above the mean of both."""
    spots = unit_points("lhs", 64, 3, 1)
    x = spots[:, 1]
    told = screen(spots, 3.0 * x - 4.0 * (x - 0.5) ** 2, np.random.default_rng(1))
    assert list(told.told) == [False, True, False] and told.share[1] == pytest.approx(1.0)
    assert told.effect[:, 1] == pytest.approx(3.0) and told.bend[:, 1] == pytest.approx(1.0)


def test_a_number_that_only_bends_is_told_and_its_direction_is_its_bend():
    spots = unit_points("lhs", 256, 5, 1)
    told = screen(spots, (spots[:, 2] - 0.5) ** 2, np.random.default_rng(1))
    ends = (*told.effect[1:, 2], *told.bend[1:, 2])
    assert told.told[2] and direction("yes", *ends) == "lowest in the middle" and direction("no", *ends) == "not told"


def test_what_never_varies_is_told_of_no_number():
    nothing = screen(unit_points("lhs", 32, 4, 1), np.full(32, 7.0), np.random.default_rng(1))
    assert not nothing.told.any() and not nothing.effect.any()


def test_the_numbers_that_matter_are_told_among_hundreds_and_each_way():
    found = screened(1, 512)
    assert found.told[:8].all() and found.told[8:].sum() == 0
    assert (np.sign(found.effect[0, :8]) == np.resize([1, -1], 8)).all()


@pytest.mark.slow
def test_eight_of_hundreds_are_told_in_nine_of_ten_studies_and_others_in_at_most_one_of_twenty():
    """Of the usual 768 runs; each of eight makes a sixteenth of the variance. The true effect is 2."""
    studies = [screened(seed, 768) for seed in range(60)]
    assert np.mean([study.told[:8].all() for study in studies]) >= 0.9
    assert np.mean([study.told[8:].any() for study in studies]) <= 0.05
    effect = np.concatenate([np.abs(study.effect[0, :8]) for study in studies])
    assert effect.mean() == pytest.approx(2.0, rel=0.02)
    true = 2.0 * np.resize([1.0, -1.0], 8)
    held = [(study.effect[1, :8] <= true) & (true <= study.effect[2, :8]) for study in studies]
    assert np.mean(held) == pytest.approx(0.95, abs=0.03)


@pytest.mark.slow
def test_where_no_number_matters_none_is_told_in_nineteen_of_twenty_studies():
    assert np.mean([screened(seed, 512, matter=0).told.any() for seed in range(100)]) <= 0.05
