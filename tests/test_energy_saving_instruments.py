"""Money for energy saving in whole runs: what is off is not there, what is on moves what it should, and how far."""

import numpy as np
import pytest

from sim.experiments.attribute import attribute
from sim.experiments.replicate import worlds
from sim.model import ClusterModel
from tests.conftest import drawn, small

OFF = {
    "energy_saving_support": {"per_tce": 0.0},
    "energy_audit": {"reach": 0.0},
    "green_factories": {"award": 0.0, "circular_a_year": 0.0},
}
TO_ZERO = {"energy_saving_support": ({"share": 0.0}, {"cap": 0.0})}
SAVED = "energy_for_2021_output"
FEW = {"population__above_scale": 300, "population__below_scale": 100}
MANY = {"population__above_scale": 900, "population__below_scale": 300}


def ran(changes, until="2023Q4"):
    """Return two years of a small city."""
    return ClusterModel(small("no-policy", horizon__until=until, **FEW).with_changes(changes), seed=11).run()


@pytest.fixture(scope="module")
def none():
    """Two years without policy."""
    return ran({})


@pytest.mark.parametrize(
    ("name", "levers"),
    [*OFF.items(), *((name, levers) for name, several in TO_ZERO.items() for levers in several)],
)
def test_at_zero_an_instrument_is_as_if_it_were_not_there(none, name, levers):
    off = ran({f"policies.{name}": levers})
    for table in ("years", "quarters", "cluster_years", "city"):
        for outcome, values in getattr(none, table).items():
            assert np.array_equal(values, getattr(off, table)[outcome], equal_nan=True), outcome


def beyond(arms, number, outcome, first=100, **size):
    """Return each arm's outcome by world and year over that of the first arm, less one."""
    base = small("no-policy", horizon__until="2025Q4", **(FEW | size))
    specs = {name: base.with_changes(changes) for name, changes in arms.items()}
    paths = {name: [] for name in arms}
    for world in range(number):
        for name, result in worlds(specs, first + world):
            paths[name].append(outcome(result))
    found = {name: np.array(path) for name, path in paths.items()}
    against = found[next(iter(arms))]
    return {name: path / against - 1.0 for name, path in found.items()}


def interval(relative):
    """Return the mean and the half width of its 95 % interval, by year."""
    return relative.mean(axis=0), 1.96 * relative.std(axis=0, ddof=1) / np.sqrt(len(relative))


def tell(name, mean, half, scale=100.0):
    """Print means with their intervals, by year: per cent, unless told."""
    bounds = zip(scale * mean, scale * (mean - half), scale * (mean + half), strict=True)
    print(name, *(f"{middle:+.3f} ({low:+.3f} to {high:+.3f})" for middle, low, high in bounds))


def saved(result):
    return result.years[SAVED]


THIRD = {"per_tce": "1 million yuan", "cap": "10 billion yuan"}
"""Thirty per cent of every project, whatever it saves."""


@pytest.mark.parametrize(
    "arm",
    drawn(
        [
            {"policies.energy_saving_support": THIRD},
            {"policies.energy_audit": {"reach": 1.0, "floor": 0.0}},
            {"policies.green_factories": {"award": "1 billion yuan", "floor": 0.0}},
        ],
        3,
    ),
    ids=lambda arm: next(iter(arm)),
)
def test_firms_save_more_energy_with_the_instrument_than_without(arm):
    found = beyond({"none": {}, "with": arm}, 4, saved)["with"]
    assert (found[:, -1] < 0.0).all()


@pytest.mark.parametrize(("orders", "direction"), [(0.3, 1.0), (-0.1, -1.0)])
def test_circular_parks_bring_the_makers_of_equipment_orders_or_lose_them_by_the_sign_of_the_number(orders, direction):
    held = {"parameters.green_orders": orders}
    parks = held | {"policies.green_factories": {"award": 0.0, "circular_a_year": "1 billion yuan"}}
    made = [result.cluster_years["output"][-1] for result in (ran(held), ran(parks))]
    assert direction * (made[1][9] - made[0][9]) > 0.0


