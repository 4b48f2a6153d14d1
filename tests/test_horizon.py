"""What happens in a year does not depend on how long the run goes on."""

import numpy as np
import pytest

from sim.experiments.replicate import replicate
from sim.scenario.reading import load

TABLES = ("years", "cluster_years", "size_years", "quarters", "city")


def run_until(until, seed):
    spec = load("baseline-2022").with_changes(
        {"horizon.until": until, "population.above_scale": 1500, "population.below_scale": 1500}
    )
    return replicate(spec, seed, 0)


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))])
def test_a_longer_run_begins_with_the_shorter_one_bit_for_bit(seed):
    short, long = run_until("2023Q4", seed), run_until("2026Q4", seed)
    for table in TABLES:
        first, whole = getattr(short, table), getattr(long, table)
        assert first.keys() == whole.keys()
        for name, values in first.items():
            np.testing.assert_array_equal(values, whole[name][: len(values)], f"{table}.{name}")
