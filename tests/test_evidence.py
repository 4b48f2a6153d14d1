"""Evidence pages: every instrument has one, every figure on it a source, and the model's own effect is a paired one."""

import csv
import inspect
import math
import re

import numpy as np
import pytest

from sim import policies as registry
from sim.experiments import compare as comparing
from sim.scenario.reading import load
from sim.tables.catalogue import CITY, OF_THE_YEAR, outcomes
from sim.tables.city_tables import read_city
from sim.tables.numbers import GRADES
from tests.conftest import small
from tools import evidence, evidence_worlds
from tools.evidence_pages import NONE_FOUND, Verdict, figure, page, verdict
from tools.evidence_worlds import DIFFERENCE, LEVEL, PER_YUAN, PRIVATE_PER_YUAN, READINGS, RELATIVE, Asked, effects

PUBLISHED, DESCRIBED = evidence.rows_of(evidence.PUBLISHED), evidence.rows_of(evidence.INSTRUMENTS)
MEASURED = evidence.rows_of(evidence.EFFECTS)
TINY = {"population__above_scale": 200, "population__below_scale": 200, "horizon__until": "2023Q4"}


def published(**cells):
    usual = {"instrument": "talent", "value": "", "low": "", "high": "", "unit": "share", "per": ""}
    return usual | {"outcome": "energy_use", "reading": RELATIVE} | cells


def measured(low, high):
    return [{"outcome": "energy_use", "reading": RELATIVE, "per": "", "low": str(low), "high": str(high)}]


def test_every_instrument_has_a_page_that_is_current_and_every_page_an_instrument():
    there = {path.name: path.read_text(encoding="utf-8") for path in evidence.FOLDER.glob("*.md")}
    assert there.keys() == {f"{name}.md" for name in registry.names()} | {evidence.README}, "run make evidence"
    assert there == evidence.pages(), "run make evidence"


def test_an_instrument_without_a_row_and_a_row_without_an_instrument_are_told_in_one_line_each():
    assert evidence.missing(DESCRIBED) == []
    told = evidence.missing([*DESCRIBED[1:], {"instrument": "rent_relief"}])
    assert len(told) == 2 and all("\n" not in line for line in told)
    assert f"no row for {DESCRIBED[0]['instrument']}; write instrument,does_en,does_zh,numbers" in told[0]
    assert "rent_relief is no instrument" in told[1]


def test_every_published_figure_has_a_source_and_a_grade_and_is_said_in_both_languages():
    known = {row["source"] for row in read_city().sources}
    for row in PUBLISHED:
        assert row["source"] in known and row["grade"] in GRADES and row["instrument"] in registry.names(), row
        assert row["finding_en"] and row["note_en"] and re.search("[一-鿿]", row["finding_zh"]), row
        assert re.search("[一-鿿]", row["note_zh"]) and "shared" not in "".join(row.values()), row
        assert row["unit"] in ("", "share", "ratio", "yuan per public yuan"), row
        assert all(math.isfinite(float(row[key] or 0)) for key in ("value", "low", "high")), row


def test_a_study_of_which_the_sign_alone_is_known_has_no_figure_and_agrees_with_nothing():
    signs = [row for row in PUBLISHED if row["grade"] == "assumed"]
    assert signs and all(figure(row) == "-" for row in signs)
    assert verdict(published(), measured(-1, 1)) == Verdict.NOT_COMPARABLE


def test_what_a_figure_is_compared_with_is_an_outcome_that_experiments_measure_read_in_a_way_that_exists():
    for row in PUBLISHED:
        known = outcomes().get(row["outcome"])
        assert (known is None) == (row["outcome"] == "") == (row["reading"] == "")
        if known:
            assert CITY in known.levels and not known.against and row["reading"] in READINGS
            assert row["value"] or row["low"] or row["high"], row
            assert (row["per"] != "") == (row["reading"] in (PER_YUAN, PRIVATE_PER_YUAN)), row
            added_up = [known.name, row["per"]] if row["per"] else []
            assert all(outcomes()[name].period == OF_THE_YEAR for name in added_up), row


