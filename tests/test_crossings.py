"""A tier crossed on paper stays to be crossed in the workshops: two high-water marks, one award."""

from types import SimpleNamespace

import numpy as np

from sim.behaviours.recognition import recognise
from sim.calendar.quarter import Quarter
from sim.measure.outcomes import Recorder
from sim.policies.peak_climbing import PeakClimbing
from sim.setting import Setting
from sim.tables.milestones import PRICE_BOOM, PULLED_FORWARD, REAL, RELABELLED, TIERS
from sim.tables.parameters import Parameters
from tests.changzhou import COUNT
from tests.policy_bench import look, paid, plain_firms


def bench():
    firms = plain_firms()
    firms.leads[:] = True
    firms.last_revenue[:] = 1_000.0
    return firms


def year(firms, number, revenue, *, real=None, pulled=0.0, booked=0.0):
    """Judge the tiers of one year for firm 0, a group of its own;
    revenue is million yuan without what was pulled or booked.
    """
    firms.pulled_forward[0], firms.booked_trading[0], firms.last_revenue[0] = pulled, booked, revenue
    firms.reported_revenue[:] = firms.last_revenue + firms.pulled_forward + firms.booked_trading
    firms.real_revenue[:] = firms.last_revenue
    firms.real_revenue[0] = revenue if real is None else real
    setting = Setting(
        Quarter.of(number + 1, 1), None, None, Parameters(), None, 1, 0.0, np.zeros(COUNT), np.zeros(COUNT)
    )
    return [e for e in recognise(firms, setting, np.zeros(4)) if e.kind in TIERS]


def found(events, unit="group"):
    """[(tier, first ever, class)] of one unit."""
    return [(e.kind, bool(e.first[i]), int(e.how[i])) for e in events if e.unit == unit for i in range(e.rows.size)]


def counted(*years):
    recorder = Recorder(SimpleNamespace(firms=bench()), Quarter.of(2025, 4))
    for events in years:
        recorder._count_crossings(tuple(events))
    return recorder.crossings


def test_a_relabelled_crossing_is_paid_and_the_real_one_two_years_later_is_counted_but_not_paid_again():
    firms = bench()
    first = year(firms, 2022, 9_800.0, booked=300.0)
    assert found(first) == [("tier_10bn", True, RELABELLED)]
    assert paid(PeakClimbing().claim(look(firms, events=first))) == {0: 1.0}
    nothing = year(firms, 2023, 9_900.0)
    assert found(nothing) == []
    real = year(firms, 2024, 10_500.0)
    assert found(real) == [("tier_10bn", False, REAL)]
    assert paid(PeakClimbing().claim(look(firms, events=real))) == {}
    assert counted(first, nothing, real) == {"10bn": 1, "relabelled": 1, "real": 1}
    assert found(year(firms, 2025, 11_000.0)) == []  # once really, no more


def test_pulled_forward_and_price_made_crossings_leave_the_real_one_open_too():
    for how, paper in (
        (PULLED_FORWARD, {"revenue": 9_900.0, "pulled": 150.0}),
        (PRICE_BOOM, {"revenue": 10_100.0, "real": 9_700.0}),
    ):
        firms = bench()
        assert found(year(firms, 2022, **paper)) == [("tier_10bn", True, how)]
        assert found(year(firms, 2023, 10_600.0, real=10_050.0)) == [("tier_10bn", False, REAL)]


def test_a_real_crossing_is_one_event_and_is_over():
    firms = bench()
    assert found(year(firms, 2022, 10_200.0)) == [("tier_10bn", True, REAL)]
    assert found(year(firms, 2023, 9_000.0)) == []
    assert found(year(firms, 2024, 10_300.0)) == []


def test_paper_crossings_of_a_tier_already_crossed_are_no_events():
    firms = bench()
    year(firms, 2022, 9_800.0, booked=300.0)
    assert found(year(firms, 2023, 9_800.0, booked=300.0)) == []


def test_establishments_have_their_own_two_marks():
    firms = bench()
    assert found(year(firms, 2022, 9_800.0, booked=300.0), "establishment") == [("tier_10bn", True, RELABELLED)]
    assert found(year(firms, 2023, 10_500.0), "establishment") == [("tier_10bn", False, REAL)]
    assert firms.highest_tier[0] == firms.highest_real_tier[0] == 1


def test_under_no_repetition_a_later_real_crossing_of_a_low_tier_does_not_raise_the_award_of_a_high_one():
    firms = bench()
    year(firms, 2022, 9_900.0, booked=200.0)  # 10bn on paper, paid then
    both = year(firms, 2023, 60_000.0)  # 10bn and 50bn, both really
    assert found(both) == [("tier_10bn", False, REAL), ("tier_50bn", True, REAL)]
    assert paid(PeakClimbing(stacking="highest_only").claim(look(firms, events=both))) == {0: 1.5}  # (5 - 2) x 0.5
    assert paid(PeakClimbing().claim(look(firms, events=both))) == {0: 2.5}
