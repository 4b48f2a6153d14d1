"""Printed intervals hold the truth on the model's own outcomes: pairs of worlds drawn from 400 of which all is known
(tools/paired_worlds.py).
"""

import csv
from functools import cache

import numpy as np
import pytest

from sim.inference.differing import share_of_worlds, too_few
from sim.inference.distributions import sides
from sim.inference.of_outcome import effect_mean
from sim.tables.catalogue import outcomes
from tools.paired_worlds import PAIRS, TRIED

NAMES = ("gdp", "public_cost", "energy_cut", "national_little_giants", "world_500_firms", "fund_not_offered")


@cache
def truth():
    """The differences of all worlds, by outcome."""
    with PAIRS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def held(name, drawn):
    """Whether what is printed of a draw holds the truth: the mean, or else both shares of worlds."""
    whole = truth()[name]
    if not too_few(drawn):
        _, low, high = effect_mean(outcomes()[name], drawn)
        return low <= whole.mean() <= high, low <= whole.mean() <= high
    seen, true = sides(drawn), sides(whole)
    ends = {side: share_of_worlds(round(float(share) * drawn.size), drawn.size) for side, share in seen.items()}
    return tuple(ends[side][0] <= true[side] <= ends[side][1] for side in true)


def coverage(name, pairs, draws):
    """The least share of draws in which a printed interval holds."""
    luck = np.random.default_rng(pairs)
    return np.mean([held(name, luck.choice(truth()[name], pairs)) for _ in range(draws)], axis=0).min()


def test_the_worlds_drawn_from_are_those_that_the_tool_writes():
    assert tuple(truth()) == tuple(TRIED) == NAMES
    assert {values.size for values in truth().values()} == {400}
    assert 0.01 < (truth()["world_500_firms"] != 0.0).mean() < 0.05  # few worlds differ, or nothing is tried


@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_of_thirty_pairs_holds_in_nine_of_ten_draws(name):
    """A small form of the next, with room for luck."""
    assert coverage(name, 30, 200) >= 0.90


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [30, 100, 200])
@pytest.mark.parametrize("name", NAMES)
def test_what_is_printed_holds_in_93_of_100_draws(name, pairs):
    assert coverage(name, pairs, 1000) >= 0.93
