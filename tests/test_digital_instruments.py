"""Money for the digital firm in whole runs: what is off is not there, what is on moves what it should, and how far."""

from collections import Counter
from typing import NamedTuple

import numpy as np
import pytest

from sim.city import city
from sim.experiments.attribute import attribute
from sim.experiments.replicate import worlds
from sim.measure.outcomes import Result
from sim.model import ClusterModel
from sim.tables.milestones import SMART_TITLES, Kind
from tests.conftest import small

OFF = {
    "digital_diagnosis": {"reach": 0.0},
    "smart_loan": {"room": 0.0},
    "smart_workshops": {"award_workshop": 0.0, "award_factory": 0.0},
    "cloud_support": {"rate": 0.0},
    "industrial_internet": {"amount_a_year": 0.0},
    "brand_quality": {"rate": 0.0},
}
STRONG = {
    "smart_workshops": {"award_workshop": 5.0, "award_factory": 5.0},
    "cloud_support": {"rate": 0.5},
    "industrial_internet": {"amount_a_year": 1000.0},
}
"""Levers at which two years of a small city tell the direction; of the others the defaults do."""


class Ran(NamedTuple):
    """What a run measured; digital levels and quality of its firms at the end, summed; and how many of each smart
    title it saw won.
    """

    result: Result
    levels: int
    quality: float
    won: Counter


def ran(changes):
    """Return two years of a small city."""
    model, won = ClusterModel(small("no-policy", horizon__until="2023Q4").with_changes(changes), seed=11), Counter()
    while model.running:
        model.step()
        won.update({event.kind: event.rows.size for event in model.events if event.kind in SMART_TITLES})
    firms, there = model.firms, model.firms.active
    return Ran(model.result(), int(firms.digital_level[there].sum()), float(firms.quality[there].sum()), won)


@pytest.fixture(scope="module")
def none():
    """Two years without policy."""
    return ran({})


@pytest.mark.parametrize("name", OFF)
def test_at_zero_an_instrument_is_as_if_it_were_not_there(none, name):
    off = ran({f"policies.{name}": OFF[name]})
    assert (off.levels, off.won) == (none.levels, none.won)
    for table in ("years", "quarters", "cluster_years", "city"):
        for outcome, values in getattr(none.result, table).items():
            assert np.array_equal(values, getattr(off.result, table)[outcome], equal_nan=True), outcome


@pytest.mark.parametrize("name", sorted(OFF.keys() - {"brand_quality"}))
def test_firms_are_more_digital_with_the_instrument_than_without(none, name):
    found = ran({f"policies.{name}": STRONG.get(name, {})})
    assert found.levels > none.levels
    assert found.result.years["public_cost"].sum() > 0.0


@pytest.mark.parametrize("response", [1.0, -0.5])
def test_support_for_quality_brings_more_of_it_or_less_by_the_sign_of_the_response(response):
    held = {"parameters.quality_response": response}
    less, more = sorted(
        (ran(held), ran(held | {"policies.brand_quality": {"whose": "all"}})), key=lambda one: one.quality
    )
    assert (more if response > 0.0 else less).result.years["public_cost"].sum() > 0.0
    assert (less if response > 0.0 else more).result.years["public_cost"].sum() == 0.0


def test_an_award_fills_no_quota_that_is_full():
    """As many workshops are recognised with the award as without: the province decides how many."""
    quotas = {"parameters.smart_quota_workshop": 20, "parameters.smart_quota_factory": 5}
    for award in ({}, {"policies.smart_workshops": {}}):
        assert ran(quotas | award).won == {Kind.SMART_WORKSHOP: 40, Kind.SMART_FACTORY: 10}


# what it comes to

PACKAGE = {"policies.digital_subsidy": {}, "policies.digital_diagnosis": {}, "policies.smart_loan": {}}


def over_none(patch, size, number):
    """Return value added of the clusters with the package over that without by world and quarter to 2030, less one:
    nominal, real, double-deflated.
    """
    seen, real = [], city.real_value_added

    def watched(*given):
        seen.append(real(*given))
        return seen[-1]

    patch.setattr(city, "real_value_added", watched)
    base = small("no-policy", horizon__until="2030Q4").with_changes(size)
    found = []
    for world in range(number):
        paths = []
        for _, result in worlds({"none": base, "package": base.with_changes(PACKAGE)}, 100 + world):
            nominal = result.quarters["value_added"].sum(axis=1)
            paths.append([nominal, *np.array(seen).sum(axis=2).T])
            seen.clear()
        none, package = np.array(paths)
        found.append(package / none - 1.0)
    return np.array(found)


@pytest.mark.parametrize(
    ("above", "below", "number", "sure"),
    [(300, 100, 6, 0.0), pytest.param(600, 300, 40, 1.96, marks=pytest.mark.slow)],
)
def test_subsidy_diagnosis_and_loan_cost_value_added_at_first_and_bring_more_nominal_and_real_in_2030(
    monkeypatch, above, below, number, sure
):
    size = {"population.above_scale": above, "population.below_scale": below}
    beyond = over_none(monkeypatch, size, number)
    early, late = beyond[:, :, :3].mean(axis=2), beyond[:, :, -4:].mean(axis=2)
    error = [path.std(axis=0, ddof=1) / np.sqrt(number) for path in (early, late)]
    assert (early.mean(axis=0) + sure * error[0] < 0.0).all()
    assert (late.mean(axis=0) - sure * error[1] > 0.0).all()


def test_what_each_instrument_paid_is_split_by_what_earned_it():
    few = {"population__above_scale": 300, "population__below_scale": 100}
    spec = small("no-policy", horizon__until="2023Q4", **few).with_changes({f"policies.{name}": {} for name in OFF})
    rows = attribute(spec, worlds=2, shapley="none").attribution
    split = rows[rows["million_yuan"] != 0.0].groupby("instrument")["class"].agg(set)
    assert split["digital_diagnosis"] == {"unconditional"}
    assert split["smart_workshops"] <= {"deadweight", "timing", "displaced", "additional"}
    assert split["brand_quality"] == {"unconditional"}
    assert split["industrial_internet"] == {"unconditional"}
    assert split["cloud_support"] <= {"deadweight", "timing", "displaced", "additional"}
    assert split["smart_loan"] <= {"deadweight", "timing", "displaced", "additional"}
