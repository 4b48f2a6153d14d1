"""Toys that know their answer: the search finds the optimum, and nothing is told that noise alone would give."""

import numpy as np
import pytest

from sim.advice.box import find_box
from sim.advice.cheapest import look
from sim.advice.effort import Effort, Stage
from sim.advice.information import information
from sim.advice.morris import effects, paths
from sim.advice.space import Space
from sim.advice.surface import Tried, fit, probability
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
    surface = fit(Tried(x, np.array([0.2, 0.5, 0.8]) * many, many, 3.0 * x[:, 0]), np.array([0.5]), 1.0)
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
            batch = looking.send(Tried(batch.points, worlds, worlds, batch.points.sum(axis=1)))
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


def boxes(studies, happens):
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        points = rng.random((RUNS, 8))
        yield find_box(points, happens(points, rng), rng)


def noise(points, rng):
    return rng.random(len(points)) < 0.3


def in_the_box(points, rng):
    return (points[:, 0] > 0.6) & (points[:, 1] < 0.5)


def test_from_noise_comes_no_box_and_a_true_box_has_its_sides():
    assert sum(box is not None for box in boxes(4, noise)) <= 1
    assert all(box.sides == (0, 1) and box.low[0] == pytest.approx(0.6, abs=0.12) for box in boxes(3, in_the_box))


@pytest.mark.slow
def test_a_box_from_noise_is_rare_and_a_true_one_is_found():
    assert np.mean([box is None for box in boxes(200, noise)]) >= 0.95
    assert np.mean([box is not None and set(box.sides) == {0, 1} for box in boxes(200, in_the_box)]) >= 0.9


def test_elementary_effects_of_a_line_are_its_slopes():
    points = paths(3, 2, seed=1)
    assert effects(points, points @ np.array([1.0, -2.0, 0.0])) == pytest.approx(np.array([[1, 1], [-2, -2], [0, 0]]))