def test_what_each_instrument_paid_is_split_by_what_earned_it():
    spec = small("no-policy", horizon__until="2023Q4", **FEW).with_changes({f"policies.{name}": {} for name in OFF})
    rows = attribute(spec, worlds=2, orders=1).attribution
    split = rows[rows["million_yuan"] != 0.0].groupby("instrument")["class"].agg(set)
    assert split["energy_audit"] == {"unconditional"}  # so are circular parks, green factories are judged by spending
    assert split["energy_saving_support"] <= {"deadweight", "timing", "displaced", "additional"}
    assert split["green_factories"] <= {"unconditional", "deadweight", "timing", "displaced", "additional"}


# what tightening comes to

STEPS = (0.0, 0.05, 0.15, 0.30)
CAPS = {f"{step:.0%}": {"policies.energy_budget": {"extra_tightening": step}} for step in STEPS}


@pytest.mark.parametrize(
    ("size", "number"),
    [
        ({}, 4),
        pytest.param(MANY, 20, marks=pytest.mark.slow),
    ],
)
def test_a_tighter_cap_saves_next_to_nothing_at_once_and_ever_more_after_four_years(size, number):
    """Energy per output at the weights of 2021 against the same worlds without a cap."""
    found = beyond({"none": {}} | CAPS, number, saved, **size)
    for name in CAPS:
        tell(name, *interval(found[name]))
    first, fourth = np.array([[found[name][:, year].mean() for name in CAPS] for year in (0, 3)])
    assert (first > -0.005).all()
    assert (np.diff(fourth) < 0.0).all() and fourth[0] <= 0.0


@pytest.mark.parametrize(
    ("size", "number"),
    [
        ({}, 6),
        pytest.param(MANY, 20, marks=pytest.mark.slow),
    ],
)
def test_a_subsidy_of_thirty_per_cent_adds_to_what_a_tight_cap_saves(size, number):
    cap = CAPS["30%"]
    found = beyond({"cap": cap, "both": cap | {"policies.energy_saving_support": THIRD}}, number, saved, **size)["both"]
    mean, half = interval(found)
    tell("subsidy beside the cap", mean, half)
    assert (mean + half)[-1] < 0.0


BESIDE = {
    "support": {"policies.energy_saving_support": {}},
    "thirty": {"policies.energy_saving_support": THIRD},
    "audits": {"policies.energy_audit": {}},
    "green factories": {"policies.green_factories": {}},
}


@pytest.mark.slow
def test_audits_and_support_save_energy_without_a_cap_and_green_factories_waste_none():
    found = beyond({"none": {}} | BESIDE, 20, saved, **MANY)
    for name in BESIDE:
        mean, half = interval(found[name])
        tell(name, mean, half)
        assert (mean - half)[-1] < 0.0
    assert all(sum(interval(found[name]))[-1] < 0.0 for name in ("support", "thirty", "audits"))


DEARER = 1.5


@pytest.mark.slow
def test_dearer_energy_saves_next_to_nothing_at_once_and_ever_more_with_the_years():
    """Energy at half as much again for the city's firms alone, from 2022Q1 on: elasticities of intensity and of use."""
    spec, found = small("no-policy", horizon__until="2030Q4", **MANY), []
    for seed in range(100, 120):
        plain, dear = ClusterModel(spec, seed), ClusterModel(spec, seed)
        dear.world._energy_price *= DEARER
        pair = [(saved(result), result.years["energy_use"]) for result in (plain.run(), dear.run())]
        found.append(np.log(np.divide(pair[1], pair[0])) / np.log(DEARER))
    mean, half = interval(np.array(found))
    for place, name in enumerate(("intensity", "use")):
        tell(name, mean[place], half[place], 1.0)
    intensity, error = mean[0], half[0]
    assert intensity[0] > -0.01 and (np.diff(intensity) < 0.0).all() and (intensity + error)[3] < 0.0
