"""Which run is which: folders and screens say scenario, variant and changes, and no file is lost."""

import json

import pytest

from sim.experiments import attribute, compare, run, search, sensitivity, sweep
from sim.experiments.experiment import conduct
from sim.experiments.folder import HASHES, LONGEST_NAME, folder_name
from sim.experiments.journal import JOURNAL
from sim.experiments.kinds import rebuild
from sim.experiments.status import describe_status
from sim.report.heading import about, heading
from sim.scenario.changed import changed
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from tests.test_comparing import run as command
from tests.test_store import squares

CAP, FUND, RATE = (
    "policies.energy_budget.extra_tightening",
    "policies.policy_fund.amount_a_year",
    "parameters.hurdle_rate",
)


@pytest.fixture(scope="module")
def base():
    return load("baseline-2022")


def test_a_scenario_says_what_options_changed_with_units_and_what_they_took_out(base):
    made = base.with_changes({CAP: 0.05, FUND: 2e4}).variant("no-fund").with_changes({"horizon.until": "2024Q4"})
    assert changed(made) == {CAP: "0.05", FUND: "none", "horizon.until": "2024Q4"}
    assert changed(base.with_changes({FUND: "200亿元", RATE: 0.1})) == {FUND: "20000 million yuan", RATE: "0.1"}
    assert changed(base.with_changes({"policies.policy_fund": None})) == {"policies.policy_fund": "none"}
    assert changed(base.with_changes({CAP: {"2022Q1": 0, "2024Q1": 0.1}})) == {CAP: "{2022Q1: 0.0, 2024Q1: 0.1}"}
    assert changed(base) == changed(base.variant("no-fund")) == {}
    assert changed(load("no-policy", "changzhou")) == {}  # it is of that city


def test_a_step_of_a_path_over_time_is_told_as_the_whole_path(base):
    one, other = (base.with_changes({f"{CAP}.2022": 0, f"{CAP}.2024": last}) for last in (0.1, 0.2))
    assert changed(one) == {CAP: "{2022Q1: 0.0, 2024Q1: 0.1}"}
    assert changed(other) == {CAP: "{2022Q1: 0.0, 2024Q1: 0.2}"}
    assert run.plan(one).name != run.plan(other).name
    assert changed(base.with_changes({f"{CAP}.2022Q1": 0.1})) == {CAP: "0.1"}


def test_changes_that_differ_far_behind_have_different_folders(base):
    names = list(base.policies)
    orders = (names, [*names[:-2], names[-1], names[-2]])
    plans = [run.plan(base.with_changes({"envelope.order": order})) for order in orders]
    assert plans[0].name != plans[1].name and all(len(each.name) <= LONGEST_NAME for each in plans)


def test_the_title_of_every_screen_shows_scenario_variant_and_changes(base):
    made = base.variant("no-fund").with_changes({CAP: 0.05})
    assert about(run.plan(made)) == [
        "",
        "The package as announced in February 2022 2022年2月发布的政策 (baseline-2022-no-fund)",
        "  Changed by the variant 由变体改动: policies.policy_fund = none 无",
        f"  Changed by options 由选项改动: {CAP} = 0.05",
    ]
    plain = heading(run.plan(base))
    assert plain[1].endswith("(baseline-2022)") and "Changed" not in "\n".join(plain)


def test_what_every_figure_rests_on_is_said_above_them(base):
    held = run.plan(base, fixed=True)
    assert any(line.startswith("  Assumed numbers are held (--fixed)") for line in about(held))
    assert held.name == "baseline-2022-fixed-seed1"
    half = about(run.plan(base.with_changes({"horizon.until": "2024Q2"})))
    assert any(line.startswith("  2024Q1-2024Q2 was run too") and "figures end with 2023" in line for line in half)
    cut = about(run.plan(load("world-500-2025").with_changes({"horizon.until": "2024Q4"})))
    assert sum("so it is not asked" in line for line in cut) == 3


def test_an_instrument_that_a_lever_brings_in_is_told_whole():
    made = load("no-policy").with_changes({"policies.policy_fund.rule": "leaders"})
    assert list(changed(made)) == ["policies.policy_fund"]
    assert "amount_a_year: 10000 million yuan" in changed(made)["policies.policy_fund"]


def test_a_title_tells_a_dozen_changes_and_how_many_more_there_are(base):
    names = [name for name, row in base.city_tables.numbers.items() if row.uncertain][:20]
    made = base.with_changes({f"parameters.{name}": base.city_tables.numbers[name].value for name in names})
    line = about(run.plan(made))[-1]
    assert line.count(" = ") == 12 and line.endswith("; and 8 more 及其余8项")
    assert len(changed(made)) == 20


