"""Where too few worlds differ for a mean, a screen counts them."""

import math
from types import SimpleNamespace

import pytest

from sim.report.quoted import changed
from sim.report.seldom import seldom
from sim.tables.catalogue import outcomes


@pytest.mark.parametrize(
    ("above", "below", "english", "chinese"),
    [
        (0.0, 0.0, "0 of 30 worlds differ, so at most 9.5 % of all do", "30个世界均无差别，有差别的世界至多占9.5%"),
        (
            0.1,
            0.0,
            "higher in 3 of 30 worlds (2.1 to 26.5 % of all, 95 % interval), lower in 0 (at most 9.5 %",
            "0个较低（至多占9.5%",
        ),
        (1.0, 0.0, "higher in 30 of 30 worlds (at least 90.5 % of all", "30个较高（至少占90.5%"),
    ],
)
def test_where_too_few_worlds_differ_they_are_counted_and_none_is_not_nought_for_sure(above, below, english, chinese):
    row = SimpleNamespace(above_zero=above, below_zero=below)
    told = seldom(row, math.nan, 30)
    assert english in told[0] and chinese in told[1]
    assert changed(outcomes()["first_sets"], row, (math.nan,) * 3, 30) == " ".join(told)


def test_one_world_and_what_is_not_defined_are_not_counted():
    known = SimpleNamespace(above_zero=0.0, below_zero=0.0)
    assert seldom(known, math.nan, 1) is None and seldom(known, 0.0, 30) is None
    assert seldom(SimpleNamespace(above_zero=math.nan, below_zero=math.nan), math.nan, 30) is None
