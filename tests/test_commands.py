"""The command line: what stands in sim/commands is listed, what is unknown has neighbours, and a new scenario means
what it came from.
"""

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from sim import policies as registry
from sim.commands import commands, errors
from sim.report.listing import Listing, width
from sim.report.reference import _units, lever_list, number_list, outcome_list
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers, sections
from sim.scenario.programme import written
from sim.scenario.reading import load, shipped
from sim.scenario.scenario import Scenario
from sim.tables.catalogue import outcomes
from sim.tables.nearest import LISTED_BY, unknown
from sim.tables.written import NONE, TEXT
from sim.tables.written import declared as columns_of_tables
from tests.changzhou import CHANGZHOU, table
from tests.conftest import drawn
from tests.parsed import nodes_of
from tests.throw_away import HOUSE, copy_of_the_house, python
from tools import reference

LISTS = {"levers": lever_list, "numbers": partial(number_list, CHANGZHOU), "outcomes": outcome_list}
CHINESE = re.compile("[一-鿿]")


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


# the door


def test_a_new_file_with_a_command_is_listed_without_touching_another_and_ends_with_one_line(tmp_path):
    house = copy_of_the_house(tmp_path)
    text = '''"""A command."""

import click


@click.command()
@click.argument("scenario")
def greet(scenario: str) -> None:
    """Greet SCENARIO."""
    from sim.scenario.reading import load

    click.echo(f"good day, {load(scenario).name}")
'''
    (house / "sim" / "commands" / "greet.py").write_text(text, encoding="utf-8")
    assert "Greet SCENARIO." in python(house, "cli.py", "--help")
    assert python(house, "cli.py", "greet", "no-policy") == "good day, no-policy\n"
    assert (
        python(house, "cli.py", "greet", "no-polcy", code=2)
        == "error: unknown scenario 'no-polcy' (did you mean 'no-policy'?); 'clustersim list' lists all\n"
    )


def test_two_commands_of_one_name_are_an_error_not_one_of_them(monkeypatch):
    import sim.commands.facts as facts
    import sim.commands.run as run

    monkeypatch.setattr(facts.facts, "name", "run")
    with pytest.raises(ValueError, match="another file has a command 'run' too"):
        commands()
    assert run.run.name == "run"


def test_every_command_says_what_it_does_in_both_languages():
    for name, command in commands().items():
        assert CHINESE.search(command.help) and not CHINESE.search(command.help.split("\n\n")[0]), name


def test_the_help_imports_nothing_heavy_and_no_part_of_the_model():
    code = (
        "import sys, cli; from sim.commands import commands; commands(); "
        "print(sorted(m for m in sys.modules if m in ('numpy', 'pydantic', 'ruamel') or m.startswith('sim.') and "
        "'commands' not in m and m not in ('sim.luck', 'sim.luck.cache_home', 'sim.luck.threads')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=HOUSE)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def project():
    return tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))


def test_every_folder_with_code_is_a_package_that_is_installed_with_its_tables():
    setup = project()["tool"]["setuptools"]
    for folder in {path.parent for path in (HOUSE / "sim").rglob("*.py")}:
        assert (folder / "__init__.py").exists(), folder
        name = ".".join(folder.relative_to(HOUSE).parts)
        assert any(fnmatch(name, pattern) for pattern in setup["packages"]["find"]["include"]), name
    tables = {path for pattern in setup["package-data"]["sim"] for path in (HOUSE / "sim").glob(pattern)}
    assert {path for path in (HOUSE / "sim").rglob("*") if path.suffix in (".csv", ".typed")} <= tables
    assert "exclude" not in setup["packages"]["find"]


def test_click_is_imported_by_commands_alone():
    def imported(path):
        tree = nodes_of(path)
        return {name.name for node in tree if isinstance(node, ast.Import) for name in node.names}

    users = {path.parent.name for path in (HOUSE / "sim").rglob("*.py") if "click" in imported(path)}
    assert users == {"commands"}


# lists


def test_the_sections_with_levers_are_those_that_say_in_which_world_policies_stand():
    assert sections() == ("outlook", "horizon", "population", "envelope")


