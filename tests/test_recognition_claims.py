"""The year is closed, tiers, the above-scale line and lists are judged: worked by hand."""

import numpy as np
import pytest

from sim.behaviours.recognition import recognise
from sim.calendar.quarter import Quarter
from sim.tables.milestones import LISTS, PRICE_BOOM, PULLED_FORWARD, REAL, RELABELLED
from tests.hand import firms_with, quarter

FAR = np.full(4, 1e9)


def judged(firms, label="2023Q1", lines=FAR):
    return recognise(
        firms,
        quarter(label, seed=5, fortune_disclosure_first=0.5, voluntary_disclosure_first=0.5),
        np.array(lines, dtype=float),
    )


def events(found, kind, unit=None):
    """[(row, first, class)] of all events of a kind."""
    chosen = [e for e in found if e.kind == kind and unit in (None, e.unit)]
    return [(int(e.rows[i]), bool(e.first[i]), int(e.how[i])) for e in chosen for i in range(e.rows.size)]


# the close of the year


def test_the_year_is_closed_in_the_fourth_quarter():
    firms = firms_with(
        year_revenue=[100.0, 40.0],
        year_profit=[10.0],
        year_local_tax=[6.0, 3.0],
        last_local_tax=[4.0, 5.0],
        year_group_extra=[20.0],
        pulled_forward=[7.0],
        pulled_back=[3.0],
        booked_trading=[2.0],
        year_real=[90.0, 30.0],
        group=[0, 0],
    )
    firms.leads[1] = False
    assert judged(firms, "2023Q4") == []
    assert firms.last_revenue[:2].tolist() == [100.0, 40.0]
    assert firms.last_profit[0] == 10.0
    assert firms.last_local_tax[:2].tolist() == [6.0, 3.0]
    assert firms.local_tax_rise[:2].tolist() == [2.0, 0.0]
    assert firms.reported_revenue[:2].tolist() == [166.0, 0.0]  # 100 + 20 + 7 - 3 + 2 and the member's 40
    assert firms.real_revenue[:2].tolist() == [120.0, 0.0]


@pytest.mark.parametrize("label", ["2023Q1", "2023Q2", "2023Q3"])
def test_it_is_closed_in_no_other_quarter(label):
    firms = firms_with(year_revenue=100.0, year_profit=10.0, year_local_tax=6.0, year_real=90.0)
    judged(firms, label)
    for name in ("last_revenue", "last_profit", "last_local_tax", "local_tax_rise", "reported_revenue", "real_revenue"):
        assert not getattr(firms, name).any(), name


def test_nothing_is_judged_in_the_second_quarter_nor_in_the_fourth():
    for label in ("2023Q2", "2023Q4"):
        firms = firms_with(
            reported_revenue=2e6, real_revenue=2e6, last_revenue=2e6, year_revenue=2e6, above_scale=False
        )
        assert judged(firms, label, [1.0] * 4) == []
        assert not firms.above_scale.any() and not firms.lists_met.any() and not firms.group_highest_tier.any()


# tiers of groups


def large(*revenue, **columns):
    """Groups that reported a revenue, as large at prices of 2021 unless columns say otherwise."""
    firms = firms_with(reported_revenue=list(revenue), real_revenue=list(revenue))
    for name, values in columns.items():
        getattr(firms, name)[: len(values)] = values
    return firms


def test_a_tier_is_crossed_at_its_line_by_groups_led_from_here_in_business():
    firms = large(
        10_000.0,
        9_999.0,
        10_000.0,
        10_000.0,
        10_000.0,
        leads=[True, True, False],
        active=[True, True, True, False],
        local_headquarters=[True] * 4 + [False],
    )
    found = judged(firms)
    assert events(found, "tier_10bn", "group") == [(0, True, REAL)]
    assert firms.group_highest_tier[:5].tolist() == firms.group_highest_real_tier[:5].tolist() == [1, 0, 0, 0, 0]


def test_a_leap_over_three_lines_is_three_events_of_the_year_before():
    firms = large(50_000.0, 100_000.0)
    found = judged(firms, "2023Q1")
    assert [events(found, f"tier_{n}bn", "group") for n in (10, 50, 100)] == [
        [(0, True, REAL), (1, True, REAL)],
        [(0, True, REAL), (1, True, REAL)],
        [(1, True, REAL)],
    ]
    assert firms.group_highest_tier[:2].tolist() == [2, 3]
    assert {(str(e.quarter), e.year) for e in found} == {("2023Q1", 2022)}


