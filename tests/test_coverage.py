"""docs/coverage.md: every paragraph of the article has a row, every row a figure that was measured or a reason."""

import re

import pytest

from sim import policies as registry
from sim.scenario.reading import load
from sim.scenario.shipped import shipped
from sim.tables.catalogue import CITY, outcomes
from tools import coverage
from tools.coverage_page import ALIKE, LEFT_OUT, NOT_MEASURED, SHARE, bound, gdp, gdp_ends, largest
from tools.evidence import rows_of
from tools.fingerprint import fingerprint

ITEMS, EFFECTS = (rows_of(name, coverage.FOLDER) for name in (coverage.ITEMS, coverage.EFFECTS))
MEASURED = {row["id"]: row for row in EFFECTS}
BUILT = coverage.measurable(ITEMS)
LAST_PARAGRAPH = 66
AGAIN = "run python -m tools.coverage --worlds 24"


def paragraphs(row):
    return [int(name.removeprefix("p")) for name in row["paragraphs"].split("; ")]


def test_every_paragraph_of_the_article_is_covered_and_no_row_speaks_of_another():
    assert {number for row in ITEMS for number in paragraphs(row)} == set(range(1, LAST_PARAGRAPH + 1))
    assert len({row["id"] for row in ITEMS}) == len(ITEMS)


def test_every_row_says_in_both_languages_what_it_is_and_what_stands_for_it_or_why_nothing_does():
    for row in ITEMS:
        for key in ("item", "how"):
            assert row[f"{key}_en"] and not re.search("[一-鿿]", row[f"{key}_en"].replace("减", "")), row
            assert re.search("[一-鿿]", row[f"{key}_zh"]), row
        built = row["kind"] != LEFT_OUT
        assert built == bool(row["outcome"]) == bool(row["scenario"]) == bool(row["with"] or row["without"]), row
    assert {row["kind"] for row in ITEMS} == {"goal", "policy", "pressure", LEFT_OUT}


def test_every_instrument_stands_in_a_row_and_every_row_names_scenarios_outcomes_and_switches_that_exist():
    switched = " ".join(row[key] for row in BUILT for key in coverage.SIDES)
    assert [name for name in registry.names() if f"policies.{name}" not in switched] == []
    base = load(coverage.BASE)
    for row in BUILT:
        assert row["scenario"] in shipped() and CITY in outcomes()[row["outcome"]].levels, row
        assert not outcomes()[row["outcome"]].against, row
        sides = [coverage.side(row[key], base)[1] for key in coverage.SIDES]
        assert sides[0].resolved() != sides[1].resolved(), row


def test_every_figure_was_measured_of_what_its_row_says_now_and_no_figure_has_no_row():
    asked = {row["id"]: coverage.asked_of(row) for row in BUILT}
    assert {name: row["asked"] for name, row in MEASURED.items()} == asked, AGAIN
    assert len({(row["year"], row["worlds"], row["seed"]) for row in EFFECTS}) == 1, AGAIN
    assert int(EFFECTS[0]["worlds"]) >= 16


def test_what_cannot_be_told_from_nothing_is_at_most_a_tenth_of_the_largest_effect():
    most = largest(EFFECTS) / SHARE
    for row in EFFECTS:
        _, low, high = gdp_ends(row)
        assert low > 0.0 or high < 0.0 or bound(row) <= most, f"{row['id']}: {low} to {high} against {most}; {AGAIN}"


def test_the_page_is_what_its_tables_make():
    assert coverage.PAGE.read_text(encoding="utf-8") == coverage.text(), "run make coverage"


def test_no_row_waits_to_be_measured():
    assert NOT_MEASURED not in coverage.text(), AGAIN


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((120.0, 40.0, 200.0), "+1.2 [+0.4, +2] 亿元"),
        ((-120.0, -200.0, -40.0), "-1.2 [-2, -0.4] 亿元"),
        ((10.0, -30.0, 50.0), "none above 0.5 亿元 不超过0.5亿元"),
        ((-10.0, -50.0, 30.0), "none above 0.5 亿元 不超过0.5亿元"),
        ((0.0, 0.0, 0.0), ALIKE),
    ],
)
def test_an_effect_is_told_with_its_interval_or_as_what_it_is_not_above(ends, said):
    assert gdp(dict(zip(("gdp_effect", "gdp_low", "gdp_high"), map(str, ends), strict=True))) == said


def test_a_row_whose_question_changes_needs_another_figure():
    row = BUILT[0]
    assert coverage.asked_of(row) == coverage.asked_of({**row, "how_en": "said otherwise"})
    for key in (*coverage.SIDES, "outcome"):
        assert coverage.asked_of(row) != coverage.asked_of({**row, key: "something else"})


def test_worlds_are_shared_with_the_evidence_pages_where_an_instrument_alone_is_taken_out_or_added():
    base = load(coverage.BASE)
    name, spec = coverage.side("policies.talent=null", base)
    assert name == "baseline-2022-talent" and spec.policies.keys() == base.policies.keys() - {"talent"}
    assert coverage.side("", base) == (coverage.BASE, base)
    assert coverage.side(coverage.NO_POLICY, base)[1].policies == {}
    two = coverage.side("policies.talent=null | policies.first_loan=null", base)
    assert two[0].startswith("coverage-") and len(two[1].policies) == len(base.policies) - 2


@pytest.mark.slow
def test_the_figures_are_of_the_worlds_that_the_model_makes_today():
    base = load(coverage.BASE)
    stale = [row["id"] for row in BUILT if MEASURED[row["id"]]["numbers"] != coverage.numbers_of(row, base)]
    assert stale == [], AGAIN


def test_a_fingerprint_changes_with_the_numbers_it_is_of_and_not_with_how_often_it_is_asked_for():
    spec = load(coverage.BASE).without_policies()
    other = spec.with_changes({"outlook.announced": False})
    assert fingerprint([spec], ["gdp_real", "energy_use"]) == fingerprint([spec], ["energy_use", "gdp_real"])
    found = {fingerprint(specs, names) for specs in ([spec], [other]) for names in (["gdp_real"], ["energy_use"])}
    assert len(found) == 4
