"""A register of real firms is read whole or refused with all that is wrong with it, each with its place."""

import ast
import re
import sys
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

import cli
import sim
from sim.commands import commands
from sim.register import columns as declared
from sim.register.cells import check_sign
from sim.register.columns import choices, columns, labels, words
from sim.register.headers import split
from sim.register.identity import core
from sim.register.reading import read_register
from sim.register.register import PublicFirm
from sim.register.template import template
from sim.start.places import public_firms
from sim.tables.city_tables import read_city
from sim.tables.milestones import TITLES
from sim.tables.spreadsheet import SpreadsheetError, letters
from sim.tables.units import counted
from tests.parsed import nodes_of
from tests.registers import GOOD, firm, grid, write_csv, write_xlsx

CLUSTERS = read_city().clusters
PUBLIC = (PublicFirm("north_star", 3, "North Star", "北星动力"), PublicFirm("old_mill", 5, "Old Mill", "老纺"))


def clustersim(*arguments):
    return CliRunner().invoke(cli.main, [str(a) for a in arguments])


def problems(path, public=PUBLIC):
    with pytest.raises(SpreadsheetError) as refused:
        read_register(path, CLUSTERS, public)
    return refused.value.problems


# all mistakes of a file at once

# a change of a good row, where it is told (column letter; nothing for the whole row) and what the line says
BAD_ROWS = (
    ({"revenue": "约5000"}, "D", "'约5000' is not a number"),
    ({"revenue": -5}, "D", "'-5' is negative"),
    ({"revenue": None}, "D", "is empty"),
    ({"revenue": 1999.99}, "D", "below the line of above-scale firms (2,000 in this unit)"),
    ({"revenue": 200_000_000}, "D", "more than any firm has (100,000,000 in this unit)"),
    ({"revenue": "1e999"}, "D", "not a finite number"),
    ({"cluster": "new enrgy"}, "C", "is no cluster (did you mean 'new_energy'?)"),
    ({"cluster": "新能源汽车零部件"}, "C", "is no cluster"),
    ({"cluster": None}, "C", "is empty"),
    ({"value_added": 5300}, "F", "is above the 工业总产值 output of the same row (5,200 in this unit)"),
    ({"output": None, "value_added": 5100}, "F", "more than a firm with the revenue of this row can have (5,000"),
    ({"tax": 0.111}, "G", "is above the 增加值 value_added of the same row (0.11 in this unit)"),
    ({"value_added": None, "tax": 0.51}, "G", "more than a firm with the revenue of this row can have (0.5 "),
    ({"energy": 20_001}, "H", "more than a firm with the revenue of this row can have (20,000 in this unit)"),
    ({"energy": -1}, "H", "is negative"),
    ({"energy": "#N/A"}, "H", "is not a number"),
    ({"staff": 0}, "I", "is less than any above-scale firm has (1 in this unit)"),
    ({"staff": 10_000_000}, "I", "is more than any firm has (300,000 in this unit)"),
    ({"staff": 5001}, "I", "more than a firm with the revenue of this row can have (5,000 in this unit)"),
    ({"debt": 2501}, "L", "more than a firm with the revenue of this row can have (2,500 in this unit)"),
    ({"code": 913204001234567890}, "A", "its last digits are gone; format the column as text"),
    ({"code": "9.13204E+17"}, "A", "its last digits are gone"),
    ({"code": "913204001234567000"}, "A", "its last digits are gone"),
    ({"code": "A00001"}, "A", "stands twice, first in row 2"),
    ({"code": None, "name": "虚构企业第1号"}, "B", "stands twice, first in row 2"),
    ({"code": None, "name": None}, "", "has neither a code nor a name"),
    ({"listed": "或许"}, "M", "is not one of yes 是, no 否"),
    ({"ownership": "privat"}, "N", "(did you mean 'private'?)"),
    ({"headquarters": "北京"}, "O", "is not one of local 本市, away 外地"),
    ({"group": "没有的集团"}, "P", "heads a group but has no row in the register"),
    ({"group": "A00003"}, "P", "belongs to another group itself (row 5)"),
    ({"titles": "独角兽"}, "Q", "is not one of none 无"),
    ({"titles": "无；高企"}, "Q", "says none 无 beside others"),
    ({"name": "合 计"}, "", "'合计' is a total" if False else "is a total, not a firm; delete the row"),
    (
        {"name": "江苏北星动力股份有限公司"},
        "C",
        "is not the cluster of the city's named firm 北星动力 North Star; write 新能源汽车及汽车核心零部件",
    ),
)
# headers that are not those of the template, and what is told of each
BAD_HEADERS = (
    ("J", "固定资产", "does not say its unit; write it like 固定资产 fixed_assets（万元）"),
    ("K", "研发费用（美元）", "unit '美元' is not one of yuan"),
    ("R", "从业人员数", "is no column of a register (did you mean '从业人员' or '从业人数'?); or delete the column"),
    ("S", "营收（亿元）", "stands twice, first in column D; keep one"),
    ("T", None, "has values but no header"),
)


