"""The year stands on one page: no other file knows which quarter does what, and the page itself holds."""

import ast
from pathlib import Path

import pytest

import sim
from sim.calendar import year
from sim.calendar.quarter import BASE_YEAR, FIRST, LAST, Quarter
from sim.tables.parameters import Parameters
from tests.parsed import nodes_of

ROOT = Path(sim.__file__).parent
PAGES = sorted(path for path in (*ROOT.rglob("*.py"), *ROOT.parent.glob("cli.py")) if path.name != "year.py")


def test_quarters_are_counted_from_the_year_nought_and_the_model_has_thirty_six_of_them():
    assert (FIRST.number, FIRST.year, FIRST.season, str(FIRST)) == (8088, 2022, 1, "2022Q1")
    assert (str(FIRST + 7), str(FIRST + -1), Quarter.read("2023Q4")) == ("2023Q4", "2021Q4", FIRST + 7)
    assert Quarter.of(2022) == FIRST and (BASE_YEAR, str(LAST), LAST - FIRST) == (2021, "2030Q4", 35)
    for wrong in ("2022Q5", "2022Q0", "2022", "22Q1", "x2022Q1", "2022Q1\n"):
        with pytest.raises(ValueError, match="is not a quarter; write it like 2022Q1"):
            Quarter.read(wrong)


def _asks_for_the_season(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) == "season"
    )


def strange_seasons(source: str | Path) -> list[str]:
    """Return comparisons of a quarter's season with anything but a name that the file has from `sim.calendar.year`."""
    known = {
        a.asname or a.name
        for n in nodes_of(source)
        if isinstance(n, ast.ImportFrom) and n.module == "sim.calendar.year"
        for a in n.names
    }
    found = []
    for node in nodes_of(source):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            others = [side for side in sides if not _asks_for_the_season(side)]
            strange = any(not (isinstance(side, ast.Name) and side.id in known) for side in others)
            if len(others) < len(sides) and strange:
                found.append(ast.unparse(node))
        if isinstance(node, ast.Match) and _asks_for_the_season(node.subject):
            found.append(f"match {ast.unparse(node.subject)}")
    return found


_STILL_THEIR_OWN = {}  # to be asked of the calendar; then this line goes


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(ROOT.parent).as_posix())
def test_the_quarter_of_the_year_is_compared_with_names_of_the_calendar_alone(path):
    assert strange_seasons(path) == _STILL_THEIR_OWN.get(path.name, [])


@pytest.mark.parametrize(
    "line",
    [
        "setting.quarter.season == 4",
        "4 != quarter.season",
        "_OWN = 3\nif season == _OWN: pass",
        "quarter.season in (1, 3)",
        "match quarter.season:\n    case 1: pass",
        "quarter.season < other.CLOSE_YEAR",
    ],
)
def test_the_scan_sees_a_literal_and_a_constant_of_the_files_own(line):
    assert strange_seasons(line)


def test_the_scan_lets_names_of_the_calendar_pass():
    assert strange_seasons("from sim.calendar.year import CLOSE_YEAR\nif quarter.season != CLOSE_YEAR: pass") == []


def rows_of_the_page():
    lines = [line for line in (year.__doc__ or "").splitlines() if line.startswith("|")]
    quarter, happens, figures, done_in, name = range(5)
    cells = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines[2:]]
    return [(c[name], int(c[quarter]), c[happens], c[figures], set(c[done_in].split(", "))) for c in cells]


LENGTHS = ("QUARTERS", "DAYS_A_QUARTER", "SEASONS")  # of the year and of its parts, which are no dates
DATES = {name: value for name, value in vars(year).items() if name.isupper() and name not in LENGTHS}


def test_every_date_is_a_quarter_and_stands_in_the_table_under_its_own_quarter():
    assert [(name, quarter) for name, quarter, *_ in rows_of_the_page()] == list(DATES.items())  # in the same order
    assert set(DATES.values()) == set(range(1, year.QUARTERS + 1))


def test_the_table_names_the_files_that_do_what_a_row_says():
    read = {name: set() for name in DATES}
    for path in PAGES:
        for node in nodes_of(path):
            if isinstance(node, ast.ImportFrom) and node.module == "sim.calendar.year":
                for alias in node.names:
                    read.get(alias.name, set()).add(path.stem)
    assert {name: files for name, *_, files in rows_of_the_page()} == read


def test_rows_of_a_quarter_stand_in_the_order_in_which_the_model_runs():
    """Awards, lines, accounts, recognition, titles, listing: as `ClusterModel.step` calls them."""
    step = next(
        node
        for node in ast.walk(ast.parse((ROOT / "model.py").read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == "step"
    )
    calls = sorted(
        (node for node in ast.walk(step) if isinstance(node, ast.Call)), key=lambda node: (node.lineno, node.col_offset)
    )
    called = [
        "scale_up",
        *(
            node.func.value.id
            for node in calls
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
        ),
    ]
    for quarter in range(1, year.QUARTERS + 1):
        places = [
            min(called.index(file) for file in files if file in called)
            for _, season, *_, files in rows_of_the_page()
            if season == quarter
        ]
        assert places == sorted(places), quarter


def test_the_years_that_a_quarter_reads():
    assert [year.closed_year(Quarter.of(2024, season)) for season in (1, 2, 3, 4)] == [2023] * 4
    assert [year.last_closed(Quarter.of(2024, season)) for season in (1, 2, 3, 4)] == [2023, 2023, 2023, 2024]
    assert [year.aimed_at(Quarter.of(2024, season)) for season in (1, 4)] == [2025, 2025]
    assert [str(year.earned(Quarter.of(2024, season))) for season in (1, 2, 3, 4)] == [
        "2023Q4",
        "2024Q2",
        "2024Q3",
        "2024Q4",
    ]


def test_the_year_runs_in_its_order():
    """A year is judged after it is closed, its books stay shut until then, and awards follow by a quarter."""
    assert (
        year.REACH_LINES <= year.CLOSE_YEAR
    )  # the quarter's order of steps lets firms reach before the year is closed
    assert year.NEW_YEAR == year.JUDGE_TIERS == year.OPEN_BOOKS - 1 == year.PAY_ABOVE_SCALE - 1
    assert FIRST.season == year.NEW_YEAR
    assert [Parameters()[name] for name in year.SEASONS] == pytest.approx(
        [Parameters()[f"season_q{n}"] for n in (1, 2, 3, 4)]
    )
