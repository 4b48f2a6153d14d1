"""What every kind of experiment gives to who reads no CSV: a workbook of its tables, a screen, and lines to quote."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from zipfile import ZipFile

import click
import openpyxl
import pytest

from sim.commands import commands
from sim.commands import conduct as conduct_command
from sim.commands.say import say_all
from sim.experiments import attribute, compare, search, sensitivity, sweep
from sim.experiments.experiment import conduct
from sim.experiments.files import csv_bytes
from sim.experiments.folder import HASHES, json_bytes, write_files
from sim.experiments.manifest import EXPERIMENT, identity
from sim.experiments.run import plan as run_plan
from sim.experiments.status import verify
from sim.experiments.store import add_files
from sim.pages import sheets
from sim.pages.contents import settings
from sim.pages.sheets import MOST_ROWS, WrittenSheet, header, sheet_names
from sim.pages.workbook import COLUMNS, CONTENTS, WORKBOOK, in_a_workbook
from sim.report import figures
from sim.report.attribution_console import describe_attribution
from sim.report.comparison_console import describe_comparison
from sim.report.console import describe
from sim.report.listing import width
from sim.report.quotable import MOST
from sim.report.quoted import changed
from sim.report.reference import _units
from sim.report.rows import PrintedRow, for_terminal
from sim.report.search_console import describe_search
from sim.report.sensitivity_console import describe_sensitivity
from sim.report.sweep_console import describe_sweep
from sim.scenario.files import ScenarioError
from sim.scenario.levers import levers
from sim.scenario.reading import load
from sim.tables import written
from sim.tables.catalogue import outcomes
from sim.tables.printable import hidden
from tests.conftest import small
from tests.registers import firm, grid, write_csv
from tests.test_comparing import run as command
from tests.toys import Squares

TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2022Q4"}
CAP = "policies.energy_budget.extra_tightening"
FUND = "policies.policy_fund.amount_a_year"
HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "</t></is></c><script>alert(1)</script>",
    "\u202egnp.exe",
    "\x1b[31mred\x07",
    "_x001B_[31m",
    "\ufffe\uffff",
    "'=1",
    "1e5",
    "  甲 & 乙  ",
]


@pytest.fixture(scope="module")
def package():
    kept = ("scale_up", "energy_budget", "policy_fund")
    taken = {f"policies.{name}": None for name in load("baseline-2022").policies if name not in kept}
    return small("baseline-2022", **TINY).with_changes(taken)


@pytest.fixture(scope="module")
def plans(package, tmp_path_factory):
    """An experiment of every kind, those whose runs are many with a toy in place of the model."""
    patch = pytest.MonkeyPatch()
    patch.setattr(search.Search, "task", lambda self: _reached)
    patch.setattr(sensitivity.Sensitivity, "task", lambda self: _moved)
    register = write_csv(
        tmp_path_factory.mktemp("register") / "firms.csv", grid([firm(1, cluster="textiles", titles="无")])
    )
    asked = small("world-500-2025", **TINY | {"population__above_scale": 600, "horizon__until": "2025Q4"}).with_changes(
        {"firms": str(register)}
    )
    yield [
        run_plan(asked, 2, names=True),
        run_plan(package, 2),
        compare.plan(package, {"no-policy": small("no-policy", **TINY)}, pairs=2),
        attribute.plan(package, worlds=2, shapley="exact"),
        sweep.plan(package, [f"{CAP}=0,0.1", f"{FUND}=1亿元,2亿元"], replications=1),
        search.plan(package, "gdp>=1亿元 by 2022", [f"{CAP}=0:0.2"], points=2, worlds=2, rounds=1, checks=10),
        sensitivity.plan(package, {}, screening_points=20, strongest=2, base_points=8),
    ]
    patch.undo()


def _reached(payload):
    return [1.0, 5.0, 0.0, 0.0, 0.0]


def _moved(payload):
    numbers, _world = payload
    worth = sum(k * value for k, value in enumerate(numbers.values()))
    return {"baseline-2022": worth, "no-policy": -worth}


@pytest.fixture(scope="module")
def found(plans):
    return [conduct(plan) for plan in plans]


@pytest.fixture(scope="module")
def swept(plans, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep") / "x"
    conduct(plans[4], folder)
    return folder


def write_workbook(folder):
    add_files(folder, in_a_workbook(folder))
    return folder / WORKBOOK


def columns_of(found):
    return {(f.experiment.kind, table, name) for f in found for table, rows in f.tables.items() for name in rows}


def own(folder, kind="run", tables=None, name="x", title="t", question="q"):
    """A finished folder made by hand."""
    folder.mkdir()
    scenario = {"title": {"en": title, "zh": title}, "question": {"en": question, "zh": question}}
    known = identity(kind, {name: scenario}, {"seed": 1, "replications": 2}, {})
    (folder / EXPERIMENT).write_bytes(json_bytes(known))
    write_files(folder, [(f"{table}.csv", [text]) for table, text in (tables or {}).items()])
    return folder


def test_every_column_that_is_written_has_a_title_in_both_languages_and_a_unit_or_is_said_to_have_none(found):
    for kind, table, name in sorted(columns_of(found)):
        column = written.column_of(kind, table, name) or sheets._asked_or_set(name, "changzhou")
        assert column.english != name and re.search("[一-鿿]", column.chinese), (kind, table, name)
        assert column.unit in {*_units(), written.TEXT, written.NONE}, (kind, table, name)


def test_every_title_is_of_a_column_or_a_table_that_is_written(found):
    failed = {("run", "failed", name) for name in ("run", "status", "error", "seed", "command")}
    wanted = columns_of(found) | failed
    used = {next(written._keys(*key)) for key in wanted if written.column_of(*key)}
    assert set(written.declared()) == used
    known = {(kind, table) for kind, table, _ in wanted - failed} | {("", "failed")}
    assert set(written.tables()) == known


def test_every_setting_of_every_experiment_has_a_name_in_both_languages(plans):
    assert settings().keys() == {name for plan in plans for name in plan.settings()}
    assert all(re.search("[一-鿿]", chinese) for chinese in settings().values())


def test_what_is_called_after_an_outcome_or_a_lever_is_no_title_of_its_own():
    wide = {name for kind, table, name in written.declared() if kind in (written.ANY, "sweep", "search")}
    assert not wide & outcomes().keys() and not wide & levers().keys()


def test_a_column_of_words_keeps_its_words_and_one_of_numbers_its_numbers(swept):
    book = openpyxl.load_workbook(write_workbook(swept))
    with (swept / "points.csv").open(encoding="utf-8-sig", newline="") as file:
        names, *rows = csv.reader(file)
    page = book["points"]
    assert [page.cell(1, k + 1).value.split("\n")[0] for k in range(3)] == [
        "Number of the point",
        levers()[CAP].meaning,
        levers()[FUND].meaning,
    ]
    assert page["C1"].value.endswith("[million yuan 百万元]") and page.freeze_panes == "A2"
    for row, cells in zip(rows, page.iter_rows(min_row=2, values_only=True), strict=True):
        for name, text, cell in zip(names, row, cells, strict=True):
            assert (cell is None and not text) or str(cell) == text or float(cell) == float(text), (name, text, cell)
    assert book.sheetnames == [CONTENTS, "points", "sweep", COLUMNS]


def test_the_first_sheet_says_what_was_asked_and_what_each_sheet_holds_in_both_languages(swept):
    book = openpyxl.load_workbook(write_workbook(swept))
    said = {row[0]: row[1:] for row in book[CONTENTS].iter_rows(values_only=True) if row[0]}
    base = load("baseline-2022")
    assert said["Question 问题"][:2] == (base.question.en, base.question.zh)
    assert said["seed 随机种子"][0] == "1" and said["Experiment 实验"][0] == "clustersim sweep baseline-2022"
    assert "mesa" in said["Versions 版本"][0] and said["Command 命令"][0].startswith(
        "clustersim sweep baseline-2022.yaml"
    )
    assert said["points"][:4] == (*written.title_of("sweep", "points"), book["points"].max_row - 1, "points.csv")
    listed = {(row[0], row[1]) for row in book[COLUMNS].iter_rows(min_row=2, values_only=True)}
    assert ("points.csv", CAP) in listed and ("sweep.csv", "gdp") in listed


def test_no_text_of_a_user_is_a_formula_or_is_unseen_in_any_cell(tmp_path):
    import pandas as pd

    rows = pd.DataFrame({"firm": HOSTILE, "name": HOSTILE, "cluster": HOSTILE, "name_zh": HOSTILE, "revenue": HOSTILE})
    text = "".join(HOSTILE)
    folder = own(tmp_path / "x", tables={"firms": csv_bytes(rows)}, title=text, question=text, name=HOSTILE[0])
    book = openpyxl.load_workbook(write_workbook(folder))
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"} and all(not hidden(str(cell.value)) for cell in cells)
    assert not any(re.search("_x[0-9A-F]{4}_", str(cell.value).replace("_x005F_x", "")) for cell in cells)
    named = list(book["firms"]["A"][1:])
    assert [cell.value for cell in named[:4]] == HOSTILE[:4] and all(cell.quotePrefix for cell in named[:5])
    assert named[8].value == "_x005F_x001B_[31m" and named[11].value == "1e5" and named[12].value == HOSTILE[12]
    assert named[6].value == "\\u202egnp.exe" and named[7].value == "\\x1b[31mred\\x07"


def test_the_workbook_is_the_same_twice_and_from_the_folder_alone(swept, tmp_path):
    first = in_a_workbook(swept)[WORKBOOK]
    copy = tmp_path / "copy"
    shutil.copytree(swept, copy)
    assert write_workbook(copy).read_bytes() == first == in_a_workbook(copy)[WORKBOOK]
    with ZipFile(copy / WORKBOOK) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.testzip() is None


def test_a_folder_knows_its_workbook_and_never_writes_over_what_somebody_made_of_it(swept, tmp_path, plans):
    copy = tmp_path / "copy"
    shutil.copytree(swept, copy)
    path = write_workbook(copy)
    assert WORKBOOK in json.loads((copy / HASHES).read_text()) and verify(copy) == []
    path.write_bytes(b"mine")
    for again in (lambda: write_workbook(copy), lambda: conduct(plans[4], copy)):
        with pytest.raises(ScenarioError, match=r"tables\.xlsx: was changed since it was written"):
            again()
    assert path.read_bytes() == b"mine"
    path.unlink()
    conduct(plans[4], copy)
    assert WORKBOOK not in json.loads((copy / HASHES).read_text())
    path.write_bytes(b"of another")
    with pytest.raises(ScenarioError, match=r"tables\.xlsx: was not written by this experiment"):
        write_workbook(copy)


def test_a_table_too_long_or_too_large_for_a_sheet_stays_a_file_with_a_sentence(swept, monkeypatch):
    assert MOST_ROWS + 1 == 2**20
    monkeypatch.setattr(sheets, "MOST_ROWS", 5)
    book = openpyxl.load_workbook(write_workbook(swept))
    assert book.sheetnames == [CONTENTS, "sweep", COLUMNS]
    told = [row for row in book[CONTENTS].iter_rows(values_only=True) if row[1] and "too many for a sheet" in row[1]]
    assert len(told) == 1 and "points.csv alone" in told[0][1] and "仅见于points.csv" in told[0][2]


def test_sheet_names_are_legal_and_no_two_alike():
    wanted = ["a" * 40, "A" * 40, "x/y", "x:y", "'q'", "contents 目录", "Contents 目录", ""]
    names = sheet_names(wanted)
    assert len({name.casefold() for name in names}) == len(wanted)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") and name.strip("'") == name for name in names)


def test_an_experiment_of_ones_own_has_its_columns_under_their_names(tmp_path):
    folder = tmp_path / "x"
    conduct(Squares({"no-policy": small("no-policy", **TINY)}, runs=3), folder)
    page = openpyxl.load_workbook(write_workbook(folder))["squares"]
    assert [cell.value for cell in page[1]] == ["n", "square", "root"] and page["B4"].value == 4


def test_a_column_that_needs_no_unit_has_none_in_its_head():
    assert header(written.TitledColumn(written.TEXT, "Firm", "企业")) == "Firm\n企业"
    assert WrittenSheet("run", "summary", None).title == written.title_of("run", "summary")


# the screen


def screen_of(found):
    told = {
        "run": describe,
        "compare": describe_comparison,
        "attribute": describe_attribution,
        "sweep": describe_sweep,
        "search": describe_search,
        "sensitivity": describe_sensitivity,
    }
    return told[found.experiment.kind](found)


def test_every_experiment_ends_with_at_most_five_sentences_to_quote_each_in_both_languages_with_the_same_figures(found):
    for each in found:
        lines = screen_of(each)
        start = lines.index("To quote 可引用")
        quoted = lines[start + 1 : lines.index("", start)]
        assert 2 <= len(quoted) <= 2 * MOST and lines[-1].startswith("Tables"), each.experiment.kind
        assert len(quoted) % 2 == 0
        for english, chinese in zip(quoted[::2], quoted[1::2], strict=True):
            assert english.startswith("  - Changzhou, simulated with the outlook of February 2022"), english
            assert chinese.startswith("  - 常州，按2022年2月的前景判断模拟"), chinese
            assert re.findall(r"\[[^]]*\]", english) == re.findall(r"\[[^]]*\]", chinese), english
            assert re.search("worlds|one world", english) and re.search("个世界|个新世界", chinese), english


def test_a_terminal_of_any_width_gets_tables_that_fit_and_lose_no_sign(found):
    with_rows = set()
    for each in found:
        lines = screen_of(each)
        rows = [line for line in lines if isinstance(line, PrintedRow)]
        assert for_terminal([line for line in lines if line not in rows], 80) == [
            line for line in lines if line not in rows
        ]
        if rows:
            with_rows.add(each.experiment.kind)
        for wide in (60, 80, 200):
            drawn = for_terminal(rows, wide)
            notes = [line for line in drawn if line in {f"    {row.note}" for row in rows}]
            table = [line for line in drawn if line not in notes]
            assert all(width(line) <= wide for line in table), (each.experiment.kind, wide)
            heads = {row.heads: row for row in rows}
            signs = Counter("".join("".join((*row.cells, *(row.heads * (heads[row.heads] is row)))) for row in rows))
            found_signs = Counter("".join(table))
            assert all(found_signs[sign] >= number for sign, number in signs.items() if sign != " "), wide
    assert with_rows == {each.experiment.kind for each in found}


def test_a_comparison_and_a_sweep_print_a_row_with_an_interval_for_each_arm_and_each_point(found):
    compared, swept = (next(e for e in found if e.experiment.kind == kind) for kind in ("compare", "sweep"))
    lines = screen_of(compared)
    (head,) = (k for k, line in enumerate(lines) if line.startswith("Arm by arm"))
    (row,) = compared.comparison.query("outcome == 'public_cost' and year == 2022").itertuples()
    told = changed(outcomes()["public_cost"], row, (row.difference, row.low, row.high), row.pairs)
    assert lines[head + 1].startswith("  no-policy: ") and f"; {told}; " in lines[head + 1] and "[" in told
    points = [line for line in screen_of(swept) if isinstance(line, PrintedRow)]
    assert len(points) == swept.points["point"].nunique()


def test_rows_lose_nothing_where_columns_are_narrow_and_chinese_is_wide():
    rows = [PrintedRow("  甲: 1; 2", ("甲" * 50, "1 [0, 2] 亿元", "2"), ("名称", "difference 差", "x"), "a note")] * 2
    drawn = for_terminal(["head", *rows, "    below", "", "tail"], 40)
    assert max(map(width, drawn[1:-4])) <= 40 and "".join(drawn).count("甲") == 100
    assert drawn[0] == "head" and drawn[-5:] == ["    a note", "    a note", "    below", "", "tail"]


def test_a_pipe_gets_the_lines_as_they_are_and_a_screen_that_lacks_signs_gets_others(monkeypatch, capsys):
    row = PrintedRow("  a: 1", ("a", "1"))
    say_all(["x", row])
    assert capsys.readouterr().out == "x\n  a: 1\n"
    screen = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors="replace")
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr(screen, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    say_all(["标题", PrintedRow("  \x1b[31m甲: 1", ("\x1b[31m甲", "1"), ("名 name", "值 value"))])
    screen.flush()
    said = screen.buffer.getvalue().decode("cp1252")
    assert "name" in said and hidden(said) == "" and "\\x1b[31m?" in said


@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "utf-8"])
def test_a_list_in_two_languages_is_printed_on_a_screen_of_any_encoding(encoding):
    made = subprocess.run(
        [sys.executable, "-m", "cli", "levers", "scale_up"],
        env=os.environ | {"PYTHONIOENCODING": encoding, "NO_COLOR": "1"},
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0 and made.stderr == b"" and b"policies.scale_up.rate" in made.stdout


ACTS = "\x1b[31m\u202e\x9b"


def test_no_command_shows_a_name_so_that_it_acts_on_the_screen_wherever_it_is_written(tmp_path, monkeypatch):
    """Every argument, and every option that takes a word, of every command and of those of its groups."""
    monkeypatch.chdir(tmp_path)
    told = 0
    for name, one in _commands():
        arguments = [ACTS for each in one.params if isinstance(each, click.Argument)]
        options = [max(o.opts, key=len) for o in one.params if isinstance(o, click.Option) and not o.is_flag]
        for given in ([], *([option, ACTS] for option in options)):
            if not arguments and not given:
                continue
            result = command(*name.split(), *arguments, *given)
            shown = result.output.replace("\r", "")
            assert hidden(shown) == "" and "Traceback" not in shown, (name, given, shown)
            told += "\\x1b[31m" in shown
    assert told > 20 and list(tmp_path.iterdir()) == []


def _commands():
    for name, one in commands().items():
        if isinstance(one, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in one.commands.items())
        else:
            yield name, one


def test_pictures_without_a_chinese_font_say_so_once_and_show_no_boxes(found, monkeypatch, capsys):
    """A sign that no font has is a warning of matplotlib, which is an error here."""
    compared = next(e for e in found if e.experiment.kind == "compare")
    tables = {"comparison": compared.comparison.assign(variant="钢铁")}
    monkeypatch.setattr(figures, "_installed", list)
    for quiet in (False, True):
        assert set(conduct_command._draw(compared.experiment, tables, quiet=quiet)) == {"comparison.png"}
        said = capsys.readouterr().err
        assert said.count("\n") == said.count("no font with Chinese was found") == (not quiet)
    assert figures.readable("钢铁", "arm 1") == "arm 1" and figures.readable("steel", "arm 1") == "steel"
    monkeypatch.setattr(figures, "_installed", lambda: ["SimHei"])
    assert figures.readable("钢铁", "arm 1") == "钢铁" and "SimHei" in figures.style()["font.family"]


def test_a_font_that_was_installed_after_matplotlib_made_its_list_is_found(monkeypatch):
    from matplotlib import font_manager

    known, added = [[], ["SimHei"]], []
    monkeypatch.setattr(figures, "_known", lambda: known[bool(added)])
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: ["/fonts/new.ttf"])
    monkeypatch.setattr(font_manager.fontManager, "addfont", added.append)
    figures._known_now.cache_clear()
    assert figures.has_chinese_font() and figures._installed() == ["SimHei"] and added == ["/fonts/new.ttf"]
    figures._known_now.cache_clear()


# the command line

SMALL = ("--set", "population.above_scale=200", "--set", "population.below_scale=200", "--until", "2022Q4", "-j", "1")


def test_the_command_line_writes_a_workbook_beside_the_tables_and_later(tmp_path):
    folder = tmp_path / "x"
    line = ("sweep", "no-policy", "--vary", "outlook.demand_shift=0,0.1", "-n", "1", *SMALL, "--out", folder)
    assert command(*line).exit_code == 0 and not (folder / WORKBOOK).exists()
    result = command("excel", folder)
    assert (result.exit_code, result.output) == (0, f"Workbook 工作簿: {folder / WORKBOOK}\n")
    first = (folder / WORKBOOK).read_bytes()
    assert command(*line, "--excel", "-q").exit_code == 0 and (folder / WORKBOOK).read_bytes() == first
    assert command(*line, "-q").exit_code == 0 and not (folder / WORKBOOK).exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("run no-policy --excel --shard 1/2", "--excel: one shard has no tables"),
        ("excel nowhere", "nowhere: holds no experiment"),
        ("excel begun", "begun: its experiment is not finished"),
    ],
)
def test_a_workbook_that_cannot_be_is_refused_in_one_line(line, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (own(tmp_path / "begun") / HASHES).unlink(missing_ok=True)
    result = command(*line.split())
    assert result.exit_code == 2 and result.output.count("\n") == 1 and said in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["begun"]
