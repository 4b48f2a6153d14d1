"""An invented city of four clusters, without steel and chemicals, of 300 firms: all that the program does, it does
there from the tables alone, in one process beside the city that comes along.
"""

import pickle
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cli
from sim.experiments.replicate import replicate, worlds
from sim.model import ClusterModel
from sim.report.facts import check_facts
from sim.scenario.files import ScenarioError
from sim.scenario.reading import from_resolved, load
from sim.tables.city_tables import read_city
from sim.tables.files import TableError
from sim.treasury.claims import AWARD, INVESTMENT, SUBSIDY
from tests.conftest import drawn, small
from tests.registers import firm, grid, write_csv
from tests.test_books import INFLOWS, OUTFLOWS
from tests.test_same_luck import advance, fingerprint

FOLDER = Path(__file__).parent / "cities" / "fenghe"
CLUSTERS = ["timber", "porcelain", "toys", "foods"]


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def fenghe():
    return load("baseline-2022", FOLDER)


def test_the_tables_are_sound_and_the_check_says_which_facts_are_switched_off():
    found = clustersim("city", "check", FOLDER)
    assert found.exit_code == 0, found.output
    assert "fine: Fenghe, 4 clusters, 2 named firms, 2 announced projects, 14 facts, 7 flows" in found.output
    for role in ("steel", "cement"):
        assert f"no cluster has the role {role}: the fact energy_share_{role} is switched off" in found.output


def test_the_start_meets_every_fact_of_its_table():
    rows = check_facts(read_city(FOLDER))
    assert [row.fact for row in rows][:5] == [*(f"output_{c}" for c in CLUSTERS), "output_city"]
    assert {row.status for row in rows} == {"PASS"}


def test_a_city_has_its_own_number_of_clusters_and_firms(fenghe):
    model = ClusterModel(fenghe, seed=1)
    assert (fenghe.population.above_scale, fenghe.population.below_scale) == (300, 200)
    assert model.firms.start.size == 4 and model.firms.active.sum() == 500
    assert [cluster.identifier for cluster in model._views._clusters] == CLUSTERS
    assert model.start.named == {"qinghe_kiln": int(model.firms.start[1]), "lotus_toys": int(model.firms.start[2])}
    assert model.announced.expansions or model.announced.plants
    assert set(model.numbers.city_tables.identifiers) == set(CLUSTERS)


def test_facts_are_told_on_the_command_line():
    found = clustersim("facts", "--city", FOLDER, "--worlds", 2, "-q")
    assert found.exit_code == 0 and "The starting state of Fenghe" in found.output
    assert "Output growth less demand path, porcelain" in found.output


ASKED = {
    "run": (("-n", 2), "clusters", "cluster"),
    "compare": (("no-policy", "--pairs", 2), "winners", "group"),
    "attribute": (("-n", 2, "--shapley", "none"), "attribution_groups", "cluster"),
    "sweep": (("--vary", "parameters.porcelain.demand_growth=0,0.05", "-n", 1), "sweep", ""),
}


@pytest.mark.parametrize("command", [pytest.param(c, marks=[pytest.mark.slow] * (c == "attribute")) for c in ASKED])
def test_every_experiment_runs_there_and_tells_its_own_clusters(command, tmp_path):
    options, name, column = ASKED[command]
    out, short = tmp_path / "out", ("--until", "2022Q4", "-j", 1, "-q", "--out")
    found = clustersim(command, "baseline-2022", *options, "--city", FOLDER, *short, out)
    assert found.exit_code == 0, found.output
    table = pd.read_csv(out / f"{name}.csv")
    if column:
        sizes = {"small", "medium", "large", "leading", "entrant", "rest_of_city"}
        assert set(table[column]) - sizes == set(CLUSTERS)
    assert table.size


