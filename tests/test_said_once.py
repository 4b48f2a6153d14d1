"""What is said twice where once counts is refused, and what is varied is not set; a search looks at its ends."""

import pytest

from sim.experiments import compare, search, sensitivity, sweep
from sim.experiments.experiment import conduct
from sim.experiments.status import describe_status
from sim.report import sensitivity_console
from sim.report.comparison_console import describe_comparison
from sim.report.heading import about
from sim.report.search_console import describe_search as screen
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
        (f"run tight-energy-cap --variant tighter-still --set {CAP}=0", "both change policies.energy_budget"),
        (f"run baseline-2022 --set policies.energy_budget=null --set {CAP}=0.1", f"energy_budget and {CAP} say two"),
        (f"run baseline-2022 --set {CAP}=0.1 --set policies.energy_budget=null", "policies.energy_budget say two thin"),
        (f"run baseline-2022 --set {CAP}=0.1 --set {CAP}.2024Q1=0.2", f"{CAP} and {CAP}.2024Q1 say two things"),
        ("run baseline-2022 --set policies=null --set policies.scale_up.rate=0.5", "scale_up.rate say two things of"),
        ("compare baseline-2022 no-fund+no-cap no-cap+no-fund", "no-cap+no-fund is the same as no-fund+no-cap"),
    ],
)
def test_what_is_said_twice_is_refused_in_one_line(line, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = command(*line.split())
    assert result.exit_code == 2 and result.output.count("\n") == 1 and said in result.output
    assert list(tmp_path.iterdir()) == []


def test_two_steps_of_one_path_and_two_levers_of_one_instrument_do_not_undo_each_other():
    steps = {f"{CAP}.2022Q1": 0.1, f"{CAP}.2024Q1": 0.2, "policies.scale_up": {"rate": 0.5}}
    changed = load("baseline-2022").with_changes({**steps, "policies.scale_up.from": "2023"})
    assert {"rate": 0.5, "from": "2023"}.items() <= changed.as_written["policies"]["scale_up"].items()
    assert changed.steps(CAP) == ("2022Q1", "2024Q1")


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
    monkeypatch.setattr(type(experiment), "task", lambda self: lambda payload: [1.0, 5.0, 0.0, 0.0, 0.0])
    found = conduct(experiment)
    first, last = found.search_points.iloc[0], found.search_points.iloc[experiment.effort().together - 1]
    assert first[CAP] == 0.1 and last[CAP] == 0.2
    best = found.answer[found.answer["verdict"] == "certified"].iloc[0]
    assert (best["policies.policy_fund.amount_a_year"], best[CAP]) == (10.0, 0.1)
    assert "Without any policy it is reached with probability 0.0%" in "".join(screen(found))


def test_the_same_luck_is_said_of_arms_in_which_it_acts_alike():
    base = small("baseline-2022", **TINY)
    calm = {"outlook.calm": True}
    arms = {"calm": base.with_changes(calm)}, {"no-fund": base.variant("no-fund")}
    other, alike = (" ".join(describe_comparison(conduct(compare.plan(base, arm, pairs=2)))) for arm in arms)
    assert "drew the same luck, which acts otherwise where" in other and "had the same luck" not in other
    assert "all arms had the same luck" in alike and "各组运气相同）" in alike


def test_a_thin_study_of_sensitivity_says_so_and_one_of_the_usual_size_does_not():
    thin, usual = (
        sensitivity.plan(load("no-policy"), {"b": load("baseline-2022")}, **sizes)
        for sizes in ({"screening_points": 20, "base_points": 8}, {})
    )
    assert [line.split(" is few")[0] for line, _ in sensitivity_console.thin(thin)] == [
        "--screening-points 20",
        "--base-points 8",
    ]
    assert sensitivity_console.thin(usual) == []


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
