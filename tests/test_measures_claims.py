"""What is measured of the firms, by hand, in amounts of which no two sums are alike: flows, moves, losses, lists,
titles and shares.
"""

from math import log

import numpy as np
import pytest

from sim import policies
from sim.calendar.quarter import Quarter
from sim.calendar.year import earned
from sim.city.city import CityTotals
from sim.measure import energy as of_energy
from sim.measure import measures
from sim.policies.policy_fund import PolicyFund
from sim.tables.milestones import APPLICATIONS, LISTS, TITLES, Kind
from sim.treasury.claims import AWARD, INVESTMENT, REST_OF_CITY, Basis, Claim, Spending
from sim.treasury.energy import KEY_USERS, EnergyBudget
from sim.treasury.events import reached
from sim.treasury.ledger import Envelope, Ledger
from sim.treasury.terms import Terms
from tests.hand import firms_with, quarter
from tests.policy_bench import event, look, plain_firms

WORLD, CHINA, MANUFACTURING, PRIVATE = (1 << bit for bit in range(len(LISTS)))


def with_cap(cap):
    terms = Terms(30)
    terms.set_energy(EnergyBudget(cap, np.ones(10), 400.0, False, KEY_USERS, 1.0))
    return quarter(terms=terms)


# flows


def test_investment_is_all_that_firms_spend_and_energy_is_valued_firm_by_firm():
    """Three firms of the first cluster, one of the second: 1 + 2 + 4 + 8 + 16 and 32; 3 x 5 + 7 x 11 and 13 x 17."""
    firms = firms_with(
        replacement=[1.0, 0.0, 16.0],
        expansion=[2.0],
        digital_spending=[0.0, 4.0],
        energy_saving_spending=[0.0, 8.0, 0.0, 32.0],
        energy_price_shadow=[3.0, 7.0, 0.0, 13.0],
        energy_use=[5.0, 11.0, 1.0, 17.0],
        energy_worth=[2.0, 3.0, 0.0, 4.0],
        output_lost=[6.0, 2.0, 0.0, 5.0],
        energy_intensity=[10.0, 20.0, 7.0, 30.0],
    )
    found = measures.cluster_flows(firms)
    assert found["investment"].tolist() == [31.0, 32.0] + [0.0] * 8
    assert found["energy_cut"].tolist() == [100.0, 150.0] + [0.0] * 8
    assert found["energy_cut_value"].tolist() == [240.0, 600.0] + [0.0] * 8  # 60 at 2 and 40 at 3; 150 at 4
    assert found["energy_value_lost"].tolist() == [92.0, 221.0] + [0.0] * 8
    assert found["energy_use"].tolist() == [17.0, 17.0] + [0.0] * 8


def test_firms_of_a_cluster_are_those_active_and_above_scale_firms_those_active_and_above_the_line():
    """Of three firms in each cluster one of the first is closed though still marked, and one of the second is below
    the line.
    """
    firms = firms_with(active=[False], above_scale=[True, True, True, False])
    found = measures.cluster_stocks(firms)
    assert found["firms"].tolist() == [2.0] + [3.0] * 9
    assert found["above_scale_firms"].tolist() == [2.0, 2.0] + [3.0] * 8


def test_energy_used_elsewhere_is_what_leaked_at_the_intensity_of_its_group():
    """2 at the 3 of group 0 and 4 at the 7 of group 5; nothing is counted without a cap."""
    firms = firms_with(
        output_leaked=[2.0, 0.0, 4.0],
        group=[0, 1, 5],
        outside_intensity=[3.0, 10.0, 10.0, 10.0, 10.0, 7.0],
        wanted_output=0.0,
    )
    assert of_energy.of_the_budget(firms, with_cap(50.0)) == {
        "energy_cap": 50.0,
        "energy_cap_value": 0.0,
        "energy_unreachable": 0.0,
        "energy_outside": 34.0,
    }
    free = of_energy.of_the_budget(firms, quarter())
    assert np.isnan(free.pop("energy_cap")) and np.isnan(free.pop("energy_cap_value"))
    assert free == {"energy_unreachable": 0.0, "energy_outside": 0.0}