def test_a_scenario_names_a_folder_beside_its_file(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "mine" / "town")
    (tmp_path / "mine" / "s.yaml").write_text(
        "name: s\nextends: no-policy\ncity: town\ntitle: {en: a, zh: 甲}\nquestion: {en: b, zh: 乙}\nsources: [x]\n"
        "parameters: {toys.demand_growth: 0.07}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    spec = load("mine/s.yaml")
    assert spec.city == str(tmp_path / "mine" / "town") and spec.city_tables.english == "Fenghe"
    assert spec.city_hash == load("no-policy", FOLDER).city_hash != load("no-policy").city_hash
    assert from_resolved(spec.resolved()).resolved() == spec.resolved()
    with pytest.raises(ScenarioError, match=r"parameters\.toys\.demand_growth: unknown number"):
        load("mine/s.yaml", "changzhou")


def fingers(model):
    return [part for part in fingerprint(model)] + [model.ledger.total_fen()]


def test_two_cities_in_one_process_step_by_step_are_each_what_they_are_alone(fenghe):
    alone = [fingers(advance(ClusterModel(spec, seed=3), 4)) for spec in (fenghe, small("baseline-2022"))]
    both = [ClusterModel(spec, seed=3) for spec in (fenghe, small("baseline-2022"))]
    for _ in range(4):
        for model in both:
            model.step()
    assert [fingers(model) for model in both] == alone


def test_arms_of_two_cities_share_no_starting_firms(fenghe):
    spec, size = fenghe.with_changes({"horizon.until": "2022Q4"}), {"above_scale": 300, "below_scale": 200}
    other = load("baseline-2022").with_changes({"horizon.until": "2022Q4", "population": size})
    found = dict(worlds({"fenghe": spec, "changzhou": other}, 5))
    assert [result.quarters["output"].shape for result in found.values()] == [(4, 4), (4, 10)]


def test_no_policy_is_the_null_policy_bit_for_bit_and_the_same_seed_gives_the_same_bytes(fenghe):
    empty = fenghe
    for instrument in fenghe.policies:
        empty = empty.without(instrument)
    without, none = (fingers(advance(ClusterModel(spec, seed=6))) for spec in (empty, load("no-policy", FOLDER)))
    assert without == none
    with_policy = [fingers(advance(ClusterModel(fenghe, seed=seed))) for seed in (6, 6, 7)]
    assert with_policy[0] == with_policy[1] != with_policy[2] and with_policy[0] != none


def test_the_books_balance_and_the_ledger_agrees_with_the_firms_to_the_fen(fenghe):
    model, paid_something = ClusterModel(fenghe, seed=3), False
    for _ in range(8):
        before = model.firms.copy()
        model.step()
        after, stayed = model.firms, before.active & model.firms.active
        flows = sum(getattr(after, name) for name in INFLOWS) - sum(getattr(after, name) for name in OUTFLOWS)
        scale = 1.0 + after.revenue[stayed] + np.abs(before.cash[stayed])
        assert np.abs((after.cash - before.cash - flows)[stayed] / scale).max() < 1e-9
        for form, column in ((AWARD, "awards"), (INVESTMENT, "fund_taken"), (SUBSIDY, "subsidies")):
            paid = [p for p in model.ledger.payments if p.quarter == model.quarter and p.form == form]
            in_model = sum(int(p.fen[p.rows >= 0].sum()) for p in paid)
            gone = sum(int(p.fen[(p.rows >= 0) & ~after.active[p.rows]].sum()) for p in paid)
            received = np.rint(getattr(after, column) * 1e8).astype(np.int64)
            assert int(received.sum()) + gone == in_model
            paid_something |= in_model > 0
    assert paid_something


def test_clusters_add_up_to_the_city_and_the_ledger_to_public_cost(fenghe):
    result = replicate(fenghe, 1, 0)
    assert result.quarters["output"].shape == (16, 4)
    for name in ("revenue", "energy_use"):
        city = {"revenue": "industrial_output"}.get(name, name)
        np.testing.assert_allclose(result.cluster_years[name].sum(axis=1), result.years[city], rtol=1e-9)
    assert result.ledger["fen"].sum() / 1e8 == pytest.approx(result.years["public_cost"].sum(), rel=1e-9)


def test_another_process_reads_the_same_tables_or_is_refused(tmp_path, fenghe):
    assert pickle.loads(pickle.dumps(fenghe)).city_tables is fenghe.city_tables
    shutil.copytree(FOLDER, tmp_path / "town")
    sent = pickle.dumps(load("no-policy", tmp_path / "town"))
    table = tmp_path / "town" / "facts.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Listed firms", "Listed groups"), encoding="utf-8")
    with pytest.raises(TableError, match="have changed since the work began"):
        pickle.loads(sent)


