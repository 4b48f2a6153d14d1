"""A scenario's answer: a run says in one sentence what the scenario asks, from the same pairs as `compare`."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim.experiments import compare as comparing
from sim.experiments.run import plan, run
from sim.report.answer import UNTOLD, describe_answer, sentences
from sim.report.console import describe
from sim.scenario.files import ScenarioError, read_file
from sim.scenario.notes import not_asked
from sim.scenario.reading import SHIPPED, load, shipped
from sim.tables.catalogue import SINCE_THE_START, outcomes

TEXT = """\
name: mine
extends: tight-energy-cap
title: {{en: Mine, zh: 我的}}
question: {{en: What does it cost?, zh: 代价多大？}}
sources: [own assumption]
{horizon}
answer: {answer}
variants:
  loose: {{policies: {{energy_budget: {{extra_tightening: 0}}}}}}
  tight: {{policies: {{energy_budget: {{extra_tightening: 0.4}}}}}}
  no-energy-budget: {{policies: {{energy_budget: null}}}}
  longer: {{horizon: {{until: 2026}}, policies: {{energy_budget: {{extra_tightening: 0}}}}}}
"""
TINY = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2023Q4"}
ASKED = "{metric: gdp_real, year: 2023, of: tight, against: loose}"


def written(folder, answer=ASKED, horizon="horizon: {until: 2023Q4}"):
    """Write a scenario with an answer, and return its path."""
    path = folder / "mine.yaml"
    path.write_text(TEXT.format(answer=answer, horizon=horizon), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def spec(tmp_path_factory):
    return load(written(tmp_path_factory.mktemp("answer"))).with_changes(TINY)


@pytest.fixture(scope="module")
def made(spec):
    return run(spec, replications=2, seed=3)


def test_the_answer_of_a_run_is_what_compare_finds_between_the_same_two_in_the_same_worlds(spec, made):
    told = comparing.compare(spec.variant("loose"), {"tight": spec.variant("tight")}, pairs=2, seed=3).comparison
    told = told[told["outcome"] == "gdp_real"].reset_index(drop=True)
    columns = [c for c in told.columns if c != "variant"]
    pd.testing.assert_frame_equal(made.answer[columns], told[columns], check_exact=True)
    assert made.answer["difference"].abs().max() > 0.0
    assert set(made.answer["variant"]) == {"tight"} and set(made.answer["against"]) == {"loose"}


def test_a_side_left_out_is_the_scenario_itself(spec, made):
    found = run(spec.with_changes({"answer.against": None}), replications=2, seed=3)
    itself = comparing.compare(spec, {"tight": spec.variant("tight")}, pairs=2, seed=3).comparison
    row = itself.query("outcome == 'gdp_real' and year == 2023").iloc[0]
    assert found.answer.iloc[-1][["difference", "low", "high"]].tolist() == row[["difference", "low", "high"]].tolist()
    assert found.answer["against"].iloc[-1] == "mine"


def test_an_answer_moves_no_other_table(spec, made):
    without = run(spec.with_changes({"answer": None}), replications=2, seed=3)
    assert made.tables.keys() - without.tables.keys() == {"answer"}
    assert all(without.tables[name].equals(made.tables[name]) for name in without.tables)


def test_the_screen_says_the_last_row_of_the_table_in_both_languages_with_the_same_figures(made):
    lines = describe(made)
    told = lines[lines.index("Answer 回答") + 1 :][:2]
    row, known = made.answer.iloc[-1], outcomes()["gdp_real"]
    shown = [float(word.replace(",", "")) for word in re.findall(r"[-+]?[\d,]*\.?\d+", told[0].partition(": ")[2])][:3]
    assert shown == pytest.approx([row[c] * known.read_factor for c in ("difference", "low", "high")], rel=0.01)
    assert told[0].startswith(f"  {known.english} in 2023, at 2021 prices, tight minus loose: ")
    assert told[1].startswith(f"  {known.chinese}，2023年，2021年价，tight减loose：")
    figures = told[0].partition(": ")[2].partition(" 亿元")[0]
    assert figures and figures in told[1] and "2 worlds" in told[0] and "2个世界" in told[1]


@pytest.mark.parametrize(
    ("row", "english", "chinese"),
    [
        ({}, ": +5 [+2, +8] 家 (mean of 9", "：+5 [+2, +8]家（9个世界"),
        ({"low": -1.0}, UNTOLD[0], UNTOLD[1]),
        ({"high": 0.0, "low": -9.0, "difference": -4.0}, UNTOLD[0], UNTOLD[1]),
        (
            {"difference": 0.0, "low": 0.0, "high": 0.0, "above_zero": 0.0},
            ": 0 家 (the two are alike in each of 9 w",
            "无差",
        ),
        ({"pairs": 1, "low": float("nan"), "high": float("nan")}, ": +5 家 (of the one world", "：+5家（仅一个世界"),
    ],
)
def test_a_sentence_says_what_kind_of_figure_it_is(row, english, chinese):
    usual = {"variant": "a", "against": "b", "year": 2025, "difference": 5.0, "low": 2.0, "high": 8.0, "pairs": 9}
    usual |= {"above_zero": 1.0, "below_zero": 0.0}
    said, said_zh = sentences(SimpleNamespace(**usual | row), outcomes()["first_sets"], 2022)
    assert said.startswith("First sets in 2025, a minus b: ") and english in said
    assert said_zh.startswith("首台套认定，2025年，a减b：") and chinese in said_zh


MISTAKES = {
    "{metric: gpd, year: 2023, of: tight}": "answer.metric: unknown outcome 'gpd' (did you mean 'gdp'?)",
    "{metric: additional_gdp, year: 2023, of: tight}": "answer.metric: 'additional_gdp' is measured against a twin",
    "{metric: gdp, year: 2023, of: tigt}": "answer.of: unknown variant 'tigt' (did you mean 'tight'?)",
    "{metric: gdp, year: 2023, against: tigt}": "answer.against: unknown variant 'tigt' (did you mean 'tight'?)",
    "{metric: gdp, year: 2023}": "answer: compares a scenario with itself; write a variant as of:",
    "{metric: gdp, year: 2023, of: tight, against: tight}": "answer: compares a scenario with itself",
    "{metric: gdp, year: 2024, of: tight}": "answer.year: 2024 lies after the last whole year of the run; write 2023",
    "{metric: gdp, year: 2021, of: tight}": "answer.year: 2021 is out of range; write a number of at least 2022",
    "{metric: gdp, of: tight}": "answer.year: is missing; write it, like year: 2025",
    "{metric: gdp, year: 2023, off: tight}": "answer.off: unknown key 'off' (did you mean 'of'?)",
    "{metric: gdp, year: 2023, of: longer}": "answer.of: variant longer changes horizon too",
    "{metric: energy_cap, year: 2023, of: no-energy-budget}": "answer.metric: 'energy_cap' is undefined without",
    "5": "answer: 5 is not a mapping of keys to values; write a mapping of keys to values, like answer: {metric",
}


def test_a_difference_of_what_is_read_in_per_cent_is_in_percentage_points():
    row = {"variant": "a", "against": "b", "year": 2025, "difference": 0.05, "low": 0.02, "high": 0.08, "pairs": 9}
    said, said_zh = sentences(SimpleNamespace(**row, above_zero=1.0, below_zero=0.0), outcomes()["digital_share"], 2022)
    assert ": +5 [+2, +8] percentage points (" in said and "：+5 [+2, +8]个百分点（" in said_zh


@pytest.mark.parametrize("answer", MISTAKES)
def test_a_wrong_answer_is_told_in_one_line_with_file_and_line_before_the_first_run(answer, tmp_path):
    path = written(tmp_path, answer)
    done = CliRunner().invoke(cli.main, ["run", str(path), "--out", str(tmp_path / "out")])
    assert done.exit_code == 2 and done.stderr.count("\n") == 1 and MISTAKES[answer] in done.stderr
    assert f"{path}:7:" in done.stderr and not (tmp_path / "out").exists()


def test_an_answer_belongs_to_the_question_it_stands_beside(tmp_path, spec):
    child = tmp_path / "child.yaml"
    child.write_text(written(tmp_path).read_text(encoding="utf-8").replace(f"answer: {ASKED}\n", ""), encoding="utf-8")
    child.write_text(child.read_text(encoding="utf-8").replace("extends: tight-energy-cap", "extends: mine.yaml"))
    (tmp_path / "mine.yaml").write_text(TEXT.format(answer=ASKED, horizon=""), encoding="utf-8")
    assert load(tmp_path / "mine.yaml").answer is not None and load(child).answer is None
    twins = [spec.variant("loose"), spec.without("policy_fund"), spec.without_policies()]
    assert spec.answer is not None and all(twin.answer is None for twin in twins)


def test_a_variant_does_not_say_an_answer(tmp_path):
    path = written(tmp_path)
    text = path.read_text(encoding="utf-8").replace("loose: {policies", f"loose: {{answer: {ASKED}, policies")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"mine\.yaml:9:\d+: variants\.loose\.answer: is not for a variant to say"):
        load(path)


def test_a_run_that_ends_before_the_year_or_lost_a_variant_says_that_no_answer_is_given(spec):
    short = spec.with_changes({"horizon.until": "2022Q4"})
    assert any("answer: 2023 lies after 2022" in line and "不作回答" in line for line in not_asked(short))
    gone = spec.with_changes({"policies.energy_budget": None, "horizon.until": "2022Q4", "answer.year": 2022})
    assert any("answer.of: what it compares was changed" in line and "不作回答" in line for line in not_asked(gone))
    assert "answer" not in run(short, 1).tables and not any("answer" in line for line in not_asked(spec))


def test_an_option_that_asks_for_what_cannot_be_answered_is_refused(spec):
    for change, said in (
        ("tigt", "--set: answer.of: unknown variant 'tigt'"),
        (None, "compares a scenario with itself"),
    ):
        with pytest.raises(ScenarioError, match=said):
            plan(spec.with_changes({"answer.of": change, "answer.against": None}))


def test_a_side_that_is_another_world_too_says_so(spec):
    """The variant looser by a number of the model: its difference is not what a policy does."""
    found = run(spec.with_changes({"variants.loose": {"parameters": {"merger_offers": 0}}}), replications=2, seed=3)
    lines = describe_answer(found.answer, found.experiment.base)
    assert lines[-1].endswith("两者另有不同: parameters.merger_offers (usual 惯用值 / 0.0)")
    assert "Not policy alone: the two differ also" in lines[-1]
    other = {"variants.other": {"parameters": {"merger_offers": 0}}, "answer.of": None, "answer.against": "other"}
    alike = spec.with_changes(other)
    lines = describe_answer(run(alike, replications=2, seed=3).answer, alike)
    assert lines[-1].startswith("  No policy differs between the two, but 两者政策相同")


def test_a_variant_of_the_scenarios_own_name_is_no_side(tmp_path):
    path = written(tmp_path, "{metric: gdp_real, year: 2023, of: mine}")
    path.write_text(path.read_text(encoding="utf-8").replace("  loose: {", "  mine: {"), encoding="utf-8")
    with pytest.raises(ScenarioError, match="variant mine has the scenario's own name; give it another"):
        load(path)


def test_nothing_is_said_where_nothing_is_asked(made):
    assert describe_answer(made.answer.iloc[:0], made.experiment.base) == []


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_scenario_answers_its_question_with_targets_that_say_their_reading(name):
    own = read_file(SHIPPED / f"{name}.yaml").values
    assert all("when" in target for target in own["targets"])
    years = own["question"]["en"].count("2022 to 2025"), own["question"]["zh"].count("2022至2025年")
    if "answer" in own and any(years):
        assert outcomes()[own["answer"]["metric"]].period == SINCE_THE_START and all(years), name
    assert "answer" in own or name in {"baseline-2022", "no-policy", "rules-of-2021", "trillion-gdp"}


@pytest.mark.parametrize("name", [name for name in shipped() if "as-announced" in load(name).variants])
def test_the_variant_as_announced_is_the_announced_package(name):
    found, announced = load(name).variant("as-announced"), load("baseline-2022")
    assert found.policies == announced.policies and found.envelope == announced.envelope
