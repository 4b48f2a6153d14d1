"""What firms near a line pull forward or book at the end of a year, worked by hand."""

import numpy as np
import pytest

from sim.behaviours import thresholds
from sim.firms.table import PRIVATE, STATE
from sim.treasury.terms import Terms
from tests.hand import by_cluster, firms_with, quarter

NUMBERS = {
    "pull_limit": 0.25,
    "trading_credible_share": 0.25,
    "pull_cost": 0.02,
    "trading_cost": 0.03,
    "safety_margin": 0.05,
}
FAR = np.full(4, 1e9)


def reached(firms, benefits, label="2023Q4", lines=FAR, **numbers):
    terms = Terms(firms.rows)
    for name, values in benefits.items():
        terms.add(name, np.array([*values, *[0.0] * (firms.rows - len(values))]) if np.ndim(values) else values)
    setting = quarter(label, outside={"output_price": by_cluster(2.0, 4.0)}, terms=terms, **(NUMBERS | numbers))
    thresholds.reach(firms, setting, np.array(lines))
    return firms


def near(*revenue, **columns):
    """Firms with a year's revenue so far, each its own group; what they sell in the quarter is in `output`, at a price
    of 2 (row 3 on: 4).
    """
    return firms_with(year_revenue=list(revenue), **columns)


def moved(firms, rows=6):
    """(pulled forward, booked, cost) of the first rows."""
    return [
        tuple(
            round(float(getattr(firms, name)[i]), 9) for name in ("pulled_forward", "booked_trading", "threshold_cost")
        )
        for i in range(rows)
    ]


NOTHING = (0.0, 0.0, 0.0)


def test_a_firm_pulls_the_gap_forward_if_that_costs_less_than_what_it_brings():
    # 9,600 with this quarter's sales: 400 short, which costs 8
    firms = near(9_400.0, 9_400.0, 9_400.0, 9_200.0, output=[100.0, 100.0, 100.0, 100.0])
    reached(firms, {"group_tier_10bn": [8.01, 8.0, 0.0, 100.0]})
    assert moved(firms, 4) == [(400.0, 0.0, 8.0), NOTHING, NOTHING, (400.0, 0.0, 8.0)]


def test_trade_is_booked_where_it_is_cheaper_or_revenue_forward_does_not_reach():
    for numbers, expected in (
        ({}, (400.0, 0.0, 8.0)),
        ({"pull_cost": 0.03}, (400.0, 0.0, 12.0)),
        ({"pull_cost": 0.04}, (0.0, 400.0, 12.0)),
        ({"pull_limit": 0.04}, (0.0, 400.0, 12.0)),
        ({"trading_credible_share": 0.04, "pull_cost": 0.04}, (400.0, 0.0, 16.0)),
        ({"pull_limit": 0.04, "trading_credible_share": 0.04}, NOTHING),
    ):
        assert moved(reached(near(9_600.0), {"group_tier_10bn": [100.0]}, **numbers), 1) == [expected], numbers
    assert moved(reached(near(9_600.0), {"group_tier_10bn": [12.0]}, pull_limit=0.04), 1) == [
        NOTHING
    ]  # as dear as it is worth
    assert moved(reached(near(9_600.0), {"group_tier_10bn": [11.0]}, pull_limit=0.04), 1) == [NOTHING]


def test_the_limit_is_a_share_of_the_years_revenue_and_may_be_used_whole():
    # a quarter of 8,000 is just what is missing; of 7,999 it is not
    assert moved(reached(near(8_000.0, 7_999.0), {"group_tier_10bn": 1e6}, trading_credible_share=0.0), 2) == [
        (2_000.0, 0.0, 40.0),
        NOTHING,
    ]
    assert moved(reached(near(8_000.0, 7_999.0), {"group_tier_10bn": 1e6}, pull_limit=0.0), 2) == [
        (0.0, 2_000.0, 60.0),
        NOTHING,
    ]


