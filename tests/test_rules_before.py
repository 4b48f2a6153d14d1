"""The rules that held before a package: its increment is told beyond them first, and beyond no policy second."""

import numpy as np
import pytest

from sim.experiments.replicate import replicate, worlds
from sim.experiments.run import run
from sim.luck import keys
from sim.report.console import describe
from sim.scenario.files import ScenarioError
from sim.scenario.reading import from_resolved, load, world_before
from sim.tables.catalogue import BEFORE, CITY, listed
from tests.conftest import small

INCREMENTS = [outcome for outcome in listed(CITY) if outcome.against == BEFORE]
YEARS = {"horizon__until": "2023Q4"}


def test_the_world_before_has_the_rules_of_2021_and_all_else_of_the_scenario():
    spec = load("tight-energy-cap").with_changes({"outlook.demand_shift": 0.01})
    twin = world_before(spec)
    assert twin.policies == load("rules-of-2021").policies and twin.before is None
    assert twin.outlook == spec.outlook and twin.envelope == spec.envelope and twin.until == spec.until
    assert world_before(load("no-policy")) is None


def test_an_increment_is_the_scenario_less_the_same_world_under_the_rules_before():
    spec = small("baseline-2022", **YEARS)
    found = replicate(spec, 5, 0)
    arms = dict(worlds({"now": spec, "then": world_before(spec)}, keys.replication_seed(5, 0)))
    for name in ("gdp", "public_cost", "local_tax"):
        by_hand = arms["now"].years[name] - arms["then"].years[name]
        assert np.array_equal(found.years[f"increment_{name}"], by_hand)
    more = arms["now"].years["investment"] - arms["then"].years["investment"]
    assert found.years["increment_investment"] == pytest.approx(np.cumsum(more))


def test_a_package_that_only_goes_on_adds_nothing_and_a_scenario_without_rules_before_has_no_increment():
    same = small("rules-of-2021", before="rules-of-2021", **YEARS)
    found, none = replicate(same, 5, 0), replicate(small("rules-of-2021", **YEARS), 5, 0)
    for outcome in INCREMENTS:
        assert not found.years[outcome.name].any()
        assert np.isnan(none.years[outcome.name]).all()


def test_the_screen_tells_the_increment_first_and_says_beyond_which_rules():
    lines = describe(run(small("baseline-2022", **YEARS), 3))
    first = next(n for n, line in enumerate(lines) if "add to the rules that held before (rules-of-2021)" in line)
    second = next(n for n, line in enumerate(lines) if "against the same worlds without them" in line)
    assert first < second
    told = [line for line in lines[first:second] if line.startswith("  ") and not line.startswith("    ")]
    assert len([line for line in told if "beyond the rules before" in line]) == len(INCREMENTS)
    assert not any("beyond the rules before" in line for line in lines[second:])
    quiet = describe(run(small("rules-of-2021", **YEARS), 2))
    assert not any("rules before" in line or "held before" in line for line in quiet)


def test_rules_before_are_a_shipped_scenario_and_survive_being_written_out():
    with pytest.raises(ScenarioError, match=r"--set: before: .*'rules-of-2022'.*did you mean 'rules-of-2021'"):
        load("baseline-2022").with_changes({"before": "rules-of-2022"})
    spec = load("baseline-2022")
    assert from_resolved(spec.resolved()).before == "rules-of-2021"
    assert load("baseline-2022").with_changes({"before": None}).before is None