@pytest.mark.slow
def test_worker_processes_make_the_same_bytes(tmp_path):
    for jobs in (1, 2):
        found = clustersim(
            *("run", "baseline-2022", "-n", 2, "--until", "2022Q4", "--city", FOLDER, "-q"),
            *("-j", jobs, "--out", tmp_path / str(jobs)),
        )
        assert found.exit_code == 0, found.output
    one, two = ((tmp_path / name / "summary.csv").read_bytes() for name in ("1", "2"))
    assert one == two


def test_a_changed_or_a_moved_city_is_refused_with_one_line(tmp_path):
    town, out = tmp_path / "town", tmp_path / "out"
    shutil.copytree(FOLDER, town)
    again = ("run", "no-policy", "-n", 1, "--until", "2022Q4", "--city", town, "-q", "-j", 1, "--out", out)
    assert clustersim(*again).exit_code == 0
    table = town / "parameters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("gdp_2021,,30000", "gdp_2021,,31000"), encoding="utf-8")
    for command, said in ((again, "city_hash"), (("redo", out, 0), "have changed since")):
        found = clustersim(*command)
        assert found.exit_code == 2 and found.output.count("\n") == 1 and said in found.output, found.output
    shutil.rmtree(town)
    found = clustersim("redo", out, 0)
    assert found.exit_code == 2 and found.output.count("\n") == 1 and "is no city" in found.output, found.output


def test_arms_of_two_cities_are_not_compared(tmp_path, fenghe):
    from sim.experiments.compare import plan, variant_of

    with pytest.raises(ScenarioError, match=r"is of the city changzhou, the base of .*fenghe; give both the same"):
        plan(fenghe, {"other": load("no-policy")})
    name, spec = variant_of(fenghe, "no-policy")
    assert (name, spec.city) == ("no-policy", fenghe.city)  # a scenario that names no city is one of the base's


# a register of firms beside the tables


def with_register(folder, *rows, name="register.csv"):
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    write_csv(folder / name, grid(list(rows)))
    return folder


BARE = dict.fromkeys(("output", "value_added", "tax", "energy", "fixed_assets", "research", "debt", "titles"))


def test_a_register_in_the_folder_is_that_of_every_scenario_of_the_city(tmp_path, fenghe):
    folder = with_register(tmp_path / "c", *(firm(i, cluster="toys", revenue=2_345.67 + i, **BARE) for i in range(3)))
    spec = load("baseline-2022", folder)
    assert spec.real_firms.file == str((folder / "register.csv").resolve())
    model = ClusterModel(spec, seed=1)
    found = set(np.round(model.start.firms.last_revenue, 10))
    assert {23.4567, 23.4667, 23.4767} <= found
    assert spec.city_tables.hash != fenghe.city_tables.hash
    assert ClusterModel(from_resolved(spec.resolved()), seed=1).start.given.rows.size == 3
    elsewhere = write_csv(tmp_path / "other.csv", grid([firm(1, cluster="foods", **BARE)]))
    assert spec.with_changes({"firms": str(elsewhere)}).real_firms.file == str(elsewhere)
    told = clustersim("city", "check", folder)
    assert told.exit_code == 0 and "register of real firms 企业名录: register.csv" in told.output
    assert "3" in clustersim("facts", "--city", folder, "--worlds", "2").output.split("名录")[1]


