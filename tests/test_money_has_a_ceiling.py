"""Money is counted in whole fen, which end somewhere: what lies above is refused in words wherever money is written."""

import json

import pytest
from click.testing import CliRunner

from cli import main
from sim.experiments.designs import check as check_points
from sim.experiments.designs import make
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.reading import load
from sim.tables.catalogue import outcomes
from sim.tables.city_tables import read_city
from sim.tables.units import FEN_PER_MILLION, MOST_MONEY

SAID = "are more than is counted to the fen; write at most 10 trillion yuan (10 万亿元)"
MONEY = [lever.path for lever in levers().values() if lever.unit == "million yuan"]
ENDS_BEFORE = {  # with the reason in the description of each: no city could pay, or believe, so much
    "perceived_benefit",
    "perceived_benefit_world_500",
    "perceived_benefit_other",
    "policies.policy_fund.ticket",
    "policies.green_factories.circular_a_year",
}
HUGE = ["1e300 yuan", "11 trillion yuan", "11 万亿元"]


@pytest.mark.parametrize("path", MONEY)
def test_every_lever_in_money_refuses_more_than_can_be_counted_and_takes_the_most(path):
    spec = load("baseline-2022")
    for huge in (*HUGE, 1e300, 10**400, MOST_MONEY * 1.0001):
        with pytest.raises(ScenarioError) as caught:
            spec.with_changes({path: huge})
        [problem] = caught.value.problems
        assert path in problem
        assert "out of range" in problem or SAID in problem or "write a finite one" in problem, problem
    if ENDS_BEFORE.isdisjoint({path, path.rpartition(".")[2]}):
        spec.with_changes({path: "10 万亿元"})


def test_it_is_refused_in_a_file_an_option_a_sweep_and_a_target(tmp_path):
    path, lever = tmp_path / "a.json", "policies.policy_fund.amount_a_year"
    whole = {"name": "x", "title": {"en": "a", "zh": "甲"}, "question": {"en": "a", "zh": "甲"}, "sources": ["a"]}
    fund = {"policies": {"policy_fund": {"amount_a_year": HUGE[0]}}}
    path.write_text(json.dumps(whole | fund), encoding="utf-8")
    for words in (("check", str(path)), ("show", "baseline-2022", "--set", f"{lever}={HUGE[0]}")):
        result = CliRunner().invoke(main, words)
        assert (result.exit_code, SAID in result.output) == (2, True), result.output
    for varied in (
        f"{lever}=0 yuan,1e300 yuan",
        f"{lever}=0:1e300 yuan:3",
        "envelope.amount_a_year=1,2e8 million yuan",
    ):
        with pytest.raises(ScenarioError) as caught:
            check_points(load("baseline-2022"), make("grid", [varied], 2, 1), "--vary")
        assert SAID in str(caught.value)
    money = [name for name, outcome in outcomes().items() if outcome.unit.startswith("million yuan") and outcome.uses]
    for name in money:
        for huge in (HUGE[0], 1e300):
            target = {"name": "t", "title": {"en": "a", "zh": "甲"}, "metric": name, "at_least": huge, "by": 2025}
            with pytest.raises(ScenarioError) as caught:
                load("baseline-2022").with_changes({"targets": [target]})
            assert SAID in str(caught.value) or "may be" in str(caught.value) or "is no target" in str(caught.value)


def test_no_number_of_a_city_or_the_nation_reaches_beyond_what_is_counted():
    scale = {"million yuan": 1.0, "million yuan a year": 1.0, "100 million yuan": 100.0}
    reach = {name: row.most * scale[row.unit] for name, row in read_city().numbers.items() if row.unit in scale}
    assert reach
    assert max(reach.values()) <= 1e8  # of a city, sums that no ledger pays


def test_the_most_that_may_be_written_is_counted_and_paid_to_the_fen():
    services = levers()["policies.scale_up.services_a_year"].reach.partition(" .. ")[2]
    assert float(services) * MOST_MONEY * FEN_PER_MILLION < 2**63  # the largest payment of one line
    assert MOST_MONEY * FEN_PER_MILLION < 2**53  # what an envelope holds is whole fen as a float too


def test_every_lever_that_is_a_number_has_both_ends():
    for lever in levers().values():
        if isinstance(lever.default, float):
            assert ".." in lever.reach or ("> " in lever.reach and "<= " in lever.reach), lever
