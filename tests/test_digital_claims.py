"""Money for the digital firm: what each instrument pays and what a firm does for it, worked by hand."""

import numpy as np
import pytest

from sim.behaviours import finance, innovation, retrofit, smart_titles
from sim.firms import smart
from sim.firms.bundles import bundle
from sim.policies.brand_quality import BrandQuality
from sim.policies.cloud_support import CloudSupport
from sim.policies.digital_diagnosis import DigitalDiagnosis
from sim.policies.industrial_internet import IndustrialInternet
from sim.policies.smart_loan import SmartLoan
from sim.policies.smart_workshops import SmartWorkshops
from sim.tables.milestones import Kind
from sim.treasury.claims import REST_OF_CITY, SERVICE, SUBSIDY
from sim.treasury.terms import Terms
from tests.hand import firms_with, quarter
from tests.policy_bench import delivered, event, look, paid, plain_firms


def announced(instrument, firms, **view):
    """Return the view of a quarter and the terms that the instrument makes in it."""
    seen, terms = look(firms, **view), Terms(firms.rows, "highest", 0.5)
    instrument.announce(seen, terms)
    return seen, terms


# free diagnosis


def test_a_third_of_firms_is_diagnosed_a_year_at_twenty_thousand_yuan_each_and_no_cash_reaches_them():
    """Thirty firms, 0.4 a year: three a quarter."""
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    claims = DigitalDiagnosis(reach=0.4).claim(look(firms))
    assert paid(claims) == {29: 0.02, 28: 0.02, 27: 0.02}
    assert [claim.form for claim in claims] == [SERVICE]


def test_all_are_diagnosed_once_before_anybody_is_again_and_who_has_nothing_to_gain_is_left_out():
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    firms.diagnosed[26:] = 9, 7, 8, 7
    firms.digital_level[25], firms.adapting[24], firms.above_scale[23], firms.active[22] = 3, 1, False, False
    terms = delivered(DigitalDiagnosis(reach=1.0), look(firms))  # 28 above scale and in business: seven a quarter
    assert np.flatnonzero(terms.column("diagnosis")).tolist() == [15, 16, 17, 18, 19, 20, 21]
    firms.diagnosed[:22] = 9
    terms = delivered(DigitalDiagnosis(reach=1.0), look(firms))
    assert set(np.flatnonzero(terms.column("diagnosis"))) == {29, 27, 28, 26, 21, 20, 19}


def test_peers_first_begins_in_the_most_digital_cluster():
    firms = plain_firms()
    firms.expected_demand[:] = np.arange(30.0)
    firms.digital_level[[3, 4, 27]] = 1  # two of three in the second cluster, one of three in the last
    terms = delivered(DigitalDiagnosis(reach=0.8, first="peers"), look(firms))
    assert np.flatnonzero(terms.column("diagnosis")).tolist() == [3, 4, 5, 27, 28, 29]


def looked(heard, told, seeds=range(40)):
    """Return how many of thirty firms look into a project that always pays, over some seeds."""
    number = 0
    for seed in seeds:
        firms = firms_with(expected_demand=10.0)
        terms = Terms(firms.rows)
        terms.add("diagnosis", told)
        retrofit.consider(firms, quarter(terms=terms, seed=seed, diagnosis_heard=heard, digital_cost=1e-9))
        number += np.count_nonzero(firms.wanted_digital)
        assert (firms.diagnosed == (firms.diagnosed[0] if told else 0)).all() and bool(firms.diagnosed[0]) == bool(told)
    return number / 30.0 / len(seeds)


def test_of_those_diagnosed_as_many_look_into_a_project_as_hear_beside_those_who_look_anyway():
    assert looked(0.6, 0.0) == looked(0.0, 1.0) == pytest.approx(0.05, abs=0.02)
    assert looked(0.6, 1.0) == pytest.approx(0.65, abs=0.05)
    assert looked(1.0, 1.0) == 1.0