def test_what_was_crossed_before_is_not_crossed_again():
    firms = large(60_000.0, 60_000.0, 60_000.0, group_highest_tier=[1, 2, 2], group_highest_real_tier=[1, 2, 1])
    found = judged(firms)
    assert events(found, "tier_10bn", "group") == []
    assert events(found, "tier_50bn", "group") == [(0, True, REAL), (2, False, REAL)]  # the third on paper before
    assert firms.group_highest_real_tier[:3].tolist() == [2, 2, 2]


def test_a_crossing_is_real_price_made_pulled_or_relabelled_in_this_order():
    firms = large(
        10_000.0,
        10_000.0,
        10_000.0,
        10_000.0,
        10_000.0,
        real_revenue=[10_000.0, 9_999.0, 9_000.0, 9_000.0, 9_000.0],
        pulled_forward=[0.0, 0.0, 500.0, 300.0, 0.0],
        booked_trading=[0.0, 0.0, 0.0, 200.0, 500.0],
    )
    found = judged(firms)
    assert events(found, "tier_10bn", "group") == [
        (0, True, REAL),
        (1, True, PRICE_BOOM),
        (2, True, PULLED_FORWARD),
        (3, True, RELABELLED),
        (4, True, RELABELLED),
    ]
    assert firms.group_highest_tier[:5].tolist() == [1] * 5
    assert firms.group_highest_real_tier[:5].tolist() == [1, 0, 0, 0, 0]


def test_what_members_pulled_and_booked_counts_for_their_group():
    firms = large(
        10_400.0,
        real_revenue=[9_900.0],
        group=[0, 0],
        leads=[True, False],
        pulled_forward=[100.0, 200.0],
        booked_trading=[0.0, 50.0],
    )
    assert events(judged(firms), "tier_10bn", "group") == [(0, True, PRICE_BOOM)]  # 10,050 of its own
    firms = large(
        10_300.0,
        real_revenue=[9_900.0],
        group=[0, 0],
        leads=[True, False],
        pulled_forward=[100.0, 200.0],
        booked_trading=[0.0, 50.0],
    )
    assert events(judged(firms), "tier_10bn", "group") == [(0, True, PULLED_FORWARD)]  # 9,950, and 300 pulled


# tiers of establishments


def test_an_establishment_is_judged_by_its_own_revenue_less_what_was_pulled_into_the_year_before():
    firms = firms_with(
        last_revenue=[10_000.0, 10_000.0, 9_700.0, 9_700.0, 10_300.0, 10_000.0, 10_000.0],
        pulled_back=[0.0, 1.0, 0.0, 0.0, 400.0],
        pulled_forward=[0.0, 0.0, 300.0, 100.0, 100.0],
        booked_trading=[0.0, 0.0, 0.0, 200.0],
        active=[True] * 5 + [False],
        local_headquarters=[True] * 6 + [False],
        reported_revenue=8_000.0,
        real_revenue=[10_000.0, 10_000.0, 9_700.0, 9_700.0, 10_300.0],
    )
    found = judged(firms)
    assert events(found, "tier_10bn", "establishment") == [
        (0, True, REAL),
        (2, True, PULLED_FORWARD),
        (3, True, RELABELLED),
        (4, True, PULLED_FORWARD),
    ]
    assert firms.highest_tier[:7].tolist() == [1, 0, 1, 1, 1, 0, 0]
    assert firms.highest_real_tier[:7].tolist() == [1, 0, 0, 0, 0, 0, 0]
    assert events(found, "tier_10bn", "group") == []


def test_prices_of_an_establishment_are_those_of_its_group():
    # the group sold 40,000, at prices of 2021 38,000: of 10,400 that is 9,880, of 10,600 it is 10,070
    firms = firms_with(
        last_revenue=[10_400.0, 10_600.0],
        group=[2, 2],
        reported_revenue=[0.0, 0.0, 40_000.0],
        real_revenue=[0.0, 0.0, 38_000.0],
    )
    assert events(judged(firms), "tier_10bn", "establishment") == [(0, True, PRICE_BOOM), (1, True, REAL)]
    # where the group reports less than the establishment sold, prices are those of the larger figure
    firms = firms_with(last_revenue=[12_000.0], reported_revenue=[5_000.0], real_revenue=[9_900.0])
    assert events(judged(firms), "tier_10bn", "establishment") == [(0, True, PRICE_BOOM)]


# above scale