@pytest.mark.parametrize(("beyond", "told"), [(6.0, 6.0), (1.5e-8, 1.5e-8), (1e-9 * 8.0, 0.0), (5e-9, 0.0)])
def test_use_beyond_a_cap_of_eight_is_told_where_it_is_more_than_rounding(beyond, told, monkeypatch):
    monkeypatch.setattr(of_energy.energy, "unreachable", lambda firms, budget: beyond)
    assert of_energy.of_the_budget(firms_with(), with_cap(8.0))["energy_unreachable"] == told


def test_money_of_the_quarter_is_awards_for_what_was_reached_stakes_and_other_support():
    """Awards 1 for a tier and, elsewhere in the city, 4; 2 for research and 3 for platforms; a fund 8, 2 another's."""
    setting, ledger = quarter("2023Q2"), Ledger(Envelope())
    crossed = reached(Kind.ABOVE_SCALE, Quarter.read("2023Q1"), np.array([0]))
    paid = [
        Claim("plan", "prize", "t", np.array([0]), np.array([1.0]), earned_by=Kind.ABOVE_SCALE, event=crossed),
        Claim("plan", "platforms", "t", np.array([REST_OF_CITY]), np.array([3.0])),
        Claim("plan", "research", "t", np.array([1]), np.array([2.0]), earned_by=Spending.RESEARCH),
        Claim("plan", "rest", "t", np.array([REST_OF_CITY]), np.array([4.0]), earned_by=Basis.OUTSIDE),
        Claim("fund", "co", "t", np.array([3]), np.array([6.0]), INVESTMENT),
        Claim("other", "co", "t", np.array([4]), np.array([2.0]), INVESTMENT),
    ]
    ledger.pay(Quarter.read("2023Q1"), [Claim("plan", "prize", "t", np.array([0]), np.array([100.0]), AWARD)])
    ledger.pay(setting.quarter, paid)
    told = {"public_cost": 18.0, "award_cost": 5.0, "support_cost": 5.0, "public_research": 2.0}
    assert measures._money(setting, ledger) == told
    by_name = [ledger.paid_by(name, setting.quarter) for name in ("plan", "fund", "other", "nobody")]
    assert by_name == [10.0, 6.0, 2.0, 0.0]
    assert ledger.paid_by("plan", Quarter.read("2023Q1")) == 100.0


def test_the_fund_tells_what_it_paid_was_given_and_what_financed_firms_put_up_themselves():
    """Firms spend 20 and 5, of which 6 and 2 are the fund's; another spends 50 of its own."""
    firms, terms = plain_firms(), Terms(30)
    firms.expansion[:5], firms.fund_taken[:5] = [50.0, 0.0, 0.0, 20.0, 5.0], [0.0, 0.0, 0.0, 6.0, 2.0]
    terms.fund_money, terms.fund_withheld = 16.0, 3.0
    told = {"fund_outlay": 8.0, "fund_private": 17.0, "fund_promised": 16.0, "fund_not_offered": 3.0}
    assert PolicyFund().measure(look(firms), terms, 8.0).items() >= told.items()
    for given, found in ((told, told), ({}, dict.fromkeys(told, 0.0))):  # the second is a city without the fund
        everything = measures._of_instruments(given)
        assert {name: everything[name] for name in told} == found


def test_an_instrument_tells_only_what_it_declares():
    with pytest.raises(ValueError, match="fund_prvate: measured by an instrument that does not declare it"):
        measures._of_instruments({"fund_prvate": 1.0})


@pytest.mark.parametrize("name", policies.names())
def test_an_instrument_tells_all_that_it_declares(name):
    kind = policies.get(name)
    assert set(kind().measure(look(plain_firms()), Terms(30), 0.0)) == set(kind.outcomes)