def test_the_numbers_of_an_instrument_exist_and_hold_all_that_its_own_file_reads():
    numbers = read_city().numbers
    for row in DESCRIBED:
        listed = row["numbers"].split("; ")
        assert set(listed) <= numbers.keys() and len(set(listed)) == len(listed), row["instrument"]
        text = inspect.getsource(inspect.getmodule(registry.get(row["instrument"])))
        read = set(re.findall(r"\bnumbers\.(\w+)", text)) & numbers.keys()
        assert read <= set(listed), f"{row['instrument']} reads {read - set(listed)} too"


def test_nothing_stands_measured_that_is_not_asked_for():
    for row in MEASURED:
        asked = evidence.asked_of(row["instrument"], PUBLISHED)
        assert row["instrument"] in registry.names() and (row["outcome"], row["reading"], row["per"]) in {
            (a.outcome, a.reading, a.per) for a in asked
        }, f"{row}: run python -m tools.evidence --worlds 200 {row['instrument']}"


@pytest.mark.slow
def test_every_instrument_is_measured_on_two_hundred_worlds_at_what_it_aims_at_and_at_what_studies_say():
    for name in registry.names():
        worlds = [int(row["worlds"]) for row in MEASURED if row["instrument"] == name]
        complete = len(worlds) == len(evidence.asked_of(name, PUBLISHED)) and min(worlds) >= 200
        assert complete, f"run python -m tools.evidence --worlds 200 {name}"


@pytest.mark.slow
def test_every_figure_is_of_the_worlds_that_the_model_makes_today():
    base = load(evidence_worlds.BASE)
    stale = {
        row["instrument"]
        for row in MEASURED
        if row["numbers"] != evidence_worlds.numbers_of(Asked(*(row[key] for key in evidence_worlds.COLUMNS[:4])), base)
    }
    assert stale == set(), "run python -m tools.evidence --worlds 200"


def test_a_page_without_a_published_figure_says_so_in_both_languages():
    without = {row["instrument"] for row in DESCRIBED} - {row["instrument"] for row in PUBLISHED}
    assert without
    for row in DESCRIBED:
        text = page(row, [p for p in PUBLISHED if p["instrument"] == row["instrument"]], [])
        assert (NONE_FOUND in text) == (row["instrument"] in without) and "Not measured yet 尚未测算" in text


@pytest.mark.parametrize(
    ("figures", "low", "high", "said"),
    [
        ({"low": "-0.16", "high": "-0.13"}, -0.14, -0.02, Verdict.INSIDE),
        ({"low": "-0.16", "high": "-0.13"}, -0.12, -0.02, Verdict.OUTSIDE),
        ({"low": "-0.16", "high": "-0.13"}, -0.30, -0.16, Verdict.INSIDE),
        ({"value": "0"}, -0.1, 0.1, Verdict.INSIDE),
        ({"value": "0"}, 0.01, 0.1, Verdict.OUTSIDE),
        ({"value": "0.2", "low": "0.1", "high": "0.3"}, 0.25, 0.28, Verdict.INSIDE),
        ({"high": "0"}, -0.2, 0.1, Verdict.INSIDE),
        ({"high": "0"}, 0.0, 0.0, Verdict.OUTSIDE),
        ({"low": "0"}, -0.2, 0.0, Verdict.OUTSIDE),
        ({"low": "0"}, 0.0, 0.1, Verdict.INSIDE),
        ({"value": "1"}, math.nan, math.nan, Verdict.NOT_COMPARABLE),
        ({"value": "1", "outcome": ""}, 1.0, 1.0, Verdict.NOT_COMPARABLE),
        ({"value": "1", "outcome": "gdp"}, 1.0, 1.0, Verdict.NOT_MEASURED),
    ],
)
def test_a_verdict_says_whether_the_two_ranges_have_a_value_in_common_and_a_sign_excludes_nought(
    figures, low, high, said
):
    assert verdict(published(**figures), measured(low, high)) == said


def test_a_published_figure_is_shown_as_it_is_read():
    assert figure(published(value="-0.235")) == "-23.5 %" and figure(published()) == "-"
    assert figure(published(low="-0.16", high="-0.13")) == "-16 % .. -13 %"
    assert figure(published(value="0.3", low="0.1", high="0.4")) == "30 % [10 %, 40 %]"
    assert figure(published(high="0")) == "below 0 % 低于0 %" and figure(published(low="0")) == "above 0 % 高于0 %"
    assert figure(published(value="4.51", unit="yuan per public yuan")).startswith("4.51 yuan per public yuan 元")