def planted(path):
    """A workbook with all of them, good rows among them; the place of each mistake in the sheet and its words."""
    good = [firm(1), firm(2, group="A00002"), firm(3, group="A00002")]
    rows = [firm(100 + i, **change) for i, (change, _, _) in enumerate(BAD_ROWS)]
    table = grid(
        [*good, *rows],
        {"debt": "带息负债 [Million Yuan]", "tax": "税收（单位：亿元）", "energy": "能耗(吨标煤)"},
    )
    for row, (change, _, _) in zip(table[1:], [({}, 0, 0)] * len(good) + list(BAD_ROWS), strict=True):
        row[6] = change.get("tax", 0.018)  # in 亿元
        row[7] = change.get("energy", 70)
        row[11] = change.get("debt", 9)  # in million yuan
        row += [60, 0.5, "?"]
    for letter, header, _ in BAD_HEADERS:
        place = next(i for i in range(99) if letters(i) == letter)
        table[0] += [None] * (place + 1 - len(table[0]))
        table[0][place] = header
    table.insert(2, [None] * 20)  # an empty row is no mistake
    expected = [(1, letter, said) for letter, _, said in BAD_HEADERS]
    expected += [(6 + i, letter, said) for i, (_, letter, said) in enumerate(BAD_ROWS)]
    return write_xlsx(path, table), expected


def test_forty_planted_mistakes_make_forty_lines_each_with_sheet_row_column_and_what_to_do(tmp_path):
    path, expected = planted(tmp_path / "register.xlsx")
    assert len(expected) == 40
    said = problems(path)
    assert len(said) == 40, "\n".join(said)
    for line, (row, letter, words_) in zip(said, expected, strict=True):
        place = f"{path}: sheet firms, row {row}" + (f", column {letter}" if letter else "")
        assert line.startswith(place), (line, place)
        assert words_ in line, (line, words_)
        assert ";" in line or "is not one of" in line or "(did you mean" in line, line  # what to write instead


def test_the_command_tells_all_of_them_but_the_named_firm_of_another_city_and_ends_with_two(tmp_path):
    path, _ = planted(tmp_path / "register.xlsx")
    result = clustersim("city", "register", path)
    assert result.exit_code == 2
    assert len([line for line in result.output.splitlines() if line.startswith("error: ")]) == 39


def test_what_can_only_be_wrong_in_a_file_of_its_own(tmp_path):
    def said(table):
        return problems(write_csv(tmp_path / "r.csv", table))

    assert said([["企业名称", "营业收入（万元）"], ["甲", 5000]]) == (
        f"{tmp_path / 'r.csv'}: row 1: column 集群 cluster is missing; write its header like 集群 cluster",
    )
    (line,) = said([["集群", "revenue [million yuan]"], ["TXT", 50]])
    assert "column 统一社会信用代码 code or 企业名称 name is missing" in line
    (line,) = said(
        grid([firm(1, name="北星动力有限公司", cluster="NEV"), firm(2, name="南京北星动力集团", cluster="NEV")])[:1]
    )
    assert "has a header but no firm below it" in line
    (line,) = said(grid([firm(1, name="江苏老纺有限公司", cluster="TXT"), firm(2, name="上海老纺集团", cluster="TXT")]))
    assert "may be the city's named firm 老纺 Old Mill, and so may row 3; write 老纺 as the name" in line
    assert problems(write_xlsx(tmp_path / "s.xlsx", [], "firms")) == (
        f"{tmp_path / 's.xlsx'}: is empty; 'clustersim city template {tmp_path / 's.xlsx'} --overwrite' writes one to "
        "begin with",
    )


def test_five_thousand_good_rows_give_no_complaint_and_are_read_within_two_seconds(tmp_path):
    rows = [firm(i, cluster=CLUSTERS[i % 10].chinese, revenue=2000 + i / 7) for i in range(5_000)]
    path = write_xlsx(tmp_path / "register.xlsx", grid(rows))
    begun = time.process_time()
    register = read_register(path, CLUSTERS)
    assert len(register) == 5_000
    assert time.process_time() - begun < 2.0 * 2  # twice what it may take, for a busy machine