def test_an_added_instrument_is_listed_and_offered_in_a_new_scenario_whatever_its_file_says(tmp_path):
    house = copy_of_the_house(tmp_path)
    file = house / "sim" / "policies" / "rent_relief.py"
    file.write_text(
        file.read_text(encoding="utf-8").replace(', description="who gets it 发放对象"', ""), encoding="utf-8"
    )
    said = [
        python(house, "cli.py", *arguments)
        for arguments in (["levers", "rent_relief"], ["new", "mine"], ["check", "mine.yaml"])
    ]
    assert said[0].splitlines()[4:] == [
        "policies.rent_relief.amount\t0.01\tmillion yuan 百万元\t0 .. 1e+07\t-\tper firm and quarter\t每户每季",
        "policies.rent_relief.to\tsmall_firms\tchoice 选项\tsmall_firms, rest_of_city\t-\t-\t-",
    ]
    assert "#  rent_relief:\n" in (house / "mine.yaml").read_text(encoding="utf-8") and "fine" in said[2]


def test_levers_lists_every_field_of_every_instrument_as_a_scenario_writes_it():
    fields = {
        f"policies.{name}.{field.alias or key}"
        for name in registry.names()
        for key, field in written(name).model_fields.items()
    }
    own = {
        f"{s}.{field.alias or key}"
        for s in sections()
        for key, field in Scenario.model_fields[s].annotation.model_fields.items()
    }
    assert set(levers()) == fields | own
    assert [line.split("\t")[0] for line in clustersim("levers").output.splitlines()[1:]] == list(levers())
    base = load("baseline-2022")
    base = base.with_changes({f"policies.{name}": {} for name in registry.names() if name not in base.policies})
    for path, lever in levers().items():
        if lever.default is not None or path.startswith("policies."):  # elsewhere null takes out what is written there
            assert base.with_changes({path: lever.default})


def test_every_lever_of_an_instrument_says_unit_source_and_meaning_in_both_languages():
    for path, lever in levers().items():
        assert lever.meaning and not CHINESE.search(lever.meaning), path
        assert CHINESE.search(lever.meaning_zh) and lever.unit, path
        assert lever.source or not path.startswith("policies.") or lever.name in ("from", "until", "in_force"), path


@pytest.mark.parametrize("share", [8, pytest.param(1, marks=pytest.mark.slow)])
def test_the_range_of_a_lever_is_the_one_that_is_held(share):
    """One lever of so many is tried beyond its ends.

    From 0 to 0.2 although a share ends at one; more than 0 for a ratio of private to public money.
    """
    said = {path: lever.reach for path, lever in levers().items()}
    assert said["policies.energy_budget.intensity_target"] == "0 .. 0.2"
    assert said["policies.policy_fund.co_investment"] == "> 0, <= 16"
    assert said["policies.scale_up.cap"] == "0 .. 1e+07" and said["outlook.calm"] == "true, false"
    assert said["envelope.when_short"] == "prorate, in_order, queue"
    base = load("baseline-2022")
    for path, reach in list(said.items())[::share]:
        if " .. " in reach:
            low, high = map(float, reach.rpartition(", ")[2].split(" .. "))  # words may stand before
            for end in (low - 1, high + 1):
                with pytest.raises(ScenarioError):
                    base.with_changes({path: end})


def test_numbers_lists_every_row_of_the_table_with_range_reach_grade_and_source():
    lines = clustersim("numbers").output.splitlines()[1:]
    assert [line.split("\t")[0] for line in lines] == list(table())
    row = next(line for line in lines if line.startswith("hurdle_rate\t")).split("\t")
    number = table()["hurdle_rate"]
    assert row[1:5] == [
        f"{number.value:g}",
        "share a year 占比/年",
        f"{number.low:g} .. {number.high:g}",
        f"{number.least:g} .. {number.most:g}",
    ]
    assert row[5].startswith(number.grade) and row[6:] == [number.source, number.meaning, number.meaning_zh]


def test_every_unit_has_one_row_in_both_languages_and_every_row_is_a_unit():
    declared = (table(), outcomes(), levers(), columns_of_tables())
    used = {one.unit for each in declared for one in each.values()} - {TEXT, NONE}
    assert used == set(_units()) and all(CHINESE.search(zh) for zh in _units().values())


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("levers", "scale_up"), {p for p in levers() if p.startswith("policies.scale_up.")}),
        (("levers", "horizon", "outlook.calm"), {"horizon.from", "horizon.until", "outlook.calm"}),
        (("numbers", "HURDLE"), {"hurdle_rate", "hurdle_spread"}),
        (("numbers", "投资门槛收益率"), {"hurdle_rate"}),
        (("numbers", "real return above WEAR"), {"hurdle_rate"}),
        (("outcomes", "gdp_published"), {"gdp_published"}),
        (("clusters", "biomed"), {"biomedicine"}),
    ],
)
def test_words_pick_by_name_or_else_by_meaning_in_every_list_alike(arguments, names):
    assert {line.split("\t")[0] for line in clustersim(*arguments).output.splitlines()[1:]} == names