def test_a_folder_is_named_by_scenario_arms_changes_seed_and_what_is_asked_about(base):
    other = base.variant("no-fund")
    plans = [
        run.plan(base),
        run.plan(other),
        run.plan(base.with_changes({CAP: 0.05})),
        run.plan(base.with_changes({CAP: 0.1})),
        run.plan(base.with_changes({"horizon.until": "2024Q4"})),
        run.plan(base, seed=2),
        compare.plan(base, compare.arms_of(base, ["no-fund"])),
        compare.plan(base, compare.arms_of(base, ["no-policy"])),
        compare.plan(base, compare.arms_of(base, ["no-fund", "no-cap"])),
        compare.plan(base, compare.arms_of(base, ["no-fund+no-cap"])),
        sweep.plan(base, [f"{CAP}=0,0.1"]),
        sweep.plan(base, [f"{RATE}=0.05,0.1"]),
        sweep.plan(base, ["policies.peak_climbing.perceived_benefit=0,1亿元"]),
        sweep.plan(base, ["policies.specialised_enterprise.perceived_benefit=0,1亿元"]),
        attribute.plan(base),
        sensitivity.plan(base, {base.name: base, "no-fund": other}),
        sensitivity.plan(base, {base.name: base, "no-fund": other}, objective="gdp"),
        search.plan(base, "gdp>=1万亿元 by 2025", [f"{CAP}=0:0.1"]),
        search.plan(base, "gdp>=1.2万亿元 by 2025", [f"{CAP}=0:0.1"]),
    ]
    names = [plan.name for plan in plans]
    assert len(set(names)) == len(names)
    assert names[:3] == [
        "baseline-2022-seed1",
        "baseline-2022-no-fund-seed1",
        "baseline-2022-energy_budget.extra_tightening=0.05-seed1",
    ]
    assert names[6] == "compare-baseline-2022-no-fund-seed1"


def test_a_name_of_a_folder_is_one_on_every_system():
    assert folder_name(["a", 'b: "c/d"\\*?<>|'], 1) == "a-b_c_d_-seed1"
    long, longer = (folder_name(["长" * 90, end], 2**63 - 1) for end in ("x", "y"))
    assert long != longer and len(long) <= LONGEST_NAME and len(long.encode()) < 255
    assert long.endswith(f"-seed{2**63 - 1}")


def test_the_folder_and_its_scenario_say_what_options_changed(base, tmp_path):
    small = {"population.above_scale": 200, "population.below_scale": 200, "horizon.until": "2022Q4"}
    words = [word for path, value in small.items() for word in ("--set", f"{path}={value}")]
    result = command("run", "no-policy", "-n", 1, "-j", 1, *words, "--out", tmp_path / "x")
    assert result.exit_code == 0, result.output
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("  Changed by options 由选项改动: "))
    assert all(f"{path} = {value}" in line for path, value in small.items())
    assert "  population.above_scale = 200" in describe_status(tmp_path / "x")
    assert changed(rebuild(tmp_path / "x").base) == {path: str(value) for path, value in small.items()}


def test_a_table_that_somebody_changes_while_runs_go_on_is_not_written_over_either(tmp_path):
    conduct(squares(), tmp_path / "x")
    (tmp_path / "x" / JOURNAL).write_bytes(b"")
    table = tmp_path / "x" / "squares.csv"
    with pytest.raises(ScenarioError, match=r"squares\.csv: was changed since it was written"):
        conduct(squares(), tmp_path / "x", progress=lambda *_: table.write_text("1,1 (checked)", encoding="utf-8"))
    assert table.read_text(encoding="utf-8") == "1,1 (checked)"
    table.unlink()
    assert len(conduct(squares(), tmp_path / "x").values) == 20  # the runs were kept


@pytest.mark.parametrize("fresh", [False, True])
def test_a_table_that_somebody_changed_is_never_written_over_nor_deleted(fresh, tmp_path):
    conduct(squares(), tmp_path / "x")
    table = tmp_path / "x" / "squares.csv"
    table.write_text("number,square\n1,1 (checked with the bureau)\n", encoding="utf-8")
    kept = {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir() if path.name != ".lock"}
    ran = []
    with pytest.raises(ScenarioError, match=r"squares\.csv: was changed since it was written.*move it away"):
        conduct(squares(), tmp_path / "x", fresh=fresh, progress=lambda *counts: ran.append(counts))
    assert ran == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "x").iterdir() if path.name != ".lock"} == kept
    table.rename(tmp_path / "mine.csv")
    conduct(squares(), tmp_path / "x", fresh=fresh)
    assert json.loads((tmp_path / "x" / HASHES).read_text())["squares.csv"]
