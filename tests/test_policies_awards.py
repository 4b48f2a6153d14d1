"""Who gets an award, how much, and once: each clause of article p08 to p11 with figures worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sim.policies.leading_enterprise import LeadingEnterprise
from sim.policies.peak_climbing import PeakClimbing
from sim.policies.scale_up import ScaleUp
from sim.policies.specialised_enterprise import SpecialisedEnterprise
from sim.tables.milestones import LISTS, TIERS, TITLES
from sim.treasury.claims import REST_OF_CITY
from sim.treasury.ledger import Ledger
from sim.treasury.terms import Terms
from tests.policy_bench import event, look, paid, plain_firms


def told(instrument, view):
    terms = Terms(view.firms.rows)
    instrument.announce(view, terms)
    return terms


def scored():
    """Row 0 scores 0.65: research 3 times the norm (3/4), half the cluster's energy (2/3), productivity 1 (1/2)."""
    firms = plain_firms()
    firms.demand[:3], firms.energy_intensity[:3] = [1.0, 1.0, 2.0], [50.0, 150.0, 100.0]  # cluster mean 100
    firms.research_propensity[0] = 3.0
    return firms


# 登峰计划


@pytest.mark.parametrize(("tier", "million"), [("tier_10bn", 1.3), ("tier_50bn", 3.25), ("tier_100bn", 6.5)])
def test_a_first_crossing_pays_the_maximum_times_the_score(tier, million):
    assert paid(PeakClimbing().claim(look(scored(), events=[event(tier, [0])]))) == {0: million}


def test_a_firm_at_its_clusters_norm_scores_a_half():
    assert paid(PeakClimbing().claim(look(plain_firms(), events=[event("tier_10bn", [4])]))) == {4: 1.0}


def test_two_tiers_in_one_year_pay_the_highest_or_each():
    view = look(scored(), events=[event("tier_10bn", [0, 4]), event("tier_50bn", [0])])
    assert paid(PeakClimbing().claim(view)) == {0: 3.25, 4: 1.0}
    assert paid(PeakClimbing(double_crossing="each").claim(view)) == {0: 4.55, 4: 1.0}


def test_under_no_repetition_a_later_tier_pays_only_what_it_adds():
    plan = PeakClimbing(stacking="highest_only")
    later = look(scored(), events=[event("tier_50bn", [0]), event("tier_100bn", [4])])
    assert paid(plan.claim(later)) == {0: 1.95, 4: 2.5}  # (5 - 2) x 0.65 and (10 - 5) x 0.5
    both = look(scored(), events=[event("tier_10bn", [0]), event("tier_50bn", [0])])
    assert paid(plan.claim(both)) == {0: 3.25}
    assert paid(PeakClimbing(stacking="highest_only", double_crossing="each").claim(both)) == {0: 3.25}


def test_under_no_repetition_a_firm_sees_only_what_a_tier_adds():
    firms = plain_firms()
    firms.group_highest_tier[:2] = [0, 1]
    seen = told(PeakClimbing(stacking="highest_only"), look(firms, "2022Q4")).column("group_tier_50bn")
    assert seen[:2].tolist() == [2.5, 1.5]


def test_only_crossings_of_the_chosen_unit_and_for_the_first_time_pay():
    events = [event("tier_10bn", [0], "establishment"), event("tier_10bn", [4], "group", first=[False])]
    assert paid(PeakClimbing().claim(look(scored(), events=events))) == {}
    assert paid(PeakClimbing(unit="establishment").claim(look(scored(), events=events))) == {0: 1.3}


def test_at_the_end_of_a_year_local_firms_see_award_times_score_and_the_benefit():
    firms = scored()
    firms.local_headquarters[1] = False
    plan = PeakClimbing(perceived_benefit=4.0)
    seen = told(plan, look(firms, "2022Q4")).column("group_tier_50bn")
    np.testing.assert_allclose(seen[[0, 1, 5]], [3.25 + 4.0, 0.0, 2.5 + 4.0])
    assert not told(plan, look(firms, "2022Q3")).has("group_tier_50bn")


def test_weights_must_add_up_to_one():
    with pytest.raises(ValidationError, match="must add up to 1"):
        PeakClimbing(weight_innovation=0.5)


@given(st.floats(0, 50), st.floats(0.01, 1e4), st.floats(0.01, 20))
def test_an_award_never_exceeds_its_maximum(research, intensity, productivity):
    firms = plain_firms()
    firms.research_propensity[0], firms.energy_intensity[0], firms.productivity[0] = research, intensity, productivity
    claims = PeakClimbing().claim(look(firms, events=[event("tier_100bn", [0])]))
    assert 0.0 <= claims[0].amounts[0] <= 10.0


# 领军企业


@pytest.mark.parametrize(("name", "million"), list(zip(LISTS, (30.0, 10.0, 5.0, 2.0), strict=True)))
def test_a_list_newly_entered_pays_its_award(name, million):
    assert paid(LeadingEnterprise().claim(look(plain_firms(), events=[event(name, [7])]))) == {7: million}