# the loan


@pytest.mark.parametrize(
    ("room", "cash", "worth", "granted", "credit"),
    [
        (0.0, 4.0, 1.0, 0.0, 0.0),  # 10 million yuan wanted, 4 there
        (0.5, 4.0, 1.0, 0.0, 0.0),  # the loan lends 5 more: still one short
        (0.6, 4.0, 1.0, 10.0, 6.0),
        (0.6, 12.0, 1.0, 10.0, 0.0),  # who has the money borrows nothing
        (0.6, 4.0, -1.0, 0.0, 0.0),  # nobody lends to the insolvent
    ],
)
def test_the_loan_lends_its_share_beyond_usual_credit_all_or_nothing(room, cash, worth, granted, credit):
    firms = firms_with(cash=cash, net_worth=worth, wanted_digital=10.0, listed=True)
    terms = Terms(firms.rows)
    terms.add("loan_room", room)
    finance.grant(firms, quarter(terms=terms, cash_buffer=0.0))
    assert (firms.digital_spending[0], firms.credit_drawn[0]) == (granted, pytest.approx(credit))


def test_what_the_loan_lends_is_not_there_for_an_expansion():
    """Cash of 4 and a loan of 6 are spent on the project: nothing of the firm's own is left for new capacity."""
    firms = firms_with(cash=4.0, net_worth=1.0, wanted_digital=10.0, wanted_expansion=10.0)
    terms = Terms(firms.rows)
    terms.add("loan_room", 0.6)
    finance.grant(firms, quarter(terms=terms, cash_buffer=0.0, cash_sensitivity=1.0))
    assert (firms.digital_spending[0], firms.expansion[0]) == (10.0, 0.0)


def test_three_points_of_half_a_project_are_paid_at_once_up_to_the_cap_of_three_years():
    """1 % x 3 years x half of 100 million yuan = 1.5 million; of 1,000 million 15, but 2 a year for three years."""
    firms = plain_firms()
    firms.digital_spending[[0, 1]] = 100.0, 1_000.0
    view, terms = announced(SmartLoan(), firms)
    claims = SmartLoan().take_up(view, terms)
    assert paid(claims) == {0: 1.5, 1: 6.0}
    assert {claim.form for claim in claims} == {SUBSIDY} and (terms.column("loan_room") == 0.5).all()


# workshops and factories

YEAR = {"smart_quota_workshop": 2.0, "smart_quota_factory": 1.0, "smart_size_weight": 0.0}


def digital(**columns):
    """Return thirty firms of one size of which six are at level 2 and three at the top."""
    levels = {"digital_level": [2] * 6 + [3] * 3, "last_revenue": 100.0}
    return firms_with(**(levels | columns))


def judged(firms, seed=1, label="2023Q3", **numbers):
    """Return the rows of new factories and new workshops."""
    events = smart_titles.judge(firms, quarter(label, seed=seed, **(YEAR | numbers)))
    return {event.kind: event.rows.tolist() for event in events}


def test_factories_come_from_the_top_level_and_workshops_from_the_second_on_once_a_year_up_to_the_quota():
    firms = digital()
    found = judged(firms)
    (factory,), workshops = found[Kind.SMART_FACTORY], found[Kind.SMART_WORKSHOP]
    assert factory in (6, 7, 8) and len(workshops) == 2 and set(workshops) <= set(range(9)) - {factory}
    assert firms.smart_title[factory] == 2 and (firms.smart_title[workshops] == 1).all()
    assert np.count_nonzero(firms.smart_title) == 3
    assert judged(digital(), label="2023Q2") == {}


