"""Scripts that write parts of the documentation: what they declare exists, and the page says when it is out of date."""

import numpy as np
import pytest

from sim.scenario.reading import load
from tests.changzhou import table
from tests.conftest import SMALL, small
from tools import largest_effects as effects
from tools import paths


def page(text):
    return f"before\n\n{effects.BEGIN}\n{text}\n{effects.END}\n\nafter\n"


def made_up(worlds=5):
    """Effects of made-up size: the first mechanisms of the list largest, the package smallest."""
    names = [m.name for m in effects.mechanisms()]
    return {
        name: np.full(worlds, 1e4 / (i + 1) if name != effects.PACKAGE else 1.0) + np.arange(worlds)
        for i, name in enumerate(names)
    }


def written(added=None):
    return effects.section(np.full(5, 1e6), added or made_up(), 2025, 1)


def test_every_mechanism_is_named_once_in_both_languages_and_its_change_is_a_sound_scenario():
    mechanisms, base = effects.mechanisms(), load(effects.BASE)
    assert len({m.name for m in mechanisms}) == len({m.name_zh for m in mechanisms}) == len(mechanisms) > effects.SHOWN
    for mechanism in mechanisms:
        assert base.with_changes(mechanism.off).resolved() != base.resolved(), mechanism.name


def test_grades_and_sources_are_read_from_the_table_and_from_the_instruments():
    known = {m.name: m for m in effects.mechanisms()}
    row = table()["customers_leave"]
    assert effects.pedigree(known["leaving of unserved customers"]) == (row.grade, row.source)
    grade, source = effects.pedigree(known["the policy fund"])
    assert grade.startswith("announced") and "article p03" in source
    grade, source = effects.pedigree(known["projects announced by February 2022"])
    assert "assumed" in grade and {"byd-2019", "zenith-nantong"} <= set(source.split("; "))


def test_the_page_shows_the_largest_and_always_the_package_with_its_rank():
    text = written()
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == effects.SHOWN + 1
    assert rows[-1].startswith(f"| {len(effects.mechanisms())} | {effects.PACKAGE} |")
    assert "assumed" in text and "5 worlds" in text


def test_writing_twice_changes_nothing_and_leaves_the_rest_of_the_page_alone():
    once = effects.with_section(page("old"), written())
    assert (
        effects.with_section(f"before\n\n{effects.BEGIN}\n{effects.END}\n\nafter\n", written()) == once
    )  # nothing between them yet
    assert effects.with_section(once, written()) == once
    assert once.startswith("before\n") and once.endswith("\nafter\n")


def test_the_check_tells_a_current_page_from_one_with_another_list_format_or_no_table(monkeypatch):
    assert effects.problems(page(written())) == []
    assert effects.problems(page("")) and effects.problems("no comments at all")
    assert any("no mechanism" in p for p in effects.problems(page(written().replace(effects.PACKAGE, "a package"))))
    current, fewer = page(written()), effects.mechanisms()[:-1]
    for name, value in (("COLUMNS", effects.COLUMNS[1:]), ("mechanisms", lambda: fewer)):
        with monkeypatch.context() as patch:
            patch.setattr(effects, name, value)
            assert effects.problems(current), name


def changed(text, name, column, cell):
    """The text with one cell of the row of one mechanism replaced."""
    before = next(line for line in text.splitlines() if f"| {name} |" in line)
    cells = before.strip("|").split("|")
    cells[effects.COLUMNS.index(column)] = f" {cell} "
    return text.replace(before, f"|{'|'.join(cells)}|")


def test_the_page_of_the_model_shows_ten_effects_and_the_package_each_with_interval_and_pedigree():
    assert effects.problems(effects.PAGE.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        ("95 % interval", "", "with an interval"),  # a figure without interval
        ("95 % interval", "+1.0", "with an interval"),
        ("95 % interval", "-9,000.0 to -8,999.0", "outside its interval"),
        ("95 % interval", "+9,000.0 to -9,000.0", "outside its interval"),
        ("added to GDP, 亿元", "", "with an interval"),
        ("source", "", "source"),
        ("rank", "7", "ranked from 1"),
        ("mechanism", "magic", "no mechanism"),
    ],
)
def test_the_check_refuses_the_page_of_the_model_with_one_cell_spoilt(column, cell, complaint):
    text = effects.PAGE.read_text(encoding="utf-8")
    name = "projects announced by February 2022"
    spoilt = changed(text, name, column, cell)
    spoilt = changed(spoilt, name, "grade", "sourced") if column == "source" else spoilt
    assert any(complaint in problem for problem in effects.problems(spoilt))


def test_the_check_refuses_the_page_of_the_model_without_the_package_and_with_a_row_too_few():
    lines = effects.PAGE.read_text(encoding="utf-8").splitlines()
    for name in (effects.PACKAGE, "general inflation"):
        assert effects.problems("\n".join(line for line in lines if f"| {name} |" not in line)), name


def test_a_mechanism_that_is_not_switched_off_adds_exactly_nothing():
    base = small(effects.BASE, horizon__until="2022Q4")
    found = effects._one_world(
        base, {"itself": base, "no digital retrofit": base.with_changes({"parameters.digital_consider": 0})}, 1, 0
    )
    assert found["itself"] == found[""]
    assert all(np.isfinite(v) for v in found.values())


@pytest.fixture(scope="module")
def two_worlds():
    spec = load("no-policy").with_changes(SMALL | {"horizon.until": "2024Q4"})
    worlds = [paths.one_world(spec, 1, world) for world in range(2)]
    return {name: np.stack([w[name] for w in worlds]) for name in worlds[0]}


def test_paths_begin_in_2021_where_the_start_has_a_value(two_worlds):
    for panel in paths.PANELS:
        assert two_worlds[panel.name].shape == (2, 4), panel.name
        assert np.isfinite(two_worlds[panel.name][:, 1:]).all(), panel.name
    assert (two_worlds["output_index"][:, 0] == 1.0).all() and (two_worlds["above_scale_firms"][:, 0] > 0).all()
    np.testing.assert_allclose(two_worlds["output_index"][:, 1], 1.0 + two_worlds["output_growth"][:, 1])


def test_the_picture_is_small_and_drawn(two_worlds, tmp_path):
    file = tmp_path / "paths.png"
    paths.draw(two_worlds, file)
    assert file.read_bytes().startswith(b"\x89PNG") and 10_000 < file.stat().st_size < 200_000