def test_a_file_that_is_wrong_in_every_row_is_told_in_seconds_too(tmp_path):
    rows = [firm(i, cluster="new enrgy", ownership="privat", group=f"没有{i}") for i in range(2_000)]
    path = write_csv(tmp_path / "r.csv", grid(rows))
    begun = time.process_time()
    assert len(problems(path)) == 6_000
    assert time.process_time() - begun < 10.0


# what is understood


@pytest.mark.parametrize(
    ("header", "value", "million"),
    [
        ("营业收入（万元）", 12345.67, 123.4567),
        ("营业收入(亿元)", 1.234567, 123.4567),
        ("营收【百万元】", "123.4567", 123.4567),
        ("revenue [million yuan]", 123.4567, 123.4567),
        ("Revenue (Million Yuan)", "123.4567", 123.4567),
        ("主营业务收入（单位：千元）", "123,456.7", 123.4567),
        ("营业收入 revenue（元）", "１２３４５６７００", 123.4567),
    ],
)
def test_money_is_read_in_the_unit_of_its_header_to_the_last_digit(tmp_path, header, value, million):
    table = [["名称无", header, "cluster"], ["甲", value, "TXT"]]
    table[0][0] = "企业名称"
    assert read_register(write_xlsx(tmp_path / "r.xlsx", table), CLUSTERS)["revenue"].tolist() == [million]


