"""What the prize for entering the World 500 does: on the same luck, next to nothing."""

import numpy as np
import pytest

from sim.experiments.engine import cores, execute
from sim.luck import keys
from sim.model import ClusterModel
from sim.scenario.reading import load

PAIRS = 400


def entered_and_crossed(pair):
    """World 500 firms by 2025 and real crossings, with the prize and without it, in one world."""
    spec, seed = load("world-500-2025"), keys.replication_seed(1, pair)
    found = []
    start = None
    for arm in (spec, spec.variant("no-world-500-award")):
        model = ClusterModel(arm, seed, start=start)
        start = model.start
        years = model.run().years
        found.append((years["world_500_firms"][-1] >= 1, years["crossings_real"][-1]))
    return found


def effects(pairs):
    done = {d.number: d.value for d in execute(entered_and_crossed, [(i, i) for i in range(pairs)], cores())}
    found = np.array([done[i] for i in range(pairs)], dtype=float)
    return found[:, 0].mean(axis=0) - found[:, 1].mean(axis=0)


@pytest.mark.slow
def test_the_world_500_prize_moves_the_chance_and_real_crossings_by_at_most_a_hundredth():
    entered, crossed = effects(PAIRS)
    assert abs(entered) <= 0.01
    assert abs(crossed) <= 0.01
