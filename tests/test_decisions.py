"""The pages name tests that exist, and every numbered fault has some."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[1]
PAGES = sorted((HOUSE / "docs").glob("*.md"))


def defined():
    found = (
        re.findall(r"^ *def (test_\w+)", path.read_text(encoding="utf-8"), re.M) for path in HOUSE.glob("tests/*.py")
    )
    return {name for names in found for name in names}


def test_every_test_that_a_page_names_is_defined():
    there = defined() | {path.stem for path in HOUSE.glob("tests/*.py")}
    named = {
        (page.name, name) for page in PAGES for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert sorted(pair for pair in named if pair[1] not in there) == []


def test_every_fault_of_the_table_has_a_kind_and_tests():
    text = (HOUSE / "docs" / "decisions.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([AB]\d+) \| ([^|]+) \| ([^|]+) \|$", text, re.M)
    assert [name for name, _, _ in rows] == [f"A{n}" for n in range(1, 6)] + [f"B{n}" for n in range(6, 14)]
    assert all(kind.strip() and tests.count("`test_") >= 3 for _, kind, tests in rows)