def test_a_quarter_of_the_city_is_its_accounts_its_energy_and_its_money():
    totals = CityTotals(1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
    firms, told = firms_with(wanted_output=0.0), {"fund_outlay": 3.0}
    found = measures.city_flows(firms, with_cap(50.0), totals, Ledger(Envelope()), told)
    assert (found["industrial_value_added"], found["gdp"], found["gdp_published"], found["gdp_real"]) == (
        1.0,
        2.0,
        4.0,
        8.0,
    )
    assert (found["gdp_real_double"], found["tax"], found["local_tax"]) == (16.0, 32.0, 64.0)
    assert (found["energy_cap"], found["public_cost"], found["fund_outlay"], found["fund_promised"]) == (50, 0, 3, 0)


def test_what_is_paid_outside_the_modelled_firms_has_the_row_below_the_first():
    assert REST_OF_CITY == -1


# moves and milestones


def test_each_move_and_each_milestone_is_counted_under_its_own_name():
    """Titles of rank 1, 2 and 3 go to 1, 2 and 4 firms, applied for by 2, 3 and 5; 6 cross the line; moves of 7, 8, 9
    and 10, and 12 that bought another; 13 plants opened.
    """
    rounds = [
        event(kind, range(n))
        for kind, n in zip(
            (*TITLES, *APPLICATIONS, Kind.ABOVE_SCALE, Kind.FIRST_SET, Kind.PROJECT_OPENED),
            (1, 2, 4, 2, 3, 5, 6, 11, 13),
            strict=True,
        )
    ]
    left, joined, sold, returned, merged = (np.arange(n) for n in (7, 8, 9, 10, 12))
    moves = measures.Moves(left, joined, rounds[-1], sold, returned, merged)
    firms = firms_with()
    stakes = np.zeros(30)
    stakes[[6, 9, 10]] = [1.0, 2.0, 4.0]  # the first seven closed, the first ten became too small
    events = (*rounds, event(Kind.WORLD_500, range(20)))
    found = measures.city_moves(np.array(firms.above_scale), stakes, firms, events, moves)
    assert found == {
        "exits": 7.0,
        "entries": 8.0,
        "group_sales": 9.0,
        "returned_firms": 10.0,
        "promotions": 6.0,
        "first_sets": 11.0,
        "projects_opened": 13.0,
        "mergers": 12.0,
        **dict(zip((f"new_{title}s" for title in TITLES), (1.0, 2.0, 4.0), strict=True)),
        "title_applications": 10.0,
        "titles_granted": 7.0,
        "demotions": 0.0,
        "above_scale_exits": 0.0,
        "fund_written_off": 1.0 + (1.0 + 2.0),
    }


def test_a_firm_that_fell_below_the_line_and_closed_has_closed_and_so_has_one_that_rose_and_closed():
    """Seven were above: four are below it now, of them one closed. Of two that rose one closed at once;
    3 demotions, 2 exits.
    """
    before = np.arange(30) < 7
    firms = firms_with(
        above_scale=[False, False, False, False], active=[False, True, True, True, True, True, True, True, False]
    )
    events = (event(Kind.ABOVE_SCALE, [7, 8]), event(Kind.WORLD_500, [0, 8]))
    found = measures._losses(before, firms, events)
    assert found == {"demotions": 3.0, "above_scale_exits": 2.0}


@pytest.mark.parametrize(
    ("judged", "then"), [("2024Q1", "2023Q4"), ("2023Q3", "2023Q3"), ("2023Q2", "2023Q2"), ("2023Q4", "2023Q4")]
)
def test_what_is_judged_first_in_a_year_was_earned_by_the_end_of_the_last(judged, then):
    assert earned(Quarter.read(judged)) == Quarter.read(then)


def test_the_firsts_of_an_event_keep_its_quarter_its_year_and_the_class_of_each_row():
    whole = event(Kind.TIER_10BN, [3, 5, 8], first=[True, False, True], quarter="2024Q3", year=2023)
    whole.how[:] = [1, 2, 3]
    found = whole.firsts()
    assert (found.kind, found.unit, str(found.quarter), found.year) == (Kind.TIER_10BN, "group", "2024Q3", 2023)
    assert (found.rows.tolist(), found.first.tolist(), found.how.tolist()) == ([3, 8], [True, True], [1, 3])


# judged at the end of a year


def test_a_place_in_the_world_list_counts_for_ever_and_any_other_while_it_lasts():
    """Heads 0, 2, 4 and 6: the world's list had 0, 2 and, in no other ever, 6, and still has 2; China's has 0, 2 and
    4; row 1 is no head.
    """
    firms = firms_with(
        lists_ever=[WORLD | CHINA | PRIVATE, 15, WORLD | CHINA | PRIVATE, 0, CHINA | MANUFACTURING | PRIVATE, 0, WORLD],
        lists_now=[CHINA, 15, WORLD | CHINA | PRIVATE, 0, CHINA | MANUFACTURING | PRIVATE, 0, 0],
    )
    found = measures._lists(firms, np.array([0, 2, 4, 6]))
    assert found == {
        "world_500_firms": 3.0,
        "china_500_firms": 3.0,
        "manufacturing_500_firms": 1.0,
        "private_500_firms": 2.0,
        "world_500_on_list": 1.0,
    }


def test_titles_are_counted_by_rank_among_active_firms():
    """Ranks 1, 2 and 3 are held by 1, 2 and 3 active firms and one closed firm each."""
    firms = firms_with(
        specialised_title=[1, 2, 2, 3, 3, 3, 1, 2, 3],
        smart_title=[1, 1, 1, 2, 2, 0, 1, 1, 2],
        active=[True] * 6 + [False] * 3,
        high_tech_title=[True] * 4 + [False] * 3 + [True] * 2,
        listed=[True] * 5 + [False] * 3 + [True],
    )
    assert measures._titles(firms) == {
        "provincial_little_giants": 1.0,
        "national_little_giants": 2.0,
        "champions": 3.0,
        "smart_workshop_firms": 3.0,
        "smart_factory_firms": 2.0,
        "high_tech_firms": 4.0,
        "listed_firms": 5.0,
    }


def test_shares_are_of_active_firms_above_scale_and_a_profit_of_nothing_is_no_loss():
    """Of thirty two are closed and eight below the line:
    of the other twenty 3 lose money, 1 breaks even, 5 are digital.
    """
    firms = firms_with(
        active=[False, False],
        above_scale=[True] * 2 + [False] * 8,
        last_profit=[-1.0] * 13 + [0.0],
        digital_level=[1] * 14 + [2],
        last_revenue=1.0,
    )
    firms.last_profit[14:] = 1.0
    found = measures._firm_shares(firms)
    assert np.isnan(found.pop("revenue_slope"))
    assert found == {"active_firms": 28.0, "loss_making_share": 3.0 / 20.0, "digital_share": 5.0 / 20.0}
    firms.above_scale[:] = False
    assert measures._firm_shares(firms)["loss_making_share"] == 0.0


def test_the_slope_of_ranks_by_hand():
    """400, 200 and 100: log(1/2), log(3/2), log(5/2) fall by log 5 over 2 log 2; 99 is too small to count, two firms
    are too few.
    """
    slope = measures.rank_slope(np.array([100.0, 400.0, 99.0, 200.0]))
    assert slope == pytest.approx(log(5.0) / (2.0 * log(2.0)), rel=1e-12)
    assert np.isnan(measures.rank_slope(np.array([400.0, 200.0, 99.0])))
    assert measures.rank_slope(np.array([8.0, 4.0, 2.0, 1.0]), 2.0) == pytest.approx(slope, rel=1e-12)


def test_the_slope_is_that_of_firms_above_scale_and_the_largest_group_that_of_its_head():
    firms = firms_with(
        last_revenue=[100.0, 400.0, 200.0, 800.0, 800.0],
        above_scale=[True, True, True, False, True],
        reported_revenue=[9.0, 5.0, 7.0],
    )
    firms.active[4], firms.last_revenue[5:] = False, 1.0
    found = measures.judged(firms, np.array([1, 2]))
    assert found["revenue_slope"] == pytest.approx(log(5.0) / (2.0 * log(2.0)), rel=1e-12)
    assert found["top_group_revenue"] == 7.0
    assert {"world_500_firms", "champions", "active_firms"} <= set(found)


def test_a_year_by_size_class_adds_up_the_rows_of_the_class():
    classes = np.full(30, 4)
    classes[:4] = [0, 2, 0, 1]
    firms = firms_with(
        year_revenue=[1.0, 2.0, 4.0, 8.0], year_profit=[16.0, 32.0, 64.0, 128.0], active=[True, True, False, True]
    )
    found = measures.by_size(firms, classes)
    assert found["revenue"].tolist() == [5.0, 8.0, 2.0, 0.0, 0.0]
    assert found["profit"].tolist() == [80.0, 128.0, 32.0, 0.0, 0.0]
    assert found["firms"].tolist() == [1.0, 1.0, 1.0, 0.0, 26.0]