def test_a_return_to_a_list_pays_only_under_the_wider_reading():
    view = look(plain_firms(), events=[event("china_500", [0, 3], first=[True, False])])
    assert paid(LeadingEnterprise().claim(view)) == {0: 10.0}
    assert paid(LeadingEnterprise(re_entry="any_new_year").claim(view)) == {0: 10.0, 3: 10.0}


def test_several_lists_in_one_year_pay_each_or_the_dearest():
    view = look(plain_firms(), events=[event(name, [0]) for name in LISTS])
    assert paid(LeadingEnterprise().claim(view)) == {0: 47.0}
    assert paid(LeadingEnterprise(stacking="highest").claim(view)) == {0: 30.0}
    assert paid(LeadingEnterprise(stacking="highest", max_award_private_500=40.0).claim(view)) == {0: 40.0}


def test_what_a_place_on_a_list_would_bring_is_announced_at_the_end_of_the_year():
    terms = told(
        LeadingEnterprise(perceived_benefit_other=3.0, perceived_benefit_world_500=100.0), look(plain_firms(), "2022Q4")
    )
    assert {name: set(terms.column(name)) for name in LISTS} == {
        "world_500": {130.0},
        "china_500": {13.0},
        "manufacturing_500": {8.0},
        "private_500": {5.0},
    }
    assert not any(told(LeadingEnterprise(), look(plain_firms(), "2022Q3")).has(name) for name in LISTS)


# 专精特新


@pytest.mark.parametrize(("title", "million"), list(zip(TITLES, (0.5, 1.0, 2.0), strict=True)))
def test_a_title_newly_recognised_pays_once(title, million):
    view = look(plain_firms(), events=[event(title, [5, 6], "establishment", first=[True, False])])
    assert paid(SpecialisedEnterprise().claim(view)) == {5: million}
    assert paid(SpecialisedEnterprise(pay_again=True).claim(view)) == {5: million, 6: million}


def test_when_applying_a_firm_sees_no_award_for_a_title_that_it_held_before():
    firms = plain_firms()
    firms.highest_title[:3] = [0, 1, 3]
    plan = SpecialisedEnterprise(perceived_benefit=0.25)
    terms = told(plan, look(firms, "2022Q3"))
    assert terms.column("provincial_little_giant")[:3].tolist() == [0.75, 0.25, 0.25]
    assert terms.column("national_little_giant")[:3].tolist() == [1.25, 1.25, 0.25]
    assert told(SpecialisedEnterprise(pay_again=True), look(firms, "2022Q3")).column("champion")[2] == 2.0
    assert not told(plan, look(firms, "2022Q4")).has("champion")


# 小升规


def test_a_firm_newly_above_scale_gets_half_of_its_tax_rise_up_to_the_cap():
    firms = plain_firms()
    firms.local_tax_rise[:4] = [0.1, 0.5, 0.0, 0.3]
    view = look(firms, events=[event("above_scale", [0, 1, 2, 3], "establishment", first=[True, True, True, False])])
    assert paid(ScaleUp(services_a_year=0.0).claim(view)) == {0: 0.05, 1: 0.1}


def test_services_newly_above_scale_are_one_line_for_the_rest_of_the_city():
    view = look(plain_firms(), "2023Q2")
    assert paid(ScaleUp().claim(look(plain_firms(), "2023Q3"))) == {}
    assert paid(ScaleUp().claim(view)) == {REST_OF_CITY: 18.0}  # 300 firms at half of 0.12
    assert paid(ScaleUp(services_tax_rise=0.4).claim(view)) == {REST_OF_CITY: 30.0}  # at the cap of 0.1


# all


def test_without_events_nothing_is_claimed():
    for plan in (PeakClimbing(), LeadingEnterprise(), SpecialisedEnterprise(), ScaleUp()):
        assert plan.claim(look(plain_firms(), "2023Q3")) == []


def test_zero_amounts_pay_nothing_and_promise_nothing():
    nothing = (
        PeakClimbing(max_award_100bn=0.0, max_award_50bn=0.0, max_award_10bn=0.0),
        LeadingEnterprise(**{f"max_award_{name}": 0.0 for name in LISTS}),
        SpecialisedEnterprise(**{f"max_award_{title}": 0.0 for title in TITLES}),
        ScaleUp(rate=0.0),
    )
    events = [event(kind, [0]) for kind in (*TIERS, *LISTS, *TITLES, "above_scale")]
    for plan in nothing:
        ledger = Ledger()
        ledger.pay(look(plain_firms()).quarter, plan.claim(look(scored(), events=events)))
        assert ledger.payments == []
        for quarter in ("2022Q3", "2022Q4"):
            terms = told(plan, look(scored(), quarter))
            assert not any(terms.column(name).any() for name in (*LISTS, *TITLES, *(f"group_{t}" for t in TIERS)))