def test_on_a_screen_columns_stand_below_each_other_although_chinese_is_wide():
    listing = Listing(
        "number", ("name 名称", "unit 单位", "meaning"), (("a", "百万元", "money"), ("long_name", "t", "mass"))
    )
    assert listing.lines(aligned=True) == [
        "name 名称  unit 单位",
        "    meaning",
        "a          百万元",
        "    money",
        "long_name  t",
        "    mass",
    ]
    assert listing.lines(aligned=False) == ["name 名称\tunit 单位\tmeaning", "a\t百万元\tmoney", "long_name\tt\tmass"]
    for make in LISTS.values():
        heads, *rows = make().lines(aligned=True)[::2]
        second = width(heads[: heads.index(make().heads[1])])
        assert all(
            width(row[: row.index(cells[1], len(cells[0]))]) == second
            for row, cells in zip(rows, make().rows, strict=True)
        )


def test_no_cell_breaks_a_line_or_a_column():
    for make in LISTS.values():
        for row in make().rows:
            assert len(row) == len(make().heads) and all(
                cell and "\t" not in cell and "\n" not in cell for cell in row
            ), row


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_page_is_what_make_reference_writes(name):
    assert (reference.FOLDER / name).read_text(encoding="utf-8") == reference.PAGES[name](), "run: make reference"


def test_no_other_page_stands_in_the_folder():
    assert {path.name for path in reference.FOLDER.iterdir()} == set(reference.PAGES)


# names that do not exist


A_TARGET = "{nmae: a, title: {en: a, zh: b}, name: a, metric: gdp, at_least: 1亿元, by: 2024}"
SEARCH = "search baseline-2022 --target"
# what is written, what the name in it is, the name, its neighbour, and the command that lists all
UNKNOWN = (
    ("show no-policy --set polices.x=1", "key", "polices", "policies", "schema"),
    (f"show no-policy --set 'targets=[{A_TARGET}]'", "key", "nmae", "name", "schema"),
    ("show no-policy --set question.eng=a", "key", "eng", "en", "schema"),
    ("show no-policy --set extnds=a", "key", "extnds", "extends", "schema"),
    ("show no-policy --set horizon.untl=2024Q4", "key", "untl", "until", "levers horizon"),
    ("show no-policy --set policies.scaleup={}", "instrument", "scaleup", "scale_up", "levers"),
    ("show baseline-2022 --set policies.scale_up.rat=1", "key", "rat", "rate", "levers scale_up"),
    ("sweep baseline-2022 --vary policies.scale_up.rat=0,1", "key", "rat", "rate", "levers scale_up"),
    (f"{SEARCH} 'gdp>=1亿元 by 2024' --lever policies.scale_up.rat=0:1", "key", "rat", "rate", "levers scale_up"),
    (f"{SEARCH} 'gpd>=1 by 2024'", "outcome", "gpd", "gdp", "outcomes"),
    ("compare baseline-2022 no-policy --objective gdp_rael", "outcome", "gdp_rael", "gdp_real", "outcomes"),
    ("show no-policy --set parameters.hurdle_rat=0.1", "number", "hurdle_rat", "hurdle_rate", "numbers"),
    (
        "show no-policy --set parameters.new_enrgy.output_2021=1000",
        "number",
        "new_enrgy.output_2021",
        "new_energy.output_2021",
        "numbers",
    ),
    ("run no-polcy", "scenario", "no-polcy", "no-policy", "list"),
    ("new mine --from no-polcy", "scenario", "no-polcy", "no-policy", "list"),
    ("run baseline-2022 --variant no-fnd", "variant", "no-fnd", "no-fund", "list SCENARIO"),
    ("compare baseline-2022 no-fnd", "variant of baseline-2022 or scenario", "no-fnd", "no-fund", "list SCENARIO"),
    ("levrs", "command", "levrs", "levers", "--help"),
    ("--verson", "option", "--verson", "--version", "--help"),
    ("run no-policy --replicatons 4", "option", "--replicatons", "--replications", "run --help"),
    ("levers scaleup", "lever", "scaleup", "scale_up", "levers"),
    ("numbers hurdle_raet", "number", "hurdle_raet", "hurdle_rate", "numbers"),
    ("outcomes gpd", "outcome", "gpd", "gdp", "outcomes"),
    ("clusters biomedcine", "cluster", "biomedcine", "biomedicine", "clusters"),
    ("clusters leadng", "cluster", "leadng", "leading", "clusters"),  # a size class
)