@pytest.mark.parametrize(
    ("unit", "value"), [("吨", 812), ("吨标煤", 812), ("万吨标煤", 0.0812), ("tce", 812), ("万吨", "0.0812")]
)
def test_energy_is_read_in_tonnes_and_ten_thousand_tonnes(tmp_path, unit, value):
    table = [["企业名称", "营业收入（亿元）", "cluster", f"综合能耗（{unit}）"], ["甲", 1, "TXT", value]]
    assert read_register(write_csv(tmp_path / "r.csv", table), CLUSTERS)["energy"].tolist() == [812.0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_in_the_encodings_of_excel(tmp_path, encoding):
    register = read_register(write_csv(tmp_path / "r.csv", grid([firm(1)]), encoding), CLUSTERS)
    assert register.names == ("虚构企业第1号",)
    assert register.titles == (frozenset({"high_tech", "national_little_giant"}),)


def test_a_cluster_may_be_written_as_identifier_code_english_or_chinese(tmp_path):
    names = ("new_energy", "NEN", "New energy", "新能源", " nen ", "ＮＥＮ")
    register = read_register(
        write_csv(tmp_path / "r.csv", grid([firm(i, cluster=n) for i, n in enumerate(names)])), CLUSTERS
    )
    assert register.cluster.tolist() == [1] * len(names)


def test_a_title_above_the_header_is_passed_over_and_what_is_not_given_is_missing(tmp_path):
    table = [["某市规上企业名录", None, None], *grid([{"name": "甲", "cluster": "TXT", "revenue": 5000}])]
    register = read_register(write_xlsx(tmp_path / "r.xlsx", table), CLUSTERS)
    assert register["revenue"].tolist() == [50.0]
    assert np.isnan(register["debt"]).all() and register.words["listed"] == ("",) and register.titles == (None,)
    assert register.head.tolist() == [-1] and register.place(0) == f"{tmp_path / 'r.xlsx'}: sheet firms, row 3"


def test_groups_are_found_by_code_by_name_and_among_the_citys_named_firms(tmp_path):
    rows = [
        firm(1, group=None),
        firm(2, group="A00001"),
        firm(3, group="虚构企业第1号"),
        firm(4, group="North Star"),
        firm(5, group="无"),
        firm(6, group=None),
    ]
    register = read_register(write_csv(tmp_path / "r.csv", grid(rows)), CLUSTERS, PUBLIC)
    assert register.head.tolist() == [0, 0, 0, -1, 4, -1]  # who heads a group is of it
    assert register.public_head == ("", "", "", "north_star", "", "")


def test_a_named_firm_is_known_by_its_name_without_legal_form_and_place_and_a_subsidiary_is_not(tmp_path):
    assert core("江苏北星动力集团股份有限公司") == "江苏北星动力" and core("North Star Group Co., Ltd.") == "north star"
    names = ("江苏北星动力集团股份有限公司", "北星动力（某地）科技有限公司", "老纺有限责任公司", "江苏老纺")
    rows = [firm(i, name=n, cluster="NEV" if "北" in n else "TXT") for i, n in enumerate(names)]
    register = read_register(write_csv(tmp_path / "r.csv", grid(rows)), CLUSTERS, PUBLIC)
    assert register.public == ("north_star", "", "old_mill", "")  # the exact name wins over one with a place before it


# a name, and whether it is North Star 北星动力 in the city of 枫河 Fenghe
PLACED = (
    ("江苏北星动力有限公司", True),
    ("江苏省枫河市北星动力股份有限公司", True),
    ("枫河市青石区北星动力有限公司", True),
    ("中国北星动力集团", True),
    ("广西壮族自治区北星动力有限公司", True),
    ("Fenghe North Star Co., Ltd.", True),
    ("Jiangsu Province, North Star Ltd", False),  # no name is written so
    ("北星动力（江苏）有限公司", False),
    ("枫河强力北星动力有限公司", False),
    ("江苏新北星动力有限公司", False),
    ("北星动力科技有限公司", False),
    ("新枫河北星动力有限公司", False),
    ("New North Star Ltd", False),
    ("某某新城北星动力有限公司", False),
    ("青石区北星动力有限公司", False),  # of which city?
)


@pytest.mark.parametrize(("name", "same"), PLACED)
def test_nothing_but_a_declared_place_may_stand_before_the_name_of_a_named_firm(tmp_path, name, same):
    table = grid([firm(1, name=name, cluster="NEV")])
    register = read_register(write_csv(tmp_path / "r.csv", table), CLUSTERS, PUBLIC, ("枫河", "Fenghe"))
    assert register.public == ("north_star" if same else "",)


def test_strangers_whose_names_end_like_those_of_the_citys_named_firms_are_firms_of_their_own(tmp_path):
    city = read_city()
    for i, public in enumerate(public_firms(city)):
        ends = [core(public.chinese), core(public.chinese) + "有限公司"]
        strangers = [f"{before}{end}" for before in ("创", "常州强力", "江苏久", "某新城", "北新") for end in ends]
        own = [f"{before}{end}" for before in ("", "常州市", "江苏", "江苏省常州市武进区") for end in ends]
        for name in (*strangers, *own):
            table = grid([firm(i, name=name, cluster=CLUSTERS[public.cluster].code, group=None)])
            register = read_register(write_csv(tmp_path / "r.csv", table), CLUSTERS, (public,), ("常州", "Changzhou"))
            assert register.public == (public.identifier if name in own else "",), name


def test_an_exact_code_stays_and_a_short_number_is_a_code(tmp_path):
    assert check_sign("91350100M000100Y43") == "3"  # the example of GB 32100-2015
    rows = [firm(1, code="91350100M000100Y43"), firm(2, code=1234567), firm(3, code="000000000000001000")]
    register = read_register(write_xlsx(tmp_path / "r.xlsx", grid(rows)), CLUSTERS)
    assert register.codes == ("91350100M000100Y43", "1234567", "000000000000001000")


# files that are no register


def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path):
    missing, old, broken = tmp_path / "no.xlsx", tmp_path / "old.xls", tmp_path / "broken.xlsx"
    broken.write_bytes(b"\xd0\xcf\x11\xe0 not a zip")
    strange = tmp_path / "r.csv"
    strange.write_bytes(b"\xff\xff\xff")
    for path, words_ in (
        (missing, "cannot be read"),
        (old, "ends in .xlsx or .csv"),
        (broken, "is no .xlsx workbook"),
        (strange, "neither UTF-8 nor GB 18030"),
    ):
        (line,) = problems(path)
        assert line.startswith(f"{path}: ") and words_ in line
    book = write_xlsx(tmp_path / "two.xlsx", grid([firm(1)]), "first")
    workbook = openpyxl.load_workbook(book)
    workbook.create_sheet("second")
    workbook.save(book)
    assert problems(book) == (f"{book}: has no sheet named firms or 企业; name the sheet with the register so",)


def test_without_the_library_for_workbooks_one_line_says_how_to_get_it(tmp_path, monkeypatch):
    path = write_xlsx(tmp_path / "r.xlsx", grid([firm(1)]))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert problems(path) == (f"{path}: a workbook needs openpyxl; pip install openpyxl, or save the sheet as .csv",)


# declared once


