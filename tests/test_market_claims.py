"""Who sells what with and without an energy limit, worked by hand."""

import numpy as np
import pytest

from sim.behaviours import market
from tests.hand import by_cluster, firms_with, quarter

NUMBERS = {"utilisation_limit": 0.9, "target_utilisation": 0.75, "local_rivalry": 0.5, "leakage_share": 0.6}
REACH = {
    "technology": {"capital_output": by_cluster(0.3, 0.6)}
}  # capacity: capital x 1.2 / (4 x 0.3) = capital; half of it in the second cluster


def wanted(**columns):
    firms = firms_with(**columns)
    market.want(firms, quarter(**REACH, **NUMBERS))
    return firms.wanted_output


def test_each_makes_the_least_of_orders_and_capacity_and_rivals_take_over_a_share():
    # first cluster: 8 missing, room 2 and 14: half of 8 over 16; second cluster: 5 missing, room 1: all of the room
    # and no more
    found = wanted(orders=[10.0, 3.0, 6.0, 10.0, 4.0, 0.0], capital=[2.0, 5.0, 20.0, 10.0, 10.0, 0.0])
    np.testing.assert_allclose(found[:6], [2.0, 3.5, 9.5, 5.0, 5.0, 0.0])


def test_without_room_or_without_want_nothing_is_taken_over():
    np.testing.assert_allclose(wanted(orders=[10.0, 3.0], capital=[2.0, 3.0])[:3], [2.0, 3.0, 0.0])
    np.testing.assert_allclose(wanted(orders=[2.0, 3.0], capital=[5.0, 30.0])[:3], [2.0, 3.0, 0.0])


def test_half_an_order_is_taken_over_too():
    np.testing.assert_allclose(wanted(orders=[2.5, 3.0], capital=[2.0, 5.0])[:2], [2.0, 3.25])


def test_closed_firms_neither_miss_nor_take_orders():
    found = wanted(
        orders=[10.0, 3.0, 0.0], capital=[2.0, 100.0, 8.0], active=[True, False, True], wanted_output=[0.0, 77.0, 0.0]
    )
    np.testing.assert_allclose(found[:3], [2.0, 77.0, 4.0])


def sold(**columns):
    firms = firms_with(**columns)
    market.sell(firms, quarter(outside={"season": 0.5}, **NUMBERS))
    return firms


def names(firms, *rows):
    return [
        tuple(
            round(float(getattr(firms, name)[i]), 9)
            for name in ("output", "output_lost", "output_leaked", "energy_use")
        )
        for i in rows
    ]


def test_a_quota_cuts_output_and_a_share_of_the_loss_leaks_as_far_as_plants_outside_have_room():
    # quota 300 at 5 a unit: 60 of 100; 0.6 x 40 leaks where there is room of 50 - 20 x 0.5; with 20 - 10 only 10
    firms = sold(
        wanted_output=[100.0, 100.0, 100.0],
        energy_intensity=[5.0, 5.0, 5.0],
        energy_quota=[300.0, 300.0, 300.0],
        outside_capacity=[50.0, 20.0, 5.0],
        outside_demand=[20.0, 20.0, 20.0],
    )
    assert names(firms, 0, 1, 2) == [(60.0, 40.0, 24.0, 300.0), (60.0, 40.0, 10.0, 300.0), (60.0, 40.0, 0.0, 300.0)]


def test_members_of_a_group_share_its_room():
    firms = sold(
        wanted_output=[100.0, 100.0, 100.0],
        energy_intensity=5.0,
        energy_quota=300.0,
        outside_capacity=[30.0],
        group=[0, 0, 2],
    )
    assert names(firms, 0, 1, 2) == [(60.0, 40.0, 24.0, 300.0), (60.0, 40.0, 6.0, 300.0), (60.0, 40.0, 0.0, 300.0)]


def test_a_quota_that_is_enough_cuts_nothing_and_old_cuts_are_forgotten():
    firms = sold(
        wanted_output=[100.0, 100.0],
        energy_intensity=5.0,
        energy_quota=[500.0, 501.0],
        output_lost=[9.0, 9.0],
        output_leaked=[8.0, 8.0],
        outside_capacity=99.0,
    )
    assert names(firms, 0, 1) == [(100.0, 0.0, 0.0, 500.0), (100.0, 0.0, 0.0, 500.0)]


def test_a_quota_of_just_what_is_wanted_loses_nothing_by_rounding():
    firms = sold(
        wanted_output=[0.1], energy_intensity=3.0, energy_quota=[0.1 * 3.0]
    )  # 0.1 x 3 / 3 is a little more than 0.1
    assert (firms.output[0], firms.output_lost[0]) == (0.1, 0.0)


@pytest.mark.parametrize("closed", [0, 1])
def test_closed_firms_sell_nothing(closed):
    firms = sold(
        wanted_output=[100.0, 100.0], energy_intensity=5.0, energy_quota=1e9, active=[closed != 0, closed != 1]
    )
    assert names(firms, closed, 1 - closed) == [(0.0, 0.0, 0.0, 0.0), (100.0, 0.0, 0.0, 500.0)]
