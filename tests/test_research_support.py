"""Research support: what it pays, what firms do for it, what never becomes research, and what a public yuan brings."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.behaviours import innovation
from sim.policies.research_support import ResearchSupport
from sim.treasury.answered import answered, no_answers
from sim.treasury.claims import AWARD, Spending
from sim.treasury.supported import supported
from sim.treasury.terms import Terms
from tests.hand import firms_with, quarter
from tests.policy_bench import look, paid, plain_firms

RESEARCH = Spending.RESEARCH


def support(*schemes, stacking="highest", most=1.0):
    """Return support for one firm under schemes (rate, cap, beyond, floor)."""
    terms = Terms(1, stacking, most)
    for number, (rate, cap, beyond, *floor) in enumerate(schemes):
        terms.support(RESEARCH, str(number), "clause", rate, cap=cap, beyond=beyond, floor=sum(floor))
    return terms.support_of(RESEARCH)


def does(schemes, usual=10.0, elasticity=1.0, later=0.0, **how):
    promised = support(*schemes, **how)
    return answered(promised, 0, usual, elasticity, later, no_answers(promised))


@pytest.mark.parametrize(
    ("scheme", "elasticity", "research"),
    [
        ((0.2, 99.0, 0.0), 1.0, 12.5),  # 10 / 0.8
        ((0.2, 99.0, 0.0), 0.5, 10.0 / math.sqrt(0.8)),
        ((0.2, 99.0, 0.0), 0.0, 10.0),  # nothing lowers it
        ((0.2, 2.2, 0.0), 1.0, 11.0),  # the cap is reached at 11, from where a yuan costs a yuan
        ((0.2, 1.0, 0.0), 1.0, 10.0),  # reached at 5: what is given anyway moves nothing
        ((0.2, 99.0, 10.0), 1.0, 12.5),  # the increase alone is supported, at the same price of the last yuan
        ((0.2, 0.3, 10.0), 1.0, 11.5),
        ((0.2, 99.0, 11.0), 1.0, 12.5),  # 0.30 of support for 2.50 that are worth 2.231
        ((0.2, 99.0, 11.5), 1.0, 10.0),  # 0.20 would not pay for it
        ((0.2, 99.0, 0.0, 14.0), 1.0, 14.0),  # 2.80 of support from 14 on, for 4 that are worth 3.365
        ((0.2, 99.0, 0.0, 25.0), 1.0, 10.0),  # 5.00 from 25 on would not pay for 15 that are worth 9.163
    ],
)
def test_a_firm_does_more_research_as_far_as_support_lowers_its_price_and_pays_for_it(scheme, elasticity, research):
    assert does([scheme], elasticity=elasticity) == pytest.approx(research)


_scheme = st.tuples(st.floats(0.01, 0.6), st.floats(0.1, 9.0), st.floats(0.0, 15.0), st.floats(0.0, 20.0))


@settings(max_examples=100)
@example([(0.5, 4.0, 0.0, 0.0)], 1.0, 0.0, 0.3)  # the limit of 0.3 reaches the cap of 4 at 13.3
@given(
    st.lists(_scheme, min_size=1, max_size=3),
    st.sampled_from([0.5, 1.0, 1.6]),
    st.sampled_from([0.0, 0.05]),
    st.sampled_from([0.3, 0.5, 1.0]),
)
def test_no_spending_would_bring_a_firm_more_than_what_it_does(schemes, elasticity, later, most):
    """Against a fine grid of spending: where the best scheme counts and no limit binds, and of one scheme always."""
    schemes = schemes if most == 1.0 else schemes[:1]
    promised, power = support(*schemes, most=most), 1.0 - 1.0 / elasticity

    def gain(spending):
        ratio = spending / 10.0
        worth = math.log(ratio) if elasticity == 1.0 else (ratio**power - 1.0) / power
        return supported(promised, 0, spending) - 10.0 * ((1.0 + later) * (ratio - 1.0) - worth)

    best = max(gain(spending) for spending in np.linspace(10.0, 60.0, 5001))
    does_now = answered(promised, 0, 10.0, elasticity, later, no_answers(promised))
    assert gain(does_now) >= best - 1e-6


def test_above_the_limit_of_all_support_a_firm_goes_on_as_far_as_its_increase_still_earns_the_full_rate():
    """An increase over 10 at 60 %, at most half of all: a yuan costs 40 fen up to 10 / 0.4 = 25, where 9 are paid; the
    limit would bind from 0.6 x 10 / 0.1 = 60 on. At 80 % it binds from 0.8 x 10 / 0.3 = 26.67 on, before 10 / 0.2."""
    assert does([(0.6, 99.0, 10.0)], most=0.5) == pytest.approx(25.0)
    assert does([(0.8, 99.0, 10.0)], most=0.5) == pytest.approx(80.0 / 3.0)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from([0.1, 0.2]), st.sampled_from([0.0, 0.05])), min_size=2, max_size=9))
def test_what_the_firm_before_did_changes_nothing(firms):
    """Rate of one scheme and later support lost, firm by firm, beside a scheme that all have."""
    terms = Terms(len(firms), "sum", 1.0)
    terms.support(RESEARCH, "one", "clause", 0.1, whose=np.array([rate > 0.1 for rate, _ in firms]))
    terms.support(RESEARCH, "other", "clause", 0.1)
    promised = terms.support_of(RESEARCH)
    kept = no_answers(promised)
    for row, (_, later) in enumerate(firms):
        alone = answered(promised, row, 10.0, 0.7, later, no_answers(promised))
        assert answered(promised, row, 10.0, 0.7, later, kept) == alone


def test_an_increase_that_has_to_be_beaten_in_a_year_lowers_the_price_by_less():
    """Of a fifth a tenth is lost again: 10 / 0.9; foreseen in full nothing is left."""
    assert does([(0.2, 99.0, 10.0)], later=0.1) == pytest.approx(10.0 / 0.9)
    assert does([(0.2, 99.0, 10.0)], later=0.2) == 10.0


def test_of_several_supports_the_best_counts_or_all_together_up_to_the_limit():
    both = [(0.1, 99.0, 0.0), (0.2, 99.0, 0.0)]
    assert does(both) == pytest.approx(12.5)
    assert does(both, stacking="sum") == pytest.approx(10.0 / 0.7)
    assert does(both, stacking="sum", most=0.25) == pytest.approx(10.0 / 0.75)


@pytest.mark.parametrize(("elasticity", "own"), [(0.5, -0.487), (1.0, 0.0), (1.6, 0.551), (0.4, -0.587), (1.8, 0.728)])
def test_own_research_per_public_yuan_is_about_the_elasticity_less_one(elasticity, own):
    """Usual 10, rate 10 %: research 10 x 0.9 ^ -e, of which the public pays a tenth."""
    research = does([(0.1, 99.0, 0.0)], elasticity=elasticity)
    public = 0.1 * research
    assert (research - public - 10.0) / public == pytest.approx(own, abs=5e-4)


def test_what_is_misused_or_relabelled_is_paid_and_enters_no_research():
    """Usual 10, a fifth of all: 12.5 reported, 2.5 paid. Of the 2.5 added a tenth is relabelled, and 0.4 x 2.5 = 1 of
    the money misused: 1.25 more research, 1.25 on paper. All misused: none more, and no less than usual."""
    firms = firms_with(research_propensity=10.0, expected_demand=1.0)
    norm = {"technology": {"research": np.ones(10)}}
    for misused, added in ((0.4, 1.25), (1.0, 0.0)):
        terms = Terms(firms.rows)
        ResearchSupport(rate=0.2, base="level", cap=99.0, misuse=misused, relabelled=0.1).announce(look(firms), terms)
        innovation.want(firms, quarter(terms=terms, **norm))
        np.testing.assert_allclose(firms.wanted_research, 10.0 + added)
        np.testing.assert_allclose(firms.research_on_paper, 2.5 - added)
    innovation.want(firms, quarter(**norm))
    assert (firms.wanted_research == 10.0).all() and not firms.research_on_paper.any()


@pytest.mark.parametrize(("base", "owed"), [("level", {0: 0.4, 1: 1.25, 2: 0.2}), ("increment", {0: 0.1})])
def test_a_tenth_of_all_research_or_of_its_increase_is_paid_up_to_a_quarter_of_the_cap_by_hand(base, owed):
    """Of 3 and 1 on paper against 3 a year ago, of 50 against 60, of 2 by a firm that did none a year ago."""
    firms = plain_firms()
    firms.research[:3], firms.research_on_paper[0] = [3.0, 50.0, 2.0], 1.0
    firms.season_research[:3, 1] = 3.0, 60.0, 0.0  # the second quarter's
    given, terms = ResearchSupport(base=base), Terms(firms.rows)
    given.announce(look(firms), terms)
    claims = given.take_up(look(firms), terms)
    assert paid(claims) == owed
    assert {claim.form for claim in claims} == {AWARD}