def test_nobody_holds_a_title_twice_or_a_lower_one_again_and_only_firms_above_scale_in_business_are_recognised():
    firms = digital(smart_title=[1, 1, 1, 1, 1, 1, 2, 1, 1])
    assert judged(firms, smart_quota_factory=9.0) == {Kind.SMART_FACTORY: [7, 8], Kind.SMART_WORKSHOP: []}
    firms = digital()
    firms.active[:4], firms.above_scale[4:8] = False, False
    assert judged(firms, smart_quota_factory=9.0) == {Kind.SMART_FACTORY: [8], Kind.SMART_WORKSHOP: []}


def test_the_larger_firm_is_recognised_as_often_as_its_odds_say():
    """One place, two firms at the level, one four times as large: at weight 0.5 twice the odds, at 0 the same."""
    for weight, share in ((0.5, 2.0 / 3.0), (0.0, 0.5)):
        won = 0
        for seed in range(300):
            firms = firms_with(digital_level=[2, 2], last_revenue=[400.0, 100.0])
            won += judged(firms, seed, smart_quota_workshop=1.0, smart_size_weight=weight)[Kind.SMART_WORKSHOP] == [0]
        assert won / 300.0 == pytest.approx(share, abs=0.08)


def test_a_firm_expects_the_award_by_its_chance_over_the_years_in_which_a_project_has_to_pay():
    """Two workshops a year, nine rivals and itself: a fifth a year, over two years 1 - 0.8 ^ 2; a factory asks for
    level 3: one a year, three rivals and itself, a quarter a year.
    """
    firms, awards = digital(), [np.full(30, 0.3), np.full(30, 0.5)]
    firms.digital_level[[20, 21]] = 1
    firms.above_scale[21] = False
    numbers = quarter(**YEAR, digital_payback_years=2.0).numbers

    def expects():
        known, standing = smart.prospect(firms, numbers, awards), bundle(smart.Standing, firms)
        return np.array([smart.expected_award(standing, known, row) for row in range(firms.rows)])

    expected = expects()
    assert expected[20] == pytest.approx(0.3 * (1.0 - 0.8**2))
    assert expected[:6] == pytest.approx(np.full(6, 0.5 * (1.0 - 0.75**2)))
    assert not expected[[6, 7, 8, 19, 21]].any()  # at the top, two levels away, below scale
    firms.smart_title[0] = 2
    assert expects()[0] == 0.0


def test_a_project_that_pays_with_the_award_it_may_win_is_wanted():
    """Cost 0.04 x 40 = 1.6 million yuan; nothing is seen to be gained, so only an award that covers it all will do."""
    for award, wanted in ((1.5, 0.0), (1.7, 1.6)):
        firms = firms_with(expected_demand=10.0, digital_level=1, last_revenue=40.0)
        terms = Terms(firms.rows)
        terms.add("diagnosis", 1.0)
        terms.add(Kind.SMART_WORKSHOP, award)
        sure = {"smart_quota_workshop": 99.0, "diagnosis_heard": 1.0, "digital_gain": 0.0, "digital_cost": 0.04}
        retrofit.consider(firms, quarter(terms=terms, **sure))
        assert firms.wanted_digital == pytest.approx(np.full(30, wanted))


def test_a_new_workshop_is_paid_three_hundred_thousand_and_a_factory_half_a_million():
    won = event(Kind.SMART_WORKSHOP, [1, 4], "establishment"), event(Kind.SMART_FACTORY, [2], "establishment")
    assert paid(SmartWorkshops().claim(look(plain_firms(), events=won))) == {1: 0.3, 4: 0.3, 2: 0.5}
    assert paid(SmartWorkshops(award_factory=0.0).claim(look(plain_firms(), events=won))) == {1: 0.3, 4: 0.3}


# the cloud


def test_the_cloud_pays_a_tenth_of_the_second_level_up_to_a_million_and_nothing_of_the_others():
    firms = plain_firms()
    firms.digital_level[:5] = 0, 1, 1, 2, 3
    view, terms = announced(CloudSupport(), firms)
    firms.digital_spending[:5] = 5.0, 5.0, 50.0, 5.0, 5.0
    firms.digital_level[:5] = 1, 2, 2, 3, 3  # the projects stand when they are paid
    claims = CloudSupport().take_up(view, terms)
    assert paid(claims) == {1: 0.5, 2: 1.0} and {claim.form for claim in claims} == {SUBSIDY}


