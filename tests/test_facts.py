"""The starting state matches the published facts of 2021."""

import pytest

from sim.inputs import read
from sim.parameters import GRADES, Parameters, table
from sim.report.facts import check_facts


@pytest.mark.parametrize("seed", range(1, 21))
def test_no_fact_fails_and_every_warning_says_why(seed):
    rows = check_facts(seed)
    assert [r.fact for r in rows if r.status == "FAIL"] == []
    assert [r.fact for r in rows if r.status == "WARN" and not r.note] == []


def test_emergent_rows_are_not_met_by_construction():
    values = [{r.fact: r.model for r in check_facts(seed) if r.kind == "emergent"} for seed in (1, 2)]
    assert all(values[0][fact] != values[1][fact] for fact in ("loss_making", "manufacturing_share", "research_share"))


def test_every_number_has_a_grade_a_unit_a_known_source_and_both_meanings():
    known = {row["source"] for row in read("sources")}
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
