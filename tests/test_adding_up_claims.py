"""How quarters become years and clusters the city, by hand: two clusters, four quarters."""

import dataclasses
import math

import numpy as np
import pytest

from sim.experiments.replicate import beyond
from sim.measure import adding_up
from sim.tables.catalogue import CITY, QUOTIENTS, listed, outcomes

PART = np.array([[1.0, 6.0], [2.0, 6.0], [3.0, 6.0], [4.0, 8.0]])  # a year: 10 and 26
WHOLE = np.array([[2.0, 3.0], [5.0, 3.0], [5.0, 3.0], [8.0, 4.0]])  # a year: 20 and 13
BY_HAND = [  # kind, period, by cluster, for the city
    ("flow", "of the year", [10.0, 26.0], 36.0),
    ("stock", "at the end", [4.0, 8.0], 12.0),
    ("count", "of the year", [10.0, 26.0], 36.0),
    ("count", "at the end", [4.0, 8.0], 12.0),
    ("ratio", "of the year", [0.5, 2.0], 36.0 / 33.0),  # neither 2.5, the sum, nor 1.25, the mean
    ("share", "at the end", [0.5, 2.0], 1.0),
    ("price", "at the end", [0.5, 2.0], 1.0),
]


@pytest.mark.parametrize(("kind", "period", "by_cluster", "city"), BY_HAND)
def test_clusters_become_the_city_as_the_kind_says_whatever_the_unit(kind, period, by_cluster, city, monkeypatch):
    quotient = kind in QUOTIENTS
    row = dataclasses.replace(
        outcomes()["gdp"],
        name="x",
        unit="tce",
        kind=kind,
        period=period,
        part="p" if quotient else "x",
        whole="w" if quotient else "",
    )
    monkeypatch.setattr(adding_up, "listed", lambda level: (row,))
    found = adding_up.Whole({"x": PART, "p": PART, "w": WHOLE}, {}, {"judged": np.zeros(1)})
    assert found.by_cluster()["x"].tolist() == [by_cluster]
    assert found.by_city()["x"].tolist() == [city]


def test_a_quarter_of_a_price_is_that_quarters_part_over_its_whole(monkeypatch):
    row = dataclasses.replace(outcomes()["energy_shadow_price"], part="p", whole="w")
    monkeypatch.setattr(adding_up, "listed", lambda level: (row,))
    found = adding_up.by_quarter({"p": PART, "w": WHOLE})["energy_shadow_price"]
    assert found[:2].tolist() == [[0.5, 2.0], [0.4, 2.0]]


def test_since_the_start_adds_years_up_and_a_quotient_without_a_whole_is_undefined():
    quarters = np.array([1.0, 0.0, 0.0, 1.0, 3.0, 0.0, 0.0, 0.0])
    assert adding_up.yearly("since the start", quarters).tolist() == [2.0, 5.0]
    assert adding_up.yearly("of the year", quarters).tolist() == [2.0, 3.0]
    assert adding_up.yearly("at the end", quarters).tolist() == [1.0, 0.0]
    found = adding_up.over(np.array([1.0, 0.0]), np.array([4.0, 0.0]))
    assert found[0] == 0.25 and math.isnan(found[1])


def test_a_run_without_a_whole_year_tells_every_outcome_of_its_own_world_for_no_year():
    found = adding_up.Whole({}, {}, {}).by_city()
    assert set(found) == {o.name for o in listed(CITY) if not o.against}
    assert "gdp" in found and "additional_gdp" not in found
    assert {values.size for values in found.values()} == {0}


def test_parts_that_are_measured_for_the_city_are_kept_as_sums_of_the_year_and_what_is_told_is_not_overwritten(
    monkeypatch,
):
    """A stock of 1, 2, 3, 4 that is told ends at 4; a part of others of 1, 2, 3, 4 makes 10;
    what is judged is what it is.
    """
    stock = dataclasses.replace(
        outcomes()["energy_cap"], name="stock", kind="stock", period="at the end", part="", less="", against=""
    )
    monkeypatch.setattr(adding_up, "listed", lambda level: (stock,))
    steps = np.array([1.0, 2.0, 3.0, 4.0])
    found = adding_up.Whole({}, {"stock": steps, "part": steps}, {"judged": np.array([7.0])}).by_city()
    assert {name: values.tolist() for name, values in found.items()} == {
        "judged": [7.0],
        "part": [10.0],
        "stock": [4.0],
    }


def test_what_is_made_of_one_thing_less_another_takes_the_other_away(monkeypatch):
    """1, 2, 3 and 4 less 2 in each quarter: 10 - 8."""
    row = dataclasses.replace(outcomes()["fund_not_taken_up"], name="x", part="p", less="l", whole="")
    monkeypatch.setattr(adding_up, "listed", lambda level: (row,))
    found = adding_up.Whole({}, {"p": np.array([1.0, 2.0, 3.0, 4.0]), "l": np.full(4, 2.0)}, {"judged": np.zeros(1)})
    assert found.by_city()["x"].tolist() == [2.0]


def test_what_is_beyond_a_twin_by_hand():
    here = {
        "gdp": np.array([10.0, 12.0]),
        "investment": np.array([5.0, 7.0]),
        "crossings_real": np.array([2.0, 3.0]),
        "fund_outlay": np.array([1.0, 1.0]),
    }
    twin = {"gdp": np.array([9.0, 13.0]), "investment": np.array([4.0, 3.0]), "crossings_real": np.array([1.0, 1.0])}
    hand = {
        "additional_gdp": [1.0, -1.0],
        "additional_investment": [1.0, 5.0],
        "additional_crossings": [1.0, 2.0],
        "fund_leverage_additional": [0.0, 1.5],
    }  # 1 and 5 yuan more invested, 1 and 2 of them public
    for name, values in hand.items():
        assert beyond(outcomes()[name], here, twin).tolist() == values, name
