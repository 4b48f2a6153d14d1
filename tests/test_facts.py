"""The starting state matches the published facts of 2021."""

import re
from dataclasses import replace

import pytest

from sim.history import build
from sim.report.compared import KINDS
from sim.report.fact_table import facts
from sim.report.facts import check_facts, describe_facts, measure
from sim.report.start_measures import measures
from sim.report.started import Started
from sim.tables.city_measured import measured as declared_measures
from sim.tables.files import TableError
from sim.tables.milestones import ABOVE_SCALE_LINE
from sim.tables.numbers import GRADES
from sim.tables.parameters import Parameters
from tests.changzhou import CHANGZHOU, table
from tests.conftest import drawn


@pytest.mark.parametrize("seed", drawn(range(1, 21), 5))
def test_no_fact_fails_and_every_warning_says_why(seed):
    rows = check_facts(CHANGZHOU, seed)
    assert [r.fact for r in rows if r.status == "FAIL"] == []
    assert [r.fact for r in rows if r.status == "WARN" and not r.note] == []


def test_numbers_of_a_measure_stand_in_the_table_and_are_read_from_it():
    """Another line in the table is another count: nothing is written twice, and nothing that is given lies idle."""
    held = facts(CHANGZHOU)
    given = {name: fact.given for name, fact in held.items() if fact.given is not None}
    assert given == {
        "firms_20m": ABOVE_SCALE_LINE,
        "firms_100m": 100.0,
        "firms_5bn": 5_000.0,
        "firms_10bn": 10_000.0,
        "rank_slope": 100.0,
        "value_added_above_scale": 0.2273,
    }
    start, numbers = build(Parameters(), 500, 1000, 1), Parameters()
    usual = measure(start, numbers)
    for fact in given:
        moved = measure(start, Parameters(with_fact(fact, given=str(2.0 * given[fact]))))
        assert {name for name, value in moved.items() if value != usual[name]} >= {fact}, fact
    moved = measure(start, Parameters(with_fact("output_city", value="1.0")))
    assert moved["output_city"] == pytest.approx(usual["output_city"] - 13301.8)


def with_fact(name, /, **cells):
    """The city with a row of its facts changed."""
    return replace(CHANGZHOU, facts=tuple({**row, **cells} if row["fact"] == name else row for row in CHANGZHOU.facts))


def test_every_measure_has_a_fact_here():
    named = {f"revenue_{firm['firm']}" for firm in CHANGZHOU.named_firms}  # few groups publish theirs
    assert set(measures(CHANGZHOU)) - named <= set(facts(CHANGZHOU)) <= set(measures(CHANGZHOU))


def test_what_a_measure_reads_of_other_rows_is_what_is_declared_of_it():
    """Taken out one by one, each row is missed by those that are declared to read it, and by no other."""
    known, start = [row for row in declared_measures() if row["table"] == "facts"], build(Parameters(), 500, 1000, 1)
    for row in (row for row in known if "*" not in row["name"]):
        lacking = replace(CHANGZHOU, facts=tuple(r for r in CHANGZHOU.facts if r["fact"] != row["name"]))
        of = Started(start, Parameters(lacking))
        missed = set()
        for name, value in measures(lacking).items():
            try:
                value(of)
            except TableError:
                missed.add(name)
        read = {r["name"] for r in known if row["name"] in (*r["reads"].split("; "), *r["given"].split("; "))}
        assert missed == read, row["name"]


def test_a_fact_that_is_put_in_has_the_grade_of_the_number_that_holds_it():
    """Where a row of facts and a number of the model are the same figure, they are known equally well."""
    numbers = table()
    held = {
        f"{kind}_{name.split('.')[0]}": number.grade
        for name, number in numbers.items()
        for kind, of in (("output", "output_2021"), ("revenue", "revenue_2021"))
        if name.endswith(f".{of}")
    }
    held |= {
        "gdp": numbers["gdp_2021"].grade,
        "tax": numbers["tax_2021"].grade,
        "budget_revenue": numbers["budget_revenue_2021"].grade,
        "energy_total": numbers["industrial_energy"].grade,
        "listed": numbers["listed_2021"].grade,
        "high_tech": numbers["high_tech_2021"].grade,
        "champions": numbers["champions_2021"].grade,
        "digital": numbers["digital_share_2021"].grade,
    }
    grades = {name: fact.grade for name, fact in facts(CHANGZHOU).items() if name in held}
    assert len(grades) > 20
    assert grades == {name: held[name] for name in grades}


def measured(**held):
    numbers = Parameters().replace({name.replace("__", "."): value for name, value in held.items()})
    return measure(build(numbers, 5000, 10_000, 1), numbers)