def test_the_line_of_twenty_million_promotes_and_demotes():
    firms = firms_with(
        last_revenue=[20.0, 19.99, 20.0, 20.0, 5.0],
        above_scale=[False, False, True, False, True],
        ever_above_scale=[False, False, True, True, True],
        active=True,
    )
    firms.last_revenue[5:], firms.above_scale[5:] = 0.0, False
    found = judged(firms, "2023Q1")
    assert events(found, "above_scale") == [(0, True, 0), (3, False, 0)]
    assert firms.above_scale[:5].tolist() == [True, False, True, True, False]
    assert firms.ever_above_scale[:6].tolist() == [True, False, True, True, True, False]
    (event,) = (e for e in found if e.kind == "above_scale")
    assert (event.unit, str(event.quarter), event.year) == ("establishment", "2023Q1", 2022)


def test_a_year_begun_late_is_counted_as_a_whole_one():
    # opened 2022Q1: three quarters and more; 2022Q2: two full ones after it; 2022Q4 and 2023Q1: at least one
    founded = [Quarter.read(label).number for label in ("2020Q1", "2021Q4", "2022Q1", "2022Q2", "2022Q3", "2022Q4")]
    least = [20.0, 20.0, 15.0, 10.0, 5.0, 5.0]
    firms = firms_with(last_revenue=least, founded=founded, above_scale=False)
    assert [row for row, _, _ in events(judged(firms, "2023Q1"), "above_scale")] == [0, 1, 2, 3, 4, 5]
    firms = firms_with(last_revenue=[0.99 * r for r in least], founded=founded, above_scale=False)
    assert events(judged(firms, "2023Q1"), "above_scale") == []


def test_closed_firms_are_not_above_scale():
    firms = firms_with(last_revenue=50.0, above_scale=False, active=[False])
    assert [row for row, _, _ in events(judged(firms), "above_scale")] == list(range(1, 30))
    assert not firms.above_scale[0]


# lists


def test_known_groups_at_a_line_enter_a_list_and_leave_it_below():
    firms = large(400.0, 399.0, 300.0, listed=[True, True, True], lists_now=[0, 1, 0], lists_ever=[0, 1, 8])
    found = judged(firms, "2023Q3", [400.0, 300.0, 300.0, 300.0])
    assert [events(found, name) for name in LISTS] == [
        [(0, True, 0)],
        [(0, True, 0), (1, True, 0), (2, True, 0)],
        [(0, True, 0), (1, True, 0), (2, True, 0)],
        [(0, True, 0), (1, True, 0), (2, False, 0)],
    ]
    assert firms.lists_now[:4].tolist() == [15, 14, 14, 0]
    assert firms.lists_ever[:4].tolist() == [15, 15, 14, 0]
    assert firms.lists_met[:4].tolist() == [15, 14, 14, 0]
    assert {(e.unit, str(e.quarter), e.year) for e in found} == {("group", "2023Q3", 2023)}


def test_who_stays_on_a_list_does_not_enter_it_and_who_returns_enters_again():
    firms = large(400.0, 400.0, listed=[True, True], lists_now=[1, 0], lists_ever=[1, 1])
    assert events(judged(firms, "2023Q3", [400.0, 1e9, 1e9, 1e9]), "world_500") == [(1, False, 0)]
    assert firms.lists_now[:2].tolist() == [1, 1]


def test_who_falls_below_every_line_is_on_no_list_but_was():
    firms = large(100.0, listed=[True], lists_now=[15], lists_ever=[15])
    assert judged(firms, "2023Q3", [400.0] * 4)[0].rows.size == 0
    assert (firms.lists_now[0], firms.lists_ever[0]) == (0, 15)


def test_a_group_unknown_to_a_list_has_met_its_line_but_is_not_on_it():
    firms = firms_with(reported_revenue=500.0)
    firms.discloses[:] = 0
    found = judged(firms, "2023Q3", [400.0, 1e9, 400.0, 1e9])
    assert (firms.lists_met == 0b101).all()
    world, made = (set(row for row, _, _ in events(found, name)) for name in ("world_500", "manufacturing_500"))
    assert 0 < len(world) < 30 and 0 < len(made) < 30 and world != made  # half of them, each list by its own luck
    assert set(np.flatnonzero(firms.discloses & 1)) == set(np.flatnonzero(firms.lists_now & 1)) == world
    assert set(np.flatnonzero(firms.discloses & 4)) == set(np.flatnonzero(firms.lists_ever & 4)) == made


def test_the_private_list_admits_private_groups_alone():
    firms = large(500.0, 500.0, listed=[True, True], ownership=[1, 0])
    found = judged(firms, "2023Q3", [400.0] * 4)
    assert events(found, "private_500") == [(1, True, 0)]
    assert firms.lists_met[:2].tolist() == [7, 15]
