"""What large groups buy in the city, and what their suppliers make of it, worked by hand."""

import numpy as np
import pytest

from sim.experiments.replicate import worlds
from sim.measure.leaders import suppliers
from sim.tables.parameters import Parameters
from tests.changzhou import COUNT
from tests.conftest import small
from tests.hand import firms_with

NUMBERS = Parameters().replace({"local_purchase_share": 0.5})
BETWEEN = NUMBERS.city_tables.input_output.between
RATIO = np.array(NUMBERS.by_cluster("value_added_ratio")) * NUMBERS.value_added_scale


def found(**columns):
    told = suppliers(firms_with(**columns), NUMBERS)
    return told["leaders_local_purchases"], told["leaders_suppliers_value_added"]


def test_a_group_above_ten_billion_buys_what_its_works_need_and_a_smaller_one_is_not_counted():
    """The first sells 10,000 in the first cluster; half of its inputs are bought in the city."""
    bought, added = found(year_revenue=[10_000.0, 9_000.0], reported_revenue=[10_000.0, 9_999.0])
    assert bought == pytest.approx(0.5 * BETWEEN[:, 0].sum() * 10_000.0)
    assert added == pytest.approx(0.5 * (BETWEEN[:, 0] * RATIO).sum() * 10_000.0)


def test_members_buy_for_what_they_make_in_their_own_cluster_and_sales_elsewhere_buy_nothing_here():
    """Its member, row 3, makes 2,000 in the second cluster; of the group's 15,000 the rest is sold outside."""
    group = np.arange(30)
    group[3] = 0
    bought, _ = found(
        year_revenue=[1_000.0, 0.0, 0.0, 2_000.0],
        reported_revenue=[15_000.0],
        group=group.tolist(),
        leads=(group == np.arange(30)).tolist(),
    )
    assert bought == pytest.approx(0.5 * (BETWEEN[:, 0].sum() * 1_000.0 + BETWEEN[:, 1].sum() * 2_000.0))


@pytest.mark.parametrize("column", ["active", "local_headquarters"])
def test_groups_that_closed_or_are_led_from_elsewhere_are_no_leaders_of_the_city(column):
    assert found(year_revenue=[10_000.0], reported_revenue=[10_000.0], **{column: [False]}) == (0.0, 0.0)


def test_where_nothing_is_bought_in_the_city_leaders_pull_nobody():
    held = NUMBERS.replace({"local_purchase_share": 0.0})
    told = suppliers(firms_with(year_revenue=[10_000.0], reported_revenue=[10_000.0]), held)
    assert set(told.values()) == {0.0} and BETWEEN.shape == (COUNT, COUNT)


def test_more_demand_for_leaders_raises_what_their_suppliers_make_in_paired_worlds():
    base = small("no-policy", horizon__until="2023Q4")
    arms = {"more": base.with_changes({"outlook.demand_shift": 0.05}), "base": base}
    told = dict(worlds(arms, 3))
    name = "leaders_suppliers_value_added"
    assert told["more"].years[name][-1] > told["base"].years[name][-1] > 0.0