def test_a_register_that_is_put_into_the_folder_later_makes_it_another_city(tmp_path):
    folder = tmp_path / "c"
    shutil.copytree(FOLDER, folder)
    before = load("baseline-2022", folder).resolved()
    with_register(folder, firm(1, cluster="toys", **BARE))
    with pytest.raises(ScenarioError, match=r"the tables of .* have changed since"):
        from_resolved(before)


def test_what_is_wrong_with_a_register_in_the_folder_is_told_with_the_city(tmp_path):
    folder = with_register(tmp_path / "c", firm(1, cluster="toyz", **BARE))
    told = clustersim("city", "check", folder)
    assert told.exit_code == 2 and "'toyz' is no cluster (did you mean 'toys'?)" in told.output
    write_csv(folder / "register.csv", grid([firm(1, cluster="toys", **BARE)]))
    (folder / "register.xlsx").write_bytes(b"")
    told = clustersim("city", "check", folder)
    assert told.exit_code == 2 and "holds register.xlsx and register.csv; keep one of them" in told.output


def test_the_register_of_one_city_does_not_follow_a_scenario_to_another(tmp_path):
    """A change of the city, in Python or as a lever, takes the register of the new city, or none."""
    here = with_register(tmp_path / "a", firm(1, cluster="toys", revenue=2_345.67, **BARE))
    there = with_register(tmp_path / "b", firm(1, cluster="foods", **BARE), firm(2, cluster="foods", **BARE))
    bare = tmp_path / "c"
    shutil.copytree(FOLDER, bare)
    spec = load("baseline-2022", here)
    moved = [spec.with_changes({"city": str(folder)}) for folder in (there, bare)]
    assert moved[0].real_firms.file == str((there / "register.csv").resolve()) and moved[1].real_firms is None
    assert spec.without_policies().real_firms == spec.without("scale_up").real_firms == spec.real_firms


def test_a_register_that_is_named_as_a_mapping_is_known_by_its_content_and_seen_from_the_file(tmp_path):
    file = write_csv(tmp_path / "mine.csv", grid([firm(1, cluster="toys", **BARE)]))
    text = "name: m\nextends: baseline-2022\ntitle: {en: a, zh: 甲}\nquestion: {en: b, zh: 乙}\nsources: [c]\n"
    (tmp_path / "m.yaml").write_text(text + "firms: {file: mine.csv}\n", encoding="utf-8")
    spec = load(tmp_path / "m.yaml", FOLDER)
    assert (spec.real_firms.file, len(spec.real_firms.sha256)) == (str(file.resolve()), 64)
    write_csv(file, grid([firm(2, cluster="foods", **BARE)]))
    with pytest.raises(ScenarioError, match="changed"):
        spec.without_policies()


# one city left for another, and a city without its register

WORDS = "title: {en: a, zh: 甲}\nquestion: {en: b, zh: 乙}\nsources: [c]\n"


def written(path, text, name="s"):
    path.write_text(f"name: {name}\nextends: baseline-2022\n{WORDS}{text}", encoding="utf-8")
    return path


def again(spec):
    """The scenario as `show` and a run write it, read back from plain data and from a file."""
    assert from_resolved(spec.resolved()).resolved() == spec.resolved()
    return from_resolved(spec.resolved())


@pytest.fixture
def registered(tmp_path):
    return with_register(tmp_path / "own", *(firm(i, cluster="toys", **BARE) for i in range(3)))


