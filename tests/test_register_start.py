"""The start with a register: what it gives comes back, the rest is drawn around it, and nobody learns
from an output who is in it.
"""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim import history
from sim.behaviours import investment, market
from sim.experiments.compare import plan
from sim.firms.capacity import standard_capital
from sim.firms.costs import UnitCost
from sim.firms.table import CHAMPION, FOREIGN, NATIONAL, PRIVATE
from sim.firms.technology import Technology
from sim.model import ClusterModel
from sim.register.columns import columns
from sim.report.registered import describe_shares
from sim.scenario.files import ScenarioError
from sim.scenario.reading import from_resolved, load
from sim.start.fit import without_room
from sim.start.places import counts, read_firms
from sim.tables.city_tables import read_city
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.parameters import Parameters
from sim.tables.spreadsheet import SpreadsheetError
from tests.conftest import SMALL
from tests.registers import firm, grid, write_csv, write_xlsx

ABOVE, BELOW, FEW = 5_000, 900, 600
CITY = read_city()
HELD, CLUSTERS, COUNT = Parameters(CITY), CITY.clusters, CITY.count


def some(number, **values):
    """One firm after the other in every cluster, of different sizes, each with another part of its columns."""
    found = firm(number, cluster=CLUSTERS[number % COUNT].code, revenue=round(2_300.01 + 137.77 * number, 2), **values)
    found |= {"output": round(found["revenue"] * 1.01, 2), "value_added": round(found["revenue"] * 0.2317, 2)}
    intensity = Technology.of(HELD).energy_intensity[number % COUNT]
    found["energy"] = round(found["revenue"] / 100 * intensity * (0.6 + number % 7 / 8), 1)
    found |= {"fixed_assets": round(found["revenue"] * (0.2 + number % 5 / 5), 2), "titles": None, "group": None}
    for i, name in enumerate(
        ("value_added", "energy", "tax", "fixed_assets", "research", "debt", "listed", "ownership")
    ):
        if (number >> i % 4) % 3 == i % 3:
            found[name] = None
    return found


def read(tmp_path, rows, name="register.csv"):
    return read_firms(write_csv(tmp_path / name, grid(rows)), CITY)


def firms_capital(firms):
    """Return the capital of all firms as a kernel counts it."""
    return np.array([standard_capital(*of_firm) for of_firm in zip(firms.capital, firms.capital_extra, strict=True)])


def build(register, seed=3, numbers=HELD):
    return history.build(numbers, ABOVE, BELOW, seed, register=register)


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    return read(tmp_path_factory.mktemp("city"), [some(i) for i in range(60)])


def known(start, column):
    return start.given.amount(column)


# kept


