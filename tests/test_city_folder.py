"""All mistakes in the tables of a city are told in one pass: file, row, column, what stands there, why it does not fit
and what to write.
"""

import csv
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from sim.experiments.compare import plan
from sim.scenario.files import ScenarioError
from sim.scenario.reading import load
from sim.tables.city_tables import city_mistakes, read_city
from sim.tables.files import TableError

FOLDER = Path(__file__).parent / "cities" / "fenghe"

with (FOLDER.parent / "mistakes.csv").open(encoding="utf-8", newline="") as file:
    MISTAKES = list(csv.DictReader(file))  # in cells, between sound cells, sums once all else is sound, names


def planted(folder, mistakes):
    shutil.copytree(FOLDER, folder)
    for table, old, new in dict.fromkeys((m["table"], m["instead of"], m["stands"]) for m in mistakes):
        path = folder / table
        text = path.read_text(encoding="utf-8")
        assert old in text, (table, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def untold(mistakes, found, folder):
    """Mistakes that no line tells."""
    there = [(m, [line for line in found if line.startswith(f"{folder / m['table']}:")]) for m in mistakes]
    return [m["told"] for m, lines in there if not any(m["told"] in line for line in lines)]


@pytest.mark.parametrize("when", ["cells", "together", "sums", "keys"])
def test_every_planted_mistake_is_told_in_one_pass_and_nothing_else(when, tmp_path):
    mistakes = [m for m in MISTAKES if m["when"] == when]
    folder = planted(tmp_path / "town", mistakes)
    found = CliRunner().invoke(cli.main, ["city", "check", str(folder)])
    lines = [line.removeprefix("error: ") for line in found.output.splitlines()]
    assert found.exit_code == 2
    assert untold(mistakes, lines, folder) == [], found.output
    if when != "keys":  # what cites a name that is misspelt has a mistake too
        assert len(lines) == len(mistakes), found.output


def test_a_sum_is_told_beside_a_mistake_in_a_cell_that_it_does_not_read(tmp_path):
    chosen = [m for m in MISTAKES if m["when"] in ("sums", "cells") and m["stands"] in ("toy", "玩具,,hearsay")]
    chosen += [m for m in MISTAKES if m["told"].startswith(("more than gdp_2021", "2: low: 60"))]
    found = city_mistakes(planted(tmp_path / "town", chosen))
    assert len(chosen) == 4 and untold(chosen, found, tmp_path / "town") == [] and len(found) == 4, found


LACKS = [
    ("flows.csv", None, None, "cannot be read (No such file or directory); write it with the header flow,meaning,"),
    ("facts.csv", ",tolerance", "", "1: column 'tolerance' is missing; write it: share of the value"),
    ("facts.csv", "tolerance", "tolerence", "1: column 'tolerence' is unknown (did you mean 'tolerance'?); write that"),
    ("input_output.csv", "toys", "toy", "1: column 'toy' is unknown (did you mean 'toys'?); write that"),
    ("input_output.csv", "toys", "x", "1: column 'toys' is missing; write it: what the cluster buys"),
    ("input_output.csv", None, None, "write it with the header input,timber,porcelain,toys,foods,unit,year,grade"),
    ("clusters.csv", "玩具", "玩具,x", "4: has 7 cells, the header 6; write a cell for each"),
    (
        "city.csv",
        "枫河,300,200,invented\n",
        "枫河,300,200,invented\nx,枫河,300,200,invented\n",
        "has 2 rows; a city has one",
    ),
    ("sources.csv", "", None, "is empty; write the header source,citation_en,citation_zh"),
]


@pytest.mark.parametrize(("table", "old", "new", "said"), LACKS)
def test_a_table_that_is_not_there_or_has_other_columns_is_told(table, old, new, said, tmp_path):
    shutil.copytree(FOLDER, tmp_path / "town")
    path = tmp_path / "town" / table
    text = path.read_text(encoding="utf-8")
    if old is None:
        path.unlink()
    else:
        path.write_text(text.replace(old, new, 1) if old else "", encoding="utf-8")
    found = city_mistakes(tmp_path / "town")
    assert any(line.startswith(f"{path}:") and said in line for line in found), found


def test_a_table_saved_as_gbk_or_with_a_mark_from_a_spreadsheet_is_told_or_read(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "town")
    path = tmp_path / "town" / "clusters.csv"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.encode("utf-8-sig").replace(b"\n", b"\r\n"))
    assert read_city(tmp_path / "town").identifiers == read_city(FOLDER).identifiers
    path.write_bytes(text.encode("gbk"))
    assert any(
        "clusters.csv: is not UTF-8" in line and "save it as CSV UTF-8" in line for line in city_mistakes(path.parent)
    )