def test_effects_by_hand():
    """Two worlds, two years: 110 and 105 instead of 100 in the last year; 20 and 0 public yuan more in both years."""
    having = {"x": np.array([[90.0, 110.0], [100.0, 105.0]]), "paid": np.array([[5.0, 15.0], [7.0, 7.0]])}
    lacking = {"x": np.array([[95.0, 100.0], [100.0, 100.0]]), "paid": np.array([[0.0, 0.0], [7.0, 7.0]])}

    def found(reading, per=""):
        return effects(Asked("talent", "x", reading, per), having, lacking).tolist()

    assert found(DIFFERENCE) == [10.0, 5.0] and found(LEVEL) == [110.0, 105.0]
    assert found(RELATIVE) == pytest.approx([0.1, 0.05])
    (first, second), (private, _) = found(PER_YUAN, "paid"), found(PRIVATE_PER_YUAN, "paid")
    assert first == pytest.approx(5.0 / 20.0) and math.isnan(second)  # no money more, nothing per yuan
    assert private == pytest.approx(5.0 / 20.0 - 1.0)


def test_an_instrument_of_the_package_is_dropped_from_it_and_another_is_added():
    package, none = load("baseline-2022"), load("no-policy")
    having, lacking, how = evidence_worlds.arms("talent", package)
    assert having is package and "talent" not in lacking.policies and how == evidence_worlds.DROPPED
    having, lacking, how = evidence_worlds.arms("talent", none)
    assert lacking is none and [*having.policies] == ["talent"] and how == evidence_worlds.ADDED


def test_effects_are_what_compare_finds_and_more_worlds_go_on_from_those_that_are_there(tmp_path, monkeypatch):
    monkeypatch.setattr(evidence_worlds, "load", lambda name: small(name, **TINY))
    asked = {"high_tech_ladder": evidence.asked_of("high_tech_ladder", PUBLISHED)}
    (_, few), *_ = evidence_worlds.measured(asked, tmp_path, 2, 3, 1)
    journal = tmp_path / "baseline-2022" / "journal.jsonl"
    before = journal.read_bytes()
    (name, (row,)), *_ = evidence_worlds.measured(asked, tmp_path, 4, 3, 1)
    assert name == "high_tech_ladder" and journal.read_bytes().startswith(before.rstrip(b"\n"))
    assert (few[0]["worlds"], row["worlds"], row["outcome"], row["year"]) == ("2", "4", "high_tech_firms", "2023")
    base = small("baseline-2022", **TINY)
    table = comparing.compare(base.without(name), {"with": base}, pairs=4, seed=3).comparison
    told = table.query("outcome == 'high_tech_firms' and year == 2023").iloc[0]
    for cell, column in (("effect", "difference"), ("low", "low"), ("high", "high"), ("without", "base")):
        assert float(row[cell]) == pytest.approx(told[column], rel=1e-4), cell


def test_rows_of_one_instrument_take_the_place_of_its_old_ones_in_the_order_of_the_instruments():
    first, second, *_ = registry.names()
    old = [{"instrument": second, "effect": "1"}, {"instrument": "gone", "effect": "2"}]
    new = evidence.replaced(old, first, [{"instrument": first, "effect": "3"}])
    assert [row["instrument"] for row in new] == [first, second]
    assert evidence.replaced(new, second, [{"instrument": second, "effect": "4"}])[1]["effect"] == "4"


def test_writing_takes_out_pages_of_instruments_that_are_gone_and_twice_is_as_once(tmp_path):
    for name in (evidence.INSTRUMENTS, evidence.PUBLISHED, evidence.EFFECTS, evidence.README):
        (tmp_path / name).write_bytes((evidence.FOLDER / name).read_bytes())
    (tmp_path / "gone.md").write_text("old", encoding="utf-8")
    evidence.write(tmp_path)
    once = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    evidence.write(tmp_path)
    assert once == {path.name: path.read_bytes() for path in tmp_path.iterdir()} and "gone.md" not in once


def test_effects_are_written_with_the_columns_that_are_read():
    with (evidence.FOLDER / evidence.EFFECTS).open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == [*evidence_worlds.COLUMNS]