def test_who_has_met_the_line_or_crossed_it_before_does_nothing():
    firms = near(10_000.0, 12_000.0, 9_600.0, 9_600.0, group_highest_tier=[0, 0, 1, 0])
    assert moved(reached(firms, {"group_tier_10bn": 1e6}), 4) == [NOTHING, NOTHING, NOTHING, (400.0, 0.0, 8.0)]


def test_the_second_and_the_third_line_are_open_until_they_are_crossed():
    firms = near(48_000.0, 48_000.0, 96_000.0, 96_000.0, group_highest_tier=[1, 2, 2, 3])
    benefits = {"group_tier_10bn": 1e6, "group_tier_50bn": 1e6, "group_tier_100bn": 1e6}
    assert moved(reached(firms, benefits), 4) == [(2_000.0, 0.0, 40.0), NOTHING, (4_000.0, 0.0, 80.0), NOTHING]


def test_without_an_announcement_nobody_moves():
    assert moved(reached(near(9_600.0), {}), 1) == [NOTHING]


def test_only_heads_of_groups_led_from_here_that_are_in_business_move():
    firms = near(
        9_600.0,
        9_600.0,
        9_600.0,
        9_600.0,
        leads=[False, True, True, True],
        active=[True, False, True, True],
        local_headquarters=[True, True, False, True],
    )
    assert moved(reached(firms, {"group_tier_10bn": 1e6}), 4) == [NOTHING, NOTHING, NOTHING, (400.0, 0.0, 8.0)]


def test_a_group_counts_what_its_members_sold():
    firms = near(5_000.0, 4_000.0, output=[100.0, 200.0], leads=[True, False], group=[0, 0])
    assert moved(reached(firms, {"group_tier_10bn": 1e6}), 2) == [(400.0, 0.0, 8.0), NOTHING]  # 9,600 together


# lists


def test_a_list_is_aimed_at_with_a_margin():
    # 4,000 and 5 %: 4,200; 200 short
    firms = near(4_000.0, 4_000.0, 4_200.0, lists_ever=[0, 8, 0])
    reached(firms, {"private_500": 1e6}, lines=[1e9, 1e9, 1e9, 4_000.0])
    assert moved(firms, 3) == [(200.0, 0.0, 4.0), NOTHING, NOTHING]


@pytest.mark.parametrize(
    ("bit", "name"), list(enumerate(("world_500", "china_500", "manufacturing_500", "private_500")))
)
def test_each_list_reads_its_own_line_and_its_own_bit(bit, name):
    lines = FAR.copy()
    lines[bit] = 4_000.0
    firms = near(4_000.0, 4_000.0, 4_000.0, lists_ever=[0, 1 << bit, 15 - (1 << bit)])
    reached(firms, {name: [1e6, 1e6, 1e6]}, lines=lines)
    assert moved(firms, 3) == [(200.0, 0.0, 4.0), NOTHING, (200.0, 0.0, 4.0)]
    assert moved(reached(near(4_000.0), {name: [4.0]}, lines=lines), 1) == [NOTHING]


def test_a_group_weighs_the_award_with_the_chance_that_the_list_knows_and_admits_it():
    """200 short, which costs 4: an award of 6 pays with a chance of 0.9 or 0.7, of 5 with 0.9, and not with a half; a
    listed one is sure.
    """
    line = [4_000.0, 4_000.0, 1e9, 4_000.0]
    known = {
        "discloses": 0,
        "lists_met": [0, 0b11],
        "listed": [0, 0, 1],
        "ownership": [PRIVATE, PRIVATE, PRIVATE, STATE],
    }
    # World 500: 0.6 at first, 0.9 later, by rule; China 500: 0.5 and 0.7; the private list admits no state firm
    for name, award, moves in (
        ("world_500", 6.0, (0, 1, 1, 1)),
        ("world_500", 7.0, (1, 1, 1, 1)),
        ("china_500", 6.0, (0, 1, 1, 1)),
        ("china_500", 5.0, (0, 0, 1, 1)),
        ("private_500", 5.0, (0, 0, 1, 0)),
    ):
        found = moved(reached(near(*[4_000.0] * 4, **known), {name: award}, lines=line), 4)
        assert found == [(200.0, 0.0, 4.0) if move else NOTHING for move in moves], (name, award)