# how far a value comes back from what is given, share of it; those with a tolerance are held as ratios
TOLERANCE = {
    "revenue": 0.0,
    "fixed_assets": 0.0,
    "debt": 0.0,
    "tax": 5e-16,
    "energy": 5e-16,
    "research": 5e-16,
    "value_added": 2e-15,
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_value_given_comes_back_from_the_start_as_near_as_is_said_in_every_world(register, seed):
    numbers = HELD.draw(seed)
    start, technology = build(register, seed, numbers), Technology.of(numbers)
    firms = start.firms
    cost = UnitCost(technology, firms.cluster, np.where(firms.active, firms.productivity, 1.0), firms.energy_intensity)
    research = technology.research[firms.cluster] * firms.research_propensity * firms.last_revenue
    held = {
        "revenue": firms.last_revenue,
        "fixed_assets": firms.capital,
        "debt": firms.debt,
        "tax": firms.last_local_tax / numbers.local_tax_share,
        "energy": firms.last_revenue * firms.energy_intensity,
        "research": research,
        "value_added": cost.value_added * firms.last_revenue,
    }
    assert set(held) == set(TOLERANCE)
    for column, values in held.items():
        rows, given = known(start, column)
        assert rows.size > 20, column
        np.testing.assert_allclose(values[rows], given, rtol=TOLERANCE[column], err_msg=column)
    for column in ("output", "staff"):  # kept beside the table of firms, which has no such column
        np.testing.assert_array_equal(start.given.amount(column)[1], register[column])
    # a given amount is what the file says, not a neighbour of it
    assert [f"{value * 100:.15g}" for value in firms.last_revenue[start.given.rows[:3]]] == [
        "2300.01",
        "2437.78",
        "2575.55",
    ]


def test_the_page_says_in_both_languages_what_comes_back_to_the_last_digit_and_how_near_the_rest_does():
    said = (Path(cli.__file__).parent / "docs" / "register.md").read_text(encoding="utf-8").partition("```")[0]
    assert set(TOLERANCE) | {"output", "staff"} == {c.name for c in columns().values() if c.kind == "amount"}
    (exact, rest), (exact_zh, rest_zh) = (
        (said[said.index(first) : said.index(then)], said[said.index(then) :])
        for first, then in (("Revenue, output", "The model holds"), ("营业收入、", "税收、能耗"))
    )
    for column in (c for c in columns().values() if c.kind == "amount"):
        near = TOLERANCE.get(column.name, 0.0)
        english = {"research": "R&D"}.get(column.name, column.name.replace("_", " "))
        assert english.casefold() in (rest if near else exact).casefold(), column.name
        assert any(name in (rest_zh if near else exact_zh) for name in (column.header_zh, *column.also)), column.name
        assert not near or (f"{near:.0e}" in rest and f"{near:.0e}" in rest_zh), column.name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clusters_keep_their_output_their_energy_and_their_number_of_firms(register, seed):
    numbers = HELD.draw(seed)
    start, technology = build(register, seed, numbers), Technology.of(numbers)
    firms = start.firms
    above = firms.last_revenue >= ABOVE_SCALE_LINE
    assert np.count_nonzero(above) == ABOVE
    np.testing.assert_allclose(
        firms.cluster_sum(np.where(above, firms.last_revenue, 0.0)), start.output_2021, rtol=1e-9
    )
    used = firms.cluster_sum(np.where(above, firms.last_revenue * firms.energy_intensity, 0.0))
    np.testing.assert_allclose(used, technology.energy_intensity * start.output_2021, rtol=1e-9)
    assert np.count_nonzero(firms.listed) == np.count_nonzero(build(None, seed, numbers).firms.listed)


def test_the_books_of_a_firm_of_the_register_balance_and_it_makes_with_its_assets_what_it_made(register):
    start = build(register)
    firms, rows = start.firms, start.given.rows
    net = firms.cash[rows] + firms.capital[rows] + firms.pipeline[rows] - firms.debt[rows]
    np.testing.assert_allclose(firms.net_worth[rows], net, rtol=1e-12)
    assert firms.above_scale[rows].all() and firms.ever_above_scale[rows].all()
    # capacity over output spreads as it does among firms that are drawn, though assets over output do not
    needed = firms.last_revenue * Technology.of(HELD).capital_output[firms.cluster]
    drawn = np.setdiff1d(np.flatnonzero(firms.last_revenue >= ABOVE_SCALE_LINE), rows)
    low, high = np.percentile(firms.capital[drawn] / needed[drawn], [1, 99])
    own = firms_capital(firms)[rows] / needed[rows]
    assert np.mean((own > low) & (own < high)) > 0.9
    assert np.ptp(firms.capital_extra[rows]) > 1.0 and not firms.capital_extra[drawn].any()


def test_a_firm_with_half_the_usual_assets_sells_on_in_2022(tmp_path):
    usual = Technology.of(HELD).capital_output[0]
    rows = [firm(i, cluster="HEQ", revenue=10_000, output=None, fixed_assets=5_000 * usual) for i in range(20)]
    write_csv(tmp_path / "r.csv", grid(rows))
    changes = {"firms": str(tmp_path / "r.csv"), "population.above_scale": ABOVE, "population.below_scale": BELOW}
    model = ClusterModel(load("no-policy").with_changes(changes), seed=3, fixed=True)
    rows = model.start.given.rows
    for _ in range(4):
        model.step()
    # 20 firms of 100 million yuan: in 2022 they sell 2,000 within a fifth, with half the usual capital
    assert model.firms.last_revenue[rows].sum() == pytest.approx(2_000, rel=0.2)


def test_half_the_capital_at_half_the_need_makes_the_same_and_wears_half():
    """Capital 50 of a firm that needs half of what its cluster needs is worth 100."""
    models = [ClusterModel(load("no-policy").with_changes(SMALL), seed=2, fixed=True) for _ in range(2)]
    usual, lean = (model.firms for model in models)
    for name in ("capital", "pipeline"):
        getattr(lean, name)[:] *= 0.5
    lean.capital_extra[lean.active] = -0.5
    worth = [firms_capital(f) for f in (lean, usual)]
    np.testing.assert_array_equal(*worth)
    for model in models:
        setting = model._begin()
        investment.want(model.firms, setting)
        market.want(model.firms, setting)
    np.testing.assert_array_equal(lean.wanted_output, usual.wanted_output)
    np.testing.assert_allclose(lean.wanted_replacement, usual.wanted_replacement / 2.0, rtol=1e-9, atol=1e-9)
    both = (lean.wanted_expansion > 0.0) & (usual.wanted_expansion > 0.0)
    assert both.any()
    np.testing.assert_allclose(lean.wanted_expansion[both], usual.wanted_expansion[both] / 2.0, rtol=1e-9)
    assert np.count_nonzero(lean.wanted_expansion) >= np.count_nonzero(usual.wanted_expansion)  # it pays sooner


# drawn given the others


def test_what_is_not_given_follows_what_is(tmp_path):
    rows = [
        firm(1, ownership="外资", headquarters=None),
        firm(2, ownership=None, headquarters="外地"),
        firm(3, ownership=None, headquarters="本市"),
        firm(4, fixed_assets=26_000, debt=None),
        firm(5, fixed_assets=2_600, debt=None),
        firm(6, titles="单项冠军；小巨人", listed="是"),
        firm(7, titles="无", listed="否"),
        firm(8, group=None),
        firm(9, group="A00008"),
        firm(10, group="恒立液压"),
    ]
    start = history.build(HELD, ABOVE, 10_000, 3, register=read(tmp_path, rows))
    firms, row = start.firms, dict(zip(range(1, 11), start.given.rows.tolist(), strict=True))
    assert not firms.local_headquarters[row[1]] and firms.ownership[row[2]] == FOREIGN
    assert firms.local_headquarters[row[3]] and firms.ownership[row[3]] != FOREIGN
    assert firms.debt[row[4]] / firms.capital[row[4]] == pytest.approx(0.5, abs=0.3)
    assert firms.capital[row[4]] == 260.0
    assert firms.specialised_title[row[6]] == firms.highest_title[row[6]] == CHAMPION and firms.listed[row[6]]
    assert firms.specialised_title[row[7]] == 0 and not firms.high_tech_title[row[7]] and not firms.listed[row[7]]
    assert firms.specialised_title[row[1]] == NATIONAL and firms.high_tech_title[row[1]]
    plain = history.build(HELD, ABOVE, 10_000, 3).firms
    for count in (lambda f: f.specialised_title == NATIONAL, lambda f: f.specialised_title == CHAMPION):
        assert np.count_nonzero(count(firms)) == np.count_nonzero(count(plain))
    for name in ("high_tech_title", "listed"):
        assert np.count_nonzero(getattr(firms, name)) == np.count_nonzero(getattr(plain, name)), name
    assert firms.group[row[9]] == firms.group[row[8]] == row[8] and not firms.leads[row[9]]
    assert firms.group[row[10]] == start.named["hengli"]
    assert firms.reported_revenue[row[8]] == pytest.approx(
        firms.last_revenue[row[8]] + firms.last_revenue[row[9]] + 4.0 * firms.outside_demand[row[8]]
    )


def test_a_firm_that_the_city_names_has_the_registers_values_and_its_own_group(tmp_path):
    plain, row = build(None), 0
    given = build(
        read(tmp_path, [firm(1, name="江苏恒立液压股份有限公司", revenue=700_000, output=None, ownership=None)])
    )
    row = given.named["hengli"]
    assert given.given.rows.tolist() == [row] and given.firms.last_revenue[row] == 7_000.0
    assert given.firms.outside_demand[row] == plain.firms.outside_demand[plain.named["hengli"]]
    assert given.firms.ownership[row] == PRIVATE and given.firms.energy_intensity[row] == 70 / 7_000
    assert given.names[row] == ("Hengli Hydraulic", "恒立液压")
    above = np.count_nonzero(given.firms.last_revenue >= ABOVE_SCALE_LINE)
    assert above == ABOVE


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_firm_of_no_group_has_nothing_outside_and_no_sisters_and_reports_what_is_given(tmp_path, seed):
    """Ten large firms of a cluster; drawn ones of that size have plants outside by chance, and head drawn sisters."""
    sizes = [130_000 + 1_000 * i for i in range(10)]
    rows = [firm(i, cluster="TXT", revenue=size, output=None, energy=None) for i, size in enumerate(sizes)]
    found = {}
    for group in ("无", None):
        register = read(tmp_path, [row | {"group": group} for row in rows], f"{group}.csv")
        assert register.alone.tolist() == [group == "无"] * 10
        start = build(register, seed)
        firms, of = start.firms, start.given.rows
        sisters = np.isin(firms.group[~firms.leads], of)
        found[group] = bool(sisters.any()), bool(firms.outside_demand[of].any())
        if group == "无":
            np.testing.assert_array_equal(firms.reported_revenue[of], register["revenue"])
    assert found["无"] == (False, False)
    assert found[None] == (True, True)  # so that the test can fail


# room


def test_a_register_that_makes_more_than_its_cluster_is_refused_with_how_much(tmp_path):
    """Textiles make 650 with 560 firms. One firm of 640 leaves 10 for 559 others, who need 24 million yuan each, 134.16
    in all: 124.16 too much.
    """
    register = read(tmp_path, [firm(1, cluster="TXT", revenue=6_400_000, output=None, energy=None)])
    (line,) = without_room(register, CITY, {}, ABOVE)
    assert "cluster textiles 高端纺织服装: its firms make 640亿元 of the cluster's 650亿元" in line
    assert (
        "with 134.16亿元 for the 559 other firms that is 124.16亿元 too much; mend the values, or set "
        "parameters.textiles.output_2021=774.2 (in the scenario, or with --set)" in line
    )
    with pytest.raises(SpreadsheetError, match=r"124\.16亿元 too much"):
        build(register)
    assert without_room(register, CITY, {"textiles.output_2021": 1_000}, ABOVE) == []
    # in a tenth of the city textiles make 65, and one firm of 60 leaves too little as well: take more of the city
    small = read(tmp_path, [firm(1, cluster="TXT", revenue=600_000, output=None, energy=None)], "small.csv")
    assert "or set population.above_scale=600 or parameters.textiles" in without_room(small, CITY, {}, 500)[0]
    assert without_room(small, CITY, {}, ABOVE) == []


def test_more_firms_than_places_too_little_for_the_others_and_absurd_energy_are_refused(tmp_path):
    many = read(tmp_path, [firm(i, cluster="ENV", energy=None, titles=None) for i in range(30)], "many.csv")
    (line,) = without_room(many, CITY, {}, FEW)
    places = counts(HELD, FEW)[9]
    assert f"30 firms of the register and 0 named ones are {30 - places} more than its {places} places" in line
    full = read(tmp_path, [firm(i, cluster="ENV", energy=None, titles=None) for i in range(places)], "full.csv")
    (line,) = without_room(full, CITY, {}, FEW)
    assert "no firm is drawn to make up the difference" in line
    almost = read(tmp_path, [firm(i, cluster="ENV", energy=None, titles=None) for i in range(169)], "almost.csv")
    assert "too much for the 1 other firm;" in without_room(almost, CITY, {}, ABOVE)[0]  # of 170
    hungry = read(
        tmp_path,
        [firm(i, cluster="ENV", energy=19_000, value_added=None, tax=None, titles=None) for i in range(8)],
        "h.csv",
    )
    least, most = without_room(hungry, CITY, {}, FEW)
    assert "the least that a world draws), which leaves the others nothing" in least
    assert "the most that a world draws), which leaves the others nothing" in most
    costly = read(tmp_path, [firm(1, value_added=4_800, energy=70)], "costly.csv")
    (line,) = without_room(costly, CITY, {}, ABOVE)  # 50 less 48 and 70 tce at up to 0.0025 million yuan
    assert "costly.csv: row 2: value added and the energy bill" in line and "leave 1.825 million yuan" in line


def test_a_register_that_fills_its_cluster_is_the_cluster(tmp_path):
    places = int(counts(HELD, ABOVE)[5])
    each = 650 * 1e4 / places  # 万元
    register = read(
        tmp_path, [firm(i, cluster="TXT", revenue=round(each, 2), output=None, titles=None) for i in range(places)]
    )
    assert without_room(register, CITY, {}, ABOVE) == []
    firms = build(register).firms
    rows = np.flatnonzero((firms.cluster == 5) & (firms.last_revenue >= ABOVE_SCALE_LINE))
    assert rows.size == places and np.isfinite(firms.energy_intensity).all() and np.isfinite(firms.productivity).all()


# scenarios and outputs

SCENARIO = """name: mine
extends: no-policy
title: {en: Mine, zh: 本市}
question: {en: What if?, zh: 如何？}
sources: [own register]
population: {above_scale: 5000, below_scale: 900}
horizon: {until: 2022Q4}
firms: register.xlsx
targets: []
"""


@pytest.fixture
def scenario(tmp_path):
    rows = [some(i) for i in range(40)]
    rows[0] |= {"name": "绝密重工有限公司", "code": "91350100M000100Y43", "revenue": 1_000_000, "energy": None}
    rows[0] |= {"cluster": "HEQ", "value_added": None, "output": None, "ownership": "民营", "headquarters": "本市"}
    write_xlsx(tmp_path / "register.xlsx", grid(rows))
    path = tmp_path / "mine.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


def run(scenario, folder, *arguments):
    return clustersim("run", scenario, "-n", "1", "-j", "1", "--out", folder, *arguments)


def texts(folder):
    """The text of every file of a run, whatever it is packed in."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".parquet":
            yield path.name, pd.read_parquet(path).to_csv()
        yield path.name, path.read_bytes().decode("utf-8", errors="replace")


def test_no_file_of_a_run_tells_who_is_in_the_register_unless_asked_to(scenario, tmp_path):
    register = read_firms(tmp_path / "register.xlsx", CITY)
    secret = re.compile("|".join(re.escape(word) for word in {*register.names, *register.codes}))
    plain, named = tmp_path / "plain", tmp_path / "named"
    assert run(scenario, plain).exit_code == 0
    assert [name for name, text in texts(plain) if secret.search(text)] == []
    assert "Hengli Hydraulic" in (plain / "firms.csv").read_text(encoding="utf-8-sig")  # what is public stays
    result = run(scenario, named, "--names")
    assert result.exit_code == 0
    assert {name for name, text in texts(named) if secret.search(text)} == {"firms.csv", "register.csv"}
    told = pd.read_csv(named / "register.csv", encoding="utf-8-sig")
    assert len(told) == 40 and told["code"].tolist().count("91350100M000100Y43") == 1
    label = told.loc[told["name"] == "绝密重工有限公司", "firm"].item()
    table = pd.read_csv(named / "firms.csv", encoding="utf-8-sig").set_index("firm")
    assert table.loc[label, "name_zh"] == "绝密重工有限公司" and table.loc[label, "code"] == "91350100M000100Y43"
    unnamed = pd.read_csv(plain / "firms.csv", encoding="utf-8-sig").set_index("firm")
    assert unnamed.loc[label, "revenue"] == table.loc[label, "revenue"] and pd.isna(unnamed.loc[label, "name_zh"])


def test_a_public_firm_stands_under_its_public_name_alone_whether_the_register_has_it_or_not(scenario, tmp_path):
    """The stated exception: of a firm that the city's table names, the name of that table and no other."""
    public = {f["firm"]: f for f in CITY.named_firms}
    rows = [some(i) for i in range(20)]
    rows[0] |= {"name": "江苏恒立液压股份有限公司", "code": "91320400000000000A", "revenue": 700_000, "cluster": "HEQ"}
    rows[0] |= dict.fromkeys(("output", "value_added", "energy", "ownership", "headquarters"))
    shown = {}
    for name, there in (("with", rows), ("without", rows[1:])):
        write_xlsx(tmp_path / "register.xlsx", grid(there))
        assert run(scenario, tmp_path / name).exit_code == 0
        table = pd.read_csv(tmp_path / name / "firms.csv", encoding="utf-8-sig").dropna(subset="name")
        assert set(table["name"]) <= {f["name_en"] for f in public.values()} and "code" not in table
        assert set(table["name_zh"]) <= {f["name_zh"] for f in public.values()}
        assert not [file for file, text in texts(tmp_path / name) if "江苏恒立" in text or "91320400000000000A" in text]
        shown[name] = table.set_index("name")["revenue"]
    assert shown["with"]["Hengli Hydraulic"] != shown["without"]["Hengli Hydraulic"]
    told = clustersim("city", "register", tmp_path / "register.xlsx").output
    assert "leave a row out to keep the city's values" in told
    page = (Path(__file__).parents[1] / "docs" / "register.md").read_text(encoding="utf-8")
    assert (
        "One exception: the firms that the city's own table names" in page
        and "唯一例外：城市表中列名的公开企业" in page
    )


@pytest.mark.slow
def test_names_are_added_to_a_finished_folder_and_taken_away_again_and_no_other_byte_changes(scenario, tmp_path):
    register = read_firms(tmp_path / "register.xlsx", CITY)
    secret = re.compile("|".join(re.escape(word) for word in {*register.names, *register.codes}))
    out, asked = tmp_path / "out", tmp_path / "asked"
    found = []
    for options in ((), ("--names",), ()):
        assert run(scenario, out, *options).exit_code == 0
        found.append({path.name: path.read_bytes() for path in out.iterdir() if path.name != ".lock"})
    before, named, after = found
    assert after == before and [name for name, text in texts(out) if secret.search(text)] == []
    changed = {name for name in before.keys() | named.keys() if before.get(name) != named.get(name)}
    assert changed == {"firms.csv", "register.csv", "hashes.json"}
    assert run(scenario, asked, "--names").exit_code == 0
    at_once = {path.name: path.read_bytes() for path in asked.iterdir() if path.name not in (".lock", "journal.jsonl")}
    assert at_once == {name: content for name, content in named.items() if name != "journal.jsonl"}


def test_a_changed_register_is_another_experiment(scenario, tmp_path):
    out = tmp_path / "out"
    assert run(scenario, out).exit_code == 0
    assert run(scenario, out).exit_code == 0
    known = json.loads((out / "experiment.json").read_text(encoding="utf-8"))["scenarios"]["mine"]
    assert known["firms"]["file"] == str(tmp_path / "register.xlsx") and len(known["firms"]["sha256"]) == 64
    assert from_resolved(known).resolved() == known == load(scenario).resolved()
    old = load(scenario)
    write_xlsx(tmp_path / "register.xlsx", grid([some(i) for i in range(41)]))
    refused = run(scenario, out)
    assert refused.exit_code == 2 and "firms.sha256" in refused.output and "--fresh" in refused.output
    with pytest.raises(ScenarioError, match="has changed since it was first read"):
        from_resolved(known)
    with pytest.raises(SpreadsheetError, match="has changed since it was first read"):
        ClusterModel(old, seed=1)
    shown = tmp_path / "shown.yaml"  # what the line says to do instead works
    shown.write_text((out / "scenario.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    (line,) = clustersim("check", shown).output.splitlines()
    assert "begin again (--fresh; in a scenario that says its sha256, take that out)" in line
    kept = re.sub(r"\n *sha256:.*", "", shown.read_text(encoding="utf-8"))
    shown.write_text(kept, encoding="utf-8")
    assert clustersim("check", shown).exit_code == 0 and run(scenario, out, "--fresh").exit_code == 0


def test_arms_of_a_comparison_have_one_register(scenario):
    spec = load(scenario)
    with pytest.raises(ScenarioError, match="another population or register than the base"):
        plan(spec, {"without": spec.with_changes({"firms": None})}, pairs=2)


def test_what_is_wrong_with_a_register_is_told_at_the_scenarios_key_before_the_first_run(scenario, tmp_path):
    write_xlsx(tmp_path / "register.xlsx", grid([firm(i, revenue=-1) for i in range(15)]))
    result = clustersim("check", scenario)
    lines = result.output.splitlines()
    assert result.exit_code == 2 and len(lines) == 15  # all of them, however many
    assert lines[0].startswith(f"error: {scenario}:8:1: firms: ") and "sheet firms, row 2, column D" in lines[0]
    for written, said in (("nowhere.xlsx", "cannot be read"), ("5", "is no file; write the path")):
        scenario.write_text(SCENARIO.replace("register.xlsx", written), encoding="utf-8")
        result = clustersim("check", scenario)
        (line,) = result.output.splitlines()
        assert result.exit_code == 2 and "mine.yaml:8:1: firms: " in line and said in line
    assert "room" not in result.output
    write_xlsx(
        tmp_path / "register.xlsx",
        grid([firm(i, cluster="TXT", revenue=500_000, output=None, titles=None) for i in range(15)]),
    )
    scenario.write_text(SCENARIO, encoding="utf-8")
    (line,) = clustersim("check", scenario).output.splitlines()
    assert "too much; mend the values, or set parameters.textiles.output_2021=" in line


def test_a_register_is_found_from_the_folder_of_the_file_that_names_it(scenario, tmp_path, monkeypatch):
    below = tmp_path / "below"
    below.mkdir()
    write_csv(below / "other.csv", grid([some(i) for i in range(30)]))
    text = f"{SCENARIO}variants:\n  other: {{firms: below/other.csv}}\n"
    scenario.write_text(text, encoding="utf-8")
    monkeypatch.chdir(below)
    spec = load("../mine.yaml")
    assert spec.real_firms.file == str(tmp_path / "register.xlsx")
    assert spec.variant("other").real_firms.file == str(below / "other.csv")
    assert spec.with_changes({"firms": "other.csv"}).real_firms.file == str(below / "other.csv")
    assert spec.without_policies().real_firms == spec.real_firms


def test_a_new_scenario_from_one_with_a_register_has_it_too(scenario, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert clustersim("new", "another", "--from", scenario).exit_code == 0
    assert load("another.yaml").real_firms == load(scenario).real_firms


def test_facts_say_what_came_from_the_register(scenario, tmp_path):
    spec = load(scenario)
    start = history.build(HELD, ABOVE, BELOW, 1, register=read_firms(tmp_path / "register.xlsx", CITY))
    lines = describe_shares(start, CITY)
    share = start.firms.last_revenue[start.given.rows].sum() / (start.output_2021.sum())
    assert any(line.startswith("     40") and f"{share:.1%}" in line and "all 合计" in line for line in lines)
    assert len([line for line in lines if any(c.identifier in line for c in CLUSTERS)]) == COUNT
    assert describe_shares(build(None), CITY) == [] and spec.real_firms is not None
    told = clustersim("facts", scenario, "--worlds", "0", "-q")
    assert "From the register of firms" in told.output and "来自企业名录" in told.output
    assert "绝密重工" not in told.output


@pytest.mark.slow
def test_five_thousand_rows_under_the_templates_headers_run_from_end_to_end(tmp_path):
    """A register of 5,000 rows in a city of 6,000: a fifth is drawn around it."""
    share = counts(HELD, 5_000)
    rows = []
    for c in range(COUNT):
        rows += [
            firm(len(rows) + i, cluster=CLUSTERS[c].chinese, revenue=2_100 + 9 * i, output=None)
            for i in range(share[c])
        ]
    intensity = Technology.of(HELD).energy_intensity
    for row in rows:
        number = [c.chinese for c in CLUSTERS].index(row["cluster"])
        row |= {
            "energy": max(round(row["revenue"] / 100 * intensity[number], 1), 1.0),
            "value_added": None,
            "tax": None,
        }
        row |= {"titles": None, "fixed_assets": None, "debt": None, "research": None}
    template = tmp_path / "register.xlsx"
    assert clustersim("city", "template", template).exit_code == 0
    import openpyxl

    book = openpyxl.load_workbook(template)
    for row in grid([{**dict.fromkeys(firm(0)), **row} for row in rows])[1:]:
        book["firms"].append(row)
    book.save(template)
    path = tmp_path / "mine.yaml"
    path.write_text(SCENARIO.replace("above_scale: 5000", "above_scale: 6000"), encoding="utf-8")
    assert clustersim("city", "register", template).exit_code == 2  # in the city of 5,000 nobody is left to be drawn
    assert clustersim("city", "register", template, "--set", "population.above_scale=6000").exit_code == 0
    result = run(path, tmp_path / "out")
    assert result.exit_code == 0, result.output
    start = ClusterModel(load(path), seed=1).start
    assert start.given.rows.size == 5_000
    assert np.count_nonzero(start.firms.last_revenue >= ABOVE_SCALE_LINE) == 6_000
    np.testing.assert_array_equal(start.firms.last_revenue[start.given.rows], start.given.register["revenue"])
