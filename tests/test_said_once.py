"""What is said twice where once counts is refused, and what is varied is not set; a search looks at its ends."""

import pytest

from sim.experiments import search, sweep
from sim.experiments.experiment import conduct
from sim.experiments.status import describe_status
from sim.report.heading import about
from sim.scenario.changed import beyond_policy
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from tests.conftest import small
from tests.test_comparing import TINY
from tests.test_comparing import run as command
from tests.test_store import squares

CAP = "policies.energy_budget.extra_tightening"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run world-500-2025 --variant no-fund --variant no-cap", "--variant: stands 2 times"),
        ("run no-policy --seed 1 --seed=2", "--seed: stands 2 times"),
        ("run no-policy -n 3 --replications 4", "--replications: stands 2 times"),
        ("run no-policy --set horizon.until=2023Q4 --until 2022Q4", "--set horizon.until: is said by --until too"),
        ("run baseline-2022 --set envelope.order=a --set envelope.order=b", "--set envelope.order: stands twice"),
        ("compare no-policy baseline-2022 --precision 0.5 -n 5", "--pairs: --precision says how many pairs there are"),
        (f"run tight-energy-cap --variant tighter-still --set {CAP}=0", "both change policies.energy_budget"),
    ],
)
def test_what_is_said_twice_is_refused_in_one_line(line, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = command(*line.split())
    assert result.exit_code == 2 and result.output.count("\n") == 1 and said in result.output
    assert list(tmp_path.iterdir()) == []


def test_what_is_varied_is_not_told_as_changed_for_no_run_has_that_value():
    base = load("baseline-2022").with_changes({CAP: 0.2, "horizon.until": "2024Q4"})
    experiment = sweep.plan(base, [f"{CAP}=0,0.1"])
    assert experiment.changed() == {"horizon.until": "2024Q4"} and "0.2" not in experiment.name
    assert not any("0.2" in line for line in about(experiment))


def test_options_that_may_be_given_again_may(tmp_path):
    line = "show no-policy --set population.above_scale=600 --set population.below_scale=900"
    assert command(*line.split()).exit_code == 0


def test_a_variant_does_not_hide_a_shipped_scenario(tmp_path):
    path = tmp_path / "mine.yaml"
    head = "name: mine\nextends: baseline-2022\ntitle: {en: a, zh: 甲}\nquestion: {en: a, zh: 甲}\nsources: [a]\n"
    path.write_text(f"{head}variants: {{no-policy: {{policies: {{policy_fund: null}}}}}}\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"variants\.no-policy: is the name of a shipped scenario"):
        load(path)


def test_a_search_looks_at_both_ends_and_of_equal_packages_takes_the_lowest(monkeypatch):
    base = small("baseline-2022", **TINY)
    levers = ["policies.policy_fund.amount_a_year=10 million yuan:200亿元", f"{CAP}=0.1:0.2"]
    experiment = search.plan(base, "gdp>=1亿元 by 2023", levers, points=4, worlds=2, rounds=1, checks=10)
    monkeypatch.setattr(type(experiment), "task", lambda self: lambda payload: [1.0, 5.0])
    found = conduct(experiment)
    first, last = found.search_points.iloc[0], found.search_points.iloc[1]
    assert first[CAP] == 0.1 and last[CAP] == 0.2
    best = found.answer[found.answer["verdict"] == "certified"].iloc[0]
    assert (best["policies.policy_fund.amount_a_year"], best[CAP]) == (10.0, 0.1)


def test_an_arm_that_is_another_world_is_not_told_as_policy(tmp_path):
    path = tmp_path / "mine.yaml"
    head = "name: mine\nextends: no-policy\ntitle: {en: a, zh: 甲}\nquestion: {en: a, zh: 甲}\nsources: [a]\n"
    path.write_text(f"{head}outlook: {{demand_shift: 0.05}}\nparameters: {{hurdle_rate: 0.1}}\n", encoding="utf-8")
    assert beyond_policy(load("baseline-2022"), load(path)) == {
        "outlook.demand_shift": "0.05",
        "parameters.hurdle_rate": "0.1",
    }
    assert beyond_policy(load("baseline-2022"), load("no-policy")) == {}


def test_the_status_of_shards_is_that_of_each_and_what_to_do_next(tmp_path):
    conduct(squares(4), tmp_path, shard=(1, 2))
    lines = describe_status(tmp_path)
    assert lines[0].endswith("shard-1-of-2: 2 SUCCEEDED, 0 FAILED, 0 damaged lines")
    assert lines[1] == f"{tmp_path}: 1 of 2 shards; when all have ended: clustersim merge {tmp_path}"