def test_what_is_closed_by_a_residual_stays_when_a_number_moves_and_what_is_emergent_follows_it():
    """A tenth more value added in the largest cluster:
    the city's GDP and taxes are closed to the facts, its parts are not.
    """
    plain, moved = (
        measured(),
        measured(high_end_equipment__value_added_ratio=1.1 * Parameters()["high_end_equipment.value_added_ratio"]),
    )
    kinds = {row["fact"]: row["kind"] for row in CHANGZHOU.facts}
    closed = {
        fact
        for fact, kind in kinds.items()
        if kind in ("closed", "input") and fact in plain and plain[fact] == pytest.approx(moved[fact], rel=1e-9)
    }
    assert {"gdp", "tax", "budget_revenue", "output_high_end_equipment", "energy_share_steel"} <= closed
    for fact in ("manufacturing_share", "manufacturing_tax_share"):
        assert kinds[fact] == "emergent" and moved[fact] > 1.02 * plain[fact], fact


def compared():
    """Rows of both tables that are compared with the model."""
    return [
        (f"{name}.csv: {row[column]}", row)
        for name, column in (("facts", "fact"), ("flows", "flow"))
        for row in getattr(CHANGZHOU, name)
    ]


def test_every_row_has_a_known_kind_and_says_the_same_in_both_languages():
    assert {row["kind"] for _, row in compared()} == set(KINDS)
    for name, row in compared():
        assert all(row[word] for word in ("meaning", "meaning_zh", "unit", "unit_zh", "source")), name
        assert bool(row["note"]) == bool(row["note_zh"]), name
        assert figures(row["note"]) == figures(row["note_zh"]), name


def figures(text):
    """Figures of a note; commas of thousands and small counts, which a language may spell, are left out."""
    return {number.replace(",", "") for number in re.findall(r"\d[\d,]*(?:\.\d+)?", text)} - {str(n) for n in range(11)}


def test_a_row_that_a_number_is_set_to_meet_names_it_and_is_never_called_emergent():
    set_by = {}
    for name, row in compared():
        assert (row["kind"] == "calibrated") == bool(row["set_by"]), name
        if row["set_by"]:
            set_by.setdefault(row["set_by"], []).append(name)
    for number in set_by:  # either said in so many words, or computed from what the row holds
        assert "set so that" in table()[number].meaning or table()[number].grade == "derived", number
    assert {name for name, number in table().items() if "set so that" in number.meaning} <= set(set_by)
    assert set_by["cost_noise"] == ["facts.csv: loss_making", "flows.csv: loss_making_share"]


def test_the_share_of_losses_answers_to_the_number_that_is_set_for_it():
    share = [
        measure(build(Parameters().replace({"cost_noise": noise}), 500, 1000, 1), Parameters())["loss_making"]
        for noise in (0.0175, 0.0245, 0.0315)
    ]
    assert share[0] < share[1] - 0.01 < share[2] - 0.02, share


def test_the_screen_tells_each_row_in_both_languages_and_what_its_kind_means():
    rows = check_facts(CHANGZHOU, 1)
    text = "\n".join(describe_facts(rows, CHANGZHOU))
    for row in rows:
        assert row.meaning in text and f"{row.meaning_zh}，{row.unit_zh}" in text, row.fact
    assert all(english in text and chinese in text for english, chinese in KINDS.values())
    assert all(f"{grade}: " in text and f"{grade}：" in text for grade in GRADES)
    assert "set by cost_noise" in text and "由cost_noise设定" in text


def test_every_number_has_a_grade_a_unit_a_known_source_and_both_meanings():
    known = {row["source"] for row in CHANGZHOU.sources}
    for number in table().values():
        assert number.grade in GRADES and number.unit and number.meaning and number.meaning_zh, number.name
        for source in number.source.split("; "):
            assert source.split(" ")[0] in known, f"{number.name}: {source}"


def test_a_drawn_number_stays_in_its_range_and_a_sourced_point_is_never_drawn():
    drawn = Parameters().draw(7)
    for name, number in table().items():
        assert number.low <= drawn[name] <= number.high
    assert drawn.gdp_2021 == 880_760
    assert drawn != Parameters().draw(8)


def test_the_triangular_draw_peaks_at_the_value_by_hand():
    number = table()["local_rivalry"]  # 0, 0.15, 0.30: a quarter of the mass lies below 0.1061
    assert number.quantile(0.5) == pytest.approx(0.15)
    assert number.quantile(0.25) == pytest.approx((0.25 * 0.30 * 0.15) ** 0.5)