@pytest.mark.parametrize("word", drawn(["none", "None", "null"], 3))
def test_a_city_runs_without_its_register_where_a_scenario_a_variant_or_an_option_says_so(tmp_path, registered, word):
    city = f"city: {registered}\n"
    alone = load(written(tmp_path / "alone.yaml", f"{city}firms: {word}\n"))
    variants = "variants:\n  with: {firms: own/register.csv}\n"
    written(tmp_path / "base.yaml", city, "base")
    below = tmp_path / "below.yaml"
    below.write_text(f"name: below\nextends: base.yaml\n{WORDS}firms: {word}\n{variants}", encoding="utf-8")
    variant = load(written(tmp_path / "variant.yaml", f"{city}variants:\n  without: {{firms: {word}}}\n"))
    value = None if word == "null" else word
    whole = load("baseline-2022", registered)
    for spec in (alone, load(below), variant.variant("without"), whole.with_changes({"firms": value})):
        assert spec.real_firms is None and ClusterModel(spec, seed=1).start.given.rows.size == 0
        assert again(spec).real_firms is None and again(spec).without_policies().real_firms is None
        assert spec.resolved()["firms"] == "none"
    assert again(variant).real_firms == whole.real_firms is not None
    assert again(variant).variant("without").real_firms is None
    assert again(load(below)).variant("with").real_firms == whole.real_firms
    shown = tmp_path / "shown.yaml"
    shown.write_text(clustersim("show", below, "--set", "horizon.until=2022Q4").output, encoding="utf-8")
    assert load(shown).real_firms is None and load(shown).variant("with").real_firms == whole.real_firms


def test_a_new_scenario_of_a_city_has_its_numbers_of_firms_and_says_whether_its_register_is_used(
    tmp_path, registered, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    without = written(tmp_path / "without.yaml", f"city: {registered}\nfirms: none\n")
    for name, options in (("plain", ("--city", FOLDER)), ("without-2", ("--from", without))):
        assert clustersim("new", name, *options).exit_code == 0
        text = (tmp_path / f"{name}.yaml").read_text(encoding="utf-8")
        assert "default 默认 300\n  above_scale: 300" in text and "default 默认 200\n  below_scale: 200" in text
        assert (load(f"{name}.yaml").population.above_scale, load(f"{name}.yaml").real_firms) == (300, None)


@pytest.mark.parametrize("said", drawn(["", "population: {below_scale: 150}\n", "firms: none\n"], 3))
def test_a_resolved_scenario_with_a_variant_of_another_city_means_the_same_when_it_is_read_back(
    tmp_path, registered, said
):
    """What the first city gave goes with it: hash, numbers of firms, register; what the scenario says itself stays."""
    for first, second in ((registered, "changzhou"), ("changzhou", registered), (registered, FOLDER)):
        text = f"city: {first}\n{said}variants:\n  elsewhere: {{city: {second}}}\n"
        spec = load(written(tmp_path / "s.yaml", text))
        there = spec.variant("elsewhere").resolved()
        assert again(spec).variant("elsewhere").resolved() == there
        assert again(spec).with_changes({"city": str(second)}).resolved() == there | {"name": "s"}
        (tmp_path / "shown.yaml").write_text(clustersim("show", tmp_path / "s.yaml").output, encoding="utf-8")
        assert load(tmp_path / "shown.yaml", second).resolved() == there | {"name": "s"}
        assert load(tmp_path / "shown.yaml").variant("elsewhere").resolved() == there
        assert there["population"]["above_scale"] == (5_000 if second == "changzhou" else 300)


@pytest.mark.parametrize("path", ["city", "city_hash"])
def test_the_city_is_no_lever_of_an_experiment_and_what_to_do_instead_is_said(tmp_path, path):
    (tmp_path / "points.csv").write_text(f"{path}\n{FOLDER}\nchangzhou\n", encoding="utf-8")
    for arguments in (
        ("sweep", "no-policy", "--vary", f"{path}={FOLDER},changzhou"),
        ("sweep", "no-policy", "--design", tmp_path / "points.csv"),
        ("search", "no-policy", "--target", "gdp>=1 trillion yuan in 2024", "--lever", f"{path}=0:1"),
    ):
        found = clustersim(*arguments, "--out", tmp_path / "out")
        assert found.exit_code == 2 and found.output.count("\n") == 1, found.output
        assert f" {path}: an experiment is of one city" in found.output and "--city" in found.output
        assert not (tmp_path / "out").exists()