def test_every_column_has_a_reader_units_and_words_and_no_header_means_two():
    kinds = {"code", "text", "cluster", "amount", "choice", "choices", "group"}
    assert {column.kind for column in columns().values()} == kinds
    for column in columns().values():
        assert (column.unit.casefold() in column.units) == (column.kind == "amount"), column.name
        assert bool(choices(column.name)) == (column.kind in ("choice", "choices", "group")), column.name
        assert split(column.header) == (declared.plain(column.title), declared.plain(column.unit)), column.name
        assert labels()[declared.plain(column.title)] is column
    assert set(words("titles").values()) == {*TITLES, "high_tech", "none"}


def test_the_template_explains_every_column_in_both_languages_and_a_row_below_its_header_is_read(tmp_path):
    path = tmp_path / "register.xlsx"
    path.write_bytes(template(path, CLUSTERS, PUBLIC))
    book = openpyxl.load_workbook(path)
    explained = {row[0]: row for row in book["columns 各列说明"].iter_rows(min_row=2, values_only=True)}
    assert list(explained) == [column.header for column in columns().values()]
    for row in explained.values():
        assert row[-2].isascii() and any("一" <= sign <= "鿿" for sign in row[-1])
    assert [cell.value for cell in book["firms"][1]] == list(explained)
    example = [row[6] or GOOD.get(name, "") for name, row in zip(columns(), explained.values(), strict=True)]
    book["firms"].append(example)
    book.save(path)
    register = read_register(path, CLUSTERS, PUBLIC)
    assert register["revenue"].tolist() == [50.0] and register.codes == ("913204000000000001",)
    with_csv = tmp_path / "register.csv"
    with_csv.write_bytes(template(with_csv, CLUSTERS) + (",".join(map(str, example)) + "\n").encode())
    assert read_register(with_csv, CLUSTERS)["debt"].tolist() == register["debt"].tolist() == [9.0]


def test_the_template_is_written_once_and_over_a_file_only_when_told(tmp_path):
    path = tmp_path / "register.xlsx"
    assert clustersim("city", "template", path).exit_code == 0
    before = path.read_bytes()
    refused = clustersim("city", "template", path)
    assert refused.exit_code == 2 and "is there already; choose another name, or write --overwrite" in refused.output
    assert path.read_bytes() == before
    assert clustersim("city", "template", path, "--overwrite").exit_code == 0
    wrong = clustersim("city", "template", tmp_path / "register.ods")
    assert wrong.exit_code == 2 and "is an .xlsx or .csv file" in wrong.output


def test_a_command_of_a_group_stands_below_it_alone():
    assert "city" in commands() and not {"template", "register"} & commands().keys()


def test_one_file_reads_spreadsheets():
    """Whoever needs one asks `spreadsheet`; the template writes through it."""
    readers = {"openpyxl", "calamine", "python_calamine", "xlsxwriter", "xlrd"}
    found = {
        path.name
        for path in Path(sim.__file__).parent.rglob("*.py")
        for node in nodes_of(path)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if name.split(".")[0] in readers
    }
    assert found == {"spreadsheet.py", "template.py"}


# what people's files look like


def test_blanks_inside_chinese_words_are_passed_over_wherever_they_stand(tmp_path):
    """In headers, units, clusters, choices, names and the name of the sheet; between Latin words they stay."""
    names = {
        "name": "企 业 名 称",
        "cluster": "产 业 集 群",
        "revenue": "营 业 收 入（ 万 元 ）",
        "titles": "称\u3000号",
    }
    row = {"name": "北 星 动 力 有 限 公 司", "cluster": "新能源汽车 及汽车 核心零部件", "revenue": 5000}
    other = {"name": "甲", "cluster": "high-end equipment", "revenue": 5000, "titles": "高新 技术 企业； 小 巨 人"}
    path = write_xlsx(tmp_path / "r.xlsx", grid([row, other], names), "企 业")
    register = read_register(path, CLUSTERS, PUBLIC)
    assert register.public == ("north_star", "") and register["revenue"].tolist() == [50.0, 50.0]
    assert register.titles[1] == {"high_tech", "national_little_giant"}
    assert declared.plain("a b 甲 乙 c 丙 丁") == "a b 甲乙 c 丙丁"
    for total in ("合 计", "Grand  Total", "sub total", "合\u3000计"):
        (line,) = problems(write_csv(tmp_path / "t.csv", grid([other, firm(1), other | {"name": total}])))
        assert "is a total, not a firm; delete the row" in line