# platforms


def test_platforms_of_ten_clusters_cost_a_quarter_of_the_year_each_and_pay_no_firm():
    (claim,) = IndustrialInternet(amount_a_year=8.0).claim(look(plain_firms()))
    assert (claim.rows.tolist(), claim.amounts.tolist()) == ([REST_OF_CITY] * 10, [2.0] * 10)
    assert claim.form == SERVICE
    half = delivered(IndustrialInternet(amount_a_year=10.0), look(plain_firms()))
    assert half.column("platform_service") == pytest.approx(np.full(30, 0.5))


def test_firms_learn_to_use_a_platform_over_the_years_and_forget_it_when_it_is_gone():
    """Over one year a quarter of what is missing a quarter: 0.25, 0.4375; then three quarters of it are left."""
    firms, served = firms_with(expected_demand=10.0), Terms(30)
    served.add("platform_service", 1.0)
    firms.active[5] = False
    for terms, use in ((served, 0.25), (served, 0.4375), (Terms(30), 0.328125)):
        retrofit.consider(firms, quarter(terms=terms, platform_years=1.0))
        assert firms.platform_use[0] == use and firms.platform_use[5] == 0.0


def test_a_project_costs_less_by_what_a_platform_in_use_saves():
    """4 % of 40 million yuan a year less a fifth of it for a firm that makes full use."""
    firms, terms = firms_with(expected_demand=10.0, platform_use=1.0), Terms(30)
    terms.add("platform_service", 1.0)
    terms.add("diagnosis", 1.0)
    sure = {"diagnosis_heard": 1.0, "digital_gain": 9.0, "digital_cost": 0.04, "platform_saving": 0.2}
    retrofit.consider(firms, quarter(terms=terms, **sure))
    assert firms.wanted_digital.max() == pytest.approx(1.28)


# quality and brands


def test_a_fifth_of_quality_work_is_paid_up_to_a_quarter_of_the_years_cap_outside_landmark_clusters():
    """Of research 5, 2 aim at quality and a fifth of these is 0.4, above the cap of 0.25; of research 2 it is 0.16."""
    firms = plain_firms()
    firms.research[[0, 28, 29]] = 5.0, 2.0, 5.0  # the first cluster is a landmark, the last is none
    view, terms = announced(BrandQuality(), firms)
    assert view.numbers.quality_share == 0.4
    assert paid(BrandQuality().take_up(view, terms)) == {28: 0.16, 29: 0.25}
    assert paid(BrandQuality(whose="all").take_up(view, terms)) == {0: 0.25, 28: 0.16, 29: 0.25}
    # where the cap binds, 0.25 of 2 are paid, and nobody acts as if it were more
    assert terms.column("quality_support")[[0, 28, 29]].tolist() == [0.0, 0.2, 0.125]


@pytest.mark.parametrize(("response", "brings"), [(0.5, 1.2), (0.0, 1.0), (-0.5, 0.8)])
def test_with_support_a_success_of_quality_brings_more_or_less_by_the_response_and_one_of_productivity_the_same(
    response, brings
):
    """Everybody succeeds; two fifths of quality work are paid."""
    found = []
    for support in (0.0, 0.4):
        firms, terms = firms_with(research_stock=1e6, expected_demand=1.0), Terms(30)
        terms.add("quality_support", support)
        innovation.discover(firms, quarter(terms=terms, success_rate=1.0, quality_response=response))
        found.append((firms.quality.copy(), firms.productivity.copy()))
    (plain, same), (supported, able) = found
    assert plain.any() and supported == pytest.approx(brings * plain)
    assert able.tolist() == same.tolist() and (able > 1.0).any()
