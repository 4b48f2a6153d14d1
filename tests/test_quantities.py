"""Numbers as people write them: a unit where a bare number has two readings, the exact right hint elsewhere."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.commands import conduct
from sim.experiments.compare import compare
from sim.experiments.design_file import read_points
from sim.experiments.designs import check, make, read_lever, read_vary
from sim.experiments.engine import refuse_unguarded
from sim.experiments.search_target import read_target
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.notes import notes
from sim.scenario.quantities import MONEY, bare, in_unit, read_for, with_units
from sim.scenario.reading import from_resolved, load, shipped
from sim.scenario.scenario import Scenario
from sim.scenario.writing import as_file
from sim.tables.units import ENERGY, read_quantity
from sim.tables.units import MONEY as MONEY_UNITS
from tests.conftest import drawn, small

FUND = "policies.policy_fund.amount_a_year"
CAP = "policies.energy_budget.extra_tightening"
HEAD = "name: x\ntitle: {en: a, zh: 甲}\nquestion: {en: a, zh: 甲}\nsources: [own assumption]\n"
MONEY_LEVERS = sorted(path for path, lever in levers().items() if lever.unit == MONEY)


def read(tmp_path, text) -> Scenario:
    (tmp_path / "x.yaml").write_text(HEAD + text, encoding="utf-8")
    return load(tmp_path / "x.yaml")


def nested(path, value):
    for key in reversed(path.split(".")):
        value = f"{{{key}: {value}}}"
    return value[1:-1]


# how a quantity is written


@pytest.mark.parametrize(
    ("text", "million_yuan"),
    [
        ("200 亿元", 20_000.0),
        ("200亿", 20_000.0),
        ("3万亿", 3_000_000.0),
        ("1.2 万亿元", 1_200_000.0),
        ("5000万", 50.0),
        ("5,000万元", 50.0),
        ("２００亿元", 20_000.0),
        ("人民币 200 亿元", 20_000.0),
        ("100亿元人民币", 10_000.0),
        ("¥10 million", 10.0),
        ("RMB 1.5 bn", 1_500.0),
        ("10 Million Yuan", 10.0),
        ("1e3 million yuan", 1_000.0),
        (".5 亿元", 50.0),
        ("2千万", 20.0),
        ("10_000 yuan", 0.01),
        ("1,234,567 元", 1.234567),
    ],
)
def test_money_is_read_in_all_the_usual_forms(text, million_yuan):
    assert read_quantity(text, MONEY_UNITS, "") == pytest.approx(million_yuan, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("10,00 million yuan", "commas separate thousands only"),
        ("1,0000 元", "commas separate thousands only"),
        ("10, million yuan", "commas separate thousands only"),
        ("10", "is not a number with a unit"),
        ("亿元", "is not a number with a unit"),
        ("10 tce", "unit 'tce' does not fit here"),
        ("10 dollars", "unit 'dollars' does not fit here"),
    ],
)
def test_what_is_no_amount_of_money_is_refused_with_what_to_write(text, told):
    with pytest.raises(ValueError, match=told):
        read_quantity(text, MONEY_UNITS, "10 million yuan")


def test_energy_is_read_with_its_unit():
    assert [read_quantity(t, ENERGY, "") for t in ("5,000 tce", "1.5万吨标准煤", "2 万吨标煤")] == [5e3, 1.5e4, 2e4]


# money without a unit


@pytest.mark.parametrize("path", MONEY_LEVERS)
def test_every_lever_that_is_money_asks_for_its_unit_and_takes_nothing_without_one(tmp_path, path):
    with pytest.raises(ScenarioError) as told:
        read(tmp_path, nested(path, 7))
    assert str(told.value).startswith(f"{tmp_path / 'x.yaml'}:5:")
    assert f"{path}: 7 has no unit; write 7 million yuan, 7 万元 or 7 亿元" in str(told.value)
    with pytest.raises(ScenarioError, match="2023Q1: 7 has no unit"):
        read(tmp_path, nested(path, "{2022Q1: 0, 2023Q1: 7}"))
    read(tmp_path, nested(path, 0))
    read(tmp_path, nested(path, "7 万元"))


def test_a_variant_a_target_and_an_option_ask_for_the_unit_too(tmp_path):
    with pytest.raises(ScenarioError, match=r"variants\.v\.envelope\.amount_a_year: 5 has no unit"):
        read(tmp_path, "variants: {v: {envelope: {amount_a_year: 5}}}")
    target = "{name: t, title: {en: a, zh: 甲}, metric: gdp, at_least: 10000, by: 2025}"
    with pytest.raises(ScenarioError, match=r"targets\.0\.at_least: 10000 has no unit"):
        read(tmp_path, f"targets: [{target}]")
    with pytest.raises(ScenarioError, match=r"--target .*: 10000 has no unit"):
        read_target("gdp>=10000 by 2025")
    for read_option, text in (
        (read_vary, f"{FUND}=1,2"),
        (read_vary, f"{FUND}=0:20000:5"),
        (read_lever, f"{FUND}=0:9"),
    ):
        with pytest.raises(ScenarioError, match="has no unit; write"):
            read_option(text)


def test_python_gives_plain_numbers_in_the_levers_own_unit():
    assert load("baseline-2022").with_changes({FUND: 200}).resolved()["policies"]["policy_fund"]["amount_a_year"] == 200


# ranges and lists


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"{FUND}=0:200 亿元:5", [0.0, 5_000.0, 10_000.0, 15_000.0, 20_000.0]),
        (f"{FUND}=50亿元:1.5万亿元:2", [5_000.0, 1_500_000.0]),
        (f"{FUND}=1,2亿元", [100.0, 200.0]),
        (f"{FUND}=50 million yuan,1 亿元", [50.0, 100.0]),
        (f"{CAP}=0:0.2:5", [0.0, 0.05, 0.1, 0.15, 0.2]),
        (f"{CAP}=0:20 %:3", [0.0, 0.1, 0.2]),
        (f"{CAP}=5,10 %", [0.05, 0.1]),
        (f"{CAP}=.05,1e-1", [0.05, 0.1]),
        ("policies.policy_fund.rule=even,leaders", ["even", "leaders"]),
    ],
)
def test_values_of_a_lever_are_in_its_own_unit_and_free_of_dust(text, values):
    assert read_vary(text)[1] == values


@pytest.mark.parametrize("values", ["10,000", "1,050", "10,000,000", "10,000 million yuan"])
def test_a_comma_among_thousands_is_not_taken_for_two_values(values):
    with pytest.raises(ScenarioError, match="write a large number without commas"):
        read_vary(f"{FUND}={values}")


def test_a_header_may_say_the_unit_of_its_column(tmp_path):
    design = tmp_path / "points.csv"
    design.write_text(f"{FUND} (亿元),{CAP}（%）\n50,5\n100,10\n", encoding="utf-8")
    assert read_points(design) == [{FUND: 5_000.0, CAP: 0.05}, {FUND: 10_000.0, CAP: 0.1}]
    design.write_text(f"{FUND}\n50\n", encoding="utf-8")
    assert read_points(design) == [{FUND: 50.0}]  # as a program writes it: in the lever's own unit
    design.write_text(f"{FUND} (吨)\n50\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"points\.csv: row 1, column 1: .*unit '吨' does not fit here"):
        read_points(design)


# hints


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("policies: {policy_fund: {co_investment: 230 %}}", "'230 %' is a percentage, and a plain number .* write 2.3"),
        ("policies: {policy_fund: {co_investment: abc}}", "'abc' is not a number; write digits like 0.05"),
        ("parameters: {hurdle_rate: 9 %}", "'9 %' is a percentage, .* write 0.09"),
        ("targets: [{name: t, title: {en: a, zh: 甲}, metric: gdp, at_least: 1亿元, by: 2025Q4}]", "write 2025$"),
        ("targets: [{name: t, title: {en: a, zh: 甲}, metric: gdp, at_least: 1亿元, by: soon}]", "write it like 2025"),
        ("horizon: {until: 2025Q5}", "until: '2025Q5' is neither a quarter nor a year; write it like"),
    ],
)
def test_a_number_of_another_kind_gets_the_right_hint(tmp_path, text, told):
    with pytest.raises(ScenarioError, match=told):
        read(tmp_path, text)


def test_numbers_are_read_as_people_write_them(tmp_path):
    found = read(
        tmp_path,
        "horizon: {from: 2022, until: 2025}\n"
        "policies: {policy_fund: {co_investment: 1e0, concession: .25}, energy_budget: {extra_tightening: 5 %}}\n"
        "targets: [{name: t, title: {en: a, zh: 甲}, metric: gdp, at_least: 1万亿, by: 2025.0, since: '2023'}]\n",
    ).resolved()
    assert (found["horizon"]["from"], found["horizon"]["until"]) == ("2022Q1", "2025Q4")
    assert found["policies"]["policy_fund"]["co_investment"] == 1.0
    assert found["policies"]["policy_fund"]["concession"] == 0.25
    assert found["policies"]["energy_budget"]["extra_tightening"] == 0.05
    assert (found["targets"][0]["by"], found["targets"][0]["since"]) == (2025, 2023)
    assert found["targets"][0]["at_least"] == 1_000_000.0


# written


@pytest.mark.parametrize("name", drawn(shipped(), 4))
def test_a_shown_scenario_says_its_units_and_loads_to_the_same(tmp_path, name):
    spec = load(name)
    text = as_file(spec)
    (tmp_path / "shown.yaml").write_text(text, encoding="utf-8")
    assert load(tmp_path / "shown.yaml").resolved() == spec.resolved()
    assert list(bare(with_units(spec.resolved()))) == []
    assert from_resolved(spec.resolved()).resolved() == spec.resolved()


@given(st.floats(0, 1e12, allow_subnormal=False))
def test_an_amount_reads_back_to_the_last_digit(value):
    assert read_for(FUND, in_unit(value, MONEY)) == value


# refused before the first run


def test_points_are_checked_whole_and_told_by_their_row(tmp_path):
    spec, weights = load("baseline-2022"), "policies.peak_climbing.weight_"
    design = tmp_path / "weights.csv"
    header = ",".join(f"{weights}{part}" for part in ("innovation", "green", "output"))
    design.write_text(f"{header}\n0.4,0.3,0.3\n0.5,0.25,0.25\n", encoding="utf-8")
    check(spec, make(str(design), [], 1, 1), "--design weights.csv")
    design.write_text(f"{header}\n0.4,0.3,0.3\n0.5,0.25,0.35\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"--design .*weights.csv: row 3.*must add up to 1"):
        check(spec, make(str(design), [], 1, 1), "--design weights.csv")


def test_a_grid_too_large_is_refused_and_not_cut(tmp_path):
    many = [f"a.{letter}=0:1:101" for letter in "xyz"]
    with pytest.raises(ScenarioError, match="101 x 101 x 101 are 1,030,301 points, more than 1,000,000"):
        make("grid", many, 1, 1)
    assert len(make("grid", many[:2], 1, 1)) == 101 * 101
    design = tmp_path / "points.csv"
    design.write_text("a.x\n1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="says what varies; leave one of them out"):
        make(str(design), many, 1, 1)


def test_of_very_many_points_those_at_the_ends_are_checked():
    points = [{CAP: 0.0001 * i} for i in range(4_000)]
    points[1_234] = {CAP: 7.0}
    with pytest.raises(ScenarioError, match=r"--vary: .*extra_tightening: 7.0 is out of range"):
        check(load("baseline-2022"), points, "--vary")


@pytest.mark.parametrize(("until", "by"), [("2025Q4", 2026), ("2024Q3", 2024), ("2022Q4", 2030)])
def test_a_file_that_asks_of_a_year_it_never_reaches_is_refused(tmp_path, until, by):
    target = f"targets: [{{name: t, title: {{en: a, zh: 甲}}, metric: world_500_on_list, at_least: 1, by: {by}}}]"
    with pytest.raises(ScenarioError, match=rf"targets\.0\.by: {by} lies after the last whole year"):
        read(tmp_path, f"horizon: {{until: {until}}}\n{target}")
    assert read(tmp_path, f"horizon: {{until: {by}}}\n{target}").targets[0].by == by
    shorter = read(tmp_path, "extends: baseline-2022\nhorizon: {until: 2022}")
    assert [note.split(":")[0] for note in notes(shorter)] == [f"target {t.name}" for t in shorter.targets] != []


@pytest.mark.parametrize("ending", ["json", "toml"])
def test_a_mistake_of_a_file_that_extends_another_is_told_of_that_file(tmp_path, ending):
    said = {"en": "T", "zh": "题"}
    own = {"name": "j", "extends": "baseline-2022", "title": said, "question": said, "sources": ["own"]}
    table = '{en = "T", zh = "题"}'
    texts = {
        "json": json.dumps(own | {"policies": {"policy_fund": {"amount_a_year": "2 tce"}}}),
        "toml": f'name = "j"\nextends = "baseline-2022"\nsources = ["own"]\ntitle = {table}\nquestion = {table}\n'
        '[policies.policy_fund]\namount_a_year = "2 tce"\n',
    }
    file = tmp_path / f"own.{ending}"
    file.write_text(texts[ending], encoding="utf-8")
    with pytest.raises(ScenarioError) as told:
        load(file)
    assert str(told.value).startswith(f"{file}: policies.policy_fund.amount_a_year: unit 'tce' does not fit here")


def test_a_script_without_a_main_guard_gets_no_workers(tmp_path):
    script = tmp_path / "study.py"
    script.write_text("from sim import run\n", encoding="utf-8")
    with pytest.raises(RuntimeError, match="below a line: if __name__ == '__main__':"):
        refuse_unguarded(str(script))
    script.write_text('"""Not below __name__ == \'__main__\', which nobody asks."""  # "__main__"\n', encoding="utf-8")
    with pytest.raises(RuntimeError, match="every worker process imports this script"):
        refuse_unguarded(str(script))
    script.write_text("if __name__ == '__main__':\n    pass\n", encoding="utf-8")
    refuse_unguarded(str(script))
    refuse_unguarded(None)


def test_a_picture_that_fails_costs_a_warning_and_no_table(monkeypatch, capsys):
    def broken(*_):
        raise ValueError("no such backend\nat all")

    monkeypatch.setattr(conduct, "_drawn", broken)
    assert conduct._draw(None, {}, quiet=False) == {}
    assert capsys.readouterr().err == "warning: no pictures were drawn (no such backend); all tables are there\n"


def test_a_scenario_compared_with_itself_differs_by_exactly_nothing():
    spec = small("baseline-2022").with_changes({"horizon.until": "2022Q4"})
    table = compare(spec, {spec.name: spec}, pairs=3).comparison
    assert set(table["variant"]) == {"baseline-2022-again"}
    told = table["difference"].notna()  # what neither has, a price where nothing is traded, does not differ
    assert told.sum() > 0.9 * len(table)
    table = table[told]
    assert (table["difference"] == 0.0).all() and (table["low"] == 0.0).all() and (table["high"] == 0.0).all()