@pytest.mark.parametrize(("line", "what", "word", "near", "lists"), UNKNOWN, ids=[row[0] for row in UNKNOWN])
def test_an_unknown_name_of_any_kind_is_one_line_with_its_neighbour_and_the_command_that_lists_all(
    line, what, word, near, lists, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    found = clustersim(*shlex.split(line))
    assert found.exit_code == 2 and found.output.count("\n") == 1, found.output
    said = f"unknown {what} '{word}' (did you mean '{near}'?); 'clustersim {lists}' lists all\n"
    assert found.output.endswith((f"error: {said}", f": {said}"))
    assert list(tmp_path.iterdir()) == []


def test_the_command_that_lists_all_exists_and_answers_for_every_kind():
    for kind, command in LISTED_BY.items():
        found = clustersim(*command.replace("SCENARIO", "baseline-2022").replace("COMMAND", "run").split())
        assert found.exit_code == 0 and len(found.output.splitlines()) >= 5, kind


UNREADABLE = {
    ("run",): "run: SCENARIO is missing; 'clustersim run --help'",
    ("search", "no-policy"): "search: --target is missing; 'clustersim search --help'",
    ("run", "a", "b"): "run: got unexpected extra argument (b); 'clustersim run --help'",
    ("run", "no-policy", "--seed"): "run: option '--seed' requires an argument; 'clustersim run --help'",
    ("run", "no-policy", "--fixed=yes"): "run: option '--fixed' does not take a value; 'clustersim run --help'",
    ("run", "no-policy", "-n", "many"): "run --replications/-n: 'many' is not a valid whole number; "
    "write a whole number of at least 1 and at most 1,000,000; 'clustersim run --help'",
    ("redo", "there", "many"): "redo NUMBER: 'many' is not a valid whole number; write a whole number of at least 0; "
    "'clustersim redo --help'",
    ("compare", "a", "b", "--by", "integer"): "compare --by: 'integer' is not a valid whole number; "
    "'clustersim compare --help'",
    ("search", "a", "--target", "b", "--probability", "1"): "search --probability: 1.0 is out of range; "
    "write a number above 0 and below 1; 'clustersim search --help'",
    ("facts", "--seed", "-1"): "facts --seed: -1 is out of range; write a whole number of at least 0 and at most "
    "9,223,372,036,854,775,807; 'clustersim facts --help'",
    ("outcomes", "--for", "x"): "outcomes --for: 'x' is not one of 'objective', 'target', 'cost'; "
    "'clustersim outcomes --help'",
}


@pytest.mark.parametrize("arguments", UNREADABLE, ids=" ".join)
def test_a_line_that_cannot_be_read_is_answered_by_one(arguments):
    found = clustersim(*arguments)
    assert (found.exit_code, found.output) == (2, f"error: {UNREADABLE[arguments]} lists all\n")


@pytest.mark.parametrize("name", sorted(commands()))
@pytest.mark.parametrize("option", ["--bogus", "-x"])
def test_no_command_answers_a_mistake_with_how_it_is_used(name, option):
    found = clustersim(name, option)
    assert found.exit_code == 2 and found.output.count("\n") == 1, found.output
    assert found.output.startswith(f"error: unknown option '{option}'")
    assert found.output.endswith(f"; 'clustersim {name} --help' lists all\n")


def test_nothing_asked_for_shows_what_can_be():
    assert "Commands:" in clustersim().output


def test_names_almost_as_near_are_offered_too_and_far_ones_are_examples():
    assert "(did you mean 'no-cap' or 'no-cup'?)" in unknown("variant", "no-cop", ["no-cup", "no-cap", "no-fund"])
    far = unknown("cluster", "zzz", ["textiles", "electronics"])
    assert far == "unknown cluster 'zzz'; write one like electronics, textiles; 'clustersim clusters' lists all"
    assert unknown("variant", "x", []) == "unknown variant 'x'; 'clustersim list SCENARIO' lists all"


def test_no_other_place_words_an_unknown_name():
    said = re.compile(r"\(did you mean|[\"']unknown |difflib")
    assert {path.name for path in (HOUSE / "sim").rglob("*.py") if said.search(path.read_text(encoding="utf-8"))} == {
        "nearest.py"
    }


# a new scenario


def switched_on(text):
    return re.sub(r"^#(?! )|^#(?=  )", "", text, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", drawn(shipped(), 5))
def test_a_new_scenario_means_the_same_as_the_one_it_came_from(name, folder):
    assert clustersim("new", "mine", "--from", name).exit_code == 0
    mine, theirs = load(folder / "mine.yaml"), load(name)
    assert dict(mine) | {"name": name} == dict(theirs)
    assert mine.resolved() | {"name": name} == theirs.resolved()
    for variant in theirs.variants:
        assert mine.variant(variant).resolved() | {"name": ""} == theirs.variant(variant).resolved() | {"name": ""}
    assert clustersim("check", "mine.yaml").exit_code == 0


@pytest.mark.parametrize("name", drawn(shipped(), 6))
def test_what_is_switched_off_is_sound_when_switched_on(name, folder):
    clustersim("new", "mine", "--from", name)
    (folder / "all.yaml").write_text(switched_on((folder / "mine.yaml").read_text(encoding="utf-8")), encoding="utf-8")
    everything = load(folder / "all.yaml")
    assert set(everything.policies) == set(registry.names()) and everything.parameters
    assert {t.name for t in everything.targets} > {t.name for t in load(name).targets}
    assert everything.answer == load(name).answer or everything.answer.of == "my-variant"
    assert "policy_fund" not in everything.variant("my-variant").policies
    assert everything.variant("my-outlook").resolved()["outlook"]["demand_shift"] == 0.01


def test_a_new_scenario_holds_every_lever_with_meaning_range_and_source(folder):
    clustersim("new", "mine")
    text = (folder / "mine.yaml").read_text(encoding="utf-8")
    for lever in levers().values():
        assert re.search(rf"^[# ]+{lever.name}: ", text, re.MULTILINE), lever.path
        assert f"# {lever.meaning} {lever.meaning_zh}\n" in text and lever.reach in text and lever.source in text
    words = [line for line in text.splitlines() if re.match("# [^ ]", line)]
    assert all(CHINESE.search(" ".join(pair)) for pair in zip(words[::2], words[1::2], strict=True))


def test_a_new_scenario_of_a_file_keeps_texts_and_numbers_to_the_last_digit(folder):
    theirs = load("baseline-2022").with_changes(
        {
            "title.en": "a: {b} # c\nd",
            "title.zh": "引“号”：",
            "parameters.hurdle_rate": 0.012345678901234567,
            "name": "theirs",
            "policies.scale_up.cap": 1e-7,
            "policies.peak_climbing": None,
            "envelope.order": ["scale_up"],
        }
    )
    from sim.scenario.writing import as_file

    (folder / "theirs.yaml").write_text(as_file(theirs), encoding="utf-8")
    assert clustersim("new", "mine", "--from", "theirs.yaml").exit_code == 0
    assert load("mine.yaml").resolved() | {"name": ""} == load("theirs.yaml").resolved() | {"name": ""}
    assert "peak_climbing" not in load("mine.yaml").policies


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../mine", "cannot name a scenario"),
        ("a b", "cannot name a scenario"),
        ("mine.yaml", "leave the ending .yaml out"),
        (".hidden", "cannot name"),
        ("no-policy", "comes with clustersim"),
        ("there", "is there already"),
        ("", "cannot name"),
        ("x" * 65, "cannot name"),
    ],
)
def test_a_bad_name_or_a_file_that_is_there_is_refused_and_nothing_written(name, said, folder):
    (folder / "there.yaml").write_text("mine", encoding="utf-8")
    found = clustersim("new", name)
    assert found.exit_code == 2 and said in found.output and found.output.count("\n") == 1
    assert [path.name for path in folder.iterdir()] == ["there.yaml"] and Path("there.yaml").read_text(
        encoding="utf-8"
    ) == "mine"


def test_a_scenario_whose_policies_have_nothing_below_them_has_none(folder):
    clustersim("new", "mine", "--from", "no-policy")
    assert "\npolicies:\n  # " in Path("mine.yaml").read_text(encoding="utf-8")
    mine = load("mine.yaml")
    assert (
        mine.policies == {}
        and mine.without("scale_up").policies == {}
        and mine.with_changes({"policies.scale_up": {}}).policies
    )


def test_every_exit_code_is_documented_and_facts_says_its_own():
    codes = {value for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    page = (HOUSE / "docs" / "reliability.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if re.match(r"\| \d+[\d, ]* \|", line)]
    assert {int(number) for row in rows for number in row.split(",")} == codes | {0}
    told = clustersim("facts", "--help").output
    assert "exit code is 1 if the starting state fails a fact" in told and "退出码为1" in told