def test_what_was_moved_for_one_line_counts_for_the_next():
    # 300 for the list at 9,900 x 1.05 = 10,395 after 400 for the tier: 10,000 + 395
    firms = reached(near(9_600.0), {"group_tier_10bn": 1e6, "china_500": 1e6}, lines=[1e9, 9_900.0, 1e9, 1e9])
    assert moved(firms, 1) == [(795.0, 0.0, 15.9)]


def test_a_limit_that_the_first_line_has_used_is_used_for_the_second():
    # 5 % of 9,600 is 480: 400 for the tier leaves 80, and the list asks for 395 more, which is booked within its own
    # 480
    firms = reached(
        near(9_600.0),
        {"group_tier_10bn": 1e6, "china_500": 1e6},
        lines=[1e9, 9_900.0, 1e9, 1e9],
        pull_limit=0.05,
        trading_credible_share=0.05,
    )
    assert moved(firms, 1) == [(400.0, 395.0, 8.0 + 11.85)]
    dear = {"pull_cost": 0.5, "pull_limit": 0.05, "trading_credible_share": 0.05}
    firms = reached(near(9_600.0), {"group_tier_10bn": 1e6, "china_500": 1e6}, lines=[1e9, 9_900.0, 1e9, 1e9], **dear)
    assert moved(firms, 1) == [(395.0, 400.0, 12.0 + 197.5)]


# establishments


def test_establishments_have_their_own_lines_and_their_own_revenue():
    firms = near(
        9_600.0, 48_000.0, 9_200.0, output=[0.0, 0.0, 200.0], highest_tier=[0, 1, 0], group_highest_tier=[3, 3, 3]
    )
    firms.year_group_extra[:3] = 50_000.0  # of the group, not of the establishment
    reached(firms, {"establishment_tier_10bn": 1e6, "establishment_tier_50bn": 1e6})
    assert moved(firms, 3) == [(400.0, 0.0, 8.0), (2_000.0, 0.0, 40.0), (400.0, 0.0, 8.0)]
    crossed = near(9_600.0, 48_000.0, highest_tier=[1, 2])
    assert moved(reached(crossed, {"establishment_tier_10bn": 1e6, "establishment_tier_50bn": 1e6}), 2) == [
        NOTHING,
        NOTHING,
    ]


def test_an_establishment_reaches_as_far_as_its_limit():
    firms = near(8_000.0, 7_999.0)
    assert moved(reached(firms, {"establishment_tier_10bn": 1e6}), 2) == [(2_000.0, 0.0, 40.0), NOTHING]


def test_an_establishment_near_a_line_reaches_it_whatever_its_group_reports():
    firms = near(9_600.0, pulled_back=[5_000.0])
    assert moved(reached(firms, {"establishment_tier_10bn": 1e6}), 1) == [(400.0, 0.0, 8.0)]


def test_half_a_million_yuan_is_a_gap_too():
    assert moved(reached(near(9_999.5), {"group_tier_10bn": 1e6}), 1) == [(0.5, 0.0, 0.01)]


# the turn of the year


def test_in_the_second_quarter_what_was_pulled_forward_is_missing_and_the_books_are_open_again():
    firms = near(0.0, pulled_forward=[400.0], booked_trading=[70.0], threshold_cost=[9.0], pulled_back=[11.0])
    reached(firms, {}, "2024Q1")
    assert moved(firms, 1) == [(400.0, 70.0, 0.0)] and firms.pulled_back[0] == 11.0
    reached(firms, {}, "2024Q2")
    assert moved(firms, 1) == [NOTHING] and firms.pulled_back[0] == 400.0
    reached(firms, {}, "2024Q3")
    assert firms.pulled_back[0] == 400.0


@pytest.mark.parametrize("label", ["2023Q1", "2023Q2", "2023Q3"])
def test_nobody_moves_before_the_end_of_the_year(label):
    assert moved(reached(near(9_600.0, threshold_cost=[5.0]), {"group_tier_10bn": 1e6}, label), 1) == [NOTHING]
