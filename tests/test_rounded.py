"""A screen and a page end in the same digit: one place rounds, from what both hold."""

import io
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.experiments.files import csv_bytes
from sim.report.quoted import level, number
from sim.tables.catalogue import outcomes
from sim.tables.rounded import fixed, percent

READ = Path(sim.__file__).parent


def in_a_table(value):
    """Return a number as a page finds it in the table that was written."""
    return float(pd.read_csv(io.BytesIO(csv_bytes(pd.DataFrame({"x": [value]}))))["x"].iloc[0])


# halves of the last digit shown, with the noise that sums leave behind them, and any number
HALVES = st.builds(
    lambda whole, tens, noise: (whole + 0.5) * 10.0**tens * (1.0 + noise * 1e-15),
    st.integers(-99_999, 99_999),
    st.integers(-5, 3),
    st.integers(-40, 40),
)


@given(HALVES | st.floats(-1e9, 1e9), st.sampled_from(["gdp", "energy_use", "above_scale_firms"]))
def test_what_is_at_hand_and_what_a_table_holds_are_told_alike(value, name):
    there, known = in_a_table(value), outcomes()[name]
    assert number(value) == number(there) and number(value, signed=True) == number(there, signed=True)
    assert level(known, value) == level(known, there)
    assert percent(value, 1) == percent(there, 1)


@pytest.mark.parametrize(
    ("value", "digits", "told"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (0.125, 2, "0.13"),
        (1234.5, 0, "1,235"),
        (-0.04, 1, "0.0"),
        (2.4999999999, 0, "3"),
    ],
)
def test_a_half_goes_away_from_zero_and_nought_has_no_sign(value, digits, told):
    assert fixed(value, digits) == told


def test_what_cannot_be_rounded_is_told_as_it_is():
    assert fixed(float("nan"), 0) == "nan" and fixed(float("inf"), 2) == "inf" and percent(1.0) == "100%"
    assert fixed(1.7e308, 0).startswith("170,000,000,000")


@pytest.mark.parametrize("room", ["report", "pages"])
def test_no_share_is_rounded_by_another_rule(room):
    found = {
        path.name: held
        for path in (READ / room).rglob("*.py")
        if (held := re.findall(r":[+,]*\.[0-9]%\}", path.read_text(encoding="utf-8")))
    }
    assert found == {}