def test_a_formula_without_a_saved_value_is_told_and_never_taken_for_an_empty_cell(tmp_path):
    """A program that writes formulas leaves their values to Excel; an empty text that Excel saved is an empty cell."""
    rows = [firm(1, debt="=D2*0.1"), firm(2, name='="甲"&"乙"', listed="=1=1"), firm(3)]
    path = write_xlsx(tmp_path / "r.xlsx", grid(rows, {"staff": '="从业"&"人员"'}))
    said = problems(path)
    assert len(said) == 4 and all(
        "is a formula whose value is not saved in the file; open the file in" in s for s in said
    )
    for line, place in zip(
        said, ("row 1, column I", "row 2, column L", "row 3, column B", "row 3, column M"), strict=True
    ):
        assert line.startswith(f"{path}: sheet firms, {place}"), line
    saved = tmp_path / "saved.xlsx"
    saved_values = {
        b"<f>D2*0.1</f><v></v>": b"<f>D2*0.1</f><v>900</v>",
        b"<f>D2*0.1</f><v />": b"<f>D2*0.1</f><v>900</v>",
    }
    write_xlsx(tmp_path / "one.xlsx", grid([firm(1, debt="=D2*0.1"), firm(2, listed='=""')]))
    with zipfile.ZipFile(tmp_path / "one.xlsx") as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in saved_values.items():
                content = content.replace(before, after)
            content = re.sub(rb'<c r="M3"[^>]*>.*?</c>', b'<c r="M3" t="str"><f>""</f><v></v></c>', content)
            new.writestr(name, content)
    register = read_register(saved, CLUSTERS)
    assert register["debt"].tolist() == [9.0, 9.0] and register.words["listed"] == ("no", "")


def test_the_head_of_a_group_is_a_named_firm_under_every_name_that_a_row_of_it_may_bear(tmp_path):
    names = [name for name, same in PLACED if same]
    rows = [firm(i, group=name) for i, name in enumerate(names)]
    register = read_register(write_csv(tmp_path / "r.csv", grid(rows)), CLUSTERS, PUBLIC, ("枫河", "Fenghe"))
    assert register.public_head == ("north_star",) * len(names)
    with_row = [*rows, firm(99, name="江苏北星动力有限公司", cluster="NEV", group=None)]
    register = read_register(write_csv(tmp_path / "w.csv", grid(with_row)), CLUSTERS, PUBLIC, ("枫河", "Fenghe"))
    assert register.head.tolist() == [len(names)] * (len(names) + 1) and set(register.public_head) == {""}
    for name in (name for name, same in PLACED if not same):
        (line,) = problems(write_csv(tmp_path / "s.csv", grid([firm(1, group=name)])))
        assert "heads a group but has no row in the register" in line


@pytest.mark.parametrize("forms", [("有限公司", "集团"), ("", "有限公司"), ("", "")])
def test_writing_the_citys_name_for_the_one_that_is_the_named_firm_ends_the_doubt(tmp_path, forms):
    """The remedy that is told, where both rows bear the name but for a legal form or a place before it."""
    place = "" if any(forms) else "江苏"
    rows = [firm(i, name=f"{place}老纺{form}", cluster="TXT") for i, form in enumerate(forms)]
    if forms[0] and forms[1]:
        (line,) = problems(write_csv(tmp_path / "r.csv", grid(rows)))
        assert "write 老纺 as the name of the one that is" in line
    rows[0]["name"] = "老纺"
    register = read_register(write_csv(tmp_path / "r.csv", grid(rows)), CLUSTERS, PUBLIC)
    assert register.public == ("old_mill", "")


def test_one_of_a_thing_is_no_plural_and_no_line_names_its_file_twice(tmp_path):
    path = write_csv(tmp_path / "r.csv", grid([firm(1, group=None, titles=None)]))
    told = clustersim("city", "register", path)
    assert told.exit_code == 0 and "r.csv: fine, 1 firm 无误，1家企业" in told.output
    assert counted(1, "firm") == "1 firm" and counted(2_000, "firm") == "2,000 firms" and counted(0, "row") == "0 rows"
    bad = write_csv(tmp_path / "bad.csv", grid([firm(1, value_added=4_900, tax=None, titles=None)]))
    (line,) = clustersim("city", "register", bad).output.splitlines()
    assert line.count("bad.csv") == 1 and "bad.csv: row 2: value added and the energy bill" in line
    assert not re.search(r"\b1 (firms|clusters|facts|flows|projects)\b", told.output + line)
