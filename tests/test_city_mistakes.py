"""What people do to the tables of a city, one at a time: each ends with exit code 2, without a run or a traceback, in
one line for each thing to mend, that says where and what to write.
"""

import csv
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from sim.experiments.attribution_tables import ALL, PACKAGE, REST_OF_CITY
from sim.firms.sizes import SIZES
from sim.report import start_measures, year_measures
from sim.scenario.fields import Population
from sim.tables.catalogue import LEVELS
from sim.tables.city_folder import declared_columns
from sim.tables.city_measured import measured
from sim.tables.city_names import reserved_words
from sim.tables.city_tables import city_mistakes, read_city
from sim.tables.clusters import OUTSIDE, SUPPLIED
from sim.tables.numbers import declared
from tests.changzhou import CHANGZHOU

FOLDER = Path(__file__).parent / "cities" / "fenghe"
ADDED = len((FOLDER / "parameters.csv").read_text(encoding="utf-8").splitlines()) + 1  # line of a number put at the end


def said(table, old, new):
    """Write something else once in a table."""

    def plant(folder):
        path = folder / table
        text = path.read_text(encoding="utf-8")
        assert old in text, (table, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return plant


def saved(table, change):
    """Save a table with other bytes."""

    def plant(folder):
        (folder / table).write_bytes(change((folder / table).read_bytes()))

    return plant


def instead(table, make):
    """Put something else in the place of a table."""

    def plant(folder):
        (folder / table).unlink()
        make(folder / table)

    return plant


def beside(name, make=Path.touch):
    return lambda folder: make(folder / name)


def called(new):
    """Call the cluster of toys something else in every table."""

    def plant(folder):
        for path in folder.iterdir():
            path.write_text(re.sub(r"\btoys\b|(?<=_)toys\b", new, path.read_text(encoding="utf-8")), encoding="utf-8")

    return plant


def again(table, old="", new=""):
    """Write the first row of a table again at its end."""
    return saved(table, lambda data: data + data.splitlines(keepends=True)[1].replace(old.encode(), new.encode()))


def more(table, rows):
    return saved(table, lambda data: data + rows.encode())


def without(table, word):
    """Take the rows out that hold a word."""
    return saved(table, lambda data: b"".join(row for row in data.splitlines(True) if word.encode() not in row))


def head_alone(data):
    return data.splitlines(keepends=True)[0]


STEEL = "energy_share_steel,Energy of steel,钢铁用能,0.5,share,比例,0.1,,input,,assumed,invented,,\n"
SHARE = "digital,Digital firms,数字化企业,55,share,比例,0.1,,input,,assumed,invented,,\n"
RATE = "hurdle_rate,,0.05,0.04,60,share a year,2021,assumed,invented,,\n"

# what somebody did: how, and what each line says
MISTAKES = {
    "number misspelt": (
        said("parameters.csv", "\ndemand_growth,toys", "\ndemand_grwth,toys"),
        "parameters.csv:78: name: 'demand_grwth' is no number of a cluster (did you mean 'demand_growth'?)",
    ),
    "number misspelt, another left out": (
        said("parameters.csv", "\ndemand_growth,toys,0.08,0.04,0.12,share a year", "\nfirms_202,toys,5,,,firms"),
        "parameters.csv:78: name: 'firms_202' is no number of a cluster (did you mean 'firms_2021'?)",
        "parameters.csv: toys lacks demand_growth; write a row",
    ),
    # names
    "two clusters of one English name": (
        said("clusters.csv", "TOY,Toys", "TOY,Foods"),
        "clusters.csv:5: name_en: 'Foods' stands in row 4 too; keep one, or write another",
    ),
    "two clusters of one Chinese name": (
        said("clusters.csv", "Toys,玩具", "Toys,食品"),
        "clusters.csv:5: name_zh: '食品' stands in row 4 too; keep one",
    ),
    "a name that is another's but for its case": (
        said("clusters.csv", "TOY,Toys", "TOY,TIMBER　AND furniture"),
        "clusters.csv:4: name_en: 'TIMBER　AND furniture' stands in row 2 too",
    ),
    "a name that is another's identifier": (
        said("clusters.csv", "TOY,Toys", "TOY,timber"),
        "clusters.csv:4: name_en: 'timber' stands in row 2 too as cluster; keep one",
    ),
    "two firms of one name": (
        said("named_firms.csv", "荷花玩具", "青河窑业"),
        "named_firms.csv:3: name_zh: '青河窑业' stands in row 2 too",
    ),
    "a cluster called a size class": (
        called("small"),
        "clusters.csv:4: cluster: 'small' is a word of its own in tables (size class); write another identifier, like",
    ),
    "a cluster called a good": (
        said("announced.csv", "noodle_works,", "electricity,"),
        "parameters.csv:114: scope: 'noodle_works' is no cluster",
        "announced.csv:3: plant: 'electricity' is a word of its own in tables (good from outside); write another ident",
        "parameters.csv: electricity has no numbers",
    ),
    "a firm called as a cluster": (
        said("named_firms.csv", "lotus_toys,", "toys,"),
        "parameters.csv:110: scope: 'lotus_toys' is no cluster, named firm or plant",
        "named_firms.csv:3: firm: 'toys' is a cluster too, and a number has one scope; write another identifier",
    ),
    "a name of signs": (said("clusters.csv", "Toys", "--"), "clusters.csv:4: name_en: '--' is no name; write one"),
    # numbers
    "half a range": (
        said("parameters.csv", "0.5,0.45,0.55", "0.5,0.45,"),
        "parameters.csv:5: high: is empty beside low 0.45; write both ends of local_tax_share, or neither",
    ),
    "the other half": (
        said("parameters.csv", "0.5,0.45,0.55", "0.5,,0.55"),
        "parameters.csv:5: low: is empty beside high 0.55; write both ends of local_tax_share, or neither",
    ),
    "a range the wrong way round": (
        said("parameters.csv", "0.5,0.45,0.55", "0.5,0.55,0.45"),
        "parameters.csv:5: low: the range of local_tax_share is wrong, 0.55 to 0.45 round 0.5; write low at most",
    ),
    "seasons that are no shares of a year": (
        said("parameters.csv", "season_q1,,0.93", "season_q1,,1.93"),
        "parameters.csv: season_q1, season_q2, season_q3, season_q4 are 1.25 on average, not 1; divide each by 1.25",
    ),
    "a growth below -1": (
        said("parameters.csv", "timber,0.02,-0.01", "timber,0.02,-1.01"),
        "parameters.csv:46: low: -1.01 is out of reach of demand_growth; write a number from -0.5 to 1 (share a year)",
    ),
    "fewer firms than there are above scale": (
        said("parameters.csv", "industrial_firms_2021,,4000", "industrial_firms_2021,,200"),
        "parameters.csv: firms_2021 of the clusters is 300, more than industrial_firms_2021 (200); write less",
    ),
    "more titles than firms": (
        said("parameters.csv", "high_tech_2021,,80", "high_tech_2021,,80000"),
        "parameters.csv: high_tech_2021 is 80,000, more than industrial_firms_2021 (4,000); write less",
    ),
    "a city too large to simulate": (
        said("city.csv", "300,200", "100000000,200"),
        "city.csv:2: above_scale: '100000000' is out of reach; write 100 to 50,000: above-scale firms that are",
    ),
    "digits without end": (
        said("city.csv", "300,200", f"300,{'9' * 5000}"),
        f"city.csv:2: below_scale: '{'9' * 60}' has 5,000 signs; write at most 2,000",
    ),
    "a cluster larger than the country": (
        said("parameters.csv", "firms_2021,timber,90", "firms_2021,timber,100000000"),
        "parameters.csv:45: value: 100000000 is out of reach of firms_2021; write a number from 1 to 1,000,000 (firm",
    ),
    "a negative output": (
        said("parameters.csv", "output_2021,timber,60", "output_2021,timber,-60"),
        "parameters.csv:44: value: -60 is out of reach of output_2021; write a number from 10 to 1,000,000 (100",
    ),
    "an output of nothing": (
        said("parameters.csv", "output_2021,timber,60", "output_2021,timber,0"),
        "parameters.csv:44: value: 0 is out of reach of output_2021; write a number from 10 to 1,000,000 (100",
    ),
    "a share of more than one": (
        said("parameters.csv", "foreign_share,,0.08", "foreign_share,,8"),
        "parameters.csv:41: value: 8 is out of reach of foreign_share; write a number from 0 to 1 (share)",
    ),
    "a coefficient of more than one": (
        said("input_output.csv", "0.449", "1.449"),
        "input_output.csv:2: timber: '1.449' is no share of output; write a number from 0 to below 1",
    ),
    "a number of the nation out of its reach": (
        more("parameters.csv", RATE),
        f"parameters.csv:{ADDED}: high: 60 is out of reach of hurdle_rate; write a number from 0 to",
    ),
    "a number twice": (
        again("parameters.csv", ",60,", ",61,"),
        f"parameters.csv:{ADDED}: name: industrial_energy stands twice; keep one",
    ),
    # how a number is written
    "a thousands separator": (
        said("parameters.csv", "gdp_2021,,30000", 'gdp_2021,,"30,000"'),
        "parameters.csv:26: value: '30,000' is not a number; write digits with a point, without unit, % or comma, like"
        " 30000",
    ),
    "a percent sign": (
        said("parameters.csv", "tax_rate,,0.1335", "tax_rate,,13.35 %"),
        "parameters.csv:4: value: '13.35 %' is not a number; write digits with a point, without unit, % or comma, like"
        " 0.1335",
    ),
    "full-width digits": (
        said("parameters.csv", "tax_rate,,0.1335", "tax_rate,,０.１３"),
        "parameters.csv:4: value: '０.１３' is not a number; write digits with a point, without unit, % or comma, like"
        " 0.13",
    ),
    "full-width digits of a whole number": (
        said("city.csv", "300,200", "３００,200"),
        "city.csv:2: above_scale: '３００' is not a whole number above 0; write one in digits, like 300",
    ),
    "a sign that is a digit and no number": (
        said("city.csv", "300,200", "²,200"),
        "city.csv:2: above_scale: '²' is not a whole number above 0; write one in digits",
    ),
    "a unit in the cell": (
        said("facts.csv", "GDP,地区生产总值,300", "GDP,地区生产总值,300亿元"),
        "facts.csv:11: value: '300亿元' is not a number; write digits with a point, without unit",
    ),
    "no number at all": (
        said("parameters.csv", "gdp_2021,,30000", "gdp_2021,,nan"),
        "parameters.csv:26: value: 'nan' is",
    ),
    "an underscore": (
        said("parameters.csv", ",,30000", ",,30_000"),
        "parameters.csv:26: value: '30_000' is not a numb",
    ),
    "a grade of one's own": (
        said("parameters.csv", "2021,assumed", "2021,guessed"),
        "parameters.csv:2: grade: 'guessed' is none of sourced, derived, assumed; write one of them",
    ),
    "a number of no year": (
        said("parameters.csv", "firms,2021", "firms,"),
        "parameters.csv:7: year: is empty; write it: year that the value is of",
    ),
    "words for a year": (
        said("parameters.csv", "firms,2021", "firms,last year"),
        "parameters.csv:7: year: 'last year' is no year; write one like 2021, or two like 2018-2021",
    ),
    "a quarter of another age": (
        said("announced.csv", "2021Q2", "1066Q1"),
        "announced.csv:2: start: '1066Q1' is out of reach; write a quarter from 2010Q1 to 2030Q4",
    ),
    "a plant larger than the province": (
        said("announced.csv", "0,6,3", "0,600000,3"),
        "announced.csv:3: capacity: '600000' is out of reach; write a number above 0, at most 100,000: full output",
    ),
    # facts and flows
    "a unit of one's own": (
        said("facts.csv", "4,firms,家", "4,companies,家"),
        "facts.csv:14: unit: 'companies' is not the unit of listed; write firms, with the figure in it",
    ),
    "a unit of another size": (
        said("facts.csv", "300,100 million yuan,亿元", "300,100 million yuan,万元"),
        "facts.csv:11: unit_zh: '万元' is not the unit of gdp; write 亿元, with the figure in it",
    ),
    "a unit of a flow": (
        said("flows.csv", "5,60,firms a year", "5,60,%"),
        "flows.csv:2: unit: '%' is not the unit of promotions; write firms a year",
    ),
    "a fact of more than all": (
        more("facts.csv", SHARE),
        "facts.csv:16: value: 55 is more than the whole; write a share from 0 to 1",
    ),
    "a fact that nothing measures": (
        said("facts.csv", "high_tech,High", "high_tec,High"),
        "facts.csv:15: fact: 'high_tec' is not measured (did you mean 'high_tech'?); write that, or take the row out",
    ),
    "a fact of a role that has none": (
        more("facts.csv", STEEL.replace("share_steel", "share_landmark")),
        "facts.csv:16: fact: 'energy_share_landmark' is not measured (did you mean 'energy_share_power' or",
    ),
    "a flow that nothing measures": (
        said("flows.csv", "promotions,", "promotion,"),
        "flows.csv:2: flow: 'promotion' is not measured (did you mean 'promotions'?); write that, or take the row out",
    ),
    "a fact without what its measure needs": (
        said("facts.csv", "0.08,20,input", "0.08,,input"),
        "facts.csv:8: given: is empty; the measure of firms_20m needs it; write a number",
    ),
    "a fact without the row that its measure reads": (
        saved(
            "facts.csv",
            lambda data: data + SHARE.replace("digital", "manufacturing_share").replace("55", ".3").encode(),
        ),
        "facts.csv:16: manufacturing_share is measured with value_added_above_scale, which is missing; write that row",
    ),
    # words of other tables
    "an unknown role": (
        said("clusters.csv", "玩具,,", "玩具,toy maker,"),
        "clusters.csv:4: roles: 'toy maker' holds 'toy maker', which is no role; write one of landmark, steel, chem",
    ),
    "an unknown cluster": (
        said("announced.csv", "plant,,foods", "plant,,food"),
        "announced.csv:3: cluster: 'food' is no cluster (did you mean 'foods'?); write one of timber, porcelain,",
    ),
    "a firm where there is none": (
        lambda folder: [
            saved("named_firms.csv", head_alone)(folder),
            without("parameters.csv", "qinghe_kiln")(folder),
            without("parameters.csv", "lotus_toys")(folder),
            without("facts.csv", "revenue_qinghe_kiln")(folder),
        ],
        "announced.csv:2: group: 'qinghe_kiln' is no named firm; there is none yet; write its row, or take this out",
    ),
    # form
    "a byte order mark and blank rows at the end": (
        saved("facts.csv", lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n") + b",,,,,,,,,,,,,\r\n\r\n"),
    ),
    "GBK": (
        saved("clusters.csv", lambda data: data.decode().encode("gbk")),
        "clusters.csv: is not UTF-8 at byte 76 (it looks like GBK); save it as CSV UTF-8",
    ),
    "UTF-16": (
        saved("clusters.csv", lambda data: data.decode().encode("utf-16")),
        "clusters.csv: is UTF-16; save it as CSV UTF-8",
    ),
    "a workbook by another name": (
        saved("clusters.csv", lambda data: b"PK\x03\x04\x14\x00\xff"),
        "clusters.csv: is a workbook; save its sheet as CSV UTF-8",
    ),
    "a NUL": (saved("facts.csv", lambda data: data + b"\0"), "facts.csv: holds a NUL character; save it as CSV UTF-8"),
    "semicolons": (
        saved("facts.csv", lambda data: data.replace(b",", b";")),
        "facts.csv:1: has semicolons between its cells; save it as CSV UTF-8 with commas",
    ),
    "full-width commas": (
        saved("clusters.csv", lambda data: data.decode().replace(",", "，").encode()),
        "clusters.csv:1: has full-width commas between its cells; save it as CSV UTF-8 with commas",
    ),
    "a merged title above the header": (
        saved("facts.csv", lambda data: "枫河市事实表,,,,\n".encode() + data),
        "facts.csv:1: stands above the header, which is row 2; delete this row",
    ),
    "a comma at the end of every row": (
        saved("facts.csv", lambda data: data.replace(b"\n", b",\n")),
        "facts.csv:1: column 15 has no name; write it, or take the column out",
    ),
    "a header in capitals": (
        said("facts.csv", "tolerance", "Tolerance"),
        "facts.csv:1: column 'Tolerance' is unknown (did you mean 'tolerance'?); write that",
    ),
    "a header twice": (
        said("clusters.csv", "name_zh", "name_en"),
        "clusters.csv:1: column 'name_zh' is missing; write it: name in Chinese",
        "clusters.csv:1: column 'name_en' stands twice; keep one",
    ),
    "a row twice": (again("facts.csv"), "facts.csv:16: is the same as row 2; keep one"),
    "a quote that is not closed": (
        said("facts.csv", "output_toys,Output", 'output_toys,"Output'),
        "facts.csv:4: is no row of cells (unexpected end of data); write quotes around the whole of a text",
    ),
    "a line break in a cell": (
        said("facts.csv", "Output of toys", '"Output\nof toys"'),
        "facts.csv:5: meaning: 'Output of toys' holds a line break or a sign that cannot be seen",
    ),
    "a space before a name": (
        said("clusters.csv", "toys,TOY", " toys,TOY"),
        "clusters.csv:4: cluster: ' toys' begins or ends with a space; take it out",
    ),
    "a cell without end": (
        said("clusters.csv", "Toys", "T" * 200_000),
        "clusters.csv:4: is no row of cells (field larger than field limit (131072))",
    ),
    "a name without end": (
        said("clusters.csv", "Toys", "T" * 20_000),
        f"clusters.csv:4: name_en: '{'T' * 60}' has 20,000 signs; write at most 100",
    ),
    "no clusters": (saved("clusters.csv", head_alone), "clusters.csv: has no rows; a city has at least one cluster"),
    "no city": (saved("city.csv", head_alone), "city.csv: has 0 rows; a city has one"),
    "an empty file": (saved("flows.csv", lambda data: b""), "flows.csv: is empty; write the header flow,meaning,mean"),
    # files
    "no sources": (
        instead("sources.csv", lambda path: None),
        "sources.csv: cannot be read (No such file or directory); write it with the header source,citation_en,cit",
    ),
    "no clusters' table": (
        instead("clusters.csv", lambda path: None),
        "clusters.csv: cannot be read (No such file or directory); write it with the header cluster,code,name_en",
    ),
    "no input-output table": (
        instead("input_output.csv", lambda path: None),
        "input_output.csv: cannot be read (No such file or directory); write it with the header input,timber,porcelain,"
        "toys,foods,unit,year,grade,source",
    ),
    "a name of a file with a slip": (
        lambda folder: (folder / "facts.csv").rename(folder / "fact.csv"),
        "fact.csv: is no table of a city (did you mean 'facts'?); save it as one, CSV UTF-8, or take it out of here",
        "facts.csv: cannot be read (No such file or directory); write it with the header fact,",
    ),
    "a table that nobody reads": (
        beside("population.xlsx"),
        "population.xlsx: is no table of a city; save it as one, CSV UTF-8, or take it out of here",
    ),
    "two registers": (
        lambda folder: [beside(f"register.{kind}")(folder) for kind in ("csv", "xlsx")],
        ": holds register.xlsx and register.csv; keep one of them",
    ),
    "a folder for a file": (
        instead("facts.csv", Path.mkdir),
        "facts.csv: cannot be read (it is a folder, a pipe or a device); write it with the header",
    ),
    "a loop of links": (
        instead("facts.csv", lambda path: path.symlink_to(path.name)),
        "facts.csv: cannot be read (Too many levels of symbolic links); write it with the header",
    ),
    "a pipe": (
        instead("facts.csv", os.mkfifo),
        "facts.csv: cannot be read (it is a folder, a pipe or a device); write it with the header",
    ),
    "a device without end": (
        instead("facts.csv", lambda path: path.symlink_to("/dev/zero")),
        "facts.csv: cannot be read (it is a folder, a pipe or a device); write it with the header",
    ),
    "a register that is a pipe": (
        beside("register.csv", os.mkfifo),
        "register.csv: is no file but a folder, a pipe or a device; take it out",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_in_a_city_is_told_in_a_line_for_each_thing_to_mend_at_once_and_none_is_let_by(mistake, tmp_path):
    plant, *lines = MISTAKES[mistake]
    town = shutil.copytree(FOLDER, tmp_path / "town")
    plant(town)
    begun = time.process_time()
    found = CliRunner().invoke(cli.main, ["city", "check", str(town)])
    spent = time.process_time() - begun
    told = [line for line in found.output.splitlines() if line.startswith("error: ")]
    if not lines:
        assert found.exit_code == 0 and not told, found.output
        return
    assert (found.exit_code, len(told), isinstance(found.exception, SystemExit)) == (2, len(lines), True), found.output
    for line, beginning in zip(sorted(told), sorted(lines), strict=True):
        where = "" if beginning.startswith(":") else "/"
        assert line.startswith(f"error: {town}{where}{beginning}"), found.output
    assert spent < 1.0
    assert not re.search("write one of *(;|$)", found.output)
    ends = re.findall(r"a number from (-?[\d.,]+) to (-?[\d.,]*\d)", found.output)
    assert all(float(low.replace(",", "")) < float(high.replace(",", "")) for low, high in ends)


ODD = ["", "x", "-1", "1e9", "1e400", "²", "nan", " ", "=1+1", "a, b", "2021Q9", "\u3000", "--", "0", "é" * 3000]


@pytest.mark.slow
@pytest.mark.parametrize("table", declared_columns())
def test_whatever_stands_in_a_cell_nothing_breaks_and_no_line_says_less_than_where_and_what(table, tmp_path):
    """Every column of every table, one cell at a time: told in whole lines or taken as it is, never an exception."""
    town = shutil.copytree(FOLDER, tmp_path / "town")
    with (town / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    for place, column in enumerate(head):
        for text in ODD:
            with (town / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([head, [*rows[0][:place], text, *rows[0][place + 1 :]], *rows[1:]])
            found = city_mistakes(town)
            needed = declared_columns()[table].get(column, {"needed": "1"})["needed"] == "1"
            assert found or text or not needed, (column, text)
            assert all(line.startswith(str(town)) and "; " in line and "\n" not in line for line in found), found


def test_all_mistakes_that_do_not_hide_one_another_are_told_in_one_pass(tmp_path):
    town = shutil.copytree(FOLDER, tmp_path / "town")
    chosen = ["half a range", "a percent sign", "a growth below -1", "a unit of one's own", "two firms of one name"]
    chosen += [
        "a quarter of another age",
        "a city too large to simulate",
        "an unknown role",
        "a table that nobody reads",
    ]
    for mistake in chosen:
        MISTAKES[mistake][0](town)
    found = city_mistakes(town)
    assert len(found) == len(chosen), found
    for mistake in chosen:
        assert any(line.startswith(f"{town}/{MISTAKES[mistake][1]}") for line in found), mistake


@pytest.mark.parametrize("name", ["a file", "a pipe", "a loop", "nothing", "a name without end"])
def test_what_is_no_folder_is_no_city_and_nobody_waits_for_it(name, tmp_path):
    path = tmp_path / ("a" * 5_000 if name == "a name without end" else "town")
    make = {"a file": Path.touch, "a pipe": os.mkfifo, "a loop": lambda path: path.symlink_to(path.name)}
    make.get(name, lambda path: None)(path)
    for command in (["city", "check", str(path)], ["facts", "--city", str(path)]):
        found = CliRunner().invoke(cli.main, command)
        assert (found.exit_code, found.output.count("\n")) == (2, 1) and "a folder of tables like" in found.output


def test_a_fact_of_a_role_that_no_cluster_has_is_switched_off_with_a_note_and_is_no_mistake(tmp_path):
    town = shutil.copytree(FOLDER, tmp_path / "town")
    more("facts.csv", STEEL)(town)
    found = CliRunner().invoke(cli.main, ["city", "check", str(town)])
    assert found.exit_code == 0, found.output
    assert "note: no cluster has the role steel: the fact energy_share_steel is switched off" in found.output
    assert "14 facts" in found.output and [row["fact"] for row in read_city(town).facts][-1] == "high_tech"
    said("clusters.csv", "玩具,,", "玩具,steel,")(town)
    saved("input_output.csv", lambda data: b"".join(r for r in data.splitlines(True) if not r.startswith(b"metals")))(
        town
    )
    assert [row["fact"] for row in read_city(town).facts][-1] == "energy_share_steel"


def test_words_that_tables_use_for_something_else_are_reserved():
    words = {*SIZES, *LEVELS, ALL, PACKAGE, REST_OF_CITY, *SUPPLIED, *OUTSIDE, *declared_columns()["input_output"]}
    assert words <= set(reserved_words())
    assert not set(reserved_words()) & {*CHANGZHOU.identifiers, *(row["firm"] for row in CHANGZHOU.named_firms)}


def test_what_may_be_compared_is_what_is_measured():
    roles = {row["name"].replace("*", "steel") for row in measured() if row["of"] == "role"}
    for table, known in (("facts", start_measures.measures(CHANGZHOU)), ("flows", year_measures.measures(CHANGZHOU))):
        plain = {row["name"] for row in measured() if row["table"] == table and "*" not in row["name"]}
        stems = tuple(
            row["name"].removesuffix("*") for row in measured() if row["table"] == table and "*" in row["name"]
        )
        assert plain <= set(known) and all(name in plain or name.startswith(stems) for name in known)
        assert all(any(name.startswith(stem) for name in known) for stem in stems)
    assert roles <= set(start_measures.measures(CHANGZHOU))


def test_a_city_may_ask_for_as_many_firms_as_a_scenario():
    for column in ("above_scale", "below_scale"):
        ends = {type(mark).__name__: mark for mark in Population.model_fields[column].metadata}
        said_of = declared_columns()["city"][column]
        assert (int(said_of["least"]), int(said_of["most"])) == (ends["Ge"].ge, ends["Le"].le)


def test_every_number_of_a_city_has_a_reach_that_holds_what_is_drawn_and_what_may_be_held():
    for (level, name), row in declared().items():
        least, most = float(row["least"] or row["lowest"]), float(row["most"] or row["highest"])
        assert least < most, (level, name)
        for number in (n for known, n in CHANGZHOU.numbers.items() if known.split(".")[-1] == name):
            assert least <= number.least <= number.low <= number.high <= number.most <= most, number.name
        if row["unit"].startswith("share") and row["unit"] != "share a year":
            assert most <= 1.0, (level, name)


def test_declared_columns_say_their_reach_where_their_kind_has_one():
    with (Path(cli.__file__).parent / "sim" / "data" / "city_columns.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["least"] and row["most"] for row in rows if row["kind"] in ("whole", "quarter"))