def test_a_role_that_supplies_a_good_and_the_good_from_outside_do_not_stand_together(tmp_path):
    """A fifth cluster of steel makes the metals that were bought outside, and its fact can be measured."""
    shutil.copytree(FOLDER, tmp_path / "town")
    path = tmp_path / "town" / "clusters.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("玩具,,", "玩具,steel,"), encoding="utf-8")
    (line,) = city_mistakes(tmp_path / "town")
    assert "row 'metals' stands beside the clusters with the role steel" in line
    path = tmp_path / "town" / "input_output.csv"
    rows = [row for row in path.read_text(encoding="utf-8").splitlines() if not row.startswith("metals,")]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    found = read_city(tmp_path / "town")
    assert found.input_output.metals.tolist() == found.input_output.between[2].tolist()


def test_a_number_of_the_nation_may_be_said_anew_for_a_city(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "town")
    path = tmp_path / "town" / "parameters.csv"
    row = "hurdle_rate,,0.05,0.04,0.06,share a year,2021,assumed,invented,,\n"
    path.write_text(path.read_text(encoding="utf-8") + row, encoding="utf-8")
    found, nation = read_city(tmp_path / "town").numbers["hurdle_rate"], read_city(FOLDER).numbers["hurdle_rate"]
    assert (found.value, found.low, found.source) == (0.05, 0.04, "invented") and nation.value == 0.03
    assert (found.meaning, found.least) == (nation.meaning, nation.least)
    assert list(read_city(tmp_path / "town").numbers) == list(read_city(FOLDER).numbers)


def test_a_faulty_city_is_refused_wherever_it_is_named_with_the_lines_of_the_check(tmp_path):
    folder = planted(tmp_path / "town", [m for m in MISTAKES if m["when"] == "sums"][:1])
    (line,) = city_mistakes(folder)
    with pytest.raises(TableError) as caught:
        read_city(folder)
    assert caught.value.problems == (line,)
    with pytest.raises(ScenarioError, match="energy_share over the clusters"):
        load("no-policy", folder)
    for command in (("run", "no-policy"), ("facts",), ("numbers",)):
        found = CliRunner().invoke(cli.main, [*command, "--city", str(folder)])
        assert found.exit_code == 2 and line in found.output and found.output.count("\n") == 1, found.output
    found = CliRunner().invoke(cli.main, ["run", "no-policy", "--city", "chengzhou"])
    assert found.exit_code == 2 and "'chengzhou' is no city (did you mean 'changzhou'?)" in found.output


def test_an_edit_is_seen_whatever_size_and_times_say_and_a_touch_is_none(tmp_path):
    town = shutil.copytree(FOLDER, tmp_path / "town")
    table, old = town / "parameters.csv", read_city(town)
    stat = table.stat()
    os.utime(table)
    assert read_city(town).hash == old.hash
    table.write_text(table.read_text(encoding="utf-8").replace("gdp_2021,,30000", "gdp_2021,,31000"), encoding="utf-8")
    os.utime(table, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (table.stat().st_size, table.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    new = read_city(town)
    assert new.hash != old.hash and (old.numbers["gdp_2021"].value, new.numbers["gdp_2021"].value) == (30_000, 31_000)


def test_scenarios_of_one_city_are_compared_though_a_table_was_touched_or_the_folder_copied_between(tmp_path):
    town, copy = (shutil.copytree(FOLDER, tmp_path / name) for name in ("town", "copy"))
    base = load("baseline-2022", town)
    os.utime(town / "parameters.csv")
    for other in (town, copy):
        assert plan(base, {"no-policy": load("no-policy", other)}, pairs=2)
    table = copy / "parameters.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("gdp_2021,,30000", "gdp_2021,,31000"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"of the city .*give both the same"):
        plan(base, {"no-policy": load("no-policy", copy)}, pairs=2)
