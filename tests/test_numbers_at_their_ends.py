"""Wherever a scenario may hold a number the model is defined: no division by nothing, no infinite value, nothing lost."""

import numpy as np
import pytest

from sim.experiments.replicate import replicate
from sim.parameters import table
from sim.scenario import load
from sim.scenario_file import ScenarioError

BASE = load("baseline-2022").with_changes({"horizon.until": "2023Q4", "population.above_scale": 600, "population.below_scale": 600})
PARTS = ("years", "quarters", "cluster_years", "city", "size_years")
UNPAID = {"fund_leverage_attributed", "fund_leverage_additional"}  # undefined where the fund pays nothing
ENDS = [(name, value) for name, row in table().items() for value in {row.least, row.most} - {row.value}]
SAMPLE = [(name, value) for name, value in ENDS if "." not in name and value not in (0.0, 3.0 * table()[name].high)]


def undefined(found):
    return {f"{part}.{name}" for part in PARTS for name, values in getattr(found, part).items()
            if np.asarray(values).dtype.kind == "f" and not np.isfinite(values).all()}


@pytest.fixture(scope="module")
def undefined_anyway():
    return undefined(replicate(BASE, 1, 0, fixed=True))


def check(name, value, undefined_anyway):
    found = undefined(replicate(BASE.with_changes({f"parameters.{name}": value}), 1, 0, fixed=True)) - undefined_anyway
    assert {outcome.split(".")[1] for outcome in found} <= UNPAID


@pytest.mark.parametrize(("name", "value"), SAMPLE, ids=lambda end: f"{end}")
def test_a_number_runs_at_the_ends_that_the_table_states(name, value, undefined_anyway):
    check(name, value, undefined_anyway)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "value"), ENDS, ids=lambda end: f"{end}")
def test_every_number_runs_at_both_ends(name, value, undefined_anyway):
    check(name, value, undefined_anyway)


def test_a_number_beyond_its_reach_is_refused_with_the_reach():
    for name, value, reach in (("energy_price", 0, "0.0001 to 0.0075"), ("list_common_share", 1.5, "0 to 1"), ("payout", 3, "0.01 to 2.1")):
        with pytest.raises(ScenarioError, match=f"parameters.{name}.*{reach}"):
            BASE.with_changes({f"parameters.{name}": value})


def test_ranges_lie_within_the_reach():
    assert all(row.least <= row.low <= row.value <= row.high <= row.most for row in table().values())
