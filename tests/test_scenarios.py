"""Scenario files: every shipped one runs, every mistake gets one line that says where, what and what to write."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import cli
from sim.calendar.quarter import FIRST
from sim.model import ClusterModel
from sim.scenario.files import ScenarioError, read_file
from sim.scenario.programme import read
from sim.scenario.reading import SHIPPED, load, shipped
from tests.conftest import SMALL, drawn, loaded, shipped_and_variants

BROKEN = Path(__file__).parent / "broken"
MESSAGES = {
    "unknown-key": "5:1: polices: unknown key 'polices' (did you mean 'policies'?)",
    "unknown-instrument": (
        "5:12: policies.peak_climbin: unknown instrument 'peak_climbin' (did you mean 'peak_climbing'?)"
    ),
    "unknown-field": (
        "policies.energy_budget.extra_tightning: unknown key 'extra_tightning' (did you mean 'extra_tightening'?)"
    ),
    "below-range": "5:28: policies.energy_budget.extra_tightening: -1.2 is out of range; write a number of at least -1",
    "wrong-unit": "max_award_100bn: unit 'tce' does not fit here; write one of yuan",
    "wrong-choice": (
        "policies.policy_fund.rule: 'leader' is not one of landmark, leaders, little-giants, future, shovel-ready, "
        "constrained, even "
        "(did you mean 'leaders'?)"
    ),
    "infinite": "5:41: policies.policy_fund.amount_a_year: 1e400 is too large to be a number",
    "alias-bomb": "5:10: anchors and aliases (& and *) are not allowed",
    "tagged": "tags (!) are not allowed",
    "twice": "6:1: key 'outlook' stands twice",
    "unknown-metric": "unknown outcome 'gpd' (did you mean 'gdp'?)",
    "two-bounds": "write either at_least or at_most",
    "late-horizon": "2031Q1 lies after 2030Q4",
    "early-start": "horizon.from: the starting state is the end of 2021, so a run starts in 2022Q1",
    "not-a-quarter": "horizon.until: '2025-12' is neither a quarter nor a year; write 2025Q4",
    "unknown-number": "parameters.hurdle_rat: unknown number 'hurdle_rat' (did you mean 'hurdle_rate'?)",
    "number-out-of-reach": "parameters.hurdle_rate: 5 is out of reach; write a number from 0 to 0.18",
    "weights": "weight_innovation, weight_green and weight_output must add up to 1",
    "bad-variant": "variants.v: policies.energy_budget.extra_tightening: 2",
    "path-in-name": "extends: '../secret.yaml' must be a shipped name or a file of the same folder",
    "text-for-number": "policies.scale_up.rate",
    "bad-yaml": "not valid YAML",
    "name-with-path": "cannot name a folder",
    "missing-question": "question: is missing; write it",
    "gbk": "2:1: is not UTF-8 (it looks like GBK); save it as UTF-8",
}


def test_every_broken_file_has_its_message():
    assert {p.stem for p in BROKEN.glob("*.yaml")} == set(MESSAGES)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_a_mistake_is_told_in_one_line_with_file_and_key(name):
    with pytest.raises(ScenarioError) as caught:
        load(BROKEN / f"{name}.yaml")
    assert all("\n" not in problem for problem in caught.value.problems)
    assert any(MESSAGES[name] in problem and f"{name}.yaml" in problem for problem in caught.value.problems), (
        caught.value
    )


@pytest.mark.parametrize(("name", "variant"), drawn(shipped_and_variants(), 12))
def test_every_shipped_scenario_and_variant_runs_a_year(name, variant):
    model = ClusterModel(loaded(name, variant).with_changes(SMALL), seed=1)
    for _ in range(4):
        model.step()
    assert model.firms.active.sum() > 1000


def test_a_scenario_says_what_it_asks_in_both_languages():
    for name in shipped():
        scenario = load(name)
        assert scenario.question.en.endswith("?") and scenario.question.zh.endswith("？") and scenario.sources


def test_toml_and_json_are_read_by_the_same_model(tmp_path):
    common = {
        "name": "x",
        "title": {"en": "a", "zh": "b"},
        "question": {"en": "a", "zh": "b"},
        "sources": ["article p08"],
    }
    (tmp_path / "x.json").write_text(__import__("json").dumps(common))
    toml = 'name = "x"\nsources = ["article p08"]\n[title]\nen = "a"\nzh = "b"\n[question]\nen = "a"\nzh = "b"\n'
    (tmp_path / "x.toml").write_text(toml)
    assert load(tmp_path / "x.json").resolved() == load(tmp_path / "x.toml").resolved()


def test_units_are_read_and_mean_the_same():
    base = load("baseline-2022")
    for text in ("10 million yuan", "1000 万元", "0.1 亿元", "10000000 yuan", 10, 10.0):
        changed = base.with_changes({"policies.peak_climbing.max_award_100bn": text})
        assert changed.policies["peak_climbing"].at(FIRST).max_award_100bn == 10.0


def test_null_takes_an_instrument_out_and_a_file_extends_another(tmp_path):
    text = (
        (BROKEN / "unknown-key.yaml")
        .read_text()
        .replace("polices: {}", "extends: baseline-2022\npolicies: {policy_fund: null}")
    )
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    mine = load(tmp_path / "mine.yaml")
    assert "policy_fund" not in mine.policies and "peak_climbing" in mine.policies and mine.name == "broken"


def test_set_changes_are_checked_like_the_file():
    with pytest.raises(ScenarioError, match=r"extra_tightening: 0\.9 is out of range"):
        load("baseline-2022").with_changes({"policies.energy_budget.extra_tightening": 0.9})


def test_an_instrument_that_is_written_alike_is_read_once_and_one_that_is_written_otherwise_is_another():
    base = load("baseline-2022")
    twin, other = base.with_changes({"horizon.until": "2023Q4"}), base.with_changes({"policies.scale_up.rate": 0.017})
    assert all(twin.policies[name] is programme for name, programme in base.policies.items())
    assert {name for name in base.policies if other.policies[name] is not base.policies[name]} == {"scale_up"}
    assert read("scale_up", {"in_force": True})
    with pytest.raises(ValueError, match="in_force"):
        read("scale_up", {"in_force": 1})  # equal to Python, not to a reader


def test_the_shipped_schema_is_current():
    import json

    from sim.scenario.schema import scenario_schema

    assert json.loads((SHIPPED / "schema.json").read_text(encoding="utf-8")) == scenario_schema()


def clustersim(*arguments, **options):
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments], capture_output=True, text=True, timeout=120, **options
    )


def test_a_bad_file_ends_with_code_two_one_line_and_nothing_written(tmp_path):
    done = clustersim("run", str(BROKEN / "unknown-key.yaml"), "--out", str(tmp_path / "out"))
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1
    assert "did you mean 'policies'" in done.stderr and not list(tmp_path.iterdir())


def test_a_bad_file_is_refused_before_anything_heavy_is_imported():
    code = (
        "import sys\nfrom sim.scenario.reading import load\ntry:\n    load(sys.argv[1])\nexcept ValueError: pass\n"
        "print(sorted({'mesa', 'numba', 'pandas', 'matplotlib', 'pyarrow'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(BROKEN / "weights.yaml")], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_the_command_line_lists_shows_and_checks():
    def here(*arguments):
        return CliRunner().invoke(cli.main, arguments)

    assert "world-500-2025" in clustersim("list").stdout
    assert "extra_tightening: 0.1" in here("show", "tight-energy-cap").stdout
    assert here("check", "baseline-2022", str(BROKEN / "weights.yaml")).exit_code == 2
    assert "did you mean 'world-500-2025'" in here("run", "world-500-2026").stderr


def test_a_file_that_is_read_again_gives_values_and_places_of_its_own_and_a_changed_one_what_it_says_now(tmp_path):
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for path in (first, second):
        path.write_text("population: {above_scale: 100}\nsources: [a]\n", encoding="utf-8")
    found = read_file(first)
    found.values["population"]["above_scale"] = 7
    found.values["sources"].append("b")
    found.places.clear()
    for path in (first, second):
        again = read_file(path)
        assert again.values == {"population": {"above_scale": 100}, "sources": ["a"]}
        assert again.places["population", "above_scale"] == (str(path), 1, 14)
    first.write_text("population: {above_scale: 200}\n", encoding="utf-8")
    assert read_file(first).values == {"population": {"above_scale": 200}}
    for path in (first, second):  # what is refused is refused each time, where it stands
        path.write_text("a: &x 1\nb: *x\n", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(ScenarioError, match=rf"^{re.escape(str(path))}:1:4: anchors"):
                read_file(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_mutated_file_ever_gives_anything_but_a_scenario_or_a_scenario_error(tmp_path_factory, data):
    text = (SHIPPED / "baseline-2022.yaml").read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        token = data.draw(
            st.sampled_from(
                [
                    "&a ",
                    "*a",
                    "{",
                    "}",
                    "[",
                    ": ",
                    "\n",
                    "- ",
                    "!!x ",
                    "null",
                    "1e999",
                    "\t",
                    "'",
                    '"',
                    "é",
                    "0x1f",
                    ".nan",
                    "? ",
                ]
            )
        )
        text = text[:at] + token + text[at + data.draw(st.integers(0, 5)) :]
    path = tmp_path_factory.mktemp("mutated") / "m.yaml"
    path.write_text(text, encoding="utf-8")
    try:
        load(path)
    except ScenarioError as error:
        assert error.problems


def test_what_is_missing_is_said_at_once_beside_the_typo(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("name: mine\nextends: baseline-2022\npolices: {}\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        load(path)
    found = [problem.removeprefix(f"{path}").lstrip(":0123456789 ").split(":")[0] for problem in error.value.problems]
    assert sorted(found) == ["polices", "question", "sources", "title"]
