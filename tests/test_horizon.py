"""What happens in a year does not depend on how long the run goes on."""

import numpy as np
import pytest

from sim.experiments.replicate import replicate
from sim.scenario import load


def years_of(until, seed):
    spec = load("baseline-2022").with_changes({"horizon.until": until, "population.above_scale": 1500, "population.below_scale": 1500})
    return replicate(spec, seed, 0).years


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_longer_run_begins_with_the_shorter_one_bit_for_bit(seed):
    short, long = years_of("2023Q4", seed), years_of("2026Q4", seed)
    assert short.keys() == long.keys()
    for name, values in short.items():
        np.testing.assert_array_equal(values, long[name][: len(values)], name)
